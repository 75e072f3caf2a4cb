//! What the sender's domain publishes: mail hosts, DMARC policy, DKIM selectors of Microsoft 365.

use super::Finding;
use super::names::{Answer, Names};
use crate::evidence::Fact;
use hickory_proto::rr::RecordType;

/// Selectors that Microsoft 365 uses.
const SELECTORS: [&str; 2] = ["selector1", "selector2"];

/// Asks everything about a domain at once.
pub(super) async fn ask(names: &impl Names, domain: &str) -> Vec<Finding> {
    let (policy_name, [first, second]) = (
        format!("_dmarc.{domain}"),
        SELECTORS.map(|selector| format!("{selector}._domainkey.{domain}")),
    );
    let (hosts, own, policy, inherited, first, second) = tokio::join!(
        names.ask(domain, RecordType::MX),
        names.ask(domain, RecordType::A),
        names.ask(&policy_name, RecordType::TXT),
        async {
            match parent(domain) {
                Some(parent) => names.ask(&format!("_dmarc.{parent}"), RecordType::TXT).await,
                None => Answer::Nothing,
            }
        },
        names.ask(&first, RecordType::CNAME),
        names.ask(&second, RecordType::CNAME),
    );
    let mut findings = Vec::new();
    findings.extend(mail_hosts(domain, &hosts, &own));
    // Below a parent domain the policy may stand there (RFC 7489, section 6.6.3).
    let policy = if policy == Answer::Nothing {
        inherited
    } else {
        policy
    };
    findings.extend(dmarc(domain, &policy));
    findings.extend(dkim(domain, [&first, &second]));
    findings
}

/// The domain above, where that can still be a domain of its own.
fn parent(domain: &str) -> Option<&str> {
    domain
        .split_once('.')
        .map(|(_, rest)| rest)
        .filter(|rest| rest.contains('.'))
}

fn mail_hosts(domain: &str, hosts: &Answer, own: &Answer) -> Option<Finding> {
    if matches!(hosts, Answer::Failed(_)) || matches!(own, Answer::Failed(_)) {
        return None;
    }
    let has_address = !own.addresses().is_empty();
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

fn dmarc(domain: &str, answer: &Answer) -> Option<Finding> {
    if matches!(answer, Answer::Failed(_)) {
        return None;
    }
    let policy = answer.texts().iter().find_map(|text| policy_of(text));
    let text = match policy.as_deref() {
        Some(policy) => format!("DMARC of {domain} asks for: {policy}"),
        None => format!("{domain} publishes no DMARC policy"),
    };
    let fact = Fact::Dmarc {
        domain: domain.to_owned(),
        policy,
    };
    Some((fact, text))
}

/// The policy of a DMARC record (RFC 7489, section 6.3).
fn policy_of(record: &str) -> Option<String> {
    let mut tags = record.split(';').filter_map(|tag| tag.split_once('='));
    let (version, value) = tags.next()?;
    if version.trim() != "v" || value.trim() != "DMARC1" {
        return None;
    }
    let policy = tags
        .find(|(name, _)| name.trim() == "p")?
        .1
        .trim()
        .to_ascii_lowercase();
    ["none", "quarantine", "reject"]
        .contains(&policy.as_str())
        .then_some(policy)
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
    }

    #[test]
    fn a_text_that_is_no_dmarc_record_has_no_policy() {
        assert_eq!(policy_of("v=DMARC1"), None);
        assert_eq!(policy_of("v=spf1 p=reject"), None);
        assert_eq!(policy_of("v=DMARC1; p=whatever"), None);
    }
}
