//! Pseudonyms: the story stays readable, and nobody and no place can be told from it.
//!
//! Account names, mail addresses, addresses of the network, serial numbers and hosts each get one stand-in, the
//! same one everywhere. Hosts of providers, makers and lists that the knowledge names stay. Passwords and tokens
//! are hidden in every report, whatever a person chooses.

use super::encoded;
use super::learn;
use super::patterns::{self, each, group, owned_part, replace_words};
use super::public;
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::session::Record;
use regex::Regex;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a report hides behind stand-ins.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four kinds of names, each hidden or not by itself"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redaction {
    /// Account names, people, mail addresses.
    pub accounts: bool,
    /// Addresses of the network.
    pub addresses: bool,
    /// Names of machines, domains and organisations.
    pub hosts: bool,
    /// Serial numbers and hardware addresses.
    pub serials: bool,
}

impl Redaction {
    /// Everything is hidden.
    pub const FULL: Self = Self {
        accounts: true,
        addresses: true,
        hosts: true,
        serials: true,
    };
    /// Nothing is hidden but passwords.
    pub const NONE: Self = Self {
        accounts: false,
        addresses: false,
        hosts: false,
        serials: false,
    };
}

impl Default for Redaction {
    fn default() -> Self {
        Self::FULL
    }
}

/// One thing that is hidden, for the preview.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Hidden {
    /// What it is: `user`, `domain`, `host`, `private-address` and so on.
    pub kind: &'static str,
    /// What stands in its place.
    pub stand_in: String,
    /// What is hidden.
    pub name: String,
}

/// Stands in for names; the same name gets the same stand-in for as long as this lives.
#[derive(Debug, Clone)]
pub struct Redactor<'a> {
    knowledge: &'a Knowledge,
    what: Redaction,
    /// The customer's own domains, such as `contoso.com`.
    pub(super) domains: BTreeSet<String>,
    /// Whole words that stand for somebody, longest first.
    pub(super) words: Vec<Word>,
    /// The words as patterns: those that are replaced everywhere, and those only where they name somebody.
    compiled: [Option<Regex>; 2],
    /// Texts that look like an address and are none.
    kept: Vec<String>,
    given: RefCell<HashMap<(&'static str, String), usize>>,
}

/// A word that stands for somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word {
    /// The word, lower case.
    pub text: String,
    /// What it names.
    pub kind: &'static str,
    /// True where it is a word of the language too, and is replaced only where it names somebody.
    pub named: bool,
}

/// Published addresses that steps name, and that belong to no customer.
const PUBLISHED: [&str; 1] = ["delist@microsoft.com"];
/// Words that follow AUTH in a list of extensions, and are no login.
const MECHANISMS: [&str; 9] = [
    "PLAIN",
    "LOGIN",
    "XOAUTH2",
    "OAUTHBEARER",
    "NTLM",
    "GSSAPI",
    "CRAM",
    "DIGEST",
    "SCRAM",
];
/// Below these every organisation has a name of its own, beside the provider's machines.
pub(super) const TENANTS: [&str; 8] = [
    ".mail.protection.outlook.com",
    ".mail.protection.office365.us",
    ".mail.protection.partner.outlook.cn",
    ".onmicrosoft.com",
    ".onmicrosoft.us",
    ".mail.onmicrosoft.com",
    ".mx.microsoft",
    ".sharepoint.com",
];
/// What stands for something hidden already.
const STAND_INS: &str = ".example";

impl<'a> Redactor<'a> {
    /// Learns the names of a case and of what was found.
    pub fn new(case: &Case, record: &Record, knowledge: &'a Knowledge, what: Redaction) -> Self {
        let mut this = Self {
            knowledge,
            what,
            domains: BTreeSet::new(),
            words: Vec::new(),
            compiled: [None, None],
            kept: case.device.firmware.iter().cloned().collect(),
            given: RefCell::default(),
        };
        learn::from_case(&mut this, case);
        learn::from_record(&mut this, record);
        this.compile();
        this
    }

    /// Makes the patterns of the words that were learned.
    pub(super) fn compile(&mut self) {
        self.words
            .sort_by(|a, b| b.text.len().cmp(&a.text.len()).then(a.cmp(b)));
        self.words.dedup();
        let chosen = |named: bool| {
            let words = self
                .words
                .iter()
                .filter(|word| word.named == named && self.hides(word.kind));
            patterns::words(words.map(|word| word.text.as_str()), named)
        };
        self.compiled = [chosen(false), chosen(true)];
    }

    /// The text with every name replaced, and every secret hidden.
    pub fn text(&self, text: &str) -> String {
        let text = without_secrets(text);
        if self.what == Redaction::NONE || text.trim().is_empty() {
            return text;
        }
        let text = encoded::uncover(&text, &|inner| self.names(inner));
        self.names(&text)
    }

