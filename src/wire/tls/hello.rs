//! A hand-made ClientHello for any version from SSL 3.0 to TLS 1.3, so broad that a refusal is about the
//! version and about nothing else (RFC 6101, 2246, 4346, 5246 and 8446; extensions of RFC 6066 and 8422).

use super::TlsVersion;

/// What a hello offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelloSpec {
    /// Highest version offered. Up to TLS 1.2 the older ones are offered with it, as the protocol has it.
    pub highest: TlsVersion,
    /// Whether a hello of TLS 1.3 offers TLS 1.2 too.
    pub with_older: bool,
    /// Host name for server name indication; left out for addresses and SSL 3.0.
    pub server_name: Option<String>,
    /// Cipher suites, in order of preference.
    pub suites: Vec<u16>,
}

impl HelloSpec {
    /// A hello with every suite a copier of that age could know.
    pub fn broad(highest: TlsVersion, host: &str) -> Self {
        let is_name = host.parse::<std::net::IpAddr>().is_err() && !host.is_empty();
        let suites = match highest {
            TlsVersion::Tls13 => SUITES_13.to_vec(),
            TlsVersion::Tls12 => [SUITES_12, SUITES_OLD].concat(),
            _ => SUITES_OLD.to_vec(),
        };
        Self {
            highest,
            with_older: false,
            server_name: is_name.then(|| host.trim_end_matches('.').to_owned()),
            suites,
        }
    }

    /// A hello as a device with this highest version sends it: older versions are offered with it.
    pub fn capped(highest: TlsVersion, host: &str) -> Self {
        let mut spec = Self::broad(highest, host);
        if highest == TlsVersion::Tls13 {
            spec.with_older = true;
            spec.suites = [SUITES_13, SUITES_12, SUITES_OLD].concat();
        }
        spec
    }

    /// The hello of a device with this highest version and just these suites, in its order.
    pub fn of_device(highest: TlsVersion, suites: &[u16], host: &str) -> Self {
        let mut spec = Self::capped(highest, host);
        spec.suites = suites.to_vec();
        spec
    }

    /// A hello that offers nothing but these suites, in TLS 1.2 and older.
    pub fn only_suites(suites: &[u16], host: &str) -> Self {
        Self::of_device(TlsVersion::Tls12, suites, host)
    }

    /// The record with the hello. `random` is 96 bytes: hello random, session id, key share.
    pub fn record(&self, random: &[u8; 96]) -> Vec<u8> {
        let (hello_random, rest) = random.split_at(32);
        let (session, share) = rest.split_at(32);
        let legacy = self.highest.min(TlsVersion::Tls12);
        let mut body = Vec::with_capacity(512);
        body.extend(legacy.wire().to_be_bytes());
        body.extend_from_slice(hello_random);
        if self.highest == TlsVersion::Tls13 {
            vector8(&mut body, session);
        } else {
            body.push(0);
        }
        let suites: Vec<u8> = self.suites.iter().flat_map(|suite| suite.to_be_bytes()).collect();
        vector16(&mut body, &suites);
        body.extend([1, 0]);
        if self.highest >= TlsVersion::Tls10 {
            vector16(&mut body, &self.extensions(share));
        }
        let mut message = vec![1];
        message.extend(length24(body.len()));
        message.extend(body);
        let record_version = legacy.min(TlsVersion::Tls10);
        let mut record = vec![22];
        record.extend(record_version.wire().to_be_bytes());
        vector16(&mut record, &message);
        record
    }

    /// The extensions, each with its type and length.
    fn extensions(&self, share: &[u8]) -> Vec<u8> {
        let mut all = Vec::new();
        if let Some(name) = &self.server_name {
            let mut entry = vec![0];
            vector16(&mut entry, name.as_bytes());
            let mut list = Vec::new();
            vector16(&mut list, &entry);
            extension(&mut all, 0, &list);
        }
        let mut groups = Vec::new();
        vector16(&mut groups, &words(GROUPS));
        extension(&mut all, 10, &groups);
        extension(&mut all, 11, &[1, 0]);
        if self.highest >= TlsVersion::Tls12 {
            let mut algorithms = Vec::new();
            vector16(&mut algorithms, &words(SIGNATURES));
            extension(&mut all, 13, &algorithms);
        }
        if self.highest == TlsVersion::Tls13 {
            let versions: &[u16] = if self.with_older {
                &[0x0304, 0x0303]
            } else {
                &[0x0304]
            };
            let mut list = Vec::new();
            vector8(&mut list, &words(versions));
            extension(&mut all, 43, &list);
            let mut entry = vec![0, 29];
            vector16(&mut entry, share);
            let mut shares = Vec::new();
            vector16(&mut shares, &entry);
            extension(&mut all, 51, &shares);
            extension(&mut all, 45, &[1, 1]);
        }
        all
    }
}

