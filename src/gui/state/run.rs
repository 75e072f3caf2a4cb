//! A run as the screens see it: rows that come in one after the other.

use super::asked::Phase;
use crate::evidence::Evidence;
use crate::probe::{ProbeId, Status, Update};
use crate::session::RunId;
use crate::wire::transcript::Line;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How far a probe is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Planned.
    Queued,
    /// Begun.
    Running,
    /// Over.
    Ended(Status),
}

/// One probe of a run.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which.
    pub probe: ProbeId,
    /// How far.
    pub state: RowState,
    /// A few words.
    pub summary: String,
    /// How long it took.
    pub elapsed: Option<Duration>,
    /// What it found.
    pub evidence: Vec<Evidence>,
    /// The dialogue.
    pub transcript: Vec<Line>,
}

/// The present or last run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Its number; what comes with another is too late.
    pub id: RunId,
    /// How far.
    pub phase: Phase,
    /// Whether it only reads files.
    pub offline: bool,
    /// Whether it repeats some probes only; then the diagnosis of the whole run stands.
    pub partial: bool,
    /// When it began.
    pub began: Option<Instant>,
    /// How long it took.
    pub took: Option<Duration>,
    /// Its probes.
    pub rows: Vec<Row>,
    /// The long file that is being read.
    pub reading: Option<Reading>,
}

/// How far a file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The file.
    pub path: PathBuf,
    /// Bytes read.
    pub read: u64,
    /// Of how many.
    pub total: u64,
}

impl Reading {
    /// Percent, 0 to 100.
    pub fn percent(&self) -> u8 {
        let percent = u128::from(self.read) * 100 / u128::from(self.total.max(1));
        u8::try_from(percent).unwrap_or(100).min(100)
    }
}

impl Run {
    /// A run that was asked for now.
    pub fn begin(id: RunId) -> Self {
        Self {
            id,
            phase: Phase::Pending,
            offline: false,
            partial: false,
            began: Some(Instant::now()),
            took: None,
            rows: Vec::new(),
            reading: None,
        }
    }

    #[must_use]
    /// A run of some probes; the results of the others stay in sight.
    pub fn repeat(self, id: RunId, only: &[ProbeId]) -> Self {
        let mut next = Self::begin(id);
        next.partial = true;
        next.rows = self.rows;
        for row in &mut next.rows {
            if only.contains(&row.probe) {
                row.state = RowState::Queued;
            }
        }
        next
    }

    /// A run that only reads files and reasons; what the probes have found stays in sight.
    #[must_use]
    pub fn reason_again(self, id: RunId) -> Self {
        Self {
            offline: true,
            rows: self.rows,
            ..Self::begin(id)
        }
    }

    /// Whether it goes on.
    pub fn running(&self) -> bool {
        self.phase == Phase::Pending
    }

    /// How many probes are over, of how many.
    pub fn progress(&self) -> (usize, usize) {
        let over = self
            .rows
            .iter()
            .filter(|row| matches!(row.state, RowState::Ended(_)))
            .count();
        (over, self.rows.len())
    }

    /// Time since it began, or that it took.
    pub fn elapsed(&self) -> Option<Duration> {
        self.took
            .or_else(|| self.began.filter(|_| self.running()).map(|t| t.elapsed()))
    }

    /// Whether a probe met a fault.
    pub fn any_failed(&self) -> bool {
        self.rows
            .iter()
            .any(|row| row.state == RowState::Ended(Status::Failed))
    }

    /// The row of a probe, made where it was not planned.
    fn row(&mut self, probe: ProbeId) -> Option<&mut Row> {
        if !self.rows.iter().any(|row| row.probe == probe) {
            self.rows.push(Row::new(probe));
        }
        self.rows.iter_mut().find(|row| row.probe == probe)
    }

    /// Takes an update in.
    pub fn update(&mut self, update: Update) {
        match update {
            Update::Planned(all) => {
                for probe in all {
                    let _ = self.row(probe);
                }
            }
            Update::Started(probe) => {
                if let Some(row) = self.row(probe) {
                    row.state = RowState::Running;
                }
            }
            Update::Finished(outcome) => {
                if let Some(row) = self.row(outcome.probe) {
                    row.state = RowState::Ended(outcome.status);
                    row.summary = outcome.summary;
                    row.elapsed = Some(outcome.elapsed);
                    row.evidence = outcome.evidence;
                    row.transcript = outcome.transcript;
                }
            }
        }
    }

    /// Ends it; what was not over is stopped.
    pub fn end(&mut self, phase: Phase) {
        self.took = self.began.map(|began| began.elapsed());
        self.phase = phase;
        self.reading = None;
        for row in &mut self.rows {
            if !matches!(row.state, RowState::Ended(_)) {
                row.state = RowState::Ended(Status::Cancelled);
            }
        }
    }
}

impl Row {
    /// A planned probe.
    fn new(probe: ProbeId) -> Self {
        Self {
            probe,
            state: RowState::Queued,
            summary: String::new(),
            elapsed: None,
            evidence: Vec::new(),
            transcript: Vec::new(),
        }
    }
}
