//! What frames without TCP say of a connection that never came about: questions to DNS with their answers, and the
//! network's word that a mail port cannot be reached.

use super::link;
use super::neighbours::{self, Neighbour};
use super::streams::MAIL_PORTS;
use crate::evidence::ConnectFailure;
use etherparse::{LaxNetSlice, ip_number};
use hickory_proto::op::{Message, MessageType, ResponseCode};
use hickory_proto::rr::{RData, RecordType};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Longest DNS message that is read (RFC 6891 advises 4096 at most).
const LONGEST_MESSAGE: usize = 4096;

/// One such frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A question to DNS.
    Asked {
        /// Who asks.
        client: IpAddr,
        /// Name server.
        server: IpAddr,
        /// Name, without the dot at its end, in small letters.
        name: String,
        /// Record type asked for.
        kind: RecordType,
    },
    /// An answer.
    Answered {
        /// Who asked.
        client: IpAddr,
        /// Name server.
        server: IpAddr,
        /// Name asked for.
        name: String,
        /// Record type asked for.
        kind: RecordType,
        /// Response code (RFC 1035, section 4.1.1).
        code: ResponseCode,
        /// Addresses among the answers.
        addresses: Vec<IpAddr>,
        /// Whether there is any record of the type asked for.
        found: bool,
    },
    /// A router, or the host itself, sends a segment to a mail port back (ICMP, RFC 792 and 4443).
    SentBack {
        /// Who wanted to connect.
        client: IpAddr,
        /// Where to.
        server: SocketAddr,
        /// Who says so.
        by: IpAddr,
        /// In the terms of a connection.
        failure: ConnectFailure,
    },
    /// A router says that a packet to a mail port is too big for the way (RFC 1191, RFC 8201).
    TooBig {
        /// Who sent it.
        client: IpAddr,
        /// Where to.
        server: SocketAddr,
        /// Who says so.
        by: IpAddr,
        /// Bytes that fit; zero where an old router does not say.
        mtu: u32,
    },
    /// A question or an answer about a station of the own network.
    Neighbour(Neighbour),
}

/// Reads a frame; most say nothing of the kind.
pub fn read(link: i32, data: &[u8]) -> Option<Signal> {
    let packet = link::packet(link, data).ok()?;
    let (source, destination, payload) = match packet.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => (
            IpAddr::V4(ip.header().source_addr()),
            IpAddr::V4(ip.header().destination_addr()),
            ip.payload(),
        ),
        LaxNetSlice::Ipv6(ip) => (
            IpAddr::V6(ip.header().source_addr()),
            IpAddr::V6(ip.header().destination_addr()),
            ip.payload(),
        ),
        LaxNetSlice::Arp(arp) => return neighbours::of_arp(arp.slice()).map(Signal::Neighbour),
    };
    if payload.fragmented {
        return None;
    }
    match payload.ip_number {
        ip_number::UDP => dns(source, destination, payload.payload),
        ip_number::ICMP => {
            too_big(source, payload.payload).or_else(|| sent_back(source, payload.payload, failure_4))
        }
        ip_number::IPV6_ICMP => neighbours::of_icmp_6(source, payload.payload)
            .map(Signal::Neighbour)
            .or_else(|| too_big(source, payload.payload))
            .or_else(|| sent_back(source, payload.payload, failure_6)),
        _ => None,
    }
}

fn dns(source: IpAddr, destination: IpAddr, datagram: &[u8]) -> Option<Signal> {
    let [a, b, c, d, _, _, _, _, message @ ..] = datagram else {
        return None;
    };
    let (from, to) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
    if (from != 53 && to != 53) || message.len() > LONGEST_MESSAGE {
        return None;
    }
    let message = Message::from_vec(message).ok()?;
    let question = message.queries.first()?;
    let name = question
        .name()
        .to_ascii()
        .trim_end_matches('.')
        .to_ascii_lowercase();
    let kind = question.query_type();
    if name.is_empty() {
        return None;
    }
    Some(match message.metadata.message_type {
        MessageType::Query => Signal::Asked {
            client: source,
            server: destination,
            name,
            kind,
        },
        MessageType::Response => Signal::Answered {
            client: destination,
            server: source,
            name,
            kind,
            code: message.metadata.response_code,
            addresses: message
                .answers
                .iter()
                .filter_map(|record| address(&record.data))
                .collect(),
            found: message.answers.iter().any(|record| record.record_type() == kind),
        },
    })
}

const fn address(data: &RData) -> Option<IpAddr> {
    match data {
        RData::A(a) => Some(IpAddr::V4(a.0)),
        RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
        _ => None,
    }
}

/// The beginning of the packet that an ICMP error brings back: its header and at least eight bytes more.
fn sent_back(
    by: IpAddr,
    message: &[u8],
    meaning: impl Fn(u8, u8) -> Option<ConnectFailure>,
) -> Option<Signal> {
    let [kind, code, ..] = message else {
        return None;
    };
    let failure = meaning(*kind, *code)?;
    let (client, server) = brought_back(message)?;
    Some(Signal::SentBack {
        client,
        server,
        by,
        failure,
    })
}

