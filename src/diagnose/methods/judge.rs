//! One way of sending held against the device, the site and what was seen.

mod obstacles;
mod way;

use super::outside::Outside;
use super::{Ground, MethodAdvice, MethodVerdict, at_own_host, passed};
use crate::case::Encryption;
use crate::diagnose::Link;
use crate::diagnose::situation::Situation;
use crate::evidence::{Evidence, Fact};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{AddressNeed, Mark, Reach, SendingMethod};
use crate::wire::smtp::command::encoded_size;

/// All that a judgement looks at.
pub struct Judge<'a> {
    pub situation: &'a Situation<'a>,
    pub evidence: &'a [Evidence],
    pub links: &'a [Link],
    pub knowledge: &'a Knowledge,
    pub outside: &'a Outside,
    pub method: &'a SendingMethod,
    /// The device is set to this way now.
    pub present: bool,
    /// No fault was found and everything the way needs was passed.
    pub healthy: bool,
}

/// What one question found.
#[derive(Default)]
struct Found {
    bars: Vec<Ground>,
    open: Vec<Ground>,
    first: Vec<Ground>,
    notes: Vec<Ground>,
    /// Only plain text can get through.
    plain: bool,
}

impl Found {
    /// Takes over what another question found.
    fn add(&mut self, other: Self) {
        self.bars.extend(other.bars);
        self.open.extend(other.open);
        self.first.extend(other.first);
        self.notes.extend(other.notes);
        self.plain |= other.plain;
    }
}

fn ground(says: impl Into<String>, evidence: Vec<String>) -> Ground {
    Ground {
        says: says.into(),
        evidence,
    }
}

impl Judge<'_> {
    /// The way of sending, judged.
    pub fn advice(&self) -> MethodAdvice {
        let mut found = Found::default();
        let (door, ports) = self.ports();
        found.add(ports);
        found.add(self.tls());
        found.add(self.login());
        found.add(self.recipients());
        found.add(self.size());
        found.add(self.address());
        found.add(self.obstacles());
        let plain = found.plain;
        let works = self.present && self.healthy && found.bars.is_empty();
        let verdict = match (&found.bars[..], &found.open[..]) {
            ([_, ..], _) => MethodVerdict::Cannot,
            _ if works => MethodVerdict::Works,
            ([], [_, ..]) => MethodVerdict::Unknown,
            ([], []) => MethodVerdict::Possible,
        };
        let mut because = found.bars;
        because.extend(found.open);
        if works {
            because.insert(0, passed(self.evidence));
        }
        because.extend(found.notes);
        MethodAdvice {
            method: self.method.id.clone(),
            name: self.method.name.clone(),
            present: self.present,
            verdict,
            because,
            first: if works { Vec::new() } else { found.first },
            host: self.host(),
            port: door.map(|door| door.port),
            encryption: door.map(|door| if plain { Encryption::None } else { door.encryption }.id()),
            needs: self.method.needs.clone(),
            limits: self.method.limits.clone(),
            dates: self.dates(),
        }
    }

    /// The host to enter: the one that is set where it is one of the way's, else the domain's own mail host.
    fn host(&self) -> String {
        let server = self.situation.case.mail.server.trim().to_ascii_lowercase();
        if at_own_host(self.method, &server) {
            return server;
        }
        let own = self.evidence.iter().find_map(|item| match &item.fact {
            Fact::MailHosts { hosts, .. } => hosts.iter().find(|host| at_own_host(self.method, host)),
            _ => None,
        });
        own.unwrap_or(&self.method.host).clone()
    }

    /// Whom it reaches against whom the device sends to, and how many at once.
    fn recipients(&self) -> Found {
        let mut found = Found::default();
        let mail = &self.situation.case.mail;
        if let Some(most) = self.method.recipients
            && mail.to.len() > most
        {
            let says = format!("{} recipients at once; {most} are taken", mail.to.len());
            found.bars.push(ground(says, Vec::new()));
        }
        if self.method.reaches != Reach::OwnOrganisation {
            return found;
        }
        let Some(own) = domain_of(&mail.from).or_else(|| mail.auth.user().and_then(domain_of)) else {
            return found;
        };
        let outside: Vec<&String> = mail
            .to
            .iter()
            .filter(|to| domain_of(to).is_some_and(|domain| !domain.eq_ignore_ascii_case(own)))
            .collect();
        if let Some(first) = outside.first() {
            // One organisation may have many domains, which cannot be told from outside.
            let says = format!(
                "It reaches only mailboxes of the own organisation; {first} is outside, unless that domain is the organisation's too"
            );
            found.open.push(ground(says, Vec::new()));
        }
        found
    }

    /// The scan's size against the limit.
    fn size(&self) -> Found {
        let mut found = Found::default();
        let sizes = self
            .situation
            .case
            .mail
            .size
            .map(encoded_size)
            .zip(self.method.size);
        if let Some((needed, limit)) = sizes
            && needed > limit
        {
            let says = format!("The scan takes {needed} bytes on the wire; {limit} are taken here");
            found.bars.push(ground(says, Vec::new()));
        }
        found
    }

    /// What it asks of the site's public address.
    fn address(&self) -> Found {
        let mut found = Found::default();
        let Some((address, ids)) = &self.outside.address else {
            return found;
        };
        match self.method.address {
            AddressNeed::StaticIpv4 if address.is_ipv6() => {
                let says = format!(
                    "Mail leaves from the IPv6 address {address}; let the device send over IPv4, which alone can be entered"
                );
                found.first.push(ground(says, ids.clone()));
            }
            AddressNeed::Static | AddressNeed::StaticIpv4 => {
                let says = format!(
                    "The site's mail leaves from {address}; ask the provider whether that address is static and nobody else's"
                );
                found.notes.push(ground(says, ids.clone()));
            }
            AddressNeed::Any | AddressNeed::StaticAdvised => {}
        }
        found
    }

    /// Announced dates, said with the day on which they were read and no surer than they are.
    fn dates(&self) -> Vec<String> {
        let known = &self.knowledge.dates;
        let named = self.method.dates.iter();
        named
            .filter_map(|id| known.iter().find(|date| date.id == *id))
            .map(|date| {
                let mark = match date.mark {
                    Mark::Confirmed => "",
                    Mark::Reported | Mark::Inferred | Mark::Unknown => ", from a third party",
                };
                format!("{}: {} (as of {}{mark})", date.date, date.what, date.checked)
            })
            .collect()
    }
}

/// What stands behind the last at sign.
fn domain_of(address: &str) -> Option<&str> {
    let (_, domain) = address.trim().trim_end_matches('>').rsplit_once('@')?;
    (!domain.is_empty()).then_some(domain)
}
