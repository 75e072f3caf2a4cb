//! TLS as seen from outside a TLS library: versions, and what a server answers to a hand-made hello.

pub mod answer;
pub mod certificate;
mod chain;
pub mod client;
pub mod client_hello;
pub mod failure;
pub mod hello;
pub mod record;
pub mod shown;
pub mod suites;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    /// SSL 2.0, seen only in recordings.
    Ssl2,
    /// SSL 3.0 (RFC 6101).
    Ssl3,
    /// TLS 1.0 (RFC 2246).
    Tls10,
    /// TLS 1.1 (RFC 4346).
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl TlsVersion {
    /// The versions a server is scanned for, oldest first.
    pub const SCANNED: [Self; 5] = [Self::Ssl3, Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];

    /// The short form of case files and the command line: `1.0` to `1.3`.
    pub fn parse(text: &str) -> Option<Self> {
        match text
            .trim()
            .trim_start_matches("TLS")
            .trim_start_matches(['v', ' '])
        {
            "1.0" | "1" => Some(Self::Tls10),
            "1.1" => Some(Self::Tls11),
            "1.2" => Some(Self::Tls12),
            "1.3" => Some(Self::Tls13),
            _ => None,
        }
    }

    /// The two bytes on the wire.
    pub const fn wire(self) -> u16 {
        match self {
            Self::Ssl2 => 0x0002,
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// The version of two bytes on the wire.
    pub const fn from_wire(value: u16) -> Option<Self> {
        match value {
            0x0002 => Some(Self::Ssl2),
            0x0300 => Some(Self::Ssl3),
            0x0301 => Some(Self::Tls10),
            0x0302 => Some(Self::Tls11),
            0x0303 => Some(Self::Tls12),
            0x0304 => Some(Self::Tls13),
            _ => None,
        }
    }

    /// The id in JSON, such as `TLS1.0`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ssl2 => "SSL2.0",
            Self::Ssl3 => "SSL3.0",
            Self::Tls10 => "TLS1.0",
            Self::Tls11 => "TLS1.1",
            Self::Tls12 => "TLS1.2",
            Self::Tls13 => "TLS1.3",
        }
    }
}

/// As people write it: `TLS 1.0`.
impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (family, number) = self.id().split_at(3);
        write!(f, "{family} {number}")
    }
}

impl<'de> Deserialize<'de> for TlsVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        [Self::Ssl2]
            .into_iter()
            .chain(Self::SCANNED)
            .find(|version| version.id() == text)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no TLS version")))
    }
}

impl Serialize for TlsVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// What a server did with a hello that offers just one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionAnswer {
    /// A ServerHello of that version.
    Accepted,
    /// An alert, by name, or a ServerHello of another version.
    Refused(String),
    /// Closed, reset, silent, or never reached: says nothing about the version.
    Unknown(String),
}

impl VersionAnswer {
    /// The word in JSON.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// The name of a TLS alert (RFC 8446, section 6, and older RFCs), such as `protocol_version`.
pub const fn alert_name(code: u8) -> &'static str {
    match code {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        21 => "decryption_failed",
        22 => "record_overflow",
        30 => "decompression_failure",
        40 => "handshake_failure",
        41 => "no_certificate",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        60 => "export_restriction",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        111 => "certificate_unobtainable",
        112 => "unrecognized_name",
        113 => "bad_certificate_status_response",
        114 => "bad_certificate_hash_value",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        120 => "no_application_protocol",
        _ => "unknown_alert",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_order_as_history_did_and_print_as_people_write() {
        assert!(TlsVersion::Tls10 < TlsVersion::Tls12);
        assert_eq!(TlsVersion::Tls10.to_string(), "TLS 1.0");
        assert_eq!(TlsVersion::parse("1.2"), Some(TlsVersion::Tls12));
        assert_eq!(TlsVersion::parse("1.7"), None);
    }

    #[test]
    fn wire_values_go_both_ways() {
        for version in TlsVersion::SCANNED {
            assert_eq!(TlsVersion::from_wire(version.wire()), Some(version));
        }
    }
}
