#!/usr/bin/env bash
# Builds the Windows programs on Debian: Debian's own Rust brings the sources of its standard library, which is built
# for Windows along with them.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
# Processors of 2009 and later, as Windows 11 asks: the wizard's letters need no second set of code for older ones.
export RUSTFLAGS="-C target-cpu=x86-64-v2"
exec /usr/bin/cargo build --profile dist -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size --target x86_64-pc-windows-gnu --bins
