//! SMTP replies (RFC 5321, section 4.2) with enhanced status codes (RFC 3463).

use serde::{Deserialize, Serialize};
use std::fmt;

/// One reply, possibly of several lines.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    /// Three-digit code, 200 to 599.
    pub code: u16,
    /// Enhanced status code of the first line that has one, such as 5.7.139.
    pub enhanced: Option<Enhanced>,
    /// The lines without code and separator, cleaned of control characters.
    pub lines: Vec<String>,
}

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Enhanced(pub u8, pub u16, pub u16);

impl Enhanced {
    /// Reads a code that stands at the beginning of `text`; gives it with the number of bytes it takes.
    pub fn leading(text: &str) -> Option<(Self, usize)> {
        let word = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).next()?;
        let mut parts = word.trim_end_matches('.').split('.');
        let class: u8 = parts.next()?.parse().ok()?;
        let subject = digits(parts.next()?)?;
        let detail = digits(parts.next()?)?;
        if !matches!(class, 2 | 4 | 5) || parts.next().is_some() {
            return None;
        }
        Some((Self(class, subject, detail), word.trim_end_matches('.').len()))
    }
}

/// A number of one to three digits.
fn digits(text: &str) -> Option<u16> {
    (1..=3).contains(&text.len()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

impl Reply {
    /// A reply of one or more lines of text; the enhanced code is read from them.
    pub fn new(code: u16, lines: Vec<String>) -> Self {
        let enhanced = lines
            .iter()
            .find_map(|line| Enhanced::leading(line))
            .map(|(code, _)| code);
        Self {
            code,
            enhanced,
            lines,
        }
    }

    /// 2xx or 3xx.
    pub const fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// 4xx: worth another try later.
    pub const fn is_transient(&self) -> bool {
        self.code >= 400 && self.code < 500
    }

    /// The text of all lines, joined by blanks.
    pub fn text(&self) -> String {
        self.lines.join(" ").trim().to_owned()
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text())
    }
}

impl Serialize for Reply {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// As it is written: code and text in one line.
impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (code, _, text) = parse_line(text.as_bytes()).map_err(serde::de::Error::custom)?;
        Ok(Self::new(code, vec![text]))
    }
}

/// Bounds on what a peer may send as one reply.
pub mod limits {
    /// Longest line accepted, in bytes. RFC 5321 allows 512; real servers go to a few thousand.
    pub const LINE: usize = 8 * 1024;
    /// Most lines in one reply.
    pub const LINES: usize = 200;
}

/// Why bytes are not a reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A line without end.
    #[error("a line of more than {} bytes", limits::LINE)]
    LineTooLong,
    /// A reply without end.
    #[error("a reply of more than {} lines", limits::LINES)]
    TooManyLines,
    /// A line that does not begin with a reply code.
    #[error("not an SMTP reply: {0:?}")]
    NotAReply(String),
}

/// Puts replies together from bytes that arrive in any portions.
#[derive(Debug, Default)]
pub struct ReplyReader {
    buffer: Vec<u8>,
    lines: Vec<String>,
    code: u16,
}

impl ReplyReader {
    /// Adds bytes as they came from the peer.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole reply; `Ok(None)` where more bytes are needed.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReplyError> {
        loop {
            let Some(end) = memchr::memchr(b'\n', &self.buffer) else {
                if self.buffer.len() > limits::LINE {
                    return Err(ReplyError::LineTooLong);
                }
                return Ok(None);
            };
            if end > limits::LINE {
                return Err(ReplyError::LineTooLong);
            }
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            let (code, last, text) = parse_line(&line)?;
            if self.lines.is_empty() {
                self.code = code;
            }
            self.lines.push(text);
            if last {
                return Ok(Some(Reply::new(self.code, std::mem::take(&mut self.lines))));
            }
            if self.lines.len() >= limits::LINES {
                return Err(ReplyError::TooManyLines);
            }
        }
    }

    /// Bytes that came in and belong to no reply yet.
    pub fn pending(&self) -> &[u8] {
        &self.buffer
    }

    /// Throws away what came in and was not read, as RFC 3207 asks after STARTTLS; gives how many bytes.
    pub fn discard(&mut self) -> usize {
        self.lines.clear();
        std::mem::take(&mut self.buffer).len()
    }
}

/// One line of a reply: its code, whether it is the last, its cleaned text.
fn parse_line(line: &[u8]) -> Result<(u16, bool, String), ReplyError> {
    let text = clean(line);
    let code = text.get(..3).and_then(|head| {
        head.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| head.parse::<u16>().ok())
            .flatten()
    });
    match (code, text.as_bytes().get(3)) {
        (Some(code @ 200..=599), separator @ (None | Some(b' ' | b'-'))) => {
            let rest = text.get(4..).unwrap_or("").to_owned();
            Ok((code, separator != Some(&b'-'), rest))
        }
        _ => Err(ReplyError::NotAReply(text)),
    }
}

