//! Jumps of a device's clock: the index of an audit log rises with every row, so time should too.

use super::row::Head;
use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use crate::logs::text::{lines, when};
use jiff::Timestamp;

/// Seconds back that rows may be apart without a word: several writers, one log.
const SLACK: i64 = 120;
/// Seconds back from which the clock itself is suspect, and not only summer time or a correction.
const FAR: i64 = 86_400;
/// Seconds ahead that no pause in use explains.
const YEARS: i64 = 2 * 366 * 86_400;
/// Most jumps kept.
const KEPT: usize = 50;
/// Longest index, date or time that is looked at.
const LONGEST: usize = 12;

/// A short text without an allocation: a log of a gigabyte has millions.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Short {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Short {
    fn of(text: &[u8]) -> Self {
        let length = text.len().min(LONGEST);
        let mut short = Self {
            length,
            ..Self::default()
        };
        if let (Some(into), Some(from)) = (short.bytes.get_mut(..length), text.get(..length)) {
            into.copy_from_slice(from);
        }
        short
    }

    fn get(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Index and time of a row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Moment {
    index: Short,
    date: Short,
    time: Short,
}

impl Moment {
    fn of(row: &Head<'_>) -> Self {
        Self {
            index: Short::of(row.index),
            date: Short::of(row.date),
            time: Short::of(row.time),
        }
    }

    fn at(&self) -> Option<Timestamp> {
        when::audit(&lines::text(self.date.get()), &lines::text(self.time.get()))
    }

    /// Whether another row has the greater index.
    fn is_before(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.index.get(), other.index.get());
        (mine.len(), mine) < (theirs.len(), theirs)
    }
}

/// Follows the time of rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The line of the first row, the first row and the last.
    ends: Option<(u64, Moment, Moment)>,
    /// Line, the time before, the time after.
    jumps: Vec<(u64, Timestamp, Timestamp)>,
}

impl Clock {
    /// Looks at a row and at the one before it.
    #[inline]
    pub fn step(&mut self, line: u64, before: &Head<'_>, now: &Head<'_>) {
        // Within a day the written times are in order; only what is not is worked out.
        if !(same(before.date, now.date) && in_order(before.time, now.time)) {
            self.compare(line, Moment::of(before), Moment::of(now));
        }
    }

    /// Notes with which rows this part of the log begins, on which line, and ends.
    pub fn ends(&mut self, line: u64, first: &Head<'_>, last: &Head<'_>) {
        self.ends = Some((line, Moment::of(first), Moment::of(last)));
    }

    fn compare(&mut self, line: u64, last: Moment, now: Moment) {
        if self.jumps.len() >= KEPT || !last.is_before(&now) {
            return;
        }
        let (Some(before), Some(after)) = (last.at(), now.at()) else {
            return;
        };
        let apart = after.as_second() - before.as_second();
        if !(-SLACK..=YEARS).contains(&apart) {
            self.jumps.push((line, before, after));
        }
    }

    /// Takes in what the part of the log that follows showed; so many lines stand before it.
    pub fn absorb(&mut self, next: Self, lines: u64) {
        self.ends = match (self.ends, next.ends) {
            (Some((first_line, first, before)), Some((line, now, last))) => {
                self.compare(lines + line, before, now);
                Some((first_line, first, last))
            }
            (mine, theirs) => mine.or(theirs.map(|(line, first, last)| (lines + line, first, last))),
        };
        let room = KEPT.saturating_sub(self.jumps.len());
        self.jumps.extend(
            next.jumps
                .into_iter()
                .take(room)
                .map(|(line, before, after)| (line + lines, before, after)),
        );
    }

    /// The jumps as evidence, each with its line. A short one is told for completeness only.
    pub fn tell(&self, out: &Collector) -> Vec<(u64, Evidence)> {
        self.jumps
            .iter()
            .map(|(line, before, after)| {
                let apart = after.as_second() - before.as_second();
                let way = if apart < 0 { "back" } else { "ahead" };
                let text = format!("the clock of the device jumps {way} from {before} to {after}");
                let fact = if apart.abs() >= FAR {
                    Fact::LogLine {
                        stage: None,
                        text: text.clone(),
                    }
                } else {
                    Fact::Note { text: text.clone() }
                };
                let source = out.line_source(*line);
                let mut evidence = Evidence::observed(Gate::Device, Actor::Device, &source, fact, text);
                evidence.at = Some(*after);
                (*line, evidence)
            })
            .collect()
    }
}

/// Eight bytes as one number: dates and times are mostly that long.
fn number(text: &[u8]) -> Option<u64> {
    text.try_into().ok().map(u64::from_be_bytes)
}

fn same(one: &[u8], other: &[u8]) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// Whether a time does not stand before another in the way both are written.
fn in_order(one: &[u8], other: &[u8]) -> bool {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one <= other,
        _ => one.len() == other.len() && one <= other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::xerox::row::head;

    fn kinds(rows: &[&str]) -> Vec<String> {
        let rows: Vec<Head<'_>> = rows
            .iter()
            .filter_map(|row| head(row.as_bytes(), b'\t'))
            .collect();
        let mut clock = Clock::default();
        for (line, pair) in (2..).zip(rows.windows(2)) {
            clock.step(line, &pair[0], &pair[1]);
        }
        let tell = |(line, evidence): (u64, Evidence)| format!("{line} {}", evidence.fact.kind());
        clock.tell(&Collector::new("a")).into_iter().map(tell).collect()
    }

    #[test]
    fn a_clock_that_falls_back_is_told_and_a_log_in_reverse_is_not() {
        let fallen = [
            "7\t03/14/25\t09:00:00\t1\tSystem startup\tx",
            "8\t03/14/25\t09:05:00\t1\tSystem startup\tx",
            "9\t01/01/00\t00:00:10\t1\tSystem startup\tx",
            "10\t01/01/00\t00:00:09\t5\tPrint Job\tx",
        ];
        assert_eq!(kinds(&fallen), ["3 log-line"]);
        let summer_time = [
            "7\t10/26/25\t02:59:00\t1\tSystem startup\tx",
            "8\t10/26/25\t02:00:00\t1\tSystem startup\tx",
        ];
        assert_eq!(kinds(&summer_time), ["2 note"]);
        let newest_first = [
            "9\t03/15/25\t09:05:00\t1\tSystem startup\tx",
            "8\t03/14/25\t09:00:00\t1\tSystem startup\tx",
            "7\t03/13/25\t09:00:00\t1\tSystem startup\tx",
        ];
        assert!(kinds(&newest_first).is_empty());
    }
}