/// The word of a router that a packet does not fit the way: code 4 of ICMP, or a message of its own in ICMPv6.
fn too_big(by: IpAddr, message: &[u8]) -> Option<Signal> {
    let mtu = match message {
        [3, 4, _, _, _, _, high, low, ..] => u32::from(u16::from_be_bytes([*high, *low])),
        [2, 0, _, _, a, b, c, d, ..] if by.is_ipv6() => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => return None,
    };
    let (client, server) = brought_back(message)?;
    Some(Signal::TooBig {
        client,
        server,
        by,
        mtu,
    })
}

/// The connection whose packet an ICMP message brings back, where it goes to a mail port.
fn brought_back(message: &[u8]) -> Option<(IpAddr, SocketAddr)> {
    let packet = message.get(8..)?;
    let (client, host, segment) = match packet.first()? >> 4 {
        4 if packet.get(9) == Some(&ip_number::TCP.0) => {
            let length = usize::from(packet.first()? & 0x0f) * 4;
            let four = |at: usize| -> Option<IpAddr> {
                let bytes: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
                Some(Ipv4Addr::from(bytes).into())
            };
            (four(12)?, four(16)?, packet.get(length..)?)
        }
        6 if packet.get(6) == Some(&ip_number::TCP.0) => {
            let six = |at: usize| -> Option<IpAddr> {
                let bytes: [u8; 16] = packet.get(at..at + 16)?.try_into().ok()?;
                Some(Ipv6Addr::from(bytes).into())
            };
            (six(8)?, six(24)?, packet.get(40..)?)
        }
        _ => return None,
    };
    let port = u16::from_be_bytes([*segment.get(2)?, *segment.get(3)?]);
    MAIL_PORTS
        .contains(&port)
        .then_some((client, SocketAddr::new(host, port)))
}

/// Destination unreachable of ICMP (RFC 792; RFC 1812, section 5.2.7.1). A packet that is too big (code 4) is no end.
const fn failure_4(kind: u8, code: u8) -> Option<ConnectFailure> {
    match (kind, code) {
        (3, 2 | 3) => Some(ConnectFailure::Refused),
        (3, 9 | 10 | 13) => Some(ConnectFailure::Prohibited),
        (3, 0 | 1 | 5..=8 | 11 | 12) => Some(ConnectFailure::Unreachable),
        _ => None,
    }
}

/// Destination unreachable of ICMPv6 (RFC 4443, section 3.1).
const fn failure_6(kind: u8, code: u8) -> Option<ConnectFailure> {
    match (kind, code) {
        (1, 4) => Some(ConnectFailure::Refused),
        (1, 1 | 5 | 6) => Some(ConnectFailure::Prohibited),
        (1, 0 | 2 | 3) => Some(ConnectFailure::Unreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_network_names_the_connection_it_ended() {
        let mut inner = vec![0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0];
        inner.extend([192, 168, 1, 50, 52, 97, 1, 2, 0x9c, 0x40, 2, 0x4b, 0, 0, 0, 1]);
        let error = |code: u8| [&[3, code, 0, 0, 0, 0, 0, 0][..], &inner].concat();
        let router: IpAddr = "192.168.1.1".parse().unwrap();
        for (code, failure) in [
            (1, Some(ConnectFailure::Unreachable)),
            (3, Some(ConnectFailure::Refused)),
            (13, Some(ConnectFailure::Prohibited)),
            (4, None),
        ] {
            let wanted = failure.map(|failure| Signal::SentBack {
                client: "192.168.1.50".parse().unwrap(),
                server: "52.97.1.2:587".parse().unwrap(),
                by: router,
                failure,
            });
            assert_eq!(sent_back(router, &error(code), failure_4), wanted, "{code}");
        }
        let mut too_long = error(4);
        too_long[6..8].copy_from_slice(&1400_u16.to_be_bytes());
        let Some(Signal::TooBig { mtu, client, .. }) = too_big(router, &too_long) else {
            panic!("a packet that is too big is told");
        };
        assert_eq!((mtu, client), (1400, "192.168.1.50".parse().unwrap()));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..120)) {
            let host: IpAddr = Ipv4Addr::LOCALHOST.into();
            let _ = read(1, &bytes);
            let _ = read(101, &bytes);
            let _ = sent_back(host, &bytes, failure_4);
            let _ = sent_back(host, &bytes, failure_6);
            let _ = too_big(host, &bytes);
            let _ = neighbours::of_arp(&bytes);
            let _ = neighbours::of_icmp_6(host, &bytes);
            let _ = dns(host, host, &[&[0, 53, 0, 53, 0, 0, 0, 0][..], &bytes].concat());
        }
    }
}
