//! What the world knows of the site's public address and of the sender's domain: block lists, reverse DNS,
//! SPF, DMARC and DKIM. It runs beside the mail path and waits for nothing but the echoed address.

mod blocklist;
mod domain;
mod names;
mod place;
mod policy;
mod reverse;
mod spf;
mod spf_check;
mod spf_macros;
mod summary;

use super::context::Context;
use super::desk::Desk;
use super::net::is_public;
use super::target::Target;
use super::{ProbeId, Request, Status};
use crate::case::Method;
use crate::evidence::{Actor, Fact, SpfResult};
use crate::gate::Gate;
use crate::knowledge::blocklists::Blocklist;
use blocklist::Fitness;
use hickory_proto::rr::RecordType;
use names::{Answer, Names, Resolver};
use std::net::IpAddr;
use std::time::Duration;
use tokio::time::timeout;

/// Longest answer worth waiting for; lists that do not answer must not hold a run up.
const LIMIT: Duration = Duration::from_secs(3);
/// A fact and its sentence.
type Finding = (Fact, String);

/// Whether the probe makes sense: mail that leaves the site, and an address or a domain to ask about.
pub(super) fn sensible(request: &Request, target: Option<&Target>) -> bool {
    let stated = request.case.site.public_address.is_some();
    let method = target.map_or(request.case.mail.method, |target| target.method);
    if method == Method::Receive {
        return false;
    }
    match target {
        // A server given by an inside address is inside: nobody judges the site's address there.
        Some(target) => stated || !is_inside(&target.host),
        None => stated || sender_domain(&request.case.mail.from).is_some(),
    }
}

/// Asks everything that can be asked, each question as soon as it can be.
pub(super) async fn probe(request: &Request, context: &Context, desk: &Desk) {
    let mut notes = desk.start(ProbeId::Reputation).await;
    let names = Resolver::new(context, context.timeout.min(LIMIT));
    let from = Target::of(&request.case).map_or_else(|| request.case.mail.from.clone(), |target| target.from);
    let domain = sender_domain(&from);
    let lists = &context.knowledge.blocklists;
    let target = Target::of(&request.case);
    let site = async {
        let mut told = Vec::new();
        let echoed = match request.case.site.public_address {
            Some(stated) => Some(stated),
            None => desk.public_address().await,
        };
        let address = if let Some(address) = echoed {
            address
        } else {
            let (address, finding) = place::outside_address(context, target.as_ref(), names.limit()).await?;
            told.push(finding);
            address
        };
        let (lists, reverse, spf) = tokio::join!(
            listings(lists, &names, address),
            async {
                timeout(names.limit(), reverse::ask(&names, address))
                    .await
                    .unwrap_or_default()
            },
            async { spf(&names, &from, domain?, address, names.limit()).await },
        );
        Some((
            address,
            [told, lists, reverse, spf.into_iter().collect()].concat(),
        ))
    };
    let of_domain = async {
        match domain {
            Some(domain) => {
                let mut found = domain::ask(&names, domain).await;
                let hosts = found.iter().find_map(|(fact, _)| match fact {
                    Fact::MailHosts { hosts, .. } => Some(hosts.clone()),
                    _ => None,
                });
                if let Some(hosts) = hosts {
                    found.extend(place::of_mail_hosts(
                        &context.knowledge,
                        target.as_ref(),
                        domain,
                        &hosts,
                    ));
                    found.extend(policy::ask(context, &names, domain, &hosts, names.limit()).await);
                }
                found
            }
            None => Vec::new(),
        }
    };
    let of_server = async {
        match &target {
            Some(target) => place::of_server(&names, &target.host, domain).await,
            None => Vec::new(),
        }
    };
    let (site, of_domain, of_server) = tokio::join!(site, of_domain, of_server);
    let summary = summary::words(
        site.as_ref()
            .map(|(address, findings)| (*address, findings.as_slice())),
        domain,
    );
    let findings: Vec<Finding> = site
        .into_iter()
        .flat_map(|(_, all)| all)
        .chain(of_domain)
        .chain(of_server)
        .collect();
    let findings = with_public_resolver(findings, context);
    let unanswered = |fact: &Fact| {
        matches!(
            fact,
            Fact::Spf {
                result: SpfResult::TempError,
                ..
            }
        )
    };
    let status = if findings.iter().all(|(fact, _)| unanswered(fact)) {
        Status::Failed
    } else {
        Status::Passed
    };
    for (fact, text) in findings {
        notes.add_of(Actor::Service, Gate::Sender, fact, text);
    }
    desk.finish(notes, status, summary).await;
}

/// Says of lists that refuse why they do, where this computer is known to ask a public resolver.
fn with_public_resolver(mut findings: Vec<Finding>, context: &Context) -> Vec<Finding> {
    let refuses = |finding: &Finding| matches!(finding.0, Fact::BlocklistRefused { .. });
    if !findings.iter().any(refuses) {
        return findings;
    }
    let server = context.name_server();
    let resolvers = &context.knowledge.resolvers;
    let public = resolvers
        .iter()
        .find(|one| server.is_some_and(|server| one.addresses.contains(&server.ip())));
    if let Some(public) = public {
        for (_, text) in findings.iter_mut().filter(|finding| refuses(finding)) {
            text.push_str("; this computer asks ");
            text.push_str(&public.name);
        }
    }
    findings
}