/// Foreign bytes as text that may be printed: UTF-8 where it is, control characters dropped.
pub fn clean(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .trim_end_matches(['\r', '\n'])
        .chars()
        .filter(|c| !is_harmful(*c))
        .collect()
}

/// Control characters, and those that change the direction of text or hide in it.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&[u8]]) -> Result<Option<Reply>, ReplyError> {
        let mut reader = ReplyReader::default();
        for part in parts {
            reader.push(part);
            if let Some(reply) = reader.next_reply()? {
                return Ok(Some(reply));
            }
        }
        Ok(None)
    }

    /// Every reply of a stream that comes in parts, and how it ends.
    fn all(parts: &[&[u8]]) -> (Vec<Reply>, Option<ReplyError>) {
        let (mut reader, mut replies) = (ReplyReader::default(), Vec::new());
        for part in parts {
            reader.push(part);
            loop {
                match reader.next_reply() {
                    Ok(Some(reply)) => replies.push(reply),
                    Ok(None) => break,
                    Err(error) => return (replies, Some(error)),
                }
            }
        }
        (replies, None)
    }

    /// What replies are made of, and what is none.
    const PIECES: &[&[u8]] = &[
        b"250-",
        b"250 ",
        b"220 ",
        b"535 5.7.139 ",
        b"4",
        b"50",
        b"mx.example.test",
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b"SIZE 100",
        b" ",
        b"-",
        b"\x1b[2J",
    ];

    #[test]
    fn a_reply_of_several_lines_keeps_them_all() {
        let reply = read(&[b"250-mx.example.test Hello [192.0.2.7]\r\n250-SIZE 100\r\n250 STARTTLS\r\n"]);
        let reply = reply.unwrap().unwrap();
        assert_eq!(reply.code, 250);
        assert_eq!(
            reply.lines,
            ["mx.example.test Hello [192.0.2.7]", "SIZE 100", "STARTTLS"]
        );
    }

    #[test]
    fn the_enhanced_code_is_read_whole() {
        let reply = read(&[b"535 5.7.139 Authentication unsuccessful\r\n"])
            .unwrap()
            .unwrap();
        assert_eq!(reply.enhanced, Some(Enhanced(5, 7, 139)));
        assert_eq!(reply.to_string(), "535 5.7.139 Authentication unsuccessful");
        let address = read(&[b"220 10.1.2.3 ESMTP\r\n"]).unwrap().unwrap();
        assert_eq!(address.enhanced, None);
    }

    #[test]
    fn a_bare_code_and_a_bare_line_feed_are_replies_too() {
        assert_eq!(read(&[b"250\r\n"]).unwrap().unwrap().text(), "");
        assert_eq!(read(&[b"354 go\n"]).unwrap().unwrap().code, 354);
    }

    #[test]
    fn a_reply_may_come_in_single_bytes() {
        let whole = b"250-one\r\n250 two\r\n";
        let parts: Vec<&[u8]> = whole.chunks(1).collect();
        assert_eq!(read(&parts).unwrap().unwrap().lines, ["one", "two"]);
    }

    #[test]
    fn a_line_or_a_reply_without_end_is_cut_off() {
        let long = vec![b'x'; limits::LINE + 1];
        assert_eq!(read(&[&long]), Err(ReplyError::LineTooLong));
        let many = b"250-x\r\n".repeat(limits::LINES + 1);
        assert_eq!(read(&[&many]), Err(ReplyError::TooManyLines));
    }

    #[test]
    fn other_protocols_are_not_replies() {
        for text in [
            "SSH-2.0-OpenSSH\r\n",
            "+OK ready\r\n",
            "* OK IMAP4\r\n",
            "HTTP/1.1 400\r\n",
            "2200 x\r\n",
        ] {
            assert!(
                matches!(read(&[text.as_bytes()]), Err(ReplyError::NotAReply(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn what_follows_a_reply_is_kept_apart_and_can_be_discarded() {
        let mut reader = ReplyReader::default();
        reader.push(b"220 go\r\n250 injected\r\n");
        assert_eq!(reader.next_reply().unwrap().unwrap().code, 220);
        assert_eq!(reader.discard(), 14);
        assert_eq!(reader.next_reply(), Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            let mut reader = ReplyReader::default();
            reader.push(&bytes);
            while let Ok(Some(_)) = reader.next_reply() {}
        }

        #[test]
        fn portions_do_not_matter(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..30),
            cuts in proptest::collection::vec(1usize..9, 1..40),
        ) {
            let whole = pieces.concat();
            let mut rest = whole.as_slice();
            let mut parts = Vec::new();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() { break }
                let (head, tail) = rest.split_at((*cut).min(rest.len()));
                parts.push(head);
                rest = tail;
            }
            proptest::prop_assert_eq!(all(&parts), all(&[&whole]));
        }
    }
}
