//! The test that tells most for its cost while the verdict is not certain.

use super::information::{of_question, of_test};
use super::situation::Situation;
use super::{DeviceState, GateState, LaptopState, NextTest, Verdict};
use super::{outrank, passage};
use crate::case::Method;
use crate::certainty::Certainty;
use crate::evidence::{Actor, Evidence, Fact, Stage};
use crate::gate::Gate;
use crate::knowledge::Knowledge;

/// What every test costs beside its own time: to decide on it and to read its result, in seconds.
const OVERHEAD: f64 = 20.0;

/// From this share of the doubt on a cause is worth a test of its own.
const POINTS: f64 = 0.15;

/// What to test next; nothing where the verdict is certain.
///
/// While a gate that the method needs was passed by nobody, the probe that opens it comes first, since
/// everything behind it is unknown. Else the test or question that is expected to tell most about the open
/// causes (`open`, with their shares of the doubt) for its cost.
pub fn choose(
    situation: &Situation<'_>,
    verdict: &Verdict,
    open: &[(&str, f64)],
    gates: &[GateState],
    evidence: &[Evidence],
    knowledge: &Knowledge,
) -> Option<NextTest> {
    if verdict.certainty == Certainty::Confirmed || verdict.cause == "none" {
        return None;
    }
    let gap = || by_gap(situation, gates, evidence);
    let told = || by_information(situation, open, evidence, knowledge);
    let own = || own_test(&verdict.cause, evidence, knowledge);
    if verdict.cause == "inconclusive" {
        // Where every gate was passed and nothing points anywhere, only the device itself can show what differs.
        let points_somewhere = open.iter().any(|(_, share)| *share > POINTS);
        return gap()
            .or_else(|| if points_somewhere { told() } else { None })
            .or_else(|| Some(listen()));
    }
    own().or_else(told).or_else(gap).or_else(|| Some(listen()))
}

/// What the cause's own entry says to test, unless it was done already.
fn own_test(cause: &str, evidence: &[Evidence], knowledge: &Knowledge) -> Option<NextTest> {
    let next = knowledge.cause(cause)?.next_test.as_ref()?;
    (!was_run(&next.probe, evidence)).then(|| NextTest {
        probe: next.probe.clone(),
        why: next.why.clone(),
        question: next.question.clone(),
    })
}

/// The test or question that is expected to tell most for its cost.
fn by_information(
    situation: &Situation<'_>,
    open: &[(&str, f64)],
    evidence: &[Evidence],
    knowledge: &Knowledge,
) -> Option<NextTest> {
    let worth = |bits: f64, seconds: u32| bits / (OVERHEAD + f64::from(seconds));
    let tests = knowledge
        .tests
        .iter()
        .filter(|test| situation.holds(&test.when) && !was_run(&test.probe, evidence))
        .map(|test| {
            let bits = of_test(|cause| test.decides.iter().any(|known| known == cause), open);
            let next = NextTest {
                probe: test.probe.clone(),
                why: test.why.clone(),
                question: None,
            };
            (worth(bits, test.seconds), next)
        });
    let questions = knowledge
        .questions
        .iter()
        .filter(|question| situation.holds(&question.when))
        .filter(|question| !situation.case.answers.contains_key(&question.id))
        .map(|question| {
            let next = NextTest {
                probe: "ask".to_owned(),
                why: format!("{} {}", question.text, question.why),
                question: Some(question.id.clone()),
            };
            (
                worth(of_question(question, situation, open), question.seconds),
                next,
            )
        });
    tests
        .chain(questions)
        .filter(|(worth, _)| *worth > 0.0)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, next)| next)
}

/// Whether a probe's findings are among the evidence.
fn was_run(probe: &str, evidence: &[Evidence]) -> bool {
    evidence.iter().any(|item| item.source == probe)
}

/// The first gate that nobody was seen to pass, and the probe that opens it.
fn by_gap(situation: &Situation<'_>, gates: &[GateState], evidence: &[Evidence]) -> Option<NextTest> {
    let test = |probe: &str, why: &str| {
        Some(NextTest {
            probe: probe.to_owned(),
            why: why.to_owned(),
            question: None,
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
        Gate::Certificate => test(
            "certificate",
            "The device checks certificates, and the server's has not been looked at yet",
        ),
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
                stage: Stage::EndOfData,
                ..
            }
        )
    })
}

fn listen() -> NextTest {
    NextTest {
        probe: "listen".to_owned(),
        why: "This computer gets through; point the copier at the listener and press Scan once, to see what it does differently".to_owned(),
        question: None,
    }
}

/// Whether anything says that the device fails although this computer gets through.
pub fn device_is_said_to_fail(evidence: &[Evidence], gates: &[GateState]) -> bool {
    let succeeded = evidence.iter().rposition(|item| {
        item.actor == Actor::Device
            && matches!(
                item.fact,
                Fact::DeviceJob { succeeded: true, .. }
                    | Fact::Accepted {
                        stage: Stage::EndOfData,
                        ..
                    }
            )
    });
    let mended = |position| succeeded.is_some_and(|good| outrank::is_newer(good, position, evidence));
    evidence
        .iter()
        .enumerate()
        .any(|(position, item)| match item.fact {
            Fact::Symptom { .. } => true,
            Fact::DeviceJob { succeeded: false, .. } => !mended(position),
            _ => false,
        })
        || gates.iter().any(|state| state.device == DeviceState::Failed)
}
