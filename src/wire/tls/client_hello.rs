//! A ClientHello as it came over the wire, read before any TLS library judges it.

use crate::wire::tls::TlsVersion;
use serde::{Deserialize, Serialize};
use tls_parser::{TlsCipherSuite, TlsExtension, TlsExtensionType, parse_tls_client_hello_extensions};

/// Bytes of a first flight that are read at most.
pub const MAX_FLIGHT: usize = 20 << 10;

/// What a client offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientHello {
    /// Version of the record layer, as two bytes; old clients put the truth here.
    pub record_version: u16,
    /// Highest version offered, where it is one we know.
    pub highest: Option<TlsVersion>,
    /// All versions offered that we know; where there is no list, every version up to the highest may be meant.
    pub versions: Vec<TlsVersion>,
    /// Cipher suites by name, or as `0x1234`.
    pub suites: Vec<String>,
    /// Server name asked for.
    pub sni: Option<String>,
    /// Extensions by name or number.
    pub extensions: Vec<String>,
    /// ALPN protocols.
    pub alpn: Vec<String>,
}

/// What the first bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flight {
    /// More bytes are needed.
    Incomplete,
    /// A whole ClientHello.
    Hello(Box<ClientHello>),
    /// A hello in the form of SSL 2.0 (RFC 5246, appendix E.2).
    OldForm(Box<ClientHello>),
    /// Not TLS at all.
    Other,
}

/// Whether bytes begin like a hello and not like a line of text.
pub fn begins(bytes: &[u8]) -> bool {
    matches!(bytes, [22, 3, ..]) || matches!(bytes, [high, _, 1, 0 | 3, ..] if high & 0x80 != 0)
}

/// Reads a first flight; the hello may be spread over several records.
pub fn read(bytes: &[u8]) -> Flight {
    match bytes {
        [high, low, 1, major, _, ..] if high & 0x80 != 0 && (*major == 3 || *major == 0) => {
            let length = usize::from(u16::from_be_bytes([high & 0x7f, *low]));
            return match bytes.get(2..2 + length) {
                None => Flight::Incomplete,
                Some(body) => old_form(body).map_or(Flight::Other, |hello| Flight::OldForm(Box::new(hello))),
            };
        }
        [22, 3, ..] | [22] => {}
        [high, ..] if high & 0x80 != 0 && bytes.len() < 5 => return Flight::Incomplete,
        [] => return Flight::Incomplete,
        _ => return Flight::Other,
    }
    let mut record_version = None;
    let mut handshake = Vec::new();
    let mut rest = bytes;
    while let [kind, major, minor, high, low, after @ ..] = rest {
        if *kind != 22 {
            return Flight::Other;
        }
        record_version.get_or_insert(u16::from_be_bytes([*major, *minor]));
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(body) = after.get(..length) else {
            handshake.extend_from_slice(after);
            break;
        };
        handshake.extend_from_slice(body);
        rest = after.get(length..).unwrap_or_default();
    }
    let [kind, a, b, c, body @ ..] = handshake.as_slice() else {
        return Flight::Incomplete;
    };
    if *kind != 1 {
        return Flight::Other;
    }
    let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap_or(usize::MAX);
    if length > MAX_FLIGHT {
        return Flight::Other;
    }
    match body.get(..length) {
        None => Flight::Incomplete,
        Some(body) => match hello(body, record_version.unwrap_or_default()) {
            Some(hello) => Flight::Hello(Box::new(hello)),
            None => Flight::Other,
        },
    }
}

