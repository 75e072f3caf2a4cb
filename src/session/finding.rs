//! All that a run found: the contract's `diagnose --json`.

use super::record::Record;
use super::tables::{PortRow, SideBySide};
use crate::case::{Case, Results};
use crate::diagnose::Diagnosis;
use crate::logs::FileReport;
use crate::probe;
use crate::remedy::Remedy;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Version of the shape of [`Finding`].
pub const SCHEMA: u32 = 1;

/// All that a run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Version of this shape.
    pub schema: u32,
    /// The reasoning.
    #[serde(flatten)]
    pub diagnosis: Diagnosis,
    /// Evidence files and what could be read of them.
    pub files: Vec<FileReport>,
    /// What to do.
    pub remedy: Option<Remedy>,
    /// What ran.
    pub probes: Vec<ProbeReport>,
    /// The mail ports of the server; empty where they were not looked at.
    pub ports: Vec<PortRow>,
    /// The send without and with the device's limits; empty where nothing is known of those.
    pub side_by_side: Vec<SideBySide>,
    /// The whole run, in milliseconds.
    pub elapsed_ms: u64,
}

impl Finding {
    /// The exit code of the contract: 0 no fault, 1 a fault, 3 inconclusive.
    pub fn exit_code(&self) -> u8 {
        match self.diagnosis.verdict.cause.as_str() {
            "none" => 0,
            "inconclusive" => 3,
            _ => 1,
        }
    }

    /// What the case keeps of it. `send` is how far the test went; nothing was tested where `offline`.
    pub fn results(&self, case: &Case, send: probe::SendMode, offline: bool) -> Results {
        let verdict = &self.diagnosis.verdict;
        Results {
            at: jiff::Timestamp::now().to_string(),
            cause: verdict.cause.clone(),
            certainty: verdict.certainty.id().to_owned(),
            headline: verdict.headline.clone(),
            offline,
            send: if offline { "" } else { send.id() }.to_owned(),
            settings: Some(Box::new(case.settings())),
            found: Record::of(self).ok().map(|record| record.to_value()),
        }
    }
}

/// One probe of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbeReport {
    /// Which.
    pub id: probe::ProbeId,
    /// How it ended.
    pub status: probe::Status,
    /// How long it took.
    pub elapsed_ms: u64,
    /// What it found, in a few words.
    pub summary: String,
    /// The dialogue, line by line; secrets are masked where it is written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<String>,
}

impl From<&probe::Outcome> for ProbeReport {
    fn from(outcome: &probe::Outcome) -> Self {
        Self {
            id: outcome.probe,
            status: outcome.status,
            elapsed_ms: millis(outcome.elapsed),
            summary: outcome.summary.clone(),
            transcript: outcome.transcript.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Whole milliseconds.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
