#!/usr/bin/env bash
# Opens the wizard in a real window under Xvfb and checks that something was drawn.
#   window.sh BINARY [PICTURE.png]
set -euo pipefail
binary=$1
picture=${2:-$(mktemp --suffix=.png)}
home=$(mktemp -d)
display=:$((RANDOM % 400 + 100))
# Without -noreset the server begins anew when its last client leaves, and the look whether it is up is one:
# a window that connects in that moment never comes.
Xvfb "$display" -screen 0 1280x800x24 +extension GLX -noreset >/dev/null 2>&1 &
server=$!
trap 'kill $window $server 2>/dev/null || true; rm -rf "$home"' EXIT
window=
for _ in $(seq 50); do xdpyinfo -display "$display" >/dev/null 2>&1 && break; sleep 0.1; done
HOME=$home DISPLAY=$display WAYLAND_DISPLAY='' LIBGL_ALWAYS_SOFTWARE=1 "$binary" >"$home/out" 2>&1 &
window=$!
found=
for _ in $(seq 100); do
  found=$(DISPLAY=$display xdotool search --onlyvisible --name ScanMedic 2>/dev/null | head -n 1 || true)
  [ -n "$found" ] && break
  kill -0 $window 2>/dev/null || { echo "the wizard ended by itself:"; cat "$home/out"; exit 1; }
  sleep 0.1
done
[ -n "$found" ] || { echo "no window named ScanMedic"; cat "$home/out"; exit 1; }
sleep 2
DISPLAY=$display import -window root "$picture"
colours=$(identify -format '%k' "$picture")
echo "window $found, $colours colours"
[ "$colours" -gt 50 ] || { echo "the window is blank"; exit 1; }
