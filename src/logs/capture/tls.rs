//! TLS records of one direction (RFC 5246, section 6.2; RFC 8446, section 5), as far as they are readable.

use crate::wire::tls::{TlsVersion, alert_name};
use tls_parser::{
    TlsCipherSuite, TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_client_hello_extensions,
    parse_tls_message_handshake, parse_tls_server_hello_extensions,
};

/// Longest record that TLS allows, with what old ciphers add.
const LONGEST_RECORD: usize = 16_384 + 2_048;
/// Most bytes of one handshake message that are kept.
const LONGEST_MESSAGE: usize = 256 * 1024;
/// The random of a HelloRetryRequest (RFC 8446, section 4.1.3).
const RETRY_RANDOM: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsEvent {
    /// A ClientHello.
    ClientHello {
        /// Versions offered, newest first.
        offered: Vec<u16>,
        /// Cipher suites, in the client's order.
        suites: Vec<u16>,
        /// Server name, where asked for.
        sni: Option<String>,
    },
    /// A ServerHello, or a HelloRetryRequest.
    ServerHello {
        /// Chosen version.
        version: u16,
        /// Chosen cipher suite, in the registry's name.
        cipher: String,
        /// True for a HelloRetryRequest.
        retry: bool,
    },
    /// The first certificate of a chain, DER.
    Certificate(Vec<u8>),
    /// A readable alert.
    Alert {
        /// `warning` or `fatal`.
        level: &'static str,
        /// Number.
        code: u8,
    },
    /// An alert that cannot be read without keys.
    EncryptedAlert,
    /// From here on this direction is encrypted (TLS up to 1.2).
    ChangeCipher,
    /// Encrypted data of the application (in TLS 1.3 also the rest of the handshake).
    Data,
}

/// Whether bytes begin with a record that holds a hello.
pub fn is_hello(data: &[u8]) -> bool {
    matches!(data, [0x16, 3, 0..=4, high, low, 1 | 2, rest @ ..]
        if plausible(*high, *low) && rest.get(3).is_none_or(|major| *major == 3))
}

/// Whether bytes begin with a plausible record of any kind.
pub fn is_record(data: &[u8]) -> bool {
    matches!(data, [0x14..=0x17, 3, 0..=4, high, low, ..] if plausible(*high, *low))
}

/// Whether bytes begin with an alert that anybody can read: how a server of TLS answers plain text.
pub fn is_plain_alert(data: &[u8]) -> bool {
    matches!(data, [0x15, 3, 0..=4, 0, 2, 1 | 2, _, ..])
}

/// Whether bytes are too few to tell a record from text.
pub fn may_become_record(data: &[u8]) -> bool {
    data.len() < 6 && data.first() == Some(&0x16) && data.get(1).is_none_or(|major| *major == 3)
}

fn plausible(high: u8, low: u8) -> bool {
    (1..=LONGEST_RECORD).contains(&usize::from(u16::from_be_bytes([high, low])))
}

/// A ClientHello in the form of SSL 2.0 that offers SSL 3.0 or newer (RFC 5246, appendix E.2):
/// the version, and the bytes it takes.
pub fn ssl2_hello(data: &[u8]) -> Option<(u16, usize)> {
    let [high, low, 1, major, minor, c1, c2, s1, s2, r1, r2, ..] = data else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high & 0x7f, *low]));
    let of = |a: &u8, b: &u8| usize::from(u16::from_be_bytes([*a, *b]));
    let (ciphers, session, challenge) = (of(c1, c2), of(s1, s2), of(r1, r2));
    let version = u16::from_be_bytes([*major, *minor]);
    let fits = high & 0x80 != 0
        && length == 9 + ciphers + session + challenge
        && ciphers > 0
        && ciphers % 3 == 0
        && (16..=32).contains(&challenge)
        && (version == 2 || (0x0300..=0x0303).contains(&version))
        && data.len() >= length + 2;
    fits.then_some((version, length + 2))
}

/// The version's id, such as `TLS1.2`; drafts of TLS 1.3 count as TLS 1.3.
pub fn version_name(version: u16) -> String {
    known(version).map_or_else(|| format!("0x{version:04x}"), |version| version.id().to_owned())
}

/// The version of a number on the wire, drafts of TLS 1.3 taken as TLS 1.3.
pub fn known(version: u16) -> Option<TlsVersion> {
    match version {
        0x7f00..=0x7fff | 0xfb00..=0xfbff => Some(TlsVersion::Tls13),
        other => TlsVersion::from_wire(other),
    }
}

/// Reads the records of one direction.
#[derive(Debug, Default)]
pub struct TlsReader {
    pending: Vec<u8>,
    /// Bytes of an encrypted record that are still to come and not kept.
    skip: usize,
    handshake: Vec<u8>,
    encrypted: bool,
    lost: bool,
}

