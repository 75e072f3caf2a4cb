//! Terms summed up to candidates, each with its printable sum.

use super::outrank;
use super::term::{PRIOR, Term};
use super::weigh::is_onward;
use super::{Candidate, Reason, RuledOut};
use crate::certainty::Certainty;
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use std::collections::{BTreeMap, BTreeSet};

/// How the dialogue stood when a fault showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    /// Not encrypted, or not known to be.
    Open,
    /// Inside TLS already, where a device without TLS never comes.
    InsideTls,
}

/// A candidate with what the chain needs to know of it.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// As it is shown.
    pub shown: Candidate,
    /// Where it showed first.
    pub occurred: Gate,
    /// How the dialogue stood there.
    pub talk: Talk,
    /// The cause's own gate.
    pub gate: Gate,
    /// Index of the first evidence for it.
    pub first: usize,
    /// Whether it was seen to happen to the device itself.
    pub by_device: bool,
    /// Whether it was seen only in a mail server's own delivery to the next one.
    pub onward: bool,
    /// Whether only a person's words speak for it.
    pub stated_only: bool,
    /// The strongest single term, in log-odds.
    pub strongest: f64,
}

/// All causes for which anything speaks, most credible first, and those that are ruled out.
pub fn sum_up(
    terms: Vec<Term>,
    evidence: &[Evidence],
    knowledge: &Knowledge,
) -> (Vec<Weighed>, Vec<RuledOut>) {
    let mut by_cause: BTreeMap<String, Vec<Term>> = BTreeMap::new();
    for term in terms {
        by_cause.entry(term.cause.clone()).or_default().push(term);
    }
    let mut weighed = Vec::new();
    let mut ruled_out = Vec::new();
    for (cause, terms) in by_cause {
        let mut terms = strongest(terms);
        let gate = knowledge.cause(&cause).map_or(Gate::Device, |entry| entry.gate);
        outrank::settle(gate, &mut terms, evidence);
        let excluded = terms.iter().any(|term| term.excludes);
        let supported = terms.iter().any(|term| term.weight > 0.0);
        if excluded {
            ruled_out.push(rule_out(cause, &terms, evidence));
        } else if supported {
            weighed.push(weigh(cause, &terms, evidence, knowledge));
        }
    }
    weighed.sort_by(|a, b| {
        b.shown
            .confidence
            .total_cmp(&a.shown.confidence)
            .then(a.occurred.cmp(&b.occurred))
            .then(a.gate.cmp(&b.gate))
    });
    (weighed, ruled_out)
}

/// One piece of evidence counts once for a cause, however many of its signs it matches: of terms that say the same
/// thing, and of those that rest on the very same evidence, the strongest is kept, the first of equals. What only
/// repeats a part of a stronger combination is left out too.
fn strongest(terms: Vec<Term>) -> Vec<Term> {
    let said_once = strongest_of(terms, |term| term.key.clone());
    let mut kept = strongest_of(said_once, rests_on);
    let combined: Vec<(BTreeSet<usize>, f64)> = kept
        .iter()
        .filter(|term| !term.with.is_empty())
        .map(|term| (rests_on(term), term.weight))
        .collect();
    kept.retain(|term| {
        let own = rests_on(term);
        !combined.iter().any(|(whole, weight)| {
            own.len() < whole.len()
                && own.is_subset(whole)
                && weight * term.weight > 0.0
                && weight.abs() >= term.weight.abs()
        })
    });
    kept
}

/// All pieces of evidence that a term rests on.
fn rests_on(term: &Term) -> BTreeSet<usize> {
    std::iter::once(term.evidence)
        .chain(term.with.iter().copied())
        .collect()
}

/// Keeps the strongest term of each group, in the order in which the groups came up.
fn strongest_of<K: Ord>(terms: Vec<Term>, group: impl Fn(&Term) -> K) -> Vec<Term> {
    let mut kept: Vec<Term> = Vec::new();
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    for term in terms {
        let group = group(&term);
        match places.get(&group).and_then(|place| kept.get_mut(*place)) {
            Some(old) if old.weight.abs() >= term.weight.abs() => {}
            Some(old) => *old = term,
            None => {
                places.insert(group, kept.len());
                kept.push(term);
            }
        }
    }
    kept
}