    /// The text with every name replaced that stands there as it is.
    fn names(&self, text: &str) -> String {
        let what = self.what;
        let mut text = text.to_owned();
        if what.accounts {
            text = each(&patterns::PERSON, &text, |found| {
                let name = group(found, 1).trim_matches('"');
                // One small word in front of an address is language, such as MAIL FROM or `to`.
                let person = name.contains(' ') && name.chars().any(char::is_uppercase) && !is_language(name);
                let shown = if person {
                    self.stand_in("person", name)
                } else {
                    group(found, 1).to_owned()
                };
                format!("{shown}{}", group(found, 2))
            });
            text = each(&patterns::TRACE, &text, |found| {
                format!("[{}]", self.stand_in("trace", group(found, 0)))
            });
            text = each(&patterns::QUEUED, &text, |found| {
                format!(
                    "{}{}",
                    group(found, 1),
                    self.stand_in("queue-id", group(found, 2))
                )
            });
            text = each(&patterns::MAIL, &text, |found| {
                self.mail(group(found, 0), group(found, 1))
            });
        }
        if what.addresses {
            text = each(&patterns::V6_REVERSED, &text, |found| {
                self.reversed_v6(group(found, 0))
            });
            text = each(&patterns::V4, &text, |found| {
                let (whole, after) = (group(found, 1), group(found, 2));
                format!("{}{after}", self.v4(whole, !after.is_empty()))
            });
            text = each(&patterns::V4_HYPHENS, &text, |found| {
                self.address(&group(found, 0).replace('-', "."), group(found, 0))
            });
        }
        if what.serials {
            text = each(&patterns::MAC, &text, |found| {
                self.stand_in("hardware-address", group(found, 0))
            });
        }
        if what.addresses {
            text = each(&patterns::V6, &text, |found| {
                self.address(group(found, 0), group(found, 0))
            });
        }
        if what.hosts {
            text = each(&patterns::HOST, &text, |found| self.host(group(found, 0)));
        }
        if what.serials {
            text = each(&patterns::SERIAL, &text, |found| {
                format!("{}{}", group(found, 1), self.stand_in("serial", group(found, 2)))
            });
        }
        self.compiled.iter().flatten().fold(text, |text, pattern| {
            replace_words(&text, pattern, |found| {
                let lower = found.to_lowercase();
                let kind = self
                    .words
                    .iter()
                    .find(|word| word.text == lower)
                    .map_or("host", |word| word.kind);
                self.stand_in(kind, &lower)
            })
        })
    }

