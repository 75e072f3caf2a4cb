#!/usr/bin/env python3
"""Writes packaging/order.ld: what a test of the send path runs and reads, for the linker to lay side by side.

The kernel maps a program's file in pieces of 64 kB and more around each page that is touched, so functions that are
strewn over 28 MB of code take several times their size in memory. The list holds for one compiler and one Cargo.lock;
what has another name since then is laid where it would be without it.

    packaging/order.py          needs a release build's time, valgrind, and perf for what valgrind's processor lacks
    packaging/order.py check    fails where a test takes so much memory that the list must be out of date
"""
import bisect
import collections
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
SCRIPT = HOUSE / "packaging/order.ld"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HOUSE / "target"))
PROGRAM = TARGET / "release/scanmedic"
ROUNDS = 10
# MB that a test takes at most; 9 with the list, 20 without it.
LIMIT = 13


def build(work, script):
    """Links with names and a map, with the script where one is given."""
    extra = ["-C", "strip=none", "-C", f"link-arg=-Wl,-Map={work}/map"]
    if script:
        extra += ["-C", f"link-arg=-T{script}"]
    (HOUSE / "src/bin/scanmedic.rs").touch()
    subprocess.run(["cargo", "rustc", "--release", "--bin", "scanmedic", "--", *extra], cwd=HOUSE, check=True)


