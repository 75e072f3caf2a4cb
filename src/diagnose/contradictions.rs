//! Pieces of evidence that do not agree, and how to settle it. A contradiction is told and never smoothed over.

use super::candidates::Weighed;
use super::situation::{Situation, port};
use super::{Contradiction, Link, words};
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::knowledge::Knowledge;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// The kinds of disagreement; each has its words in the knowledge files.
pub const KINDS: [&str; 7] = [
    "device-tls",
    "laptop-passes",
    "device-changed",
    "unexplained-failure",
    "server-address",
    "settings-port",
    "certificate-differs",
];

/// Most pieces of evidence that are named on one side.
const NAMED: usize = 5;

/// Everything in the evidence that does not agree, in the order of the send path.
pub fn find(
    situation: &Situation<'_>,
    evidence: &[Evidence],
    links: &[Link],
    weighed: &[Weighed],
    unexplained: bool,
    knowledge: &Knowledge,
) -> Vec<Contradiction> {
    let told = Told { situation, knowledge };
    let mut found = Vec::new();
    found.extend(server_address(&told, evidence));
    found.extend(settings_port(&told, evidence));
    found.extend(device_tls(&told, evidence));
    found.extend(certificate(&told, evidence));
    found.extend(outcomes(&told, evidence, links, weighed));
    if unexplained {
        found.extend(unexplained_failure(&told, evidence));
    }
    found
}

/// What the sentences need.
struct Told<'a> {
    situation: &'a Situation<'a>,
    knowledge: &'a Knowledge,
}

impl Told<'_> {
    /// A contradiction of this kind; nothing where one side is empty or the knowledge has no words for it.
    fn tell<'e>(
        &self,
        kind: &str,
        cause: &str,
        one: impl IntoIterator<Item = &'e Evidence>,
        other: impl IntoIterator<Item = &'e Evidence>,
    ) -> Option<Contradiction> {
        let entry = self
            .knowledge
            .disagreements
            .iter()
            .find(|entry| entry.id == kind)?;
        let (one, other) = (ids(one), ids(other));
        let fill = |text: &str| words::fill(&text.replace("{cause}", cause), self.situation);
        (!one.is_empty() && !other.is_empty()).then(|| Contradiction {
            about: fill(&entry.about),
            one,
            other,
            advice: fill(&entry.advice),
        })
    }
}

fn ids<'e>(items: impl IntoIterator<Item = &'e Evidence>) -> Vec<String> {
    items
        .into_iter()
        .take(NAMED)
        .map(|item| item.id.clone())
        .collect()
}

fn of_device(item: &Evidence) -> bool {
    item.actor == Actor::Device && item.basis == Basis::Observed
}

/// The device's TLS limit against everything else that is known of its TLS.
fn device_tls(told: &Told<'_>, evidence: &[Evidence]) -> Option<Contradiction> {
    let chosen = told.situation.device_tls?;
    let limits = evidence
        .iter()
        .filter(|item| !std::ptr::eq(*item, chosen.evidence));
    let disagrees = |item: &&Evidence| match (&item.fact, &chosen.evidence.fact) {
        (Fact::DeviceTlsLimit { max }, Fact::DeviceTlsLimit { max: limit }) => max != limit,
        // A session shows what the device can do at least.
        (Fact::TlsEstablished { version, .. }, Fact::DeviceTlsLimit { max }) => {
            of_device(item) && version > max
        }
        (Fact::DeviceTlsLimit { max }, Fact::TlsEstablished { version, .. }) => version > max,
        _ => false,
    };
    told.tell("device-tls", "", [chosen.evidence], limits.filter(disagrees))
}

/// A fault for which one actor's evidence speaks and against which another's does.
fn outcomes(
    told: &Told<'_>,
    evidence: &[Evidence],
    links: &[Link],
    weighed: &[Weighed],
) -> Vec<Contradiction> {
    let by_id: HashMap<&str, &Evidence> = evidence.iter().map(|item| (item.id.as_str(), item)).collect();
    let named = |ids: &[String]| -> Vec<&Evidence> {
        ids.iter()
            .filter_map(|id| by_id.get(id.as_str()).copied())
            .collect()
    };
    let mut found = Vec::new();
    for link in links {
        let Some(candidate) = weighed.iter().find(|w| w.shown.cause == link.cause) else {
            continue;
        };
        let stopped: Vec<&Evidence> = named(&candidate.shown.supporting)
            .into_iter()
            .filter(|item| item.actor == Actor::Device)
            .collect();
        let against = named(&candidate.shown.contradicting);
        let passes = |actor: Actor| {
            against
                .iter()
                .copied()
                .filter(move |item| item.actor == actor && item.basis == Basis::Observed)
        };
        let stopped = || stopped.iter().copied();
        found.extend(told.tell("device-changed", &link.title, stopped(), passes(Actor::Device)));
        found.extend(told.tell("laptop-passes", &link.title, stopped(), passes(Actor::Laptop)));
    }
    found
}

