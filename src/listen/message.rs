//! A message as it streams in: counted, its head kept, its parts and its breaches of form named, never held whole.

use super::dots::Dots;
use super::observation::{MessageFacts, Part};
use crate::evidence::MessageFlaw;
use jiff::Timestamp;
use mail_parser::MessageParser;

/// Bytes of the head that are kept.
const MAX_HEAD: usize = 64 << 10;
/// Parts that are named.
const MAX_PARTS: usize = 50;
/// Boundaries that are kept.
const MAX_BOUNDARIES: usize = 20;
/// Bytes of one line, and of one header with its continuations, that are looked at.
const MAX_LINE: usize = 1000;

/// Takes the bytes between DATA's 354 and the dot.
#[derive(Debug)]
pub struct MessageStream {
    dots: Dots,
    fresh: Vec<u8>,
    bytes: u64,
    head: Vec<u8>,
    line: Vec<u8>,
    /// The present line's length with its end, also where `line` was cut.
    length: u64,
    header: Vec<u8>,
    in_header: bool,
    top: bool,
    boundaries: Vec<Vec<u8>>,
    parts: Vec<Part>,
}

impl Default for MessageStream {
    fn default() -> Self {
        Self {
            dots: Dots::default(),
            fresh: Vec::new(),
            bytes: 0,
            head: Vec::new(),
            line: Vec::new(),
            length: 0,
            header: Vec::new(),
            in_header: true,
            top: true,
            boundaries: Vec::new(),
            parts: vec![Part::default()],
        }
    }
}

impl MessageStream {
    /// Takes bytes; gives how many were the message's and whether its end was among them. What was
    /// taken, without added dots, stands in `fresh` until the next call.
    pub fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        self.fresh.clear();
        let (taken, done) = self.dots.take(bytes, &mut self.fresh);
        self.bytes += u64::try_from(self.fresh.len()).unwrap_or(0);
        self.scan();
        if done && !self.line.is_empty() {
            self.whole_line();
        }
        (taken, done)
    }

    /// The bytes of the last call, without added dots.
    pub fn fresh(&self) -> &[u8] {
        &self.fresh
    }

    /// Bytes so far.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What is told of the message.
    pub fn facts(&self, now: Timestamp) -> MessageFacts {
        let parsed = MessageParser::default().parse_headers(&self.head);
        let header = |name: &'static str| {
            let text = parsed.as_ref()?.header_raw(name)?;
            let text: String = text
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .filter(|c| !c.is_control())
                .take(300)
                .collect();
            (!text.is_empty()).then_some(text)
        };
        let date = parsed
            .as_ref()
            .and_then(|message| message.date())
            .filter(|date| date.is_valid())
            .map(mail_parser::DateTime::to_timestamp);
        let mut flaws = self.dots.flaws();
        let count = |name: &str| {
            let names = parsed.iter().flat_map(mail_parser::Message::headers);
            names.filter(|h| h.name().eq_ignore_ascii_case(name)).count()
        };
        if count("date") == 0 {
            flaws.push(MessageFlaw::NoDate);
        }
        match count("from") {
            0 => flaws.push(MessageFlaw::NoFrom),
            1 => {}
            _ => flaws.push(MessageFlaw::SeveralFrom),
        }
        MessageFacts {
            bytes: self.bytes,
            date: header("Date"),
            skew_seconds: date.map(|date| date.saturating_sub(now.as_second())),
            mailer: header("X-Mailer").or_else(|| header("User-Agent")),
            from: header("From"),
            parts: self.parts.clone(),
            flaws,
            longest_line: self.dots.longest_line(),
            saved: None,
        }
    }

    /// Looks at whole lines for the parts; long lines are cut.
    fn scan(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        let mut rest = fresh.as_slice();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(end + 1);
            self.keep(line);
            self.whole_line();
            rest = after;
        }
        self.keep(rest);
        self.fresh = fresh;
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.length += u64::try_from(bytes.len()).unwrap_or(0);
        let room = MAX_LINE.saturating_sub(self.line.len());
        self.line
            .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        if self.top {
            let room = MAX_HEAD.saturating_sub(self.head.len());
            self.head
                .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        }
    }

    fn whole_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let length = std::mem::take(&mut self.length);
        let text = line.trim_ascii_end();
        if let Some(last) = self.boundary(text) {
            self.header.clear();
            self.top = false;
            self.in_header = !last;
            if !last && self.parts.len() < MAX_PARTS {
                self.parts.push(Part::default());
            }
        } else if !self.in_header {
            if let Some(part) = self.parts.last_mut() {
                part.bytes += length;
            }
        } else if text.is_empty() {
            self.whole_header();
            self.in_header = false;
            self.top = false;
        } else if line.starts_with(b" ") || line.starts_with(b"\t") {
            let room = MAX_LINE.saturating_sub(self.header.len());
            self.header
                .extend_from_slice(text.get(..room.min(text.len())).unwrap_or_default());
        } else {
            self.whole_header();
            self.header = text.to_vec();
        }
        // The line's room is used again.
        self.line = line;
        self.line.clear();
    }

    /// Whether a line is a boundary, and whether it is a closing one.
    fn boundary(&self, line: &[u8]) -> Option<bool> {
        let rest = line.strip_prefix(b"--")?;
        self.boundaries.iter().find_map(|known| {
            let tail = rest.strip_prefix(known.as_slice())?;
            match tail {
                b"" => Some(false),
                b"--" => Some(true),
                _ => None,
            }
        })
    }

    /// Reads the kind of the part out of a whole header.
    fn whole_header(&mut self) {
        let header = std::mem::take(&mut self.header);
        let text = String::from_utf8_lossy(&header);
        let Some((name, value)) = text.split_once(':') else {
            return;
        };
        if name.trim().eq_ignore_ascii_case("content-type") {
            if let Some(boundary) = parameter(value, "boundary")
                && self.boundaries.len() < MAX_BOUNDARIES
            {
                self.boundaries.push(boundary.into_bytes());
            }
            if let Some(part) = self.parts.last_mut() {
                part.kind = word(value);
            }
        } else if name.trim().eq_ignore_ascii_case("content-transfer-encoding")
            && let Some(part) = self.parts.last_mut()
        {
            part.encoding = word(value);
        }
    }
}

