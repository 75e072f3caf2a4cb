//! An e-mail job of an audit log: its rows, one a recipient, as one.

use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use crate::logs::text::lines;
use jiff::Timestamp;

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

/// One e-mail job; its rows, one a recipient, stand one behind the other. All its words share one
/// buffer: a log of a gigabyte has millions of jobs.
#[derive(Debug, Default, Clone)]
pub struct Job {
    /// Line of the first row.
    pub line: u64,
    text: Vec<u8>,
    /// Ends of the parts in `text`; recipients stand behind the last, each behind a line feed.
    ends: [usize; 5],
    /// How it ended, where the log says.
    pub end: Option<End>,
    /// Rows, one a recipient.
    pub count: u32,
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

impl Job {
    /// One of the words.
    pub fn part(&self, part: Part) -> &[u8] {
        let index = part as usize;
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(index).copied().unwrap_or(0);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Begins a job with its first row.
    pub fn begin(&mut self, line: u64, parts: [&[u8]; 5], end: Option<End>) {
        self.text.clear();
        self.text.reserve(192);
        for (part, end) in parts.iter().zip(&mut self.ends) {
            self.text.extend_from_slice(part);
            *end = self.text.len();
        }
        (self.line, self.end) = (line, end);
    }

    /// Names one more recipient.
    pub fn name(&mut self, recipient: &[u8]) {
        self.text.push(b'\n');
        self.text.extend_from_slice(recipient);
    }

    /// The recipients that are named.
    pub fn recipients(&self) -> impl Iterator<Item = &[u8]> {
        let from = self.ends.last().copied().unwrap_or(0);
        self.text
            .get(from..)
            .unwrap_or_default()
            .split(|byte| *byte == b'\n')
            .skip(1)
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
