//! An e-mail job of an audit log: its rows, one a recipient, as one.

use super::row::Cells;
use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use crate::logs::text::lines;
use jiff::Timestamp;

/// Recipients of a job that are named.
const NAMED: usize = 5;
/// The parts of a job's text.
const PARTS: usize = 5;
/// Longest word that is kept in bytes; the rest of a longer one is left out.
pub const LONGEST: usize = 1000;

/// How an e-mail job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Sent to the first mail server.
    Well,
    /// Not sent.
    Failed,
    /// Stopped by a person or by the power.
    Stopped,
}

/// The parts of a job's text.
#[derive(Clone, Copy)]
pub enum Part {
    /// Date as written.
    Date,
    /// Time as written.
    Time,
    /// Name of the job.
    Name,
    /// User.
    User,
    /// End state as written.
    State,
}

/// A job as its rows stand in the log: nothing is copied, for a log of a gigabyte has millions and of most
/// of them only the number is told.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'b> {
    /// Line of the first row.
    pub line: u64,
    /// Date, time, name, user and state of the first row.
    parts: [&'b [u8]; PARTS],
    /// The first recipients, a cell each; empty where the row names none.
    recipients: [&'b [u8]; NAMED],
    /// How it ended, where the log says.
    pub end: Option<End>,
    /// Rows, one a recipient.
    count: u32,
}

impl<'b> Rows<'b> {
    /// A job of one row: its line, its date and time, its details; `end_of` says what the words of a cell
    /// tell of the end.
    pub fn of(
        line: u64,
        [date, time]: [&'b [u8]; 2],
        details: &'b [u8],
        separator: u8,
        mut end_of: impl FnMut(&[u8]) -> Option<End>,
    ) -> Self {
        let mut cells = Cells::of(details, separator);
        let name = cells.next().unwrap_or_default();
        let user = cells.next().unwrap_or_default();
        let (mut state, mut recipient): (&[u8], &[u8]) = (&[], &[]);
        let mut end = None;
        for cell in cells {
            if end.is_none() {
                end = end_of(cell);
                if end.is_some() {
                    state = cell;
                    continue;
                }
            }
            if memchr::memchr(b'@', cell).is_some() {
                recipient = cell;
            }
        }
        Self {
            line,
            parts: [date, time, name, user, state],
            recipients: [recipient, &[], &[], &[], &[]],
            end,
            count: 1,
        }
    }

    /// Takes in the row of another recipient; false where that row is about another job.
    pub fn join(&mut self, next: &Self) -> bool {
        let [date, _, name, user, state] = self.parts;
        let [their_date, _, their_name, their_user, their_state] = next.parts;
        if name != their_name || user != their_user || state != their_state || date != their_date {
            return false;
        }
        if let Some(place) = self.recipients.get_mut(self.count as usize) {
            *place = next.recipients[0];
        }
        self.count += 1;
        true
    }

    /// The job with words of its own.
    pub fn keep(&self) -> Job {
        let all = || {
            let words = self.parts.iter().chain(&self.recipients);
            words.map(|word| word.get(..LONGEST).unwrap_or(word))
        };
        let mut job = Job {
            line: self.line,
            text: Vec::with_capacity(all().map(<[u8]>::len).sum()),
            ends: [0; PARTS + NAMED],
            end: self.end,
            count: self.count,
        };
        for (part, end) in all().zip(&mut job.ends) {
            job.text.extend_from_slice(part);
            *end = job.text.len();
        }
        job
    }
}

/// One e-mail job; all its words share one buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Line of the first row.
    pub line: u64,
    text: Vec<u8>,
    /// Ends of the parts in `text`, and of the recipients behind them.
    ends: [usize; PARTS + NAMED],
    /// How it ended, where the log says.
    pub end: Option<End>,
    /// Rows, one a recipient.
    pub count: u32,
}

impl Job {
    /// One of the words.
    pub fn part(&self, part: Part) -> &[u8] {
        self.word(part as usize)
    }

    fn word(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before));
        let end = self.ends.get(index).copied().unwrap_or(0);
        self.text
            .get(start.copied().unwrap_or(0)..end)
            .unwrap_or_default()
    }

    /// Takes in the further rows of this job, which the next part of the log begins with; gives them back
    /// where they are about another job.
    pub fn join(&mut self, next: Self) -> Result<(), Self> {
        let same = [Part::Date, Part::Name, Part::User, Part::State]
            .into_iter()
            .all(|part| self.part(part) == next.part(part));
        if !same {
            return Err(next);
        }
        for place in self.count as usize..NAMED {
            let theirs = PARTS + place - self.count as usize;
            self.text.extend_from_slice(next.word(theirs));
            if let Some(end) = self.ends.get_mut(PARTS + place) {
                *end = self.text.len();
            }
        }
        self.count = self.count.saturating_add(next.count);
        Ok(())
    }

    /// The recipients that are named.
    pub fn recipients(&self) -> impl Iterator<Item = &[u8]> {
        (PARTS..PARTS + NAMED)
            .map(|index| self.word(index))
            .filter(|recipient| !recipient.is_empty())
    }
}

/// Foreign bytes as words to show.
pub fn words(bytes: &[u8]) -> String {
    crate::wire::reply::clean(lines::text(bytes).as_bytes())
}

/// The job as evidence.
pub fn tell_job(job: &Job, succeeded: bool, at: Option<Timestamp>, out: &Collector) -> Evidence {
    let state = if job.part(Part::State).is_empty() {
        "no state".to_owned()
    } else {
        words(job.part(Part::State))
    };
    let named: Vec<String> = job.recipients().map(words).collect();
    let summary = format!(
        "e-mail job {} of {} to {} recipient{} ({}): {state}",
        words(job.part(Part::Name)),
        words(job.part(Part::User)),
        job.count,
        if job.count == 1 { "" } else { "s" },
        named.join(", ")
    );
    let fact = if job.end == Some(End::Stopped) || job.end.is_none() {
        // Stopped by a person, or with no word about its end: no verdict on the mail path.
        Fact::Note {
            text: summary.clone(),
        }
    } else {
        Fact::DeviceJob { succeeded, state }
    };
    let mut evidence = Evidence::observed(
        Gate::Device,
        Actor::Device,
        &out.line_source(job.line),
        fact,
        summary,
    );
    evidence.at = at;
    evidence
}
