//! What an audit log of a Xerox device says: its e-mail jobs, the events that matter for mail, its clock.

use super::clock::Clock;
use super::job::{End, Job, Part, tell_job};
use super::newest::Newest;
use super::row::row;
use super::told::{Told, tell_event};
use super::{Together, note};
use crate::evidence::Evidence;
use crate::gate::Gate;
use crate::knowledge::schema::EventTable;
use crate::logs::collect::Collector;
use crate::logs::text::{lines, when};
use jiff::{Timestamp, ToSpan};

/// What one part of a log holds, or several that follow each other.
#[derive(Debug, PartialEq, Eq)]
pub struct Audit {
    /// The first job, which may belong to the last one of the part before.
    pub front: Option<Job>,
    /// The last job where it is not the first, which may go on in the next part.
    pub back: Option<Job>,
    /// Jobs that failed or were stopped, but for the first and the last.
    pub failed: Newest<Job>,
    /// All other jobs, but for the first and the last.
    pub good: Newest<Job>,
    /// Other events that are worth telling.
    pub told: Newest<Told<Vec<u8>>>,
    /// What the clock did.
    pub clock: Clock,
    /// Lines.
    pub lines: u64,
    /// Rows.
    pub rows: u64,
    /// Lines passed over.
    pub skipped: u64,
    /// Lines that were cut off for their length: how many, and the number of the first.
    pub long: Option<(u64, u64)>,
}

/// How the words of the rows are to be read.
#[derive(Debug, Clone, Copy)]
pub struct Manner<'k> {
    /// The meaning of events.
    pub table: Option<&'k EventTable>,
    /// What stands between columns.
    pub separator: u8,
    /// Seconds that the device's local time is ahead of UTC, where the archive's name tells.
    pub offset: i64,
}

impl Default for Audit {
    fn default() -> Self {
        let [failed, good, told] = Self::KEPT;
        Self {
            front: None,
            back: None,
            failed: Newest::new(failed),
            good: Newest::new(good),
            told: Newest::new(told),
            clock: Clock::default(),
            lines: 0,
            rows: 0,
            skipped: 0,
            long: None,
        }
    }
}

impl Audit {
    /// Failed jobs, good jobs and other events that are kept, the newest of each.
    pub const KEPT: [usize; 3] = [2000, 300, 600];

    /// Takes in the part of the log that follows.
    pub fn absorb(&mut self, next: Self) {
        let before = self.lines;
        let later = |mut job: Job| {
            job.line += before;
            job
        };
        if let Some(first) = next.front.map(later)
            && let Err(first) = self.join(first)
        {
            self.push(first);
        }
        if let Some(last) = next.back.map(later) {
            self.push(last);
        }
        self.failed.absorb(next.failed.map(later));
        self.good.absorb(next.good.map(later));
        self.told.absorb(next.told.map(|mut told| {
            told.line += before;
            told
        }));
        self.clock.absorb(next.clock, before);
        self.lines += next.lines;
        self.rows += next.rows;
        self.skipped += next.skipped;
        if let Some((count, first)) = next.long {
            let (known, start) = self.long.unwrap_or((0, before + first));
            self.long = Some((known + count, start));
        }
    }

    /// Adds a job's rows to the last job; gives them back where they are about another.
    fn join(&mut self, job: Job) -> Result<(), Job> {
        match self.back.as_mut().or(self.front.as_mut()) {
            Some(last) => last.join(job),
            None => Err(job),
        }
    }

    /// Puts a job behind the last one, which is through.
    fn push(&mut self, job: Job) {
        if self.front.is_none() {
            self.front = Some(job);
        } else if let Some(last) = self.back.replace(job) {
            self.of_kind(&last).push(last);
        }
    }

    /// Where a job belongs that is through.
    fn of_kind(&mut self, job: &Job) -> &mut Newest<Job> {
        match job.end {
            Some(End::Failed | End::Stopped) => &mut self.failed,
            _ => &mut self.good,
        }
    }

    /// Tells what the log holds, and notes what belongs together with other logs.
    pub fn finish(mut self, manner: Manner<'_>, together: &mut Together, out: &mut Collector) {
        if let Some(first) = self.front.take() {
            self.of_kind(&first).push_first(first);
        }
        if let Some(last) = self.back.take() {
            self.of_kind(&last).push(last);
        }
        let mut all: Vec<(u64, Evidence)> = Vec::new();
        for (job, succeeded) in self
            .good
            .iter()
            .map(|job| (job, true))
            .chain(self.failed.iter().map(|job| (job, job.end != Some(End::Failed))))
        {
            let at = manner.at(job.part(Part::Date), job.part(Part::Time));
            if let (false, Some(at)) = (succeeded, at) {
                together.failed.push((at, job.line));
            }
            all.push((job.line, tell_job(job, succeeded, at, out)));
        }
        for told in self.told.iter() {
            let Some(event) = manner.table.and_then(|table| table.events.get(told.event)) else {
                continue;
            };
            let Some(row) = row(&told.text, manner.separator) else {
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
            let at = manner.at(row.date, row.time);
            all.push((
                told.line,
                tell_event(event, &row, manner.separator, told.line, at, out),
            ));
        }
        all.extend(self.clock.tell(out));
        all.sort_by_key(|(line, _)| *line);
        for (_, evidence) in all {
            out.push(evidence);
        }
        let left_out @ [failed, good, other] =
            [self.failed.left_out(), self.good.left_out(), self.told.left_out()];
        if left_out != [0; 3] {
            let text = format!(
                "older entries are left out: {failed} failed and {good} good e-mail jobs, {other} other events"
            );
            note(Gate::Device, text, None, out);
        }
    }
}

impl Manner<'_> {
    fn at(&self, date: &[u8], time: &[u8]) -> Option<Timestamp> {
        when::audit(&lines::text(date), &lines::text(time))?
            .checked_sub(self.offset.seconds())
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Fact;
    use crate::knowledge::Knowledge;
    use crate::logs::xerox::reader::Reader;

    const LOG: &str = "Audit Log\r\nIndex\tDate\tTime\tEvent ID\tEvent Description\r\n\
        1\t03/14/25\t09:00:00\t125\tSecure Protocol Log\tadmin\tMFP\tSYN1\tEnabled\t\r\n\
        2\t03/14/25\t09:15:40\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-error\t\ta@example.test\r\n\
        3\t03/14/25\t09:15:40\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-error\t\tb@example.test\r\n\
        4\t03/14/25\t09:20:00\t9\tEmail Job\tscan2.pdf\tLocal User\tcomp-normal\t\tb@example.test\r\n\
        5\t03/14/25\t09:21:00\t5\tPrint Job\tx\ty\tcomp-error\t\t\r\n\
        6\t03/14/25\t09:22:00\t9\tSomething Else\tx\ty\tcomp-error\t\t\r\n";

    fn read(text: &str) -> (Vec<Evidence>, Together, u64, u64) {
        let knowledge = Knowledge::embedded();
        let audit = Reader::new(&knowledge, b'\t').read(text.as_bytes());
        let (rows, skipped) = (audit.rows, audit.skipped);
        let manner = Manner {
            table: knowledge.events.first(),
            separator: b'\t',
            offset: 0,
        };
        let mut out = Collector::new("auditfile.txt");
        let mut together = Together::default();
        audit.finish(manner, &mut together, &mut out);
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
