//! Whose word counts where evidence for a cause meets evidence against it.
//!
//! What the device showed outranks what this computer got, and newer outranks older. What a person says
//! of the device stands against this computer's passage only where the two may take different ways.

use super::term::Term;
use crate::evidence::{Actor, Basis, Evidence};
use crate::gate::Gate;

/// From this weight on a term says that the device meets the cause.
const SAYS: f64 = 3.0;
/// What is left of a word against a cause that the device was seen to meet.
const OVERRULED: f64 = -1.0;
/// What this computer's passage says of a copier that is said to be stopped.
const ANOTHER_WAY: f64 = -0.2;

/// Settles the terms of one cause among each other.
pub fn settle(gate: Gate, terms: &mut [Term], evidence: &[Evidence]) {
    let met = |term: &Term, basis: fn(Basis) -> bool| {
        term.actor == Actor::Device
            && term.weight >= SAYS
            && evidence.get(term.evidence).is_some_and(|item| basis(item.basis))
    };
    let seen: Vec<usize> = terms
        .iter()
        .filter(|term| met(term, |basis| basis != Basis::Stated))
        .map(|term| term.evidence)
        .collect();
    let said = terms.iter().any(|term| met(term, |basis| basis == Basis::Stated));
    for term in terms.iter_mut().filter(|term| term.weight < 0.0) {
        if !seen.is_empty() {
            let mended = lasting(gate)
                && term.actor == Actor::Device
                && seen
                    .iter()
                    .all(|before| is_newer(term.evidence, *before, evidence));
            if !mended {
                term.weight = term.weight.max(OVERRULED);
                term.excludes = false;
            }
        } else if said && term.actor != Actor::Device && (gate < Gate::Authenticate || !term.excludes) {
            term.weight = term.weight.max(ANOTHER_WAY);
            term.excludes = false;
        }
    }
}

/// Whether a cause of this gate, once it is there, meets every scan, so that a later passage shows it mended.
/// A refused recipient or a message that was too large says nothing of the next one; what was put off or met a fault
/// of the server's and is taken later was all the same.
const fn lasting(gate: Gate) -> bool {
    matches!(
        gate,
        Gate::Resolve
            | Gate::Connect
            | Gate::Greet
            | Gate::Encrypt
            | Gate::Certificate
            | Gate::Authenticate
            | Gate::Sender
            | Gate::Deliver
    )
}

/// Whether one piece of evidence is surely newer than another: by its time, or further down in the same file.
pub fn is_newer(one: usize, other: usize, evidence: &[Evidence]) -> bool {
    let (Some(new), Some(old)) = (evidence.get(one), evidence.get(other)) else {
        return false;
    };
    match (new.at, old.at) {
        (Some(new), Some(old)) if new != old => new > old,
        _ => file_of(&new.source) == file_of(&old.source) && one > other,
    }
}

/// The file of a source such as `mail.log, line 7`.
fn file_of(source: &str) -> Option<&str> {
    source.split_once(", ").map(|(file, _)| file)
}
