//! A TLS server of another age, by hand: it reads one ClientHello and answers as such servers do.
//!
//! No present-day library speaks these versions, and a version scan needs no more than the first answer.

use crate::lab::behaviour::OldTls;
use crate::wire::tls::{TlsVersion, alert_name};

/// What a ClientHello offers.
#[derive(Debug, PartialEq, Eq)]
pub struct Hello {
    /// Version field of the hello; for TLS 1.3 it says 1.2 (RFC 8446, section 4.1.2).
    pub version: u16,
    /// Cipher suites.
    pub suites: Vec<u16>,
}

/// The bytes a record needs before its length is known.
pub const HEADER: usize = 5;

/// The bytes up to and with the version field of a ClientHello.
pub const HELLO_START: usize = HEADER + 6;

/// The version field of a record that begins so, where it is a ClientHello.
pub fn hello_version(start: &[u8; HELLO_START]) -> Option<u16> {
    let [kind, 3, _, _, _, CLIENT_HELLO, _, _, _, major, minor] = *start else {
        return None;
    };
    (kind == HANDSHAKE).then_some(u16::from_be_bytes([major, minor]))
}

/// Length of the record's content, where the header is one of a handshake record of lawful size.
pub fn record_length(header: [u8; HEADER]) -> Option<usize> {
    let [kind, major, _, high, low] = header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    (kind == HANDSHAKE && major == 3 && (1..=MAX_RECORD).contains(&length)).then_some(length)
}

/// Reads a ClientHello from a record's content.
pub fn parse_hello(content: &[u8]) -> Option<Hello> {
    let (&kind, rest) = content.split_first()?;
    if kind != CLIENT_HELLO {
        return None;
    }
    let body = rest.get(3..)?;
    let version = u16::from_be_bytes(body.get(..2)?.try_into().ok()?);
    let after_random = body.get(34..)?;
    let (&session, rest) = after_random.split_first()?;
    let rest = rest.get(usize::from(session)..)?;
    let length = usize::from(u16::from_be_bytes(rest.get(..2)?.try_into().ok()?));
    let suites = rest
        .get(2..2 + length)?
        .chunks_exact(2)
        .filter_map(|pair| Some(u16::from_be_bytes(pair.try_into().ok()?)))
        .collect();
    Some(Hello { version, suites })
}

/// The record that answers a hello: a ServerHello where version and suite fit, else an alert.
pub fn answer(hello: &Hello, server: &OldTls) -> Vec<u8> {
    let min = version_named(&server.min).unwrap_or(TlsVersion::Ssl3).wire();
    let max = version_named(&server.max).unwrap_or(TlsVersion::Tls10).wire();
    let version = hello.version.min(max);
    if version < min {
        return alert("protocol_version", hello.version);
    }
    match server.suites.iter().find(|suite| hello.suites.contains(suite)) {
        Some(&suite) => server_hello(version, suite),
        None => alert("handshake_failure", version),
    }
}

/// A fatal alert record. An unknown name becomes `internal_error`.
pub fn alert(name: &str, version: u16) -> Vec<u8> {
    let code = (0..=u8::MAX)
        .find(|&code| alert_name(code) == name)
        .unwrap_or(INTERNAL_ERROR);
    let [major, minor] = version.clamp(0x0300, 0x0303).to_be_bytes();
    vec![ALERT, major, minor, 0, 2, FATAL, code]
}

/// The version of an id such as `TLS1.0`.
fn version_named(id: &str) -> Option<TlsVersion> {
    TlsVersion::SCANNED.into_iter().find(|version| version.id() == id)
}

/// A ServerHello record (RFC 5246, section 7.4.1.3) without session and extensions.
fn server_hello(version: u16, suite: u16) -> Vec<u8> {
    let [major, minor] = version.to_be_bytes();
    let [suite_high, suite_low] = suite.to_be_bytes();
    let mut body = vec![major, minor];
    body.extend((0..32_u8).map(|n| n.wrapping_mul(7).wrapping_add(1)));
    body.extend([0, suite_high, suite_low, 0]);
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    let mut record = vec![HANDSHAKE, major, minor, 0, length + 4, SERVER_HELLO, 0, 0, length];
    record.extend(body);
    record
}

/// Record and message types (RFC 5246, sections 6.2.1 and 7.4).
const ALERT: u8 = 21;
/// Type of a record that carries handshake messages.
pub const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_HELLO: u8 = 2;
const FATAL: u8 = 2;
const INTERNAL_ERROR: u8 = 80;
/// Longest record content (RFC 5246, section 6.2.1).
const MAX_RECORD: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that stopped at TLS 1.0.
    fn old() -> OldTls {
        OldTls {
            min: "SSL3.0".to_owned(),
            max: "TLS1.0".to_owned(),
            suites: vec![0x0035, 0x002f],
        }
    }

    /// A hello's content, by hand.
    fn hello(version: u16, suites: &[u16]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend([9; 32]);
        body.push(0);
        body.extend(u16::try_from(suites.len() * 2).unwrap().to_be_bytes());
        body.extend(suites.iter().flat_map(|s| s.to_be_bytes()));
        body.extend([1, 0]);
        let mut content = vec![1, 0, 0, u8::try_from(body.len()).unwrap()];
        content.extend(body);
        content
    }

    #[test]
    fn an_old_server_answers_a_new_client_with_its_own_version() {
        let hello = parse_hello(&hello(0x0303, &[0xc02f, 0x002f])).unwrap();
        let record = answer(&hello, &old());
        assert_eq!(record[..6], [22, 3, 1, 0, 42, 2]);
        assert_eq!(record.len(), 5 + 42);
        assert_eq!(record[9..11], [3, 1]);
        assert_eq!(record[9 + 35..9 + 37], [0x00, 0x2f]);
    }

    #[test]
    fn without_a_common_suite_it_says_handshake_failure_and_below_its_oldest_version_protocol_version() {
        let modern = parse_hello(&hello(0x0303, &[0xc02f, 0x1301])).unwrap();
        assert_eq!(answer(&modern, &old()), [21, 3, 1, 0, 2, 2, 40]);
        let newer_only = OldTls {
            min: "TLS1.2".to_owned(),
            max: "TLS1.2".to_owned(),
            ..old()
        };
        let aged = parse_hello(&hello(0x0301, &[0x002f])).unwrap();
        assert_eq!(answer(&aged, &newer_only), [21, 3, 1, 0, 2, 2, 70]);
    }

    #[test]
    fn a_cut_hello_is_no_hello() {
        let whole = hello(0x0301, &[0x002f]);
        for end in 0..whole.len() - 2 {
            assert_eq!(parse_hello(&whole[..end]), None, "{end}");
        }
        assert_eq!(record_length([22, 3, 1, 0xff, 0xff]), None);
        assert_eq!(record_length(*b"EHLO "), None);
    }
}
