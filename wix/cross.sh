#!/usr/bin/env bash
# Builds the Windows programs on Debian: Debian's own Rust brings the sources of its standard library, which is built
# for Windows along with them. The command line is built without the wizard, and starts the wizard's program beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
build() { /usr/bin/cargo build --profile dist -Zbuild-std=std,panic_abort --target x86_64-pc-windows-gnu "$@"; }
build --bin scanmedic-gui
build --bin scanmedic --no-default-features
