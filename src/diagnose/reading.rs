//! Reply texts, log lines and panel codes as terms: the reply knowledge says what they mean.

use super::situation::Situation;
use super::term::{Term, bounded};
use crate::case::Method;
use crate::certainty::Certainty;
use crate::evidence::{CertificateFacts, CertificateProblem, Evidence, Fact, Stage};
use crate::gate::Gate;
use crate::knowledge::schema::ReplyPattern;
use crate::knowledge::{Knowledge, causes};
use crate::wire::reply::Reply;
use std::collections::HashMap;

/// Readings already made, so that a log that says the same thing ten thousand times is read once.
#[derive(Debug, Default)]
pub struct Cache {
    known: HashMap<(Option<Stage>, String), Vec<Meaning>>,
}

/// One cause that a text may stand for.
#[derive(Debug, Clone)]
struct Meaning {
    cause: String,
    weight: f64,
    cap: Certainty,
    key: String,
}

impl Cache {
    /// The terms of one piece of evidence, none where it holds no text.
    pub fn of(
        &mut self,
        situation: &Situation<'_>,
        position: usize,
        item: &Evidence,
        knowledge: &Knowledge,
    ) -> Vec<Term> {
        if let Fact::Certificate(facts) = &item.fact {
            return inspected(situation, position, item, facts, knowledge);
        }
        let (stage, text) = match &item.fact {
            Fact::Refused { stage, reply } => (Some(*stage), reply.to_string()),
            Fact::Accepted {
                stage: Stage::EndOfData,
                reply,
            } => return set_aside(position, item, reply, knowledge),
            Fact::LogLine { stage, text } => (*stage, text.clone()),
            Fact::Symptom { text } => (None, text.clone()),
            _ => return Vec::new(),
        };
        let symptom = matches!(item.fact, Fact::Symptom { .. });
        let replied = matches!(item.fact, Fact::Refused { .. });
        let meanings = self.known.entry((stage, text.clone())).or_insert_with(|| {
            if symptom {
                symptom_meanings(situation, &text, knowledge)
            } else {
                text_meanings(situation, stage, &text, replied, knowledge)
            }
        });
        let reception = situation.method == Method::Receive;
        meanings
            .iter()
            .map(|meaning| Term {
                cause: in_reception(reception, &meaning.cause, knowledge),
                evidence: position,
                with: Vec::new(),
                weight: meaning.weight,
                key: format!("{}|{:?}", meaning.key, item.actor),
                cap: bounded(meaning.cap, item.basis),
                gate: stage.map_or_else(
                    || causes::gate_of(&meaning.cause).unwrap_or(item.gate),
                    Stage::gate,
                ),
                actor: item.actor,
                excludes: false,
            })
            .collect()
    }
}

/// A message that is accepted and put aside in the same breath; anything else positive is no fault.
fn set_aside(position: usize, item: &Evidence, reply: &Reply, knowledge: &Knowledge) -> Vec<Term> {
    let reading = knowledge.read_reply(&reply.to_string(), Some(Stage::EndOfData), None);
    let Some(reading) = reading.filter(|r| r.pattern.cause == SET_ASIDE) else {
        return Vec::new();
    };
    vec![Term {
        cause: SET_ASIDE.to_owned(),
        evidence: position,
        with: Vec::new(),
        weight: 4.5,
        key: format!("{}|{:?}", reading.pattern.id, item.actor),
        cap: bounded(stated(reading.certainty, reading.pattern), item.basis),
        gate: Gate::Deliver,
        actor: item.actor,
        excludes: false,
    }]
}

/// An untrusted certificate whose issuer is known to be the authority of a firewall or virus scanner.
fn inspected(
    situation: &Situation<'_>,
    position: usize,
    item: &Evidence,
    facts: &CertificateFacts,
    knowledge: &Knowledge,
) -> Vec<Term> {
    let strange = |problem: &CertificateProblem| {
        matches!(
            problem,
            CertificateProblem::Untrusted | CertificateProblem::Intercepted
        )
    };
    if situation.validates == Some(false)
        || situation.method == Method::Receive
        || !facts.problems.iter().any(strange)
    {
        return Vec::new();
    }
    let reading = knowledge.read_reply(&facts.issuer, None, None);
    let Some(reading) = reading.filter(|reading| reading.pattern.cause == INSPECTED) else {
        return Vec::new();
    };
    vec![Term {
        cause: INSPECTED.to_owned(),
        evidence: position,
        with: Vec::new(),
        weight: 4.5,
        key: reading.pattern.id.clone(),
        cap: bounded(reading.certainty.min(Certainty::Likely), item.basis),
        gate: Gate::Certificate,
        actor: item.actor,
        excludes: false,
    }]
}

