//! From a frame to a TCP segment: IPv4, IPv6 and their fragments, behind any link layer.

use super::fragments::{Fragment, Fragments};
use super::link::{self, NoPacket};
use etherparse::{IpNumber, LaxNetSlice, LaxSlicedPacket, TcpSlice, ip_number};
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

/// What a frame holds that concerns TCP.
#[derive(Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Sender.
    pub source: SocketAddr,
    /// Receiver.
    pub destination: SocketAddr,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement, where the flag is set.
    pub acknowledged: Option<u32>,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub reset: bool,
    /// Bytes that the sender of it takes at the moment, not scaled; zero is zero on every scale.
    pub window: u16,
    /// The data that was kept.
    pub data: Cow<'a, [u8]>,
    /// Bytes of data that the recording cut off.
    pub cut: usize,
}

/// The layers below TCP, with the fragments that wait for their rest.
#[derive(Debug, Default)]
pub struct Network {
    fragments: Fragments,
    /// A link type that cannot be read, where one was met.
    pub unknown_link: Option<i32>,
}

impl Network {
    /// The segment of a frame, where it carries (or completes) one.
    pub fn segment<'a>(&mut self, link: i32, data: &'a [u8]) -> Option<Segment<'a>> {
        match link::packet(link, data) {
            Ok(packet) => self.inside(&packet, 0),
            Err(NoPacket::Other) => None,
            Err(NoPacket::UnknownLink(link)) => {
                self.unknown_link = Some(link);
                None
            }
        }
    }

    fn inside<'a>(&mut self, packet: &LaxSlicedPacket<'a>, depth: u8) -> Option<Segment<'a>> {
        let (source, destination, payload, declared, fragment) = match packet.net.as_ref()? {
            LaxNetSlice::Ipv4(ip) => {
                let header = ip.header();
                let payload = ip.payload();
                let declared = usize::from(header.total_len())
                    .checked_sub(header.slice().len())
                    .filter(|_| ip.extensions().is_empty());
                let fragment = payload.fragmented.then(|| Fragment {
                    id: u32::from(header.identification()),
                    offset: usize::from(header.fragments_offset().value()) * 8,
                    more: header.more_fragments(),
                });
                (
                    IpAddr::V4(header.source_addr()),
                    IpAddr::V4(header.destination_addr()),
                    payload.clone(),
                    declared,
                    fragment,
                )
            }
            LaxNetSlice::Ipv6(ip) => {
                let header = ip.header();
                let payload = ip.payload();
                let extensions = ip.extensions().slice().len();
                let declared = usize::from(header.payload_length()).checked_sub(extensions);
                let fragment = fragment_of(header.next_header(), ip.extensions().slice());
                (
                    IpAddr::V6(header.source_addr()),
                    IpAddr::V6(header.destination_addr()),
                    payload.clone(),
                    declared,
                    fragment,
                )
            }
            LaxNetSlice::Arp(_) => return None,
        };
        if let Some(fragment) = fragment {
            if payload.ip_number != ip_number::TCP {
                return None;
            }
            let whole = self
                .fragments
                .add(source, destination, fragment, payload.payload)?;
            let segment = tcp(source, destination, &whole, None)?;
            return Some(Segment {
                data: Cow::Owned(segment.data.into_owned()),
                ..segment
            });
        }
        match payload.ip_number {
            ip_number::TCP => tcp(source, destination, payload.payload, declared),
            other if depth < 3 => self.inside(&super::tunnels::inside(other, payload.payload)?, depth + 1),
            _ => None,
        }
    }
}

/// The fragment header among the extension headers of IPv6 (RFC 8200, section 4), where it parts the packet.
///
/// The library's own walk over them trusts their lengths, which a packet that is cut off may lie about.
fn fragment_of(first: IpNumber, extensions: &[u8]) -> Option<Fragment> {
    let (mut kind, mut rest) = (first, extensions);
    loop {
        let &[next, length, ..] = rest else {
            return None;
        };
        let length = usize::from(length);
        let size = match kind {
            ip_number::IPV6_HOP_BY_HOP | ip_number::IPV6_ROUTE | ip_number::IPV6_DEST_OPTIONS => {
                (length + 1) * 8
            }
            ip_number::AUTH => (length + 2) * 4,
            ip_number::IPV6_FRAG => {
                let &[_, _, high, low, a, b, c, d, ..] = rest else {
                    return None;
                };
                let more = low & 1 == 1;
                let offset = usize::from(u16::from_be_bytes([high, low & 0xf8]));
                return (more || offset > 0).then_some(Fragment {
                    id: u32::from_be_bytes([a, b, c, d]),
                    offset,
                    more,
                });
            }
            _ => return None,
        };
        (kind, rest) = (IpNumber(next), rest.get(size..)?);
    }
}

