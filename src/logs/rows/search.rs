//! Searching the rows: by words, level, time and gate; the rows found grow while the search goes on.

use super::row::{Judge, Level};
use super::{Inner, fetch, judge_of};
use crate::gate::Gate;
use jiff::Timestamp;
use regex::bytes::{Regex, RegexBuilder};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Most rows that one search keeps.
const MOST: usize = 2_000_000;
/// Rows judged between two looks at whether the search is still wanted.
const STEP: usize = 512;

/// What rows are looked for; an empty filter finds all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that the row holds, whatever their case.
    pub text: String,
    /// Level at least.
    pub level: Option<Level>,
    /// Only rows of this gate.
    pub gate: Option<Gate>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
}

impl Filter {
    /// Whether every row passes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn words(&self) -> Option<Regex> {
        (!self.text.is_empty()).then(|| {
            RegexBuilder::new(&regex::escape(&self.text))
                .case_insensitive(true)
                .build()
                .ok()
        })?
    }

    fn passes(&self, judge: &Judge, words: Option<&Regex>, number: u64, bytes: &[u8]) -> bool {
        if words.is_some_and(|words| !words.is_match(bytes)) {
            return false;
        }
        if self.level.is_none() && self.gate.is_none() && self.from.is_none() && self.to.is_none() {
            return true;
        }
        let row = judge.row(number, bytes, false, "");
        self.level.is_none_or(|level| row.level >= level)
            && self.gate.is_none_or(|gate| row.gate == Some(gate))
            && self.from.is_none_or(|from| row.at.is_some_and(|at| at >= from))
            && self.to.is_none_or(|to| row.at.is_some_and(|at| at <= to))
    }
}

/// How far a search has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows found.
    pub found: u64,
    /// Rows looked at.
    pub looked_at: u64,
    /// Whether all rows were looked at (or as many found as are kept).
    pub done: bool,
}

/// The rows that a search finds. Dropping it ends the search.
#[derive(Debug)]
pub struct Hits {
    found: Arc<Found>,
}

#[derive(Debug, Default)]
struct Found {
    numbers: Mutex<Vec<u64>>,
    looked_at: AtomicU64,
    done: AtomicBool,
    unwanted: AtomicBool,
}

impl Hits {
    /// Begins a search on a thread of its own.
    pub(super) fn begin(inner: Arc<Inner>, filter: Filter) -> Self {
        let found = Arc::new(Found::default());
        let shared = Arc::clone(&found);
        let started = std::thread::Builder::new()
            .name("row search".to_owned())
            .spawn(move || look(&inner, &filter, &shared));
        if started.is_err() {
            found.done.store(true, Ordering::Release);
        }
        Self { found }
    }

    /// How far the search has come.
    pub fn progress(&self) -> Progress {
        Progress {
            found: self.numbers_locked().len() as u64,
            looked_at: self.found.looked_at.load(Ordering::Acquire),
            done: self.found.done.load(Ordering::Acquire),
        }
    }

    /// The numbers of some of the rows found, in their order.
    pub fn numbers(&self, from: u64, count: usize) -> Vec<u64> {
        let start = usize::try_from(from).unwrap_or(usize::MAX);
        self.numbers_locked()
            .iter()
            .skip(start)
            .take(count)
            .copied()
            .collect()
    }

    /// The next row found behind this one, or the last before it.
    pub fn step(&self, row: u64, forward: bool) -> Option<u64> {
        let numbers = self.numbers_locked();
        if forward {
            let at = numbers.partition_point(|number| *number <= row);
            numbers.get(at).copied()
        } else {
            let at = numbers.partition_point(|number| *number < row);
            numbers.get(at.checked_sub(1)?).copied()
        }
    }

    fn numbers_locked(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.found.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hits {
    fn drop(&mut self) {
        self.found.unwanted.store(true, Ordering::Release);
    }
}

/// Looks through the rows, waiting for those that are still being read.
fn look(inner: &Inner, filter: &Filter, found: &Found) {
    let words = filter.words();
    let mut next = 0;
    let unwanted = || found.unwanted.load(Ordering::Acquire) || inner.closed.load(Ordering::Acquire);
    while !unwanted() {
        let mut hits = Vec::new();
        let mut seen = 0;
        let members = inner.members();
        let whole = inner.state().whole;
        let outcome = fetch::each(inner, next, STEP, |number, bytes, _| {
            seen += 1;
            if judge_of(&members, number)
                .is_some_and(|judge| filter.passes(judge, words.as_ref(), number, bytes))
            {
                hits.push(number);
            }
        });
        next += seen;
        found.looked_at.store(next, Ordering::Release);
        let is_new = !hits.is_empty();
        let full = {
            let mut numbers = found.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            numbers.extend(hits);
            numbers.len() >= MOST
        };
        if is_new {
            (inner.wake)();
        }
        if full || outcome.is_err() || (seen == 0 && whole) {
            break;
        }
        if seen == 0 {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    found.done.store(true, Ordering::Release);
    (inner.wake)();
}
