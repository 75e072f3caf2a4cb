//! Files to evidence: logs, transcripts, captures, bounces, panel codes.

mod ahead;
mod bounce;
mod capture;
mod certificate;
mod collect;
#[cfg(any(test, feature = "fuzzing"))]
pub mod forced;
mod foreign;
mod open;
pub mod rows;
mod source;
#[cfg(test)]
mod tests;
mod text;
pub mod timeline;
mod watched;
mod xerox;

use crate::evidence::Evidence;
use crate::knowledge::Knowledge;
use jiff::Timestamp;
use open::Opener;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use watched::Watched;

pub use capture::{AlertSeen, CaptureSummary, ClientHelloSeen, ServerHelloSeen, SmtpSeen};
pub use collect::is_failure;

/// What could be read of an evidence file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[error("{path}: cannot be read: {problem}")]
pub struct ReadError {
    /// Path as given.
    pub path: String,
    /// In the system's words.
    pub problem: String,
}

/// Reads a file of any kind that is known here: a capture, a log, a transcript, a bounce, plain or in
/// gzip or zip. Damage and unknown content are told in the report; memory stays bounded.
pub fn read(path: &Path, knowledge: &Knowledge) -> Result<Reading, ReadError> {
    read_watched(path, knowledge, &mut |_, _| true)
}

/// As [`read`]; `watch` is told every so often how many bytes of how many were read, and stops the reading by
/// *false*: what was read until then is told, with the stop among its problems.
pub fn read_watched(
    path: &Path,
    knowledge: &Knowledge,
    watch: &mut (dyn FnMut(u64, u64) -> bool + Send),
) -> Result<Reading, ReadError> {
    let failed = |problem: std::io::Error| ReadError {
        path: path.display().to_string(),
        problem: problem.to_string(),
    };
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    let mut file = Watched::new(file, about.len(), watch);
    let written = about
        .modified()
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut opener = Opener::new(&name, knowledge, written);
    let mut start = Vec::new();
    (&mut file).take(4).read_to_end(&mut start).map_err(failed)?;
    // A pipe cannot be wound back: what was read of it is put in front again.
    if file.rewind().is_ok() {
        if start == b"PK\x03\x04" || start == b"PK\x05\x06" {
            opener.zip(&name, file, 0);
        } else {
            opener.content(&name, &mut file, 0);
        }
    } else {
        opener.content(&name, &mut start.as_slice().chain(file), 0);
    }
    Ok(opener.reading(path))
}
