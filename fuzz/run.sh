#!/usr/bin/env bash
# Fuzzes the parsers of outside bytes:  fuzz/run.sh [SECONDS [TARGET …]]
#
# SECONDS (default 30) is for each target; the target is `every` where none is named, and `all` means each
# of them, two at a time. Works with the stable toolchain: the code holds no `unsafe`, so the fuzzer needs
# coverage and no sanitizer. FUZZ_BUILD_LIMIT=SECONDS ends a build that takes longer. What it finds is kept in fuzz/artifacts, the corpus in fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-30}
shift || true
targets=("${@:-every}")
[ "${targets[0]}" != all ] || mapfile -t targets < <(basename -s .rs -a fuzz_targets/*.rs | grep -vx every)

# What `cargo fuzz build --sanitizer none` sets, without asking for cargo-fuzz to be there.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
export CARGO_TARGET_DIR="${FUZZ_TARGET_DIR:-${CARGO_TARGET_DIR:-target}/fuzz}"
bins=()
for target in "${targets[@]}"; do bins+=(--bin "$target"); done
# With a target named, the flags are for the fuzzed code and not for build scripts.
host=$(rustc -vV | sed -n "s/^host: //p")
code=0
timeout "${FUZZ_BUILD_LIMIT:-0}" cargo build --quiet --release --target "$host" "${bins[@]}" || code=$?
if [ "$code" = 124 ]; then
  echo "the fuzzer was not built within ${FUZZ_BUILD_LIMIT} s; what is built is kept, and the next run goes on from there"
  exit 0
fi
[ "$code" = 0 ] || exit "$code"
built=$CARGO_TARGET_DIR/$host/release

# The first byte of an input of `every` is the parser's place in the list (see src/fuzzing.rs).
mkdir -p corpus artifacts
if [[ " ${targets[*]} " == *" every "* ]]; then
  mkdir -p corpus/every
  place=0
  for folder in seeds/*/; do
    for seed in "$folder"*; do
      { printf "\\x$(printf %02x "$place")"; cat "$seed"; } >"corpus/every/seed-$(basename "$folder")-$(basename "$seed")"
    done
    place=$((place + 1))
  done
fi

run() {
  local target=$1 log
  log=$(mktemp)
  mkdir -p "corpus/$target" "artifacts/$target" "seeds/$target"
  if ! "$built/$target" "corpus/$target" "seeds/$target" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=1024 -max_len=16384 -artifact_prefix="artifacts/$target/" -print_final_stats=1 >"$log" 2>&1; then
    echo "$target: FAILED"
    tail -40 "$log"
    rmdir "seeds/$target" 2>/dev/null || true
    return 1
  fi
  rmdir "seeds/$target" 2>/dev/null || true
  echo "$target: $(grep -oE 'number_of_executed_units: *[0-9]+' "$log" | grep -oE '[0-9]+') inputs in $seconds s, none harmful"
  rm -f "$log"
}
export -f run
export seconds built
printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -c 'run {}'
