//! What a server answers to a hand-made hello: ServerHello, alert or something else, and its certificate.

use super::record::{RecordError, RecordReader, Spoken};
use super::{TlsVersion, VersionAnswer};
use crate::wire::failure::{Loss, TlsFailure};

/// A ServerHello (RFC 8446, section 4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerHello {
    /// The version chosen, also where it hides in an extension.
    pub version: u16,
    /// The suite chosen.
    pub suite: u16,
    /// Whether it is a HelloRetryRequest, which only TLS 1.3 has.
    pub retry: bool,
}

/// How the answer to a hello ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// A ServerHello came.
    Hello(ServerHello),
    /// A fatal alert came, by name.
    Alert(&'static str),
    /// Something else came.
    NotTls,
    /// TLS, but broken.
    Malformed(String),
    /// Nothing more came.
    Lost(Loss),
}

/// All that a server showed in answer to a hello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub ending: Ending,
    /// The chain, leaf first; only up to TLS 1.2, where it is sent in clear.
    pub chain: Vec<Vec<u8>>,
    /// The first bytes that came, to say what it was where it was not TLS.
    pub first: Vec<u8>,
}

impl Answer {
    /// The version chosen.
    pub const fn version(&self) -> Option<TlsVersion> {
        match self.ending {
            Ending::Hello(hello) => TlsVersion::from_wire(hello.version),
            _ => None,
        }
    }

    /// Whether it came from a TLS server at all.
    pub const fn is_tls(&self) -> bool {
        matches!(self.ending, Ending::Hello(_) | Ending::Alert(_))
    }

    /// The suite chosen.
    pub const fn suite(&self) -> Option<u16> {
        match self.ending {
            Ending::Hello(hello) => Some(hello.suite),
            _ => None,
        }
    }

    /// What it says about the version that was the highest offered.
    pub fn to(&self, offered: TlsVersion) -> VersionAnswer {
        match &self.ending {
            Ending::Hello(hello) => match TlsVersion::from_wire(hello.version) {
                Some(version) if version == offered => VersionAnswer::Accepted,
                Some(version) => VersionAnswer::Refused(format!("answered with {version}")),
                None => VersionAnswer::Refused(format!("answered with version {:#06x}", hello.version)),
            },
            Ending::Alert(name) => VersionAnswer::Refused((*name).to_owned()),
            Ending::NotTls => VersionAnswer::Unknown("not TLS".to_owned()),
            Ending::Malformed(text) => VersionAnswer::Unknown(text.clone()),
            Ending::Lost(loss) => VersionAnswer::Unknown(loss_words(*loss).to_owned()),
        }
    }

    /// What it says of a hello that offered just these suites.
    pub fn to_suites(&self, offered: &[u16]) -> VersionAnswer {
        match &self.ending {
            Ending::Hello(hello) if offered.contains(&hello.suite) => VersionAnswer::Accepted,
            Ending::Hello(hello) => {
                let name = super::suites::suite_name(hello.suite);
                VersionAnswer::Unknown(format!("answered with {name}, which was not offered"))
            }
            _ => self.to(TlsVersion::Tls12),
        }
    }

    /// The failure, where no ServerHello came.
    pub fn failure(&self) -> Option<TlsFailure> {
        match &self.ending {
            Ending::Hello(_) => None,
            Ending::Alert(name) => Some(TlsFailure::Alert((*name).to_owned())),
            Ending::NotTls => Some(TlsFailure::NotTls),
            Ending::Malformed(text) => Some(TlsFailure::Other(text.clone())),
            Ending::Lost(loss) => Some(TlsFailure::BrokenOff(*loss)),
        }
    }
}

/// How a connection ended, in words.
pub const fn loss_words(loss: Loss) -> &'static str {
    match loss {
        Loss::TimedOut => "no answer",
        Loss::Closed => "connection closed",
        Loss::Reset => "connection reset",
    }
}

/// Reads an answer from bytes that arrive in any portions.
#[derive(Debug, Default)]
pub struct AnswerReader {
    records: RecordReader,
    hello: Option<ServerHello>,
    chain: Vec<Vec<u8>>,
    first: Vec<u8>,
    total: usize,
}

/// How many of the first bytes are kept.
const KEPT: usize = 128;

/// Most bytes read as the answer to one hello.
const MAX_TOTAL: usize = 512 * 1024;

impl AnswerReader {
    /// Takes bytes; gives the answer once nothing more is to be learned.
    pub fn push(&mut self, bytes: &[u8]) -> Option<Answer> {
        self.total += bytes.len();
        let room = KEPT.saturating_sub(self.first.len());
        self.first.extend(bytes.iter().take(room));
        if self.total > MAX_TOTAL {
            return Some(self.end(Ending::Malformed("an answer without end".to_owned())));
        }
        self.records.push(bytes);
        loop {
            match self.records.next_spoken() {
                Ok(Some(spoken)) => {
                    if let Some(answer) = self.take(spoken) {
                        return Some(answer);
                    }
                }
                Ok(None) => return None,
                Err(RecordError::NotTls) => return Some(self.end(Ending::NotTls)),
                Err(error) => return Some(self.end(Ending::Malformed(error.to_string()))),
            }
        }
    }

    /// The answer where the connection ended before it was whole.
    pub fn lost(&mut self, loss: Loss) -> Answer {
        self.end(Ending::Lost(loss))
    }

