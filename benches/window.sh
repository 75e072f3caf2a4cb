#!/usr/bin/env bash
# What the wizard's window costs under Xvfb with software rendering:
#   window.sh FRAMES SCANMEDIC-GUI
# FRAMES is the example `frames`, both built for release. Prints the first picture (median of 10) of the wizard
# and of an empty window of the same toolkit, the processor's share while nothing happens, and the longest picture
# while probes run beside a log of a million lines.
set -euo pipefail
frames=$1 wizard=$2
display=:$((RANDOM % 400 + 500))
home=$(mktemp -d)
Xvfb "$display" -screen 0 1280x800x24 +extension GLX -noreset >/dev/null 2>&1 &
server=$!
window=
trap 'kill $window $server 2>/dev/null || true; rm -rf "$home"' EXIT
export DISPLAY=$display WAYLAND_DISPLAY='' LIBGL_ALWAYS_SOFTWARE=1 HOME=$home
for _ in $(seq 50); do xdpyinfo >/dev/null 2>&1 && break; sleep 0.1; done

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
first() { for _ in $(seq 10); do STARTED=$(date +%s%N) "$frames" "$1" 2>/dev/null; done | median; }

"$frames" bare >/dev/null 2>&1 || true # the first window of all warms the drivers
bare=$(first bare)
own=$(first first)
echo "first picture: wizard $own ms, empty window $bare ms (median of 10), factor $(awk "BEGIN { printf \"%.2f\", $own / $bare }")"

"$wizard" >/dev/null 2>&1 &
window=$!
sleep 4
ticks() { awk '{ print $14 + $15 }' "/proc/$window/stat"; }
before=$(ticks); sleep 10; after=$(ticks)
echo "nothing happens: $(awk "BEGIN { printf \"%.1f\", ($after - $before) * 100 / ($(getconf CLK_TCK) * 10) }") % of one processor over 10 s"
kill "$window"; wait "$window" 2>/dev/null || true; window=

"$frames" busy
