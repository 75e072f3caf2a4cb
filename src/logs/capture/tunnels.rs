//! Frames that carry another IP packet: what lies inside a tunnel.

use etherparse::{EtherType, IpNumber, LaxSlicedPacket, ip_number};

/// UDP port of GTP-U (3GPP TS 29.281).
const GTP_U: u16 = 2152;
/// UDP port of VXLAN (RFC 7348).
const VXLAN: u16 = 4789;

/// The packet inside, where the payload of an IP packet is a tunnel.
pub fn inside(number: IpNumber, payload: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    match number {
        ip_number::IPV4 | ip_number::IPV6 => LaxSlicedPacket::from_ip(payload).ok(),
        ip_number::GRE => generic_routing(payload),
        ip_number::UDP => {
            let ports = [number_at(payload, 0)?, number_at(payload, 2)?];
            let data = payload.get(8..)?;
            if ports.contains(&GTP_U) {
                gtp(data)
            } else if ports.get(1) == Some(&VXLAN) {
                LaxSlicedPacket::from_ethernet(data.get(8..)?).ok()
            } else {
                None
            }
        }
        _ => None,
    }
}

/// GRE (RFC 2784, RFC 2890): a header of 4 bytes, with 4 more for each flag.
fn generic_routing(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let flags = data.first()?;
    let extra = [0x80, 0x20, 0x10].iter().filter(|bit| flags & **bit != 0).count() * 4;
    let rest = data.get(4 + extra..)?;
    match number_at(data, 2)? {
        0x6558 => LaxSlicedPacket::from_ethernet(rest).ok(),
        0x0800 | 0x86dd => LaxSlicedPacket::from_ip(rest).ok(),
        other => Some(LaxSlicedPacket::from_ether_type(EtherType(other), rest)),
    }
}

/// GTP-U, version 1, message type 255; extension headers are passed over.
fn gtp(data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let [flags, 0xff, ..] = data else {
        return None;
    };
    if flags >> 5 != 1 {
        return None;
    }
    let mut at = 8;
    if flags & 7 != 0 {
        let mut next = *data.get(11)?;
        at = 12;
        while next != 0 {
            let length = usize::from(*data.get(at)?) * 4;
            if length == 0 {
                return None;
            }
            next = *data.get(at + length - 1)?;
            at += length;
        }
    }
    LaxSlicedPacket::from_ip(data.get(at..)?).ok()
}

fn number_at(data: &[u8], offset: usize) -> Option<u16> {
    let bytes: [u8; 2] = data.get(offset..offset + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(bytes))
}