/// Every list about the address, with its own test beside the question.
async fn listings(lists: &[Blocklist], names: &Resolver, address: IpAddr) -> Vec<Finding> {
    let mut asked = tokio::task::JoinSet::new();
    for (place, list) in lists.iter().enumerate() {
        if address.is_ipv6() && !list.ipv6 {
            continue;
        }
        let (list, names) = (list.clone(), names.clone());
        asked.spawn(async move {
            let question = blocklist::query_name(address, &list.zone);
            let (answer, fitness): (Answer, Fitness) = tokio::join!(
                names.ask(&question, RecordType::A),
                blocklist::test(&list, &names)
            );
            (place, blocklist::judge(&list, address, &answer, &fitness))
        });
    }
    let mut all = asked.join_all().await;
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().flat_map(|(_, findings)| findings).collect()
}

/// The domain's SPF record for the address, within a limit for the whole.
async fn spf(
    names: &impl Names,
    sender: &str,
    domain: &str,
    address: IpAddr,
    limit: Duration,
) -> Option<Finding> {
    let local = sender.trim().rsplit_once('@').map_or("", |(local, _)| local);
    let sender = format!("{}@{domain}", local.trim_start_matches('<'));
    let found = timeout(limit, spf_check::evaluate(names, &sender, address))
        .await
        .unwrap_or_else(|_| spf_check::Evaluated {
            result: SpfResult::TempError,
            why: "no answer within the time limit".to_owned(),
            lookups: 0,
            void: 0,
            path: Vec::new(),
        });
    let (result, why) = (found.result, &found.why);
    let words = match result {
        SpfResult::None => format!("{domain} has no SPF record"),
        SpfResult::Neutral => format!("SPF of {domain} says nothing of {address} (neutral)"),
        SpfResult::Pass => format!("SPF of {domain} lets {address} send (pass)"),
        SpfResult::Fail => format!("SPF of {domain} forbids {address} to send (fail)"),
        SpfResult::SoftFail => format!("SPF of {domain} doubts {address} (softfail)"),
        SpfResult::TempError => format!("SPF of {domain} could not be looked up: {why} (temperror)"),
        SpfResult::PermError => format!("The SPF record of {domain} is broken: {why} (permerror)"),
        SpfResult::Undecided => format!("SPF of {domain} can only be told with a real message: {why}"),
    };
    let cost = match (found.lookups, found.void) {
        (0, _) => String::new(),
        (lookups, 0) => format!("; {lookups} of 10 look-ups"),
        (lookups, void) => format!("; {lookups} of 10 look-ups, {void} of 2 came to nothing"),
    };
    let fact = Fact::Spf {
        domain: domain.to_owned(),
        address,
        result,
        lookups: found.lookups,
        void: found.void,
        path: found.path,
    };
    Some((fact, format!("{words}{cost}")))
}

/// The domain of an address, where it can be one.
fn sender_domain(from: &str) -> Option<&str> {
    let (_, domain) = from.trim().rsplit_once('@')?;
    let domain = domain.trim_end_matches(['.', '>']);
    let good = |c: char| c.is_alphanumeric() || "-._".contains(c);
    (domain.contains('.') && domain.len() < 254 && domain.chars().all(good)).then_some(domain)
}

/// Whether a server is given by an address that only exists inside.
fn is_inside(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.is_ok_and(|address| !is_public(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_domain_is_what_stands_behind_the_last_at() {
        assert_eq!(sender_domain("scan@contoso.com"), Some("contoso.com"));
        assert_eq!(sender_domain("scan@localhost"), None);
        assert_eq!(sender_domain("scan@contoso.com/../x"), None);
        assert_eq!(sender_domain("nobody"), None);
    }

    #[test]
    fn a_relay_inside_is_not_asked_about_the_site() {
        let mut request = Request::new(crate::case::Case::default());
        request.case.mail.server = "192.168.1.10".into();
        let wanted = |request: &Request| sensible(request, Target::of(&request.case).as_ref());
        assert!(!wanted(&request));
        request.case.site.public_address = "203.0.113.9".parse().ok();
        assert!(wanted(&request));
        request.case.mail.method = Method::Receive;
        assert!(!wanted(&request));
    }

    /// A run of the probe alone against a name server that is given.
    async fn asked(dns: std::net::SocketAddr) -> super::super::Outcome {
        let mut request = Request::new(crate::case::Case::default());
        request.case.site.public_address = "203.0.113.9".parse().ok();
        request.case.mail.server = "mx.example.test".into();
        request.case.mail.from = "scan@example.test".into();
        request.timeout = Duration::from_millis(300);
        request.dns = Some(dns);
        let knowledge = std::sync::Arc::new(crate::knowledge::Knowledge::embedded());
        let context = Context::new(&request, knowledge, tokio_util::sync::CancellationToken::new());
        let (updates, _receiver) = tokio::sync::mpsc::channel(8);
        let desk = Desk::new(updates, vec![ProbeId::Reputation], context.clock);
        probe(&request, &context, &desk).await;
        desk.close().remove(0)
    }

    #[tokio::test]
    async fn a_name_server_that_never_answers_costs_one_limit_and_lists_nobody() {
        let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let began = std::time::Instant::now();
        let outcome = asked(silent.local_addr().unwrap()).await;
        assert!(
            began.elapsed() < Duration::from_millis(900),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(outcome.status, Status::Failed);
        let kinds: Vec<String> = outcome.evidence.iter().map(|item| item.fact.kind()).collect();
        assert_eq!(kinds, ["spf:temp-error"]);
    }

    #[tokio::test]
    async fn a_name_server_that_answers_with_garbage_is_no_answer() {
        let server = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let garbage = async {
            let mut query = [0; 512];
            loop {
                let (_, from) = server.recv_from(&mut query).await.unwrap();
                server.send_to(&[0xff; 40], from).await.unwrap();
            }
        };
        let outcome = tokio::select! {
            outcome = asked(address) => outcome,
            () = garbage => unreachable!(),
        };
        assert_eq!(outcome.status, Status::Failed, "{outcome:#?}");
    }
}
