//! The reasoning over evidence made by hand: each test is a case as a technician would tell it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::wildcard_imports,
    reason = "a test that cannot go on shall stop; the support module is the language of the stories"
)]

mod perspective;
mod signs;
mod support;
mod verdicts;
