//! The background part: opens what the file is wrapped in, copies where it must, and finds the rows.

use super::Inner;
use super::row::Judge;
use super::store::Store;
use crate::knowledge::Knowledge;
use crate::logs::capture;
use crate::logs::source::{Bounded, Broken, Counted, HEAD, head};
use crate::logs::text::detect::{self, Kind};
use crate::logs::text::lines;
use crate::wire::reply::clean;
use jiff::Timestamp;
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes read at a time; the first rows show after as many.
const CHUNK: usize = 256 * 1024;
/// Rows of a capture that are shown before the others are read.
const FIRST: u64 = 100;
/// Most bytes of a copy.
const LARGEST: u64 = 4 << 30;
/// Wrappings inside each other, and members of an archive, as when the file is read for evidence.
const DEPTH: u32 = 2;
const MEMBERS: usize = 200;
/// Bytes of an archive inside another wrapping.
const IN_MEMORY: u64 = 24 << 20;

/// Reads the whole file; what stops it is told in the state.
pub fn run(inner: &Inner, path: &Path, name: &str, knowledge: &Arc<Knowledge>) {
    let mut filler = Filler {
        inner,
        knowledge,
        written: None,
        bytes: 0,
        ends_open: false,
    };
    if let Err(problem) = filler.file(path, name)
        && !inner.closed.load(Ordering::Acquire)
    {
        inner.change(|state| state.problem = Some(format!("breaks off: {problem}")));
    }
    inner.finish();
}

struct Filler<'a> {
    inner: &'a Inner,
    knowledge: &'a Arc<Knowledge>,
    written: Option<Timestamp>,
    /// Bytes of the text so far.
    bytes: u64,
    /// The text so far does not end with a line feed.
    ends_open: bool,
}

