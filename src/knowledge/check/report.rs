//! Collects what is wrong in one file, with its place.

use super::Finding;
use crate::knowledge::causes;
use crate::knowledge::{Knowledge, words};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::HashMap;

/// An entry that was checked longer ago than this is stale.
const YEARS: i32 = 2;

/// A file's name and text.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

impl Place<'_> {
    /// Line and column of `key: "value"`, or of the value anywhere, or the file's beginning.
    pub(super) fn of(&self, key: &str, value: &str) -> (usize, usize) {
        let quoted = format!("{key}: {value:?}");
        let at = self
            .text
            .find(&quoted)
            .or_else(|| self.text.find(&format!("{value:?}")))
            .unwrap_or(0);
        let before = self.text.get(..at).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// Collects what is wrong in one file.
pub(super) struct Report<'a> {
    pub(super) place: Place<'a>,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// Adds a finding at the entry with this key and value.
    pub(super) fn add(&mut self, key: &str, value: &str, problem: String) {
        let (line, column) = self.place.of(key, value);
        self.findings.push(Finding {
            file: self.place.name.to_owned(),
            line,
            column,
            problem,
        });
    }

    /// An id that stands twice.
    pub(super) fn unique(&mut self, seen: &mut HashMap<String, String>, kind: &str, id: &str) {
        let before = seen.insert(format!("{kind} {id}"), self.place.name.to_owned());
        if let Some(other) = before {
            self.add("id", id, format!("the id {id:?} stands twice, also in {other}"));
        }
    }

    /// A cause that the contract does not have.
    pub(super) fn known_cause(&mut self, key: &str, entry: &str, cause: &str) {
        if !causes::is_cause(cause) {
            self.add(key, entry, format!("{entry}: there is no cause {cause:?}"));
        }
    }

    /// A condition of a case that nothing answers.
    pub(super) fn known_condition(&mut self, knowledge: &Knowledge, key: &str, entry: &str, condition: &str) {
        if !words::is_condition(knowledge, condition) {
            self.add(
                key,
                entry,
                format!("{entry}: there is no condition {condition:?}"),
            );
        }
    }

    /// A missing source, a date that is none, or one too long ago.
    pub(super) fn dated(&mut self, key: &str, entry: &str, source: &str, checked: &str, today: Date) {
        if source.trim().is_empty() {
            self.add(key, entry, format!("{entry}: the source is missing"));
        }
        match parse_date(checked) {
            None => self.add(
                key,
                entry,
                format!("{entry}: {checked:?} is not a date YYYY-MM-DD"),
            ),
            Some(date) if date < today.saturating_sub(YEARS.years()) => {
                self.add(
                    key,
                    entry,
                    format!("{entry}: checked on {checked}, more than {YEARS} years ago"),
                );
            }
            Some(_) => {}
        }
    }
}

/// A date written `YYYY-MM-DD` and nothing else.
pub(super) fn parse_date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}
