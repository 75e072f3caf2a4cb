//! A tapped TLS handshake, as far as it can be read without keys (RFC 5246, section 7; RFC 8446, section 4).

use super::witness::Witness;
use crate::evidence::{Loss, TlsFailure};
use crate::listen::observation::{Seen, Shown, Side};
use crate::wire::tls::answer::{AnswerReader, Ending};
use crate::wire::tls::client_hello::{self, Flight, MAX_FLIGHT};
use crate::wire::tls::suites::suite_name;
use crate::wire::tls::{TlsVersion, alert_name};

/// Payload of an encrypted alert of TLS 1.3: two bytes, the content type, the authentication tag.
const SEALED_ALERT: usize = 2 + 1 + 16;

/// The handshake so far.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Tls {
    flight: Vec<u8>,
    hello_told: bool,
    answer: Option<AnswerReader>,
    answered: bool,
    version: Option<TlsVersion>,
    suite: String,
    sides: [Records; 2],
    alert_told: bool,
    sealed_alert: bool,
    stands: bool,
}

impl Tls {
    /// Whether bytes begin like a hello.
    pub fn begins(bytes: &[u8]) -> bool {
        client_hello::begins(bytes)
    }

    /// Looks at bytes of one side.
    pub fn pass(&mut self, side: Side, bytes: &[u8], witness: &mut Witness) {
        if self.stands {
            return;
        }
        match side {
            Side::Client if !self.hello_told => self.client_flight(bytes, witness),
            Side::Server if !self.answered => self.server_flight(bytes, witness),
            _ => {}
        }
        let mut met = Vec::new();
        let index = usize::from(side == Side::Server);
        if let Some(records) = self.sides.get_mut(index) {
            records.pass(bytes, |record| met.push(record));
        }
        for record in met {
            self.record(side, record, witness);
        }
    }

    /// The connection is over: what is told of a handshake that did not come about.
    pub fn end(&mut self, first: Side, how: Loss) -> Option<Seen> {
        if self.stands || self.alert_told {
            return None;
        }
        let problem = match (self.sealed_alert, self.hello_told, first) {
            (true, ..) => {
                "the device ends the handshake with an encrypted alert, behind the real server's certificate: \
                 commonly it does not accept that certificate"
            }
            (_, false, Side::Client) => "the device ends it before a whole hello",
            (_, false, Side::Server) => "the real server ends it before the device's hello",
            (_, true, Side::Client) => "the device ends the handshake without a word",
            (_, true, Side::Server) => "the real server ends the handshake without a word",
        };
        Some(Seen::TlsFailed {
            failure: TlsFailure::BrokenOff(how),
            problem: problem.to_owned(),
            shown: Shown::Server,
        })
    }

    fn client_flight(&mut self, bytes: &[u8], witness: &mut Witness) {
        let room = MAX_FLIGHT.saturating_sub(self.flight.len());
        self.flight
            .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        let seen = match client_hello::read(&self.flight) {
            Flight::Incomplete if self.flight.len() < MAX_FLIGHT => return,
            Flight::Hello(hello) => Seen::Hello(hello),
            Flight::OldForm(hello) => Seen::OldHello(hello),
            Flight::Other | Flight::Incomplete => Seen::NotTls,
        };
        self.hello_told = true;
        self.flight = Vec::new();
        witness.seen.push(seen);
    }

    fn server_flight(&mut self, bytes: &[u8], witness: &mut Witness) {
        let Some(answer) = self.answer.get_or_insert_with(AnswerReader::default).push(bytes) else {
            return;
        };
        self.answered = true;
        self.answer = None;
        if let Ending::Hello(hello) = answer.ending {
            self.version = TlsVersion::from_wire(hello.version);
            self.suite = suite_name(hello.suite);
            let (version, suite) = (self.version, self.suite.clone());
            witness.seen.push(Seen::ServerHello { version, suite });
        }
        witness.chain = answer.chain;
    }

    fn record(&mut self, side: Side, record: Record, witness: &mut Witness) {
        match record {
            Record::Alert { fatal, code } => {
                let name = alert_name(code).to_owned();
                // close_notify is a goodbye and no failure.
                let fatal = fatal && code != 0;
                self.alert_told |= fatal;
                witness.seen.push(Seen::Alert {
                    by: side,
                    fatal,
                    name,
                });
            }
            Record::Sealed { length } if side == Side::Client && self.version >= Some(TlsVersion::Tls13) => {
                if length == SEALED_ALERT {
                    self.sealed_alert = true;
                } else if !self.sealed_alert {
                    self.established(witness);
                }
            }
            Record::Sealed { .. } => {}
            Record::ChangeCipher => {
                let both = self.sides.iter().all(|records| records.encrypted);
                if both && self.version.is_some_and(|version| version <= TlsVersion::Tls12) {
                    self.established(witness);
                }
            }
        }
    }

    fn established(&mut self, witness: &mut Witness) {
        self.stands = true;
        witness.seen.push(Seen::TlsEstablished {
            version: self.version,
            suite: self.suite.clone(),
            shown: Shown::Server,
        });
    }
}

/// What a record is, where that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    Alert { fatal: bool, code: u8 },
    ChangeCipher,
    Sealed { length: usize },
}

/// The record layer of one side: headers are read, bodies are skipped.
#[derive(Debug, Default)]
struct Records {
    header: Vec<u8>,
    left: usize,
    alert: Vec<u8>,
    encrypted: bool,
    lost: bool,
}

