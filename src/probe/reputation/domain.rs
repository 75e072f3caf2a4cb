//! What the sender's domain publishes: mail hosts, DMARC policy, DKIM selectors of Microsoft 365.

use super::Finding;
use super::names::{Answer, Names};
use crate::evidence::Fact;
use hickory_proto::rr::RecordType;

/// Selectors that Microsoft 365 uses.
const SELECTORS: [&str; 2] = ["selector1", "selector2"];

/// Asks everything about a domain at once.
pub(super) async fn ask(names: &impl Names, domain: &str) -> Vec<Finding> {
    let [first, second] = SELECTORS.map(|selector| format!("{selector}._domainkey.{domain}"));
    let (hosts, own, six, policy, first, second) = tokio::join!(
        names.ask(domain, RecordType::MX),
        names.ask(domain, RecordType::A),
        names.ask(domain, RecordType::AAAA),
        policy(names, domain),
        names.ask(&first, RecordType::CNAME),
        names.ask(&second, RecordType::CNAME),
    );
    let mut findings = Vec::new();
    findings.extend(mail_hosts(domain, &hosts, &own, &six));
    findings.extend(policy.map(|policy| dmarc(domain, policy)));
    findings.extend(dkim(domain, [&first, &second]));
    findings
}

/// Most domains that are asked for a policy (as the DNS tree walk of the revised standard bounds it).
const MAX_WALK: usize = 8;

/// A policy and where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Policy {
    says: String,
    found_at: String,
}

/// The policy of a domain, else of the nearest domain above it that has one, down to two labels: the tree walk of
/// the revised standard finds the organisation's domain without a list of public suffixes, which would be
/// old the day it is built in. Outer `None` where DNS did not answer.
async fn policy(names: &impl Names, domain: &str) -> Option<Option<Policy>> {
    let mut at = domain;
    for _ in 0..MAX_WALK {
        let answer = names.ask(&format!("_dmarc.{at}"), RecordType::TXT).await;
        if matches!(answer, Answer::Failed(_)) {
            return None;
        }
        let above = at != domain;
        // A record of a public suffix speaks for no organisation below it.
        let says = answer
            .texts()
            .iter()
            .filter(|text| !(above && tag(text, "psd").as_deref() == Some("y")))
            .find_map(|text| policy_of(text, above));
        if let Some(says) = says {
            let found_at = at.to_owned();
            return Some(Some(Policy { says, found_at }));
        }
        match at.split_once('.') {
            Some((_, rest)) if rest.contains('.') => at = rest,
            _ => break,
        }
    }
    Some(None)
}

fn mail_hosts(domain: &str, hosts: &Answer, own: &Answer, six: &Answer) -> Option<Finding> {
    if [hosts, own, six]
        .iter()
        .any(|answer| matches!(answer, Answer::Failed(_)))
    {
        return None;
    }
    let has_address = !own.addresses().is_empty() || !six.addresses().is_empty();
    let hosts = hosts.mail_hosts();
    let text = match (hosts.is_empty(), has_address) {
        (false, _) => format!("Mail for {domain} goes to {}", hosts.join(", ")),
        (true, true) => format!("{domain} has no MX record; mail for it goes to its own address"),
        (true, false) => {
            format!("{domain} has neither an MX record nor an address; receivers may refuse it as a sender")
        }
    };
    let fact = Fact::MailHosts {
        domain: domain.to_owned(),
        hosts,
        has_address,
    };
    Some((fact, text))
}

/// The policy in words, with what it means for a copier.
fn dmarc(domain: &str, policy: Option<Policy>) -> Finding {
    let text = match &policy {
        None => format!("{domain} publishes no DMARC policy"),
        Some(policy) => {
            let place = if policy.found_at == domain {
                String::new()
            } else {
                format!(" (published at {})", policy.found_at)
            };
            // Alignment (RFC 7489, section 3.1): copiers sign nothing, so only SPF is left to pass for the domain.
            let meaning = if policy.says == "none" {
                ""
            } else {
                "; a copier does not sign with DKIM, so what it sends directly or through a relay passes only if SPF passes for the sender's own domain"
            };
            format!("DMARC of {domain}{place} asks for: {}{meaning}", policy.says)
        }
    };
    let (says, found_at) = policy.map(|policy| (policy.says, policy.found_at)).unzip();
    let fact = Fact::Dmarc {
        domain: domain.to_owned(),
        policy: says,
        found_at,
    };
    (fact, text)
}

