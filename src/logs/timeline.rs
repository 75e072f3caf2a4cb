//! The evidence of all files of a case on one time line, and what belongs together across files.

use super::Reading;
use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use jiff::Timestamp;
use std::sync::Arc;

/// Seconds between a failed job and what another file tells of the same moment.
const TOGETHER: i64 = 180;
/// Most ties that are told.
const TOLD: usize = 100;

/// All evidence in the order of time. What has no time of its own stays behind what it stood behind in its
/// file; a file without any time comes first. Clocks are taken as written: nothing says which of them is wrong.
pub fn of(readings: &[Arc<Reading>]) -> Vec<Evidence> {
    let mut all: Vec<(Option<Timestamp>, usize, &Evidence)> = Vec::new();
    for (file, reading) in readings.iter().enumerate() {
        let mut last = reading.evidence.iter().find_map(|item| item.at);
        for item in &reading.evidence {
            last = item.at.or(last);
            all.push((last, file, item));
        }
    }
    if readings.len() > 1 {
        all.sort_by_key(|(at, ..)| *at);
    }
    let ties = ties(&all);
    all.into_iter()
        .map(|(.., item)| item.clone())
        .chain(ties)
        .collect()
}

/// Failures that another file tells at the moment at which the device's own log has a failed e-mail job.
fn ties(all: &[(Option<Timestamp>, usize, &Evidence)]) -> Vec<Evidence> {
    let failures: Vec<(i64, usize, &Evidence)> = all
        .iter()
        .filter(|(.., item)| is_failure(&item.fact))
        .filter_map(|(_, file, item)| Some((item.at?.as_second(), *file, *item)))
        .collect();
    let mut told = Vec::new();
    for (_, file, job) in all {
        let (Fact::DeviceJob { succeeded: false, .. }, Some(at)) = (&job.fact, job.at) else {
            continue;
        };
        let nearest = near(&failures, at.as_second())
            .iter()
            .filter(|(_, other, _)| other != file)
            .min_by_key(|(second, ..)| (second - at.as_second()).abs());
        if let Some((second, _, other)) = nearest {
            let apart = (second - at.as_second()).abs();
            let text = format!(
                "{apart} s from the failed e-mail job in {}, {} tells: {}",
                job.source, other.source, other.summary
            );
            let mut tie = Evidence::observed(
                Gate::Device,
                Actor::Device,
                &job.source,
                Fact::Note { text: text.clone() },
                text,
            );
            tie.at = Some(at);
            told.push(tie);
            if told.len() >= TOLD {
                break;
            }
        }
    }
    told
}

/// The part of a list, sorted by its seconds, that is near a moment.
fn near<'a, 'e>(failures: &'a [(i64, usize, &'e Evidence)], second: i64) -> &'a [(i64, usize, &'e Evidence)] {
    let from = failures.partition_point(|(at, ..)| *at < second - TOGETHER);
    let to = failures.partition_point(|(at, ..)| *at <= second + TOGETHER);
    failures.get(from..to).unwrap_or_default()
}

/// Whether a fact tells of a send that failed on its way.
const fn is_failure(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Refused { .. }
            | Fact::TlsFailed { .. }
            | Fact::ConnectFailed { .. }
            | Fact::ConnectionLost { .. }
            | Fact::DeviceAlert { .. }
            | Fact::DeviceGaveUp { .. }
            | Fact::WrongPortType { .. }
            | Fact::LogLine { stage: Some(_), .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::logs::read;

    fn readings(files: &[(&str, &str)]) -> Vec<Arc<Reading>> {
        let folder = tempfile::tempdir().unwrap();
        let knowledge = Knowledge::embedded();
        let one = |(name, text): &(&str, &str)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Arc::new(read(&path, &knowledge).unwrap())
        };
        files.iter().map(one).collect()
    }

    const AUDIT: &str = "1\t03/14/25\t09:00:00\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-normal\t\ta@example.test\r\n\
        2\t03/14/25\t09:15:40\t9\tEmail Job\tscan2.pdf\tLocal User\tcomp-error\t\ta@example.test\r\n";

    #[test]
    fn two_files_make_one_line_and_what_fits_is_tied() {
        let server = "2025-03-14T09:10:00Z relay postfix/smtpd[2]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 554 5.7.1 no; from=<x>\n\
            2025-03-14T09:15:38Z relay postfix/smtpd[2]: SSL_accept error from mfp[192.0.2.77]: -1\n";
        let all = of(&readings(&[("auditfile.txt", AUDIT), ("mail.log", server)]));
        let order: Vec<&str> = all.iter().map(|item| item.source.as_str()).collect();
        assert_eq!(
            order,
            [
                "auditfile.txt, line 1",
                "mail.log, line 1",
                "mail.log, line 2",
                "auditfile.txt, line 2",
                "auditfile.txt, line 2"
            ]
        );
        assert!(
            all[4].summary.starts_with(
                "2 s from the failed e-mail job in auditfile.txt, line 2, mail.log, line 2 tells"
            )
        );
    }

    #[test]
    fn one_file_keeps_its_order() {
        let reversed = AUDIT.lines().rev().collect::<Vec<_>>().join("\r\n");
        let all = of(&readings(&[("auditfile.txt", &reversed)]));
        assert_eq!(all[0].source, "auditfile.txt, line 1");
        assert_eq!(all.len(), 2);
    }
}
