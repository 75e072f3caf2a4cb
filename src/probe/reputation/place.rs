//! Where mail is handed in: aliases of the server, filter services in front of the mailboxes, a mail host that
//! has moved; and the site's public address where no mail server echoes it.

use super::Finding;
use super::names::{Answer, Names, Resolver};
use crate::case::Method;
use crate::evidence::Fact;
use crate::knowledge::{Knowledge, host_matches};
use crate::probe::context::Context;
use crate::probe::net::is_public;
use crate::probe::target::Target;
use hickory_proto::rr::RecordType;
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;

/// Aliases that are followed.
const MAX_ALIASES: usize = 8;

/// What the server's own name is: an alias, or a domain whose mail goes elsewhere.
pub(super) async fn of_server(names: &impl Names, host: &str, domain: Option<&str>) -> Vec<Finding> {
    let host = host.trim_end_matches('.');
    if host.parse::<IpAddr>().is_ok() || !host.contains('.') {
        return Vec::new();
    }
    let (aliases, hosts) = tokio::join!(aliases(names, host), async {
        if domain.is_some_and(|domain| domain.eq_ignore_ascii_case(host)) {
            Answer::Nothing
        } else {
            names.ask(host, RecordType::MX).await
        }
    });
    let mut found = Vec::new();
    if let Some(target) = aliases.last() {
        let text = format!("{host} is an alias: {}", aliases.join(", then "));
        let fact = Fact::Alias {
            name: host.to_owned(),
            target: target.clone(),
        };
        found.push((fact, text));
    }
    let hosts = hosts.mail_hosts();
    if !hosts.is_empty() && !hosts.iter().any(|other| other.eq_ignore_ascii_case(host)) {
        let text = format!(
            "{host} is a mail domain of its own; mail for it goes to {}",
            hosts.join(", ")
        );
        let fact = Fact::MailHosts {
            domain: host.to_owned(),
            hosts,
            has_address: true,
        };
        found.push((fact, text));
    }
    found
}

/// The names that a name leads to, one after the other.
async fn aliases(names: &impl Names, host: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut name = host.to_ascii_lowercase();
    for _ in 0..MAX_ALIASES {
        let Some(next) = names
            .ask(&name, RecordType::CNAME)
            .await
            .pointers()
            .into_iter()
            .next()
        else {
            break;
        };
        if all.contains(&next) || next == host {
            break;
        }
        all.push(next.clone());
        name = next;
    }
    all
}

/// What the domain's mail hosts say of the server that is set: a filter service, or another host than now.
pub(super) fn of_mail_hosts(
    knowledge: &Knowledge,
    target: Option<&Target>,
    domain: &str,
    hosts: &[String],
) -> Vec<Finding> {
    let mut found = Vec::new();
    let filter = knowledge.filters.iter().find_map(|filter| {
        let here = |host: &&String| filter.hosts.iter().any(|pattern| host_matches(pattern, host));
        hosts.iter().find(here).map(|host| (filter, host))
    });
    if let Some((filter, host)) = filter {
        let text = format!(
            "Mail for {domain} goes to {} ({host}) first; the mailboxes' own host for sending directly is another, and the admin pages of the mailbox service name it",
            filter.name
        );
        let fact = Fact::MailFilter {
            domain: domain.to_owned(),
            service: filter.name.clone(),
            host: host.clone(),
        };
        found.push((fact, text));
        return found;
    }
    let Some(target) = target.filter(|target| matches!(target.method, Method::DirectSend | Method::Relay))
    else {
        return found;
    };
    let server = target.host.trim_end_matches('.').to_ascii_lowercase();
    let mail_host_of = |name: &str| {
        knowledge.methods.iter().find(|method| {
            method.way == Method::DirectSend && method.hosts.iter().any(|pattern| host_matches(pattern, name))
        })
    };
    // Only where both are mail hosts of the same service: a relay of the house is no mail host of the domain.
    let same_service = mail_host_of(&server).is_some_and(|ours| {
        hosts
            .iter()
            .any(|host| mail_host_of(host).is_some_and(|theirs| theirs.service == ours.service))
    });
    if same_service && !hosts.contains(&server) {
        let text = format!(
            "The device sends to {server}, and mail for {domain} goes to {} now; the host that is entered may be an old one",
            hosts.join(", ")
        );
        let fact = Fact::OtherMailHost {
            server,
            domain: domain.to_owned(),
            hosts: hosts.to_vec(),
        };
        found.push((fact, text));
    }
    found
}

