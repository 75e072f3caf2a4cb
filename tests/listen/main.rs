//! `scanmedic listen` as a copier meets it: the real program, one scripted client after the other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall stop"
)]

mod devices;
mod gigabyte;
#[path = "../common/memory.rs"]
mod memory;
mod options;
mod rude;
mod support;
mod tap;
