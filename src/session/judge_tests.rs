use super::*;
use crate::listen::{MessageFacts, Observation, Seen};
use crate::session::record::Record;

/// A record with a verdict and one column.
fn record(cause: &str, gate: Option<&str>, laptop: &str, device: &str) -> Record {
    let column = gate.unwrap_or("encrypt");
    let chain = if is_fault(cause) {
        serde_json::json!([{ "cause": cause, "gate": column, "certainty": "confirmed", "title": "", "headline": "", "evidence": [] }])
    } else {
        serde_json::json!([])
    };
    let value = serde_json::json!({
        "schema": 1,
        "verdict": { "cause": cause, "gate": gate, "certainty": "confirmed", "confidence": 0.9, "headline": cause },
        "chain": chain,
        "gates": [{ "gate": column, "laptop": laptop, "device": device }],
    });
    Record::from_value(&value).unwrap()
}

fn fault(cause: &str, gate: &str, laptop: &str) -> Results {
    Results {
        cause: cause.into(),
        send: "envelope".into(),
        found: Some(record(cause, Some(gate), laptop, "failed").to_value()),
        ..Results::default()
    }
}

fn judged(
    fault: &Results,
    after: &Record,
    send: SendMode,
    copier: Option<&Copier>,
    arrived: Option<bool>,
) -> Verification {
    let case = Case::default();
    let trial = Trial {
        case: &case,
        fault,
        after,
        send,
        copier,
        arrived,
    };
    trial.judge(&Knowledge::default())
}

/// What the listener hears of a copier that gets to the end.
fn whole_scan() -> Copier {
    let seen = [
        Seen::Connected { implicit_tls: false },
        Seen::TlsEstablished {
            version: None,
            suite: "x".into(),
            shown: crate::listen::Shown::SelfMade,
        },
        Seen::Message(Box::new(MessageFacts {
            bytes: 9,
            ..MessageFacts::default()
        })),
    ];
    let all: Vec<Observation> = seen
        .into_iter()
        .map(|seen| Observation {
            at: jiff::Timestamp::UNIX_EPOCH,
            connection: 1,
            peer: "127.0.0.1:1".parse().unwrap(),
            client: crate::evidence::Actor::Device,
            seen,
        })
        .collect();
    Copier::heard(&all).unwrap()
}

#[test]
fn what_failed_here_and_passes_here_is_verified_as_the_copier() {
    let fault = fault("smtp-auth-disabled-mailbox", "authenticate", "failed");
    let after = record("none", None, "passed", "predicted-pass");
    let one = judged(&fault, &after, SendMode::Envelope, None, None);
    assert_eq!(
        (one.outcome, one.proof),
        (Outcome::Passed, Some(Proof::AsTheCopier))
    );
}

#[test]
fn what_this_computer_passed_all_along_proves_nothing_of_the_copier() {
    let fault = fault("device-tls-too-old", "encrypt", "passed");
    let after = record("none", None, "passed", "predicted-pass");
    let one = judged(&fault, &after, SendMode::Message, None, None);
    assert_eq!((one.outcome, one.proof), (Outcome::NotVerified, None));
    assert!(one.missing.is_some_and(|missing| missing.contains("--listen")));
    let heard = judged(&fault, &after, SendMode::Envelope, Some(&whole_scan()), None);
    assert_eq!(heard.proof, Some(Proof::ByTheCopier));
    let seen = judged(&fault, &after, SendMode::Envelope, None, Some(true));
    assert_eq!(seen.proof, Some(Proof::SeenByPerson));
    let lost = judged(&fault, &after, SendMode::Envelope, None, Some(false));
    assert_eq!(lost.outcome, Outcome::Failed);
}

#[test]
fn a_refusal_at_a_later_step_than_its_business_was_met_here_too() {
    let mut fault = fault("ip-reputation", "sender", "passed");
    let mut before = Record::from_value(fault.found.as_ref().unwrap()).unwrap();
    let after = record("none", None, "passed", "predicted-pass");
    let refusal = serde_json::json!({ "id": "e1", "gate": "content", "actor": "laptop", "basis": "observed", "source": "message", "summary": "550" });
    before.evidence.push(serde_json::from_value(refusal).unwrap());
    before.gates.push(
        serde_json::from_value(
            serde_json::json!({ "gate": "content", "laptop": "failed", "device": "unknown" }),
        )
        .unwrap(),
    );
    fault.found = Some(before.to_value());
    let one = judged(&fault, &after, SendMode::Message, None, None);
    assert_eq!(
        one.outcome,
        Outcome::NotVerified,
        "the refusal is not the root's evidence"
    );
    before.chain[0].evidence.push("e1".into());
    fault.found = Some(before.to_value());
    let one = judged(&fault, &after, SendMode::Message, None, None);
    assert_eq!(one.proof, Some(Proof::AsTheCopier));
}

#[test]
fn a_shorter_test_than_the_one_that_failed_verifies_nothing() {
    let mut fault = fault("ip-reputation", "sender", "failed");
    fault.send = "message".into();
    let after = record("none", None, "passed", "predicted-pass");
    let one = judged(&fault, &after, SendMode::Envelope, None, None);
    assert_eq!(one.outcome, Outcome::NotVerified);
    let whole = judged(&fault, &after, SendMode::Message, None, None);
    assert_eq!(whole.outcome, Outcome::Passed);
}

#[test]
fn the_same_fault_and_the_next_fault_both_fail_and_are_told_apart() {
    let fault = fault("device-tls-too-old", "encrypt", "passed");
    let same = record("device-tls-too-old", Some("encrypt"), "passed", "failed");
    let next = record(
        "smtp-auth-disabled-mailbox",
        Some("authenticate"),
        "failed",
        "failed",
    );
    let same = judged(&fault, &same, SendMode::Envelope, Some(&whole_scan()), Some(true));
    let next = judged(&fault, &next, SendMode::Envelope, Some(&whole_scan()), Some(true));
    assert_eq!((same.outcome, next.outcome), (Outcome::Failed, Outcome::Failed));
    assert!(same.headline.contains("shows again") && next.headline.contains("another one"));
}

#[test]
fn inconclusive_is_never_verified() {
    let fault = fault("relay-denied", "sender", "failed");
    let after = record("inconclusive", None, "unknown", "unknown");
    let one = judged(&fault, &after, SendMode::Message, None, Some(true));
    assert_eq!(one.outcome, Outcome::NotVerified);
}

#[test]
fn a_listener_says_nothing_of_logins_and_refusals() {
    let copier = whole_scan();
    assert!(copier.shows(Some(Gate::Encrypt), true) && copier.shows(Some(Gate::Device), true));
    assert!(!copier.shows(Some(Gate::Certificate), true));
    assert!(!copier.shows(Some(Gate::Sender), true));
    assert!(!copier.shows(Some(Gate::Resolve), true));
}

#[test]
fn settings_that_changed_stand_side_by_side() {
    let old = Settings::default();
    let mut new = Settings::default();
    new.device.firmware = Some("075.040.013.29000".into());
    new.mail.port = 587;
    let rows = changes(&old, &new);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        rows.iter()
            .any(|row| row.what == "device firmware" && row.before == "–")
    );
}
