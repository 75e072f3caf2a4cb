#!/usr/bin/env bash
# Builds the Windows programs on Debian: Debian's own Rust brings the sources of its standard library, which is built
# for Windows along with them.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
exec /usr/bin/cargo build --profile dist -Zbuild-std=std,panic_abort --target x86_64-pc-windows-gnu --bins
