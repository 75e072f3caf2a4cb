//! From a frame to the IP packet in it: the link layers that captures of offices come in
//! (`LINKTYPE_…`, tcpdump.org), tags and labels in between.

use etherparse::{EtherType, LaxSlicedPacket, ether_type};

/// Tags of VLANs (IEEE 802.1Q, 802.1ad and the numbers in use before it).
const TAGS: [u16; 4] = [0x8100, 0x88a8, 0x9100, 0x9200];
/// Tags or labels inside each other.
const DEEP: usize = 8;

/// Why a frame holds no packet for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPacket {
    /// Another protocol, or too short.
    Other,
    /// A link type that is not known here.
    UnknownLink(i32),
}

/// The IP packet of a frame.
pub fn packet(link: i32, data: &[u8]) -> Result<LaxSlicedPacket<'_>, NoPacket> {
    let found = match link {
        1 => ethernet(data),
        // BSD loopback: four bytes of address family in front.
        0 | 108 => ip(data.get(4..)),
        // Raw IP, in the numbers of several systems; 228 and 229 are IPv4 and IPv6 only.
        12 | 14 | 101 | 228 | 229 => ip(Some(data)),
        // Linux cooked, both versions.
        113 => typed(number(data, 14), data.get(16..)),
        276 => typed(number(data, 0), data.get(20..)),
        // PPP: plain, with the frame of HDLC, behind a byte of direction, in PPPoE.
        9 | 50 => ppp(data),
        204 => data.get(1..).and_then(ppp),
        51 => data.get(6..).and_then(ppp),
        104 => typed(number(data, 2), data.get(4..)),
        // OpenBSD's inside of IPsec: family, index, flags.
        109 => ip(data.get(12..)),
        105 => wireless(data),
        // Radio information in front: its length stands at the third byte, least byte first.
        127 | 192 => wireless_behind(data),
        119 => data.get(144..).and_then(wireless),
        239 => netfilter(data),
        // Apple's packet tap: length of its header, and the link type behind it.
        149 | 258 => return tapped(data),
        other => return Err(NoPacket::UnknownLink(other)),
    };
    found.ok_or(NoPacket::Other)
}

fn ip(data: Option<&[u8]>) -> Option<LaxSlicedPacket<'_>> {
    LaxSlicedPacket::from_ip(data?).ok()
}

/// Big-endian number at an offset.
fn number(data: &[u8], at: usize) -> Option<u16> {
    let bytes: [u8; 2] = data.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(bytes))
}

fn ethernet(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let kind = number(data, 12)?;
    if kind <= 1500 {
        return logical(data.get(14..)?);
    }
    typed(Some(kind), data.get(14..))
}

/// What an EtherType announces, behind tags, labels and PPPoE.
fn typed(kind: Option<u16>, data: Option<&[u8]>) -> Option<LaxSlicedPacket<'_>> {
    let (mut kind, mut data) = (kind?, data?);
    for _ in 0..DEEP {
        if TAGS.contains(&kind) {
            kind = number(data, 2)?;
            data = data.get(4..)?;
        } else {
            break;
        }
    }
    match EtherType(kind) {
        ether_type::IPV4 | ether_type::IPV6 => ip(Some(data)),
        // MPLS (RFC 3032): labels of four bytes, the last one has its lowest bit of the third set.
        EtherType(0x8847 | 0x8848) => {
            let bottom = data
                .chunks_exact(4)
                .take(DEEP)
                .position(|label| label.get(2).is_some_and(|byte| byte & 1 == 1))?;
            ip(data.get(4 * (bottom + 1)..))
        }
        EtherType(0x8864) => ppp(data.get(6..)?),
        EtherType(0..=1500) => logical(data),
        other => Some(LaxSlicedPacket::from_ether_type(other, data)).filter(|packet| packet.net.is_some()),
    }
}

/// PPP (RFC 1661): the frame's address and control may be left out, and the protocol's first byte too.
fn ppp(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let data = data.strip_prefix(&[0xff, 0x03]).unwrap_or(data);
    match data {
        [0x00, 0x21 | 0x57, rest @ ..] | [0x21 | 0x57, rest @ ..] => ip(Some(rest)),
        _ => None,
    }
}

/// LLC with SNAP (IEEE 802.2, RFC 1042).
fn logical(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let rest = data.strip_prefix(&[0xaa, 0xaa, 0x03])?;
    match number(rest, 3)? {
        0..=1500 => None,
        kind => typed(Some(kind), rest.get(5..)),
    }
}

