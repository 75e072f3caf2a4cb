//! What a file holds inside its wrapping: gzip and zip, opened in memory and with limits.

use std::io::{Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes by which a content is judged.
pub const HEAD: usize = 64 * 1024;
/// How many times larger than its packed form a content may be, once it is beyond [`FREE`].
const RATIO: u64 = 300;
/// Unpacked bytes that are always allowed.
const FREE: u64 = 64 << 20;
/// Unpacked bytes that are never passed.
const LARGEST: u64 = 16 << 30;

/// Reads and counts.
pub struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Counted<R> {
    /// Counts what is read of `inner`.
    pub fn new(inner: R) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        let counted = Self {
            inner,
            count: Arc::clone(&count),
        };
        (counted, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let got = self.inner.read(into)?;
        self.count.fetch_add(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

/// Unpacked bytes, as long as they stay in proportion to the packed ones.
pub struct Bounded<R> {
    inner: R,
    packed: Arc<AtomicU64>,
    given: u64,
}

impl<R: Read> Bounded<R> {
    /// Bounds `inner` by the packed bytes that were read for it.
    pub fn new(inner: R, packed: Arc<AtomicU64>) -> Self {
        Self {
            inner,
            packed,
            given: 0,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let got = self.inner.read(into)?;
        self.given += got as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        if self.given > LARGEST || (self.given > FREE && self.given / packed.max(1) > RATIO) {
            return Err(std::io::Error::other(format!(
                "unpacks to far more than it holds (stopped after {} bytes): an archive bomb",
                self.given
            )));
        }
        Ok(got)
    }
}

/// Reads the first bytes; an error behind some bytes is met again when reading on.
pub fn head(source: &mut (impl Read + ?Sized)) -> (Vec<u8>, Option<std::io::Error>) {
    let mut head = vec![0; HEAD];
    let mut filled = 0;
    let mut failed = None;
    while filled < HEAD {
        match source.read(head.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    head.truncate(filled);
    (head, failed)
}

/// A source that gives an error in its place.
pub struct Broken(pub Option<std::io::Error>);

impl Read for Broken {
    fn read(&mut self, _into: &mut [u8]) -> Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
