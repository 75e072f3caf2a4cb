//! A file whose reading can be watched, and stopped by whoever watches.

use std::io::{Error, Read, Result, Seek, SeekFrom};

/// Bytes between two looks.
const STRIDE: u64 = 256 << 10;

/// Tells how many bytes are read, of how many, every so often; ends with an error once it is told to stop.
pub struct Watched<'w, S> {
    source: S,
    at: u64,
    total: u64,
    next: u64,
    watch: &'w mut (dyn FnMut(u64, u64) -> bool + Send),
}

impl<'w, S> Watched<'w, S> {
    /// Watches a source of this many bytes.
    pub fn new(source: S, total: u64, watch: &'w mut (dyn FnMut(u64, u64) -> bool + Send)) -> Self {
        Self {
            source,
            at: 0,
            total,
            next: STRIDE,
            watch,
        }
    }
}

impl<S: Read> Read for Watched<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let got = self.source.read(buffer)?;
        self.at = self.at.saturating_add(got as u64);
        if self.at >= self.next {
            self.next = self.at.saturating_add(STRIDE);
            if !(self.watch)(self.at, self.total.max(self.at)) {
                return Err(Error::other("stopped"));
            }
        }
        Ok(got)
    }
}

impl<S: Seek> Seek for Watched<'_, S> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.at = self.source.seek(to)?;
        self.next = self.at.saturating_add(STRIDE);
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_told_in_strides_and_stops_when_it_is_told_to() {
        let bytes = vec![b'x'; 3 << 20];
        let mut told = Vec::new();
        let mut watch = |at: u64, total: u64| {
            told.push((at, total));
            told.len() < 3
        };
        let mut source = Watched::new(bytes.as_slice(), bytes.len() as u64, &mut watch);
        let mut buffer = vec![0; 300 << 10];
        let error = std::iter::repeat_with(|| source.read(&mut buffer)).find_map(Result::err);
        assert_eq!(error.unwrap().to_string(), "stopped");
        assert_eq!(told.len(), 3);
        assert!(told.iter().all(|(_, total)| *total == 3 << 20));
    }
}
