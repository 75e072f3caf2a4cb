//! Files to evidence: logs, transcripts, captures, bounces, panel codes.

use serde::Serialize;

/// What could be read of an evidence file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// Path as given.
    pub path: String,
    /// What it was taken for.
    pub format: String,
    /// Records read.
    pub records: u64,
    /// Records passed over.
    pub skipped: u64,
    /// What was wrong with it.
    pub problem: Option<String>,
}