impl TlsReader {
    /// Takes the next bytes in.
    pub fn push(&mut self, mut data: &[u8], out: &mut impl FnMut(TlsEvent)) {
        if self.lost {
            if !is_record(data) {
                return;
            }
            self.lost = false;
        }
        loop {
            let skipped = self.skip.min(data.len());
            self.skip -= skipped;
            data = data.get(skipped..).unwrap_or_default();
            if data.is_empty() {
                return;
            }
            if self.pending.is_empty() {
                let Some(rest) = self.one(data, out) else {
                    self.pending = data.get(..LONGEST_RECORD + 5).unwrap_or(data).to_vec();
                    return;
                };
                data = data.get(data.len() - rest..).unwrap_or_default();
            } else {
                let missing = self.missing().min(data.len());
                let (head, tail) = data.split_at(missing);
                self.pending.extend_from_slice(head);
                data = tail;
                let pending = std::mem::take(&mut self.pending);
                if self.one(&pending, out).is_none() && !self.lost {
                    self.pending = pending;
                }
                if data.is_empty() || self.lost {
                    return;
                }
            }
        }
    }

    /// Notes that bytes are missing: the next segment that begins with a record goes on.
    pub fn gap(&mut self) {
        self.pending.clear();
        self.handshake.clear();
        self.skip = 0;
        self.lost = true;
    }

    /// Bytes that the pending record still wants.
    fn missing(&self) -> usize {
        match self.pending.as_slice() {
            [_, _, _, high, low, ..] => {
                (usize::from(u16::from_be_bytes([*high, *low])) + 5).saturating_sub(self.pending.len())
            }
            short => 5 - short.len(),
        }
        .max(1)
    }

    /// Reads one record; gives how many bytes are left behind it, `None` where it is not whole.
    fn one(&mut self, data: &[u8], out: &mut impl FnMut(TlsEvent)) -> Option<usize> {
        let [kind, major, _, high, low, rest @ ..] = data else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *major != 3 || !(0x14..=0x18).contains(kind) || length > LONGEST_RECORD {
            self.gap();
            return Some(0);
        }
        if *kind == 0x17 {
            // Encrypted: only its being there matters.
            out(TlsEvent::Data);
            self.skip = length.saturating_sub(rest.len());
            return Some(rest.len().saturating_sub(length));
        }
        let body = rest.get(..length)?;
        match kind {
            0x14 => {
                self.encrypted = true;
                self.handshake.clear();
                out(TlsEvent::ChangeCipher);
            }
            0x15 => out(alert(body)),
            0x16 => self.message(body, out),
            _ => {}
        }
        Some(rest.len() - length)
    }

    fn message(&mut self, body: &[u8], out: &mut impl FnMut(TlsEvent)) {
        // Behind a ChangeCipherSpec only the hellos of TLS 1.3 (after a retry) are still readable.
        if self.encrypted
            && !matches!(body, [1 | 2, a, b, c, 3, 0..=3, ..]
                if u32::from_be_bytes([0, *a, *b, *c]) as usize + 4 <= body.len())
        {
            return;
        }
        if self.handshake.len() + body.len() > LONGEST_MESSAGE {
            self.handshake.clear();
            return;
        }
        self.handshake.extend_from_slice(body);
        while let [_, a, b, c, ..] = self.handshake.as_slice() {
            let length = u32::from_be_bytes([0, *a, *b, *c]) as usize + 4;
            if length > self.handshake.len() {
                break;
            }
            let message: Vec<u8> = self.handshake.drain(..length).collect();
            if let Some(event) = handshake(&message) {
                out(event);
            }
        }
    }
}

/// An alert is readable where it is just two bytes; encrypted ones are longer.
fn alert(body: &[u8]) -> TlsEvent {
    match body {
        [1, code] => TlsEvent::Alert {
            level: "warning",
            code: *code,
        },
        [2, code] => TlsEvent::Alert {
            level: "fatal",
            code: *code,
        },
        _ => TlsEvent::EncryptedAlert,
    }
}

/// The name of an alert as JSON has it.
pub fn alert_words(code: u8) -> String {
    match alert_name(code) {
        "unknown_alert" => code.to_string(),
        name => name.to_owned(),
    }
}

/// Suites kept of one hello; real clients offer fewer than a hundred.
const MOST_SUITES: usize = 300;

