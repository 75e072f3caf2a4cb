//! What the events and the words of an audit log mean, by the knowledge files: numbers and words both count,
//! because the numbers differ between platforms. Each is worked out once.

use super::job::End;
use super::row::Head;
use crate::knowledge::schema::EventTable;
use crate::logs::text::lines;

/// Event numbers whose meaning is remembered.
const EVENTS: usize = 512;
/// Wordings of ends that are remembered.
const ENDS: usize = 32;
/// Longest wording of an end in bytes.
const LONGEST: usize = 40;

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Its place in the table.
    pub place: usize,
    /// Whether it is an e-mail job.
    pub is_mail: bool,
}

/// The meaning of an event number, remembered with the words it was worked out for.
#[derive(Debug, Clone)]
struct Known {
    name: Vec<u8>,
    event: Option<Event>,
}

/// What was worked out so far.
pub struct Meanings<'k> {
    table: Option<&'k EventTable>,
    separator: u8,
    events: Vec<Option<Known>>,
    ends: Vec<(Vec<u8>, Option<End>)>,
}

impl<'k> Meanings<'k> {
    /// By this table, for columns with this separator.
    pub fn new(table: Option<&'k EventTable>, separator: u8) -> Self {
        Self {
            table,
            separator,
            events: vec![None; EVENTS],
            ends: Vec::new(),
        }
    }

    /// What a row is about, where that matters, and its details.
    #[inline]
    pub fn event<'b>(&mut self, row: &Head<'b>) -> Option<(Event, &'b [u8])> {
        let slot = self.events.get_mut(row.event as usize % EVENTS)?;
        if let Some(known) = slot
            && let Some(details) = row.rest.strip_prefix(known.name.as_slice())
            && details.first().is_none_or(|byte| *byte == self.separator)
        {
            return known
                .event
                .map(|event| (event, details.get(1..).unwrap_or_default()));
        }
        let end = memchr::memchr(self.separator, row.rest).unwrap_or(row.rest.len());
        let name = row.rest.get(..end)?;
        let place = self
            .table
            .and_then(|table| table.meaning(row.event, &lines::text(name)));
        let event = place.map(|place| Event {
            place,
            is_mail: self
                .table
                .and_then(|table| table.events.get(place))
                .is_some_and(|event| event.topic == "email-job"),
        });
        *slot = Some(Known {
            name: name.to_vec(),
            event,
        });
        event.map(|event| (event, row.rest.get(end + 1..).unwrap_or_default()))
    }

    /// How a job ended, by the words of a cell.
    #[inline]
    pub fn end(&mut self, cell: &[u8]) -> Option<End> {
        if let Some((_, end)) = self.ends.iter().find(|(known, _)| known == cell) {
            return *end;
        }
        if cell.is_empty() || cell.len() > LONGEST || memchr::memchr(b'@', cell).is_some() {
            return None;
        }
        let text: String = lines::text(cell)
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        let table = self.table?;
        let has = |words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
        let end = if has(&table.failed) {
            Some(End::Failed)
        } else if has(&table.stopped) {
            Some(End::Stopped)
        } else if has(&table.succeeded) {
            Some(End::Well)
        } else {
            None
        };
        if self.ends.len() < ENDS {
            self.ends.push((cell.to_vec(), end));
        }
        end
    }
}
