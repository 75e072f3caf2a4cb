//! Reading ahead: a thread fetches the next bytes of a file while the last ones are being understood.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Bytes of a portion.
const PORTION: usize = 256 << 10;
/// Portions on their way; memory is bounded by them.
const PORTIONS: usize = 4;

/// A portion, or why there is none.
type Fetched = io::Result<Vec<u8>>;

/// The bytes that were fetched ahead.
#[derive(Debug)]
pub struct Ahead {
    fetched: Receiver<Fetched>,
    empty: Sender<Vec<u8>>,
    portion: Vec<u8>,
    taken: usize,
}

/// Lets `work` read `source` while another thread fetches from it.
pub fn with<R: Read + Send, T>(source: R, work: impl FnOnce(Ahead) -> T) -> T {
    let (filled, fetched) = sync_channel(PORTIONS);
    let (empty, emptied) = channel();
    for _ in 0..PORTIONS {
        let _ = empty.send(Vec::new());
    }
    thread::scope(|scope| {
        scope.spawn(move || fetch(source, &emptied, &filled));
        // The end of the work drops both channels, and with them the thread ends.
        work(Ahead {
            fetched,
            empty,
            portion: Vec::new(),
            taken: 0,
        })
    })
}

/// Fills portions until the source, the wish or the patience of the other side ends.
fn fetch(mut source: impl Read, emptied: &Receiver<Vec<u8>>, filled: &SyncSender<Fetched>) {
    while let Ok(mut portion) = emptied.recv() {
        portion.resize(PORTION, 0);
        let result = source.read(&mut portion);
        let last = matches!(result, Ok(0) | Err(_));
        let sent = filled.send(result.map(|count| {
            portion.truncate(count);
            portion
        }));
        if last || sent.is_err() {
            return;
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.portion.len() {
            // A thread that is gone has said all it had.
            let Ok(next) = self.fetched.recv() else {
                return Ok(0);
            };
            let old = std::mem::replace(&mut self.portion, next?);
            self.taken = 0;
            let _ = self.empty.send(old);
        }
        let mut rest = self.portion.get(self.taken..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time, and breaks at its end.
    struct Broken<'a>(&'a [u8], usize);

    impl Read for Broken<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let wanted = self.1.min(buffer.len());
            self.0.read(buffer.get_mut(..wanted).unwrap_or_default())
        }
    }

    proptest::proptest! {
        #[test]
        fn every_byte_comes_in_its_order_and_an_error_behind_them(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..2000),
            step in 1usize..700,
        ) {
            let mut read = Vec::new();
            let ended = with(Broken(&bytes, step), |mut ahead| ahead.read_to_end(&mut read));
            proptest::prop_assert_eq!(ended.err().map(|error| error.kind()), Some(io::ErrorKind::UnexpectedEof));
            proptest::prop_assert_eq!(read, bytes);
        }
    }

    #[test]
    fn who_stops_in_the_middle_is_not_waited_for() {
        let first = with(io::repeat(7), |mut ahead| {
            let mut one = [0];
            ahead.read_exact(&mut one).map(|()| one)
        });
        assert_eq!(first.unwrap(), [7]);
    }

    #[test]
    fn a_file_longer_than_all_portions_is_read_whole() {
        let long = vec![9_u8; PORTION * (PORTIONS + 2) + 1];
        let count = with(long.as_slice(), |mut ahead| io::copy(&mut ahead, &mut io::sink()));
        assert_eq!(count.unwrap(), long.len() as u64);
    }
}
