//! Steps of the dialogue, and the ways in which they fail.

use crate::gate::Gate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

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

/// How a standing connection ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Nothing came within the time limit.
    TimedOut,
    /// The peer closed the connection.
    Closed,
    /// The connection was reset.
    Reset,
}

/// Why a TLS handshake failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsFailure {
    /// The peer sent this alert (RFC 8446, section 6), such as `protocol_version`.
    Alert(String),
    /// The peer answered, but with no version that both sides speak.
    NoCommonVersion,
    /// No cipher suite that both sides speak.
    NoCommonCipher,
    /// The peer closed, reset or fell silent without a word.
    BrokenOff(Loss),
    /// The server asked for a certificate of its client and ended the handshake without one; in words, how.
    ClientCertificate(String),
    /// What came was not TLS.
    NotTls,
    /// Anything else, in the TLS library's words.
    Other(String),
}

impl fmt::Display for TlsFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alert(name) => return write!(f, "the server sent the alert {name}"),
            Self::NoCommonVersion => "no common version: the server speaks neither TLS 1.2 nor 1.3",
            Self::NoCommonCipher => "no common cipher suite",
            Self::BrokenOff(Loss::TimedOut) => "the server fell silent",
            Self::BrokenOff(Loss::Closed) => "the connection was closed without a word",
            Self::BrokenOff(Loss::Reset) => "the connection was reset without a word",
            Self::NotTls => "what came was not TLS",
            Self::ClientCertificate(text) | Self::Other(text) => text,
        })
    }
}

/// What is wrong with a certificate, judged at the time of the probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateProblem {
    /// No chain to a public root or to a root of this computer.
    Untrusted,
    /// The chain ends in a root that only this computer trusts.
    Intercepted,
    /// The time of validity is over.
    Expired,
    /// The time of validity has not begun.
    NotYetValid,
    /// None of its names is the server's name.
    NameMismatch,
    /// Its key or signature is too weak for today's clients.
    Weak,
}

/// The facts of a certificate that people ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Subject distinguished name.
    pub subject: String,
    /// Issuer distinguished name.
    pub issuer: String,
    /// DNS names and addresses of the subject alternative name.
    pub names: Vec<String>,
    /// Start of validity.
    pub not_before: Option<Timestamp>,
    /// End of validity.
    pub not_after: Option<Timestamp>,
    /// Whether a chain leads to a public root, to the name, at this time.
    pub trusted: bool,
    /// What is wrong with it, most serious first.
    pub problems: Vec<CertificateProblem>,
    /// Key algorithm and size in bits, such as `RSA 2048`.
    pub key: String,
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
