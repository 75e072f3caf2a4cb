//! The test that tells most while the verdict is not certain.

use super::passage;
use super::situation::Situation;
use super::{Candidate, DeviceState, GateState, LaptopState, NextTest, Verdict};
use crate::case::Method;
use crate::certainty::Certainty;
use crate::evidence::{Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;

/// What to test next; nothing where the verdict is certain.
pub fn choose(
    situation: &Situation<'_>,
    verdict: &Verdict,
    candidates: &[Candidate],
    gates: &[GateState],
    evidence: &[Evidence],
    knowledge: &Knowledge,
) -> Option<NextTest> {
    if verdict.certainty == Certainty::Confirmed || verdict.cause == "none" {
        return None;
    }
    if verdict.cause == "inconclusive" {
        if let Some(next) = by_gap(situation, gates, evidence) {
            return Some(next);
        }
        if let Some(next) = candidates
            .iter()
            .find_map(|candidate| of_cause(&candidate.cause, knowledge))
        {
            return Some(next);
        }
        return Some(listen());
    }
    of_cause(&verdict.cause, knowledge)
        .or_else(|| by_gap(situation, gates, evidence))
        .or_else(|| Some(listen()))
}

/// What the cause's own entry says to test.
fn of_cause(cause: &str, knowledge: &Knowledge) -> Option<NextTest> {
    let next = knowledge.cause(cause)?.next_test.as_ref()?;
    Some(NextTest {
        probe: next.probe.clone(),
        why: next.why.clone(),
    })
}

/// The first gate that nobody was seen to pass, and the probe that opens it.
fn by_gap(situation: &Situation<'_>, gates: &[GateState], evidence: &[Evidence]) -> Option<NextTest> {
    let test = |probe: &str, why: &str| {
        Some(NextTest {
            probe: probe.to_owned(),
            why: why.to_owned(),
        })
    };
    if situation.case.mail.server.is_empty() && situation.method != Method::Receive {
        return test(
            "ask",
            "Which mail server, port and encryption stand in the device's e-mail settings?",
        );
    }
    let laptop_was_there = gates.iter().any(|state| state.laptop != LaptopState::NotTested);
    match passage::first_untested(situation, gates)? {
        Gate::Resolve | Gate::Connect | Gate::Greet if !laptop_was_there => test(
            "connect",
            "Nothing was measured on the network yet; run the live probes from the device's site",
        ),
        Gate::Resolve => test(
            "resolve",
            "Whether the server's name leads to an address is not known yet",
        ),
        Gate::Connect => test("connect", "Whether the port can be reached is not known yet"),
        Gate::Greet => test("greet", "What the server answers to EHLO is not known yet"),
        Gate::Encrypt => test("encrypt", "Whether a TLS session comes about is not known yet"),
        Gate::Authenticate => test(
            "authenticate",
            "Give the device's password, so that the login can be tried once as the device does it",
        ),
        Gate::Sender | Gate::Recipient => test(
            "envelope",
            "Give sender and recipient as set on the device; some refusals come only at MAIL FROM and RCPT TO",
        ),
        Gate::Content if failed_elsewhere(evidence) => Some(listen()),
        Gate::Content => test(
            "message",
            "Every step up to the recipient is accepted; a refusal for the site's address or for the content shows only when a message is really submitted",
        ),
        _ => None,
    }
}

fn failed_elsewhere(evidence: &[Evidence]) -> bool {
    evidence.iter().any(|item| {
        matches!(
            item.fact,
            Fact::Accepted {
                stage: crate::evidence::Stage::EndOfData,
                ..
            }
        )
    })
}

fn listen() -> NextTest {
    NextTest {
        probe: "listen".to_owned(),
        why: "This computer gets through; point the copier at the listener and press Scan once, to see what it does differently".to_owned(),
    }
}

/// Whether anything says that the device fails although this computer gets through.
pub fn device_is_said_to_fail(evidence: &[Evidence], gates: &[GateState]) -> bool {
    evidence.iter().any(|item| {
        matches!(
            item.fact,
            Fact::Symptom { .. } | Fact::DeviceJob { succeeded: false, .. }
        )
    }) || gates.iter().any(|state| state.device == DeviceState::Failed)
}
