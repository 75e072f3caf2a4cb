//! SPF evaluated for an address (RFC 7208, section 4): bounded in questions, so that no record can lead astray.

use super::names::{Answer, Names};
use super::reverse::reverse_name;
use super::spf::{self, Mechanism, Prefixes, Record};
use super::spf_macros::{Unfilled, Values, expand};
use crate::evidence::SpfResult;
use hickory_proto::rr::RecordType;
use std::net::IpAddr;
use std::pin::Pin;

/// Terms that may cause questions to DNS (section 4.6.4).
const MAX_LOOKUPS: usize = 10;
/// Questions that may come to nothing (section 4.6.4).
const MAX_VOID: usize = 2;
/// Mail hosts of one `mx` term, and names of the address of a `ptr` term (section 4.6.4).
const MAX_HOSTS: usize = 10;

/// What the record of the sender's domain says of an address, and of what that hangs, in words.
pub(super) async fn evaluate(names: &impl Names, sender: &str, address: IpAddr) -> Evaluated {
    let domain = sender.rsplit_once('@').map_or(sender, |(_, domain)| domain);
    let mut check = Check {
        names,
        sender,
        address: address.to_canonical(),
        lookups: 0,
        void: 0,
        path: Vec::new(),
    };
    let (result, why) = match check.host(domain.to_ascii_lowercase()).await {
        Ok(result) => (result, String::new()),
        Err(Stop { result, why }) => (result, why),
    };
    Evaluated {
        result,
        why,
        lookups: check.lookups,
        void: check.void,
        path: check.path,
    }
}

/// A result and the way to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evaluated {
    pub result: SpfResult,
    /// On what the result hangs, where that is not the record's own word.
    pub why: String,
    /// Terms that caused look-ups.
    pub lookups: usize,
    /// Look-ups that came to nothing.
    pub void: usize,
    /// The way through the records, term by term.
    pub path: Vec<String>,
}

/// Steps of the way that are kept.
const MAX_STEPS: usize = 60;

/// A mechanism as a record writes it, as far as it was read.
fn in_words(mechanism: &Mechanism) -> String {
    let named = |name: &str, other: &Option<String>| match other {
        Some(other) => format!("{name}:{other}"),
        None => name.to_owned(),
    };
    match mechanism {
        Mechanism::All => "all".to_owned(),
        Mechanism::Network(network, length) => format!("{network}/{length}"),
        Mechanism::A(other, _) => named("a", other),
        Mechanism::Mx(other, _) => named("mx", other),
        Mechanism::Include(other) => format!("include:{other}"),
        Mechanism::Exists(name) => format!("exists:{name}"),
        Mechanism::Ptr(other) => named("ptr", other),
    }
}

/// The standard's word for a result.
const fn word(result: SpfResult) -> &'static str {
    super::summary::spf_word(result)
}

/// Why an evaluation ends at once.
#[derive(Debug)]
struct Stop {
    result: SpfResult,
    why: String,
}

fn stop<T>(result: SpfResult, why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop {
        result,
        why: why.into(),
    })
}

/// One evaluation and what it has asked so far.
struct Check<'a, N> {
    names: &'a N,
    sender: &'a str,
    address: IpAddr,
    lookups: usize,
    void: usize,
    path: Vec<String>,
}

/// A result to come; boxed because records lead to records.
type Coming<'a> = Pin<Box<dyn Future<Output = Result<SpfResult, Stop>> + Send + 'a>>;

