//! Rows at hand for the screen: a small cache, filled by a thread that fetches what was asked for last.

use super::Inner;
use super::row::Row;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, PoisonError};

/// Rows fetched together.
const CHUNK: u64 = 128;
/// Chunks kept.
const KEPT: usize = 48;

/// What is at hand and what is wanted.
#[derive(Debug, Default)]
pub struct View {
    desk: Mutex<Desk>,
    asked: Condvar,
}

#[derive(Debug, Default)]
struct Desk {
    chunks: BTreeMap<u64, (u64, Vec<Row>)>,
    /// Chunks of the last call that were not at hand.
    wanted: BTreeSet<u64>,
    /// Counts the calls, by which the chunk that was not looked at for longest is known.
    clock: u64,
    closed: bool,
}

impl View {
    /// The rows of these numbers that are at hand; the others are fetched.
    pub fn get(&self, numbers: &[u64]) -> Vec<Option<Row>> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.clock += 1;
        let clock = desk.clock;
        let mut wanted = BTreeSet::new();
        let rows = numbers
            .iter()
            .map(|number| {
                let inside = usize::try_from(number % CHUNK).unwrap_or(0);
                let row = desk.chunks.get_mut(&(number / CHUNK)).and_then(|(used, rows)| {
                    *used = clock;
                    rows.get(inside).cloned()
                });
                if row.is_none() && wanted.len() < KEPT / 2 {
                    wanted.insert(number / CHUNK);
                }
                row
            })
            .collect();
        if !wanted.is_empty() {
            self.asked.notify_one();
        }
        desk.wanted = wanted;
        rows
    }

    /// Ends the thread.
    pub fn close(&self) {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.asked.notify_all();
    }
}

/// Fetches what is asked for, until the rows are closed.
pub fn serve(inner: &Inner) {
    while let Some(chunk) = next(&inner.view) {
        let first = chunk * CHUNK;
        let rows = inner.fetch(first, usize::try_from(CHUNK).unwrap_or(1));
        let is_news = {
            let mut desk = inner.view.desk.lock().unwrap_or_else(PoisonError::into_inner);
            let clock = desk.clock;
            let before = desk.chunks.insert(chunk, (clock, rows));
            if desk.chunks.len() > KEPT
                && let Some(oldest) = desk
                    .chunks
                    .iter()
                    .min_by_key(|(_, (used, _))| *used)
                    .map(|(chunk, _)| *chunk)
            {
                desk.chunks.remove(&oldest);
            }
            let now = desk.chunks.get(&chunk).map_or(0, |(_, rows)| rows.len());
            before.is_none_or(|(_, rows)| rows.len() < now)
        };
        if is_news && !inner.closed.load(Ordering::Acquire) {
            (inner.wake)();
        }
    }
}

/// The next chunk that is wanted; waits for one. `None` where all is over.
fn next(view: &View) -> Option<u64> {
    let mut desk = view.desk.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if desk.closed {
            return None;
        }
        if let Some(chunk) = desk.wanted.pop_first() {
            return Some(chunk);
        }
        desk = view.asked.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
}
