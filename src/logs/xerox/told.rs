//! An event of an audit log that is not about a job, and is worth telling.

use super::job::{LONGEST, words};
use super::row::Row;
use crate::evidence::{Actor, Evidence, Fact};
use crate::knowledge::schema::AuditEvent;
use crate::logs::collect::Collector;
use jiff::Timestamp;

/// Such an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    /// Its line.
    pub line: u64,
    /// Its place in the table of events.
    pub event: usize,
    /// The row.
    pub text: T,
}

impl Told<&[u8]> {
    /// The same with a text of its own.
    pub fn keep(&self) -> Told<Vec<u8>> {
        Told {
            line: self.line,
            event: self.event,
            text: self.text.get(..10 * LONGEST).unwrap_or(self.text).to_vec(),
        }
    }
}

/// The event as evidence.
pub fn tell_event(
    event: &AuditEvent,
    row: &Row<'_>,
    separator: u8,
    line: u64,
    at: Option<Timestamp>,
    out: &Collector,
) -> Evidence {
    let details: Vec<String> = row
        .details
        .split(|byte| *byte == separator)
        .map(words)
        .filter(|cell| !cell.is_empty())
        .collect();
    let text = format!("{} ({}): {}", words(row.name), event.meaning, details.join(", "));
    let mut evidence = Evidence::observed(
        event.gate,
        Actor::Device,
        &out.line_source(line),
        Fact::Note { text: text.clone() },
        text,
    );
    evidence.at = at;
    evidence
}
