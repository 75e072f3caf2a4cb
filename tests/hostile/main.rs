//! Servers that lie, stall, flood, break off or speak something else, and input that is wrong: the real
//! program ends in time, in little memory, with a true finding, and never tells the password.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop loudly"
)]

mod breaks;
mod copier;
mod floods;
mod handshakes;
mod input;
mod logins;
#[path = "../common/memory.rs"]
mod memory;
mod names;
mod packages;
mod program;
mod scan;
mod script;
mod secrets;
mod strangers;
