//! The diagnosis against mail software that nobody here wrote: Postfix with Dovecot's SASL, Exim,
//! OpenSSL's server. A peer that is missing is an error, never a silent skip.
//!
//! `cargo test --features peers --test peers`, as root, with Debian's postfix, dovecot-core, openssl, snmpd,
//! swaks, cups-ipp-utils, dbus, avahi-daemon, and snmpsim from PyPI.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall stop"
)]

mod devices;
mod exim;
mod listen;
mod openssl;
mod postfix;
mod reception;
mod support;
