//! What follows from several facts together and from no one of them alone.

mod versions;

use super::situation::Situation;
use super::term::{Term, bounded};
use crate::case::Method;
use crate::certainty::Certainty;
use crate::evidence::{Actor, Basis, CertificateProblem, Evidence, Fact, Harm, Rewriting, Stage};
use crate::gate::Gate;
use crate::knowledge::schema::Mark;
use crate::wire::tls::TlsVersion;
use jiff::SignedDuration;
pub(super) use versions::server_answers;
use versions::{device_tls_too_old, server_tls_too_old, suites_differ};

/// Terms that rest on more than one piece of evidence.
pub fn terms(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    let mut terms = Vec::new();
    if situation.wants_tls() {
        terms.extend(device_tls_too_old(situation, evidence));
        terms.extend(server_tls_too_old(situation, evidence));
        if situation.method != Method::Receive {
            terms.extend(certificate(situation, evidence));
        }
        terms.extend(suites_differ(situation, evidence));
        terms.extend(clock(situation, evidence));
    }
    terms.extend(cosmetic_rewriting(evidence));
    terms.extend(login_only_inside_tls(situation, evidence));
    terms.extend(device_login(situation, evidence));
    terms.extend(reachability(evidence));
    terms.extend(neighbour(situation, evidence));
    terms
}

/// A certificate problem counts for a device that checks; for one that does not, it is harmless.
fn certificate(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    let (weight, cap) = match situation.validates {
        Some(true) => (7.0, Certainty::Confirmed),
        Some(false) => return Vec::new(),
        None => (4.5, Certainty::Likely),
    };
    evidence
        .iter()
        .enumerate()
        .filter_map(|(position, item)| match item.fact {
            Fact::CertificateProblem { problem, .. } if item.actor != Actor::Device => {
                Some((position, certificate_cause(problem), bounded(cap, item.basis)))
            }
            _ => None,
        })
        .map(|(position, cause, cap)| term(cause, position, Vec::new(), weight, cap, Gate::Certificate))
        .collect()
}

/// The cause that a certificate problem is.
pub const fn certificate_cause(problem: CertificateProblem) -> &'static str {
    match problem {
        CertificateProblem::Untrusted => "certificate-untrusted",
        CertificateProblem::Intercepted => "tls-intercepted",
        CertificateProblem::Expired => "certificate-expired",
        CertificateProblem::NotYetValid => "certificate-not-yet-valid",
        CertificateProblem::NameMismatch => "certificate-name-mismatch",
        CertificateProblem::Weak => "certificate-weak",
    }
}

/// Login missing in plain text, on a device set to no encryption: it is there inside TLS, or not at all.
fn login_only_inside_tls(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
    let no_login = |item: &Evidence| item.fact == Fact::AuthNotOffered { encrypted: false };
    let Some(missing) = evidence.iter().position(no_login) else {
        return Vec::new();
    };
    if situation.wants_tls() {
        return Vec::new();
    }
    let inside = evidence.iter().position(|item| match &item.fact {
        Fact::Extensions {
            keywords,
            encrypted: true,
            ..
        } => has_keyword(keywords, "AUTH"),
        _ => false,
    });
    let offered = evidence.iter().position(|item| match &item.fact {
        Fact::Extensions {
            keywords,
            encrypted: false,
            ..
        } => has_keyword(keywords, "STARTTLS"),
        _ => false,
    });
    match (inside, offered) {
        (Some(inside), _) => vec![term(
            "starttls-required",
            missing,
            vec![inside],
            7.0,
            Certainty::Confirmed,
            Gate::Encrypt,
        )],
        (None, Some(offered)) => vec![term(
            "starttls-required",
            missing,
            vec![offered],
            4.5,
            Certainty::Likely,
            Gate::Encrypt,
        )],
        // A server without STARTTLS cannot be waiting for it.
        (None, None) => evidence
            .iter()
            .position(|item| {
                item.actor != Actor::Device && matches!(item.fact, Fact::Extensions { encrypted: false, .. })
            })
            .map(|list| {
                let says = |cause, weight, cap, gate| term(cause, missing, vec![list], weight, cap, gate);
                vec![
                    says("auth-not-offered", 4.5, Certainty::Likely, Gate::Authenticate),
                    says("starttls-required", -10.0, Certainty::Possible, Gate::Encrypt),
                ]
            })
            .unwrap_or_default(),
    }
}

