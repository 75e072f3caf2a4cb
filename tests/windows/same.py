#!/usr/bin/env python3
"""Two documents of `diagnose --json` must come to the same diagnosis:  same.py ONE OTHER"""
import json
import sys


def told(path):
    found = json.load(open(path, encoding="utf-8"))
    return {
        "verdict": [found["verdict"][key] for key in ("cause", "gate", "certainty", "confidence")],
        "chain": [[link["cause"], link["certainty"]] for link in found["chain"]],
        "candidates": sorted(candidate["cause"] for candidate in found["candidates"]),
        "gates": [[gate["gate"], gate["laptop"], gate["device"]] for gate in found["gates"]],
        "probes": [[probe["id"], probe["status"]] for probe in found["probes"]],
        "steps": [step["title"] for step in (found["remedy"] or {"steps": []})["steps"]],
    }


one, other = (told(path) for path in sys.argv[1:3])
differences = [f"{key}: {one[key]} against {other[key]}" for key in one if one[key] != other[key]]
if differences:
    sys.exit("\n".join(differences))
print("same diagnosis:", one["verdict"][0], one["verdict"][2])