/// The policy of a DMARC record (RFC 7489, section 6.3); for a domain below it, its own word for those.
fn policy_of(record: &str, below: bool) -> Option<String> {
    let (version, value) = record.split(';').next()?.split_once('=')?;
    if version.trim() != "v" || value.trim() != "DMARC1" {
        return None;
    }
    let policy = below
        .then(|| tag(record, "sp"))
        .flatten()
        .or_else(|| tag(record, "p"))?;
    ["none", "quarantine", "reject"]
        .contains(&policy.as_str())
        .then_some(policy)
}

/// The value of a tag, in lower case.
fn tag(record: &str, wanted: &str) -> Option<String> {
    let mut tags = record.split(';').filter_map(|tag| tag.split_once('='));
    let (_, value) = tags.find(|(name, _)| name.trim() == wanted)?;
    Some(value.trim().to_ascii_lowercase())
}

fn dkim(domain: &str, answers: [&Answer; 2]) -> Option<Finding> {
    if answers.iter().any(|answer| matches!(answer, Answer::Failed(_))) {
        return None;
    }
    let selectors: Vec<String> = SELECTORS
        .iter()
        .zip(answers)
        .filter(|(_, answer)| !answer.pointers().is_empty())
        .map(|(selector, _)| (*selector).to_owned())
        .collect();
    let text = if selectors.is_empty() {
        format!("{domain} has no DKIM selectors of Microsoft 365")
    } else {
        format!(
            "{domain} has the DKIM selectors of Microsoft 365: {}",
            selectors.join(", ")
        )
    };
    let fact = Fact::Dkim {
        domain: domain.to_owned(),
        selectors,
    };
    Some((fact, text))
}

#[cfg(test)]
mod tests {
    use super::super::names::memory::Zone;
    use super::*;

    #[tokio::test]
    async fn a_domain_of_microsoft_365_is_told_with_its_policy() {
        let zone = Zone::of(&[
            "contoso.test MX 0 contoso-test.mail.example.test",
            "_dmarc.contoso.test TXT \"v=DMARC1; p=Reject; rua=mailto:d@contoso.test\"",
            "selector1._domainkey.contoso.test CNAME s1.example.test",
        ]);
        let kinds: Vec<String> = ask(&zone, "contoso.test")
            .await
            .iter()
            .map(|(fact, _)| fact.kind())
            .collect();
        assert_eq!(kinds, ["mail-hosts", "dmarc:reject", "dkim:found"]);
    }

    #[tokio::test]
    async fn a_subdomain_inherits_its_parents_policy() {
        let zone = Zone::of(&["_dmarc.contoso.test TXT \"v=DMARC1; p=quarantine\""]);
        let findings = ask(&zone, "scan.contoso.test").await;
        assert!(findings.iter().any(|(fact, _)| fact.kind() == "dmarc:quarantine"));
        let deep = ask(&zone, "a.b.scan.contoso.test").await;
        assert!(deep.iter().any(|(fact, _)| {
            matches!(fact, Fact::Dmarc { found_at: Some(at), .. } if at == "contoso.test")
        }));
    }

    #[tokio::test]
    async fn a_record_of_a_public_suffix_speaks_for_nobody_below_it() {
        let zone = Zone::of(&["_dmarc.gov.test TXT \"v=DMARC1; p=reject; psd=y\""]);
        let findings = ask(&zone, "contoso.gov.test").await;
        assert!(findings.iter().any(|(fact, _)| fact.kind() == "dmarc:missing"));
    }

    #[test]
    fn a_text_that_is_no_dmarc_record_has_no_policy() {
        assert_eq!(policy_of("v=DMARC1", false), None);
        assert_eq!(policy_of("v=spf1 p=reject", false), None);
        assert_eq!(policy_of("v=DMARC1; p=whatever", false), None);
        let both = "v=DMARC1; p=reject; sp=none";
        assert_eq!(policy_of(both, false).as_deref(), Some("reject"));
        assert_eq!(policy_of(both, true).as_deref(), Some("none"));
    }
}
