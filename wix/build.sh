#!/usr/bin/env bash
# Everything that is shipped for Windows, on Debian or another Linux:
#
#   wix/build.sh OUT [FOLDER]      FOLDER holds scanmedic.exe and scanmedic-gui.exe; built here where none is named
#
# OUT gets the installers for everybody and for one user, the portable zip, the list of parts (CycloneDX), the winget
# manifest and SHA256SUMS. README.md tells the packages this needs, and what the variables mean:
#   SCANMEDIC_SIGN       command that signs the file named as its argument
#   SCANMEDIC_DOWNLOADS  address under which the files of OUT will be found
#   SCANMEDIC_VERSION    another version than Cargo.toml's, to try upgrades
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
mkdir -p "$1"
out=$(cd "$1" && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
version=${SCANMEDIC_VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)}

sign() { if [ -n "${SCANMEDIC_SIGN:-}" ]; then $SCANMEDIC_SIGN "$1"; fi; }

if [ $# -ge 2 ]; then
  binaries=$(cd "$2" && pwd)
else
  "$here/cross.sh"
  binaries=$target/x86_64-pc-windows-gnu/dist
fi

CARGO_TARGET_DIR=$target cargo build --quiet --release --manifest-path "$here/cabinet/Cargo.toml"
cabinet=$target/release/cabinet

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
for program in scanmedic.exe scanmedic-gui.exe; do
  cp -p "$binaries/$program" "$work/bin/"
  sign "$work/bin/$program"
done

# installer SCOPE FILE
installer() {
  local scope=$1 file=$out/$2 path_entry='=-*PATH'
  [ "$scope" = machine ] || path_entry='=-PATH'
  # wixl takes relative names only, warns of the attributes that it does not know, and puts the removal of an old
  # version now here, now there; it belongs behind InstallValidate.
  wixl -a x64 -D Wixl=1 -D Version="$version" -D Scope="$scope" -o "$file" \
    -D Binaries="$(realpath --relative-to="$here" "$work/bin")" -D Root=.. "$here/main.wxs" \
    2>&1 | grep -vE "^$|no property named '(Platform|Schedule|InstallPrivileges|CompressionLevel)'" >&2 || true
  [ -s "$file" ] || { echo "build.sh: wixl made no $file" >&2; exit 1; }
  # wixl packs with MSZIP; LZX takes a quarter less. Both scopes hold the same files.
  msiinfo extract "$file" scanmedic.cab >"$work/$scope.cab"
  cmp -s "$work/$scope.cab" "$work/packed" || { cp "$work/$scope.cab" "$work/packed"; "$cabinet" "$work/packed" "$work/new.cab"; }
  msibuild "$file" -a scanmedic.cab "$work/new.cab"
  msibuild "$file" \
    -q 'CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)' \
    -q "INSERT INTO \`Environment\` (\`Environment\`, \`Name\`, \`Value\`, \`Component_\`) VALUES ('PathEntry', '$path_entry', '[~];[INSTALLDIR]', 'SearchPath')" \
    -q 'INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('"'RemoveEnvironmentStrings'"', 3300)' \
    -q 'INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('"'WriteEnvironmentStrings'"', 5200)' \
    -q 'UPDATE `InstallExecuteSequence` SET `Sequence` = 1401 WHERE `Action` = '"'RemoveExistingProducts'"
  sign "$file"
}

installer machine "scanmedic-$version-x64.msi"
installer user "scanmedic-$version-x64-user.msi"

portable=scanmedic-$version-x64-portable
mkdir "$work/$portable"
cp "$work"/bin/*.exe "$root"/LICENSE-* "$root/README.md" "$work/$portable/"
cp "$root/assets/fonts/OFL.txt" "$work/$portable/OFL-Inter.txt"
rm -f "$out/$portable.zip"
(cd "$work" && python3 -m zipfile -c "$out/$portable.zip" "$portable")

python3 "$here/sbom.py" "$root" "$version" >"$out/scanmedic-$version.cdx.json"
python3 "$here/winget.py" "$version" "$out" "${SCANMEDIC_DOWNLOADS:-https://downloads.invalid/scanmedic}"
(cd "$out" && sha256sum "scanmedic-$version"*.msi "$portable.zip" "scanmedic-$version.cdx.json" >SHA256SUMS)
ls -l "$out"
