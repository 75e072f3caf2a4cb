#!/usr/bin/env python3
"""The list of all parts of the shipped programs as CycloneDX 1.5, from cargo's own metadata.

sbom.py ROOT VERSION     writes JSON to standard output
"""
import json
import subprocess
import sys
import tomllib
from pathlib import Path

root, version = Path(sys.argv[1]), sys.argv[2]
metadata = json.loads(subprocess.run(
    ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-pc-windows-gnu"],
    cwd=root, capture_output=True, check=True).stdout)
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
checksums = {(p["name"], p["version"]): p.get("checksum")
             for p in tomllib.loads((root / "Cargo.lock").read_text())["package"]}


def shipped():
    """Ids of what is linked into the programs: no tests, no build scripts' own dependencies."""
    found, waiting = set(), [metadata["resolve"]["root"]]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        waiting += [dep["pkg"] for dep in nodes[one]["deps"]
                    if any(kind["kind"] is None for kind in dep["dep_kinds"])]
    return found


def reference(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package):
    part = {"type": "library", "bom-ref": reference(package), "name": package["name"],
            "version": package["version"], "purl": reference(package)}
    if package.get("license"):
        part["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    checksum = checksums.get((package["name"], package["version"]))
    if checksum:
        part["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return part


main = metadata["resolve"]["root"]
linked = shipped()
print(json.dumps({
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "metadata": {"component": {"type": "application", "bom-ref": f"pkg:cargo/scanmedic@{version}",
                               "name": "scanmedic", "version": version,
                               "licenses": [{"expression": packages[main]["license"]}]}},
    "components": sorted((component(packages[one]) for one in linked - {main}), key=lambda part: part["purl"]),
    "dependencies": [{"ref": f"pkg:cargo/scanmedic@{version}" if one == main else reference(packages[one]),
                      "dependsOn": sorted(reference(packages[dep["pkg"]]) for dep in nodes[one]["deps"]
                                          if dep["pkg"] in linked and
                                          any(kind["kind"] is None for kind in dep["dep_kinds"]))}
                     for one in sorted(linked)],
}, indent=1))