fn handshake(message: &[u8]) -> Option<TlsEvent> {
    let (_, parsed) = parse_tls_message_handshake(message).ok()?;
    let TlsMessage::Handshake(parsed) = parsed else {
        return None;
    };
    match parsed {
        TlsMessageHandshake::ClientHello(hello) => {
            let extensions = hello
                .ext
                .and_then(|bytes| parse_tls_client_hello_extensions(bytes).ok())
                .map(|(_, list)| list)
                .unwrap_or_default();
            let mut offered: Vec<u16> = versions(&extensions)
                .into_iter()
                .filter(|version| known(*version).is_some())
                .collect();
            if offered.is_empty() {
                offered.push(hello.version.0);
            }
            offered.sort_by_key(|version| std::cmp::Reverse(known(*version)));
            let sni = extensions.iter().find_map(|extension| match extension {
                TlsExtension::SNI(names) => names.first().map(|(_, name)| crate::wire::reply::clean(name)),
                _ => None,
            });
            let suites = hello
                .ciphers
                .iter()
                .map(|suite| suite.0)
                .take(MOST_SUITES)
                .collect();
            Some(TlsEvent::ClientHello { offered, suites, sni })
        }
        TlsMessageHandshake::ServerHello(hello) => {
            let extensions = hello
                .ext
                .and_then(|bytes| parse_tls_server_hello_extensions(bytes).ok())
                .map(|(_, list)| list)
                .unwrap_or_default();
            let version = versions(&extensions).first().copied().unwrap_or(hello.version.0);
            Some(TlsEvent::ServerHello {
                version,
                cipher: cipher_name(hello.cipher.0),
                retry: hello.random.starts_with(&RETRY_RANDOM),
            })
        }
        TlsMessageHandshake::ServerHelloV13Draft18(hello) => Some(TlsEvent::ServerHello {
            version: hello.version.0,
            cipher: cipher_name(hello.cipher.0),
            retry: false,
        }),
        TlsMessageHandshake::Certificate(chain) => chain
            .cert_chain
            .first()
            .map(|first| TlsEvent::Certificate(first.data.to_vec())),
        _ => None,
    }
}

fn versions(extensions: &[TlsExtension<'_>]) -> Vec<u16> {
    extensions
        .iter()
        .find_map(|extension| match extension {
            TlsExtension::SupportedVersions(list) => Some(list.iter().map(|version| version.0).collect()),
            _ => None,
        })
        .unwrap_or_default()
}

fn cipher_name(id: u16) -> String {
    TlsCipherSuite::from_id(id).map_or_else(|| format!("0x{id:04x}"), |suite| suite.name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ClientHello record of the given version without extensions.
    fn hello(version: u16) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend_from_slice(&[7; 32]);
        body.extend_from_slice(&[0, 0, 2, 0x00, 0x2f, 1, 0]);
        let mut record = vec![0x16, 3, 1];
        record.extend_from_slice(&u16::try_from(body.len() + 4).unwrap().to_be_bytes());
        record.extend_from_slice(&[1, 0, 0, u8::try_from(body.len()).unwrap()]);
        record.extend_from_slice(&body);
        record
    }

    fn read(parts: &[&[u8]]) -> Vec<TlsEvent> {
        let mut reader = TlsReader::default();
        let mut events = Vec::new();
        for part in parts {
            reader.push(part, &mut |event| events.push(event));
        }
        events
    }

    #[test]
    fn a_hello_is_read_however_it_is_cut() {
        let whole = hello(0x0301);
        let expected = vec![TlsEvent::ClientHello {
            offered: vec![0x0301],
            suites: vec![0x002f],
            sni: None,
        }];
        assert_eq!(read(&[&whole]), expected);
        let bytes: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(read(&bytes), expected);
    }

    #[test]
    fn only_a_two_byte_alert_is_readable() {
        let plain = read(&[&[0x15, 3, 1, 0, 2, 2, 70]]);
        assert_eq!(
            plain,
            [TlsEvent::Alert {
                level: "fatal",
                code: 70
            }]
        );
        let mut sealed = vec![0x15, 3, 1, 0, 26];
        sealed.extend_from_slice(&[9; 26]);
        assert_eq!(read(&[&sealed]), [TlsEvent::EncryptedAlert]);
    }

    #[test]
    fn a_hello_in_the_form_of_ssl_2_names_the_version_it_wants() {
        let mut bytes = vec![0x80, 9 + 3 + 16, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x2f];
        bytes.extend_from_slice(&[1; 16]);
        assert_eq!(ssl2_hello(&bytes), Some((0x0301, 30)));
        assert_eq!(ssl2_hello(b"EHLO copier.example.test\r\n"), None);
    }

    #[test]
    fn after_a_gap_the_next_record_is_found() {
        let mut reader = TlsReader::default();
        let mut events = Vec::new();
        reader.push(&hello(0x0303)[..20], &mut |event| events.push(event));
        reader.gap();
        reader.push(&[1, 2, 3], &mut |event| events.push(event));
        reader.push(&[0x15, 3, 3, 0, 2, 2, 40], &mut |event| events.push(event));
        assert_eq!(
            events,
            [TlsEvent::Alert {
                level: "fatal",
                code: 40
            }]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            parts in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 0..80), 0..8),
            start: bool,
        ) {
            let mut reader = TlsReader::default();
            if start {
                reader.push(&[0x16, 3, 1, 0, 60, 1, 0, 0], &mut |_| {});
            }
            for part in parts {
                reader.push(&part, &mut |_| {});
            }
        }
    }
}
