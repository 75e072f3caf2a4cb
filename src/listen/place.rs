//! At which of this computer's addresses the copier can reach it.

use std::net::{IpAddr, SocketAddr, UdpSocket};

/// One address of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The address, to be typed in at the copier as its mail server.
    pub address: IpAddr,
    /// The system's name of the interface, such as `eth0` or `Ethernet`.
    pub interface: String,
    /// What speaks for it.
    pub nearness: Nearness,
}

/// What speaks for an address; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// The system sends to the device from it, so the device's answers come back to it.
    RouteToDevice,
    /// The device is in the same network.
    SameNetwork,
    /// Another network of this computer.
    Other,
    /// Given by the system itself because no address was assigned; reaches the own cable only.
    LinkLocal,
    /// Reaches this computer alone.
    Loopback,
}

impl Nearness {
    /// A clause for a person.
    pub const fn words(self) -> &'static str {
        match self {
            Self::RouteToDevice => "this computer's way to the copier starts here",
            Self::SameNetwork => "in the same network as the copier",
            Self::Other => "another network of this computer",
            Self::LinkLocal => "assigned by nobody; reaches devices on the same cable only",
            Self::Loopback => "reaches programs on this computer only",
        }
    }
}

/// The addresses of this computer, the best for a device at `device` first; where the device is not known, the
/// one on the way out of the site is taken for the best. Sends nothing, and may be called from any thread.
pub fn places(device: Option<IpAddr>) -> Vec<Place> {
    let toward = device.or_else(|| "192.0.2.1".parse().ok()).and_then(route);
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut found: Vec<Place> = interfaces
        .into_iter()
        .map(|interface| {
            let address = interface.ip();
            let prefix = match &interface.addr {
                if_addrs::IfAddr::V4(v4) => v4.prefixlen,
                if_addrs::IfAddr::V6(v6) => v6.prefixlen,
            };
            Place {
                address,
                nearness: nearness(address, prefix, device, toward),
                interface: interface.name,
            }
        })
        .collect();
    // Copiers speak IPv4 everywhere and IPv6 seldom.
    found.sort_by_key(|place| (place.nearness, place.address.is_ipv6(), place.address));
    found.dedup_by_key(|place| place.address);
    found
}

fn nearness(address: IpAddr, prefix: u8, device: Option<IpAddr>, toward: Option<IpAddr>) -> Nearness {
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    if toward == Some(address) {
        Nearness::RouteToDevice
    } else if address.is_loopback() {
        Nearness::Loopback
    } else if link_local {
        Nearness::LinkLocal
    } else if device.is_some_and(|device| same_network(address, device, prefix)) {
        Nearness::SameNetwork
    } else {
        Nearness::Other
    }
}

/// The own address from which the system would send to another; nothing is sent by this.
fn route(to: IpAddr) -> Option<IpAddr> {
    let any: SocketAddr = if to.is_ipv4() {
        ([0, 0, 0, 0], 0).into()
    } else {
        ([0u16; 8], 0).into()
    };
    let socket = UdpSocket::bind(any).ok()?;
    socket.connect((to, 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}

/// Whether two addresses share their first `prefix` bits.
fn same_network(a: IpAddr, b: IpAddr, prefix: u8) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let ((a_bits, width), (b_bits, other)) = (bits(a), bits(b));
    let prefix = u32::from(prefix).min(width);
    width == other && (prefix == 0 || (a_bits ^ b_bits) >> (128 - prefix) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_on_this_computer_is_reached_by_loopback() {
        let device = IpAddr::from([127, 0, 0, 1]);
        let all = places(Some(device));
        assert_eq!(all[0].address, device);
        assert_eq!(all[0].nearness, Nearness::RouteToDevice);
    }

    #[test]
    fn networks_are_compared_by_their_prefix() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(same_network(ip("10.1.2.3"), ip("10.1.2.200"), 24));
        assert!(!same_network(ip("10.1.2.3"), ip("10.1.3.200"), 24));
        assert!(same_network(ip("10.1.2.3"), ip("10.1.3.200"), 16));
        assert!(!same_network(ip("10.1.2.3"), ip("::1"), 0));
        assert!(same_network(ip("fe80::1"), ip("fe80::2"), 64));
    }

    #[test]
    fn an_address_in_the_device_s_network_outranks_another() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let near = nearness(ip("10.1.2.3"), 24, Some(ip("10.1.2.9")), None);
        assert!(near < nearness(ip("192.168.0.3"), 24, Some(ip("10.1.2.9")), None));
        assert_eq!(nearness(ip("169.254.1.1"), 16, None, None), Nearness::LinkLocal);
    }
}
