//! What a capture shows beside the mail connections: names that were not found, and connections sent back.

use super::neighbours::Neighbours;
use super::signals::Signal;
use crate::evidence::{Actor, Client, ConnectFailure, Evidence, Fact};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::RecordType;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, SocketAddr};

/// Names and connections that are kept; a capture with more is one of a whole network.
const KEPT: usize = 4096;

/// What became of one name for one client.
#[derive(Debug, Default)]
struct Asked {
    at: Option<i64>,
    times: u64,
    server: Option<IpAddr>,
    /// The last failure, where there was one.
    failed: Option<ResponseCode>,
    /// An answer without a record came.
    empty: bool,
    found: bool,
    addresses: BTreeSet<IpAddr>,
    /// Asked for as a mail domain.
    for_mail: bool,
}

/// Everything seen so far.
#[derive(Debug, Default)]
pub struct Beside {
    names: BTreeMap<(IpAddr, String), Asked>,
    sent_back: BTreeMap<(IpAddr, SocketAddr), (Option<i64>, IpAddr, ConnectFailure)>,
    too_big: BTreeMap<(IpAddr, SocketAddr), (Option<i64>, IpAddr, u32)>,
    neighbours: Neighbours,
    /// Who opened connections to mail ports.
    senders: HashSet<IpAddr>,
}

impl Beside {
    /// Notes who opens a connection to a mail port.
    pub fn sender(&mut self, client: IpAddr) {
        if self.senders.len() < KEPT {
            self.senders.insert(client);
        }
    }

    /// Takes a frame in.
    pub fn take(&mut self, signal: Signal, micros: Option<i64>) {
        match signal {
            Signal::Asked {
                client,
                server,
                name,
                kind,
            } => {
                if let Some(asked) = self.name(client, name, kind) {
                    asked.times += 1;
                    asked.at = asked.at.or(micros);
                    asked.server = Some(server);
                }
            }
            Signal::Answered {
                client,
                server,
                name,
                kind,
                code,
                addresses,
                found,
            } => {
                if let Some(asked) = self.name(client, name, kind) {
                    asked.at = asked.at.or(micros);
                    asked.server = Some(server);
                    asked.found |= found || !addresses.is_empty();
                    asked.empty |= code == ResponseCode::NoError || code == ResponseCode::NXDomain;
                    if code != ResponseCode::NoError && code != ResponseCode::NXDomain {
                        asked.failed = Some(code);
                    }
                    asked.addresses.extend(addresses.into_iter().take(20));
                }
            }
            Signal::Neighbour(one) => self.neighbours.take(one, micros),
            Signal::TooBig {
                client,
                server,
                by,
                mtu,
            } => {
                if self.too_big.len() < KEPT {
                    self.too_big.entry((client, server)).or_insert((micros, by, mtu));
                }
            }
            Signal::SentBack {
                client,
                server,
                by,
                failure,
            } => {
                if self.sent_back.len() < KEPT {
                    self.sent_back
                        .entry((client, server))
                        .or_insert((micros, by, failure));
                }
            }
        }
    }

    /// The entry of a name, for the record types that lead to a server.
    fn name(&mut self, client: IpAddr, name: String, kind: RecordType) -> Option<&mut Asked> {
        let for_mail = kind == RecordType::MX;
        if !for_mail && !matches!(kind, RecordType::A | RecordType::AAAA) {
            return None;
        }
        let key = (client, name);
        if self.names.len() >= KEPT && !self.names.contains_key(&key) {
            return None;
        }
        let asked = self.names.entry(key).or_default();
        asked.for_mail |= for_mail;
        Some(asked)
    }

    /// Tells it. Other computers in the same recording ask for names of their own, so a name counts only where it is
    /// one of mail, and only as long as it was never found, also not by a search list's detour.
    pub fn tell(self, out: &mut Collector) {
        for ((client, name), asked) in &self.names {
            let detour = || {
                self.names.iter().any(|((other, found), one)| {
                    other == client
                        && one.found
                        && name
                            .strip_prefix(found.as_str())
                            .is_some_and(|rest| rest.starts_with('.'))
                })
            };
            if !(asked.for_mail || names_mail(name)) || (!asked.found && detour()) {
                continue;
            }
            let Some((fact, words)) = self.of_name(*client, name, asked) else {
                continue;
            };
            let words = format!("{client} → {}: {words}", asked.server.unwrap_or(*client));
            push(out, Gate::Resolve, fact, words, asked.at);
        }
        for ((client, server), (at, by, failure)) in &self.sent_back {
            let words = match failure {
                ConnectFailure::Prohibited => "the connection is prohibited",
                ConnectFailure::Refused => "nothing takes connections there",
                _ => "the server cannot be reached",
            };
            let words = format!("{client} → {server}: {by} says by ICMP that {words}");
            let fact = Fact::ConnectFailed {
                port: server.port(),
                failure: *failure,
            };
            push(out, Gate::Connect, fact, words, *at);
        }
        self.tell_network(out);
    }

