#!/usr/bin/env bash
# Installs, upgrades, runs and removes the Windows program under Wine, and proves that nothing is left.
#
#   run.sh OLD NEW LINUX [PICTURE.png]
#
# OLD and NEW are folders made by wix/build.sh, OLD with a lower version; LINUX is the same program for this system: both
# must come to the same diagnosis. Needs wine, xvfb, xdotool, imagemagick, tesseract-ocr, gcc-mingw-w64-x86-64-win32.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
old=$1 new=$2 linux=$3
picture=${4:-$(mktemp --suffix=.png)}

work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' DISPLAY=:$((RANDOM % 400 + 500))
unset WAYLAND_DISPLAY
lab='' wizard=''
finish() {
  kill $lab $wizard 2>/dev/null || true
  wineserver -k 2>/dev/null || true
  kill "$screen" 2>/dev/null || true
  rm -rf "$work"
}
Xvfb "$DISPLAY" -screen 0 1280x800x24 +extension GLX >/dev/null 2>&1 &
screen=$!
trap finish EXIT

fail() { echo "windows: $*" >&2; exit 1; }
timed() { local began=$EPOCHREALTIME; "${@:2}" || fail "$1: exit $?"; printf '%-28s %6d ms\n' "$1" $(((${EPOCHREALTIME/./} - ${began/./}) / 1000)); }
one() { local files=("$1"/$2); [ ${#files[@]} = 1 ] && [ -e "${files[0]}" ] || fail "not one $2 in $1"; echo "${files[0]}"; }
msi() { wine msiexec "$1" "$2" /qn; }
value() { wine reg query "$1" /v "$2" 2>/dev/null | tr -d '\r' | sed -n "s/^ *$2 *REG_[A-Z_]* *//p"; }
# How many entries of ours the list of programs has; Wine keeps those of one user with everybody's.
listed() { { wine reg query "HKLM\\$uninstall" /s; wine reg query "HKCU\\$uninstall" /s; } 2>/dev/null | grep -c 'ScanMedic maintainers' || true; }
present() { wine reg query "$1" >/dev/null 2>&1; }

# The first program in a new prefix waits for Wine's own services; that is no part of any figure below.
wine wineboot -i >/dev/null 2>&1
wine net start msiserver >/dev/null 2>&1 || true
for _ in $(seq 50); do xdpyinfo >/dev/null 2>&1 && break; sleep 0.1; done
x86_64-w64-mingw32-gcc -shared -O1 -o "$work/bcryptprimitives.dll" "$here/process_prng.c" -ladvapi32

drive=$WINEPREFIX/drive_c
x86_64-w64-mingw32-gcc -O1 -o "$work/netsh.exe" "$here/netsh.c"
for place in system32 syswow64; do cp "$work/netsh.exe" "$drive/windows/$place/netsh.exe"; done
settings=$drive/users/$(id -un)/AppData/Roaming/scanmedic/data
uninstall='Software\Microsoft\Windows\CurrentVersion\Uninstall'

# Wine keeps every entry in the user's own start menu.
menu=$drive/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start\ Menu/Programs/ScanMedic.lnk

# within FILE BYTES: what is shipped stays small enough for a slow line.
within() {
  local bytes
  bytes=$(stat -c %s "$1")
  printf '%-28s %6d kB\n' "${1##*/}" $((bytes / 1000))
  [ "$bytes" -lt "$2" ] || fail "${1##*/} has $bytes bytes, more than $2"
}

# scope SCOPE MSI-PATTERN FOLDER HIVE ENVIRONMENT
scope() {
  local name=$1 pattern=$2 folder=$3 hive=$4 environment=$5 first second products
  first=$(one "$old" "$pattern") second=$(one "$new" "$pattern")
  mkdir -p "$settings" && echo kept >"$settings/kept"

  within "$second" 7000000
  timed "$name: install" msi /i "$first"
  [ -x "$folder/scanmedic.exe" ] || fail "$name: no program after the installation"
  timed "$name: upgrade" msi /i "$second"
  products=$(listed)
  [ "$products" = 1 ] || fail "$name: $products entries in the list of programs after the upgrade"
  cmp -s "$settings/kept" <(echo kept) || fail "$name: the upgrade lost the settings"
  msi /i "$first" && fail "$name: an older version went over a newer one"
  [ -x "$folder/scanmedic-gui.exe" ] || fail "$name: the refused downgrade took the program along"

  value "$environment" PATH | grep -q 'ScanMedic' || fail "$name: not on PATH"
  wine reg query "$hive\\Software\\Classes\\ScanMedic.Case\\shell\\open\\command" /ve 2>/dev/null | grep -q 'scanmedic-gui.exe" "%1"' ||
    fail "$name: case files are not opened by the wizard"
  [ -e "$menu" ] || fail "$name: no entry in the start menu"
  [ "$name" = machine ] && use "$folder"

  timed "$name: remove" msi /x "$second"
  rm -f "$settings/kept"
  [ ! -e "$folder" ] || fail "$name: left behind: $(find "$folder")"
  [ ! -e "$menu" ] || fail "$name: the start menu still has its entry"
  ! present "$hive\\Software\\ScanMedic" || fail "$name: its registry key is still there"
  ! present "$hive\\Software\\Classes\\ScanMedic.Case" || fail "$name: the kind of file is still there"
  ! present "$hive\\Software\\Classes\\.ron" || fail "$name: the file ending is still there"
  ! value "$environment" PATH | grep -q 'ScanMedic' || fail "$name: still on PATH"
  [ "$(listed)" = 0 ] || fail "$name: still in the list of programs"
}

# The programs as they stand after the installation.
use() {
  local folder=$1 code=0 line arguments
  within "$folder/scanmedic.exe" $((16 << 20))
  cp "$work/bcryptprimitives.dll" "$folder/"
  timed "scanmedic.exe --version" wine "$folder/scanmedic.exe" --version
  wine "$folder/scanmedic.exe" firmware nonsense 2>/dev/null && fail "wrong usage ends with exit 0" || code=$?
  [ "$code" = 2 ] || fail "wrong usage ends with exit $code, not 2"

  began=$EPOCHREALTIME
  wine "$folder/scanmedic.exe" demo --json >"$work/demo.windows.json" && code=0 || code=$?
  printf '%-28s %6d ms\n' "scanmedic.exe demo" $(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
  [ "$code" = 1 ] || fail "demo ends with exit $code, not 1"
  "$linux" demo --json >"$work/demo.linux.json" || true
  python3 "$here/same.py" "$work/demo.windows.json" "$work/demo.linux.json"

  # A server on the host: the lab, played by the Linux program, asked by both with the options that it prints.
  "$linux" lab xerox-tls10 >"$work/lab" 2>&1 &
  lab=$!
  for _ in $(seq 100); do grep -q -- --resolve "$work/lab" && break; sleep 0.1; done
  line=$(grep -- --resolve "$work/lab") || fail "the lab did not start: $(cat "$work/lab")"
  export SCANMEDIC_PASSWORD=${line%% *}
  SCANMEDIC_PASSWORD=${SCANMEDIC_PASSWORD#*=}
  read -ra arguments <<<"${line#* scanmedic }"
  wine "$folder/scanmedic.exe" "${arguments[@]}" --json >"$work/host.windows.json" || true
  "$linux" "${arguments[@]}" --json >"$work/host.linux.json" || true
  python3 "$here/same.py" "$work/host.windows.json" "$work/host.linux.json"
  kill $lab; lab=

  began=$EPOCHREALTIME
  LIBGL_ALWAYS_SOFTWARE=1 wine "$folder/scanmedic-gui.exe" >/dev/null 2>&1 &
  wizard=$!
  found=
  for _ in $(seq 300); do
    found=$(xdotool search --onlyvisible --name '^ScanMedic' 2>/dev/null | head -n 1 || true)
    [ -n "$found" ] && break
    kill -0 $wizard 2>/dev/null || fail "the wizard ended by itself"
    sleep 0.05
  done
  [ -n "$found" ] || fail "the wizard opened no window within 15 s"
  printf '%-28s %6d ms\n' "scanmedic-gui.exe window" $(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
  sleep 3
  import -window root "$picture"
  [ "$(identify -format '%k' "$picture")" -gt 50 ] || fail "the wizard's window is blank, see $picture"
  convert "$picture" -resize 200% "$work/large.png"
  tesseract "$work/large.png" - 2>/dev/null | grep -q 'New case' || fail "the wizard shows no 'New case', see $picture"
  xdotool windowclose "$found"
  wineserver -k && wait $wizard 2>/dev/null || true
  wizard=
  without_opengl "$folder"
  rm "$folder/bcryptprimitives.dll"
}

# On a screen without OpenGL the wizard must say so in a box, and end with it.
without_opengl() {
  local folder=$1 bare=:$((RANDOM % 400 + 1000)) box=
  Xvfb "$bare" -screen 0 1280x800x24 -extension GLX >/dev/null 2>&1 &
  local other=$!
  sleep 1
  DISPLAY=$bare wine "$folder/scanmedic-gui.exe" >/dev/null 2>&1 &
  wizard=$!
  for _ in $(seq 300); do
    box=$(DISPLAY=$bare xdotool search --onlyvisible --name '^ScanMedic' 2>/dev/null | head -n 1 || true)
    [ -n "$box" ] && break
    sleep 0.05
  done
  [ -n "$box" ] || fail "without OpenGL: no message"
  sleep 1
  DISPLAY=$bare import -window root "$work/box.png"
  convert "$work/box.png" -trim +repage -resize 300% -colorspace Gray "$work/large.png"
  tesseract "$work/large.png" - 2>/dev/null | grep -q 'command line' || { cp "$work/box.png" "$picture"; fail "without OpenGL: the message says nothing of it, see $picture"; }
  wineserver -k && wait $wizard 2>/dev/null || true
  wizard=
  kill $other
}

# Who asks for it gets a rule in the firewall for the listener, and loses it with the program.
firewall() {
  local package rules=$drive/netsh.log
  package=$(one "$new" 'scanmedic-*-x64.msi')
  rm -f "$rules"
  wine msiexec /i "$package" ADDLOCAL=Program,Firewall /qn || fail "firewall: exit $?"
  grep -q 'add rule .*ScanMedic listener.*program=.*ScanMedic.scanmedic.exe' "$rules" || fail "firewall: no rule: $(cat "$rules")"
  msi /x "$package"
  grep -q 'delete rule .*ScanMedic listener' "$rules" || fail "firewall: the rule stays: $(cat "$rules")"
  echo "firewall: a rule where it is asked for, and gone with the program"
}

scope machine 'scanmedic-*-x64.msi' "$drive/Program Files/ScanMedic" HKLM \
  'HKLM\System\CurrentControlSet\Control\Session Manager\Environment'
firewall
scope user 'scanmedic-*-x64-user.msi' "$drive/users/$(id -un)/AppData/Local/Programs/ScanMedic" HKCU 'HKCU\Environment'
echo "windows: installed, upgraded, run and removed; nothing is left"
