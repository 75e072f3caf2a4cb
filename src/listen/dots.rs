//! The transparency of DATA (RFC 5321, section 4.5.2): finds the end, takes added dots away, notes breaches of form.

use crate::evidence::MessageFlaw;

/// Longest line that RFC 5322 allows, without its end.
const MAX_LINE: u64 = 998;

/// Reads the bytes behind DATA's 354, in any portions.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Dots {
    /// The bytes at the beginning of a line that begins with a dot and is not yet decided.
    start: Vec<u8>,
    at_start: bool,
    last: u8,
    length: u64,
    longest: u64,
    crlf_seen: bool,
    bare_lf: bool,
    bare_cr: bool,
    nul: bool,
    done: bool,
}

impl Default for Dots {
    fn default() -> Self {
        Self {
            start: Vec::new(),
            at_start: true,
            last: 0,
            length: 0,
            longest: 0,
            crlf_seen: false,
            bare_lf: false,
            bare_cr: false,
            nul: false,
            done: false,
        }
    }
}

impl Dots {
    /// Takes bytes and puts those of the message, without added dots, behind `out`. Gives how many were
    /// taken and whether the end was among them.
    ///
    /// The end is a dot between two CRLF. Only of a client that never sent a CRLF a dot between two
    /// line feeds is taken as well, because such a device would otherwise wait for ever.
    pub fn take(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
        let mut rest = bytes;
        while !self.done && !rest.is_empty() {
            if self.at_start && (!self.start.is_empty() || rest.first() == Some(&b'.')) {
                let (byte, after) = rest.split_at(1);
                rest = after;
                self.start.extend_from_slice(byte);
                self.decide(out);
                continue;
            }
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            self.content(line);
            out.extend_from_slice(line);
        }
        (bytes.len() - rest.len(), self.done)
    }

    /// Breaches of form so far.
    pub fn flaws(&self) -> Vec<MessageFlaw> {
        [
            (self.bare_lf, MessageFlaw::BareLf),
            (self.bare_cr, MessageFlaw::BareCr),
            (self.longest_line() > MAX_LINE, MessageFlaw::LongLine),
            (self.nul, MessageFlaw::Nul),
        ]
        .into_iter()
        .filter_map(|(there, flaw)| there.then_some(flaw))
        .collect()
    }

    /// Bytes of the longest line, without its end.
    pub fn longest_line(&self) -> u64 {
        self.longest.max(self.length)
    }

    /// Decides about a line that begins with a dot, as soon as its bytes allow it.
    fn decide(&mut self, out: &mut Vec<u8>) {
        let bare_end = !self.crlf_seen;
        match self.start.as_slice() {
            b"." | b".\r" => return,
            b".\r\n" => self.done = true,
            b".\n" if bare_end => {
                self.done = true;
                self.bare_lf = true;
            }
            _ => {
                let start = std::mem::take(&mut self.start);
                let line = start.get(1..).unwrap_or_default();
                self.content(line);
                out.extend_from_slice(line);
            }
        }
        self.start.clear();
    }

    /// Looks at a part of one line; it ends with a line feed or not.
    fn content(&mut self, part: &[u8]) {
        let Some((&final_byte, before)) = part.split_last() else {
            return;
        };
        let line_ends = final_byte == b'\n';
        let previous = before.last().copied().unwrap_or(self.last);
        if self.last == b'\r' && part.first() != Some(&b'\n') {
            self.bare_cr = true;
        }
        let inner = if line_ends { before } else { part };
        let cut = inner.len().saturating_sub(1);
        self.bare_cr |= memchr::memchr(b'\r', inner.get(..cut).unwrap_or_default()).is_some();
        self.nul |= memchr::memchr(0, part).is_some();
        self.length += u64::try_from(inner.len()).unwrap_or(0);
        self.at_start = line_ends;
        if line_ends {
            if previous == b'\r' {
                self.crlf_seen = true;
                self.length = self.length.saturating_sub(1);
            } else {
                self.bare_lf = true;
            }
            self.longest = self.longest.max(self.length);
            self.length = 0;
        }
        self.last = final_byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> (String, usize, bool, Vec<MessageFlaw>) {
        let mut dots = Dots::default();
        let mut out = Vec::new();
        let (taken, done) = dots.take(text, &mut out);
        (String::from_utf8(out).unwrap(), taken, done, dots.flaws())
    }

    #[test]
    fn added_dots_go_and_the_end_is_found() {
        let (text, taken, done, flaws) = read(b"a\r\n..b\r\n.c\r\n.\r\nQUIT\r\n");
        assert_eq!((text.as_str(), taken, done), ("a\r\n.b\r\nc\r\n", 15, true));
        assert!(flaws.is_empty());
        assert_eq!(read(b".\r\n").1, 3);
    }

    #[test]
    fn a_dot_between_line_feeds_ends_only_a_message_that_has_no_other_line_ends() {
        let (_, _, done, flaws) = read(b"a\n.\n");
        assert_eq!((done, flaws), (true, vec![MessageFlaw::BareLf]));
        let (text, _, done, flaws) = read(b"a\r\nb\n.\nMAIL FROM:<x>\r\n.\r\n");
        assert!(done);
        assert!(text.contains("MAIL FROM"), "smuggling must not work: {text}");
        assert_eq!(flaws, [MessageFlaw::BareLf]);
    }

    #[test]
    fn long_lines_and_lonely_carriage_returns_are_noted() {
        let long = [b"x".repeat(999), b"\r\n.\r\n".to_vec()].concat();
        assert_eq!(read(&long).3, [MessageFlaw::LongLine]);
        let fits = [b"x".repeat(998), b"\r\n.\r\n".to_vec()].concat();
        assert!(read(&fits).3.is_empty());
        assert_eq!(read(b"a\rb\r\n.\r\n").3, [MessageFlaw::BareCr]);
    }
}