fn weigh(cause: String, terms: &[Term], evidence: &[Evidence], knowledge: &Knowledge) -> Weighed {
    let sum = PRIOR + terms.iter().map(|term| term.weight).sum::<f64>();
    let confidence = (1.0 / (1.0 + (-sum).exp())).min(0.99);
    let speaking: Vec<&Term> = terms.iter().filter(|term| term.weight > 0.0).collect();
    let cap = speaking
        .iter()
        .map(|term| term.cap)
        .max()
        .unwrap_or(Certainty::Possible);
    let certainty = if confidence >= 0.5 {
        cap
    } else {
        Certainty::Possible
    };
    let confidence = confidence.min(ceiling(certainty));
    let first = speaking.iter().map(|term| term.evidence).min().unwrap_or(0);
    let leading = speaking.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
    let own_gate = knowledge.cause(&cause).map(|entry| entry.gate);
    let occurred = leading.map_or(Gate::Device, |term| term.gate);
    Weighed {
        occurred,
        talk: match leading {
            Some(term) if is_inside(term.evidence, evidence) => Talk::InsideTls,
            _ => Talk::Open,
        },
        gate: own_gate.unwrap_or(occurred),
        first,
        strongest: leading.map_or(0.0, |term| term.weight),
        stated_only: speaking.iter().all(|term| {
            evidence
                .get(term.evidence)
                .is_some_and(|item| item.basis == Basis::Stated && term.with.is_empty())
        }),
        onward: speaking.iter().all(|term| is_onward(term.evidence, evidence)),
        by_device: speaking.iter().any(|term| term.actor == Actor::Device),
        shown: Candidate {
            cause,
            confidence: (confidence * 100.0).round() / 100.0,
            certainty,
            supporting: ids(speaking.iter().copied(), evidence),
            contradicting: ids(terms.iter().filter(|term| term.weight < 0.0), evidence),
            reasons: reasons(terms, evidence),
        },
    }
}

/// What is said to be likely or possible carries no confidence that sounds like a proof.
const fn ceiling(certainty: Certainty) -> f64 {
    match certainty {
        Certainty::Confirmed => 0.99,
        Certainty::Likely => 0.9,
        Certainty::Possible => 0.6,
    }
}

/// Whether a stop at the greeting was met inside TLS: the conversation of this computer, whose dialogue is one line of
/// time, had encrypted before.
fn is_inside(position: usize, evidence: &[Evidence]) -> bool {
    let stopped = |item: &&Evidence| {
        item.actor == Actor::Laptop
            && item.gate == Gate::Greet
            && item.source != Evidence::AS_THE_DEVICE
            && (item.fact.shows_a_stop()
                || matches!(item.fact, Fact::NotSmtp { .. } | Fact::ProtocolViolation { .. }))
    };
    let encrypted = |item: &Evidence, stop: &Evidence| {
        item.actor == Actor::Laptop
            && item.source != Evidence::AS_THE_DEVICE
            && matches!(item.fact, Fact::TlsEstablished { .. })
            && item.at.is_some()
            && item.at <= stop.at
    };
    evidence
        .get(position)
        .filter(stopped)
        .is_some_and(|stop| evidence.iter().any(|item| encrypted(item, stop)))
}

fn ids<'a>(terms: impl Iterator<Item = &'a Term>, evidence: &[Evidence]) -> Vec<String> {
    let positions: BTreeSet<usize> = terms
        .flat_map(|term| std::iter::once(term.evidence).chain(term.with.iter().copied()))
        .collect();
    positions
        .into_iter()
        .filter_map(|position| evidence.get(position))
        .map(|item| item.id.clone())
        .collect()
}

fn reasons(terms: &[Term], evidence: &[Evidence]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = terms
        .iter()
        .filter_map(|term| {
            let item = evidence.get(term.evidence)?;
            Some(Reason {
                evidence: item.id.clone(),
                weight: term.weight,
                summary: item.summary.clone(),
            })
        })
        .collect();
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    reasons
}

fn rule_out(cause: String, terms: &[Term], evidence: &[Evidence]) -> RuledOut {
    let because: Vec<&Term> = terms.iter().filter(|term| term.excludes).collect();
    let why = because
        .first()
        .and_then(|term| evidence.get(term.evidence))
        .map(|item| item.summary.clone())
        .unwrap_or_default();
    RuledOut {
        because: ids(because.into_iter(), evidence),
        why,
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(evidence: usize, with: Vec<usize>, weight: f64, key: &str) -> Term {
        Term {
            cause: "tls-handshake-failed".to_owned(),
            evidence,
            with,
            weight,
            key: key.to_owned(),
            cap: Certainty::Likely,
            gate: Gate::Encrypt,
            actor: Actor::Laptop,
            excludes: false,
        }
    }

    fn weights(terms: Vec<Term>) -> Vec<f64> {
        strongest(terms).iter().map(|term| term.weight).collect()
    }

    #[test]
    fn an_alert_that_matches_a_wide_and_a_narrow_sign_counts_once() {
        let wide = term(3, vec![], 4.0, "tls-failed:alert|Laptop");
        let narrow = term(3, vec![], 4.0, "tls-failed:alert:certificate_required|Laptop");
        assert_eq!(weights(vec![wide.clone(), narrow.clone()]), [4.0]);
        let against = Term { weight: -2.0, ..wide };
        assert_eq!(weights(vec![against, narrow]), [4.0]);
    }

    #[test]
    fn a_part_of_a_stronger_combination_is_not_counted_again() {
        let alone = term(3, vec![], 4.0, "a");
        let combined = term(5, vec![3], 7.0, "derived");
        assert_eq!(weights(vec![alone.clone(), combined.clone()]), [7.0]);
        let stronger_alone = Term {
            weight: 10.0,
            ..alone.clone()
        };
        assert_eq!(weights(vec![stronger_alone, combined.clone()]), [10.0, 7.0]);
        let other = term(4, vec![], 4.0, "b");
        assert_eq!(weights(vec![other, combined]), [4.0, 7.0]);
    }
}
