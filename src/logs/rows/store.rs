//! Where a table's text lies: the file itself, or a nameless copy of what was packed in it.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Bytes that can be read anywhere while they still grow.
#[derive(Debug)]
pub struct Store {
    file: Mutex<File>,
}

impl Store {
    /// The file as it is.
    pub fn of(path: &Path) -> Result<Self> {
        Ok(Self {
            file: Mutex::new(File::open(path)?),
        })
    }

    /// An empty copy without a name; the system removes it when the program ends, however it ends.
    pub fn copy() -> Result<Self> {
        Ok(Self {
            file: Mutex::new(tempfile::tempfile()?),
        })
    }

    /// Fills `into` from this position on, as far as there are bytes.
    pub fn read_at(&self, position: u64, into: &mut [u8]) -> Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(position))?;
        let mut filled = 0;
        while filled < into.len() {
            match file.read(into.get_mut(filled..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(got) => filled += got,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Adds bytes at the end.
    pub fn append(&self, bytes: &[u8]) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::End(0))?;
        file.write_all(bytes)
    }
}