/// A complaint although nothing stops this computer.
fn unexplained_failure(told: &Told<'_>, evidence: &[Evidence]) -> Option<Contradiction> {
    let complaint = evidence.iter().filter(|item| {
        matches!(
            item.fact,
            Fact::Symptom { .. } | Fact::DeviceJob { succeeded: false, .. }
        ) || (of_device(item) && matches!(item.fact, Fact::Refused { .. } | Fact::DeviceGaveUp { .. }))
    });
    let passed = evidence
        .iter()
        .filter(|item| item.actor == Actor::Laptop && matches!(item.fact, Fact::Accepted { .. }));
    told.tell("unexplained-failure", "", complaint, passed)
}

/// The address that the device reached against those that this computer finds.
fn server_address(told: &Told<'_>, evidence: &[Evidence]) -> Option<Contradiction> {
    let known: BTreeSet<IpAddr> = evidence
        .iter()
        .filter(|item| item.actor != Actor::Device)
        .filter_map(|item| match &item.fact {
            Fact::Resolved { addresses, .. } => Some(addresses),
            _ => None,
        })
        .flatten()
        .copied()
        .collect();
    if known.is_empty() {
        return None;
    }
    let elsewhere = evidence.iter().filter(|item| {
        of_device(item)
            && match &item.fact {
                Fact::Resolved { addresses, .. } => {
                    !addresses.is_empty() && addresses.iter().all(|address| !known.contains(address))
                }
                Fact::Connected { endpoint } => !known.contains(&endpoint.ip()),
                _ => false,
            }
    });
    let here = evidence
        .iter()
        .filter(|item| item.actor != Actor::Device && matches!(item.fact, Fact::Resolved { .. }));
    told.tell("server-address", "", elsewhere, here)
}

/// The port at which the device was seen against the one of its settings.
fn settings_port(told: &Told<'_>, evidence: &[Evidence]) -> Option<Contradiction> {
    let case = told.situation.case;
    if case.mail.port == 0 || case.mail.server.is_empty() {
        return None;
    }
    let set = port(case);
    let elsewhere = |item: &&Evidence| {
        of_device(item)
            && match &item.fact {
                Fact::Connected { endpoint } => endpoint.port() != set,
                Fact::ConnectFailed { port, .. } => *port != set,
                _ => false,
            }
    };
    let as_set = |item: &&Evidence| {
        item.actor == Actor::Laptop
            && matches!(item.fact, Fact::Connected { .. } | Fact::ConnectFailed { .. })
    };
    told.tell(
        "settings-port",
        "",
        evidence.iter().filter(elsewhere),
        evidence.iter().filter(as_set),
    )
}

/// The certificate that the device was shown against the one that this computer was shown.
fn certificate(told: &Told<'_>, evidence: &[Evidence]) -> Option<Contradiction> {
    let shown = |device: bool| {
        evidence.iter().filter(move |item| {
            (item.actor == Actor::Device) == device && matches!(item.fact, Fact::Certificate(_))
        })
    };
    let issuer = |item: &Evidence| match &item.fact {
        Fact::Certificate(facts) => facts.issuer.clone(),
        _ => String::new(),
    };
    let here: BTreeSet<String> = shown(false).map(issuer).collect();
    let there = shown(true).filter(|item| !here.contains(&issuer(item)));
    told.tell("certificate-differs", "", there, shown(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_words_and_no_words_are_left_over() {
        let knowledge = Knowledge::embedded();
        let mut ids: Vec<&str> = knowledge
            .disagreements
            .iter()
            .map(|entry| entry.id.as_str())
            .collect();
        let mut kinds = KINDS.to_vec();
        ids.sort_unstable();
        kinds.sort_unstable();
        assert_eq!(ids, kinds);
    }
}
