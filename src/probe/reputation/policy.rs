//! What a domain publishes for other mail servers about TLS to its mail hosts: MTA-STS (RFC 8461) and DANE
//! (RFC 7672). A copier looks at neither; they bind whoever delivers to the domain.

use super::Finding;
use super::names::{Answer, Names, Resolver};
use crate::evidence::Fact;
use crate::knowledge::host_matches;
use crate::probe::context::Context;
use crate::probe::https::{self, Url};
use crate::wire::reply::clean;
use hickory_proto::rr::RecordType;
use std::time::Duration;

/// Mail hosts whose TLSA records are asked for.
const MAX_HOSTS: usize = 3;
/// Patterns of a policy that are read.
const MAX_PATTERNS: usize = 50;
/// Longest policy that is read, in bytes (RFC 8461, section 3.3, asks for such a bound).
const MAX_POLICY: usize = 64 << 10;

/// Both, for a domain with these mail hosts.
pub(super) async fn ask(
    context: &Context,
    names: &Resolver,
    domain: &str,
    hosts: &[String],
    limit: Duration,
) -> Vec<Finding> {
    if hosts.is_empty() {
        return Vec::new();
    }
    let (policy, dane) = tokio::join!(mta_sts(context, names, domain, hosts, limit), dane(names, hosts));
    policy.into_iter().chain(dane).collect()
}

/// The published policy, where a record says that there is one.
async fn mta_sts(
    context: &Context,
    names: &Resolver,
    domain: &str,
    hosts: &[String],
    limit: Duration,
) -> Option<Finding> {
    let record = names.ask(&format!("_mta-sts.{domain}"), RecordType::TXT).await;
    let announced = record
        .texts()
        .iter()
        .any(|text| text.trim_start().starts_with("v=STSv1"));
    if !announced {
        return None;
    }
    let url = Url {
        host: format!("mta-sts.{domain}"),
        port: 443,
        path: "/.well-known/mta-sts.txt".to_owned(),
    };
    let answer = https::ask(context, &url, None, limit).await;
    let policy = answer.and_then(|answer| match answer.status {
        200 => read_policy(answer.body.get(..MAX_POLICY).unwrap_or(&answer.body)),
        other => Err(format!("HTTP {other}")),
    });
    let (mode, covers, problem) = match policy {
        Ok(policy) => {
            let fits = |host: &String| policy.hosts.iter().any(|pattern| covers(pattern, host));
            (Some(policy.mode), hosts.iter().all(fits), None)
        }
        Err(problem) => (None, false, Some(problem)),
    };
    let text = match (&mode, &problem) {
        (Some(mode), _) if covers => {
            format!("{domain} publishes an MTA-STS policy ({mode}) that names its mail hosts")
        }
        (Some(mode), _) => {
            format!("The MTA-STS policy of {domain} ({mode}) does not name all of its mail hosts")
        }
        (None, Some(problem)) => {
            format!("{domain} announces an MTA-STS policy that cannot be read: {problem}")
        }
        (None, None) => return None,
    };
    let fact = Fact::MtaSts {
        domain: domain.to_owned(),
        mode,
        covers,
        problem,
    };
    Some((fact, text))
}

/// A policy, as far as it matters.
#[derive(Debug, PartialEq, Eq)]
struct Policy {
    mode: String,
    hosts: Vec<String>,
}

/// Reads a policy's lines (RFC 8461, section 3.2).
fn read_policy(body: &[u8]) -> Result<Policy, String> {
    let text = String::from_utf8_lossy(body);
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    let (version, value) = fields.next().ok_or("it is empty")?;
    if version.trim() != "version" || value.trim() != "STSv1" {
        return Err("its first line is not version: STSv1".to_owned());
    }
    let (mut mode, mut hosts) = (None, Vec::new());
    for (name, value) in fields {
        let value = clean(value.trim().as_bytes()).to_ascii_lowercase();
        match name.trim() {
            "mode" => mode = mode.or(Some(value)),
            "mx" if hosts.len() < MAX_PATTERNS => hosts.push(value),
            _ => {}
        }
    }
    match mode {
        Some(mode) if ["enforce", "testing", "none"].contains(&mode.as_str()) => Ok(Policy { mode, hosts }),
        _ => Err("it states no mode".to_owned()),
    }
}

/// Whether a pattern of a policy covers a host; a star stands for exactly one label (section 4.1).
fn covers(pattern: &str, host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let one_label = pattern.matches('.').count() == host.matches('.').count();
    host_matches(pattern, &host) && (one_label || !pattern.starts_with('*'))
}

/// TLSA records of the mail hosts, and whether the name server vouches for them.
async fn dane(names: &Resolver, hosts: &[String]) -> Vec<Finding> {
    let mut found = Vec::new();
    for host in hosts.iter().take(MAX_HOSTS) {
        let name = format!("_25._tcp.{host}");
        let Answer::Found(records) = names.ask(&name, RecordType::TLSA).await else {
            continue;
        };
        let authenticated = names.vouched(&name, RecordType::TLSA).await;
        let sure = match authenticated {
            Some(true) => "and the name server vouches for them (DNSSEC)",
            Some(false) => {
                "but the name server does not vouch for them, so whether DNSSEC protects them is not known here"
            }
            None => "and whether DNSSEC protects them could not be asked",
        };
        let text = format!("{host} has {} DANE record(s) for port 25, {sure}", records.len());
        let fact = Fact::Dane {
            host: host.clone(),
            records: records.len(),
            authenticated,
        };
        found.push((fact, text));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_states_version_mode_and_hosts() {
        let text = b"version: STSv1\r\nmode: enforce\r\nmx: *.mail.protection.outlook.com\r\nmx: *.i-v1.mx.microsoft\r\nmax_age: 604800\r\n";
        let policy = read_policy(text).unwrap();
        assert_eq!((policy.mode.as_str(), policy.hosts.len()), ("enforce", 2));
        for bad in [
            &b""[..],
            b"<html>",
            b"mode: enforce",
            b"version: STSv1\nmode: maybe",
            b"version: STSv2\nmode: none",
        ] {
            assert!(read_policy(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_star_of_a_policy_stands_for_one_label() {
        assert!(covers(
            "*.mail.protection.outlook.com",
            "contoso-com.mail.protection.outlook.com"
        ));
        assert!(covers("*.i-v1.mx.microsoft", "contoso-com.i-v1.mx.microsoft"));
        assert!(!covers("*.mx.microsoft", "contoso-com.i-v1.mx.microsoft"));
        assert!(covers("mx.contoso.com", "MX.contoso.com"));
    }
}