fn tcp(source: IpAddr, destination: IpAddr, bytes: &[u8], declared: Option<usize>) -> Option<Segment<'_>> {
    let header = TcpSlice::from_slice(bytes).ok()?;
    Some(Segment {
        source: SocketAddr::new(source, header.source_port()),
        destination: SocketAddr::new(destination, header.destination_port()),
        sequence: header.sequence_number(),
        acknowledged: header.ack().then(|| header.acknowledgment_number()),
        syn: header.syn(),
        fin: header.fin(),
        reset: header.rst(),
        window: header.window_size(),
        data: Cow::Borrowed(header.payload()),
        cut: declared.map_or(0, |declared| declared.saturating_sub(bytes.len())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn frame(payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        PacketBuilder::ethernet2([1; 6], [2; 6])
            .ipv4([192, 0, 2, 77], [192, 0, 2, 10], 64)
            .tcp(40_000, 25, 1000, 5000)
            .ack(7)
            .write(&mut bytes, payload)
            .unwrap();
        bytes
    }

    #[test]
    fn a_segment_is_found_behind_each_link_header() {
        let ethernet = frame(b"EHLO copier\r\n");
        let ip = &ethernet[14..];
        let tagged = [&ethernet[..12], &[0x81, 0, 0, 5, 8, 0], ip].concat();
        let cooked = [&[0; 14][..], &[8, 0], ip].concat();
        let cooked_2 = [&[8, 0][..], &[0; 18], ip].concat();
        let null = [&[2, 0, 0, 0], ip].concat();
        for (link, bytes) in [
            (1, ethernet.as_slice()),
            (1, &tagged),
            (113, &cooked),
            (276, &cooked_2),
            (0, &null),
            (101, ip),
            (228, ip),
        ] {
            let mut network = Network::default();
            let segment = network.segment(link, bytes).unwrap();
            assert_eq!(segment.data.as_ref(), b"EHLO copier\r\n", "link type {link}");
            assert_eq!(segment.destination.port(), 25);
            assert_eq!(segment.cut, 0);
        }
    }

    #[test]
    fn padding_is_no_data_and_a_cut_frame_says_how_much_is_missing() {
        let mut padded = frame(b"hi");
        padded.extend_from_slice(&[0; 6]);
        let mut network = Network::default();
        assert_eq!(network.segment(1, &padded).unwrap().data.as_ref(), b"hi");
        let whole = frame(b"0123456789");
        let segment = network.segment(1, &whole[..whole.len() - 4]).unwrap();
        assert_eq!((segment.data.as_ref(), segment.cut), (&b"012345"[..], 4));
    }

    #[test]
    fn an_unknown_link_type_is_named() {
        let mut network = Network::default();
        assert!(network.segment(9999, &frame(b"x")).is_none());
        assert_eq!(network.unknown_link, Some(9999));
    }

    /// An IPv6 packet with so many bytes of payload, whatever they are.
    fn six(next: u8, payload: &[u8], declared: u16) -> Vec<u8> {
        let mut bytes = vec![0x60, 0, 0, 0];
        bytes.extend_from_slice(&declared.to_be_bytes());
        bytes.extend_from_slice(&[next, 64]);
        bytes.extend_from_slice(&[0xfe; 32]);
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn an_extension_header_that_is_longer_than_the_packet_is_no_fragment() {
        for next in [0, 43, 51, 60] {
            let cut = six(next, &[44, 200, 0, 0, 0, 0, 0, 0, 6, 0, 0, 9, 0, 0, 0, 1], 2000);
            assert_eq!(Network::default().segment(101, &cut), None, "{next}");
        }
        let whole = [6, 0, 0, 9, 0, 0, 0, 7];
        let behind_options = [&[44, 0, 0, 0, 0, 0, 0, 0][..], &whole].concat();
        let found = Fragment {
            id: 7,
            offset: 8,
            more: true,
        };
        assert_eq!(fragment_of(ip_number::IPV6_FRAG, &whole), Some(found));
        assert_eq!(
            fragment_of(ip_number::IPV6_DEST_OPTIONS, &behind_options),
            Some(found)
        );
        assert_eq!(fragment_of(ip_number::IPV6_FRAG, &[6, 0, 0, 0, 0, 0, 0, 7]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_extension_headers_make_it_panic(
            next in proptest::sample::select(vec![0u8, 6, 43, 44, 51, 60]),
            mut payload in proptest::collection::vec(proptest::num::u8::ANY, 0..80),
            then in proptest::sample::select(vec![0u8, 6, 43, 44, 51, 60]),
            declared: u16,
        ) {
            if let Some(first) = payload.first_mut() {
                *first = then;
            }
            Network::default().segment(101, &six(next, &payload, declared));
        }

        #[test]
        fn no_bytes_make_it_panic(link in proptest::sample::select(vec![0, 1, 9, 101, 104, 105, 113, 127, 149, 192, 228, 239, 276]),
            head in 0usize..60, tail in proptest::collection::vec(proptest::num::u8::ANY, 0..120)) {
            let mut bytes = frame(b"");
            bytes.truncate(head);
            bytes.extend_from_slice(&tail);
            Network::default().segment(link, &bytes);
        }
    }
}
