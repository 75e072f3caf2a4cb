#!/bin/bash
# One run, one table: the program beside sslscan, openssl s_client and swaks against a private Postfix, and
# `diagnose` over a link of 50 ms each way. Medians of wall time and of peak memory.
#
#   benches/compare.sh [PROGRAM]      as root; RUNS=21 by default
#
# PROGRAM is target/release/scanmedic where nothing is said. Needs: postfix, dovecot-core, sslscan, swaks,
# openssl, iproute2, python3, GNU time; sslyze and testssl.sh get a row where they are installed. Listens on
# loopback and inside its own network namespaces only.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/scanmedic}")
runs=${RUNS:-21}
user=scan@example.test
export SCANMEDIC_PASSWORD=Bench-Only-47
here=$(mktemp -d /tmp/compare.XXXXXX)
chmod 755 "$here"
link=

for tool in postfix doveadm dovecot sslscan swaks openssl ip python3 /usr/bin/time "$program"; do
  command -v "$tool" >/dev/null || { echo "compare.sh: $tool is missing" >&2; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "compare.sh: Postfix and namespaces need root" >&2; exit 2; }

finish() {
  for place in near far; do
    [ -e "$here/$place/etc" ] || continue
    postfix -c "$here/$place/etc" stop 2>/dev/null || true
    doveadm -c "$here/$place/dovecot.conf" stop 2>/dev/null || true
  done
  if [ -n "$link" ]; then
    # A background job of a script does not hear SIGINT, so its namespaces are taken down here.
    kill "$link" 2>/dev/null && wait "$link" 2>/dev/null || true
    ip netns del near 2>/dev/null || true
    ip netns del far 2>/dev/null || true
  fi
  rm -rf "$here"
}
trap finish EXIT

if ip netns list | grep -qE '^(near|far)\b'; then
  echo "compare.sh: the namespaces near and far are there already; another run may be using them" >&2
  exit 2
fi
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -keyout "$here/key.pem" \
  -out "$here/cert.pem" -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:10.77.0.2 \
  -addext basicConstraints=critical,CA:FALSE 2>/dev/null

# A Postfix with a login by Dovecot:  mail_server FOLDER ADDRESS PORT [COMMAND IN FRONT …]
mail_server() {
  local root=$here/$1 address=$2 port=$3
  shift 3
  mkdir -p "$root"/{etc,queue,data,run,state}
  chown postfix "$root/data"
  cat >"$root/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $root/queue
data_directory = $root/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.test
mydestination = example.test
inet_interfaces = all
inet_protocols = ipv4
mynetworks = 192.0.2.1/32
local_transport = discard:
default_transport = discard:
local_recipient_maps =
alias_maps =
smtpd_peername_lookup = no
in_flow_delay = 0
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = $here/cert.pem
smtpd_tls_key_file = $here/key.pem
smtpd_tls_mandatory_protocols = >=TLSv1.2
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
maillog_file_prefixes = $here
maillog_file = $root/mail.log
END
  {
    echo "$address:$port inet n - n - - smtpd"
    local service
    for service in cleanup:unix:n:0:cleanup qmgr:unix:n:1:qmgr tlsmgr:unix:-:1:tlsmgr \
      rewrite:unix:-:-:trivial-rewrite bounce:unix:-:0:bounce defer:unix:-:0:bounce trace:unix:-:0:bounce \
      verify:unix:-:1:verify proxymap:unix:-:-:proxymap error:unix:-:-:error retry:unix:-:-:error \
      discard:unix:-:-:discard anvil:unix:-:1:anvil postlog:unix-dgram:n:1:postlogd; do
      IFS=: read -r name kind private most command <<<"$service"
      echo "$name $kind $private - n - $most $command"
    done
  } >"$root/etc/master.cf"
  echo "$user:{PLAIN}$SCANMEDIC_PASSWORD" >"$root/users"
  cat >"$root/dovecot.conf" <<END
base_dir = $root/run
state_dir = $root/state
log_path = $root/dovecot.log
protocols =
ssl = no
listen = 127.0.0.1
auth_mechanisms = plain login
default_internal_user = dovecot
default_login_user = dovenull
passdb {
  driver = passwd-file
  args = $root/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/tmp
}
service auth {
  unix_listener $root/queue/private/auth {
    mode = 0666
  }
}
service anvil {
  chroot =
}
END
  "$@" postfix -c "$root/etc" start >/dev/null 2>&1
  dovecot -c "$root/dovecot.conf"
  local try
  for try in $(seq 100); do
    [ -S "$root/queue/private/auth" ] && "$@" bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && return
    sleep 0.1
  done
  echo "compare.sh: the mail server on $address:$port does not start (try $try); see $root" >&2
  exit 1
}

