//! The rows of a part of an audit log, in one pass: each is split into its columns, and only what is among the
//! newest of its kind is copied at the end.

use super::audit::Audit;
use super::job::{End, Rows};
use super::meaning::Meanings;
use super::newest::Newest;
use super::row::{Head, head};
use super::told::Told;
use crate::knowledge::Knowledge;

/// Reads parts of a log, one after the other.
pub struct Reader<'k> {
    meanings: Meanings<'k>,
    separator: u8,
}

/// What a part holds, as it stands there.
struct Kept<'b> {
    /// The first job, which may belong to the last one of the part before.
    front: Option<Rows<'b>>,
    /// The job whose rows are being read, if it is not the first.
    back: Option<Rows<'b>>,
    failed: Newest<Rows<'b>>,
    good: Newest<Rows<'b>>,
    told: Newest<Told<&'b [u8]>>,
}

impl<'k> Reader<'k> {
    /// A reader for columns with this separator.
    pub fn new(knowledge: &'k Knowledge, separator: u8) -> Self {
        Self {
            meanings: Meanings::new(knowledge.events.first(), separator),
            separator,
        }
    }

    /// Reads a part of whole lines.
    pub fn read(&mut self, part: &[u8]) -> Audit {
        let mut audit = Audit::default();
        let mut kept = Kept::new();
        let mut ends: Option<(u64, Head<'_>, Head<'_>)> = None;
        let mut rest = part;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or_default();
            rest = rest.get(end + 1..).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            audit.lines += 1;
            let Some(row) = head(line, self.separator) else {
                audit.skipped += u64::from(!line.iter().all(u8::is_ascii_whitespace));
                continue;
            };
            audit.rows += 1;
            if let Some((_, _, before)) = &mut ends {
                audit.clock.step(audit.lines, before, &row);
                *before = row;
            } else {
                ends = Some((audit.lines, row, row));
            }
            let Some((event, details)) = self.meanings.event(&row) else {
                continue;
            };
            if event.is_mail {
                let stamp = [row.date, row.time];
                kept.mail(Rows::of(audit.lines, stamp, details, self.separator, |cell| {
                    self.meanings.end(cell)
                }));
            } else {
                kept.told.push(Told {
                    line: audit.lines,
                    event: event.place,
                    text: line,
                });
            }
        }
        if let Some((line, first, last)) = &ends {
            audit.clock.ends(*line, first, last);
        }
        audit.front = kept.front.map(|job| job.keep());
        audit.back = kept.back.map(|job| job.keep());
        audit.failed = kept.failed.map(|job| job.keep());
        audit.good = kept.good.map(|job| job.keep());
        audit.told = kept.told.map(|told| told.keep());
        audit
    }
}

impl<'b> Kept<'b> {
    fn new() -> Self {
        let [failed, good, told] = Audit::KEPT;
        Self {
            front: None,
            back: None,
            failed: Newest::new(failed),
            good: Newest::new(good),
            told: Newest::new(told),
        }
    }

    /// Takes a row of an e-mail job in.
    fn mail(&mut self, row: Rows<'b>) {
        let Some(front) = &mut self.front else {
            self.front = Some(row);
            return;
        };
        if self.back.as_mut().unwrap_or(front).join(&row) {
            return;
        }
        match &mut self.back {
            Some(job) => {
                match job.end {
                    Some(End::Failed | End::Stopped) => self.failed.push(*job),
                    _ => self.good.push(*job),
                }
                *job = row;
            }
            None => self.back = Some(row),
        }
    }
}
