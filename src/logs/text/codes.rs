//! Communication logs and job lists that a device exports as a table: rows with a result, an error code
//! or a message. Columns are found by name, codes by the knowledge of all makers.

use super::exchange::fields;
use super::talk::push;
use super::{Format, Line, find, when};
use crate::evidence::Fact;
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::logs::collect::Collector;
use jiff::Timestamp;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Forms of codes that cannot be taken for anything else, wherever they stand.
static CODE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"#\d{3}\b|\b0\d{2}-\d{3}\b|\bCE-\d{2}\b|\b1[45]-\d{2}\b").ok());
/// Names of columns that hold a result, an error or a code.
const RESULT: [&str; 12] = [
    "detail",
    "reason",
    "result",
    "status",
    "error",
    "code",
    "ergebnis",
    "fehler",
    "state",
    "résultat",
    "resultado",
    "esito",
];
/// Words of a row that ended well.
const GOOD: [&str; 6] = ["ok", "success", "successful", "completed", "normal", "sent"];
/// Words of a row that failed.
const BAD: [&str; 6] = ["ng", "error", "failed", "failure", "fail", "aborted"];

/// Words of a row that is about mail.
const MAIL: [&str; 6] = ["mail", "smtp", "@", "courriel", "correo", "posta"];
/// Words of a row that is about another kind of job.
const OTHER_JOBS: [&str; 13] = [
    "copy", "copying", "print", "printing", "fax", "smb", "ftp", "webdav", "usb", "folder", "kopie", "druck",
    "drucken",
];

/// The separator of a table, where the lines look like one: the same count of it in most lines.
pub fn separator(lines: &[&str]) -> Option<char> {
    ['\t', ';', ','].into_iter().find(|separator| {
        let counts: Vec<usize> = lines
            .iter()
            .take(20)
            .map(|line| line.matches(*separator).count())
            .collect();
        let first = counts.iter().copied().max().unwrap_or(0);
        first >= 2 && counts.iter().filter(|count| **count == first).count() * 2 > counts.len()
    })
}

/// Whether a head and rows look like a device's log: a column of results, and a code or a verdict in it.
pub fn is_table(lines: &[&str]) -> bool {
    let Some(separator) = separator(lines) else {
        return false;
    };
    let Some(head) = lines.first() else { return false };
    let named = fields(head, separator)
        .iter()
        .any(|name| RESULT.iter().any(|word| name.to_lowercase().contains(word)));
    let coded = lines.iter().any(|line| {
        CODE.as_ref().is_some_and(|code| code.is_match(line))
            || fields(line, separator).iter().any(|cell| verdict(cell).is_some())
    });
    coded && (named || lines.len() > 1)
}

/// Reads such a table.
pub struct Codes {
    separator: char,
    names: Option<Vec<String>>,
    known: HashSet<String>,
    written: Option<Timestamp>,
}

impl Codes {
    /// A reader for tables with this separator.
    pub fn new(separator: char, knowledge: &Knowledge, written: Option<Timestamp>) -> Self {
        let known = knowledge
            .codes
            .iter()
            .flat_map(|table| &table.codes)
            .map(|code| code.code.to_ascii_uppercase())
            .collect();
        Self {
            separator,
            names: None,
            known,
            written,
        }
    }

    /// The cells of a row in columns of results.
    fn results<'r>(&'r self, row: &'r [String]) -> impl Iterator<Item = &'r str> {
        let names = self.names.as_deref().unwrap_or_default();
        row.iter()
            .zip(names)
            .filter(|(_, name)| RESULT.iter().any(|word| name.contains(word)))
            .map(|(cell, _)| cell.trim())
            .filter(|cell| !cell.is_empty())
    }

    /// The code in a row: in an unmistakable form anywhere, else a known code in a column of results.
    fn code(&self, row: &[String], text: &str) -> Option<String> {
        let names = self.names.as_deref().unwrap_or_default();
        let in_column = row.iter().enumerate().find_map(|(index, cell)| {
            let name = names.get(index)?;
            let cell = cell.trim();
            (RESULT.iter().any(|word| name.contains(word)) && self.known.contains(&cell.to_ascii_uppercase()))
                .then(|| cell.to_owned())
        });
        in_column.or_else(|| Some(CODE.as_ref()?.find(text)?.as_str().to_owned()))
    }
}