/// The site's public address by asking a public name server that tells it, where the mail server did not and
/// is one of the internet (or the name server was led elsewhere on purpose). The first answer counts.
pub(super) async fn outside_address(
    context: &Context,
    target: Option<&Target>,
    limit: Duration,
) -> Option<(IpAddr, Finding)> {
    let target = target?;
    let abroad = async {
        let addresses = context
            .addresses(&target.host, target.port)
            .await
            .unwrap_or_default();
        addresses.iter().any(|address| is_public(&address.ip()))
    };
    let abroad = timeout(limit, abroad).await.unwrap_or(false);
    let mut asked = tokio::task::JoinSet::new();
    for resolver in &context.knowledge.resolvers {
        let Some(echo) = resolver.echo.clone() else {
            continue;
        };
        if !abroad && !context.is_led(&echo.server, 53) {
            continue;
        }
        let (context, name) = (context.clone(), resolver.name.clone());
        asked.spawn(async move {
            let server = context
                .addresses(&echo.server, 53)
                .await
                .ok()?
                .into_iter()
                .next()?;
            let kind = if echo.text { RecordType::TXT } else { RecordType::A };
            let names = Resolver::at(&context, server, limit)?;
            let answer = names.ask(&echo.question, kind).await;
            let texts = answer.texts();
            let told = texts.iter().find_map(|text| text.parse().ok());
            let address: IpAddr = answer.addresses().into_iter().next().or(told)?;
            is_public(&address).then_some((address, name))
        });
    }
    let work = async {
        while let Some(ended) = asked.join_next().await {
            if let Ok(Some(found)) = ended {
                return Some(found);
            }
        }
        None
    };
    let (address, name) = timeout(limit, work).await.ok()??;
    let text = format!(
        "The site's public address is {address}, as {name} sees its questions; mail may leave by another line"
    );
    let fact = Fact::PublicAddress { address, by: name };
    Some((address, (fact, text)))
}

#[cfg(test)]
mod tests {
    use super::super::names::memory::Zone;
    use super::*;
    use crate::case::Case;

    fn kinds(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(|(fact, _)| fact.kind()).collect()
    }

    #[tokio::test]
    async fn aliases_are_followed_and_a_circle_ends() {
        let zone = Zone::of(&[
            "smtp.contoso.test CNAME relay.service.test",
            "relay.service.test CNAME edge.service.test",
            "loop.contoso.test CNAME loop2.contoso.test",
            "loop2.contoso.test CNAME loop.contoso.test",
        ]);
        let found = of_server(&zone, "smtp.contoso.test", None).await;
        assert!(matches!(&found[0].0, Fact::Alias { target, .. } if target == "edge.service.test"));
        assert_eq!(
            kinds(&of_server(&zone, "loop.contoso.test", None).await),
            ["alias"]
        );
        assert!(of_server(&zone, "192.0.2.1", None).await.is_empty());
    }

    #[test]
    fn a_filter_in_front_and_a_host_that_moved_are_told_apart() {
        let knowledge = Knowledge::embedded();
        let mut case = Case::default();
        case.mail.server = "contoso-com.mail.protection.outlook.com".into();
        case.mail.method = Method::DirectSend;
        let target = Target::of(&case);
        let ask = |host: &str| {
            let hosts = [host.to_owned()];
            kinds(&of_mail_hosts(&knowledge, target.as_ref(), "contoso.com", &hosts))
        };
        assert_eq!(ask("eu-smtp-inbound-1.mimecast.com"), ["mail-filter"]);
        assert_eq!(ask("contoso-com.i-v1.mx.microsoft"), ["mail-host-differs"]);
        assert_eq!(ask("contoso-com.mail.protection.outlook.com"), [""; 0]);
        assert_eq!(
            ask("mx.contoso.com"),
            [""; 0],
            "a server of the house is another service"
        );
    }
}
