//! The client of whom a server's log or a recording speaks.

use std::net::IpAddr;

/// All that a line or a connection tells of the one who sent the mail. A server's log holds many of them, and
/// only one is the copier in question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// Its address, as the server or the recording saw it.
    pub address: Option<IpAddr>,
    /// Its host name, in lower case, where the server knows one.
    pub name: Option<String>,
    /// As whom it logged in or sent, in lower case: user name or envelope sender.
    pub identity: Option<String>,
}

impl Client {
    /// A client of this address.
    pub fn at(address: IpAddr) -> Self {
        Self {
            address: Some(address.to_canonical()),
            ..Self::default()
        }
    }

    /// What tells it from others: the address, else the identity.
    pub fn key(&self) -> Option<String> {
        self.address
            .map(|address| address.to_string())
            .or_else(|| self.identity.clone())
    }
}
