//! Who asks in the own network for whom, and gets no answer: ARP (RFC 826) and neighbour discovery (RFC 4861).

use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Askers and stations that are kept; a capture with more is one of a whole network.
const KEPT: usize = 4096;
/// Requests from which on silence is told: a station that was answered stops asking.
const TELLING: u64 = 3;
/// Stations that one asker may look for in vain; who looks for more searches the network and is no copier that sends.
const SEARCHING: usize = 3;

/// One such frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbour {
    /// Somebody asks who has an address.
    Asked {
        /// Who asks.
        asker: IpAddr,
        /// For whom.
        target: IpAddr,
    },
    /// Whoever has an address says so.
    Answered {
        /// The address.
        target: IpAddr,
    },
}

/// Requests without an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Who asked.
    pub asker: IpAddr,
    /// For whom.
    pub target: IpAddr,
    /// How often.
    pub times: u64,
    /// When first, in microseconds since 1970.
    pub at: Option<i64>,
}

/// Everything seen so far.
#[derive(Debug, Default)]
pub struct Neighbours {
    asked: BTreeMap<(IpAddr, IpAddr), (u64, Option<i64>)>,
    answered: HashSet<IpAddr>,
}

impl Neighbours {
    /// Takes a frame in.
    pub fn take(&mut self, one: Neighbour, micros: Option<i64>) {
        match one {
            Neighbour::Asked { asker, target } => {
                let key = (asker, target);
                if self.asked.len() < KEPT || self.asked.contains_key(&key) {
                    self.asked.entry(key).or_insert((0, micros)).0 += 1;
                }
            }
            Neighbour::Answered { target } => {
                if self.answered.len() < KEPT {
                    self.answered.insert(target);
                }
            }
        }
    }

    /// What was asked in vain. Who opened a connection had an answer, also where the recording misses it.
    pub fn unanswered(&self, connected: &HashSet<IpAddr>) -> Vec<Unanswered> {
        let silent = |asker: &IpAddr, target: &IpAddr| {
            !self.answered.contains(target) && !connected.contains(asker) && !connected.contains(target)
        };
        let mut searched: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for (asker, _) in self.asked.keys().filter(|(asker, target)| silent(asker, target)) {
            *searched.entry(*asker).or_default() += 1;
        }
        self.asked
            .iter()
            .filter(|((asker, target), (times, _))| {
                *times >= TELLING
                    && silent(asker, target)
                    && searched.get(asker).is_some_and(|count| *count <= SEARCHING)
            })
            .map(|((asker, target), (times, at))| Unanswered {
                asker: *asker,
                target: *target,
                times: *times,
                at: *at,
            })
            .collect()
    }
}

/// Reads an ARP packet. A probe for one's own address asks for nobody (RFC 5227).
pub fn of_arp(packet: &[u8]) -> Option<Neighbour> {
    let [_, _, 8, 0, 6, 4, 0, operation, rest @ ..] = packet else {
        return None;
    };
    let four = |at: usize| -> Option<IpAddr> {
        let bytes: [u8; 4] = rest.get(at..at + 4)?.try_into().ok()?;
        Some(Ipv4Addr::from(bytes).into())
    };
    let (asker, target) = (four(6)?, four(16)?);
    match operation {
        1 if !asker.is_unspecified() && asker != target => Some(Neighbour::Asked { asker, target }),
        1 | 2 if !asker.is_unspecified() => Some(Neighbour::Answered { target: asker }),
        _ => None,
    }
}

/// Reads a neighbour solicitation or advertisement (RFC 4861, sections 4.3 and 4.4) from its ICMPv6 message.
pub fn of_icmp_6(source: IpAddr, message: &[u8]) -> Option<Neighbour> {
    let target = || -> Option<IpAddr> {
        let bytes: [u8; 16] = message.get(8..24)?.try_into().ok()?;
        Some(Ipv6Addr::from(bytes).into())
    };
    match message.first()? {
        135 if !source.is_unspecified() => Some(Neighbour::Asked {
            asker: source,
            target: target()?,
        }),
        136 => Some(Neighbour::Answered { target: target()? }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn asked(asker: &str, target: &str) -> Neighbour {
        Neighbour::Asked {
            asker: ip(asker),
            target: ip(target),
        }
    }

    #[test]
    fn silence_is_told_after_three_requests_and_an_answer_ends_it() {
        let mut all = Neighbours::default();
        let none = HashSet::new();
        for times in 1..=4 {
            all.take(asked("192.168.1.50", "192.168.1.1"), Some(times));
            assert_eq!(all.unanswered(&none).len(), usize::from(times >= 3));
        }
        assert_eq!(
            (all.unanswered(&none)[0].times, all.unanswered(&none)[0].at),
            (4, Some(1))
        );
        let opened = HashSet::from([ip("192.168.1.50")]);
        assert!(all.unanswered(&opened).is_empty(), "it went on all the same");
        all.take(
            Neighbour::Answered {
                target: ip("192.168.1.1"),
            },
            None,
        );
        assert!(all.unanswered(&none).is_empty());
    }

    #[test]
    fn who_searches_the_whole_network_is_no_copier() {
        let mut all = Neighbours::default();
        for host in 1..=9 {
            for _ in 0..5 {
                all.take(asked("192.168.1.77", &format!("192.168.1.{host}")), None);
            }
        }
        assert!(all.unanswered(&HashSet::new()).is_empty());
    }

    #[test]
    fn both_protocols_are_read_and_a_probe_for_the_own_address_is_none() {
        let arp = |operation: u8, sender: [u8; 4], target: [u8; 4]| {
            let head = [0, 1, 8, 0, 6, 4, 0, operation];
            of_arp(&[&head[..], &[2; 6], &sender, &[0; 6], &target].concat())
        };
        let (copier, router) = ([192, 168, 1, 50], [192, 168, 1, 1]);
        assert_eq!(arp(1, copier, router), Some(asked("192.168.1.50", "192.168.1.1")));
        let answer = Neighbour::Answered {
            target: ip("192.168.1.1"),
        };
        assert_eq!(arp(2, router, copier), Some(answer));
        assert_eq!(arp(1, [0; 4], copier), None);
        let mut message = vec![135, 0, 0, 0, 0, 0, 0, 0];
        message.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(
            of_icmp_6(ip("fe80::50"), &message),
            Some(asked("fe80::50", "fe80::1"))
        );
        message[0] = 136;
        let answer = Neighbour::Answered {
            target: ip("fe80::1"),
        };
        assert_eq!(of_icmp_6(ip("fe80::1"), &message), Some(answer));
    }
}
