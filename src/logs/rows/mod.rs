//! The rows of a file for a table: the first of them at once, the others found in the background, any part
//! read again in milliseconds, in bounded memory however large the file.
//!
//! How a screen uses it:
//!
//! 1. [`Rows::open`] returns at once. `wake` is called from other threads whenever there is more to show; a
//!    window asks for a repaint there.
//! 2. Each frame: [`Rows::state`] says what the file was taken for, how many rows there are by now and whether
//!    that is all; [`Rows::view`] gives the rows of the visible part that are at hand and has the others fetched.
//!    Neither blocks. A row that is `None` is drawn empty; `wake` comes when it is there.
//! 3. [`Rows::find`] begins a search ([`Filter`]: words, level, gate, time). The table then shows row
//!    `hits.numbers(from, count)` in place of `from..from + count`; [`Hits::step`] goes to the next hit.
//!    Dropping the [`Hits`] ends the search.
//! 4. [`Rows::row_of`] gives the row that a piece of evidence names as its source, to jump to and to mark.
//!
//! Outside a window, [`Rows::fetch`] waits for the rows. The row numbers are those of the lines in the text, from 0. Members of an archive stand one behind the
//! other, each under a row with its name; a capture shows a row for every TCP segment.

mod fetch;
mod fill;
mod index;
mod row;
mod search;
mod store;
#[cfg(test)]
mod tests;
mod view;

pub use row::{Level, Row};
pub use search::{Filter, Hits, Progress};

use super::ReadError;
use crate::knowledge::Knowledge;
use index::Index;
use row::Judge;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Store;
use view::View;

/// Most rows that [`Rows::fetch`] gives at a time.
pub const AT_A_TIME: usize = 2000;

/// What is known of a file's rows by now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// What the file (the first member of an archive) was taken for; empty until its beginning was read.
    pub format: String,
    /// Rows found so far.
    pub rows: u64,
    /// Whether these are all.
    pub whole: bool,
    /// What stopped the reading, or which part cannot be shown.
    pub problem: Option<String>,
}

/// The rows of one file. Dropping it ends all work on it.
#[derive(Debug)]
pub struct Rows {
    inner: Arc<Inner>,
}

/// A text of its own inside the file: the file itself, or a member of an archive.
#[derive(Debug, Clone)]
struct Member {
    /// As evidence names it.
    name: String,
    /// Its first row.
    first: u64,
    judge: Arc<Judge>,
}