/// The first word of a header value, cleaned and cut.
fn word(value: &str) -> String {
    let word = value.split(';').next().unwrap_or_default().trim();
    let word: String = word.chars().filter(char::is_ascii_graphic).take(100).collect();
    word.to_ascii_lowercase()
}

/// A parameter of a header value, without its quotation marks.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: &str = "From: scan@example.test\r\nDate: Fri, 02 Jan 2026 11:00:00 +0000\r\nX-Mailer: Copier 1\r\n\
        Content-Type: multipart/mixed;\r\n boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n..dot\r\n-- \r\n\
        --x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--x--\r\n.\r\nQUIT\r\n";

    #[test]
    fn a_scan_in_single_bytes_tells_the_same_as_in_one_piece() {
        let now: Timestamp = "2026-01-02T10:00:00Z".parse().unwrap();
        let mut whole = MessageStream::default();
        let (taken, done) = whole.take(SCAN.as_bytes());
        assert!(done);
        assert_eq!(&SCAN[taken..], "QUIT\r\n");
        let mut single = MessageStream::default();
        for byte in &SCAN.as_bytes()[..taken] {
            single.take(&[*byte]);
        }
        let facts = whole.facts(now);
        let kinds: Vec<_> = facts.parts.iter().map(|part| part.kind.as_str()).collect();
        assert_eq!(kinds, ["multipart/mixed", "text/plain", "application/pdf"]);
        let pdf = facts.parts.last().unwrap();
        assert_eq!((pdf.encoding.as_str(), pdf.bytes), ("base64", 10));
        assert_eq!(facts.skew_seconds, Some(3600));
        assert_eq!(facts.mailer.as_deref(), Some("Copier 1"));
        assert!(facts.flaws.is_empty(), "{:?}", facts.flaws);
        assert_eq!(single.facts(now), facts);
    }

    #[test]
    fn a_hundred_megabytes_in_one_line_keep_nothing_but_the_head() {
        let mut stream = MessageStream::default();
        let chunk = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            assert!(!stream.take(&chunk).1);
        }
        assert_eq!(stream.bytes(), 100 << 20);
        assert!(stream.head.len() + stream.line.len() <= MAX_HEAD + MAX_LINE);
        assert!(
            stream
                .facts(Timestamp::now())
                .flaws
                .contains(&MessageFlaw::LongLine)
        );
    }

    #[test]
    fn a_message_without_date_and_from_is_named_so() {
        let mut stream = MessageStream::default();
        assert!(stream.take(b"Subject: x\n\nhello\n.\n").1);
        let flaws = stream.facts(Timestamp::now()).flaws;
        let expected = [MessageFlaw::BareLf, MessageFlaw::NoDate, MessageFlaw::NoFrom];
        assert_eq!(flaws, expected);
    }

    proptest::proptest! {
        #[test]
        fn any_cutting_tells_the_same_and_nothing_panics(
            bytes in proptest::collection::vec(
                proptest::prop_oneof![
                    proptest::prelude::Just(b'.'), proptest::prelude::Just(b'\r'), proptest::prelude::Just(b'\n'),
                    proptest::prelude::Just(b'-'), proptest::prelude::any::<u8>(),
                ], 0..200),
            cuts in proptest::collection::vec(0usize..200, 0..6),
        ) {
            let now = Timestamp::UNIX_EPOCH;
            let mut whole = MessageStream::default();
            let (taken, done) = whole.take(&bytes);
            let mut pieces = MessageStream::default();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut total = (0, false);
            for pair in cuts.windows(2) {
                if total.1 {
                    break;
                }
                let (some, end) = pieces.take(&bytes[pair[0]..pair[1]]);
                total = (total.0 + some, end);
            }
            proptest::prop_assert_eq!((taken, done), total);
            proptest::prop_assert_eq!(whole.facts(now), pieces.facts(now));
        }
    }
}