impl Records {
    fn pass(&mut self, bytes: &[u8], mut met: impl FnMut(Record)) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.lost {
            if self.left > 0 {
                let (body, after) = rest.split_at(self.left.min(rest.len()));
                rest = after;
                self.left -= body.len();
                if self.header.first() == Some(&21) && !self.encrypted {
                    let room = 2usize.saturating_sub(self.alert.len());
                    self.alert
                        .extend_from_slice(body.get(..room.min(body.len())).unwrap_or_default());
                    if let (0, [level, code]) = (self.left, self.alert.as_slice()) {
                        met(Record::Alert {
                            fatal: *level != 1,
                            code: *code,
                        });
                        self.alert.clear();
                    }
                }
                if self.left == 0 {
                    self.header.clear();
                }
                continue;
            }
            let (part, after) = rest.split_at((5 - self.header.len()).min(rest.len()));
            rest = after;
            self.header.extend_from_slice(part);
            let [kind, major, _, high, low] = self.header.as_slice() else {
                continue;
            };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            if !(20..=24).contains(kind) || *major != 3 {
                // A hello of SSL 2.0, or no TLS at all.
                self.lost = true;
                return;
            }
            match kind {
                20 => {
                    self.encrypted = true;
                    met(Record::ChangeCipher);
                }
                23 => met(Record::Sealed { length }),
                _ => {}
            }
            self.left = length;
            if length == 0 {
                self.header.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tls::hello::HelloSpec;

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind, 3, 3];
        bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend(body);
        bytes
    }

    fn server_hello(extension: &[u8]) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([9; 32]);
        body.extend([0, 0xc0, 0x2f, 0]);
        if !extension.is_empty() {
            body.extend(u16::try_from(extension.len()).unwrap().to_be_bytes());
            body.extend(extension);
        }
        let mut message = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
        message.extend(body);
        record(22, &message)
    }

    fn watch(steps: &[(Side, Vec<u8>)], one_by_one: bool) -> (Tls, Vec<Seen>) {
        let mut tls = Tls::default();
        let mut witness = Witness::default();
        for (side, bytes) in steps {
            let size = if one_by_one { 1 } else { bytes.len() };
            for part in bytes.chunks(size) {
                tls.pass(*side, part, &mut witness);
            }
        }
        (tls, witness.seen)
    }

    #[test]
    fn a_tls_1_2_handshake_stands_when_both_have_changed_their_cipher() {
        let hello = HelloSpec::broad(TlsVersion::Tls12, "mx.example.test").record(&[7; 96]);
        let certificate = record(22, &[11, 0, 0, 3, 0, 0, 0]);
        let steps = [
            (Side::Client, hello),
            (Side::Server, [server_hello(&[]), certificate].concat()),
            (
                Side::Client,
                [record(22, &[16, 0, 0, 0]), record(20, &[1]), record(22, &[5; 40])].concat(),
            ),
            (Side::Server, [record(20, &[1]), record(22, &[5; 40])].concat()),
        ];
        for one_by_one in [false, true] {
            let (mut tls, seen) = watch(&steps, one_by_one);
            assert!(matches!(seen[0], Seen::Hello(_)), "{seen:?}");
            let stands = |s: &Seen| {
                matches!(
                    s,
                    Seen::TlsEstablished {
                        version: Some(TlsVersion::Tls12),
                        ..
                    }
                )
            };
            assert!(seen.iter().any(stands), "{seen:?}");
            assert_eq!(tls.end(Side::Client, Loss::Closed), None);
        }
    }

    #[test]
    fn alerts_are_told_with_their_sender() {
        let hello = HelloSpec::broad(TlsVersion::Tls10, "mx.example.test").record(&[7; 96]);
        let (mut tls, seen) = watch(
            &[(Side::Client, hello), (Side::Server, record(21, &[2, 70]))],
            true,
        );
        let Some(Seen::Alert {
            by: Side::Server,
            fatal: true,
            name,
        }) = seen.last()
        else {
            panic!("{seen:?}")
        };
        assert_eq!(name, "protocol_version");
        assert_eq!(tls.end(Side::Server, Loss::Closed), None);
    }

    #[test]
    fn a_sealed_alert_of_tls_1_3_is_no_session() {
        let hello = HelloSpec::capped(TlsVersion::Tls13, "mx.example.test").record(&[7; 96]);
        let begun = [
            (Side::Client, hello),
            (
                Side::Server,
                [server_hello(&[0, 43, 0, 2, 3, 4]), record(23, &[1; 500])].concat(),
            ),
        ];
        let with = |last: Vec<u8>| {
            let mut steps = begun.to_vec();
            steps.push((Side::Client, [record(20, &[1]), last].concat()));
            watch(&steps, false)
        };
        let (mut tls, seen) = with(record(23, &[1; SEALED_ALERT]));
        assert!(
            !seen.iter().any(|s| matches!(s, Seen::TlsEstablished { .. })),
            "{seen:?}"
        );
        assert!(matches!(
            tls.end(Side::Client, Loss::Closed),
            Some(Seen::TlsFailed { .. })
        ));
        let (_, seen) = with(record(23, &[1; 53]));
        assert!(
            seen.iter().any(|s| matches!(s, Seen::TlsEstablished { .. })),
            "{seen:?}"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            parts in proptest::collection::vec((proptest::bool::ANY, proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80)), 0..12),
        ) {
            let mut tls = Tls::default();
            let mut witness = Witness::default();
            let hello = HelloSpec::broad(TlsVersion::Tls12, "x.test").record(&[7; 96]);
            tls.pass(Side::Client, &hello, &mut witness);
            for (server, bytes) in parts {
                let side = if server { Side::Server } else { Side::Client };
                tls.pass(side, &bytes, &mut witness);
            }
            let _ = tls.end(Side::Client, Loss::Reset);
        }
    }
}