impl Filler<'_> {
    fn file(&mut self, path: &Path, name: &str) -> std::io::Result<()> {
        let mut file = File::open(path)?;
        self.written = file
            .metadata()?
            .modified()
            .ok()
            .and_then(|time| Timestamp::try_from(time).ok());
        let (start, failed) = head(&mut file);
        let packed = start.starts_with(&[0x1f, 0x8b]) || start.starts_with(b"PK\x03\x04");
        let as_it_is = !packed
            && failed.is_none()
            && capture::format_of(&start).is_none()
            && lines::wide_encoding(&start).is_none();
        if as_it_is && file.rewind().is_ok() {
            self.inner.hold(Store::of(path)?);
            self.member(name, &start);
            return self.pour(&mut file, false);
        }
        self.inner.hold(Store::copy()?);
        if start.starts_with(b"PK\x03\x04") && file.rewind().is_ok() {
            return self.zip(name, file, 0);
        }
        let mut whole = Cursor::new(start).chain(Broken(failed)).chain(file);
        self.content(name, name, &mut whole, 0)
    }

    fn content(
        &mut self,
        title: &str,
        name: &str,
        source: &mut (dyn Read + Send),
        depth: u32,
    ) -> std::io::Result<()> {
        let (start, failed) = head(source);
        let whole = Cursor::new(start.clone()).chain(Broken(failed)).chain(source);
        if start.starts_with(&[0x1f, 0x8b]) && depth < DEPTH {
            let (counted, packed) = Counted::new(whole);
            let mut unpacked = Bounded::new(flate2::read::MultiGzDecoder::new(counted), packed);
            return self.content(title, name, &mut unpacked, depth + 1);
        }
        if start.starts_with(b"PK\x03\x04") && depth < DEPTH {
            let mut bytes = Vec::new();
            whole.take(IN_MEMORY).read_to_end(&mut bytes)?;
            return self.zip(name, Cursor::new(bytes), depth);
        }
        if let Some(format) = capture::format_of(&start) {
            let judge = Judge {
                title: format,
                kind: Kind::Text,
                written: None,
                knowledge: Arc::clone(self.knowledge),
            };
            self.inner.member(title, judge);
            return self.capture(whole);
        }
        let mut whole = whole;
        let Some(encoding) = lines::wide_encoding(&start) else {
            self.member(title, &start);
            return self.pour(&mut whole, true);
        };
        let mut narrow = lines::Narrowed::new(whole, encoding);
        let (start, failed) = head(&mut narrow);
        self.member(title, &start);
        let mut rest = Cursor::new(start).chain(Broken(failed)).chain(narrow);
        self.pour(&mut rest, true)
    }

    fn zip(&mut self, name: &str, source: impl Read + Seek + Send, depth: u32) -> std::io::Result<()> {
        let mut archive = zip::ZipArchive::new(source).map_err(std::io::Error::other)?;
        for index in 0..archive.len().min(MEMBERS) {
            let Ok(member) = archive.by_index(index) else {
                continue;
            };
            if member.is_dir() {
                continue;
            }
            let inside: String = clean(member.name_raw()).chars().take(200).collect();
            if self.ends_open {
                self.add(b"\n")?;
            }
            self.add(format!("── {inside} ──\n").as_bytes())?;
            let packed = Arc::new(AtomicU64::new(member.compressed_size()));
            let title = format!("{name}/{inside}");
            if let Err(problem) = self.content(&title, &inside, &mut Bounded::new(member, packed), depth + 1)
            {
                self.inner
                    .change(|state| state.problem = Some(format!("{inside}: {problem}")));
            }
        }
        Ok(())
    }

    /// One row a TCP segment, for a capture.
    fn capture(&mut self, source: impl Read + Send) -> std::io::Result<()> {
        let mut held: Vec<u8> = Vec::with_capacity(CHUNK);
        let mut failed = None;
        let mut first_rows: Vec<u64> = Vec::new();
        let mut row = self.inner.index().rows();
        let problem = capture::list(source, |stream, text| {
            if usize::try_from(stream).is_ok_and(|stream| stream == first_rows.len())
                && first_rows.len() < 1_000_000
            {
                first_rows.push(row);
            }
            row += 1;
            let _ = writeln!(held, "{text}");
            // The first page shows at once.
            let enough = if row <= FIRST {
                row == FIRST
            } else {
                held.len() >= CHUNK / 4
            };
            if enough && failed.is_none() {
                failed = self.add(&held).err();
                held.clear();
            }
            failed.is_none()
        });
        if let Some(failed) = failed {
            return Err(failed);
        }
        self.add(&held)?;
        self.inner.streams(first_rows);
        problem.map_or(Ok(()), |problem| Err(std::io::Error::other(problem)))
    }

    /// Finds the rows of a text, and copies it where it does not lie in a file of its own.
    fn pour(&mut self, source: &mut dyn Read, copy: bool) -> std::io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let got = match source.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(got) => got,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let bytes = buffer.get(..got).unwrap_or_default();
            if copy {
                self.add(bytes)?;
            } else {
                self.note(bytes)?;
            }
        }
    }

    fn add(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.bytes + bytes.len() as u64 > LARGEST {
            return Err(std::io::Error::other(
                "unpacked it is too large to be shown as a table",
            ));
        }
        self.inner.append(bytes)?;
        self.note(bytes)
    }

    fn note(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.inner.closed.load(Ordering::Acquire) {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        self.bytes += bytes.len() as u64;
        if let Some(last) = bytes.last() {
            self.ends_open = *last != b'\n';
        }
        self.inner.feed(bytes);
        Ok(())
    }

    /// Begins a text, and says what it is by its beginning.
    fn member(&mut self, name: &str, start: &[u8]) {
        let kind = detect::kind(&lines::text(start.get(..start.len().min(HEAD)).unwrap_or(start)));
        let judge = Judge {
            title: kind.title(),
            kind,
            written: self.written,
            knowledge: Arc::clone(self.knowledge),
        };
        self.inner.member(name, judge);
    }
}
