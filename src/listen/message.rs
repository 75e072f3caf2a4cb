//! A message as it streams in: counted, its head kept, its parts named, never held whole.

use super::observation::MessageFacts;
use jiff::Timestamp;
use mail_parser::MessageParser;
use smtp_proto::request::receiver::DataReceiver;

/// Bytes of the head that are kept.
const MAX_HEAD: usize = 64 << 10;
/// Parts that are named.
const MAX_PARTS: usize = 50;
/// Bytes of one line that are looked at.
const MAX_LINE: usize = 512;

/// Takes the bytes between DATA's 354 and the dot.
#[derive(Default)]
pub struct MessageStream {
    receiver: Option<DataReceiver>,
    scratch: Vec<u8>,
    held: Option<u8>,
    bytes: u64,
    head: Vec<u8>,
    line: Vec<u8>,
    in_header: bool,
    structure: Vec<String>,
}

impl MessageStream {
    /// A fresh message.
    pub fn new() -> Self {
        Self {
            receiver: Some(DataReceiver::new()),
            in_header: true,
            ..Self::default()
        }
    }

    /// Takes bytes; gives how many were the message's and whether its end was among them. What was
    /// taken, without added dots, stands in `fresh` until the next call.
    pub fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        self.scratch.clear();
        self.scratch.extend(self.held.take());
        let Some(receiver) = self.receiver.as_mut() else {
            return (0, true);
        };
        let mut left = bytes.iter();
        let done = receiver.ingest(&mut left, &mut self.scratch);
        let taken = bytes.len() - left.as_slice().len();
        // The receiver may take its last byte back when the dot's line turns out to be the end.
        if !done {
            self.held = self.scratch.pop();
        }
        self.bytes += u64::try_from(self.scratch.len()).unwrap_or(0);
        let room = MAX_HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(
            self.scratch
                .get(..room.min(self.scratch.len()))
                .unwrap_or_default(),
        );
        self.scan();
        if done {
            self.receiver = None;
        }
        (taken, done)
    }

    /// The bytes of the last call, without added dots.
    pub fn fresh(&self) -> &[u8] {
        &self.scratch
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
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
        MessageFacts {
            bytes: self.bytes,
            date: header("Date"),
            skew_seconds: date.map(|date| date.saturating_sub(now.as_second())),
            mailer: header("X-Mailer").or_else(|| header("User-Agent")),
            from: header("From"),
            structure: self.structure.clone(),
            saved: None,
        }
    }

    /// Looks at whole lines for the content types of the parts; long lines are cut.
    fn scan(&mut self) {
        let fresh = std::mem::take(&mut self.scratch);
        let mut rest = fresh.as_slice();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(end);
            self.keep(line);
            self.whole_line();
            rest = after.get(1..).unwrap_or_default();
        }
        self.keep(rest);
        self.scratch = fresh;
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = MAX_LINE.saturating_sub(self.line.len());
        self.line
            .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }

    fn whole_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line).trim_end().to_owned();
        self.line.clear();
        if line.is_empty() {
            self.in_header = false;
        } else if line.starts_with("--") && line.len() > 2 {
            self.in_header = true;
        } else if self.in_header
            && self.structure.len() < MAX_PARTS
            && let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-type")
        {
            let kind: String = value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .chars()
                .filter(char::is_ascii_graphic)
                .take(100)
                .collect();
            self.structure.push(kind.to_ascii_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCAN: &str = "From: scan@example.test\r\nDate: Fri, 02 Jan 2026 11:00:00 +0000\r\nX-Mailer: Copier 1\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n..dot\r\n\
        --x\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nJVBERi0=\r\n--x--\r\n.\r\nQUIT\r\n";

    #[test]
    fn a_scan_in_single_bytes_tells_the_same_as_in_one_piece() {
        let now: Timestamp = "2026-01-02T10:00:00Z".parse().unwrap();
        let mut whole = MessageStream::new();
        let (taken, done) = whole.take(SCAN.as_bytes());
        assert!(done);
        assert_eq!(&SCAN[taken..], "QUIT\r\n");
        let mut single = MessageStream::new();
        for byte in &SCAN.as_bytes()[..taken] {
            single.take(&[*byte]);
        }
        let facts = whole.facts(now);
        assert_eq!(
            facts.structure,
            ["multipart/mixed", "text/plain", "application/pdf"]
        );
        assert_eq!(facts.skew_seconds, Some(3600));
        assert_eq!(facts.mailer.as_deref(), Some("Copier 1"));
        assert_eq!(single.facts(now), facts);
    }

    #[test]
    fn a_hundred_megabytes_in_one_line_keep_nothing_but_the_head() {
        let mut stream = MessageStream::new();
        let chunk = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            assert!(!stream.take(&chunk).1);
        }
        assert_eq!(stream.bytes(), (100 << 20) - 1);
        assert!(stream.head.len() + stream.line.len() <= MAX_HEAD + MAX_LINE);
    }
}