impl<N: Names> Check<'_, N> {
    /// The result of a domain (section 4.6).
    fn host(&mut self, domain: String) -> Coming<'_> {
        Box::pin(async move {
            let Some(record) = self.record(&domain).await? else {
                return Ok(SpfResult::None);
            };
            for directive in &record.directives {
                let words = in_words(&directive.mechanism);
                if self.matches(&directive.mechanism, &domain).await? {
                    self.step(format!("{domain}: {words} matches: {}", word(directive.result)));
                    return Ok(directive.result);
                }
                self.step(format!("{domain}: {words} does not match"));
            }
            let Some(target) = record.redirect else {
                self.step(format!("{domain}: no term matches: neutral"));
                return Ok(SpfResult::Neutral);
            };
            let target = self.filled(&target, &domain)?;
            self.step(format!("{domain}: goes on at {target} (redirect)"));
            self.count(&target)?;
            match self.host(target.clone()).await? {
                SpfResult::None => stop(
                    SpfResult::PermError,
                    format!("redirect={target} has no SPF record"),
                ),
                result => Ok(result),
            }
        })
    }

    /// Writes a step of the way down, as long as somebody would read it.
    fn step(&mut self, words: String) {
        if self.path.len() < MAX_STEPS {
            self.path.push(words);
        }
    }

    /// The one record of a domain (section 4.5).
    async fn record(&self, domain: &str) -> Result<Option<Record>, Stop> {
        let answer = self.names.ask(domain, RecordType::TXT).await;
        if let Answer::Failed(why) = answer {
            return stop(SpfResult::TempError, format!("{domain}: {why}"));
        }
        let mut records = answer.texts().into_iter().filter(|text| spf::is_record(text));
        match (records.next(), records.next()) {
            (None, _) => Ok(None),
            (Some(_), Some(_)) => stop(
                SpfResult::PermError,
                format!("{domain} has more than one SPF record"),
            ),
            (Some(text), None) => match spf::parse(&text) {
                Ok(record) => Ok(Some(record)),
                Err(why) => stop(SpfResult::PermError, format!("{domain}: {why}")),
            },
        }
    }

    /// Whether a mechanism matches (section 5).
    async fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Network(network, length) => Ok(spf::same_network(*network, self.address, *length)),
            Mechanism::A(other, prefixes) => {
                let host = self.named_or_own(other.as_deref(), domain)?;
                self.count(&host)?;
                self.is_host(&host, *prefixes).await
            }
            Mechanism::Mx(other, prefixes) => {
                let host = self.named_or_own(other.as_deref(), domain)?;
                self.count(&host)?;
                self.is_mail_host(&host, *prefixes).await
            }
            Mechanism::Exists(name) => {
                let name = self.filled(name, domain)?;
                self.count(&name)?;
                // Of type A whatever the family of the address (section 5.7).
                Ok(matches!(self.ask(&name, RecordType::A).await?, Answer::Found(_)))
            }
            Mechanism::Ptr(other) => {
                let zone = self.named_or_own(other.as_deref(), domain)?;
                self.count("ptr")?;
                Ok(self.has_name_in(&zone).await)
            }
            Mechanism::Include(other) => {
                let other = self.filled(other, domain)?;
                self.count(&other)?;
                match self.host(other.clone()).await? {
                    SpfResult::Pass => Ok(true),
                    SpfResult::None => {
                        stop(SpfResult::PermError, format!("include:{other} has no SPF record"))
                    }
                    _ => Ok(false),
                }
            }
        }
    }

    /// A name with its macros filled in.
    fn filled(&self, name: &str, domain: &str) -> Result<String, Stop> {
        let values = Values {
            sender: self.sender,
            domain,
            address: self.address,
        };
        match expand(name, values) {
            Ok(name) => Ok(name),
            Err(Unfilled::NeedsMessage) => stop(
                SpfResult::Undecided,
                format!("the record of {domain} asks for the name that the device says in EHLO"),
            ),
            Err(Unfilled::Broken) => stop(
                SpfResult::PermError,
                format!("{domain}: {name:?} has a broken macro"),
            ),
        }
    }

    /// The name that a term gives, or the current domain.
    fn named_or_own(&self, name: Option<&str>, domain: &str) -> Result<String, Stop> {
        name.map_or_else(|| Ok(domain.to_owned()), |name| self.filled(name, domain))
    }

    /// Whether a reverse DNS name that leads back to the address is in a domain (section 5.5): what cannot be looked
    /// up does not match.
    async fn has_name_in(&self, zone: &str) -> bool {
        let inside = format!(".{zone}");
        let pointers = self
            .names
            .ask(&reverse_name(self.address), RecordType::PTR)
            .await
            .pointers();
        for name in pointers.iter().take(MAX_HOSTS) {
            if name != zone && !name.ends_with(&inside) {
                continue;
            }
            let kind = if self.address.is_ipv4() {
                RecordType::A
            } else {
                RecordType::AAAA
            };
            if self
                .names
                .ask(name, kind)
                .await
                .addresses()
                .contains(&self.address)
            {
                return true;
            }
        }
        false
    }

    /// Whether the address is one of a host's.
    async fn is_host(&mut self, host: &str, prefixes: Prefixes) -> Result<bool, Stop> {
        let kind = if self.address.is_ipv4() {
            RecordType::A
        } else {
            RecordType::AAAA
        };
        let answer = self.ask(host, kind).await?;
        let found = answer.addresses();
        Ok(found.into_iter().any(|own| prefixes.contain(own, self.address)))
    }

    /// Whether the address is one of a domain's mail hosts'.
    async fn is_mail_host(&mut self, domain: &str, prefixes: Prefixes) -> Result<bool, Stop> {
        let hosts = self.ask(domain, RecordType::MX).await?.mail_hosts();
        if hosts.len() > MAX_HOSTS {
            return stop(
                SpfResult::PermError,
                format!("{domain} has more than {MAX_HOSTS} mail hosts"),
            );
        }
        for host in hosts {
            if self.is_host(&host, prefixes).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Counts a term that causes a question.
    fn count(&mut self, about: &str) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups > MAX_LOOKUPS {
            return stop(
                SpfResult::PermError,
                format!("the record needs more than {MAX_LOOKUPS} look-ups (at {about})"),
            );
        }
        Ok(())
    }

    /// Asks; what comes to nothing is counted.
    async fn ask(&mut self, name: &str, kind: RecordType) -> Result<Answer, Stop> {
        let answer = self.names.ask(name, kind).await;
        match &answer {
            Answer::Failed(why) => return stop(SpfResult::TempError, format!("{name}: {why}")),
            Answer::Nothing => self.void += 1,
            Answer::Found(_) => {}
        }
        if self.void > MAX_VOID {
            return stop(
                SpfResult::PermError,
                format!("more than {MAX_VOID} names of the record do not exist"),
            );
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::memory::Zone;
    use super::*;
    use std::sync::atomic::Ordering;

    const ZONE: &[&str] = &[
        "ip.test TXT \"v=spf1 ip4:203.0.113.0/24 -all\"",
        "own.test TXT \"v=spf1 a mx -all\"",
        "own.test A 198.51.100.1",
        "own.test MX 10 mx.own.test",
        "mx.own.test A 203.0.113.9",
        "contoso.test TXT \"v=spf1 include:spf.service.test -all\"",
        "soft.test TXT \"v=spf1 include:spf.service.test ~all\"",
        "spf.service.test TXT \"v=spf1 ip4:192.0.2.0/24 -all\"",
        "led.test TXT \"v=spf1 redirect=ip.test\"",
        "lost.test TXT \"v=spf1 redirect=nowhere.test\"",
        "open.test TXT \"v=spf1 ?all\"",
        "silent.test TXT \"v=spf1 ip4:192.0.2.1\"",
        "other.test TXT \"google-site-verification=1\"",
        "twice.test TXT \"v=spf1 -all\"",
        "twice.test TXT \"v=spf1 +all\"",
        "loop.test TXT \"v=spf1 include:loop.test -all\"",
        "bad.test TXT \"v=spf1 ip4:nonsense -all\"",
        "half.test TXT \"v=spf1 include:broken.test -all\"",
        "macro.test TXT \"v=spf1 exists:%{i}.%{l}.spf.test -all\"",
        "203.0.113.9.scan.spf.test A 127.0.0.2",
        "served.test TXT \"v=spf1 include:%{d}.%{ir}.clients.test -all\"",
        "served.test.9.113.0.203.clients.test TXT \"v=spf1 ip4:203.0.113.9 -all\"",
        "hello.test TXT \"v=spf1 exists:%{h}.spf.test -all\"",
        "onward.test TXT \"v=spf1 redirect=%{d2}.spf.test\"",
        "onward.test.spf.test TXT \"v=spf1 +all\"",
        "crooked.test TXT \"v=spf1 exists:%{x}.spf.test -all\"",
        "named.test TXT \"v=spf1 ptr -all\"",
        "lies.test TXT \"v=spf1 ptr:other.test -all\"",
        "9.113.0.203.in-addr.arpa PTR copier.named.test",
        "copier.named.test A 203.0.113.9",
        "early.test TXT \"v=spf1 ip4:203.0.113.9 include:broken.test -all\"",
        "void.test TXT \"v=spf1 a:n1.test a:n2.test a:n3.test ip4:203.0.113.9 -all\"",
        "six.test TXT \"v=spf1 ip6:2001:db8::/32 -all\"",
    ];

    #[tokio::test]
    async fn every_result_of_the_standard_has_its_record() {
        use SpfResult::{Fail, Neutral, None, Pass, PermError, SoftFail, TempError, Undecided};
        let zone = Zone::of(ZONE);
        for (domain, wanted) in [
            ("ip.test", Pass),
            ("own.test", Pass),
            ("contoso.test", Fail),
            ("soft.test", SoftFail),
            ("led.test", Pass),
            ("lost.test", PermError),
            ("open.test", Neutral),
            ("silent.test", Neutral),
            ("other.test", None),
            ("missing.test", None),
            ("twice.test", PermError),
            ("loop.test", PermError),
            ("bad.test", PermError),
            ("half.test", TempError),
            ("broken.test", TempError),
            ("macro.test", Pass),
            ("served.test", Pass),
            ("onward.test", Pass),
            ("hello.test", Undecided),
            ("crooked.test", PermError),
            ("named.test", Pass),
            ("lies.test", Fail),
            ("early.test", Pass),
            ("void.test", PermError),
            ("six.test", Fail),
        ] {
            let sender = format!("scan@{domain}");
            let found = evaluate(&zone, &sender, "203.0.113.9".parse().unwrap()).await;
            assert_eq!(found.result, wanted, "{domain}: {}", found.why);
        }
    }

    #[tokio::test]
    async fn ipv6_and_ipv4_in_ipv6_are_held_against_their_own_networks() {
        let zone = Zone::of(ZONE);
        let six = evaluate(&zone, "six.test", "2001:db8::7".parse().unwrap()).await;
        let mapped = evaluate(&zone, "ip.test", "::ffff:203.0.113.9".parse().unwrap()).await;
        assert_eq!((six.result, mapped.result), (SpfResult::Pass, SpfResult::Pass));
    }

    #[tokio::test]
    async fn the_way_is_told_with_its_look_ups() {
        let zone = Zone::of(ZONE);
        let address = "203.0.113.9".parse().unwrap();
        let found = evaluate(&zone, "contoso.test", address).await;
        assert_eq!((found.lookups, found.void), (1, 0));
        assert_eq!(
            found.path,
            [
                "spf.service.test: 192.0.2.0/24 does not match",
                "spf.service.test: all matches: fail",
                "contoso.test: include:spf.service.test does not match",
                "contoso.test: all matches: fail",
            ]
        );
        let void = evaluate(&zone, "void.test", address).await;
        assert_eq!((void.lookups, void.void), (3, 3));
    }

    #[tokio::test]
    async fn a_record_that_leads_in_a_circle_ends_after_eleven_questions() {
        let zone = Zone::of(ZONE);
        evaluate(&zone, "loop.test", "203.0.113.9".parse().unwrap()).await;
        assert!(zone.asked.load(Ordering::Relaxed) <= MAX_LOOKUPS + 1);
    }
}
