#!/usr/bin/env python3
"""The three files of a winget manifest (schema 1.6) for the installers of a folder.

winget.py VERSION FOLDER ADDRESS     writes FOLDER/winget/*.yaml; ADDRESS is where FOLDER will be downloaded from
"""
import hashlib
import sys
from pathlib import Path

version, folder, address = sys.argv[1], Path(sys.argv[2]), sys.argv[3].rstrip("/")
ID, SCHEMA = "ScanMedic.ScanMedic", "1.6.0"


def installer(scope, name):
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest().upper()
    return (f"- Architecture: x64\n  InstallerType: wix\n  Scope: {scope}\n"
            f"  InstallerUrl: {address}/{name}\n  InstallerSha256: {digest}\n")


def write(ending, kind, body):
    text = f"PackageIdentifier: {ID}\nPackageVersion: {version}\n{body}ManifestType: {kind}\nManifestVersion: {SCHEMA}\n"
    (folder / "winget" / f"{ID}{ending}.yaml").write_text(text)


(folder / "winget").mkdir(exist_ok=True)
write("", "version", "DefaultLocale: en-US\n")
write(".installer", "installer", "MinimumOSVersion: 10.0.0.0\nFileExtensions:\n- ron\nCommands:\n- scanmedic\nInstallers:\n"
      + installer("machine", f"scanmedic-{version}-x64.msi") + installer("user", f"scanmedic-{version}-x64-user.msi"))
write(".locale.en-US", "defaultLocale",
      "PackageLocale: en-US\nPublisher: ScanMedic maintainers\nPackageName: ScanMedic\nLicense: MIT OR Apache-2.0\n"
      "ShortDescription: Finds out why a copier's scan-to-email fails, proves it, and says how to fix it\n")
