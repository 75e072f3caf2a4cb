//! A run as the screens see it: rows that come in one after the other, and the engine's events.

use super::action::autosave;
use super::running::remember;
use super::state::{Phase, State};
use crate::evidence::Evidence;
use crate::gate::Gate;
use crate::gui::widgets::send_path::{Column, Passage};
use crate::probe::{ProbeId, Status, Update};
use crate::session::{Event, RunId};
use crate::wire::transcript::Line;
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
}

impl Run {
    /// A run that was asked for now.
    pub fn begin(id: RunId, offline: bool) -> Self {
        Self {
            id,
            phase: Phase::Pending,
            offline,
            partial: false,
            began: Some(Instant::now()),
            took: None,
            rows: Vec::new(),
        }
    }

    /// A run of some probes; the results of the others stay in sight.
    pub fn repeat(self, id: RunId, only: &[ProbeId]) -> Self {
        let mut next = Self::begin(id, false);
        next.partial = true;
        next.rows = self.rows;
        for row in &mut next.rows {
            if only.contains(&row.probe) {
                row.state = RowState::Queued;
            }
        }
        next
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
    fn update(&mut self, update: Update) {
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
    fn end(&mut self, phase: Phase) {
        self.took = self.began.map(|began| began.elapsed());
        self.phase = phase;
        for row in &mut self.rows {
            if !matches!(row.state, RowState::Ended(_)) {
                row.state = RowState::Ended(Status::Cancelled);
            }
        }
    }

    /// The send path as far as the probes tell it: the laptop's lane only.
    pub fn path(&self) -> Vec<Column> {
        Gate::ALL
            .into_iter()
            .filter(|gate| *gate != Gate::Device)
            .map(|gate| {
                let laptop = self
                    .rows
                    .iter()
                    .find(|row| gates(row.probe).contains(&gate))
                    .map_or(Passage::Unknown, |row| match row.state {
                        RowState::Running => Passage::Running,
                        RowState::Ended(Status::Passed) => Passage::Passed,
                        RowState::Ended(Status::Failed) => failed_at(row, gate),
                        RowState::Queued | RowState::Ended(_) => Passage::Unknown,
                    });
                Column {
                    gate,
                    lanes: [Passage::Unknown, laptop],
                    root: false,
                }
            })
            .collect()
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

/// Where a failed probe of several gates failed: the evidence says at which.
fn failed_at(row: &Row, gate: Gate) -> Passage {
    let last = row.evidence.iter().map(|item| item.gate).max();
    match last.filter(|last| gates(row.probe).contains(last)) {
        Some(last) if last > gate => Passage::Passed,
        Some(last) if last < gate => Passage::Unknown,
        _ => Passage::Failed,
    }
}

/// The gates that a probe walks through.
const fn gates(probe: ProbeId) -> &'static [Gate] {
    match probe {
        ProbeId::Resolve => &[Gate::Resolve],
        ProbeId::Connect => &[Gate::Connect],
        ProbeId::Greet => &[Gate::Greet],
        ProbeId::Encrypt => &[Gate::Encrypt],
        ProbeId::Certificate => &[Gate::Certificate],
        ProbeId::Authenticate => &[Gate::Authenticate],
        ProbeId::Envelope => &[Gate::Sender, Gate::Recipient],
        ProbeId::Message => &[Gate::Content],
        ProbeId::Device
        | ProbeId::Ports
        | ProbeId::TlsVersions
        | ProbeId::BeTheCopier
        | ProbeId::Reputation => &[],
    }
}

/// Takes an event of the engine in. One that belongs to an older run is dropped.
pub fn take(state: &mut State, event: Event) {
    match event {
        Event::Probe(run, update) if state.run.id == run && state.run.running() => state.run.update(update),
        Event::Diagnosed(run, _) if state.run.id == run && state.run.partial => {
            state.run.end(Phase::Known);
        }
        Event::Diagnosed(run, finding) if state.run.id == run => {
            state.run.end(Phase::Known);
            remember(state, *finding);
            autosave(state);
        }
        Event::Cancelled(run) if state.run.id == run && state.run.running() => {
            state.run.end(Phase::NotAsked);
            state.finding.phase = previous(state.finding.value.is_some());
        }
        Event::Failed(run, problem) if state.run.id == run => {
            state.run.end(Phase::Failed(problem.clone()));
            if !state.run.partial {
                state.finding.phase = Phase::Failed(problem);
            }
        }
        Event::Identified(run, identity) if state.identity_run == run => {
            super::identity::fill(state, &identity);
            state.identity.phase = Phase::Known;
            state.identity.value = Some(*identity);
        }
        Event::Failed(run, problem) if state.identity_run == run => {
            state.identity.phase = Phase::Failed(problem);
        }
        Event::Cancelled(run) if state.identity_run == run => {
            state.identity.phase = previous(state.identity.value.is_some());
        }
        Event::Probe(..)
        | Event::FileRead(..)
        | Event::Diagnosed(..)
        | Event::Cancelled(_)
        | Event::Failed(..)
        | Event::Identified(..)
        | Event::Heard(..)
        | Event::TlsScanned(..) => {}
    }
}

/// The phase to fall back to when a question is withdrawn.
const fn previous(known: bool) -> Phase {
    if known { Phase::Known } else { Phase::NotAsked }
}