    /// Takes one message; gives the answer where it is the last of interest.
    fn take(&mut self, spoken: Spoken) -> Option<Answer> {
        match spoken {
            Spoken::Handshake(2, body) => match parse_server_hello(&body) {
                Some(hello) => {
                    self.hello = Some(hello);
                    // From TLS 1.3 on, what follows is encrypted.
                    (hello.version >= TlsVersion::Tls13.wire()).then(|| self.end(Ending::Hello(hello)))
                }
                None => Some(self.end(Ending::Malformed("a ServerHello that cannot be read".to_owned()))),
            },
            Spoken::Handshake(11, body) => {
                self.chain = parse_certificates(&body);
                self.hello.map(|hello| self.end(Ending::Hello(hello)))
            }
            // ServerKeyExchange or ServerHelloDone without a certificate before it.
            Spoken::Handshake(12 | 14, _) => self.hello.map(|hello| self.end(Ending::Hello(hello))),
            Spoken::Alert { fatal: true, name } => Some(self.end(Ending::Alert(name))),
            Spoken::Handshake(..) | Spoken::Alert { .. } => None,
            Spoken::Other(_) => Some(self.end(Ending::Malformed("encrypted data before a hello".to_owned()))),
        }
    }

    /// The answer, with what came before its end: a ServerHello stands whatever follows it.
    fn end(&mut self, ending: Ending) -> Answer {
        Answer {
            ending: self.hello.map_or(ending, Ending::Hello),
            chain: std::mem::take(&mut self.chain),
            first: std::mem::take(&mut self.first),
        }
    }
}

/// The random that makes a ServerHello a HelloRetryRequest (RFC 8446, section 4.1.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// Reads the body of a ServerHello.
fn parse_server_hello(body: &[u8]) -> Option<ServerHello> {
    let mut cursor = Cursor(body);
    let mut version = cursor.word()?;
    let retry = cursor.take(32)? == RETRY;
    let session = usize::from(cursor.byte()?);
    cursor.take(session)?;
    let suite = cursor.word()?;
    cursor.byte()?;
    if let Some(length) = cursor.word() {
        let mut extensions = Cursor(cursor.take(usize::from(length))?);
        while let Some(kind) = extensions.word() {
            let length = extensions.word()?;
            let mut data = Cursor(extensions.take(usize::from(length))?);
            if kind == 43 {
                version = data.word()?;
            }
        }
    }
    if retry {
        version = TlsVersion::Tls13.wire();
    }
    Some(ServerHello {
        version,
        suite,
        retry,
    })
}

/// Reads the body of a Certificate message up to TLS 1.2 (RFC 5246, section 7.4.2).
fn parse_certificates(body: &[u8]) -> Vec<Vec<u8>> {
    let mut chain = Vec::new();
    let mut cursor = Cursor(body);
    let _total = cursor.length24();
    while let Some(certificate) = cursor.length24().and_then(|length| cursor.take(length)) {
        chain.push(certificate.to_vec());
        if chain.len() == 16 {
            break;
        }
    }
    chain
}

/// Bytes still to be read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn word(&mut self) -> Option<u16> {
        let bytes = self.take(2)?;
        Some(u16::from_be_bytes(bytes.try_into().ok()?))
    }

    fn length24(&mut self) -> Option<usize> {
        let high = usize::from(self.byte()?);
        Some(high << 16 | usize::from(self.word()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with one handshake message.
    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut out = vec![22, 3, 1];
        out.extend(u16::try_from(body.len() + 4).unwrap().to_be_bytes());
        out.extend([kind, 0]);
        out.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        out.extend(body);
        out
    }

    fn hello(version: u16, random: [u8; 32], extensions: &[u8]) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend(random);
        body.extend([0, 0x00, 0x2f, 0]);
        if !extensions.is_empty() {
            body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
            body.extend(extensions);
        }
        message(2, &body)
    }

    #[test]
    fn an_old_server_s_certificate_is_read() {
        let mut reader = AnswerReader::default();
        assert_eq!(reader.push(&hello(0x0301, [1; 32], &[])), None);
        let answer = reader.push(&message(11, &[0, 0, 5, 0, 0, 2, 0x30, 0])).unwrap();
        assert_eq!(answer.version(), Some(TlsVersion::Tls10));
        assert_eq!(answer.chain, [[0x30, 0]]);
        assert_eq!(answer.to(TlsVersion::Tls10), VersionAnswer::Accepted);
        assert_eq!(
            answer.to(TlsVersion::Tls11),
            VersionAnswer::Refused("answered with TLS 1.0".into())
        );
    }

    #[test]
    fn tls_1_3_hides_in_an_extension_and_in_a_retry() {
        let with_extension = hello(0x0303, [1; 32], &[0, 43, 0, 2, 3, 4]);
        let answer = AnswerReader::default().push(&with_extension).unwrap();
        assert_eq!(answer.to(TlsVersion::Tls13), VersionAnswer::Accepted);
        let answer = AnswerReader::default().push(&hello(0x0303, RETRY, &[])).unwrap();
        assert_eq!(answer.version(), Some(TlsVersion::Tls13));
    }

    #[test]
    fn a_warning_does_not_end_it_but_a_fatal_alert_does() {
        let mut reader = AnswerReader::default();
        assert_eq!(reader.push(&[21, 3, 1, 0, 2, 1, 112]), None);
        let answer = reader.push(&[21, 3, 1, 0, 2, 2, 70]).unwrap();
        assert_eq!(
            answer.failure(),
            Some(TlsFailure::Alert("protocol_version".into()))
        );
    }

    #[test]
    fn silence_says_nothing_about_the_version() {
        let answer = AnswerReader::default().lost(Loss::Closed);
        assert_eq!(answer.to(TlsVersion::Tls10).id(), "unknown");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), kind in 0u8..16,
        ) {
            let _ = AnswerReader::default().push(&bytes);
            let mut reader = AnswerReader::default();
            let _ = reader.push(&hello(0x0303, [2; 32], &bytes));
            let _ = reader.push(&message(kind, &bytes));
            let _ = reader.lost(Loss::Reset);
        }
    }
}
