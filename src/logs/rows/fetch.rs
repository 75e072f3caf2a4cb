//! Reading some rows from their place, in bounded time and memory.

use super::Inner;
use super::row::LONGEST;
use std::io::Result;

/// Bytes read at a time.
const CHUNK: usize = 128 * 1024;

/// Hands up to `count` rows from `first` on to `take`: number, bytes without the line's end, whether it was cut.
pub fn each(inner: &Inner, first: u64, count: usize, mut take: impl FnMut(u64, &[u8], bool)) -> Result<()> {
    let (rows, end, mut place, mut after) = {
        let index = inner.index();
        let (place, after) = index.around(first);
        (index.rows(), index.end(), place, after)
    };
    let last = rows.min(first.saturating_add(count as u64));
    let mut reader = Reader {
        inner,
        buffer: Vec::new(),
        start: place.at,
    };
    let mut line = Vec::with_capacity(256);
    while place.row < last {
        line.clear();
        let wanted = place.row >= first;
        let (next, cut) = match reader.line(place.at, end, wanted, &mut line)? {
            Some(next) => (next, line.len() > LONGEST),
            // The row goes on for long: the place behind it is known.
            None => match after {
                Some(after) if after.row == place.row + 1 => (after.at, true),
                _ => (end, true),
            },
        };
        line.truncate(LONGEST);
        if wanted {
            take(place.row, line.strip_suffix(b"\r").unwrap_or(&line), cut);
        }
        place.row += 1;
        place.at = next;
        if after.is_some_and(|after| after.row <= place.row) {
            after = inner.index().around(place.row).1;
        }
    }
    Ok(())
}

struct Reader<'a> {
    inner: &'a Inner,
    buffer: Vec<u8>,
    /// Position of the buffer's first byte.
    start: u64,
}

impl Reader<'_> {
    /// Reads the line at a position; gives the position of the next, `None` where its end is too far away.
    fn line(&mut self, at: u64, end: u64, wanted: bool, line: &mut Vec<u8>) -> Result<Option<u64>> {
        let mut at = at;
        let mut passed = 0usize;
        loop {
            let inside = usize::try_from(at - self.start).unwrap_or(usize::MAX);
            if self.buffer.get(inside..).is_none_or(<[u8]>::is_empty) {
                if at >= end {
                    return Ok(Some(end));
                }
                let size = usize::try_from(end - at).unwrap_or(CHUNK).min(CHUNK);
                self.buffer.resize(size, 0);
                let got = self.inner.read_at(at, &mut self.buffer)?;
                self.buffer.truncate(got);
                self.start = at;
                if got == 0 {
                    return Ok(Some(end));
                }
                continue;
            }
            let rest = self.buffer.get(inside..).unwrap_or_default();
            let found = memchr::memchr(b'\n', rest);
            let part = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
            if wanted {
                let room = (LONGEST + 1).saturating_sub(line.len()).min(part.len());
                line.extend_from_slice(part.get(..room).unwrap_or_default());
            }
            at += part.len() as u64;
            passed += part.len();
            if found.is_some() {
                return Ok(Some(at + 1));
            }
            if passed > 4 * CHUNK {
                return Ok(None);
            }
        }
    }
}
