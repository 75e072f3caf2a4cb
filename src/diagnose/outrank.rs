//! Whose word counts where evidence for a cause meets evidence against it.
//!
//! What the device showed outranks what this computer got, and newer outranks older. What a person says
//! of the device stands against this computer's passage only where the two may take different ways.

use super::term::Term;
use super::weigh::is_onward;
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
    let onward = |position: usize| is_onward(position, evidence);
    for term in terms.iter_mut().filter(|term| term.weight < 0.0) {
        let same: Vec<usize> = seen
            .iter()
            .copied()
            .filter(|before| onward(*before) == onward(term.evidence))
            .collect();
        // How the device fares at a relay and how the relay fares at the next server say nothing of each other.
        if same.is_empty() && (!seen.is_empty() || onward(term.evidence)) {
            term.weight = 0.0;
            term.excludes = false;
        } else if !same.is_empty() {
            let mended = lasting(gate)
                && term.actor == Actor::Device
                && same.iter().all(|before| {
                    is_newer(term.evidence, *before, evidence) && is_of_one(term.evidence, *before, evidence)
                });
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

/// Whether two pieces of evidence may speak of one client: another client's passage mends nobody's fault.
fn is_of_one(one: usize, other: usize, evidence: &[Evidence]) -> bool {
    let address = |position: usize| evidence.get(position)?.client.as_ref()?.address;
    match (address(one), address(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certainty::Certainty;
    use crate::evidence::{Client, Fact};

    fn item(address: &str) -> Evidence {
        let mut item = Evidence::observed(
            Gate::Authenticate,
            Actor::Device,
            "mail.log, line 1",
            Fact::DeviceSilent,
            "x",
        );
        item.client = Some(Client::at(address.parse().unwrap()));
        item
    }

    fn term(evidence: usize, weight: f64) -> Term {
        Term {
            cause: "credentials-rejected".to_owned(),
            evidence,
            with: Vec::new(),
            weight,
            key: evidence.to_string(),
            cap: Certainty::Confirmed,
            gate: Gate::Authenticate,
            actor: Actor::Device,
            excludes: weight < -5.0,
        }
    }

    /// Whether what the second shows mends what the first met.
    fn is_mended(evidence: [Evidence; 2]) -> bool {
        let mut terms = [term(0, 7.0), term(1, -10.0)];
        settle(Gate::Authenticate, &mut terms, &evidence);
        terms[1].excludes
    }

    #[test]
    fn only_the_same_clients_later_passage_mends_a_fault() {
        assert!(is_mended([item("192.0.2.7"), item("192.0.2.7")]));
        assert!(!is_mended([item("192.0.2.7"), item("192.0.2.8")]));
    }

    #[test]
    fn a_login_at_the_relay_and_the_relays_own_say_nothing_of_each_other() {
        let relay = || item("192.0.2.7").onward();
        assert!(!is_mended([relay(), item("192.0.2.7")]));
        assert!(!is_mended([item("192.0.2.7"), relay()]));
        assert!(is_mended([relay(), relay()]));
        let evidence = [relay()];
        let mut alone = [term(0, -10.0)];
        settle(Gate::Authenticate, &mut alone, &evidence);
        assert!(!alone[0].excludes);
    }
}
