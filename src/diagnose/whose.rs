//! Whose evidence it is: a server's log and a recording speak of many clients, and only one is the copier.
//!
//! Where the case's device is among the clients of a file, what the file tells of the others is a note and counts for
//! nothing. Where it is not, and there are several, nobody knows whose fault is whose: senders of other domains are
//! others still, and of the rest nothing confirms, nothing outranks this computer's own passage, and where the case
//! says who the device is, a fault counts less the more of them there are.

use super::term::Term;
use crate::case::Case;
use crate::case::Method;
use crate::certainty::Certainty;
use crate::evidence::{Actor, Client, Evidence, Fact};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The evidence, with what speaks of other clients turned to notes.
pub fn told_apart(case: &Case, mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    mark_relays(case, &mut evidence);
    let files = files(case, &evidence);
    let others: Vec<(usize, String)> = evidence
        .iter()
        .enumerate()
        .filter_map(|(position, item)| {
            let client = item.client.as_ref().filter(|_| !is_note(item))?;
            let file = files.get(file_of(&item.source))?;
            let of_another = if file.device_is_there() {
                !file.is_device(case, client)
            } else {
                file.clients.len() > 1 && is_of_another_domain(case, client)
            };
            of_another.then(|| (position, client.key().unwrap_or_default()))
        })
        .collect();
    drop(files);
    for (position, who) in others {
        if let Some(item) = evidence.get_mut(position) {
            let text = format!("of another client ({who}): {}", item.summary);
            item.actor = Actor::Service;
            item.onward = false;
            item.fact = Fact::Note { text: text.clone() };
            item.summary = text;
        }
    }
    evidence
}

/// Marks what a recording shows of a relay's own deliveries: a client that others were seen to reach as their server.
fn mark_relays(case: &Case, evidence: &mut [Evidence]) {
    if super::situation::method(case) == Method::Receive {
        return;
    }
    // Who reaches itself, as over loopback, is no relay for that.
    let reached = |item: &Evidence| match &item.fact {
        Fact::Connected { endpoint } => {
            let server = endpoint.ip().to_canonical();
            let client = item.client.as_ref()?.address?;
            (client != server).then_some(server)
        }
        _ => None,
    };
    let servers: BTreeSet<IpAddr> = evidence.iter().filter_map(reached).collect();
    for item in evidence {
        let is_relay = item.client.as_ref().is_some_and(|client| {
            client.address.is_some_and(|address| servers.contains(&address)) && !has_address(case, client)
        });
        if !is_relay || item.onward || item.actor != Actor::Device || is_note(item) {
            continue;
        }
        *item = item.clone().onward();
        // Nobody knows whose mail it carried; of a dialogue, what was refused and what was taken is told.
        item.client = None;
        if !matches!(
            item.fact,
            Fact::Refused { .. }
                | Fact::Accepted { .. }
                | Fact::ConnectFailed { .. }
                | Fact::ConnectionLost { .. }
                | Fact::TlsFailed { .. }
        ) {
            let text = item.summary.clone();
            item.onward = false;
            item.fact = Fact::Note { text };
        }
    }
}

/// Lets nothing be confirmed by evidence of which it is not known whether it speaks of the device.
pub fn doubt(case: &Case, terms: &mut [Term], evidence: &[Evidence]) {
    let files = files(case, evidence);
    let looked_for = is_described(case);
    // How many clients there are of which one may be the device.
    let among = |position: usize| {
        let item = evidence.get(position)?;
        let file = files.get(file_of(&item.source))?;
        let doubtful = file.clients.len() > 1 && (!file.device_is_there() || item.client.is_none());
        doubtful.then_some((file.clients.len(), file.device_is_there()))
    };
    // Whether nobody knows that the message in question is among those that the server failed to deliver onward.
    let untied = |position: usize| {
        evidence.get(position).is_some_and(|item| {
            let is_device = |client: &Client| {
                has_address(case, client)
                    || client
                        .identity
                        .as_deref()
                        .is_some_and(|identity| is_identity(case, identity))
            };
            item.onward && !item.client.as_ref().is_some_and(is_device)
        })
    };
    for term in terms {
        let rests_on = std::iter::once(term.evidence).chain(term.with.iter().copied());
        if looked_for && untied(term.evidence) {
            term.cap = term.cap.min(Certainty::Likely);
        }
        let Some((clients, there)) = rests_on.filter_map(among).max() else {
            continue;
        };
        term.cap = term.cap.min(Certainty::Likely);
        if !there {
            term.actor = Actor::Service;
        }
        if looked_for && !there && term.weight > 0.0 {
            // It may as well not be among them at all, and strangers at a server fail far more often than copiers do:
            // so the odds fall with the square.
            let one_of = 2.0 * f64::from(u32::try_from(clients).unwrap_or(u32::MAX));
            term.weight = (term.weight - 2.0 * one_of.ln()).max(0.0);
        }
    }
}

