//! Both lanes of the send path: how far this computer got, how far the copier gets.

use super::{DeviceState, GateState, LaptopState, Link};
use crate::case::{Encryption, Method};
use crate::certainty::Certainty;
use crate::diagnose::situation::Situation;
use crate::evidence::{Actor, Basis, Evidence, Fact, Stage};
use crate::gate::Gate;

/// What one actor's facts say of one gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Seen {
    #[default]
    Nothing,
    Passed,
    Failed,
}

/// Both lanes, gate by gate.
pub fn lanes(situation: &Situation<'_>, evidence: &[Evidence], chain: &[Link]) -> Vec<GateState> {
    let laptop = walk(situation, evidence, false, |item| {
        item.actor != Actor::Device && !item.onward && item.source != Evidence::AS_THE_DEVICE
    });
    let mut device = walk(situation, evidence, true, |item| {
        item.actor == Actor::Device && item.basis == Basis::Observed
    });
    passed_on_the_way(&mut device);
    let root = chain.first().map(|link| link.gate);
    let met = |link: &Link| {
        evidence.iter().any(|item| {
            item.actor == Actor::Device
                && item.basis == Basis::Observed
                && item.fact.shows_a_stop()
                && link.evidence.contains(&item.id)
        })
    };
    Gate::ALL
        .into_iter()
        .enumerate()
        .map(|(column, gate)| {
            let link = chain.iter().find(|link| link.gate == gate);
            let laptop = laptop.get(column).copied().unwrap_or_default();
            let device = device.get(column).copied().unwrap_or_default();
            GateState {
                gate,
                laptop: laptop_state(laptop),
                device: device_state(gate, device, laptop, link.map(|link| (link, met(link))), root),
            }
        })
        .collect()
}

/// Whether this computer passed everything that the method needs, so that no fault is left to find.
pub fn all_needed_passed(situation: &Situation<'_>, gates: &[GateState]) -> bool {
    needed(situation).iter().all(|wanted| {
        gates.iter().any(|state| {
            state.gate == *wanted
                && (state.laptop == LaptopState::Passed || state.device == DeviceState::Passed)
        })
    })
}

/// Whether what was tried with the device's own limits failed.
pub fn fails_as_the_device(evidence: &[Evidence]) -> bool {
    evidence
        .iter()
        .any(|item| item.source == Evidence::AS_THE_DEVICE && item.fact.shows_a_stop())
}

/// The first gate that the method needs and that nobody was seen to pass.
pub fn first_untested(situation: &Situation<'_>, gates: &[GateState]) -> Option<Gate> {
    needed(situation).into_iter().find(|wanted| {
        gates.iter().any(|state| {
            state.gate == *wanted
                && state.laptop != LaptopState::Passed
                && state.device != DeviceState::Passed
        })
    })
}

/// The gates that must be passed before a case may be called healthy.
fn needed(situation: &Situation<'_>) -> Vec<Gate> {
    let mut gates = vec![Gate::Resolve, Gate::Connect, Gate::Greet];
    if matches!(
        situation.case.mail.encryption,
        Encryption::StartTls | Encryption::Tls
    ) {
        gates.push(Gate::Encrypt);
    }
    if situation.wants_tls() && situation.method != Method::Receive && situation.validates == Some(true) {
        gates.push(Gate::Certificate);
    }
    if situation.method == Method::Submission && situation.case.mail.auth.user().is_some() {
        gates.push(Gate::Authenticate);
    }
    gates.extend([Gate::Sender, Gate::Recipient]);
    if situation.method != Method::Submission {
        gates.push(Gate::Content);
    }
    gates
}

/// What the chosen evidence says of every gate. A gate that failed stays failed, unless newer facts count:
/// a recording may hold many scans, and a whole run of probes is one.
fn walk(
    situation: &Situation<'_>,
    evidence: &[Evidence],
    newer_counts: bool,
    chosen: impl Fn(&Evidence) -> bool,
) -> Vec<Seen> {
    let mut seen = vec![Seen::Nothing; Gate::ALL.len()];
    let mut mark = |gate: Gate, state: Seen| {
        let column = Gate::ALL.iter().position(|g| *g == gate).unwrap_or(0);
        if let Some(cell) = seen.get_mut(column)
            && (newer_counts || *cell != Seen::Failed || state == Seen::Failed)
        {
            *cell = state;
        }
    };
    let mut items: Vec<&Evidence> = evidence.iter().filter(|item| chosen(item)).collect();
    if newer_counts {
        items.sort_by_key(|item| item.at);
    }
    for item in items {
        for (gate, state) in marks(situation, &item.fact) {
            mark(gate, state);
        }
    }
    seen
}

/// A message of the device that was accepted at its end went through every gate before.
fn passed_on_the_way(device: &mut [Seen]) {
    let column = |gate: Gate| Gate::ALL.iter().position(|g| *g == gate).unwrap_or(0);
    if device.get(column(Gate::Content)) == Some(&Seen::Passed) {
        for cell in device.iter_mut().take(column(Gate::Content)) {
            if *cell == Seen::Nothing {
                *cell = Seen::Passed;
            }
        }
    }
}

