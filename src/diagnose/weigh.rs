//! From evidence to weighted terms: what each piece says about each cause.
//!
//! Every cause starts from the same prior. Each sign adds its weight in log-odds; what says the same
//! thing twice counts once. The sum is printed with every candidate.

use super::reading;
use super::situation::Situation;
use super::term::{Term, bounded};
use crate::certainty::Certainty;
use crate::evidence::{Actor, Evidence};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Sign, Weight};
use std::collections::BTreeMap;

/// Everything the evidence says, by signs and by reply texts.
pub fn terms(situation: &Situation<'_>, evidence: &[Evidence], knowledge: &Knowledge) -> Vec<Term> {
    let mut terms = Vec::new();
    let index = SignIndex::new(knowledge);
    let mut readings = reading::Cache::default();
    for (position, item) in evidence.iter().enumerate() {
        let kind = item.fact.kind();
        let before = terms.len();
        // What a relay meets at the next server says for it what the same says for a device.
        let actor = if item.onward { Actor::Device } else { item.actor };
        for (cause, sign) in index.of(&kind) {
            if sign.applies(&kind, actor, |condition| situation.has(condition)) {
                terms.push(Term {
                    cause: cause.to_owned(),
                    evidence: position,
                    with: Vec::new(),
                    weight: sign.weight.log_odds(),
                    key: format!("{}|{:?}", sign.on, item.actor),
                    cap: bounded(sign.weight.cap(), item.basis),
                    gate: item.gate,
                    actor: item.actor,
                    excludes: sign.weight == Weight::Excludes,
                });
            }
        }
        terms.extend(readings.of(situation, position, item, knowledge));
        for term in terms.iter_mut().skip(before).filter(|_| item.onward) {
            term.actor = Actor::Device;
            term.gate = Gate::Deliver;
            term.key.push_str("|onward");
        }
    }
    terms
}

/// What the device meets and nobody else does is another cause: a name that this computer finds does exist,
/// so the device asks the wrong name server.
pub fn by_the_device_alone(terms: &mut [Term], evidence: &[Evidence], knowledge: &Knowledge) {
    let others = |kind: &str| {
        evidence.iter().position(|item| {
            let found = item.fact.kind();
            let rest = found.strip_prefix(kind);
            item.actor != Actor::Device
                && !item.onward
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
    };
    for cause in &knowledge.causes {
        let Some(alone) = &cause.device_alone else {
            continue;
        };
        let met = |term: &&mut Term| {
            term.cause == cause.id
                && term.actor == Actor::Device
                && term.weight > 0.0
                && !is_onward(term.evidence, evidence)
        };
        let mut met: Vec<&mut Term> = terms.iter_mut().filter(met).collect();
        if met.is_empty() || alone.unseen.as_deref().is_some_and(|kind| others(kind).is_some()) {
            continue;
        }
        if let Some(shown) = others(&alone.seen) {
            for term in &mut met {
                term.cause.clone_from(&alone.cause);
                term.with.push(shown);
                term.cap = term.cap.min(Certainty::Likely);
                term.key = format!("{} of the device alone", term.key);
            }
        }
    }
}

/// Whether a piece of evidence speaks of a mail server's own delivery to the next one.
pub fn is_onward(position: usize, evidence: &[Evidence]) -> bool {
    evidence.get(position).is_some_and(|item| item.onward)
}

/// Signs by the first word of the kind they look for, so that ten thousand facts stay quick.
struct SignIndex<'a> {
    by_word: BTreeMap<&'a str, Vec<(&'a str, &'a Sign)>>,
}

impl<'a> SignIndex<'a> {
    fn new(knowledge: &'a Knowledge) -> Self {
        let mut by_word: BTreeMap<&str, Vec<(&str, &Sign)>> = BTreeMap::new();
        for cause in &knowledge.causes {
            for sign in &cause.signs {
                by_word
                    .entry(first_word(&sign.on))
                    .or_default()
                    .push((&cause.id, sign));
            }
        }
        Self { by_word }
    }

    fn of(&self, kind: &str) -> impl Iterator<Item = (&'a str, &'a Sign)> {
        self.by_word.get(first_word(kind)).into_iter().flatten().copied()
    }
}

fn first_word(kind: &str) -> &str {
    kind.split(':').next().unwrap_or(kind)
}
