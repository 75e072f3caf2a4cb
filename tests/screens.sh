#!/usr/bin/env bash
# Takes a picture of every step and every important state under Xvfb; fails where one cannot be drawn.
#   screens.sh BINARY DIR [WORD…]   (BINARY is the example `screens`)
set -euo pipefail
binary=$1 folder=$2
shift 2
home=$(mktemp -d)
display=:$((RANDOM % 400 + 900))
Xvfb "$display" -screen 0 1280x1600x24 +extension GLX -noreset >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$home"' EXIT
for _ in $(seq 50); do xdpyinfo -display "$display" >/dev/null 2>&1 && break; sleep 0.1; done
HOME=$home DISPLAY=$display WAYLAND_DISPLAY='' LANG=C.UTF-8 LIBGL_ALWAYS_SOFTWARE=1 "$binary" "$folder" "$@"
