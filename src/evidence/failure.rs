//! Steps of the dialogue, and the ways in which they fail.

use crate::gate::Gate;
use serde::{Deserialize, Serialize};

/// A step of the SMTP dialogue, in the order in which a client takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The TCP connection.
    Connect,
    /// The server's greeting.
    Greeting,
    /// EHLO, or HELO where EHLO is unknown.
    Ehlo,
    /// The STARTTLS command and its reply.
    StartTls,
    /// The TLS handshake.
    Handshake,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// The DATA command.
    Data,
    /// The dot that ends the message.
    EndOfData,
    /// After the dialogue: a bounce, or a reply whose place is not known.
    Later,
}

impl Stage {
    /// The gate at which a reply at this stage is heard.
    pub const fn gate(self) -> Gate {
        match self {
            Self::Connect => Gate::Connect,
            Self::Greeting | Self::Ehlo => Gate::Greet,
            Self::StartTls | Self::Handshake => Gate::Encrypt,
            Self::Auth => Gate::Authenticate,
            Self::Mail => Gate::Sender,
            Self::Rcpt => Gate::Recipient,
            Self::Data | Self::EndOfData => Gate::Content,
            Self::Later => Gate::Deliver,
        }
    }

    /// What a technician calls this step, such as `RCPT TO`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Connect => "the connection",
            Self::Greeting => "the greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::EndOfData => "the end of DATA",
            Self::Later => "delivery",
        }
    }
}

/// Why a TCP connection did not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectFailure {
    /// The host answered that nothing listens there (RST).
    Refused,
    /// The connection stood and was reset before a word was said.
    Reset,
    /// No answer within the time limit.
    TimedOut,
    /// No route, or the network says that the host cannot be reached.
    Unreachable,
    /// A router on the way says that the connection is not allowed (ICMP, administratively prohibited).
    Prohibited,
}

/// How a device carried its mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Secured {
    /// In plain text, although encryption was offered to it.
    None,
    /// In plain text, where no encryption was offered to it.
    Unoffered,
    /// It asked for STARTTLS.
    Starttls,
    /// It spoke TLS from the first byte.
    Tls,
}

/// A breach of the form of a message (RFC 5321, section 2.3.8; RFC 5322, sections 2.1.1 and 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageFlaw {
    /// A line feed without a carriage return before it.
    BareLf,
    /// A carriage return without a line feed behind it.
    BareCr,
    /// A line of more than 998 bytes.
    LongLine,
    /// A byte of value zero.
    Nul,
    /// No Date header.
    NoDate,
    /// No From header.
    NoFrom,
    /// More than one From header.
    SeveralFrom,
}

impl MessageFlaw {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::BareLf => "lines that end with a bare line feed",
            Self::BareCr => "carriage returns inside lines",
            Self::LongLine => "lines of more than 998 bytes",
            Self::Nul => "bytes of value zero",
            Self::NoDate => "no Date header",
            Self::NoFrom => "no From header",
            Self::SeveralFrom => "more than one From header",
        }
    }
}
