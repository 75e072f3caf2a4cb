//! The engine: commands in, events out. The only door of the command line and the wizard to the work.

use crate::diagnose::Diagnosis;
use crate::knowledge::Knowledge;
use crate::logs::FileReport;
use crate::probe;
use crate::remedy::Remedy;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// Numbers a run, so that a late answer of a cancelled run can be told from one of the present run.
pub type RunId = u64;

/// What the engine can be asked to do.
#[derive(Debug)]
pub enum Command {
    /// Probe, read the case's files, diagnose.
    Diagnose {
        /// Number of the run, chosen by the asker.
        run: RunId,
        /// What to do.
        request: Box<probe::Request>,
        /// Read files only; touch no network.
        offline: bool,
        /// Folder against which the case's files are taken.
        folder: PathBuf,
    },
    /// Stop the present run at once.
    Cancel,
    /// Ask a device what it is.
    Identify {
        /// Number of the run.
        run: RunId,
        /// Name or address.
        address: String,
        /// Where to ask.
        ports: probe::DevicePorts,
    },
    /// End the engine.
    Shutdown,
}

/// What the engine tells.
#[derive(Debug, Clone)]
pub enum Event {
    /// A probe was planned, began or ended.
    Probe(RunId, probe::Update),
    /// The run is over; this is what was found.
    Diagnosed(RunId, Box<Finding>),
    /// What a device is.
    Identified(RunId, Box<serde_json::Value>),
    /// The run was stopped.
    Cancelled(RunId),
    /// The run could not be done; the text says what, where and how to mend it.
    Failed(RunId, String),
}

/// A running engine.
#[derive(Debug)]
pub struct Session {
    events: SyncSender<Event>,
}

impl Session {
    /// Starts the engine on its own threads. `wake` is called after every event, from any thread.
    pub fn start(
        _knowledge: Arc<Knowledge>,
        _wake: impl Fn() + Send + Sync + 'static,
    ) -> (Self, Receiver<Event>) {
        let (events, receiver) = sync_channel(1024);
        (Self { events }, receiver)
    }

    /// Asks the engine to do something; never blocks.
    pub fn send(&self, _command: Command) {
        let _ = &self.events;
    }
}

/// All that a run found: the contract's `diagnose --json`.
#[derive(Debug, Clone, Serialize)]
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
    /// The whole run, in milliseconds.
    pub elapsed_ms: u64,
}

/// One probe of a run.
#[derive(Debug, Clone, Serialize)]
pub struct ProbeReport {
    /// Which.
    pub id: probe::ProbeId,
    /// How it ended.
    pub status: probe::Status,
    /// How long it took.
    pub elapsed_ms: u64,
    /// What it found, in a few words.
    pub summary: String,
}

impl From<&probe::Outcome> for ProbeReport {
    fn from(outcome: &probe::Outcome) -> Self {
        Self {
            id: outcome.probe,
            status: outcome.status,
            elapsed_ms: millis(outcome.elapsed),
            summary: outcome.summary.clone(),
        }
    }
}

/// Whole milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