/// The user name with which the device logs in, against the one that the case says.
fn device_login(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let stated = situation.case.mail.auth.user().filter(|user| !user.is_empty())?;
    let (position, seen) =
        evidence
            .iter()
            .enumerate()
            .rev()
            .find_map(|(position, item)| match &item.fact {
                Fact::DeviceLogin { user: Some(user), .. } if item.actor == Actor::Device => {
                    Some((position, user))
                }
                _ => None,
            })?;
    (!stated.eq_ignore_ascii_case(seen)).then(|| {
        let certainty = Certainty::Likely;
        let mut found = term(
            "credentials-rejected",
            position,
            Vec::new(),
            4.5,
            certainty,
            Gate::Authenticate,
        );
        found.actor = Actor::Device;
        found
    })
}

/// A masked greeting or keyword with which everything still works is no fault.
fn cosmetic_rewriting(evidence: &[Evidence]) -> Option<Term> {
    let masked = masked_without_harm(evidence)?;
    let passed = evidence.iter().position(is_accepted_recipient)?;
    Some(term(
        "smtp-inspection",
        passed,
        vec![masked],
        -10.0,
        Certainty::Possible,
        Gate::Greet,
    ))
}

/// The sign of a rewriting that takes nothing away.
fn masked_without_harm(evidence: &[Evidence]) -> Option<usize> {
    let harmful = |sign: Rewriting| {
        matches!(
            sign,
            Rewriting::StartTlsStripped | Rewriting::StartTlsUnlisted | Rewriting::AuthStripped
        )
    };
    let stripped = evidence
        .iter()
        .any(|item| matches!(item.fact, Fact::Rewritten { sign } if harmful(sign)));
    let works = evidence.iter().any(is_accepted_recipient);
    evidence
        .iter()
        .position(|item| !stripped && works && matches!(item.fact, Fact::Rewritten { .. }))
}

fn is_accepted_recipient(item: &Evidence) -> bool {
    matches!(
        item.fact,
        Fact::Accepted {
            stage: Stage::Rcpt | Stage::EndOfData,
            ..
        }
    )
}

/// A clock so wrong that the server's valid certificate is outside its validity for the device.
fn clock(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let (skewed, seconds) = evidence
        .iter()
        .enumerate()
        .find_map(|(position, item)| match item.fact {
            Fact::DeviceClockSkew { seconds } => Some((position, seconds)),
            _ => None,
        })?;
    let complaint = evidence.iter().position(|item| match &item.fact {
        Fact::DeviceAlert { alert }
        | Fact::DeviceChecksCertificate {
            alert: Some(alert), ..
        } => DATE_ALERTS.contains(&alert.as_str()),
        _ => false,
    });
    let outside = evidence.iter().position(|item| match &item.fact {
        Fact::Certificate(facts) if facts.trusted && item.actor != Actor::Device => {
            let there = item
                .at
                .and_then(|now| now.checked_add(SignedDuration::from_secs(seconds)).ok());
            there.is_some_and(|there| {
                facts.not_before.is_some_and(|begin| there < begin)
                    || facts.not_after.is_some_and(|end| there > end)
            })
        }
        _ => false,
    });
    let checks = situation.validates;
    let (with, weight, cap) = match (complaint, outside) {
        (Some(complaint), Some(outside)) => (vec![complaint, outside], 7.0, Certainty::Confirmed),
        (Some(complaint), None) if seconds.abs() > DAY => (vec![complaint], 4.5, Certainty::Likely),
        (None, Some(outside)) if checks == Some(true) => (vec![outside], 7.0, Certainty::Confirmed),
        (None, Some(outside)) if checks.is_none() => (vec![outside], 2.0, Certainty::Possible),
        _ => return None,
    };
    Some(term(
        "device-clock-wrong",
        skewed,
        with,
        weight,
        cap,
        Gate::Certificate,
    ))
}

