//! How a connection and a handshake fail, in words that evidence keeps.

use serde::{Deserialize, Serialize};
use std::fmt;

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