/// The gates that one fact shows to be passed or failed.
#[expect(clippy::match_same_arms, reason = "a table in the order of the send path")]
fn marks(situation: &Situation<'_>, fact: &Fact) -> Vec<(Gate, Seen)> {
    use Seen::{Failed, Passed};
    match fact {
        Fact::Resolved { .. } => vec![(Gate::Resolve, Passed)],
        Fact::NameNotFound { .. } | Fact::DnsUnreachable { .. } | Fact::DeviceDnsFails { .. } => {
            vec![(Gate::Resolve, Failed)]
        }
        Fact::Connected { .. } => vec![(Gate::Connect, Passed)],
        Fact::Extensions { .. } => vec![(Gate::Greet, Passed)],
        Fact::ConnectFailed { .. } => vec![(Gate::Connect, Failed)],
        Fact::ConnectionLost { stage, .. } | Fact::ProtocolViolation { stage, .. } => {
            vec![(stage.gate(), Failed)]
        }
        Fact::NotSmtp { .. } => vec![(Gate::Greet, Failed)],
        Fact::WrongPortType { implicit_tls: true } => vec![(Gate::Greet, Failed)],
        Fact::WrongPortType { implicit_tls: false } => vec![(Gate::Encrypt, Failed)],
        Fact::Accepted { stage, .. } => accepted(situation, *stage),
        Fact::Refused { stage, .. } if *stage != Stage::Later => vec![(stage.gate(), Failed)],
        Fact::TlsEstablished { .. } => vec![(Gate::Encrypt, Passed)],
        Fact::TlsFailed { .. } | Fact::StartTlsNotOffered => vec![(Gate::Encrypt, Failed)],
        Fact::Certificate(facts) if facts.problems.is_empty() => vec![(Gate::Certificate, Passed)],
        Fact::CertificateProblem { .. } if situation.validates != Some(false) => {
            vec![(Gate::Certificate, Failed)]
        }
        Fact::AuthNotOffered { .. } | Fact::AuthMechanismMismatch { .. } => {
            vec![(Gate::Authenticate, Failed)]
        }
        Fact::DeviceAnswered { .. } => vec![(Gate::Device, Passed)],
        Fact::DeviceSilent => vec![(Gate::Device, Failed)],
        Fact::DeviceTlsLimit { .. } => vec![],
        Fact::DeviceAlert { alert } if alert.contains("certificate") || alert == "unknown_ca" => {
            vec![(Gate::Certificate, Failed)]
        }
        Fact::DeviceAlert { .. } => vec![(Gate::Encrypt, Failed)],
        Fact::DeviceJob { succeeded: true, .. } => {
            vec![
                (Gate::Sender, Passed),
                (Gate::Recipient, Passed),
                (Gate::Content, Passed),
            ]
        }
        _ => vec![],
    }
}

/// A positive reply shows its gate passed, and whatever had to be passed before it.
fn accepted(situation: &Situation<'_>, stage: Stage) -> Vec<(Gate, Seen)> {
    match stage {
        Stage::Greeting
        | Stage::StartTls
        | Stage::Data
        | Stage::Handshake
        | Stage::Connect
        | Stage::Later => vec![],
        Stage::Ehlo => vec![(Gate::Greet, Seen::Passed)],
        Stage::Auth => vec![(Gate::Authenticate, Seen::Passed)],
        Stage::Mail if situation.case.mail.auth.user().is_none() => {
            vec![(Gate::Sender, Seen::Passed), (Gate::Authenticate, Seen::Passed)]
        }
        Stage::Mail => vec![(Gate::Sender, Seen::Passed)],
        Stage::Rcpt => vec![(Gate::Recipient, Seen::Passed)],
        Stage::EndOfData => vec![(Gate::Content, Seen::Passed)],
    }
}

const fn laptop_state(seen: Seen) -> LaptopState {
    match seen {
        Seen::Nothing => LaptopState::NotTested,
        Seen::Passed => LaptopState::Passed,
        Seen::Failed => LaptopState::Failed,
    }
}

/// What was seen of the device, else what follows for it.
fn device_state(
    gate: Gate,
    device: Seen,
    laptop: Seen,
    link: Option<(&Link, bool)>,
    root: Option<Gate>,
) -> DeviceState {
    match (link, device) {
        (Some((link, met)), seen) => {
            let failed = seen == Seen::Failed && link.certainty >= Certainty::Likely;
            if met || failed {
                DeviceState::Failed
            } else {
                DeviceState::PredictedFail
            }
        }
        (None, Seen::Passed) => DeviceState::Passed,
        (None, Seen::Failed) => DeviceState::Failed,
        (None, Seen::Nothing) => {
            let before_root = root.is_none_or(|root| gate < root);
            if before_root && laptop == Seen::Passed {
                DeviceState::PredictedPass
            } else {
                DeviceState::Unknown
            }
        }
    }
}