fn hello(body: &[u8], record_version: u16) -> Option<ClientHello> {
    let (_, contents) = tls_parser::parse_tls_handshake_client_hello(body).ok()?;
    let extensions = contents
        .ext
        .and_then(|bytes| parse_tls_client_hello_extensions(bytes).ok())
        .map(|(_, list)| list)
        .unwrap_or_default();
    let legacy = TlsVersion::from_wire(contents.version.0);
    let mut hello = ClientHello {
        record_version,
        highest: legacy,
        versions: legacy.into_iter().collect(),
        suites: contents.ciphers.iter().map(|id| suite(id.0)).take(300).collect(),
        sni: None,
        extensions: Vec::new(),
        alpn: Vec::new(),
    };
    let text = |bytes: &[u8]| -> String {
        String::from_utf8_lossy(bytes)
            .chars()
            .filter(|c| !c.is_control())
            .take(255)
            .collect()
    };
    for extension in extensions.iter().take(100) {
        match extension {
            TlsExtension::SNI(names) => hello.sni = names.first().map(|(_, name)| text(name)),
            TlsExtension::SupportedVersions(list) => {
                hello.versions = list.iter().filter_map(|v| TlsVersion::from_wire(v.0)).collect();
                hello.versions.sort_unstable();
                hello.highest = hello.versions.last().copied().or(legacy);
            }
            TlsExtension::ALPN(protocols) => {
                hello.alpn = protocols.iter().take(20).map(|p| text(p)).collect();
            }
            _ => {}
        }
        hello
            .extensions
            .push(TlsExtensionType::from(extension).to_string());
    }
    Some(hello)
}

/// The message behind the two bytes of length of an SSL 2.0 hello: type, version, three lengths, suites of three bytes.
fn old_form(body: &[u8]) -> Option<ClientHello> {
    let [1, major, minor, c1, c2, _, _, _, _, rest @ ..] = body else {
        return None;
    };
    let version = u16::from_be_bytes([*major, *minor]);
    let suites = rest.get(..usize::from(u16::from_be_bytes([*c1, *c2])))?;
    let highest = TlsVersion::from_wire(version);
    let names = suites.chunks_exact(3).map(|kind| match kind {
        [0, a, b] => suite(u16::from_be_bytes([*a, *b])),
        other => format!("SSL 2.0 kind {other:02x?}"),
    });
    Some(ClientHello {
        record_version: 0x0002,
        highest,
        versions: highest.into_iter().collect(),
        suites: names.take(300).collect(),
        sni: None,
        extensions: Vec::new(),
        alpn: Vec::new(),
    })
}

/// A suite's IANA name, or its number.
fn suite(id: u16) -> String {
    TlsCipherSuite::from_id(id).map_or_else(|| format!("0x{id:04x}"), |suite| suite.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TLS 1.0 hello with one suite and no extension, by RFC 2246.
    fn old_copier() -> Vec<u8> {
        let mut body = vec![3, 1];
        body.extend([7; 32]);
        body.extend([0, 0, 2, 0x00, 0x2f, 1, 0]);
        let length = u8::try_from(body.len()).unwrap();
        let mut bytes = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
        bytes.extend(body);
        bytes
    }

    #[test]
    fn a_hello_of_an_old_copier_shows_its_limit() {
        let Flight::Hello(hello) = read(&old_copier()) else {
            panic!("no hello")
        };
        assert_eq!(hello.highest, Some(TlsVersion::Tls10));
        assert_eq!(hello.suites, ["TLS_RSA_WITH_AES_128_CBC_SHA"]);
        assert_eq!(hello.sni, None);
    }

    #[test]
    fn a_hello_spread_over_two_records_is_one_hello() {
        let whole = old_copier();
        let body = &whole[5..];
        let mut bytes = vec![22, 3, 1, 0, 10];
        bytes.extend(&body[..10]);
        bytes.extend([22, 3, 1, 0, u8::try_from(body.len() - 10).unwrap()]);
        bytes.extend(&body[10..]);
        assert!(matches!(read(&bytes), Flight::Hello(_)));
        assert_eq!(read(&bytes[..20]), Flight::Incomplete);
    }

    #[test]
    fn smtp_in_the_place_of_tls_is_not_tls_and_ssl_2_is_named() {
        assert_eq!(read(b"EHLO copier\r\n"), Flight::Other);
        let mut old = vec![0x80, 9 + 3 + 16, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x2f];
        old.extend([1; 16]);
        let Flight::OldForm(hello) = read(&old) else {
            panic!("no hello")
        };
        assert_eq!(hello.highest, Some(TlsVersion::Tls10));
        assert_eq!(hello.suites, ["TLS_RSA_WITH_AES_128_CBC_SHA"]);
        assert_eq!(read(&old[..20]), Flight::Incomplete);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), at in 0usize..60) {
            let _ = read(&bytes);
            let mut hello = old_copier();
            let at = at.min(hello.len());
            hello.splice(at.., bytes);
            let _ = read(&hello);
        }
    }
}
