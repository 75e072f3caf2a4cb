//! The headless program.

pub mod lab;