/// Suites of TLS 1.3 (RFC 8446, appendix B.4).
const SUITES_13: &[u16] = &[0x1301, 0x1302, 0x1303, 0x1304, 0x1305];
/// Suites that need TLS 1.2: ECDHE, DHE and RSA with GCM, ChaCha20 or SHA-2; then with CCM (RFC 6655, 7251) and ARIA
/// (RFC 6209).
const SUITES_12: &[u16] = &[
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc023, 0xc027, 0xc024, 0xc028, 0x009e, 0x009f, 0xccaa,
    0x0067, 0x006b, 0x009c, 0x009d, 0x003c, 0x003d, 0xc0ad, 0xc0ac, 0xc0af, 0xc0ae, 0xc09f, 0xc09e, 0xc0a3,
    0xc0a2, 0xc09d, 0xc09c, 0xc0a1, 0xc0a0, 0xc05d, 0xc05c, 0xc061, 0xc060, 0xc053, 0xc052, 0xc051, 0xc050,
];
/// Suites of TLS 1.0 and SSL 3.0: ECDHE, DHE and RSA with AES-CBC, 3DES and RC4; last, no renegotiation
/// (RFC 5746).
const SUITES_OLD: &[u16] = &[
    0xc009, 0xc013, 0xc00a, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035, 0x0041, 0x0084, 0xc008, 0xc012, 0x0016,
    0x000a, 0xc007, 0xc011, 0x0005, 0x0004, 0x00ff,
];
/// X25519, the NIST curves, X448, the Brainpool curves of both ages, secp256k1, ffdhe2048 to ffdhe8192, and X25519
/// with ML-KEM-768 (RFC 8422, section 5.1.1; RFC 7027, 7919, 8734). With a share for X25519 alone, a server that wants
/// another group asks again (HelloRetryRequest), and that is an answer.
const GROUPS: &[u16] = &[
    0x001d, 0x0017, 0x0018, 0x0019, 0x001e, 0x001f, 0x0020, 0x0021, 0x001a, 0x001b, 0x001c, 0x0016, 0x0100,
    0x0101, 0x0102, 0x0103, 0x0104, 0x11ec,
];
/// ECDSA, RSA-PSS with both kinds of key and RSA with SHA-2, then with SHA-1 and SHA-224, Ed25519 and Ed448, ECDSA over
/// the Brainpool curves (RFC 8446, section 4.2.3; RFC 8734).
const SIGNATURES: &[u16] = &[
    0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0603, 0x0806, 0x0601, 0x0807, 0x0808, 0x0809, 0x080a,
    0x080b, 0x081a, 0x081b, 0x081c, 0x0303, 0x0301, 0x0203, 0x0201, 0x0202,
];

/// Numbers in network order.
fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Adds bytes with a length of one byte before them.
fn vector8(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    out.extend(bytes.iter().take(usize::from(u8::MAX)));
}

/// Adds bytes with a length of two bytes before them.
fn vector16(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(bytes.iter().take(usize::from(u16::MAX)));
}

/// A length of three bytes.
fn length24(length: usize) -> [u8; 3] {
    let [.., a, b, c] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [a, b, c]
}

/// Adds an extension.
fn extension(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    out.extend(kind.to_be_bytes());
    vector16(out, data);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tls_parser::{TlsMessage, TlsMessageHandshake, parse_tls_extensions, parse_tls_plaintext};

    #[test]
    fn an_independent_parser_reads_every_version() {
        for version in TlsVersion::SCANNED {
            let record = HelloSpec::broad(version, "mx.example.test").record(&[7; 96]);
            let (rest, plain) = parse_tls_plaintext(&record).unwrap();
            assert!(rest.is_empty());
            let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))] = plain.msg.as_slice()
            else {
                panic!("{version}: {:?}", plain.msg);
            };
            assert_eq!(hello.version.0, version.min(TlsVersion::Tls12).wire());
            assert_eq!(plain.hdr.version.0, version.min(TlsVersion::Tls10).wire());
            match hello.ext {
                None => assert_eq!(version, TlsVersion::Ssl3),
                Some(bytes) => {
                    let (rest, extensions) = parse_tls_extensions(bytes).unwrap();
                    assert!(rest.is_empty());
                    assert!(extensions.len() >= 3, "{version}: {extensions:?}");
                }
            }
        }
    }

    #[test]
    fn an_address_is_no_server_name() {
        assert_eq!(HelloSpec::broad(TlsVersion::Tls12, "192.0.2.7").server_name, None);
    }
}