def sections(work):
    """Address, size, object and name of every piece of code and of constants, sorted, and the pieces' addresses."""
    line = re.compile(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s+(\S+):\((\.(?:text|rodata)\S*)\)$")
    found = [line.match(one) for one in (work / "map").read_text().splitlines()]
    pieces = sorted((int(m[1], 16), int(m[2], 16), m[3], m[4]) for m in found if m and int(m[2], 16))
    return pieces, [piece[0] for piece in pieces]


def at(address, pieces, starts):
    """The piece that holds an address."""
    number = bisect.bisect_right(starts, address) - 1
    if number >= 0 and address < pieces[number][0] + pieces[number][1]:
        return pieces[number][2:]
    return None


def patterns(piece):
    """How a linker script names a piece, whatever the number of the unit it comes from: file and names."""
    source, name = piece
    if name in (".text", ".rodata"):
        member = re.sub(r"^.*[/(]", "", source).rstrip(")")
        return f"*{re.sub(r'^[0-9a-f]{16}-', '', member)}", [name]
    if re.match(r"\.rodata\.\.?(Lanon|anon)\.", name):
        # A constant without a name of its own: all of its library's.
        library = re.match(r".*/(lib\w+-)", source)
        return (f"*{library[1]}*", [".rodata..Lanon.*", ".rodata.anon.*"]) if library else ("", [])
    name = name.replace("$", "?")
    bare = re.sub(r"(\.llvm)?(\.\d+)+(\.rel)?$", "", name)
    return "*", [bare] if bare == name else [bare, f"{bare}.*"]


def write(used):
    """The linker script of these pieces: those of the first command, then what each of the next has besides."""
    lines = ["/* Written by packaging/order.py: what a test of the send path runs and reads. */"]
    for part in ("text", "rodata"):
        written = set()
        lines.append(f"SECTIONS {{ .{part}.run : {{")
        for pieces in used:
            by_file = collections.defaultdict(set)
            # What is merged, the linker lays together by itself.
            for piece in (one for one in pieces if one[0] != "<internal>" and one[1].startswith(f".{part}")):
                file, names = patterns(piece)
                by_file[file].update(name for name in names if (file, name) not in written)
            for file, names in sorted(by_file.items()):
                written.update((file, name) for name in names)
                if names:
                    lines += [f"{file}(", *sorted(names), ")"]
        lines.append(f"}} }} INSERT BEFORE .{part};")
    return "\n".join([*lines, ""])


class Lab:
    """A mail service on loopback, and the commands of the program that are watched, the most usual one first."""

    def __enter__(self):
        self.child = subprocess.Popen([PROGRAM, "lab", "healthy-submission"], stdout=subprocess.PIPE, text=True)
        said = ""
        while not all(word in said for word in ("case.ron", "lab-ca.pem", "587 stands at")):
            line = self.child.stdout.readline()
            if not line:
                sys.exit(f"order.py: the lab does not start; it said:\n{said}")
            said += line
        case, authority = re.search(r"\S+case\.ron", said)[0], re.search(r"\S+lab-ca\.pem", said)[0]
        address = re.search(r"587 stands at ([\d.:]+)", said)[1]
        lab = ["--resolve", f"smtp.office365.com:587:{address}", "--ca", authority, "--json"]
        stated = ["--server", "smtp.office365.com", "--port", "587", "--encryption", "starttls", "--user",
                  "scan@contoso.com", "--from", "scan@contoso.com", "--to", "it@contoso.com"]
        self.commands = [
            ["diagnose", *stated, *lab, "--only", "envelope"],
            ["diagnose", case, *lab, "--only", "envelope"],
            ["diagnose", *stated, *lab],
            ["explain", "550 5.7.60 SMTP; Client does not have permissions to send as this sender", "--json"],
            ["tls", address, "--starttls", "--json"],
        ]
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()

    @staticmethod
    def run(command, *before):
        """Runs a command under another program."""
        environment = os.environ | {"SCANMEDIC_PASSWORD": "lab-Pa55word"}
        done = subprocess.run([*before, PROGRAM, *command], env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"order.py: {before[0]} with {command}: exit {done.returncode}")


def ran(work, command):
    """The pieces that valgrind sees a command run or read."""
    log = work / "reads"
    # Some gigabytes of text: only what differs is kept, by sixteen bytes.
    unique = "awk '/^(I | [LM])/ { sub(/.,.*/, \"\", $2); if (!seen[$2]++) print $2 }'"
    Lab.run(command, "sh", "-c", f'valgrind --tool=lackey --trace-mem=yes "$@" 2>&1 >/dev/null | {unique} >{log}', "sh")
    addresses = {int(line + "0", 16) for line in log.read_text().split()}
    # Valgrind lays the program lowest, and its first lines are read by the loader.
    shift = min(addresses) & ~0xFFF
    pieces = sections(work)
    return {at(address - shift, *pieces) for address in addresses} - {None}


def missed(work, command):
    """The pieces outside of the list at which a page had to be mapped for a command."""
    data = work / "faults"
    Lab.run(command, "perf", "record", "-e", "page-faults", "-c", "1", "-d", "-o", data)
    told = subprocess.run(["perf", "script", "-i", data, "--show-mmap-events", "-F", "addr,ip,event"],
                          capture_output=True, text=True, check=True).stdout
    table = subprocess.run(["readelf", "-SW", PROGRAM], capture_output=True, text=True, check=True).stdout
    code, *rests = [[int(number, 16) for number in found] for found in
                    re.findall(r" \.(?:text|rodata) +PROGBITS +(\w+) (\w+) (\w+)", table)[::-1]]
    mapped = re.search(rf"\[0x(\w+)\(\w+\) @ (\w+) [^\n]*\]: r-xp \S*/{PROGRAM.name}\n", told)
    shift = int(mapped[1], 16) - int(mapped[2], 16) - (code[0] - code[1])
    faults = {int(one, 16) - shift for one in re.findall(r"page-faults\S*\s+([0-9a-f]+)", told)}
    outside = [fault for fault in faults for start, _, size in (code, *rests) if start <= fault < start + size]
    pieces = sections(work)
    return {at(fault, *pieces) for fault in outside} - {None}


def check():
    """Whether the program as it is built takes as little memory as the list promises."""
    with Lab() as lab, tempfile.NamedTemporaryFile("r") as peak:
        Lab.run(lab.commands[0], "/usr/bin/time", "-f", "%M", "-o", peak.name)
        taken = int(peak.read()) / 1024
    print(f"a test takes {taken:.1f} MB, {LIMIT} at most")
    if taken > LIMIT:
        sys.exit("order.py: packaging/order.ld is out of date; run packaging/order.py")


def main():
    SCRIPT.write_text("")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        build(work, None)
        with Lab() as lab:
            used = [ran(work, command) for command in lab.commands]
        for _ in range(ROUNDS):
            draft = work / "order.ld"
            draft.write_text(write(used))
            build(work, draft)
            count = 0
            with Lab() as lab:
                for known, command in zip(used, lab.commands):
                    more = set().union(*(missed(work, command) for _ in range(3))) - known
                    known |= more
                    count += len(more)
            print(f"{len(set().union(*used))} pieces, {count} more")
            if not count:
                break
    SCRIPT.write_text(write(used))


if sys.argv[1:] == ["check"]:
    check()
else:
    main()
