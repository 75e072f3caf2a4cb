//! What follows from the device's suites, login mechanisms and way of greeting, held against the server.

use super::derive::{has_keyword, server_answers, term};
use super::situation::Situation;
use super::term::{Term, bounded};
use crate::case::{Auth, Encryption};
use crate::certainty::Certainty;
use crate::evidence::{Actor, Evidence, Fact, TlsFailure};
use crate::gate::Gate;
use crate::wire::tls::VersionAnswer;

/// Terms about the device's limits.
pub fn terms(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    let mut terms = Vec::new();
    if situation.wants_tls() {
        terms.extend(no_common_cipher(situation, evidence));
    }
    terms.extend(mechanism_mismatch(situation, evidence));
    terms.extend(helo_only(situation, evidence));
    terms
}

/// The device's suites, where they are known, against what the server takes.
fn no_common_cipher(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let suites = situation.limits.suites.as_ref()?;
    let own = evidence.iter().position(
        |item| matches!(&item.fact, Fact::DeviceSuites { suites: these } if *these == suites.value),
    )?;
    let answers = server_answers(evidence);
    let version_fits = answers.iter().find(|(version, answer, _)| {
        let highest = situation.limits.tls.as_ref().map(|known| known.value);
        **answer == VersionAnswer::Accepted && highest.is_none_or(|highest| *version <= highest)
    });
    let device_failed = evidence.iter().position(|item| {
        item.actor == Actor::Device
            && matches!(&item.fact, Fact::TlsFailed { failure: TlsFailure::Alert(name) } if about_suites(name))
    });
    // The list of a service ends at TLS 1.2; a device with suites of TLS 1.3 is not held against it.
    let up_to_12 = suites.value.iter().all(|suite| suite >> 8 != 0x13);
    let taken_by_service = situation.provider.filter(|p| up_to_12 && !p.suites.is_empty());
    let (with, weight, cap) = if let Some(refused) = refused_as_device(evidence)
        && let Some((_, _, position)) = version_fits
    {
        (vec![refused, *position], 7.0, Certainty::Confirmed)
    } else if let Some(families) = families_refused(evidence, &suites.value) {
        (families, 4.5, Certainty::Likely)
    } else if taken_by_service.is_some_and(|p| !p.suites.iter().any(|suite| suites.value.contains(suite))) {
        (device_failed.into_iter().collect(), 4.5, Certainty::Likely)
    } else {
        return None;
    };
    Some(of_device(
        "no-common-cipher",
        own,
        with,
        weight,
        bounded(cap, suites.basis),
        Gate::Encrypt,
    ))
}

/// The hello with the device's suites, refused for its suites.
fn refused_as_device(evidence: &[Evidence]) -> Option<usize> {
    evidence.iter().position(|item| {
        item.source == Evidence::AS_THE_DEVICE
            && match &item.fact {
                Fact::TlsFailed {
                    failure: TlsFailure::Alert(name),
                } => about_suites(name),
                Fact::TlsFailed {
                    failure: TlsFailure::NoCommonCipher,
                } => true,
                _ => false,
            }
    })
}

/// Alerts that say that no suite fits (RFC 5246, section 7.2.2).
fn about_suites(alert: &str) -> bool {
    matches!(alert, "handshake_failure" | "insufficient_security")
}

/// The refused families that hold every suite of the device; none where one suite is in none of them.
fn families_refused(evidence: &[Evidence], suites: &[u16]) -> Option<Vec<usize>> {
    let refused: Vec<_> = evidence
        .iter()
        .enumerate()
        .filter_map(|(position, item)| match &item.fact {
            Fact::CipherFamily {
                family,
                answer: VersionAnswer::Refused(_),
            } => Some((position, *family)),
            _ => None,
        })
        .collect();
    let mut used = Vec::new();
    // The signalling values of RFC 5746 and RFC 7507 are no suites.
    for suite in suites.iter().filter(|suite| !matches!(suite, 0x00ff | 0x5600)) {
        let (position, _) = refused
            .iter()
            .find(|(_, family)| family.suites().contains(suite))?;
        if !used.contains(position) {
            used.push(*position);
        }
    }
    (!used.is_empty()).then_some(used)
}

/// The device's login mechanisms against what the server lists, or is known to list.
fn mechanism_mismatch(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let known = situation.limits.mechanisms.as_ref()?;
    if !matches!(situation.case.mail.auth, Auth::Password { .. }) {
        return None;
    }
    let own = evidence.iter().position(
        |item| matches!(&item.fact, Fact::DeviceMechanisms { mechanisms } if *mechanisms == known.value),
    )?;
    let listed = evidence
        .iter()
        .enumerate()
        .filter_map(|(position, item)| match &item.fact {
            Fact::Extensions {
                keywords, encrypted, ..
            } if has_keyword(keywords, "AUTH") => Some((*encrypted, position, mechanisms(keywords))),
            _ => None,
        })
        .max_by_key(|(encrypted, position, _)| (*encrypted, *position));
    let (offered, with, weight, cap) = if let Some((_, position, offered)) = listed {
        (offered, vec![position], 7.0, Certainty::Confirmed)
    } else {
        let offered = situation.provider.map(|provider| provider.mechanisms.clone())?;
        (offered, Vec::new(), 4.5, Certainty::Likely)
    };
    if offered.is_empty() || offered.iter().any(|name| known.value.contains(name)) {
        return None;
    }
    let cap = bounded(cap, known.basis);
    Some(of_device(
        "auth-mechanism-mismatch",
        own,
        with,
        weight,
        cap,
        Gate::Authenticate,
    ))
}

/// The mechanisms in a list of extensions, upper case.
fn mechanisms(keywords: &[String]) -> Vec<String> {
    keywords
        .iter()
        .filter(|line| has_keyword(std::slice::from_ref(line), "AUTH"))
        .flat_map(|line| line.split([' ', '=']).skip(1))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect()
}

/// A device that says HELO alone never sees STARTTLS, nor a login.
fn helo_only(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    let Some(greets) = situation
        .limits
        .greets
        .as_ref()
        .filter(|greets| !greets.value.extended)
    else {
        return Vec::new();
    };
    let own = evidence
        .iter()
        .position(|item| matches!(item.fact, Fact::DeviceHello { extended: false, .. }));
    let Some(own) = own else {
        return Vec::new();
    };
    let cap = bounded(Certainty::Confirmed, greets.basis);
    let mut terms = Vec::new();
    if situation.case.mail.encryption == Encryption::StartTls {
        terms.push(of_device(
            "starttls-not-offered",
            own,
            Vec::new(),
            7.0,
            cap,
            Gate::Encrypt,
        ));
    }
    if situation.case.mail.auth != Auth::None {
        terms.push(of_device(
            "auth-not-offered",
            own,
            Vec::new(),
            7.0,
            cap,
            Gate::Authenticate,
        ));
    }
    terms
}

/// A term about the device.
fn of_device(cause: &str, own: usize, with: Vec<usize>, weight: f64, cap: Certainty, gate: Gate) -> Term {
    let mut found = term(cause, own, with, weight, cap, gate);
    found.actor = Actor::Device;
    found
}
