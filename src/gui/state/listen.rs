//! Listening: at which address, as which server, and what was heard.

use super::asked::{Asked, Phase};
use crate::listen::{Hearing, Observation, Place, Seen};
use crate::session::RunId;
use std::net::{IpAddr, SocketAddr};

/// A port that any program may open, on any system.
const PORT: &str = "2525";
/// The persona that takes everything, so that the device shows what it does by itself.
const PERSONA: &str = "accept-all";

/// All about listening.
#[derive(Debug, Clone)]
pub struct Listening {
    /// How far: pending while ports are open.
    pub phase: Phase,
    /// Number of the session; what comes with another is too late.
    pub run: RunId,
    /// This computer's addresses, the best first.
    pub places: Asked<Vec<Place>>,
    /// The one that is chosen; the best where none is.
    pub address: Option<IpAddr>,
    /// The port, as typed.
    pub port: String,
    /// Which persona to play, by id.
    pub persona: String,
    /// Pass everything on to the mail server of the case, and only watch.
    pub tap: bool,
    /// What was heard.
    pub hearing: Hearing,
    /// Show what to do where nothing arrives.
    pub advice: bool,
}

impl Default for Listening {
    fn default() -> Self {
        Self {
            phase: Phase::NotAsked,
            run: 0,
            places: Asked::default(),
            address: None,
            port: PORT.to_owned(),
            persona: PERSONA.to_owned(),
            tap: false,
            hearing: Hearing::default(),
            advice: false,
        }
    }
}

impl Listening {
    /// Whether ports are open.
    pub fn running(&self) -> bool {
        self.phase == Phase::Pending
    }

    /// The address to type in at the copier.
    pub fn address(&self) -> Option<IpAddr> {
        let best = self.places.value.as_ref().and_then(|places| places.first());
        self.address.or_else(|| best.map(|place| place.address))
    }

    /// The port, where one was typed that exists.
    pub fn port(&self) -> Option<u16> {
        self.port.trim().parse().ok().filter(|port| *port > 0)
    }

    /// The port that is open, as the listener says it.
    pub fn door(&self) -> Option<SocketAddr> {
        let open = |one: &&Observation| matches!(one.seen, Seen::Listening { .. });
        self.hearing
            .observations()
            .iter()
            .rev()
            .find(open)
            .map(|one| one.peer)
    }

    /// The connections, the last first: number, client, and what it did.
    pub fn connections(&self) -> Vec<(u64, SocketAddr, Vec<&Observation>)> {
        let mut all: Vec<(u64, SocketAddr, Vec<&Observation>)> = Vec::new();
        let clients = self
            .hearing
            .observations()
            .iter()
            .filter(|one| one.connection > 0);
        for one in clients {
            match all.iter_mut().find(|(number, ..)| *number == one.connection) {
                Some((_, _, rows)) => rows.push(one),
                None => all.push((one.connection, one.peer, vec![one])),
            }
        }
        all.reverse();
        all
    }
}