const fn is_note(item: &Evidence) -> bool {
    matches!(item.fact, Fact::Note { .. })
}

/// What a file tells of its clients.
#[derive(Default)]
struct File {
    /// What tells the clients apart.
    clients: BTreeSet<String>,
    /// Whether the device's own address or name is among them.
    by_address: bool,
    /// Addresses from which the case's sender or user came.
    by_identity: BTreeSet<Option<IpAddr>>,
}

impl File {
    fn device_is_there(&self) -> bool {
        self.by_address || !self.by_identity.is_empty()
    }

    fn is_device(&self, case: &Case, client: &Client) -> bool {
        if self.by_address {
            return has_address(case, client);
        }
        match &client.identity {
            Some(identity) => is_identity(case, identity),
            None => self.by_identity.contains(&client.address),
        }
    }
}

/// The files whose lines name clients, by name.
fn files<'e>(case: &Case, evidence: &'e [Evidence]) -> BTreeMap<&'e str, File> {
    let mut files: BTreeMap<&str, File> = BTreeMap::new();
    // In reception the copier is the server, and every client is somebody else.
    if super::situation::method(case) == Method::Receive {
        return files;
    }
    for item in evidence {
        let Some(client) = &item.client else {
            continue;
        };
        let file = files.entry(file_of(&item.source)).or_default();
        file.clients.extend(client.key());
        file.by_address |= has_address(case, client);
        if client
            .identity
            .as_deref()
            .is_some_and(|identity| is_identity(case, identity))
        {
            file.by_identity.insert(client.address);
        }
    }
    files
}

/// Whether the case says who the device is, so that it could be found among clients.
fn is_described(case: &Case) -> bool {
    let address = case.device.address.as_deref().unwrap_or_default();
    let user = case.mail.auth.user().unwrap_or_default();
    [address, user, &case.mail.from]
        .iter()
        .any(|words| !words.trim().is_empty())
}

/// Whether the client has the device's address or name.
fn has_address(case: &Case, client: &Client) -> bool {
    let Some(device) = case.device.address.as_deref().map(str::trim) else {
        return false;
    };
    if let Ok(address) = device.parse::<IpAddr>() {
        return client.address == Some(address.to_canonical());
    }
    !device.is_empty()
        && client
            .name
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(device))
}

/// Whether this is the sender or the user of the case.
fn is_identity(case: &Case, identity: &str) -> bool {
    let own = [Some(case.mail.from.as_str()), case.mail.auth.user()];
    own.into_iter()
        .flatten()
        .any(|own| !own.is_empty() && own.eq_ignore_ascii_case(identity))
}

/// Whether the client sent for a domain that is neither that of the case's sender nor that of its user.
fn is_of_another_domain(case: &Case, client: &Client) -> bool {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let Some(theirs) = client.identity.as_deref().and_then(domain) else {
        return false;
    };
    let own: Vec<String> = [Some(case.mail.from.as_str()), case.mail.auth.user()]
        .into_iter()
        .flatten()
        .filter_map(domain)
        .collect();
    !own.is_empty() && !own.contains(&theirs)
}

