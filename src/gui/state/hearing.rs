//! What one session of listening showed, in bounded memory.

use crate::evidence::Evidence;
use crate::listen::{Observation, Seen};
use std::collections::HashSet;
use std::net::{IpAddr, UdpSocket};

/// Observations that are kept.
const MOST: usize = 20_000;

/// Gathers the observations of one session.
#[derive(Debug, Clone, Default)]
pub struct Hearing {
    observations: Vec<Observation>,
}

impl Hearing {
    /// Takes one in.
    pub fn take(&mut self, observation: Observation) {
        if self.observations.len() < MOST {
            self.observations.push(observation);
        }
    }

    /// All that was kept, in the order of time.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// Whether any client connected.
    pub fn heard_anyone(&self) -> bool {
        self.observations.iter().any(|one| one.connection > 0)
    }

    /// Whether a connection that did more than knock is over.
    pub fn heard_a_whole_dialogue(&self) -> bool {
        let ended = |one: &Observation| matches!(one.seen, Seen::Ended { .. });
        self.observations.iter().any(ended)
    }

    /// What it means for the device, told once each.
    pub fn evidence(&self) -> Vec<Evidence> {
        let mut told = HashSet::new();
        let all = self.observations.iter().flat_map(Observation::evidence);
        all.filter(|item| told.insert((item.fact.kind(), item.summary.clone())))
            .collect()
    }
}

/// An address of this computer to be typed in at the copier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The address.
    pub address: IpAddr,
    /// What speaks for it.
    pub nearness: Nearness,
}

/// What speaks for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// The system sends to the copier from it.
    RouteToDevice,
    /// The system sends out of the site from it.
    Other,
    /// Reaches this computer alone.
    Loopback,
}

/// The addresses to choose from, the best first. Sends nothing.
pub fn places(device: Option<IpAddr>) -> Vec<Place> {
    let mut all = Vec::new();
    let mut add = |address: Option<IpAddr>, nearness| {
        if let Some(address) = address
            && !all.iter().any(|place: &Place| place.address == address)
        {
            all.push(Place { address, nearness });
        }
    };
    add(device.and_then(route), Nearness::RouteToDevice);
    add(route(IpAddr::from([192, 0, 2, 1])), Nearness::Other);
    add(Some(IpAddr::from([127, 0, 0, 1])), Nearness::Loopback);
    all
}

/// The own address from which the system would send to another; nothing is sent by this.
fn route(to: IpAddr) -> Option<IpAddr> {
    let any: IpAddr = if to.is_ipv4() {
        [0; 4].into()
    } else {
        [0u16; 8].into()
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((to, 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_unspecified()).then_some(own)
}
