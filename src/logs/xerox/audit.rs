//! The audit log of Xerox devices, read by its columns. What an event means stands in the knowledge
//! files, keyed by number and by words, because the numbers differ between platforms.

use super::clock::Clock;
use super::job::{End, Job, Part, tell_job, words};
use super::row::{Cells, Row, row};
use super::{Together, note};
use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{AuditEvent, EventTable};
use crate::logs::collect::Collector;
use crate::logs::text::{lines, when};
use jiff::{Timestamp, ToSpan};
use std::collections::VecDeque;

/// Failed jobs, good jobs and other events that are kept, the newest of each.
const KEPT: [usize; 3] = [2000, 300, 600];
/// Event numbers whose meaning is remembered between rows.
const REMEMBERED: usize = 512;
/// Recipients of a job that are named.
const NAMED: u32 = 5;

/// An event worth telling: its line, its place in the table, the row.
type Told = (u64, usize, Vec<u8>);

/// The meaning of an event number, remembered with the words it was worked out for.
#[derive(Debug, Default, Clone)]
struct Remembered {
    name: Vec<u8>,
    event: Option<usize>,
}

/// Reads such a log.
pub struct Audit<'k> {
    table: Option<&'k EventTable>,
    separator: u8,
    /// Seconds that the device's local time is ahead of UTC, where the archive's name tells.
    offset: i64,
    remembered: Vec<Option<Remembered>>,
    states: Vec<(Vec<u8>, Option<End>)>,
    job: Job,
    failed: VecDeque<Job>,
    good: VecDeque<Job>,
    told: VecDeque<Told>,
    counts: [u64; 3],
    clock: Clock,
    line: u64,
    /// Rows read.
    pub rows: u64,
    /// Lines passed over.
    pub skipped: u64,
}

impl<'k> Audit<'k> {
    /// A reader for columns with this separator.
    pub fn new(knowledge: &'k Knowledge, separator: u8, offset: i64) -> Self {
        Self {
            table: knowledge.events.first(),
            separator,
            offset,
            remembered: vec![None; REMEMBERED],
            states: Vec::new(),
            job: Job::default(),
            failed: VecDeque::new(),
            good: VecDeque::new(),
            told: VecDeque::new(),
            counts: [0; 3],
            clock: Clock::default(),
            line: 0,
            rows: 0,
            skipped: 0,
        }
    }

    /// Takes a line in.
    pub fn line(&mut self, line: &[u8]) {
        self.line += 1;
        let Some(row) = row(line, self.separator) else {
            self.skipped += u64::from(!line.iter().all(u8::is_ascii_whitespace));
            return;
        };
        self.rows += 1;
        self.clock.row(self.line, &row);
        let Some(event) = self.meaning(&row) else {
            return;
        };
        let is_mail = self
            .table
            .and_then(|table| table.events.get(event))
            .is_some_and(|event| event.topic == "email-job");
        if is_mail {
            self.mail(&row);
        } else {
            let mut kept = if self.told.len() >= KEPT[2] {
                self.told.pop_front().map_or_else(Vec::new, |(.., kept)| kept)
            } else {
                Vec::new()
            };
            kept.clear();
            kept.extend_from_slice(line);
            self.counts[2] += 1;
            self.told.push_back((self.line, event, kept));
        }
    }

    /// Takes in the reading of the part of the log that follows.
    pub fn absorb(&mut self, next: Self) {
        let before = self.line;
        for (kind, (mine, theirs)) in [(&mut self.failed, next.failed), (&mut self.good, next.good)]
            .into_iter()
            .enumerate()
        {
            mine.extend(theirs.into_iter().map(|mut job| {
                job.line += before;
                job
            }));
            let most = KEPT.get(kind).copied().unwrap_or(0);
            mine.drain(..mine.len().saturating_sub(most));
        }
        self.told.extend(
            next.told
                .into_iter()
                .map(|(line, event, text)| (line + before, event, text)),
        );
        self.told.drain(..self.told.len().saturating_sub(KEPT[2]));
        for (mine, theirs) in self.counts.iter_mut().zip(next.counts) {
            *mine += theirs;
        }
        self.clock.absorb(next.clock, before);
        self.line += next.line;
        self.rows += next.rows;
        self.skipped += next.skipped;
    }

