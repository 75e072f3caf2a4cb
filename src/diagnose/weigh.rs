//! From evidence to weighted terms: what each piece says about each cause.
//!
//! Every cause starts from the same prior. Each sign adds its weight in log-odds; what says the same
//! thing twice counts once. The sum is printed with every candidate.

use super::reading;
use super::situation::Situation;
use crate::certainty::Certainty;
use crate::evidence::{Actor, Basis, Evidence};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{Sign, Weight};
use std::collections::BTreeMap;

/// Log-odds of any one cause before there is evidence: about one in twenty.
pub const PRIOR: f64 = -3.0;

/// What one piece of evidence says about one cause.
#[derive(Debug, Clone)]
pub struct Term {
    /// Cause id.
    pub cause: String,
    /// Index of the evidence.
    pub evidence: usize,
    /// Further evidence that the term rests on.
    pub with: Vec<usize>,
    /// Added log-odds.
    pub weight: f64,
    /// What tells terms apart that say the same thing.
    pub key: String,
    /// How sure the cause may become by this term alone.
    pub cap: Certainty,
    /// The gate at which it showed.
    pub gate: Gate,
    /// Of whom.
    pub actor: Actor,
    /// Whether it rules the cause out.
    pub excludes: bool,
}

impl Weight {
    /// Log-odds.
    pub const fn log_odds(self) -> f64 {
        match self {
            Self::Excludes => -10.0,
            Self::Against => -2.0,
            Self::Hints => 1.5,
            Self::Supports => 4.0,
            Self::Proves => 7.0,
        }
    }

    /// How sure a cause may become by one such sign.
    pub const fn cap(self) -> Certainty {
        match self {
            Self::Proves => Certainty::Confirmed,
            Self::Supports => Certainty::Likely,
            _ => Certainty::Possible,
        }
    }
}

/// How sure a statement may become, given how its evidence came to be known.
pub fn bounded(cap: Certainty, basis: Basis) -> Certainty {
    match basis {
        Basis::Observed | Basis::KnownConfirmed => cap,
        Basis::KnownInferred | Basis::Stated => cap.min(Certainty::Likely),
    }
}

/// Everything the evidence says, by signs and by reply texts.
pub fn terms(situation: &Situation<'_>, evidence: &[Evidence], knowledge: &Knowledge) -> Vec<Term> {
    let mut terms = Vec::new();
    let index = SignIndex::new(knowledge);
    let mut readings = reading::Cache::default();
    for (position, item) in evidence.iter().enumerate() {
        let kind = item.fact.kind();
        for (cause, sign) in index.of(&kind) {
            if sign.applies(&kind, item.actor, |condition| situation.has(condition)) {
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
    }
    terms
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_says_is_never_confirmed() {
        assert_eq!(bounded(Certainty::Confirmed, Basis::Stated), Certainty::Likely);
        assert_eq!(bounded(Certainty::Possible, Basis::Stated), Certainty::Possible);
    }
}
