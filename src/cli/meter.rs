//! How far long files are read: one line on a terminal's standard error, written over itself and wiped at the end.

use crate::wire::reply::clean;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// What is read faster than this needs no line.
const PATIENCE: Duration = Duration::from_millis(400);
/// Time between two looks of the line.
const PACE: Duration = Duration::from_millis(100);
/// Letters of a file's name that are shown.
const NAME: usize = 40;

/// The line.
#[derive(Debug)]
pub struct Meter {
    /// Whether somebody looks.
    watched: bool,
    began: Instant,
    shown: Option<Instant>,
}

impl Meter {
    /// A line on standard error, where that is a terminal.
    pub fn new() -> Self {
        Self {
            watched: std::io::stderr().is_terminal(),
            began: Instant::now(),
            shown: None,
        }
    }

    /// So many bytes of a file are read.
    pub fn at(&mut self, path: &Path, read: u64, total: u64) {
        let now = Instant::now();
        let due = self.shown.map_or(self.began + PATIENCE, |shown| shown + PACE);
        if self.watched && now >= due {
            self.shown = Some(now);
            write(&line(path, read, total));
        }
    }

    /// Wipes the line before anything else is written.
    pub fn wipe(&mut self) {
        if self.shown.take().is_some() {
            write("");
        }
        self.began = Instant::now();
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Back to the line's beginning, the words, and the rest of the line wiped (ECMA-48, EL).
fn write(words: &str) {
    let mut out = std::io::stderr().lock();
    let _ = write!(out, "\r{words}\x1b[K").and_then(|()| out.flush());
}

/// The words: name, percent, megabytes.
fn line(path: &Path, read: u64, total: u64) -> String {
    const MEGABYTE: u64 = 1_000_000;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let mut name: String = clean(name.as_bytes()).chars().take(NAME + 1).collect();
    if name.chars().count() > NAME {
        name = name.chars().take(NAME - 1).chain(['…']).collect();
    }
    let percent = u128::from(read.min(total)) * 100 / u128::from(total.max(1));
    let (read, total) = (read / MEGABYTE, total / MEGABYTE);
    format!("reading {name}: {percent} % ({read} of {total} MB)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_short_clean_and_never_beyond_the_whole() {
        let text = line(Path::new("/logs/mail\u{1b}[2J.log"), 30_000_000, 120_000_000);
        assert!(
            text.starts_with("reading mail") && !text.contains('\u{1b}'),
            "{text}"
        );
        assert!(text.ends_with("25 % (30 of 120 MB)"), "{text}");
        let long = line(Path::new(&"x".repeat(400)), 9, 3);
        assert!(long.contains("100 %") && long.chars().count() < 79, "{long}");
        assert!(line(Path::new("empty"), 0, 0).contains("0 %"));
    }
}