    /// Tells what the log holds, and notes what belongs together with other logs.
    pub fn finish(mut self, together: &mut Together, out: &mut Collector) {
        self.end_job();
        let mut all: Vec<(u64, Evidence)> = Vec::new();
        for (job, succeeded) in self
            .good
            .iter()
            .map(|job| (job, true))
            .chain(self.failed.iter().map(|job| (job, job.end != Some(End::Failed))))
        {
            let at = self.at(job.part(Part::Date), job.part(Part::Time));
            if let (false, Some(at)) = (succeeded, at) {
                together.failed.push((at, job.line));
            }
            all.push((job.line, tell_job(job, succeeded, at, out)));
        }
        for (line, event, text) in &self.told {
            let Some(event) = self.table.and_then(|table| table.events.get(*event)) else {
                continue;
            };
            let Some(row) = row(text, self.separator) else {
                continue;
            };
            if event.topic == "protocol-log" {
                let details = lines::text(row.details).to_lowercase();
                if details.contains("enable") {
                    together.switched_on = Some(true);
                } else if details.contains("disable") {
                    together.switched_on = Some(false);
                }
            }
            let at = self.at(row.date, row.time);
            all.push((*line, tell_event(event, &row, self.separator, *line, at, out)));
        }
        all.extend(self.clock.tell(out));
        all.sort_by_key(|(line, _)| *line);
        for (_, evidence) in all {
            out.push(evidence);
        }
        let left_out = [
            self.counts[0].saturating_sub(self.failed.len() as u64),
            self.counts[1].saturating_sub(self.good.len() as u64),
            self.counts[2].saturating_sub(self.told.len() as u64),
        ];
        if left_out != [0; 3] {
            let [failed, good, other] = left_out;
            let text = format!(
                "older entries are left out: {failed} failed and {good} good e-mail jobs, {other} other events"
            );
            note(Gate::Device, text, None, out);
        }
    }

    /// What was counted and kept, for comparison.
    #[cfg(test)]
    pub fn fingerprint(&self) -> String {
        format!(
            "{:?} {} {} {:?} {:?}",
            self.counts, self.rows, self.line, self.failed, self.good
        )
    }

    fn at(&self, date: &[u8], time: &[u8]) -> Option<Timestamp> {
        when::audit(&lines::text(date), &lines::text(time))?
            .checked_sub(self.offset.seconds())
            .ok()
    }

    /// The entry of the table that a row is about.
    fn meaning(&mut self, row: &Row<'_>) -> Option<usize> {
        let slot = usize::try_from(row.event).ok()? % REMEMBERED;
        if let Some(Some(known)) = self.remembered.get(slot)
            && known.name == row.name
        {
            return known.event;
        }
        let event = self
            .table
            .and_then(|table| table.meaning(row.event, &lines::text(row.name)));
        if let Some(slot) = self.remembered.get_mut(slot) {
            *slot = Some(Remembered {
                name: row.name.to_vec(),
                event,
            });
        }
        event
    }

    fn mail(&mut self, row: &Row<'_>) {
        let separator = self.separator;
        let mut cells = Cells::of(row.details, separator);
        let name = cells.next().unwrap_or_default();
        let user = cells.next().unwrap_or_default();
        let mut state: &[u8] = &[];
        let mut end = None;
        let mut recipient: &[u8] = &[];
        for cell in cells {
            if end.is_none() {
                end = self.end_of(cell);
                if end.is_some() {
                    state = cell;
                    continue;
                }
            }
            if memchr::memchr(b'@', cell).is_some() {
                recipient = cell;
            }
        }
        let job = &self.job;
        let same = job.count > 0
            && job.part(Part::Name) == name
            && job.part(Part::User) == user
            && job.part(Part::State) == state
            && job.part(Part::Date) == row.date;
        if !same {
            self.end_job();
            self.job
                .begin(self.line, [row.date, row.time, name, user, state], end);
        }
        self.job.count += 1;
        if !recipient.is_empty() && self.job.count <= NAMED {
            self.job.name(recipient);
        }
    }

