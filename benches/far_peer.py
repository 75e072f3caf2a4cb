#!/usr/bin/env python3
"""A link of known delay between two network namespaces, for kernels without netem.

far_peer.py DELAY_MS    (as root) makes the namespaces `near` (10.77.0.1) and `far` (10.77.0.2), joins them
by two TUN devices and carries every packet across DELAY_MS later, until it is interrupted. Then:

  ip netns exec far  SERVER …            a server on 10.77.0.2
  ip netns exec near scanmedic diagnose --server 10.77.0.2 …
"""
import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace):
    with open(f"/var/run/netns/{namespace}") as handle:
        if libc.setns(handle.fileno(), 0):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")


def end(namespace, own, peer):
    """A TUN device inside a namespace; gives its file descriptor."""
    subprocess.run(["ip", "netns", "del", namespace], stderr=subprocess.DEVNULL)
    subprocess.run(["ip", "netns", "add", namespace], check=True)
    enter(namespace)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", b"far0", IFF_TUN | IFF_NO_PI))
    for command in (f"ip addr add {own} peer {peer} dev far0", "ip link set dev far0 mtu 1500 up", "ip link set lo up"):
        subprocess.run(command.split(), check=True)
    return tun


def carry(near, far, delay):
    waiting, number = [], 0
    other = {near: far, far: near}
    while True:
        pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 1.0
        for tun in select.select([near, far], [], [], pause)[0]:
            try:
                while True:
                    packet = os.read(tun, 2048)
                    number += 1
                    heapq.heappush(waiting, (time.monotonic() + delay, number, other[tun], packet))
            except BlockingIOError:
                pass
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, tun, packet = heapq.heappop(waiting)
            try:
                os.write(tun, packet)
            except OSError:
                pass


if __name__ == "__main__":
    ends = end("near", "10.77.0.1", "10.77.0.2"), end("far", "10.77.0.2", "10.77.0.1")
    print("near and far are joined", flush=True)
    try:
        carry(*ends, float(sys.argv[1]) / 1000)
    except KeyboardInterrupt:
        pass
    finally:
        for namespace in ("near", "far"):
            subprocess.run(["ip", "netns", "del", namespace])
