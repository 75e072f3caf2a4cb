#!/usr/bin/env bash
# Opens the wizard in a real window under Xvfb and uses it as a person would: it is drawn, it takes another size, the keyboard
# leads through it and saves, a file is dragged onto it, the Open button works where no dialog for files answers, and closing asks
# before work is lost.
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
window=
trap 'kill $window $server 2>/dev/null || true; rm -rf "$home"' EXIT
export DISPLAY=$display HOME=$home WAYLAND_DISPLAY='' LIBGL_ALWAYS_SOFTWARE=1 LANG=C.UTF-8
# No portal and no session bus: the dialogs for files of a bare desktop.
unset DBUS_SESSION_BUS_ADDRESS XDG_CURRENT_DESKTOP || true
for _ in $(seq 50); do xdpyinfo >/dev/null 2>&1 && break; sleep 0.1; done

fail() { echo "$1"; cat "$home/out"; exit 1; }
open_wizard() { # open_wizard [CASE]
  "$binary" "$@" >"$home/out" 2>&1 &
  window=$!
  found=
  for _ in $(seq 200); do
    found=$(xdotool search --onlyvisible --name ScanMedic 2>/dev/null | head -n 1 || true)
    [ -n "$found" ] && break
    kill -0 $window 2>/dev/null || fail "the wizard ended by itself:"
    sleep 0.1
  done
  [ -n "$found" ] || fail "no window named ScanMedic"
  sleep 2
  xdotool windowfocus "$found" || true
}
shot() { import -window "$found" "$home/shot.png"; identify -format '%#' "$home/shot.png"; }
changes() { # changes WHAT SHOT-BEFORE: the picture has to become another within 5 s
  for _ in $(seq 25); do [ "$(shot)" != "$2" ] && return; sleep 0.2; done
  fail "nothing changed on the screen: $1"
}
ends() { for _ in $(seq 50); do kill -0 $window 2>/dev/null || return 0; sleep 0.1; done; return 1; }

open_wizard
import -window root "$picture"
colours=$(identify -format '%k' "$picture")
echo "window $found, $colours colours"
[ "$colours" -gt 50 ] || fail "the window is blank"

before=$(shot)
xdotool key F1; changes "F1 opens the help" "$before"
xdotool key Escape; sleep 0.5
before=$(shot)
xdotool key ctrl+o; changes "Ctrl+O asks for a path where no dialog for files answers" "$before"
cat >"$home/front.case.ron" <<'CASE'
(
    version: 1,
    title: "Front office",
    mail: (server: "127.0.0.1", port: 9, from: "scan@contoso.test", to: ["it@contoso.test"]),
)
CASE
before=$(shot)
xdotool type "$home/front.case.ron"; xdotool key Return; changes "the typed case opens" "$before"
echo "keyboard and the way without a dialog for files: well"

for size in "1024 640" "1240 780"; do
  # shellcheck disable=SC2086 # two numbers
  xdotool windowsize --sync "$found" $size; sleep 1
  shot >/dev/null
  [ "$(identify -format '%w %h' "$home/shot.png")" = "$size" ] || fail "no picture at $size"
  [ "$(identify -format '%k' "$home/shot.png")" -gt 50 ] || fail "the window is blank at $size"
done
echo "other sizes: drawn"

# A file is dragged onto another step than the one that shows it, as a file manager does it.
printf 'Nov 22 09:15:40 mail postfix/smtp[2211]: 4F1A2: to=<it@contoso.test>, dsn=5.7.1, status=bounced\n' >"$home/dropped mail.log"
before=$(shot)
/usr/bin/python3 "$(dirname "$0")/drop.py" "$found" "$home/dropped mail.log" || fail "the window took no file"
changes "a dropped file is shown" "$before"
xdotool key ctrl+s
for _ in $(seq 30); do grep -q "dropped mail.log" "$home/front.case.ron" && break; sleep 0.2; done
grep -q "dropped mail.log" "$home/front.case.ron" || fail "a dropped file is not in the case"
for _ in 1 2 3; do xdotool key alt+Left; sleep 0.3; done
echo "a file that is dragged onto the window: taken"

for way in Right Left; do before=$(shot); xdotool key "alt+$way"; changes "Alt+$way goes to another step" "$before"; done
before=$(shot); xdotool key F5; changes "F5 runs the probes" "$before"
sleep 3

xdotool key alt+Left; sleep 0.3; xdotool key alt+Left; sleep 0.7
before=$(shot)
xdotool type "10.1.2.3"; changes "the address is typed" "$before"
xdotool key ctrl+s
for _ in $(seq 30); do grep -q 10.1.2.3 "$home/front.case.ron" && break; sleep 0.2; done
grep -q 10.1.2.3 "$home/front.case.ron" || fail "Ctrl+S did not write the case"
echo "steps, a run, and saving by the keyboard: well"
kill $window; wait $window 2>/dev/null || true

# A case that is in no file: closing (Ctrl+Q, since there is no window manager here) asks, Escape stays, and what was typed is kept aside.
open_wizard
xdotool key Return; sleep 1 # New case has the keyboard
xdotool type "10.9.9.9"; sleep 0.5
before=$(shot)
xdotool key ctrl+q; changes "closing asks first" "$before"
kill -0 $window || fail "closing threw the case away"
xdotool key Escape; sleep 1
kill -0 $window || fail "Escape closed the window"
grep -rq "10.9.9.9" "$home/.local/share/scanmedic" || fail "the case was not put aside"
kill -9 $window; wait $window 2>/dev/null || true
open_wizard
grep -rq "10.9.9.9" "$home/.local/share/scanmedic" || fail "the case that was put aside is gone"
xdotool key ctrl+q
ends || fail "an empty wizard does not close"
window=
echo "closing with unsaved work asks, and a killed wizard has the case put aside: well"