    /// Puts the job whose rows are through to its kind.
    pub fn end_job(&mut self) {
        if self.job.count == 0 {
            return;
        }
        let (list, kind) = match self.job.end {
            Some(End::Failed | End::Stopped) => (&mut self.failed, 0),
            _ => (&mut self.good, 1),
        };
        let [failed, good, _] = KEPT;
        let most = if kind == 0 { failed } else { good };
        if let Some(count) = self.counts.get_mut(kind) {
            *count += 1;
        }
        let empty = if list.len() >= most {
            list.pop_front().unwrap_or_default()
        } else {
            Job::default()
        };
        list.push_back(std::mem::replace(&mut self.job, empty));
        self.job.count = 0;
    }

    /// How a job ended, by the words of a cell; worked out once for each wording.
    fn end_of(&mut self, cell: &[u8]) -> Option<End> {
        if cell.is_empty() || cell.len() > 40 || memchr::memchr(b'@', cell).is_some() {
            return None;
        }
        if let Some((_, end)) = self.states.iter().find(|(known, _)| known == cell) {
            return *end;
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
        if self.states.len() < 32 {
            self.states.push((cell.to_vec(), end));
        }
        end
    }
}

fn tell_event(
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

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "Audit Log\r\nIndex\tDate\tTime\tEvent ID\tEvent Description\r\n\
        1\t03/14/25\t09:00:00\t125\tSecure Protocol Log\tadmin\tMFP\tSYN1\tEnabled\t\r\n\
        2\t03/14/25\t09:15:40\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-error\t\ta@example.test\r\n\
        3\t03/14/25\t09:15:40\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-error\t\tb@example.test\r\n\
        4\t03/14/25\t09:20:00\t9\tEmail Job\tscan2.pdf\tLocal User\tcomp-normal\t\tb@example.test\r\n\
        5\t03/14/25\t09:21:00\t5\tPrint Job\tx\ty\tcomp-error\t\t\r\n\
        6\t03/14/25\t09:22:00\t9\tSomething Else\tx\ty\tcomp-error\t\t\r\n";

    fn read(text: &str) -> (Vec<Evidence>, Together, u64, u64) {
        let knowledge = Knowledge::embedded().unwrap();
        let mut audit = Audit::new(&knowledge, b'\t', 0);
        lines::each(text.as_bytes(), |line| audit.line(line));
        let (rows, skipped) = (audit.rows, audit.skipped);
        let mut out = Collector::new("auditfile.txt");
        let mut together = Together::default();
        audit.finish(&mut together, &mut out);
        (out.finish(), together, rows, skipped)
    }

    #[test]
    fn recipients_of_one_job_are_one_job_and_numbers_alone_mean_nothing() {
        let (evidence, together, rows, skipped) = read(LOG);
        let jobs: Vec<(String, &str)> = evidence
            .iter()
            .filter(|item| matches!(item.fact, Fact::DeviceJob { .. }))
            .map(|item| (item.fact.kind(), item.source.as_str()))
            .collect();
        assert_eq!(
            jobs,
            [
                ("device-job:failed".to_owned(), "auditfile.txt, line 4"),
                ("device-job:succeeded".to_owned(), "auditfile.txt, line 6")
            ]
        );
        assert!(evidence.iter().any(|item| {
            item.summary
                .contains("2 recipients (a@example.test, b@example.test)")
        }));
        assert_eq!((rows, skipped), (6, 2));
        assert_eq!(together.switched_on, Some(true));
        assert_eq!(together.failed.len(), 1);
    }
}