    /// Every text of a JSON value; keys stay.
    pub fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => self.json_lines(items),
            Value::Object(fields) => fields.values_mut().for_each(|item| self.json(item)),
            _ => {}
        }
    }

    /// A list can be the lines of a dialogue: what follows a line that asks for a login is the login.
    fn json_lines(&self, items: &mut [Value]) {
        const ASKED: &str = "334 \n";
        let mut asked = false;
        for item in items {
            let asks = item.as_str().is_some_and(|line| line.contains("334 "));
            match item {
                Value::String(line) if asked => {
                    let hidden = self.text(&format!("{ASKED}{line}"));
                    hidden.strip_prefix(ASKED).unwrap_or(&hidden).clone_into(line);
                }
                other => self.json(other),
            }
            asked = asks;
        }
    }

    /// Takes over the stand-ins that a copy of this one has given.
    pub(super) fn take_stand_ins(&self, of: Self) {
        *self.given.borrow_mut() = of.given.into_inner();
    }

    /// What was hidden so far, sorted.
    pub fn hidden(&self) -> Vec<Hidden> {
        let given = self.given.borrow();
        let mut all: Vec<Hidden> = given
            .iter()
            .map(|((kind, name), number)| Hidden {
                kind,
                stand_in: format!("{kind}-{number}"),
                name: name.clone(),
            })
            .collect();
        all.sort();
        all
    }

    fn hides(&self, kind: &str) -> bool {
        match kind {
            "user" | "person" => self.what.accounts,
            "serial" => self.what.serials,
            "private-address" | "public-address" => self.what.addresses,
            _ => self.what.hosts,
        }
    }

    fn mail(&self, whole: &str, domain: &str) -> String {
        let lower = whole.to_lowercase().replace("%40", "@");
        let domain = domain.trim_matches(['[', ']']);
        if PUBLISHED.contains(&lower.as_str()) || is_stand_in(domain) {
            return whole.to_owned();
        }
        let place = if let Ok(address) = domain.parse::<IpAddr>() {
            self.address(&address.to_string(), domain)
        } else if self.what.hosts {
            self.host_of_mail(domain)
        } else {
            domain.to_owned()
        };
        format!("{}@{place}", self.stand_in("user", &lower))
    }

    /// The domain of a mail address: never a file's name, and public only where everybody has addresses.
    fn host_of_mail(&self, domain: &str) -> String {
        let lower = domain.to_lowercase();
        if public::is_public_host(&lower) || self.is_provider(&lower) {
            self.host(domain)
        } else if lower.contains('.') {
            let owner = owned_part(&lower).unwrap_or_else(|| lower.clone());
            self.below(&lower, &owner)
        } else {
            self.stand_in("host", &lower)
        }
    }

    fn host(&self, host: &str) -> String {
        let lower = host.to_lowercase();
        if is_stand_in(&lower) || lower.rsplit('.').next() == Some("arpa") {
            return host.to_owned();
        }
        if let Some(end) = TENANTS.iter().find(|end| lower.ends_with(**end)) {
            let tenant = lower.strip_suffix(end).unwrap_or_default();
            return format!("{}{end}", self.stand_in("tenant", tenant));
        }
        let own = self
            .domains
            .iter()
            .find(|domain| lower == **domain || lower.ends_with(&format!(".{domain}")));
        if let Some(domain) = own {
            return self.below(&lower, domain);
        }
        let file = lower.rsplit('.').next().is_some_and(patterns::is_file_ending);
        if file || public::is_public_host(&lower) || self.is_provider(&lower) {
            return host.to_owned();
        }
        let owner = owned_part(&lower).unwrap_or_else(|| lower.clone());
        self.below(&lower, &owner)
    }

    /// A host below its owner's domain.
    fn below(&self, host: &str, domain: &str) -> String {
        let name = self.stand_in("domain", domain) + STAND_INS;
        if host == domain {
            name
        } else {
            format!("{}.{name}", self.stand_in("host", host))
        }
    }

    /// Whether a host is a provider's, and no tenant's own name there.
    pub(super) fn is_provider(&self, host: &str) -> bool {
        let known = self
            .knowledge
            .providers
            .iter()
            .flat_map(|provider| &provider.hosts);
        let tenant = TENANTS.iter().any(|end| host.ends_with(end));
        tenant
            || self.knowledge.provider_of(host).is_some()
            || known
                .filter_map(|known| owned_part(known.trim_start_matches("*.")))
                .any(|owner| host == owner || host.ends_with(&format!(".{owner}")))
    }

    /// An address of four numbers; in front of a zone's name its numbers stand in reverse.
    fn v4(&self, text: &str, zone: bool) -> String {
        if self.kept.iter().any(|kept| kept.contains(text)) {
            return text.to_owned();
        }
        let Ok(address) = text.parse::<Ipv4Addr>() else {
            return text.to_owned();
        };
        if zone {
            let [a, b, c, d] = address.octets();
            return self.address(&Ipv4Addr::new(d, c, b, a).to_string(), text);
        }
        self.address(text, text)
    }

    fn reversed_v6(&self, text: &str) -> String {
        let mut digits: String = text.split('.').rev().collect();
        // A zone for a whole network has fewer digits.
        while digits.len() < 32 {
            digits.push('0');
        }
        match u128::from_str_radix(&digits, 16) {
            Ok(number) => self.address(&Ipv6Addr::from(number).to_string(), text),
            Err(_) => self.stand_in("public-address", text),
        }
    }

    /// The stand-in of an address; `shown` stays where it is none, or tells nothing.
    fn address(&self, text: &str, shown: &str) -> String {
        let Ok(address) = text.split('%').next().unwrap_or(text).parse::<IpAddr>() else {
            return shown.to_owned();
        };
        let address = address.to_canonical();
        let private = match address {
            _ if address.is_loopback() || address.is_unspecified() => return shown.to_owned(),
            // What block lists answer is no address of anybody.
            IpAddr::V4(v4) if v4.octets()[0] == 127 || v4.is_broadcast() => return shown.to_owned(),
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
        };
        let kind = if private {
            "private-address"
        } else {
            "public-address"
        };
        self.stand_in(kind, &address.to_string())
    }

    pub(super) fn stand_in(&self, kind: &'static str, name: &str) -> String {
        let mut given = self.given.borrow_mut();
        let next = given.keys().filter(|(known, _)| *known == kind).count() + 1;
        let number = given.entry((kind, name.to_lowercase())).or_insert(next);
        format!("{kind}-{number}")
    }
}

/// What is hidden in every report: logins, passwords, tokens.
pub fn without_secrets(text: &str) -> String {
    let text = each(&patterns::LOGIN, text, |found| {
        let mechanism = MECHANISMS
            .iter()
            .any(|name| name.eq_ignore_ascii_case(group(found, 2)));
        let shown = if mechanism { group(found, 2) } else { "(hidden)" };
        format!("{}{shown}", group(found, 1))
    });
    let text = each(&patterns::PROMPTED, &text, |found| {
        format!("{}(hidden){}", group(found, 1), group(found, 3))
    });
    let text = each(&patterns::TOKEN, &text, |_| "(hidden token)".to_owned());
    each(&patterns::SECRET, &text, |found| {
        format!("{}(hidden)", group(found, 1))
    })
}

fn is_stand_in(host: &str) -> bool {
    host == "example" || host.ends_with(STAND_INS)
}

/// Whether all words of a text are words of the program's own knowledge, and so name nobody.
fn is_language(words: &str) -> bool {
    patterns::all(&patterns::WORD, words, 0)
        .iter()
        .all(|word| public::is_common_word(&word.to_lowercase()))
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
