//! A long audit log read in blocks, several at a time; a job's rows are never torn apart.

use super::audit::Audit;
use super::row::row;
use crate::logs::text::lines::{LONGEST, Met};
use rayon::prelude::*;
use std::io::Read;

/// Bytes of a block.
const BLOCK: usize = 2 << 20;
/// Blocks read at a time.
const AT_ONCE: usize = 4;
/// Rows that are looked back over for the end of a job.
const LOOK_BACK: usize = 200;

/// A block and how much of it is filled.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    used: usize,
}

/// The source with what the last block left over.
struct Supply<R> {
    source: R,
    rest: Vec<u8>,
    ended: bool,
    /// Inside a line that is longer than a block.
    endless: bool,
    lines: u64,
    met: Met,
    separator: u8,
}

/// Reads a whole log; `new` makes a reader for one block.
pub fn read<'k, R: Read + Send>(
    source: R,
    separator: u8,
    new: impl Fn() -> Audit<'k> + Sync,
) -> (Audit<'k>, Met) {
    let mut supply = Supply {
        source,
        rest: Vec::new(),
        ended: false,
        endless: false,
        lines: 0,
        met: Met::default(),
        separator,
    };
    let mut total = new();
    let mut now: Vec<Block> = supply.batch(Vec::new());
    let mut spare = Vec::new();
    while !now.is_empty() {
        if supply.ended && now.len() == 1 {
            for block in &now {
                total.absorb(parse(block, &new));
            }
            break;
        }
        let (next, parsed) = rayon::join(
            || supply.batch(std::mem::take(&mut spare)),
            || now.par_iter().map(|block| parse(block, &new)).collect::<Vec<_>>(),
        );
        for part in parsed {
            total.absorb(part);
        }
        spare = std::mem::replace(&mut now, next);
    }
    (total, supply.met)
}

fn parse<'k>(block: &Block, new: &(impl Fn() -> Audit<'k> + Sync)) -> Audit<'k> {
    let mut audit = new();
    let mut rest = block.bytes.get(..block.used).unwrap_or_default();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, tail) = rest.split_at(end);
        rest = tail.get(1..).unwrap_or_default();
        audit.line(line.strip_suffix(b"\r").unwrap_or(line));
    }
    if !rest.is_empty() {
        audit.line(rest.strip_suffix(b"\r").unwrap_or(rest));
    }
    audit.end_job();
    audit
}

impl<R: Read> Supply<R> {
    /// The next blocks; none at the end. Old ones are filled again.
    fn batch(&mut self, mut old: Vec<Block>) -> Vec<Block> {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while batch.len() < AT_ONCE && !self.ended {
            let mut block = old.pop().unwrap_or_default();
            block.bytes.resize(BLOCK, 0);
            self.fill(&mut block);
            if block.used > 0 {
                batch.push(block);
            }
        }
        batch
    }

    fn fill(&mut self, block: &mut Block) {
        let rest = std::mem::take(&mut self.rest);
        if let Some(front) = block.bytes.get_mut(..rest.len()) {
            front.copy_from_slice(&rest);
        }
        block.used = rest.len();
        while block.used < BLOCK {
            match self
                .source
                .read(block.bytes.get_mut(block.used..).unwrap_or_default())
            {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(got) => block.used += got,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.met.broken = Some(error.to_string());
                    self.ended = true;
                    break;
                }
            }
        }
        if self.endless {
            self.leave_endless(block);
        }
        if !self.ended {
            self.cut(block);
        }
        let filled = block.bytes.get(..block.used).unwrap_or_default();
        self.lines += memchr::memchr_iter(b'\n', filled).count() as u64;
    }

    /// Ends the block where a job cannot be torn apart; the rest is for the next one.
    fn cut(&mut self, block: &mut Block) {
        let filled = block.bytes.get(..block.used).unwrap_or_default();
        let Some(last) = memchr::memrchr(b'\n', filled) else {
            if block.used == BLOCK {
                self.enter_endless(block);
            }
            return;
        };
        let mut cut = last + 1;
        let mut end = last;
        for _ in 0..LOOK_BACK {
            let Some(line_start) =
                memchr::memrchr(b'\n', filled.get(..end).unwrap_or_default()).map(|at| at + 1)
            else {
                break;
            };
            let Some(before) = line_start.checked_sub(1) else {
                break;
            };
            let previous_start =
                memchr::memrchr(b'\n', filled.get(..before).unwrap_or_default()).map_or(0, |at| at + 1);
            let line = filled.get(line_start..end).unwrap_or_default();
            let previous = filled.get(previous_start..before).unwrap_or_default();
            if self.differ(previous, line) {
                cut = line_start;
                break;
            }
            end = before;
        }
        self.rest = filled.get(cut..).unwrap_or_default().to_vec();
        block.used = cut;
    }

    /// Whether two rows cannot belong to one job.
    fn differ(&self, one: &[u8], other: &[u8]) -> bool {
        let job = |details: &[u8]| {
            let end = memchr::memchr(self.separator, details).unwrap_or(details.len());
            details.get(..end).unwrap_or_default().to_vec()
        };
        match (row(one, self.separator), row(other, self.separator)) {
            (Some(a), Some(b)) => a.event != b.event || job(a.details) != job(b.details),
            _ => true,
        }
    }

    /// A line longer than a block: its beginning stays, as a line.
    fn enter_endless(&mut self, block: &mut Block) {
        let (count, first) = self.met.long.unwrap_or((0, self.lines + 1));
        self.met.long = Some((count + 1, first));
        block.used = LONGEST;
        if let Some(end) = block.bytes.get_mut(LONGEST - 1) {
            *end = b'\n';
        }
        self.endless = true;
    }

    /// Drops the rest of a line that began in an earlier block.
    fn leave_endless(&mut self, block: &mut Block) {
        match memchr::memchr(b'\n', block.bytes.get(..block.used).unwrap_or_default()) {
            Some(end) => {
                block.bytes.copy_within(end + 1..block.used, 0);
                block.used -= end + 1;
                self.endless = false;
            }
            None => block.used = 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use std::fmt::Write as _;

    #[test]
    fn blocks_give_what_one_pass_gives() {
        let knowledge = Knowledge::embedded().unwrap();
        let mut text = String::new();
        for job in 0..40_000 {
            let state = if job % 7 == 0 { "comp-error" } else { "comp-normal" };
            for recipient in 0..=job % 3 {
                writeln!(text, "{job}\t03/14/25\t09:15:40\t9\tEmail Job\tscan{job}.pdf\tuser\t{state}\t\tr{recipient}@example.test\r").unwrap();
            }
        }
        assert!(text.len() > 2 * BLOCK);
        let mut whole = Audit::new(&knowledge, b'\t', 0);
        for line in text.lines() {
            whole.line(line.as_bytes());
        }
        whole.end_job();
        let (parts, met) = read(text.as_bytes(), b'\t', || Audit::new(&knowledge, b'\t', 0));
        assert_eq!(met, Met::default());
        assert_eq!(parts.fingerprint(), whole.fingerprint());
    }

    #[test]
    fn a_line_longer_than_a_block_is_one_line() {
        let knowledge = Knowledge::default();
        let mut bytes = vec![b'x'; 3 * BLOCK];
        bytes.extend_from_slice(b"\n1\t03/14/25\t09:15:40\t9\tEmail Job\ta\tb\n");
        let (audit, met) = read(bytes.as_slice(), b'\t', || Audit::new(&knowledge, b'\t', 0));
        assert_eq!((audit.rows, audit.skipped), (1, 1));
        assert_eq!(met.long, Some((1, 1)));
    }
}