/// Seconds.
const DAY: i64 = 24 * 3600;
/// Alerts with which clients reject a certificate for its dates.
const DATE_ALERTS: [&str; 3] = ["certificate_expired", "bad_certificate", "certificate_unknown"];

/// A device that answers nothing, unless something saw it speak since.
fn reachability(evidence: &[Evidence]) -> Option<Term> {
    let silent = evidence.iter().position(|item| item.fact == Fact::DeviceSilent)?;
    let silent_at = evidence.get(silent).and_then(|item| item.at);
    let seen_since = evidence.iter().any(|item| {
        item.actor == Actor::Device
            && item.basis == Basis::Observed
            && item.fact.shows_the_device()
            && item.at.zip(silent_at).is_some_and(|(seen, silent)| seen > silent)
    });
    (!seen_since).then(|| {
        term(
            "device-unreachable",
            silent,
            Vec::new(),
            7.0,
            Certainty::Confirmed,
            Gate::Device,
        )
    })
}

/// A station that nobody in the own network answers for. Where the asker is known to be the device it is likely what
/// stops it; where the device's address is not known, it may be; other stations ask in vain for many reasons.
fn neighbour(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let device = &situation.case.device.address;
    let device: Option<std::net::IpAddr> = device.as_ref().and_then(|text| text.parse().ok());
    let (position, asker) = evidence
        .iter()
        .enumerate()
        .find_map(|(position, item)| match item.fact {
            Fact::NeighbourSilent { asker, .. } if device.is_none_or(|device| device == asker) => {
                Some((position, asker))
            }
            _ => None,
        })?;
    let (weight, cap) = if device == Some(asker) {
        (4.5, Certainty::Likely)
    } else {
        (3.2, Certainty::Possible)
    };
    let mut found = term(
        "host-unreachable",
        position,
        Vec::new(),
        weight,
        cap,
        Gate::Connect,
    );
    found.actor = Actor::Device;
    Some(found)
}

/// Facts that are true and do no harm here.
pub fn harmless(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<(usize, Harm)> {
    let mut found: Vec<(usize, Harm)> = masked_without_harm(evidence)
        .map(|position| (position, Harm::Cosmetic))
        .into_iter()
        .collect();
    for (position, item) in evidence.iter().enumerate() {
        match &item.fact {
            Fact::CertificateProblem { .. } if situation.method == Method::Receive => {
                found.push((position, Harm::DeliveryDoesNotCheck));
            }
            Fact::CertificateProblem { .. } if !situation.wants_tls() => {
                found.push((position, Harm::NotEncrypted));
            }
            Fact::CertificateProblem { .. } if situation.validates == Some(false) => {
                found.push((position, Harm::NotChecked));
            }
            Fact::DeviceTlsLimit { max } if *max < TlsVersion::Tls12 && !situation.wants_tls() => {
                found.push((position, Harm::NotEncrypted));
            }
            Fact::PlainTextInjected { .. } => found.push((position, Harm::Discarded)),
            _ => {}
        }
    }
    found
}

/// Whether a list of extensions has this keyword.
pub(super) fn has_keyword(keywords: &[String], wanted: &str) -> bool {
    keywords.iter().any(|line| {
        line.split([' ', '='])
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case(wanted))
    })
}

/// A term that this computer's evidence gives.
pub(super) fn term(
    cause: &str,
    evidence: usize,
    with: Vec<usize>,
    weight: f64,
    cap: Certainty,
    gate: Gate,
) -> Term {
    Term {
        cause: cause.to_owned(),
        evidence,
        with,
        weight,
        key: format!("derived {cause}"),
        cap,
        gate,
        actor: Actor::Laptop,
        excludes: weight <= -10.0,
    }
}

/// How sure a limit known from a file is, as a basis of evidence.
pub const fn basis_of(mark: Mark) -> Basis {
    match mark {
        Mark::Confirmed => Basis::KnownConfirmed,
        Mark::Reported | Mark::Inferred | Mark::Unknown => Basis::KnownInferred,
    }
}