/// What the threads share.
struct Inner {
    state: Mutex<State>,
    index: Mutex<Index>,
    store: Mutex<Option<Arc<Store>>>,
    members: Mutex<Vec<Member>>,
    /// First row of each connection of a capture.
    streams: Mutex<Vec<u64>>,
    view: View,
    told: AtomicU64,
    closed: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Rows {
    /// Opens a file and begins to read it. `wake` is called from other threads when there is more to show.
    pub fn open(
        path: &Path,
        knowledge: Arc<Knowledge>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, ReadError> {
        let failed = |problem: std::io::Error| ReadError {
            path: path.display().to_string(),
            problem: problem.to_string(),
        };
        let about = std::fs::metadata(path).map_err(failed)?;
        if about.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        let inner = Arc::new(Inner {
            state: Mutex::default(),
            index: Mutex::default(),
            store: Mutex::default(),
            members: Mutex::default(),
            streams: Mutex::default(),
            view: View::default(),
            told: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            wake: Box::new(wake),
        });
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let (filling, path) = (Arc::clone(&inner), path.to_owned());
        std::thread::Builder::new()
            .name("rows".to_owned())
            .spawn(move || fill::run(&filling, &path, &name, &knowledge))
            .map_err(failed)?;
        let viewing = Arc::clone(&inner);
        std::thread::Builder::new()
            .name("row view".to_owned())
            .spawn(move || view::serve(&viewing))
            .map_err(failed)?;
        Ok(Self { inner })
    }

    /// What is known by now; never blocks for long.
    pub fn state(&self) -> State {
        self.inner.state()
    }

    /// Rows from `first` on that are at hand, `None` for those that are being fetched; never waits for the disk.
    pub fn view(&self, first: u64, count: usize) -> Vec<Option<Row>> {
        let rows = self.state().rows;
        let count = count.min(AT_A_TIME) as u64;
        let numbers: Vec<u64> = (first..rows.min(first.saturating_add(count))).collect();
        self.inner.view.get(&numbers)
    }

    /// As [`Self::view`], for rows anywhere, such as the hits of a search.
    pub fn view_of(&self, numbers: &[u64]) -> Vec<Option<Row>> {
        let numbers = numbers.get(..numbers.len().min(AT_A_TIME)).unwrap_or_default();
        self.inner.view.get(numbers)
    }

    /// Rows from `first` on, at most [`AT_A_TIME`]; waits for the disk, not for rows that were not found yet.
    pub fn fetch(&self, first: u64, count: usize) -> Vec<Row> {
        self.inner.fetch(first, count.min(AT_A_TIME))
    }

    /// Begins a search; it goes on in the background, also into rows that are still being found.
    pub fn find(&self, filter: Filter) -> Hits {
        Hits::begin(Arc::clone(&self.inner), filter)
    }

    /// The row that an evidence's source names, such as `auditfile.txt, line 12` or `scan.pcap, stream 3`.
    pub fn row_of(&self, source: &str) -> Option<u64> {
        if let Some((_, stream)) = source.rsplit_once(", stream ") {
            let stream: usize = stream.parse().ok()?;
            return lock(&self.inner.streams).get(stream).copied();
        }
        let (name, line) = source.rsplit_once(", line ")?;
        let line: u64 = line.parse().ok()?;
        let members = lock(&self.inner.members);
        let member = members.iter().find(|member| member.name == name)?;
        Some(member.first + line.checked_sub(1)?)
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        self.inner.closed.store(true, Ordering::Release);
        self.inner.view.close();
    }
}

impl Inner {
    fn state(&self) -> State {
        lock(&self.state).clone()
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        lock(&self.index)
    }

    /// The members found so far, in the order of their rows.
    fn members(&self) -> Vec<Member> {
        lock(&self.members).clone()
    }

    fn read_at(&self, position: u64, into: &mut [u8]) -> std::io::Result<usize> {
        let store = lock(&self.store).clone();
        store.map_or(Ok(0), |store| store.read_at(position, into))
    }

    fn fetch(&self, first: u64, count: usize) -> Vec<Row> {
        let members = self.members();
        // The row above the first may ask for a secret.
        let from = first.saturating_sub(1);
        let mut before = String::new();
        let mut rows = Vec::with_capacity(count);
        let _ = fetch::each(
            self,
            from,
            count + usize::from(from < first),
            |number, bytes, cut| {
                let Some(judge) = judge_of(&members, number) else {
                    return;
                };
                let row = judge.row(number, bytes, cut, &before);
                before.clone_from(&row.text);
                if number >= first {
                    rows.push(row);
                }
            },
        );
        rows
    }

    // --- for the thread that fills

    fn hold(&self, store: Store) {
        *lock(&self.store) = Some(Arc::new(store));
    }

    fn append(&self, bytes: &[u8]) -> std::io::Result<()> {
        let store = lock(&self.store).clone();
        store.map_or(Ok(()), |store| store.append(bytes))
    }

    fn member(&self, name: &str, judge: Judge) {
        self.change(|state| {
            if state.format.is_empty() {
                judge.title.clone_into(&mut state.format);
            }
        });
        let first = self.index().rows();
        lock(&self.members).push(Member {
            name: name.to_owned(),
            first,
            judge: Arc::new(judge),
        });
    }

    fn streams(&self, first_rows: Vec<u64>) {
        lock(&self.streams).extend(first_rows);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.state));
    }

    /// Notes the next bytes of the text, and wakes the screen after the first and after every 16 MB.
    fn feed(&self, bytes: &[u8]) {
        let (rows, end) = {
            let mut index = self.index();
            index.feed(bytes);
            (index.rows(), index.end())
        };
        self.change(|state| state.rows = rows);
        let step = 1 + (end >> 24);
        if self.told.swap(step, Ordering::AcqRel) != step {
            (self.wake)();
        }
    }

    fn finish(&self) {
        let rows = {
            let mut index = self.index();
            index.finish();
            index.rows()
        };
        self.change(|state| {
            state.rows = rows;
            state.whole = true;
        });
        (self.wake)();
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

/// Who judges a row.
fn judge_of(members: &[Member], row: u64) -> Option<&Judge> {
    let behind = members.partition_point(|member| member.first <= row);
    // The heading of an archive's first member stands before it.
    let member = members.get(behind.saturating_sub(1))?;
    Some(&member.judge)
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
