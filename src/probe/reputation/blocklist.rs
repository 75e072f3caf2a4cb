//! Block lists asked by DNS (RFC 5782), with the list's own test beside the question.

use super::names::{Answer, Names};
use crate::evidence::Fact;
use crate::knowledge::blocklists::{Blocklist, Reading};
use hickory_proto::rr::RecordType;
use std::net::{IpAddr, Ipv4Addr};

/// Whether a list can be relied on from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fitness {
    /// What must be listed is, what must not be is not.
    Works,
    /// It lists everything, or something answers in its place.
    Lies,
    /// It refuses this computer's name server.
    Refuses(String),
    /// Not even its own test address was answered.
    Silent,
}

/// The name to ask for: the address backwards in front of the zone (RFC 5782, sections 2.1 and 2.4).
pub(super) fn query_name(address: IpAddr, zone: &str) -> String {
    let name = match address {
        IpAddr::V4(four) => {
            let [a, b, c, d] = four.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(six) => {
            let nibbles: Vec<String> = six
                .octets()
                .iter()
                .rev()
                .flat_map(|byte| [byte & 15, byte >> 4])
                .map(|nibble| format!("{nibble:x}"))
                .collect();
            nibbles.join(".")
        }
    };
    format!("{name}.{zone}")
}

/// Asks a list about its own test addresses (RFC 5782, section 5).
pub(super) async fn test(list: &Blocklist, names: &impl Names) -> Fitness {
    let (must, must_not) = (
        query_name(list.self_test.listed.into(), &list.zone),
        query_name(list.self_test.clean.into(), &list.zone),
    );
    let (listed, clean) = tokio::join!(
        names.ask(&must, RecordType::A),
        names.ask(&must_not, RecordType::A)
    );
    for code in codes(&listed).chain(codes(&clean)) {
        if let Reading::Refused(why) = list.read(code) {
            return Fitness::Refuses(why.to_owned());
        }
    }
    let lists = |answer: &Answer| codes(answer).any(|code| matches!(list.read(code), Reading::Listed { .. }));
    if codes(&clean).next().is_some() {
        Fitness::Lies
    } else if lists(&listed) {
        Fitness::Works
    } else {
        Fitness::Silent
    }
}

/// What an answer about the site's address comes to, given how the list did in its own test.
pub(super) fn judge(
    list: &Blocklist,
    address: IpAddr,
    answer: &Answer,
    fitness: &Fitness,
) -> Vec<(Fact, String)> {
    let refused = |why: &str| {
        let fact = Fact::BlocklistRefused {
            zone: list.zone.clone(),
            detail: why.to_owned(),
        };
        vec![(fact, format!("{} cannot be asked from here: {why}", list.zone))]
    };
    for code in codes(answer) {
        if let Reading::Refused(why) = list.read(code) {
            return refused(why);
        }
    }
    match fitness {
        Fitness::Refuses(why) => return refused(why),
        Fitness::Lies => {
            return refused("it lists even an address that it never lists; something rewrites DNS");
        }
        Fitness::Works | Fitness::Silent => {}
    }
    let entries: Vec<_> = codes(answer)
        .filter_map(|code| match list.read(code) {
            Reading::Listed { meaning, policy } => Some(listing(list, address, code, meaning, policy)),
            Reading::Refused(_) | Reading::Foreign => None,
        })
        .collect();
    if entries.is_empty() && *answer == Answer::Nothing && *fitness == Fitness::Works {
        let fact = Fact::NotListed {
            address,
            zone: list.zone.clone(),
        };
        return vec![(fact, format!("{address} is not on {} ({})", list.name, list.zone))];
    }
    entries
}

/// One listing, in words.
fn listing(
    list: &Blocklist,
    address: IpAddr,
    code: Ipv4Addr,
    meaning: &str,
    policy_only: bool,
) -> (Fact, String) {
    let normal = if policy_only {
        "; normal for an office line and no sign of spam"
    } else {
        ""
    };
    let text = format!(
        "The site's public address {address} is on the block list {} ({code}, {meaning}{normal})",
        list.zone
    );
    let fact = Fact::Listed {
        address,
        zone: list.zone.clone(),
        code,
        meaning: meaning.to_owned(),
        policy_only,
    };
    (fact, text)
}

/// The answers of a list.
fn codes(answer: &Answer) -> impl Iterator<Item = Ipv4Addr> {
    answer
        .addresses()
        .into_iter()
        .filter_map(|address| match address {
            IpAddr::V4(four) => Some(four),
            IpAddr::V6(_) => None,
        })
}

#[cfg(test)]
mod tests {
    use super::super::names::memory::Zone;
    use super::*;
    use crate::knowledge::Knowledge;

    fn zen() -> Blocklist {
        Knowledge::embedded().blocklists[0].clone()
    }

    /// The kinds of fact that a zone gives for 203.0.113.9.
    async fn kinds(records: &[&str]) -> Vec<String> {
        let (list, zone) = (zen(), Zone::of(records));
        let address: IpAddr = "203.0.113.9".parse().unwrap();
        let answer = zone.ask(&query_name(address, &list.zone), RecordType::A).await;
        let fitness = test(&list, &zone).await;
        let facts = judge(&list, address, &answer, &fitness);
        facts.iter().map(|(fact, _)| fact.kind()).collect()
    }

    const WORKS: &str = "2.0.0.127.zen.spamhaus.org A 127.0.0.2";

    #[test]
    fn addresses_are_asked_backwards() {
        let four = query_name("203.0.113.9".parse().unwrap(), "bl.example.test");
        assert_eq!(four, "9.113.0.203.bl.example.test");
        let six = query_name("2001:db8::1".parse().unwrap(), "bl.example.test");
        assert!(
            six.starts_with("1.0.0.0.") && six.ends_with(".8.b.d.0.1.0.0.2.bl.example.test"),
            "{six}"
        );
    }

    #[tokio::test]
    async fn policy_and_spam_entries_are_told_apart() {
        assert_eq!(
            kinds(&[WORKS, "9.113.0.203.zen.spamhaus.org A 127.0.0.11"]).await,
            ["listed:policy"]
        );
        assert_eq!(
            kinds(&[WORKS, "9.113.0.203.zen.spamhaus.org A 127.0.0.4"]).await,
            ["listed:spam"]
        );
        assert_eq!(kinds(&[WORKS]).await, ["not-listed"]);
    }

    #[tokio::test]
    async fn a_list_that_refuses_the_resolver_never_lists() {
        let refuses = "9.113.0.203.zen.spamhaus.org A 127.255.255.254";
        assert_eq!(kinds(&[refuses]).await, ["blocklist-refused"]);
        let even_its_test = "2.0.0.127.zen.spamhaus.org A 127.255.255.254";
        assert_eq!(kinds(&[even_its_test]).await, ["blocklist-refused"]);
    }

    #[tokio::test]
    async fn a_resolver_that_answers_every_name_lists_nobody() {
        let wild = [
            WORKS,
            "1.0.0.127.zen.spamhaus.org A 127.0.0.2",
            "9.113.0.203.zen.spamhaus.org A 127.0.0.2",
        ];
        assert_eq!(kinds(&wild).await, ["blocklist-refused"]);
        assert_eq!(
            kinds(&[WORKS, "9.113.0.203.zen.spamhaus.org A 198.51.100.7"]).await,
            [""; 0]
        );
    }

    #[tokio::test]
    async fn a_list_that_does_not_know_its_own_test_vouches_for_nobody() {
        assert_eq!(kinds(&[]).await, [""; 0]);
    }
}
