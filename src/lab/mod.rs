//! Simulated mail services, DNS and devices on loopback, described by `assets/lab/*.ron`.
