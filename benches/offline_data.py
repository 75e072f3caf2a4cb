#!/usr/bin/env python3
"""Makes large evidence files:  offline_data.py audit OUT MB   or   offline_data.py capture OUT MB

`audit`: a log in ten columns, a row for each recipient of an e-mail job. `capture`: mail sessions in plain text and
with STARTTLS (TLS 1.0 to 1.3, and handshakes that fail), whose TLS is real: both ends are played in memory.
Prints what the file holds.
"""
import itertools
import os
import random
import ssl
import struct
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
chance = random.Random(29)
EVENTS = ["1\tSystem startup", "5\tPrint Job", "12\tCopy Job", "29\tNetwork User Login", "43\tDevice Clock", "125\tSecure Protocol Log"]


def audit(out, size):
    """Rows in blocks of a hundred thousand, so that Python keeps up."""
    index = mails = failed = written = 0
    with open(out, "wb", buffering=1 << 22) as sink:
        for day in itertools.count():
            block = []
            for step in range(100_000):
                index += 1
                stamp = f"{day // 28 % 12 + 1:02}/{day % 28 + 1:02}/25\t{step // 4167:02}:{step // 70 % 60:02}:{step % 60:02}"
                if chance.random() < 0.4:
                    bad = chance.random() < 0.2
                    mails += 1
                    failed += bad
                    state = "comp-error" if bad else "comp-normal"
                    block.append(f"{index}\t{stamp}\t9\tEmail Job\tSCAN{index}.pdf\tuser{index % 400}\t{state}\tSuccess\tto{index % 3}@example.test\r\n")
                else:
                    block.append(f"{index}\t{stamp}\t{chance.choice(EVENTS)}\tMFP-2F\tSYN000001\tSuccess\t\t\r\n")
            data = "".join(block).encode()
            sink.write(data)
            written += len(data)
            if written >= size:
                break
    print(f"rows {index}, e-mail rows {mails}, failed {failed}, bytes {written}")


def handshake(folder, version, ciphers, server_ciphers):
    """The bytes of both ends in their order: (0 for the client or 1 for the server, bytes)."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(f"{folder}/c.pem", f"{folder}/k.pem")
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    for context, list_ in ((client, ciphers), (server, server_ciphers)):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers(list_ + ":@SECLEVEL=0")
    client.maximum_version = version
    wires = [ssl.MemoryBIO() for _ in range(4)]
    ends = [client.wrap_bio(wires[0], wires[1], server_hostname="mx.example.test"), server.wrap_bio(wires[2], wires[3], server_side=True)]
    said, done = [], [False, False]
    for turn in range(16):
        me = turn % 2
        try:
            if not done[me]:
                ends[me].do_handshake()
                done[me] = True
            elif all(done):
                ends[me].write(os.urandom(9000).hex().encode() if me == 0 else b"250 ok\r\n")
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            done = [None, None]
        data = wires[1 if me == 0 else 3].read()
        if data:
            said.append((me, data))
            wires[2 if me == 0 else 0].write(data)
        if done == [None, None]:
            break
    return said


def capture(out, size):
    hello = [(1, b"220 mx.example.test ESMTP\r\n"), (0, b"EHLO copier\r\n"), (1, b"250-mx.example.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n")]
    tls = hello + [(0, b"STARTTLS\r\n"), (1, b"220 2.0.0 go\r\n")]
    body = b"".join(b"%076d\r\n" % line for line in range(600))
    plain = hello + [(0, b"MAIL FROM:<a@example.test>\r\n"), (1, b"250 ok\r\n"), (0, b"RCPT TO:<b@example.test>\r\n"), (1, b"250 ok\r\n"),
                     (0, b"DATA\r\n"), (1, b"354 go\r\n"), (0, body + b".\r\n"), (1, b"250 queued\r\n"), (0, b"QUIT\r\n"), (1, b"221 bye\r\n")]
    sessions = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=mx.example.test",
                        "-keyout", f"{folder}/k.pem", "-out", f"{folder}/c.pem"], check=True, stderr=subprocess.DEVNULL)
        V = ssl.TLSVersion
        for version, share in ((V.TLSv1, 3), (V.TLSv1_1, 2), (V.TLSv1_2, 7), (V.TLSv1_3, 5)):
            sessions += [tls + handshake(folder, version, "ALL", "ALL") for _ in range(share)]
        sessions += [tls + handshake(folder, V.TLSv1_2, "AES256-SHA", "ALL:!AES256-SHA"), plain, plain]
    count = packets = 0
    with open(out, "wb", buffering=1 << 22) as sink:
        written = sink.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while written < size:
            session = sessions[count % len(sessions)]
            count += 1
            ends = [(0x0A000000 | count, 1024 + count % 60000), (0xC0000201, 587)]
            sequence = [1000, 5000]

            def frame(me, flags, data=b""):
                nonlocal written, packets
                (source, sport), (target, tport) = ends[me], ends[1 - me]
                tcp = struct.pack(">HHIIBBHHH", sport, tport, sequence[me], sequence[1 - me] if flags & 16 else 0, 80, flags, 65000, 0, 0) + data
                ip = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), packets & 0xFFFF, 0, 64, 6, 0, source, target) + tcp
                packet = b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip
                packets += 1
                written += sink.write(struct.pack("<IIII", 1_700_000_000 + packets // 1000, packets % 1000 * 1000, len(packet), len(packet)) + packet)
                sequence[me] += len(data) + (1 if flags & 3 else 0)

            frame(0, 2), frame(1, 18), frame(0, 16)
            for me, data in session:
                for at in range(0, len(data), 1448):
                    frame(me, 24, data[at:at + 1448])
                frame(1 - me, 16)
            frame(0, 17), frame(1, 17), frame(0, 16)
    print(f"sessions {count}, packets {packets}, bytes {written}")


{"audit": audit, "capture": capture}[sys.argv[1]](sys.argv[2], int(sys.argv[3]) * 1_000_000)