/// A data frame of a wireless network (IEEE 802.11) that is not encrypted.
fn wireless(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let (control, flags) = (*data.first()?, *data.get(1)?);
    let (is_data, is_empty, is_sealed) = (control & 0x0c == 0x08, control & 0x40 != 0, flags & 0x40 != 0);
    if !is_data || is_empty || is_sealed {
        return None;
    }
    let mut at = if flags & 3 == 3 { 30 } else { 24 };
    if control & 0x80 != 0 {
        let several = *data.get(at)? & 0x80 != 0;
        at += if flags & 0x80 != 0 { 6 } else { 2 };
        // Of several packets in one frame the first is read: two addresses and a length are before it.
        at += if several { 14 } else { 0 };
    }
    logical(data.get(at..)?)
}

fn wireless_behind(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let length = usize::from(number(data, 2)?.swap_bytes());
    wireless(data.get(length..)?)
}

/// Linux netfilter's log: four bytes, then fields of length, type and value, aligned to four.
fn netfilter(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let mut rest = data.get(4..)?;
    loop {
        // The lengths are in the order of the machine that wrote them; a small one tells which.
        let (one, kind) = (number(rest, 0)?, number(rest, 2)?);
        let little = one.swap_bytes() < one;
        let length = usize::from(if little { one.swap_bytes() } else { one });
        let kind = if little { kind.swap_bytes() } else { kind };
        if length < 4 {
            return None;
        }
        if kind & 0x7fff == 9 {
            return ip(rest.get(4..length.min(rest.len())));
        }
        rest = rest.get(length.next_multiple_of(4)..)?;
    }
}

fn tapped(data: &[u8]) -> Result<LaxSlicedPacket<'_>, NoPacket> {
    let word = |at: usize| {
        let bytes: Option<[u8; 4]> = data.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or(NoPacket::Other)
    };
    let length = usize::try_from(word(0)?).map_err(|_| NoPacket::Other)?;
    let link = i32::try_from(word(8)?).map_err(|_| NoPacket::Other)?;
    if matches!(link, 149 | 258) {
        return Err(NoPacket::Other);
    }
    packet(link, data.get(length..).ok_or(NoPacket::Other)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::PacketBuilder;

    fn ip_packet() -> Vec<u8> {
        let mut bytes = Vec::new();
        PacketBuilder::ipv4([192, 0, 2, 77], [192, 0, 2, 10], 64)
            .tcp(40_000, 25, 1000, 5000)
            .write(&mut bytes, b"EHLO copier\r\n")
            .unwrap();
        bytes
    }

    #[test]
    fn the_packet_is_found_behind_every_link_layer() {
        let ip = ip_packet();
        let snap = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
        let with = |head: &[u8]| [head, &ip].concat();
        let air = |control: u8, flags: u8, header: usize| {
            let mut head = vec![0; header];
            head[0] = control;
            head[1] = flags;
            [head.as_slice(), &snap, &ip].concat()
        };
        let mut log = vec![2, 0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 0];
        log.extend_from_slice(&u16::try_from(ip.len() + 4).unwrap().to_le_bytes());
        log.extend_from_slice(&[9, 0]);
        log.extend_from_slice(&ip);
        let mac = [2; 12];
        for (name, link, bytes) in [
            ("ethernet", 1, [&mac[..], &[8, 0], &ip].concat()),
            (
                "two tags",
                1,
                [&mac[..], &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0], &ip].concat(),
            ),
            ("802.3", 1, [&mac[..], &[1, 0], &snap, &ip].concat()),
            (
                "MPLS",
                1,
                [&mac[..], &[0x88, 0x47, 0, 6, 0x40, 9, 0, 6, 0x51, 9], &ip].concat(),
            ),
            (
                "PPPoE",
                1,
                [&mac[..], &[0x88, 0x64, 0x11, 0, 0, 7, 0, 9, 0, 0x21], &ip].concat(),
            ),
            ("PPP, short", 9, with(&[0x21])),
            ("Cisco HDLC", 104, with(&[0x0f, 0, 8, 0])),
            ("IPsec inside", 109, with(&[0; 12])),
            ("802.11", 105, air(0x08, 1, 24)),
            ("802.11, quality", 105, air(0x88, 1, 26)),
            ("802.11, bridge", 105, air(0x08, 3, 30)),
            (
                "radiotap",
                127,
                [&[0, 0, 8, 0, 0, 0, 0, 0][..], &air(0x08, 2, 24)].concat(),
            ),
            ("netfilter", 239, log),
            (
                "tap",
                149,
                [&[12, 0, 0, 0, 0, 0, 0, 0, 101, 0, 0, 0][..], &ip].concat(),
            ),
        ] {
            let packet = packet(link, &bytes).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
            assert!(packet.transport.is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_sealed_or_unknown_is_left_alone() {
        let mut sealed = vec![0x08, 0x41];
        sealed.extend_from_slice(&[0; 60]);
        assert_eq!(packet(105, &sealed).err(), Some(NoPacket::Other));
        assert_eq!(packet(9999, &[0; 60]).err(), Some(NoPacket::UnknownLink(9999)));
    }
}