/// The fault that an issuer's name can tell.
const INSPECTED: &str = "tls-intercepted";

/// The only fault that a positive reply can tell.
const SET_ASIDE: &str = "quarantined-or-filtered";

/// A refusal that the failing party puts into words is confirmed; one that only a number tells is not, nor one
/// whose words are a mere frame without a reason.
fn stated(certainty: Certainty, pattern: &ReplyPattern) -> Certainty {
    let in_words = !pattern.all.is_empty() || !pattern.any.is_empty();
    if certainty == Certainty::Likely && in_words && !pattern.weak {
        Certainty::Confirmed
    } else {
        certainty
    }
}

/// Where the device is the mail server, some causes have another name.
pub fn in_reception(reception: bool, cause: &str, knowledge: &Knowledge) -> String {
    if !reception {
        return cause.to_owned();
    }
    knowledge
        .cause(cause)
        .and_then(|entry| entry.in_reception.clone())
        .unwrap_or_else(|| cause.to_owned())
}

/// What a reply or log line means: by its pattern, or else by the step at which it was said.
fn text_meanings(
    situation: &Situation<'_>,
    stage: Option<Stage>,
    text: &str,
    replied: bool,
    knowledge: &Knowledge,
) -> Vec<Meaning> {
    let service = situation.provider.map(|provider| provider.id.as_str());
    let Some(reading) = knowledge.read_reply(text, stage, service) else {
        return if replied {
            stage.and_then(by_stage).into_iter().collect()
        } else {
            Vec::new()
        };
    };
    if matches!(
        reading.pattern.cause.as_str(),
        "none" | "unknown" | "inconclusive"
    ) {
        return stage.filter(|_| replied).and_then(by_stage).into_iter().collect();
    }
    let certainty = if replied {
        stated(reading.certainty, reading.pattern)
    } else {
        reading.certainty
    };
    let weight = match certainty {
        Certainty::Confirmed => 7.0,
        Certainty::Likely => 4.5,
        Certainty::Possible => 3.2,
    };
    let first = Meaning {
        cause: reading.pattern.cause.clone(),
        weight,
        cap: certainty,
        key: reading.pattern.id.clone(),
    };
    let others = reading.pattern.also.iter().map(|cause| Meaning {
        cause: cause.clone(),
        weight: 1.5,
        cap: Certainty::Possible,
        key: reading.pattern.id.clone(),
    });
    std::iter::once(first).chain(others).collect()
}

/// What a refusal means when its words say nothing: the step tells what was refused.
fn by_stage(stage: Stage) -> Option<Meaning> {
    let cause = match stage {
        Stage::Ehlo => "helo-rejected",
        Stage::StartTls => "server-fault",
        Stage::Auth => "credentials-rejected",
        Stage::Mail => "sender-rejected",
        Stage::Rcpt => "recipient-rejected",
        Stage::Greeting | Stage::Data | Stage::EndOfData => "policy-rejected",
        Stage::Connect | Stage::Handshake | Stage::Later => return None,
    };
    Some(Meaning {
        cause: cause.to_owned(),
        weight: 3.2,
        cap: Certainty::Possible,
        key: format!("refused at {}", stage.title()),
    })
}

/// What a panel code or message means: one reading counts, several share the doubt.
fn symptom_meanings(situation: &Situation<'_>, text: &str, knowledge: &Knowledge) -> Vec<Meaning> {
    let vendor = situation.case.device.vendor.as_deref();
    let explanation = crate::knowledge::explain::explain(knowledge, text, vendor);
    let placed = !matches!(explanation.cause.as_str(), "unknown" | "none" | "inconclusive");
    let mut meanings = Vec::new();
    if placed {
        meanings.push(Meaning {
            cause: explanation.cause.clone(),
            weight: if explanation.certainty >= Certainty::Likely {
                4.5
            } else {
                3.4
            },
            cap: explanation.certainty,
            key: "symptom".to_owned(),
        });
    }
    for candidate in &explanation.candidates {
        if !placed || candidate.cause != explanation.cause {
            meanings.push(Meaning {
                cause: candidate.cause.clone(),
                weight: 1.5,
                cap: Certainty::Possible,
                key: "symptom".to_owned(),
            });
        }
    }
    meanings
}
