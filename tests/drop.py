#!/usr/bin/python3
"""Drops a file on a window as a file manager does (XDND, version 5).

    drop.py WINDOW FILE        exits 0 once the window has said that it took it
"""
import sys
import time
import urllib.parse

from Xlib import X, Xatom, display
from Xlib.protocol import event

target_id, path = int(sys.argv[1], 0), sys.argv[2]
screen = display.Display()
root = screen.screen().root
target = screen.create_resource_object("window", target_id)
source = root.create_window(0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask)


def atom(name):
    return screen.intern_atom(name)


URIS = atom("text/uri-list")
ASKED_BY = {"XdndStatus": None, "XdndFinished": None}


def send(kind, *data):
    words = (list(data) + [0] * 5)[:5]
    message = event.ClientMessage(window=target, client_type=atom(kind), data=(32, words))
    target.send_event(message, event_mask=X.NoEventMask)
    screen.flush()


def serve(request):
    """Hands the list of files to whoever asks for the selection."""
    if request.target == URIS:
        text = "file://" + urllib.parse.quote(path) + "\r\n"
        request.requestor.change_property(request.property, URIS, 8, text.encode())
        given = request.property
    else:
        given = X.NONE
    answer = event.SelectionNotify(
        time=request.time,
        requestor=request.requestor,
        selection=request.selection,
        target=request.target,
        property=given,
    )
    request.requestor.send_event(answer)
    screen.flush()


def wait_for(kind, seconds=10):
    """Serves requests until the window says so; gives its words."""
    wanted, end = atom(kind), time.monotonic() + seconds
    while time.monotonic() < end:
        if not screen.pending_events():
            time.sleep(0.02)
            continue
        one = screen.next_event()
        if one.type == X.SelectionRequest:
            serve(one)
        elif one.type == X.ClientMessage and one.client_type == wanted:
            return one.data[1]
    sys.exit(f"no {kind} from the window")


area = target.get_geometry()
at = target.translate_coords(root, -area.width // 2, -area.height // 2)
x, y = abs(at.x), abs(at.y)
source.set_selection_owner(atom("XdndSelection"), X.CurrentTime)
send("XdndEnter", source.id, 5 << 24, URIS, 0, 0)
send("XdndPosition", source.id, 0, (x << 16) | y, X.CurrentTime, atom("XdndActionCopy"))
if not wait_for("XdndStatus")[1] & 1:
    sys.exit("the window does not take files")
time.sleep(float(sys.argv[3]) if len(sys.argv) > 3 else 0.2)
send("XdndDrop", source.id, 0, X.CurrentTime)
if not wait_for("XdndFinished")[1] & 1:
    sys.exit("the window refused the file")
