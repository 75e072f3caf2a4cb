//! Where probes report: what began, what it found, how it ended.

use super::{Outcome, ProbeId, Status, Update};
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::gate::Gate;
use crate::wire::transcript::{Line, Transcript};
use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;

/// The desk of one run: tells the asker and keeps the outcomes.
#[derive(Debug)]
pub struct Desk {
    updates: Sender<Update>,
    planned: Vec<ProbeId>,
    outcomes: Mutex<Vec<Outcome>>,
    clock: fn() -> Timestamp,
    echo: watch::Sender<Echo>,
}

/// The site's public address, as a server's EHLO reply echoes it.
#[derive(Debug, Clone, Copy)]
enum Echo {
    /// It may still come.
    Awaited,
    /// It came.
    Heard(IpAddr),
    /// No server is left to ask.
    Never,
}

impl Desk {
    /// A desk for these probes.
    pub fn new(updates: Sender<Update>, planned: Vec<ProbeId>, clock: fn() -> Timestamp) -> Self {
        Self {
            updates,
            planned,
            outcomes: Mutex::default(),
            clock,
            echo: watch::Sender::new(Echo::Awaited),
        }
    }

    /// The site's public address as soon as a server has echoed it; none once no server is left to ask.
    pub async fn public_address(&self) -> Option<IpAddr> {
        let mut echo = self.echo.subscribe();
        match *echo.wait_for(|echo| !matches!(echo, Echo::Awaited)).await.ok()? {
            Echo::Heard(address) => Some(address),
            Echo::Awaited | Echo::Never => None,
        }
    }

    /// Says that no server is left to ask, so that nobody goes on waiting for an echoed address.
    pub fn servers_done(&self) {
        self.echo.send_if_modified(|echo| {
            let waiting = matches!(echo, Echo::Awaited);
            if waiting {
                *echo = Echo::Never;
            }
            waiting
        });
    }

    /// Whether a probe is in the plan.
    pub fn plans(&self, probe: ProbeId) -> bool {
        self.planned.contains(&probe)
    }

    /// Tells the plan.
    pub async fn announce(&self) {
        let _ = self.updates.send(Update::Planned(self.planned.clone())).await;
    }

    /// A probe begins.
    pub async fn start(&self, probe: ProbeId) -> Notes {
        if self.plans(probe) {
            let _ = self.updates.send(Update::Started(probe)).await;
        }
        Notes {
            probe,
            began: Instant::now(),
            evidence: Vec::new(),
            lines: Vec::new(),
            clock: self.clock,
            basis: Basis::Observed,
        }
    }

    /// A probe ended.
    pub async fn finish(&self, notes: Notes, status: Status, summary: impl Into<String>) {
        self.keep(Outcome {
            probe: notes.probe,
            status,
            elapsed: notes.began.elapsed(),
            summary: summary.into(),
            evidence: notes.evidence,
            transcript: notes.lines,
        })
        .await;
    }

    /// A probe that keeps its own time ended; its evidence is dated now.
    pub async fn hand_in(&self, mut outcome: Outcome) {
        let now = (self.clock)();
        for item in &mut outcome.evidence {
            item.at.get_or_insert(now);
        }
        self.keep(outcome).await;
    }

    /// Planned probes that did not come to run end as skipped.
    pub async fn skip(&self, probes: &[ProbeId], why: &str) {
        for probe in self.open(probes) {
            self.keep(ended(probe, Status::Skipped, why)).await;
        }
    }

    /// All outcomes in the order of the plan; what has not ended is cancelled.
    pub fn close(&self) -> Vec<Outcome> {
        let open = self.open(&ProbeId::ALL);
        let mut all = self
            .outcomes
            .lock()
            .map(|mut outcomes| std::mem::take(&mut *outcomes))
            .unwrap_or_default();
        for probe in open {
            let outcome = ended(probe, Status::Cancelled, "Stopped");
            // The asker may be gone or slow; a cancelled run waits for nobody.
            let _ = self.updates.try_send(Update::Finished(Box::new(outcome.clone())));
            all.push(outcome);
        }
        all.sort_by_key(|outcome| outcome.probe);
        all
    }

    /// Tells and keeps an outcome.
    async fn keep(&self, outcome: Outcome) {
        if !self.plans(outcome.probe) {
            return;
        }
        let echoed = outcome.evidence.iter().find_map(|item| match item.fact {
            Fact::Extensions { public_address, .. } => public_address,
            _ => None,
        });
        if let Some(address) = echoed {
            self.echo.send_replace(Echo::Heard(address));
        }
        if let Ok(mut outcomes) = self.outcomes.lock() {
            outcomes.push(outcome.clone());
        }
        let _ = self.updates.send(Update::Finished(Box::new(outcome))).await;
    }

    /// The planned ones among these that have no outcome yet.
    fn open(&self, probes: &[ProbeId]) -> Vec<ProbeId> {
        let Ok(outcomes) = self.outcomes.lock() else {
            return Vec::new();
        };
        probes
            .iter()
            .copied()
            .filter(|&probe| self.plans(probe) && !outcomes.iter().any(|o| o.probe == probe))
            .collect()
    }
}

/// An outcome without findings.
fn ended(probe: ProbeId, status: Status, summary: &str) -> Outcome {
    Outcome {
        probe,
        status,
        elapsed: Duration::ZERO,
        summary: summary.to_owned(),
        evidence: Vec::new(),
        transcript: Vec::new(),
    }
}

/// What a probe writes down while it runs.
#[derive(Debug)]
pub struct Notes {
    probe: ProbeId,
    began: Instant,
    evidence: Vec<Evidence>,
    lines: Vec<Line>,
    clock: fn() -> Timestamp,
    basis: Basis,
}

impl Notes {
    /// How sure all that follows is: what was done with assumed limits is no surer than they are.
    pub const fn rest_on(&mut self, basis: Basis) {
        self.basis = basis;
    }

    /// A fact about what this computer got.
    pub fn add(&mut self, gate: Gate, fact: Fact, summary: impl Into<String>) {
        self.add_of(Actor::Laptop, gate, fact, summary);
    }

    /// A fact about anybody.
    pub fn add_of(&mut self, actor: Actor, gate: Gate, fact: Fact, summary: impl Into<String>) {
        let one = Evidence::observed(gate, actor, self.probe.id(), fact, summary);
        self.evidence.push(one.on(self.basis).at((self.clock)()));
    }

    /// A remark that no sign looks at.
    pub fn note(&mut self, gate: Gate, text: impl Into<String>) {
        let text = text.into();
        self.add(gate, Fact::Note { text: text.clone() }, text);
    }

    /// Takes over the lines of a dialogue from the given one onwards.
    pub fn take_lines(&mut self, transcript: &Transcript, from: usize) {
        self.lines.extend(transcript.lines().into_iter().skip(from));
    }
}
