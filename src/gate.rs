//! The send path: the fixed row of gates that a scan passes on its way to a mailbox.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One gate of the send path. The order of the variants is the order of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// The copier itself: switched on, on the network, willing to carry the dialogue through.
    Device,
    /// The server's name becomes an address.
    Resolve,
    /// A TCP connection stands.
    Connect,
    /// The server greets and answers EHLO (RFC 5321, section 4.1.1.1).
    Greet,
    /// TLS is negotiated, by STARTTLS (RFC 3207) or from the first byte (RFC 8314).
    Encrypt,
    /// The server's certificate is acceptable.
    Certificate,
    /// The login is accepted (RFC 4954).
    Authenticate,
    /// The envelope sender, and the client as a sender, are accepted.
    Sender,
    /// The envelope recipient is accepted.
    Recipient,
    /// The message itself is accepted at the end of DATA.
    Content,
    /// The service carries the accepted message to the mailbox.
    Deliver,
}

impl Gate {
    /// All gates in the order of the path.
    pub const ALL: [Self; 11] = [
        Self::Device,
        Self::Resolve,
        Self::Connect,
        Self::Greet,
        Self::Encrypt,
        Self::Certificate,
        Self::Authenticate,
        Self::Sender,
        Self::Recipient,
        Self::Content,
        Self::Deliver,
    ];

    /// The stable id that stands in JSON and in knowledge files, such as `authenticate`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Greet => "greet",
            Self::Encrypt => "encrypt",
            Self::Certificate => "certificate",
            Self::Authenticate => "authenticate",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Content => "content",
            Self::Deliver => "deliver",
        }
    }

    /// The word a technician reads above the gate's column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Device => "Device",
            Self::Resolve => "Resolve",
            Self::Connect => "Connect",
            Self::Greet => "Greet",
            Self::Encrypt => "Encrypt",
            Self::Certificate => "Certificate",
            Self::Authenticate => "Log in",
            Self::Sender => "Sender",
            Self::Recipient => "Recipient",
            Self::Content => "Content",
            Self::Deliver => "Deliver",
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
