//! ScanMedic.

fn main() {}