impl Format for Codes {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return false;
        }
        let row = fields(text, self.separator);
        if self.names.is_none() {
            let names: Vec<String> = row.iter().map(|name| name.trim().to_lowercase()).collect();
            let is_head = names
                .iter()
                .any(|name| RESULT.iter().any(|word| name.contains(word)))
                && !row.iter().any(|cell| verdict(cell).is_some());
            self.names = Some(if is_head { names } else { Vec::new() });
            if is_head {
                return false;
            }
        }
        if is_other_job(text) {
            return true;
        }
        let at = when::of_line(text, self.written);
        let ended = row
            .iter()
            .find_map(|cell| verdict(cell))
            .or_else(|| self.results(&row).any(has_failed).then_some(false));
        let code = self.code(&row, text);
        if let Some(code) = &code {
            let words = format!("the device shows {code}: {text}");
            push(
                Gate::Device,
                Fact::Symptom { text: code.clone() },
                words,
                line.number,
                at,
                out,
            );
        }
        if let Some(reply) = find::reply(text).filter(|reply| !reply.is_positive()) {
            let stage = find::stage(text).unwrap_or(crate::evidence::Stage::Later);
            let words = format!("the server answered {reply}");
            push(
                stage.gate(),
                Fact::Refused { stage, reply },
                words,
                line.number,
                at,
                out,
            );
        }
        let succeeded = match (ended, &code) {
            (_, Some(_)) | (Some(false), _) => false,
            (Some(true), None) => true,
            (None, None) => return true,
        };
        // A result in words may say what failed.
        if !succeeded && code.is_none() {
            for cell in self.results(&row).filter(|cell| cell.contains(' ')) {
                let words = format!("the device shows: {cell}");
                let text = cell.to_owned();
                push(Gate::Device, Fact::Symptom { text }, words, line.number, at, out);
            }
        }
        let told = find::hushed(text);
        let words = if succeeded {
            "a job ended well"
        } else {
            "a job failed"
        };
        push(
            Gate::Device,
            Fact::DeviceJob {
                succeeded,
                state: told,
            },
            words,
            line.number,
            at,
            out,
        );
        true
    }
}

/// Whether a row is about a copy, a print or another job that sends no mail.
fn is_other_job(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    !MAIL.iter().any(|word| text.contains(word)) && words.any(|word| OTHER_JOBS.contains(&word))
}

/// Whether a result in words says anywhere that the job failed.
fn has_failed(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    let mut words = cell.split(|c: char| !c.is_alphanumeric());
    words.any(|word| BAD.contains(&word))
}

/// Whether a cell says that the job went well or failed.
fn verdict(cell: &str) -> Option<bool> {
    let first = cell
        .trim()
        .trim_matches('"')
        .split(|c: char| !c.is_alphanumeric())
        .next()?
        .to_lowercase();
    if GOOD.contains(&first.as_str()) {
        Some(true)
    } else if BAD.contains(&first.as_str()) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kinds of what a table tells.
    fn kinds(text: &str) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        assert!(is_table(&lines));
        let mut out = Collector::new("log.csv");
        let mut reader = Codes::new(separator(&lines).unwrap(), &Knowledge::default(), None);
        for (text, number) in lines.iter().zip(1..) {
            reader.line(Line { text, number }, &mut out);
        }
        out.finish().iter().map(|evidence| evidence.fact.kind()).collect()
    }

    #[test]
    fn a_print_that_went_well_is_no_mail_that_arrived() {
        let text = "No;Type;Destination;Status\n1;Copy;-;Completed\n2;Scan to SMB;\\\\srv\\x;Completed\n\
            3;Scan to E-mail;a@example.test;Deleted due to error (Server connection error)\n";
        assert_eq!(kinds(text), ["symptom", "device-job:failed"]);
    }

    #[test]
    fn a_communication_log_gives_codes_and_job_states() {
        let text = "No.,Start Time,Destination,Result\n0012,2026-11-20 08:15:01,a@example.test,OK\n0013,2026-11-20 08:16:01,b@example.test,NG (#801)\n";
        assert_eq!(
            kinds(text),
            ["device-job:succeeded", "symptom", "device-job:failed"]
        );
    }
}
