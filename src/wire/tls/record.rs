//! TLS records and handshake messages out of a byte stream (RFC 8446, section 5.1; RFC 5246, section 6.2.1).

use super::alert_name;

/// Content type of an alert record.
const ALERT: u8 = 21;
/// Content type of a handshake record.
const HANDSHAKE: u8 = 22;
/// Longest record that the RFCs allow, with the room that old versions had for compression.
const MAX_RECORD: usize = 16_384 + 2_048;
/// Longest handshake message accepted; a chain of certificates has a few kilobytes.
const MAX_MESSAGE: usize = 256 * 1024;

/// What a TLS peer said in clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// A handshake message: its type and its body.
    Handshake(u8, Vec<u8>),
    /// An alert.
    Alert {
        /// Level 2; a warning does not end the handshake.
        fatal: bool,
        /// Name.
        name: &'static str,
    },
    /// A record of another kind, such as encrypted data.
    Other(u8),
}

/// Why bytes are not TLS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The first bytes are no record header.
    #[error("what came is not TLS")]
    NotTls,
    /// Lengths that do not fit or that nobody needs.
    #[error("the TLS record layer is broken: {0}")]
    Malformed(&'static str),
}

/// Puts records and messages together from bytes that arrive in any portions.
#[derive(Debug, Default)]
pub struct RecordReader {
    buffer: Vec<u8>,
    handshake: Vec<u8>,
    seen: bool,
}

impl RecordReader {
    /// Adds bytes as they came from the peer.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message; `Ok(None)` where more bytes are needed.
    pub fn next_spoken(&mut self) -> Result<Option<Spoken>, RecordError> {
        loop {
            if let Some(message) = self.next_message()? {
                return Ok(Some(message));
            }
            let Some((kind, payload)) = self.next_record()? else {
                return Ok(None);
            };
            match kind {
                HANDSHAKE => self.handshake.extend_from_slice(&payload),
                ALERT => {
                    let [level, code, ..] = payload.as_slice() else {
                        return Err(RecordError::Malformed("an alert without its two bytes"));
                    };
                    return Ok(Some(Spoken::Alert {
                        fatal: *level != 1,
                        name: alert_name(*code),
                    }));
                }
                other => return Ok(Some(Spoken::Other(other))),
            }
        }
    }

    /// The next whole handshake message of the records read so far.
    fn next_message(&mut self) -> Result<Option<Spoken>, RecordError> {
        let [kind, a, b, c, ..] = self.handshake.as_slice() else {
            return Ok(None);
        };
        let kind = *kind;
        let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
        if length > MAX_MESSAGE {
            return Err(RecordError::Malformed("a handshake message of absurd length"));
        }
        if self.handshake.len() < 4 + length {
            return Ok(None);
        }
        let body = self.handshake.drain(..4 + length).skip(4).collect();
        Ok(Some(Spoken::Handshake(kind, body)))
    }

    /// The next whole record.
    fn next_record(&mut self) -> Result<Option<(u8, Vec<u8>)>, RecordError> {
        if !self.buffer.is_empty() && !looks_like_tls(&self.buffer) {
            return Err(if self.seen {
                RecordError::Malformed("a record of no known type")
            } else {
                RecordError::NotTls
            });
        }
        let [kind, _, _, a, b, ..] = self.buffer.as_slice() else {
            return Ok(None);
        };
        let kind = *kind;
        let length = usize::from(u16::from_be_bytes([*a, *b]));
        if length > MAX_RECORD {
            return Err(RecordError::Malformed("a record of absurd length"));
        }
        if self.buffer.len() < 5 + length {
            return Ok(None);
        }
        self.seen = true;
        let payload = self.buffer.drain(..5 + length).skip(5).collect();
        Ok(Some((kind, payload)))
    }
}

/// Whether bytes begin like a TLS record: a known type, then major version 3.
pub fn looks_like_tls(bytes: &[u8]) -> bool {
    match bytes {
        [] => false,
        [kind] => matches!(kind, 20..=24),
        [kind, major, ..] => matches!(kind, 20..=24) && *major == 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<Spoken>, RecordError> {
        let mut reader = RecordReader::default();
        reader.push(bytes);
        let mut spoken = Vec::new();
        while let Some(one) = reader.next_spoken()? {
            spoken.push(one);
        }
        Ok(spoken)
    }

    #[test]
    fn an_alert_has_its_name() {
        let alert = Spoken::Alert {
            fatal: true,
            name: "protocol_version",
        };
        assert_eq!(all(&[21, 3, 1, 0, 2, 2, 70]), Ok(vec![alert]));
    }

    #[test]
    fn a_message_over_two_records_and_two_in_one_are_read() {
        let bytes = [22, 3, 1, 0, 5, 2, 0, 0, 2, 9, 22, 3, 1, 0, 5, 8, 14, 0, 0, 0];
        assert_eq!(
            all(&bytes),
            Ok(vec![
                Spoken::Handshake(2, vec![9, 8]),
                Spoken::Handshake(14, vec![])
            ])
        );
    }

    #[test]
    fn text_is_not_tls() {
        assert_eq!(all(b"220 mx.example.test ESMTP\r\n"), Err(RecordError::NotTls));
    }

    #[test]
    fn a_message_of_sixteen_megabytes_is_refused_at_its_header() {
        let result = all(&[22, 3, 1, 0, 4, 11, 0xff, 0xff, 0xff]);
        assert!(matches!(result, Err(RecordError::Malformed(_))), "{result:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = all(&bytes);
            let framed: Vec<u8> = [22, 3, 3, 0, 200].into_iter().chain(bytes).collect();
            let _ = all(&framed);
        }
    }
}
