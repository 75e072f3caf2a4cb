//! Lines of a text file: UTF-8, UTF-16 or Windows-1252, CRLF or LF, of any length, in bounded memory.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::io::Read;

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;
/// Longest line that is kept; the rest of a longer one is passed over.
pub const LONGEST: usize = 64 * 1024;

/// What was met besides lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// Lines longer than [`LONGEST`]: how many, and the number of the first.
    pub long: Option<(u64, u64)>,
    /// Why the source could not be read to its end.
    pub broken: Option<String>,
}

/// The encoding that a file's first bytes show, `None` for UTF-8 and its relatives.
pub fn wide_encoding(head: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return (encoding == UTF_16LE || encoding == UTF_16BE).then_some(encoding);
    }
    // Without a mark: western text in UTF-16 has a NUL in every other byte.
    let sample = head.get(..head.len().min(512) & !1)?;
    if sample.len() < 4 {
        return None;
    }
    let nul = |offset: usize| {
        sample
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd, half) = (nul(0), nul(1), sample.len() / 2);
    if odd * 10 > half * 8 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 8 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// A source of UTF-16 turned to UTF-8.
pub struct Narrowed<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Narrowed<R> {
    /// Reads `source` in this encoding.
    pub fn new(source: R, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            ready: Vec::new(),
            at: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> std::io::Result<()> {
        self.raw.resize(CHUNK / 4, 0);
        let got = self.source.read(&mut self.raw)?;
        self.ended = got == 0;
        let mut text = String::with_capacity(CHUNK);
        let mut rest = self.raw.get(..got).unwrap_or_default();
        loop {
            let (result, used, _) = self.decoder.decode_to_string(rest, &mut text, self.ended);
            rest = rest.get(used..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
            text.reserve(CHUNK);
        }
        self.ready = text.into_bytes();
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for Narrowed<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.at >= self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let rest = self.ready.get(self.at..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            into.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

/// Hands every line to `take`, without its end.
pub fn each(mut source: impl Read, mut take: impl FnMut(&[u8])) -> Met {
    let mut met = Met::default();
    let mut buffer = vec![0; CHUNK];
    let mut carried: Vec<u8> = Vec::new();
    let mut number = 0u64;
    loop {
        let got = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => {
                met.broken = Some(error.to_string());
                break;
            }
        };
        let mut rest = buffer.get(..got).unwrap_or_default();
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, tail) = rest.split_at(end);
            rest = tail.get(1..).unwrap_or_default();
            number += 1;
            if carried.is_empty() && line.len() <= LONGEST {
                take(trimmed(line));
            } else {
                carry(&mut carried, line, number, &mut met);
                take(trimmed(&carried));
                carried.clear();
            }
        }
        carry(&mut carried, rest, number + 1, &mut met);
    }
    if !carried.is_empty() {
        take(trimmed(&carried));
    }
    met
}

/// A line as text: UTF-8 where it is, else Windows-1252.
pub fn text(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0,
    }
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn carry(carried: &mut Vec<u8>, bytes: &[u8], number: u64, met: &mut Met) {
    let room = LONGEST.saturating_sub(carried.len());
    if bytes.len() > room {
        let (count, first) = met.long.unwrap_or((0, number));
        let is_new = carried.len() < LONGEST;
        met.long = Some((count + u64::from(is_new), first));
    }
    carried.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> (Vec<String>, Met) {
        let mut all = Vec::new();
        let met = match wide_encoding(bytes) {
            Some(encoding) => each(Narrowed::new(bytes, encoding), |line| {
                all.push(text(line).into_owned());
            }),
            None => each(bytes, |line| all.push(text(line).into_owned())),
        };
        (all, met)
    }

    #[test]
    fn both_ends_of_line_and_a_last_line_without_one() {
        assert_eq!(lines(b"a\r\nb\n\nc").0, ["a", "b", "", "c"]);
    }

    #[test]
    fn wide_text_is_read_with_and_without_its_mark() {
        let little: Vec<u8> = "Z\u{fc}rich 550\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(lines(&little).0, ["Z\u{fc}rich 550"]);
        let marked: Vec<u8> = "\u{feff}one\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(lines(&marked).0, ["one"]);
    }

    #[test]
    fn what_is_not_utf_8_is_read_as_western() {
        assert_eq!(lines(b"Empf\xe4nger").0, ["Empf\u{e4}nger"]);
    }

    #[test]
    fn a_line_without_end_is_cut_and_told() {
        let mut bytes = vec![b'x'; 3 * LONGEST];
        bytes.extend_from_slice(b"\nshort\n");
        let (all, met) = lines(&bytes);
        assert_eq!((all[0].len(), all[1].as_str()), (LONGEST, "short"));
        assert_eq!(met.long, Some((1, 1)));
    }
}
