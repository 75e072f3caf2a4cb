//! Tells the observations of one connection, with its number and its client.

use super::observation::{Observation, Seen};
use crate::evidence::Actor;
use jiff::Timestamp;
use std::net::SocketAddr;
use tokio::sync::mpsc::Sender;

/// The voice of one connection.
#[derive(Debug, Clone)]
pub struct Teller {
    sender: Sender<Observation>,
    connection: u64,
    peer: SocketAddr,
    client: Actor,
}

impl Teller {
    /// The voice of this connection; 0 stands for the listener itself.
    pub const fn new(sender: Sender<Observation>, connection: u64, peer: SocketAddr, client: Actor) -> Self {
        Self {
            sender,
            connection,
            peer,
            client,
        }
    }

    /// The connection's number.
    pub const fn number(&self) -> u64 {
        self.connection
    }

    /// The client's address.
    pub const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Tells; a slow reader slows the connection, nothing is piled up.
    pub async fn tell(&self, seen: Seen) {
        let _ = self
            .sender
            .send(Observation {
                at: Timestamp::now(),
                connection: self.connection,
                peer: self.peer,
                client: self.client,
                seen,
            })
            .await;
    }
}
