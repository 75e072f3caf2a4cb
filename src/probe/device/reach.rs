//! Is the copier there at all, and does what it says of itself matter for its mail?

use super::text::plain;
use super::{Identity, Kind, REFUSED, identify};
use crate::case::Device;
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::Mark;
use crate::probe::{Outcome, ProbeId, Request, Status};
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// All that the probe may take.
const LIMIT: Duration = Duration::from_secs(3);
/// A clock that is off by more breaks certificates and logins.
const SKEW_LIMIT: i64 = 300;

/// Reaches the case's device: SNMP and TCP connects at once; a refusal is an answer, too.
pub async fn probe(request: &Request, knowledge: &Knowledge) -> Outcome {
    let began = Instant::now();
    let outcome = |status, summary: String, evidence| Outcome {
        probe: ProbeId::Device,
        status,
        elapsed: began.elapsed(),
        summary,
        evidence,
        transcript: Vec::new(),
    };
    let Some(address) = request
        .case
        .device
        .address
        .as_deref()
        .filter(|a| !a.trim().is_empty())
    else {
        return outcome(
            Status::Skipped,
            "no address of the copier is known".to_owned(),
            Vec::new(),
        );
    };
    let limit = LIMIT.min(request.timeout);
    let deadline = tokio::time::Instant::now() + limit;
    let ip = match super::resolve(address, deadline).await {
        Ok(ip) => ip,
        Err(problem) => {
            let evidence = seen(Fact::DeviceSilent, problem.clone());
            return outcome(Status::Failed, problem, vec![evidence]);
        }
    };
    let mut ports = vec![request.device.ipp, 515, 21];
    match request.device.http {
        Some(port) => ports.push(port),
        None => ports.extend([443, 80]),
    }
    ports.sort_unstable();
    ports.dedup();
    let (identity, answers) = tokio::join!(
        Box::pin(identify(address, &request.device, limit, knowledge)),
        knock(ip, &ports, limit)
    );
    let mut protocols: Vec<String> = identity.answered.clone();
    protocols.extend(answers);
    if protocols.is_empty() {
        let text = format!("{address} answers neither SNMP nor any of the TCP ports {ports:?}");
        return outcome(
            Status::Failed,
            "no answer on any protocol".to_owned(),
            vec![seen(Fact::DeviceSilent, text)],
        );
    }
    let mut evidence: Vec<Evidence> = protocols
        .iter()
        .map(|protocol| {
            let text = format!("{address} answers on {protocol}");
            seen(
                Fact::DeviceAnswered {
                    protocol: protocol.clone(),
                },
                text,
            )
        })
        .collect();
    evidence.extend(facts(&identity, &request.case.device, knowledge));
    outcome(Status::Passed, summary(&identity, &protocols), evidence)
}

/// The ports that answer; a refusal says that the host is alive.
async fn knock(ip: IpAddr, ports: &[u16], limit: Duration) -> Vec<String> {
    let mut knocks = tokio::task::JoinSet::new();
    for &port in ports {
        knocks.spawn(async move {
            match timeout(limit, TcpStream::connect(SocketAddr::new(ip, port))).await {
                Ok(Ok(_)) => Some(format!("TCP {port}")),
                Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
                    Some(format!("TCP {port} (refused)"))
                }
                _ => None,
            }
        });
    }
    let mut answers: Vec<String> = knocks.join_all().await.into_iter().flatten().collect();
    answers.sort();
    answers
}

/// What the identity says that a diagnosis can use, beside what the case says of the device.
pub fn facts(identity: &Identity, stated: &Device, knowledge: &Knowledge) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let name = [identity.vendor.as_deref(), identity.model.as_deref()];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if let Some(version) = &identity.firmware {
        let fact = Fact::DeviceFirmware {
            version: version.clone(),
            reading: name.clone(),
        };
        let text = format!("the device says that it is {name} with firmware {version}");
        evidence.push(seen(fact, text));
        let vendor = identity.vendor.as_deref();
        let limit = knowledge.device_tls_limit(vendor, identity.model.as_deref(), version);
        if let Some((max, mark, why)) = limit {
            let limit = Evidence::observed(
                Gate::Encrypt,
                Actor::Device,
                ProbeId::Device.id(),
                Fact::DeviceTlsLimit { max },
                format!("firmware read from the device: {why}"),
            );
            evidence.push(limit.on(match mark {
                Mark::Confirmed => Basis::KnownConfirmed,
                _ => Basis::KnownInferred,
            }));
        }
    } else if !name.is_empty() {
        evidence.push(note(format!("the device says that it is {name}")));
    }
    if identity.answered.iter().any(|protocol| protocol == REFUSED) {
        let reasons = identity
            .problems
            .iter()
            .filter(|problem| problem.starts_with("SNMP"));
        evidence.extend(reasons.cloned().map(note));
    }
    if identity.kind == Kind::NotAPrinter {
        evidence.push(note("what answers at this address is not a printer".to_owned()));
    }
    if let Some(seconds) = identity.clock_skew_s.filter(|skew| skew.abs() > SKEW_LIMIT) {
        let side = if seconds > 0 { "ahead" } else { "behind" };
        let text = format!("the device's clock is {} {side}", span(seconds));
        evidence.push(seen(Fact::DeviceClockSkew { seconds }, text));
    }
    for text in &identity.mail_state {
        let summary = format!("the device shows: {text}");
        evidence.push(seen(Fact::Symptom { text: text.clone() }, summary));
    }
    evidence.extend(against_the_case(identity, stated).map(note));
    evidence.extend(identity.contradictions.iter().cloned().map(note));
    evidence
}

/// Where the device says something else of itself than the case does.
fn against_the_case(identity: &Identity, stated: &Device) -> impl Iterator<Item = String> {
    let pairs = [
        ("model", &identity.model, &stated.model),
        ("firmware", &identity.firmware, &stated.firmware),
    ];
    pairs.into_iter().filter_map(|(what, shown, said)| {
        let (shown, said) = (
            shown.as_deref()?,
            said.as_deref().filter(|text| !text.trim().is_empty())?,
        );
        let (a, b) = (plain(shown), plain(said));
        (!a.contains(&b) && !b.contains(&a))
            .then(|| format!("{what}: the case says {said}, the device says {shown}"))
    })
}

fn note(text: String) -> Evidence {
    seen(Fact::Note { text: text.clone() }, text)
}

/// Seconds in the words of a person, such as `3 days`.
pub fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        172_800..63_072_000 => (seconds / 86_400, "day"),
        _ => (seconds / 31_557_600, "year"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn summary(identity: &Identity, protocols: &[String]) -> String {
    let parts = [&identity.vendor, &identity.model, &identity.firmware];
    let name: Vec<&str> = parts.into_iter().filter_map(|part| part.as_deref()).collect();
    match (identity.kind, name.is_empty()) {
        (Kind::NotAPrinter, _) => "answers, but is not a printer".to_owned(),
        (_, false) => name.join(" "),
        _ => format!("answers on {}", protocols.join(", ")),
    }
}

fn seen(fact: Fact, text: String) -> Evidence {
    Evidence::observed(Gate::Device, Actor::Device, ProbeId::Device.id(), fact, text)
}
