//! What follows from several facts together and from no one of them alone.

use super::limits;
use super::situation::Situation;
use super::term::{Term, bounded};
use crate::case::Method;
use crate::certainty::Certainty;
use crate::evidence::{
    Actor, Basis, CertificateProblem, Evidence, Fact, Harm, Loss, Rewriting, Stage, TlsFailure,
};
use crate::gate::Gate;
use crate::knowledge::schema::Mark;
use crate::wire::tls::{TlsVersion, VersionAnswer};
use jiff::SignedDuration;

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
    terms.extend(limits::terms(situation, evidence));
    terms.extend(device_login(situation, evidence));
    terms.extend(reachability(evidence));
    terms
}

/// The device's limit against what the server takes.
fn device_tls_too_old(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
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
        .find(|(version, answer, _)| *version == limit.max && matches!(answer, VersionAnswer::Refused(_)))
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
fn server_tls_too_old(situation: &Situation<'_>, evidence: &[Evidence]) -> Vec<Term> {
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

/// Whether the device's known limit is enough for a server that takes `version` at most.
fn device_manages(situation: &Situation<'_>, version: TlsVersion) -> bool {
    situation
        .device_tls
        .is_some_and(|limit| limit.max <= version && limit.max >= TlsVersion::Ssl3)
}

/// The server's answers to hellos of one version, the laptop's own handshake among them.
pub(super) fn server_answers(evidence: &[Evidence]) -> Vec<(TlsVersion, &VersionAnswer, usize)> {
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
    let takes_newer = evidence.iter().any(|item| {
        let of_laptop = item.actor != Actor::Device && item.source != Evidence::AS_THE_DEVICE;
        match &item.fact {
            Fact::TlsEstablished { version, .. } => of_laptop && *version > limit,
            Fact::TlsVersionAnswer { version, answer } => {
                of_laptop && *version > limit && *answer == VersionAnswer::Accepted
            }
            _ => false,
        }
    });
    evidence.iter().enumerate().find_map(|(position, item)| {
        let Fact::TlsFailed { failure } = &item.fact else {
            return None;
        };
        let sure = match failure {
            // With the device's own list of suites, only what speaks of the version says anything about it.
            TlsFailure::Alert(name) if any_suites || name == "protocol_version" => Certainty::Confirmed,
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

/// A server that hangs up on this computer's own hello and takes TLS 1.2 with other suites beside it.
fn suites_differ(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<Term> {
    let hung_up = evidence.iter().position(|item| {
        item.actor == Actor::Laptop
            && item.source != Evidence::AS_THE_DEVICE
            && matches!(
                item.fact,
                Fact::TlsFailed {
                    failure: TlsFailure::BrokenOff(Loss::Closed | Loss::Reset)
                }
            )
    })?;
    let taken = server_answers(evidence)
        .into_iter()
        .find(|(version, answer, _)| *version >= TlsVersion::Tls12 && **answer == VersionAnswer::Accepted)?;
    (situation.method != Method::Receive).then(|| {
        term(
            "no-common-cipher",
            hung_up,
            vec![taken.2],
            4.5,
            Certainty::Likely,
            Gate::Encrypt,
        )
    })
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
