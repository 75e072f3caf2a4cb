//! What the device's TLS limit and the server's versions and suites mean together.

use super::term;
use crate::case::Method;
use crate::certainty::Certainty;
use crate::diagnose::situation::Situation;
use crate::diagnose::term::{Term, bounded};
use crate::evidence::{Actor, Basis, Evidence, Fact, Loss, TlsFailure};
use crate::gate::Gate;
use crate::wire::tls::{TlsVersion, VersionAnswer};

/// The device's limit against what the server takes.
pub(super) fn device_tls_too_old(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let limit = situation.device_tls?;
    let own = evidence
        .iter()
        .position(|item| std::ptr::eq(item, limit.evidence))?;
    let answers = server_answers(evidence);
    let within: Vec<_> = answers
        .iter()
        .filter(|(version, _, _)| *version <= limit.max)
        .collect();
    let accepted = within
        .iter()
        .any(|(_, answer, _)| **answer == VersionAnswer::Accepted);
    let refused = within
        .iter()
        .find(|(version, answer, _)| *version == limit.max && about_the_version(answer, *version, evidence))
        .map(|(_, _, position)| *position)
        .map(|position| (position, Certainty::Confirmed))
        .or_else(|| reproduced(situation, limit.max, evidence).filter(|_| tried_with(limit.max, evidence)));
    let service_minimum = situation.provider.and_then(|p| {
        let minimum = TlsVersion::parse(p.min_tls.as_deref()?)?;
        Some((minimum, p.min_tls_mark))
    });
    let below_minimum = service_minimum.is_some_and(|(minimum, _)| limit.max < minimum);
    let handshake_failed = device_handshake_failed(evidence);
    let (with, weight, cap) = if let Some((position, sure)) = refused
        && !accepted
    {
        let mut with = vec![position];
        with.extend(handshake_failed);
        (with, 7.0, sure)
    } else if below_minimum && limit.evidence.basis == Basis::Observed && handshake_failed.is_some() {
        (handshake_failed.into_iter().collect(), 7.0, Certainty::Confirmed)
    } else if below_minimum {
        (Vec::new(), 4.5, Certainty::Likely)
    } else if limit.max < TlsVersion::Tls12 && handshake_failed.is_some() && !accepted {
        (handshake_failed.into_iter().collect(), 4.5, Certainty::Likely)
    } else if accepted {
        return Some(term(
            "device-tls-too-old",
            own,
            Vec::new(),
            -10.0,
            Certainty::Possible,
            Gate::Encrypt,
        ));
    } else {
        return None;
    };
    let mut found = term("device-tls-too-old", own, with, weight, cap, Gate::Encrypt);
    found.cap = bounded(cap, limit.evidence.basis);
    found.actor = Actor::Device;
    Some(found)
}

/// A server that takes only what modern clients no longer offer.
pub(super) fn server_tls_too_old(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    let Some(failed) = laptop_tls_failed(evidence) else {
        return Vec::new();
    };
    let answers = server_answers(evidence);
    let accepted = |old: bool| {
        answers.iter().find(move |(version, answer, _)| {
            (*version <= TlsVersion::Tls11) == old && **answer == VersionAnswer::Accepted
        })
    };
    let (Some((version, _, position)), None) = (accepted(true), accepted(false)) else {
        return Vec::new();
    };
    let says = |cause, weight: f64, cap| term(cause, *position, vec![failed], weight, cap, Gate::Encrypt);
    if situation.method == Method::Receive {
        vec![says("device-tls-too-old", 7.0, Certainty::Confirmed)]
    } else if device_manages(situation, *version) {
        // That a modern client fails says nothing of a device that speaks the old version.
        ["server-tls-too-old", "no-common-cipher", "tls-handshake-failed"]
            .map(|cause| says(cause, -10.0, Certainty::Possible))
            .into()
    } else {
        // The lowest version that this computer offers is its own limit, not the device's.
        vec![says("server-tls-too-old", 7.0, Certainty::Likely)]
    }
}

/// Whether the device's known limit is enough for a server that takes `version` at most.
fn device_manages(situation: &Situation<'_>, version: TlsVersion) -> bool {
    situation
        .device_tls
        .is_some_and(|limit| limit.max <= version && limit.max >= TlsVersion::Ssl3)
}

/// The server's answers to hellos of one version, the laptop's own handshake among them.
pub(in crate::diagnose) fn server_answers(evidence: &[Evidence]) -> Vec<(TlsVersion, &VersionAnswer, usize)> {
    evidence
        .iter()
        .enumerate()
        .filter_map(|(position, item)| match &item.fact {
            Fact::TlsVersionAnswer { version, answer } => Some((*version, answer, position)),
            _ => None,
        })
        .collect()
}

/// Whether the run could know this limit beforehand. A device that names another firmware than the case does so
/// when the send with the old note's limits is already under way; that send then says nothing of it.
fn tried_with(limit: TlsVersion, evidence: &[Evidence]) -> bool {
    evidence
        .iter()
        .filter(|item| matches!(item.source.as_str(), "firmware" | "case"))
        .all(|item| !matches!(item.fact, Fact::DeviceTlsLimit { max } if max != limit))
}

