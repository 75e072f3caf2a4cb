//! Block lists that are asked by DNS (RFC 5782): zones, what their answers mean, how to see that they work.

use serde::Deserialize;
use std::net::Ipv4Addr;

/// A list that is asked by DNS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocklist {
    /// Zone, without a dot at the end.
    pub zone: String,
    /// Name for people.
    pub name: String,
    /// Whether it knows IPv6 addresses.
    #[serde(default)]
    pub ipv6: bool,
    /// Addresses that must stand on it and that must not (RFC 5782, section 5).
    pub self_test: SelfTest,
    /// Answers that are listings.
    pub codes: Vec<ListCode>,
    /// Answers that refuse the question; all of 127.255.255.0/24 is read so without being named.
    #[serde(default)]
    pub refusals: Vec<ListRefusal>,
    /// Where its facts come from.
    pub source: String,
    /// Day on which that was read, `YYYY-MM-DD`.
    pub checked: String,
}

/// Addresses with a known answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// Always on the list.
    pub listed: Ipv4Addr,
    /// Never on the list.
    pub clean: Ipv4Addr,
}

/// An answer that is a listing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListCode {
    /// The answer.
    pub code: Ipv4Addr,
    /// What it says.
    pub meaning: String,
    /// Whether it only says that the range should not send directly; no sign of spam.
    #[serde(default)]
    pub policy: bool,
}

/// An answer that refuses the question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRefusal {
    /// The answer.
    pub code: Ipv4Addr,
    /// Why it is given.
    pub meaning: String,
}

/// What an answer of a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<'a> {
    /// The address is listed.
    Listed {
        /// As what.
        meaning: &'a str,
        /// Whether it is a policy entry and no sign of spam.
        policy: bool,
    },
    /// The list refuses to answer this name server; no listing.
    Refused(&'a str),
    /// An answer that this list does not give: no listing, but something rewrites DNS or the code is new.
    Foreign,
}

/// Why a list answers 127.255.255.x where it says no more.
const REFUSED: &str =
    "it does not answer this name server; a public resolver cannot be used, the site's own one can";

impl Blocklist {
    /// What one answer says.
    pub fn read(&self, code: Ipv4Addr) -> Reading<'_> {
        if let Some(refusal) = self.refusals.iter().find(|refusal| refusal.code == code) {
            return Reading::Refused(&refusal.meaning);
        }
        if is_refusal(code) {
            return Reading::Refused(REFUSED);
        }
        self.codes
            .iter()
            .find(|listed| listed.code == code)
            .map_or(Reading::Foreign, |listed| Reading::Listed {
                meaning: &listed.meaning,
                policy: listed.policy,
            })
    }

    /// What is wrong with the entry, for the lint.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let zone = self.zone.trim_end_matches('.');
        if zone != self.zone || !zone.contains('.') || zone.to_ascii_lowercase() != zone {
            problems.push("the zone is not a name in lower case without a dot at the end".to_owned());
        }
        if self.codes.is_empty() {
            problems.push("there is no code, so nothing can be listed".to_owned());
        }
        for listed in &self.codes {
            if is_refusal(listed.code) {
                problems.push(format!("{} is a refusal and can be no listing", listed.code));
            } else if !listed.code.is_loopback() {
                problems.push(format!("{} is outside 127.0.0.0/8", listed.code));
            }
            if listed.meaning.trim().is_empty() {
                problems.push(format!("{} has no meaning", listed.code));
            }
            if self
                .codes
                .iter()
                .filter(|other| other.code == listed.code)
                .count()
                > 1
            {
                problems.push(format!("{} stands twice", listed.code));
            }
        }
        problems
    }
}

/// Lists answer from 127.255.255.0/24 where they refuse a question, never for a listing.
fn is_refusal(code: Ipv4Addr) -> bool {
    matches!(code.octets(), [127, 255, 255, _])
}

#[cfg(test)]
mod tests {
    use super::super::Knowledge;
    use super::*;

    #[test]
    fn every_answer_of_spamhaus_is_read_as_what_it_is() {
        let knowledge = Knowledge::embedded();
        let zen = knowledge
            .blocklists
            .iter()
            .find(|list| list.zone == "zen.spamhaus.org")
            .unwrap();
        let read = |text: &str| match zen.read(text.parse().unwrap()) {
            Reading::Listed { policy: true, .. } => "policy",
            Reading::Listed { .. } => "spam",
            Reading::Refused(_) => "refused",
            Reading::Foreign => "foreign",
        };
        for (answer, reading) in [
            ("127.0.0.2", "spam"),
            ("127.0.0.3", "spam"),
            ("127.0.0.4", "spam"),
            ("127.0.0.9", "spam"),
            ("127.0.0.10", "policy"),
            ("127.0.0.11", "policy"),
            ("127.0.0.99", "foreign"),
            ("127.255.255.252", "refused"),
            ("127.255.255.254", "refused"),
            ("127.255.255.255", "refused"),
            ("127.255.255.1", "refused"),
            ("198.51.100.7", "foreign"),
        ] {
            assert_eq!(read(answer), reading, "{answer}");
        }
    }

    #[test]
    fn a_refusal_written_down_as_a_listing_is_named_by_the_lint() {
        let text = "Blocklists([(zone: \"bl.example.test.\", name: \"x\", self_test: (listed: \"127.0.0.2\", clean: \"127.0.0.1\"), codes: [(code: \"127.255.255.254\", meaning: \"x\")], source: \"x\", checked: \"2026-11-22\")])";
        let super::super::schema::File::Blocklists(lists) =
            super::super::schema::parse(text, "own.ron").unwrap()
        else {
            panic!("not block lists");
        };
        let problems = lists[0].problems().join("\n");
        assert!(
            problems.contains("can be no listing") && problems.contains("without a dot"),
            "{problems}"
        );
    }
}