    /// What the network itself shows: stations that do not answer, packets that do not fit. Who asks for a station is no
    /// client of a mail server yet, so whether it is the device is for the diagnosis to say.
    fn tell_network(&self, out: &mut Collector) {
        for one in self.neighbours.unanswered(&self.senders) {
            let (asker, target, times) = (one.asker, one.target, one.times);
            let words = format!(
                "{asker} asks {times} times who has {target}, and no answer is recorded (at the port of a switch an answer \
                 may be missing)"
            );
            let fact = Fact::NeighbourSilent { asker, target, times };
            push(out, Gate::Connect, fact, words, one.at);
        }
        for ((client, server), (at, by, mtu)) in &self.too_big {
            let most = match mtu {
                0 => "smaller ones".to_owned(),
                mtu => format!("{mtu} bytes at most"),
            };
            let words =
                format!("{client} → {server}: {by} says by ICMP that the packets are too big; {most} fit");
            out.speaks_of(Some(Client::at(*client)));
            push(out, Gate::Connect, Fact::PacketTooBig { mtu: *mtu }, words, *at);
        }
        out.speaks_of(None);
    }

    fn of_name(&self, client: IpAddr, name: &str, asked: &Asked) -> Option<(Fact, String)> {
        let name = name.to_owned();
        if asked.found {
            // What other computers find says nothing of the copier.
            if asked.addresses.is_empty() || !self.senders.contains(&client) {
                return None;
            }
            let addresses: Vec<IpAddr> = asked.addresses.iter().copied().collect();
            let words = format!("the name server finds {name}");
            return Some((Fact::Resolved { name, addresses }, words));
        }
        if asked.empty {
            let words = format!("the name server says that {name} does not exist");
            return Some((Fact::NameNotFound { name }, words));
        }
        let detail = match asked.failed {
            Some(code) => format!("the name server answers {code}"),
            // One question may have been the last frame of the recording.
            None if asked.times >= 2 => "the name server does not answer".to_owned(),
            None => return None,
        };
        let words = format!("{detail} for {name}");
        Some((Fact::DnsUnreachable { name, detail }, words))
    }
}

/// Whether a name is that of a mail server by its own words.
fn names_mail(name: &str) -> bool {
    name.split('.').any(|label| {
        label.contains("mail")
            || label.contains("smtp")
            || label
                .strip_prefix("mx")
                .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn push(out: &mut Collector, gate: Gate, fact: Fact, words: String, micros: Option<i64>) {
    let mut evidence = Evidence::observed(gate, Actor::Device, out.name(), fact, words);
    evidence.at = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    out.push(evidence);
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPIER: &str = "192.168.1.50";

    fn asked(name: &str) -> Signal {
        Signal::Asked {
            client: COPIER.parse().unwrap(),
            server: "192.168.1.1".parse().unwrap(),
            name: name.into(),
            kind: RecordType::A,
        }
    }

    fn answered(name: &str, code: ResponseCode, addresses: &[&str]) -> Signal {
        Signal::Answered {
            client: COPIER.parse().unwrap(),
            server: "192.168.1.1".parse().unwrap(),
            name: name.into(),
            kind: RecordType::A,
            code,
            found: !addresses.is_empty(),
            addresses: addresses.iter().map(|one| one.parse().unwrap()).collect(),
        }
    }

    /// What the frames tell, as kinds of facts.
    fn told(signals: Vec<Signal>) -> Vec<String> {
        let mut beside = Beside::default();
        beside.sender(COPIER.parse().unwrap());
        for signal in signals {
            beside.take(signal, None);
        }
        let mut out = Collector::new("a.pcap");
        beside.tell(&mut out);
        out.finish().iter().map(|evidence| evidence.fact.kind()).collect()
    }

    #[test]
    fn a_name_is_missing_unanswered_or_found() {
        let name = "smtp.example.test";
        let missing = answered(name, ResponseCode::NXDomain, &[]);
        assert_eq!(told(vec![asked(name), missing]), ["name-not-found"]);
        let broken = answered(name, ResponseCode::ServFail, &[]);
        assert_eq!(told(vec![asked(name), broken.clone()]), ["dns-unreachable"]);
        assert_eq!(told(vec![asked(name), asked(name)]), ["dns-unreachable"]);
        let found = answered(name, ResponseCode::NoError, &["192.0.2.1"]);
        assert_eq!(told(vec![asked(name), broken, asked(name), found]), ["resolved"]);
    }

    #[test]
    fn one_open_question_and_other_people_s_names_say_nothing() {
        assert!(told(vec![asked("smtp.example.test")]).is_empty());
        let other = answered("wpad.example.test", ResponseCode::NXDomain, &[]);
        assert!(told(vec![other]).is_empty());
    }

    #[test]
    fn the_detour_of_a_search_list_is_no_missing_name() {
        let detour = answered("smtp.example.test.office.local", ResponseCode::NXDomain, &[]);
        let found = answered("smtp.example.test", ResponseCode::NoError, &["192.0.2.1"]);
        assert_eq!(told(vec![detour, found]), ["resolved"]);
    }
}
