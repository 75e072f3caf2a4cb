//! Pseudonyms: the story stays readable, and nobody and no place can be told from it.
//!
//! Account names, mail addresses, addresses of the network, serial numbers, and the hosts of the customer's own
//! domains each get one stand-in, the same one everywhere. Hosts of known mail providers stay.

use super::patterns::{
    HOST, LOGIN, MAC, MAIL, SERIAL, V4, V6, each, group, is_local, owned_part, replace_word,
};
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::session::Finding;
use base64::Engine as _;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

/// Stands in for names; the same name gets the same stand-in for as long as this lives.
#[derive(Debug)]
pub struct Redactor<'a> {
    knowledge: &'a Knowledge,
    /// The customer's own domains, such as `contoso.com`.
    domains: BTreeSet<String>,
    /// Whole words that stand for somebody: account names, serial numbers, bare host names; longest first.
    words: Vec<(String, &'static str)>,
    /// Texts that look like an address and are none.
    kept: Vec<String>,
    given: RefCell<HashMap<(&'static str, String), usize>>,
}

/// Account names that many sites use and that tell nothing; they are also words of the language.
const COMMON: [&str; 14] = [
    "scan",
    "scanner",
    "scans",
    "copier",
    "printer",
    "print",
    "admin",
    "administrator",
    "user",
    "mail",
    "smtp",
    "fax",
    "guest",
    "office",
];
/// Published addresses that steps name, and that belong to no customer.
const PUBLISHED: [&str; 1] = ["delist@microsoft.com"];
/// Words that follow AUTH in a list of extensions, and are no login.
const MECHANISMS: [&str; 8] = [
    "PLAIN",
    "LOGIN",
    "XOAUTH2",
    "OAUTHBEARER",
    "NTLM",
    "GSSAPI",
    "CRAM",
    "DIGEST",
];
/// Below these every organisation has a name of its own, beside the provider's machines.
const TENANTS: [&str; 4] = [
    ".mail.protection.outlook.com",
    ".onmicrosoft.com",
    ".mx.microsoft",
    ".sharepoint.com",
];

impl<'a> Redactor<'a> {
    /// Learns the names of a case and of what was found.
    pub fn new(case: &Case, finding: &Finding, knowledge: &'a Knowledge) -> Self {
        let mut this = Self {
            knowledge,
            domains: BTreeSet::new(),
            words: Vec::new(),
            kept: case.device.firmware.iter().cloned().collect(),
            given: RefCell::default(),
        };
        let mail = &case.mail;
        this.learn_host(&mail.server);
        if let Some(address) = &case.device.address {
            this.learn_host(address);
        }
        for person in mail
            .auth
            .user()
            .into_iter()
            .chain([mail.from.as_str()])
            .chain(mail.to.iter().map(String::as_str))
        {
            this.learn_account(person);
        }
        let found = serde_json::to_value(finding).unwrap_or_default();
        this.learn(None, &found);
        this.words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        this.words.dedup();
        this
    }

    /// Walks through all that was found, for mail addresses and serial numbers.
    fn learn(&mut self, key: Option<&str>, value: &Value) {
        match value {
            Value::String(text) => {
                if key.is_some_and(|key| key.contains("serial")) {
                    self.word(text, "serial");
                }
                let found: Vec<String> = MAIL
                    .as_ref()
                    .map(|mail| mail.find_iter(text).map(|m| m.as_str().to_owned()).collect())
                    .unwrap_or_default();
                for address in found {
                    self.learn_account(&address);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(key, item)),
            Value::Object(fields) => fields.iter().for_each(|(key, item)| self.learn(Some(key), item)),
            _ => {}
        }
    }

    fn learn_account(&mut self, account: &str) {
        if PUBLISHED.contains(&account.to_lowercase().as_str()) {
            return;
        }
        if let Some((_, domain)) = account.rsplit_once('@') {
            self.learn_host(domain);
        } else {
            let name = account.rsplit('\\').next().unwrap_or(account);
            if let Some((windows_domain, _)) = account.split_once('\\') {
                self.word(windows_domain, "domain");
            }
            self.word(name, "user");
        }
        if !account.is_empty() {
            let coded = base64::engine::general_purpose::STANDARD.encode(account);
            self.word(&coded, "user");
        }
    }

    /// A host that is no provider's belongs to the customer, with all of its domain.
    fn learn_host(&mut self, host: &str) {
        let host = host.trim_matches(['.', '[', ']']).to_lowercase();
        if host.is_empty() || host.parse::<IpAddr>().is_ok() || self.is_public(&host) {
            return;
        }
        match owned_part(&host) {
            Some(domain) => {
                self.domains.insert(domain);
            }
            None => self.word(&host, "host"),
        }
    }

    fn word(&mut self, word: &str, kind: &'static str) {
        let word = word.trim().to_lowercase();
        if word.chars().count() >= 3 && !COMMON.contains(&word.as_str()) {
            self.words.push((word, kind));
        }
    }

    /// Whether a host is a provider's, and no tenant's own name there.
    fn is_public(&self, host: &str) -> bool {
        let tenant = TENANTS.iter().any(|end| host.ends_with(end));
        let provider = self.knowledge.provider_of(host).is_some()
            || self
                .knowledge
                .providers
                .iter()
                .flat_map(|provider| &provider.hosts)
                .any(|known| {
                    owned_part(known.trim_start_matches("*."))
                        .is_some_and(|owner| host == owner || host.ends_with(&format!(".{owner}")))
                });
        provider || tenant
    }

    /// The text with every name replaced.
    pub fn text(&self, text: &str) -> String {
        let text = each(LOGIN.as_ref(), text, |found| {
            let mechanism = MECHANISMS
                .iter()
                .any(|name| name.eq_ignore_ascii_case(group(found, 2)));
            let shown = if mechanism { group(found, 2) } else { "(hidden)" };
            format!("{}{shown}", group(found, 1))
        });
        let text = each(MAIL.as_ref(), &text, |found| {
            self.mail(group(found, 0), group(found, 1))
        });
        let text = each(HOST.as_ref(), &text, |found| self.host(group(found, 0)));
        let text = each(MAC.as_ref(), &text, |found| {
            self.stand_in("hardware-address", group(found, 0))
        });
        let text = each(V4.as_ref(), &text, |found| self.address(group(found, 0)));
        let text = each(V6.as_ref(), &text, |found| self.address(group(found, 0)));
        let text = each(SERIAL.as_ref(), &text, |found| {
            format!("{}{}", group(found, 1), self.stand_in("serial", group(found, 2)))
        });
        self.words.iter().fold(text, |text, (word, kind)| {
            replace_word(&text, word, || self.stand_in(kind, word))
        })
    }

    /// Every text of a JSON value; keys stay.
    pub fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(fields) => fields.values_mut().for_each(|item| self.json(item)),
            _ => {}
        }
    }

    fn mail(&self, whole: &str, domain: &str) -> String {
        if PUBLISHED.contains(&whole.to_lowercase().as_str()) {
            return whole.to_owned();
        }
        format!("{}@{}", self.stand_in("user", whole), self.host(domain))
    }

    fn host(&self, host: &str) -> String {
        let lower = host.to_lowercase();
        if let Some(end) = TENANTS.iter().find(|end| lower.ends_with(**end)) {
            let tenant = lower.strip_suffix(end).unwrap_or_default();
            return format!("{}{end}", self.stand_in("tenant", tenant));
        }
        let Some(domain) = self
            .domains
            .iter()
            .find(|domain| lower == **domain || lower.ends_with(&format!(".{domain}")))
        else {
            return if is_local(&lower) {
                self.stand_in("host", &lower) + ".example"
            } else {
                host.to_owned()
            };
        };
        let name = self.stand_in("domain", domain) + ".example";
        if lower == *domain {
            name
        } else {
            format!("{}.{name}", self.stand_in("host", &lower))
        }
    }

    fn address(&self, text: &str) -> String {
        if self.kept.iter().any(|kept| kept.contains(text)) {
            return text.to_owned();
        }
        let Ok(address) = text.split('%').next().unwrap_or(text).parse::<IpAddr>() else {
            return text.to_owned();
        };
        let private = match address {
            _ if address.is_loopback() || address.is_unspecified() => return text.to_owned(),
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
        };
        self.stand_in(
            if private {
                "private-address"
            } else {
                "public-address"
            },
            &address.to_string(),
        )
    }

    fn stand_in(&self, kind: &'static str, name: &str) -> String {
        let mut given = self.given.borrow_mut();
        let next = given.keys().filter(|(known, _)| *known == kind).count() + 1;
        let number = given.entry((kind, name.to_lowercase())).or_insert(next);
        format!("{kind}-{number}")
    }
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
