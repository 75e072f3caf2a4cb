//! A long audit log read in blocks by several threads at once.

use super::audit::Audit;
use super::reader::Reader;
use crate::logs::text::lines::{LONGEST, Met};
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes of a block; a line that is longer is cut off.
const BLOCK: usize = 4 << 20;
/// Most threads: beyond it the disk is what takes the time.
const THREADS: usize = 4;

/// The source with what the last block left over.
struct Supply<R> {
    source: R,
    /// Bytes of a block.
    size: usize,
    /// The beginning of a line whose end is in the next block.
    rest: Vec<u8>,
    ended: bool,
    /// Inside a line that is longer than a block.
    endless: bool,
    /// Blocks given out.
    given: u64,
    broken: Option<String>,
}

/// Whole lines.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    used: usize,
    /// Whether its last line is only the beginning of one.
    cut: bool,
}

/// The findings of blocks that come in any order; what follows each other is one at once.
#[derive(Default)]
struct Runs(BTreeMap<u64, (u64, Audit)>);

/// Reads a whole log; `new` makes a reader for a thread.
pub fn read<'k, R: Read + Send>(source: R, new: impl Fn() -> Reader<'k> + Sync) -> (Audit, Met) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    read_in(source, BLOCK, threads.min(THREADS), new)
}

fn read_in<'k, R: Read + Send>(
    source: R,
    size: usize,
    threads: usize,
    new: impl Fn() -> Reader<'k> + Sync,
) -> (Audit, Met) {
    let supply = Mutex::new(Supply {
        source,
        size,
        rest: Vec::new(),
        ended: false,
        endless: false,
        given: 0,
        broken: None,
    });
    let runs = Mutex::new(Runs::default());
    let work = || {
        let (mut reader, mut block) = (new(), Block::default());
        loop {
            let given = lock(&supply).fill(&mut block);
            let Some(number) = given else { break };
            let mut found = reader.read(block.bytes.get(..block.used).unwrap_or_default());
            found.long = block.cut.then_some((1, found.lines));
            lock(&runs).add(number, found);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let audit = std::mem::take(&mut *lock(&runs)).whole();
    let met = Met {
        long: audit.long,
        broken: lock(&supply).broken.take(),
    };
    (audit, met)
}

impl<R: Read> Supply<R> {
    /// Fills a block; gives its number, `None` at the end.
    fn fill(&mut self, block: &mut Block) -> Option<u64> {
        if self.ended {
            return None;
        }
        if block.bytes.is_empty() {
            // Zeroed by the system, page by page as they are used: a short log does not pay for a long one.
            block.bytes = vec![0; self.size];
        }
        block.cut = false;
        block.used = self.rest.len();
        if let Some(front) = block.bytes.get_mut(..block.used) {
            front.copy_from_slice(&self.rest);
        }
        self.rest.clear();
        while block.used < self.size && !self.ended {
            match self
                .source
                .read(block.bytes.get_mut(block.used..).unwrap_or_default())
            {
                Ok(0) => self.ended = true,
                Ok(got) => block.used += got,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken = Some(error.to_string());
                    self.ended = true;
                }
            }
        }
        if self.endless {
            self.leave_endless(block);
        }
        if !self.ended {
            self.cut(block);
        }
        self.given += 1;
        Some(self.given - 1)
    }

    /// Ends the block with its last whole line; the rest is for the next one.
    fn cut(&mut self, block: &mut Block) {
        let filled = block.bytes.get(..block.used).unwrap_or_default();
        if let Some(last) = memchr::memrchr(b'\n', filled) {
            self.rest
                .extend_from_slice(filled.get(last + 1..).unwrap_or_default());
            block.used = last + 1;
        } else if block.used == self.size {
            // A line longer than a block: its beginning stays, as a line.
            block.used = block.used.min(LONGEST);
            block.cut = true;
            self.endless = true;
        } else {
            self.rest.extend_from_slice(filled);
            block.used = 0;
        }
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

impl Runs {
    /// Adds the findings of a block of this number, from 0.
    fn add(&mut self, number: u64, found: Audit) {
        let (mut start, mut end, mut run) = (number, number + 1, found);
        if let Some((&first, (behind, _))) = self.0.range(..number).next_back()
            && *behind == number
            && let Some((_, mut before)) = self.0.remove(&first)
        {
            before.absorb(run);
            (start, run) = (first, before);
        }
        if let Some((behind, next)) = self.0.remove(&end) {
            run.absorb(next);
            end = behind;
        }
        self.0.insert(start, (end, run));
    }

    /// All of it, once every block is there.
    fn whole(mut self) -> Audit {
        self.0.remove(&0).map(|(_, audit)| audit).unwrap_or_default()
    }
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::embedded);

    fn reader() -> Reader<'static> {
        Reader::new(&KNOWLEDGE, b'\t')
    }

    /// A row of one of a few jobs, an event, or a line that is none.
    fn line() -> impl Strategy<Value = String> {
        let of = |pattern: String| proptest::string::string_regex(&pattern).unwrap();
        let stamp = "[0-9]{1,3}\t(03/14/25|2025-03-15|01/01/00)\t(09:15:40|9:15:41|10:00:00)";
        let state = "(comp-error|comp-normal|deleted|odd|)";
        prop_oneof![
            5 => of(format!("{stamp}\t9\tEmail Job\t(a|b)\tuser\t{state}\t[xy]?\t(to@example.test)?")),
            1 => of(format!("{stamp}\t(125\tSecure Protocol Log|43\tDevice Clock|5\tPrint Job)\tEnabled")),
            1 => of("[ -~\t]{0,30}".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn blocks_of_any_size_and_any_number_of_threads_give_what_one_pass_gives(
            lines in proptest::collection::vec(line(), 0..60),
            size in 120usize..700,
            threads in 1usize..4,
            ends: bool,
        ) {
            let mut text = lines.join("\r\n");
            if ends {
                text.push('\n');
            }
            let whole = reader().read(text.as_bytes());
            let (parts, met) = read_in(text.as_bytes(), size, threads, reader);
            prop_assert_eq!(met, Met::default());
            prop_assert_eq!(parts, whole);
        }

        #[test]
        fn findings_may_come_in_any_order(order in Just((0u64..8).collect::<Vec<_>>()).prop_shuffle()) {
            let parts: Vec<String> = (0..8)
                .map(|part| format!("{part}\t03/14/25\t09:15:40\t9\tEmail Job\t{}\tuser\tcomp-error\n", part / 3))
                .collect();
            let mut runs = Runs::default();
            for part in order {
                runs.add(part, reader().read(parts[usize::try_from(part).unwrap()].as_bytes()));
            }
            prop_assert_eq!(runs.whole(), reader().read(parts.concat().as_bytes()));
        }
    }

    #[test]
    fn a_line_longer_than_a_block_is_one_line() {
        let row = b"1\t03/14/25\t09:15:40\t9\tEmail Job\ta\tb\n";
        let text = [row, &[b'x'; 900][..], b"\n", row].concat();
        let (audit, met) = read_in(text.as_slice(), 256, 2, reader);
        assert_eq!((audit.rows, audit.skipped, audit.lines), (2, 1, 3));
        assert_eq!(met.long, Some((1, 2)));
    }
}
