//! One row of the table: its text, time, level and gate.

use crate::evidence::Stage;
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::logs::text::detect::Kind;
use crate::logs::text::{find, lines, mta, when};
use crate::logs::xerox::row as audit;
use crate::wire::reply::clean;
use jiff::Timestamp;
use std::sync::Arc;

/// Longest text of a row in bytes; the rest of a longer one is left out.
pub const LONGEST: usize = 4096;

/// What a row speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Neither.
    Plain,
    /// Something that went well.
    Good,
    /// A fault or a refusal.
    Fault,
}

/// A row of a file, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number, from 0.
    pub number: u64,
    /// When, where the row says so; device logs without a zone are taken as UTC.
    pub at: Option<Timestamp>,
    /// What it speaks of.
    pub level: Level,
    /// The gate it speaks of, where its words tell.
    pub gate: Option<Gate>,
    /// The text without control characters and without secrets; tabs stand between columns.
    pub text: String,
    /// Whether the row is longer than `text`.
    pub cut: bool,
}

/// Judges the rows of one file.
#[derive(Debug)]
pub struct Judge {
    /// What the text was taken for, in words.
    pub title: &'static str,
    /// What the text was taken for.
    pub kind: Kind,
    /// The file's own time, for stamps without a year.
    pub written: Option<Timestamp>,
    /// For the event numbers of audit logs.
    pub knowledge: Arc<Knowledge>,
}

impl Judge {
    /// Reads a row from its bytes; `before` is the row above it, which may ask for a secret.
    pub fn row(&self, number: u64, bytes: &[u8], cut: bool, before: &str) -> Row {
        let raw = clean(lines::text(bytes).as_bytes());
        let text = if answers_a_login(before, &raw) {
            "…".to_owned()
        } else {
            find::hushed(&raw)
        };
        Row {
            number,
            at: self.at(bytes, &raw),
            level: level(&raw),
            gate: self.gate(bytes, &raw),
            text,
            cut,
        }
    }

    fn at(&self, bytes: &[u8], text: &str) -> Option<Timestamp> {
        if let Kind::Audit(separator) = self.kind {
            let row = audit::row(bytes, separator)?;
            return when::audit(&lines::text(row.date), &lines::text(row.time));
        }
        when::of_line(text, self.written)
    }

    fn gate(&self, bytes: &[u8], text: &str) -> Option<Gate> {
        if let Kind::Audit(separator) = self.kind {
            let row = audit::row(bytes, separator)?;
            let table = self.knowledge.events.first()?;
            let event = table.meaning(row.event, &lines::text(row.name))?;
            return table.events.get(event).map(|event| event.gate);
        }
        find::stage(text).map(Stage::gate)
    }
}

/// Whether a row tells of a fault, of success, or of neither.
pub fn level(text: &str) -> Level {
    if mta::succeeded(text).is_some() {
        Level::Good
    } else if mta::is_harmless(text) {
        Level::Plain
    } else if find::is_trouble(text) || find::reply(text).is_some_and(|reply| !reply.is_positive()) {
        Level::Fault
    } else {
        Level::Plain
    }
}

/// Whether a row is what a client answers to the server's `334`: a word of Base64 that may be a password.
fn answers_a_login(before: &str, text: &str) -> bool {
    let asked = before.contains("334 ") || before.ends_with("334") || before.ends_with("AUTH LOGIN");
    let word = text.rsplit([' ', '\t', ',']).next().unwrap_or("");
    asked
        && word.len() >= 4
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
        && !text.contains("334")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(kind: Kind) -> Judge {
        Judge {
            title: kind.title(),
            kind,
            written: None,
            knowledge: Arc::new(Knowledge::embedded()),
        }
    }

    #[test]
    fn a_row_of_an_audit_log_has_its_time_level_and_gate() {
        let bytes =
            b"2\t03/14/25\t09:15:40\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-error\t\ta@example.test";
        let row = judge(Kind::Audit(b'\t')).row(1, bytes, false, "");
        assert_eq!(row.at.unwrap().to_string(), "2025-03-14T09:15:40Z");
        assert_eq!((row.level, row.gate), (Level::Fault, Some(Gate::Device)));
    }

    #[test]
    fn a_login_is_not_shown() {
        let judge = judge(Kind::Transcript);
        assert_eq!(
            judge.row(1, b"cGFzc3dvcmQ=", false, "S: 334 UGFzc3dvcmQ6").text,
            "…"
        );
        assert_eq!(
            judge.row(1, b" -> AUTH PLAIN AHVzZXIAcGFzcw==", false, "").text,
            " -> AUTH PLAIN …"
        );
        assert_eq!(judge.row(1, b"S: 235 ok", false, "C: c2Nhbg==").text, "S: 235 ok");
    }

    #[test]
    fn levels_tell_faults_from_success() {
        assert_eq!(level("status=sent (250 2.0.0 Ok)"), Level::Good);
        assert_eq!(level("554 5.7.1 Relay access denied"), Level::Fault);
        assert_eq!(level("disconnect from mfp[192.0.2.7]"), Level::Plain);
        assert_eq!(level("EHLO copier"), Level::Plain);
    }
}
