#!/usr/bin/env bash
# Files, side by side: a long audit log against ripgrep and mawk, a long capture against tcpdump and tshark.
# Medians of wall time, peak memory, ratios, and whether the counts are the same.
#
#   benches/offline.sh [PROGRAM]      RUNS=5, AUDIT_MB=1000, CAPTURE_MB=200 by default
#
# Needs: ripgrep, mawk, tcpdump, tshark, openssl, python3, GNU time; DATA=FOLDER keeps the files for the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/scanmedic}")
runs=${RUNS:-5} audit_mb=${AUDIT_MB:-1000} capture_mb=${CAPTURE_MB:-200}
work=$(mktemp -d /tmp/offline.XXXXXX)
trap 'rm -rf "$work"' EXIT
data=${DATA:-$work}
for tool in rg mawk tcpdump tshark openssl python3 /usr/bin/time "$program"; do
  command -v "$tool" >/dev/null || { echo "offline.sh: $tool is missing" >&2; exit 2; }
done
[ -e "$data/audit.txt" ] || python3 benches/offline_data.py audit "$data/audit.txt" "$audit_mb"
[ -e "$data/mail.pcap" ] || python3 benches/offline_data.py capture "$data/mail.pcap" "$capture_mb"
echo "load $(cut -d' ' -f1-3 /proc/loadavg), $(nproc) cores, $runs runs each, in turns"

# one NAME COMMAND …: one run; seconds and peak MB are added to the figures of that name.
one() {
  local name=$1
  shift
  /usr/bin/time -q -f '%e %M' -o "$work/figure" "$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null || true
  cat "$work/figure" >>"$work/$name.figures"
}
median() { sort -n -k"$2,$2" "$work/$1.figures" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }
row() { awk -v n="$1" -v s="$(median "$2" 1)" -v m="$(median "$2" 2)" 'BEGIN { printf "| %-44s | %8.2f s | %7.1f MB |\n", n, s, m / 1024 }'; }
ratio() { awk -v a="$(median "$1" 1)" -v b="$(median "$2" 1)" 'BEGIN { printf "%.2f", a / b }'; }

cat "$data/audit.txt" >/dev/null
for _ in $(seq "$runs"); do
  one audit "$program" analyze "$data/audit.txt" --json
  one rg rg -c comp-error "$data/audit.txt"
  one mawk mawk -F'\t' '$4 == 9 && $8 == "comp-error" { n++ } END { print n }' "$data/audit.txt"
done
cat "$data/mail.pcap" >/dev/null
for _ in $(seq "$runs"); do
  one capture "$program" analyze "$data/mail.pcap" --json
  one tcpdump tcpdump -r "$data/mail.pcap" -w /dev/null
done
for _ in 1 2; do
  one tshark tshark -r "$data/mail.pcap" -Y tls.handshake.type==1 -T fields -e tcp.stream -e tls.handshake.version
done

row "audit log, every row by its columns" audit
row "ripgrep, one word counted" rg
row "mawk, one column matched" mawk
row "capture, dialogues and handshakes" capture
row "tcpdump, read through" tcpdump
row "tshark, ClientHellos" tshark
echo
echo "audit log: $(ratio audit rg) times ripgrep's time (goal 1, must 4), mawk takes $(ratio mawk audit) times ours (must 4)"
echo "capture: $(ratio capture tcpdump) times tcpdump's time (goal 3), tshark takes $(ratio tshark capture) times ours (must 30)"
python3 - "$work" <<'PY'
import json, sys
work = sys.argv[1]
rows = json.load(open(f"{work}/audit.out"))["files"][0]
hellos = len(json.load(open(f"{work}/capture.out"))["files"][0]["capture"]["client_hellos"])
theirs = sum(len(line.split("\t")[1].split(",")) for line in open(f"{work}/tshark.out") if "\t" in line)
print(f"counts: {rows['records']} rows, {rows['skipped']} passed over; {hellos} ClientHellos, tshark {theirs}")
sys.exit(hellos != theirs or rows["problem"] is not None)
PY