/// The file of a source such as `mail.log, line 7`.
fn file_of(source: &str) -> &str {
    source.split(", ").next().unwrap_or(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Gate;

    fn of(address: &str, identity: Option<&str>, line: u32) -> Evidence {
        let source = format!("mail.log, line {line}");
        let mut item = Evidence::observed(Gate::Device, Actor::Device, &source, Fact::DeviceSilent, "x");
        item.client = Some(Client {
            identity: identity.map(str::to_owned),
            ..Client::at(address.parse().unwrap())
        });
        item
    }

    /// The lines that are still told of the device.
    fn of_the_device(case: &Case, evidence: Vec<Evidence>) -> Vec<String> {
        told_apart(case, evidence)
            .into_iter()
            .filter(|item| item.actor == Actor::Device)
            .map(|item| item.source)
            .collect()
    }

    #[test]
    fn the_devices_address_decides_then_its_sender_and_else_nobody_knows() {
        let log = || {
            vec![
                of("192.0.2.7", None, 1),
                of("192.0.2.8", Some("scan@example.test"), 2),
                of("192.0.2.8", None, 3),
                of("192.0.2.8", Some("other@example.test"), 4),
            ]
        };
        let mut case = Case::default();
        assert_eq!(of_the_device(&case, log()).len(), 4);
        case.mail.from = "Scan@example.test".into();
        assert_eq!(
            of_the_device(&case, log()),
            ["mail.log, line 2", "mail.log, line 3"]
        );
        case.device.address = Some("192.0.2.7".into());
        assert_eq!(of_the_device(&case, log()), ["mail.log, line 1"]);
        case.device.address = Some("192.0.2.99".into());
        case.mail.from = "somebody@example.test".into();
        assert_eq!(of_the_device(&case, log()).len(), 4);
    }

    #[test]
    fn several_strangers_confirm_nothing_and_one_may_be_the_device() {
        let term = |position| Term {
            cause: "relay-denied".to_owned(),
            evidence: position,
            with: Vec::new(),
            weight: 7.0,
            key: "x".to_owned(),
            cap: Certainty::Confirmed,
            gate: Gate::Sender,
            actor: Actor::Device,
            excludes: false,
        };
        let mut case = Case::default();
        let sure = |case: &Case, evidence: &[Evidence]| {
            let mut terms = [term(0)];
            doubt(case, &mut terms, evidence);
            terms[0].cap
        };
        let one = [of("192.0.2.7", None, 1)];
        let two = [of("192.0.2.7", None, 1), of("192.0.2.8", None, 2)];
        assert_eq!(sure(&case, &one), Certainty::Confirmed);
        assert_eq!(sure(&case, &two), Certainty::Likely);
        case.device.address = Some("192.0.2.7".into());
        assert_eq!(sure(&case, &two), Certainty::Confirmed);
    }

    #[test]
    fn a_delivery_onward_is_confirmed_of_the_device_only_where_it_carries_its_mail() {
        let term = || Term {
            cause: "relay-denied".to_owned(),
            evidence: 0,
            with: Vec::new(),
            weight: 7.0,
            key: "x".to_owned(),
            cap: Certainty::Confirmed,
            gate: Gate::Deliver,
            actor: Actor::Device,
            excludes: false,
        };
        let sure = |case: &Case, item: Evidence| {
            let mut terms = [term()];
            doubt(case, &mut terms, &[item]);
            terms[0].cap
        };
        let theirs = || of("192.0.2.8", Some("pc@example.test"), 1).onward();
        let own = || of("192.0.2.7", Some("scan@example.test"), 1).onward();
        let mut case = Case::default();
        assert_eq!(sure(&case, theirs()), Certainty::Confirmed);
        case.device.address = Some("192.0.2.7".into());
        assert_eq!(sure(&case, theirs()), Certainty::Likely);
        assert_eq!(sure(&case, own()), Certainty::Confirmed);
    }

    #[test]
    fn a_client_that_others_reach_as_their_server_is_a_relay() {
        let connected = |from: &str, to: &str, line| {
            let mut item = of(from, None, line);
            item.fact = Fact::Connected {
                endpoint: to.parse().unwrap(),
            };
            item
        };
        let refused = |from: &str, line| {
            let mut item = of(from, None, line);
            item.fact = Fact::Refused {
                stage: crate::evidence::Stage::Rcpt,
                reply: crate::wire::reply::Reply::new(550, vec!["5.7.64 Relay Access Denied".into()]),
            };
            item
        };
        let recording = || {
            vec![
                connected("192.0.2.7", "192.0.2.25:25", 1),
                connected("192.0.2.25", "203.0.113.9:25", 2),
                refused("192.0.2.25", 3),
            ]
        };
        let onward = |case: &Case| -> Vec<bool> {
            told_apart(case, recording())
                .iter()
                .map(|item| item.onward)
                .collect()
        };
        let over_loopback = vec![connected("127.0.0.1", "127.0.0.1:25", 1), refused("127.0.0.1", 2)];
        let alone = told_apart(&Case::default(), over_loopback);
        assert!(alone.iter().all(|item| !item.onward));
        let mut case = Case::default();
        assert_eq!(onward(&case), [false, false, true]);
        case.device.address = Some("192.0.2.25".into());
        assert_eq!(onward(&case), [false, false, false]);
    }
}