/// A handshake with the device's limits that this computer tried and that failed, and how sure that makes it.
/// A server that hangs up on it without a word, and takes a newer version in the same minute, says as much
/// as an alert; silence may also be a lost packet.
fn reproduced(
    situation: &Situation<'_>,
    limit: TlsVersion,
    evidence: &[Evidence],
) -> Option<(usize, Certainty)> {
    let any_suites = situation.limits.suites.is_none();
    let takes_newer = takes_newer(limit, evidence);
    evidence.iter().enumerate().find_map(|(position, item)| {
        let Fact::TlsFailed { failure } = &item.fact else {
            return None;
        };
        let sure = match failure {
            // With the device's own list of suites, or at a server that takes no version at all, only what speaks of
            // the version says anything about it.
            TlsFailure::Alert(name) if (any_suites && takes_newer) || name == "protocol_version" => {
                Certainty::Confirmed
            }
            TlsFailure::NoCommonVersion => Certainty::Confirmed,
            TlsFailure::BrokenOff(Loss::Closed | Loss::Reset) if any_suites && takes_newer => {
                Certainty::Confirmed
            }
            TlsFailure::BrokenOff(_) if any_suites && takes_newer => Certainty::Likely,
            _ => return None,
        };
        (item.source == Evidence::AS_THE_DEVICE).then_some((position, sure))
    })
}

/// Whether the server was seen to take a version above the limit from this computer.
fn takes_newer(limit: TlsVersion, evidence: &[Evidence]) -> bool {
    evidence.iter().any(|item| {
        let of_laptop = item.actor != Actor::Device && !item.onward && item.source != Evidence::AS_THE_DEVICE;
        match &item.fact {
            Fact::TlsEstablished { version, .. } => of_laptop && *version > limit,
            Fact::TlsVersionAnswer { version, answer } => {
                of_laptop && *version > limit && *answer == VersionAnswer::Accepted
            }
            _ => false,
        }
    })
}

/// Whether a refusal speaks of the version: it says so, or newer ones are taken. A server that refuses whatever it is
/// offered may do so for its suites or its key.
fn about_the_version(answer: &VersionAnswer, version: TlsVersion, evidence: &[Evidence]) -> bool {
    match answer {
        VersionAnswer::Refused(why) => why != "handshake_failure" || takes_newer(version, evidence),
        _ => false,
    }
}

/// A server that refuses this computer's suites and takes others in the same version. What the device has is not known
/// by that: copiers of some age have the very suites that this computer's library has given up.
pub(super) fn suites_differ(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    if situation.method == Method::Receive {
        return Vec::new();
    }
    let refused = evidence.iter().position(|item| {
        item.actor == Actor::Laptop
            && item.source != Evidence::AS_THE_DEVICE
            && matches!(&item.fact, Fact::TlsFailed { failure } if may_be_about_suites(failure))
    });
    let Some(refused) = refused else {
        return Vec::new();
    };
    let answers = server_answers(evidence);
    let taken = answers
        .iter()
        .find(|(version, answer, _)| *version >= TlsVersion::Tls12 && **answer == VersionAnswer::Accepted);
    let says = |cause, weight, cap, with| term(cause, refused, with, weight, cap, Gate::Encrypt);
    match taken {
        Some((_, _, taken)) => vec![
            says("no-common-cipher", 3.2, Certainty::Possible, vec![*taken]),
            says("tls-handshake-failed", -4.0, Certainty::Possible, vec![*taken]),
        ],
        None if evidence.get(refused).is_some_and(|item| says_suites(&item.fact)) => {
            vec![says("no-common-cipher", 4.0, Certainty::Likely, Vec::new())]
        }
        None => Vec::new(),
    }
}

/// Whether suites may be the reason of a failed handshake.
fn may_be_about_suites(failure: &TlsFailure) -> bool {
    match failure {
        TlsFailure::Alert(name) => matches!(name.as_str(), "handshake_failure" | "insufficient_security"),
        TlsFailure::NoCommonCipher | TlsFailure::BrokenOff(Loss::Closed | Loss::Reset) => true,
        _ => false,
    }
}

/// Whether a failure speaks of suites, and is no mere end.
fn says_suites(fact: &Fact) -> bool {
    matches!(fact, Fact::TlsFailed { failure } if !matches!(failure, TlsFailure::BrokenOff(_)))
}

/// A TLS handshake of the device's own that failed.
fn device_handshake_failed(evidence: &[Evidence]) -> Option<usize> {
    evidence
        .iter()
        .position(|item| item.actor == Actor::Device && matches!(item.fact, Fact::TlsFailed { .. }))
}

/// A handshake of this computer's own that failed although the other side spoke TLS.
fn laptop_tls_failed(evidence: &[Evidence]) -> Option<usize> {
    evidence.iter().position(|item| {
        item.actor == Actor::Laptop
            && item.source != Evidence::AS_THE_DEVICE
            && matches!(&item.fact, Fact::TlsFailed { failure } if *failure != TlsFailure::NotTls)
    })
}
