//! Files to evidence: logs, transcripts, captures, bounces, panel codes.

mod capture;
mod certificate;
mod collect;

use crate::evidence::Evidence;
use crate::knowledge::Knowledge;
use collect::Collector;
use serde::Serialize;
use std::fs::File;
use std::path::Path;

pub use capture::{AlertSeen, CaptureSummary, ClientHelloSeen, ServerHelloSeen, SmtpSeen};

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

/// What a file said.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What it was taken for, and how much of it could be read.
    pub report: FileReport,
    /// What it proves, in the order of the file.
    pub evidence: Vec<Evidence>,
    /// Where it is a network capture: the counts.
    pub capture: Option<CaptureSummary>,
}

/// Why a file could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be read: {problem}")]
pub struct ReadError {
    /// Path as given.
    pub path: String,
    /// In the system's words.
    pub problem: String,
}

/// Reads a file of any kind that is known here. Damage and unknown content are told in the report.
pub fn read(path: &Path, _knowledge: &Knowledge) -> Result<Reading, ReadError> {
    let failed = |problem: std::io::Error| ReadError {
        path: path.display().to_string(),
        problem: problem.to_string(),
    };
    let file = File::open(path).map_err(failed)?;
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut out = Collector::new(&name);
    let (summary, problem) = capture::read(file, &mut out);
    Ok(Reading {
        report: FileReport {
            path: path.display().to_string(),
            format: "capture".into(),
            records: summary.packets,
            skipped: 0,
            problem,
        },
        evidence: out.finish(),
        capture: Some(summary),
    })
}