# median FILE COLUMN
median() { sort -n -k"$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }

# measure COMMAND …: the median of wall time in ms and of peak memory in MB go to $wall and $memory. The
# exit code is the measured program's own matter, but it must be the same in every run.
measure() {
  local began ended code first=
  : >"$here/figures"
  for _ in $(seq "$runs"); do
    began=$EPOCHREALTIME
    code=0
    /usr/bin/time -q -f %M -o "$here/peak" "$@" >"$here/out" 2>"$here/err" </dev/null || code=$?
    ended=$EPOCHREALTIME
    [ "${first:=$code}" = "$code" ] || { echo "compare.sh: exit $first, then $code: $*" >&2; cat "$here/err" >&2; exit 1; }
    echo "$(((${ended/./} - ${began/./}))) $(cat "$here/peak")" >>"$here/figures"
  done
  wall=$(awk -v us="$(median "$here/figures" 1)" 'BEGIN { printf "%.1f", us / 1000 }')
  memory=$(awk -v kb="$(median "$here/figures" 2)" 'BEGIN { printf "%.1f", kb / 1024 }')
}

row() { printf '| %-46s | %-28s | %8s | %6s |\n' "$1" "$2" "$3" "$4"; }

# line WORK TOOL COMMAND …: measures and prints a row
line() {
  local work=$1 tool=$2
  shift 2
  measure "$@"
  row "$work" "$tool" "$wall" "$memory"
}

# Fails where the last output lacks a text: what did not do its work is no figure.
did() { grep -qE -- "$1" "$here/out" "$here/err" || { echo "compare.sh: no $1 in:" >&2; head -50 "$here/out" "$here/err" >&2; exit 1; }; }

four_clients() {
  local version
  for version in -tls1 -tls1_1 -tls1_2 -tls1_3; do
    openssl s_client -starttls smtp -connect "$1" "$version" </dev/null || true
  done
}
export -f four_clients

mail_server near 127.0.0.1 12587
near=127.0.0.1:12587
row work tool "wall ms" "MB"
row "----------------------------------------------" "----------------------------" "--------" "------"
versions="TLS versions and certificate over STARTTLS"
line "$versions" "scanmedic tls" "$program" tls "$near" --starttls --json
did '"TLS1.3": "accepted"'
ours=$wall
# Without its tables of suites and groups and its attacks: the same question.
line "$versions" "sslscan" sslscan --no-colour --no-ciphersuites --no-groups --no-fallback --no-renegotiation \
  --no-compression --no-heartbleed --starttls-smtp "$near"
did 'TLSv1.3 +enabled'
did 'Subject: +localhost'
goals="tls: $ours ms against sslscan's $wall ms"
line "$versions" "openssl s_client, four times" bash -c "four_clients $near"
# These two are slow and not on every machine: fewer runs, and no row where they are missing.
all_runs=$runs
runs=3
if command -v sslyze >/dev/null; then
  line "$versions" "sslyze (3 runs)" sslyze --starttls smtp --sslv3 --tlsv1 --tlsv1_1 --tlsv1_2 --tlsv1_3 --certinfo "$near"
fi
if command -v testssl >/dev/null; then
  # Its exit code counts its findings, and those of a slow machine differ from run to run.
  line "$versions" "testssl.sh -p -S (3 runs)" bash -c "testssl --warnings off --color 0 -p -S -t smtp $near || true"
  did 'TLS 1.3'
  goals+=$'\n'"tls: $(awk -v o="$ours" -v t="$wall" 'BEGIN { printf "%.0f", t / o }') times as fast as testssl.sh -p -S; goal 100"
fi
runs=$all_runs

envelope="STARTTLS, login, MAIL and RCPT"
asked=(diagnose --server localhost --port 587 --resolve "localhost:587:$near" --encryption starttls --user "$user"
  --from "$user" --to it@example.test --ca "$here/cert.pem" --json)
line "$envelope" "scanmedic --only envelope" "$program" "${asked[@]}" --only envelope
did '"cause": "none"'
ours="$wall ms, $memory MB"
line "$envelope, all probes" "scanmedic diagnose" "$program" "${asked[@]}"
did '"cause": "none"'
line "$envelope" "swaks" swaks --server "$near" --tls --auth PLAIN --auth-user "$user" --auth-password \
  "$SCANMEDIC_PASSWORD" --from "$user" --to it@example.test --quit-after RCPT
did '250 2.1.5'
goals+=$'\n'"envelope: $ours against swaks' $wall ms, $memory MB"

line "one reply line in words" "scanmedic explain" "$program" explain '550 5.7.60 SMTP; Client does not have permissions to send as this sender' --json
did '"send-as-denied"'
goals+=$'\n'"explain: $wall ms and $memory MB; goals 30 ms and 25 MB"

# 50 ms each way. The longest chain in which each step waits for the one before: connect, greeting, EHLO,
# STARTTLS, the one round trip of TLS 1.3, EHLO inside it, AUTH PLAIN with its answer, MAIL and RCPT together.
# And one that no client can spare: after the handshake OpenSSL sends a session ticket, a small segment, and
# Nagle's rule on the server's socket holds the reply to EHLO back until that ticket is acknowledged.
chain=9
python3 benches/far_peer.py 50 >"$here/link" &
link=$!
until grep -q joined "$here/link"; do kill -0 "$link" && sleep 0.1; done
mail_server far 10.77.0.2 587 ip netns exec far
asked=(diagnose --server 10.77.0.2 --port 587 --encryption starttls --user "$user" --from "$user"
  --to it@example.test --ca "$here/cert.pem" --json)
# What one round trip really takes, relay and all: the median of bare TCP connections.
trip=$(ip netns exec near python3 -c '
import socket, statistics, time
def trip():
    began = time.monotonic()
    socket.create_connection(("10.77.0.2", 587)).close()
    return 1000 * (time.monotonic() - began)
print(statistics.median(trip() for _ in range(9)))')
runs=$((runs < 7 ? runs : 7))
line "50 ms each way, all probes" "scanmedic diagnose" ip netns exec near "$program" "${asked[@]}"
did '"cause": "none"'
line "50 ms each way, $envelope" "swaks" ip netns exec near swaks --server 10.77.0.2:587 --tls --auth PLAIN \
  --auth-user "$user" --auth-password "$SCANMEDIC_PASSWORD" --from "$user" --to it@example.test --quit-after RCPT
measure ip netns exec near "$program" "${asked[@]}"
goals+=$'\n'"far: $(awk -v w="$wall" -v n=$chain -v t="$trip" 'BEGIN {
  printf "%s ms for a chain of %d round trips of %.1f ms = %.0f ms, factor %.2f", w, n, t, n * t, w / (n * t) }')"
printf '\n%s\n' "$goals"
