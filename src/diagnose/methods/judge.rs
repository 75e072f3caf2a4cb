//! One way of sending held against the device, the site and what was seen.

use super::outside::{Outside, Way};
use super::{Ground, MethodAdvice, MethodVerdict, at_own_host, mend, passed};
use crate::case::{Auth, Encryption};
use crate::diagnose::situation::Situation;
use crate::diagnose::{Link, words};
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{
    AddressNeed, Credential, Door, Effect, FieldLimit, Mark, Obstacle, Reach, Seen, SendingMethod,
};
use crate::wire::smtp::command::encoded_size;
use crate::wire::tls::{TlsVersion, VersionAnswer};

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

    /// The door to take, and what is known of the way to it.
    fn ports(&self) -> (Option<Door>, Found) {
        let mut found = Found::default();
        let doors = &self.method.ports;
        // A relay inside is not reached through the way out.
        if self.method.service.is_empty() {
            return (doors.first().copied(), found);
        }
        let way = |door: &&Door| self.outside.port(door.port);
        let open = doors.iter().find(|door| matches!(way(door), Some(Way::Open(_))));
        let untried = doors.iter().find(|door| way(door).is_none());
        let mut barred: Vec<(u16, Vec<String>)> = Vec::new();
        for door in doors {
            if let Some(Way::Closed(ids)) = self.outside.port(door.port) {
                barred.push((door.port, ids.clone()));
            }
        }
        match (open, untried, doors.first()) {
            (Some(door), _, advised) => {
                if let Some(Way::Open(ids)) = self.outside.port(door.port) {
                    found.notes.push(ground(
                        format!("Port {} leads out of the site", door.port),
                        ids.clone(),
                    ));
                }
                if advised.is_some_and(|advised| advised.port != door.port) {
                    found.add(Self::closed_notes(&barred));
                }
                (Some(*door), found)
            }
            (None, Some(door), _) => {
                found.add(Self::closed_notes(&barred));
                (Some(*door), found)
            }
            (None, None, Some(door)) => {
                for (port, ids) in barred {
                    found.bars.push(ground(
                        format!("Port {port} is closed on the way out, and the service listens nowhere else that is open"),
                        ids,
                    ));
                }
                (Some(*door), found)
            }
            (None, None, None) => (None, found),
        }
    }

    /// Ports that are closed while another can be taken.
    fn closed_notes(barred: &[(u16, Vec<String>)]) -> Found {
        let note = |(port, ids): &(u16, Vec<String>)| {
            ground(
                format!("Port {port} is closed on the way out; take another of the service"),
                ids.clone(),
            )
        };
        Found {
            notes: barred.iter().map(note).collect(),
            ..Found::default()
        }
    }

    /// The device's highest TLS version against the least that is taken.
    fn tls(&self) -> Found {
        let mut found = Found::default();
        let method = self.method;
        if method.service.is_empty() {
            return found;
        }
        let required = method.tls_required;
        let minimum = method.min_tls.as_deref().and_then(TlsVersion::parse);
        let Some(limit) = self.situation.device_tls else {
            if let (true, Some(minimum)) = (required, minimum) {
                let says =
                    format!("The device needs {minimum} or newer for e-mail, which is not known of it here");
                found.notes.push(ground(says, Vec::new()));
            }
            return found;
        };
        let mut ids = vec![limit.evidence.id.clone()];
        let sure = limit.evidence.basis != Basis::KnownInferred;
        match minimum {
            Some(minimum) if limit.max >= minimum => {
                let says = format!("The device can do {}, and {minimum} is enough", limit.max);
                if required {
                    found.notes.push(ground(says, ids));
                }
            }
            Some(minimum) if required => {
                ids.extend(self.refused_hello(limit.max));
                let says = format!(
                    "The device can do {} at most; {minimum} is the least that is taken here",
                    limit.max
                );
                if sure && method.min_tls_mark == Mark::Confirmed {
                    found.bars.push(ground(says, ids));
                } else {
                    found
                        .open
                        .push(ground(format!("{says}, as far as is known"), ids));
                }
            }
            None if limit.max < TlsVersion::Tls12 => {
                let says = format!(
                    "Whether {} is taken here is not known; in plain text it can be tried only where the service allows it",
                    limit.max
                );
                found.open.push(ground(says, ids));
            }
            Some(_) if self.situation.wants_tls() => {
                let says = format!(
                    "Set the device to no encryption: with TLS on, its {} would be tried and refused; without it the mail goes in plain text",
                    limit.max
                );
                found.first.push(ground(says, ids));
                found.plain = true;
            }
            Some(_) => {
                found.plain = true;
                let says = "Mail is taken in plain text here, so the device's old TLS does not matter; it is readable on the way";
                found.notes.push(ground(says, ids));
            }
            None => {}
        }
        found
    }

    /// Ids of the server's refusals of a version, where the server asked is one of the way's.
    fn refused_hello(&self, limit: TlsVersion) -> Vec<String> {
        if !at_own_host(self.method, &self.situation.case.mail.server.to_ascii_lowercase()) {
            return Vec::new();
        }
        self.evidence
            .iter()
            .filter(|item| {
                matches!(&item.fact, Fact::TlsVersionAnswer { version, answer: VersionAnswer::Refused(_) } if *version == limit)
            })
            .map(|item| item.id.clone())
            .collect()
    }

    /// What the device can log in with.
    fn login(&self) -> Found {
        let mut found = Found::default();
        let method = self.method;
        if method.login.is_empty() {
            return found;
        }
        if let Some((item, can)) = self.mechanisms()
            && !method.mechanisms.is_empty()
            && !can.iter().any(|one| {
                method
                    .mechanisms
                    .iter()
                    .any(|offered| offered.eq_ignore_ascii_case(one))
            })
        {
            let says = format!(
                "The device logs in with {} only; offered are {}",
                can.join(", "),
                method.mechanisms.join(", ")
            );
            let one = ground(says, vec![item.id.clone()]);
            match item.basis {
                Basis::KnownInferred => found.open.push(one),
                Basis::Observed | Basis::KnownConfirmed | Basis::Stated => found.bars.push(one),
            }
        }
        for (field, need) in [("user", method.user_length), ("password", method.secret_length)] {
            let Some((limit, need)) = self.field(field).zip(need) else {
                continue;
            };
            if need > limit.most {
                let says = format!(
                    "The {field} here has about {need} characters; the device's field takes {} at most",
                    limit.most
                );
                match limit.mark {
                    Mark::Confirmed => found.bars.push(ground(says, Vec::new())),
                    _ => found.open.push(ground(says, Vec::new())),
                }
            }
        }
        found
    }

    /// The login mechanisms of the device, from the best evidence there is.
    fn mechanisms(&self) -> Option<(&Evidence, &[String])> {
        self.evidence
            .iter()
            .filter(|item| item.actor == Actor::Device)
            .filter_map(|item| match &item.fact {
                Fact::AuthMechanismMismatch { wanted: can, .. }
                | Fact::DeviceMechanisms { mechanisms: can } => Some((item, can.as_slice())),
                _ => None,
            })
            .max_by_key(|(item, _)| item.basis.rank())
    }

    /// How much fits into a field of the device in hand.
    fn field(&self, name: &str) -> Option<&FieldLimit> {
        let device = &self.situation.case.device;
        let vendor = device.vendor.as_deref()?;
        let model = device.model.as_deref().unwrap_or_default().to_lowercase();
        let known = self
            .knowledge
            .devices
            .iter()
            .find(|known| known.vendor.eq_ignore_ascii_case(vendor))?;
        known.fields.iter().find(|limit| {
            let here = |listed: &String| model.contains(&listed.to_lowercase());
            limit.field == name && (limit.models.is_empty() || limit.models.iter().any(here))
        })
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

    /// What was seen that stands against it.
    fn obstacles(&self) -> Found {
        let mut found = Found::default();
        let mut told = Vec::new();
        for obstacle in &self.method.obstacles {
            if !self.counts(obstacle) {
                continue;
            }
            let key = obstacle.on.as_str();
            let ids = self.seen(obstacle);
            // The first that fits a cause is the one that knows most of it.
            if ids.is_empty() || told.contains(&key) {
                continue;
            }
            told.push(key);
            let one = ground(words::fill(&obstacle.says, self.situation), ids);
            match obstacle.then {
                Effect::Bars => found.bars.push(one),
                Effect::First => found.first.push(one),
                Effect::Doubts => found.notes.push(one),
            }
        }
        if self.present {
            let read = |link: &Link| {
                let on = format!("cause:{}", link.cause);
                self.method.obstacles.iter().any(|obstacle| obstacle.on == on)
            };
            // TLS and ports were judged on their own.
            let judged = ["device-tls-too-old", "port-blocked"];
            for link in self
                .links
                .iter()
                .filter(|link| !read(link) && !judged.contains(&link.cause.as_str()))
            {
                found.first.push(mend(link));
            }
        }
        found
    }

    /// Whether an obstacle counts here, by where it was seen and what the device logs in with.
    fn counts(&self, obstacle: &Obstacle) -> bool {
        let method = self.method;
        let server = self.situation.case.mail.server.trim().to_ascii_lowercase();
        let same_service = self
            .situation
            .provider
            .is_some_and(|provider| provider.id == method.service || self.is_related(&provider.id));
        let place = match obstacle.seen {
            Seen::Anywhere => true,
            Seen::Service => same_service,
            Seen::Hosts => at_own_host(method, &server),
        };
        let credential = match self.situation.case.mail.auth {
            Auth::OAuth { .. } => Credential::Token,
            Auth::None | Auth::Password { .. } => Credential::Password,
        };
        place && obstacle.with.is_none_or(|with| with == credential)
    }

    /// Whether two services have their customers in common.
    fn is_related(&self, provider: &str) -> bool {
        let customers = &self.method.customers_of;
        customers.iter().any(|id| id == provider)
            || self.knowledge.methods.iter().any(|other| {
                other.service == provider && other.customers_of.iter().any(|id| customers.contains(id))
            })
    }

    /// Ids of the evidence that an obstacle speaks of.
    fn seen(&self, obstacle: &Obstacle) -> Vec<String> {
        let says = |item: &Evidence| {
            let text = item.summary.to_lowercase();
            obstacle.said.is_empty() || obstacle.said.iter().any(|words| text.contains(words))
        };
        if let Some(cause) = obstacle.on.strip_prefix("cause:") {
            let Some(link) = self.links.iter().find(|link| link.cause == cause) else {
                return Vec::new();
            };
            let behind = |item: &&Evidence| link.evidence.contains(&item.id) && says(item);
            return self
                .evidence
                .iter()
                .filter(behind)
                .map(|item| item.id.clone())
                .collect();
        }
        let is_kind = |item: &&Evidence| {
            let kind = item.fact.kind();
            let rest = kind.strip_prefix(obstacle.on.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':')) && says(item)
        };
        self.evidence
            .iter()
            .filter(is_kind)
            .map(|item| item.id.clone())
            .collect()
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
