//! Logs in which each line speaks for itself: Postfix, sendmail, Exim, devices, applications.

use super::clients::Clients;
use super::talk::{push, push_words};
use super::{Format, Line, find, when};
use crate::evidence::{Client, Fact, Stage};
use crate::logs::collect::Collector;
use crate::wire::reply::Reply;
use jiff::Timestamp;

/// Signs of success: the words, and the step that succeeded.
const SUCCESS: [(&str, Stage); 8] = [
    ("status=sent (", Stage::EndOfData),
    ("stat=Sent", Stage::EndOfData),
    (" => ", Stage::EndOfData),
    (" 235 2.7.0 ", Stage::Auth),
    ("sasl_method=", Stage::Auth),
    ("AUTH=server", Stage::Auth),
    ("Authentication successful", Stage::Auth),
    ("TLS connection established", Stage::Handshake),
];

/// Lines that speak of a fault in words and mean none.
const HARMLESS: [&str; 10] = [
    "status=sent",
    "stat=Sent",
    "statistics:",
    "error ignored",
    "0 errors",
    "no error",
    "disconnect from",
    ": connect from ",
    "warning: dict_nis_init",
    "Starting ",
];

/// Reads such a log.
pub struct Mta {
    written: Option<Timestamp>,
    /// Whether any line counts as a record; else only those with something to tell.
    every: bool,
    clients: Clients,
    /// The client of lines that name none, where the caller knows it.
    pub session: Option<Client>,
}

impl Mta {
    /// A reader; `written` is the file's own time, for stamps without a year.
    pub fn new(written: Option<Timestamp>, every: bool) -> Self {
        Self {
            written,
            every,
            clients: Clients::default(),
            session: None,
        }
    }
}

impl Format for Mta {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim();
        if text.is_empty() {
            return false;
        }
        out.speaks_of(self.clients.of(text).or_else(|| self.session.clone()));
        let at = || when::of_line(text, self.written);
        let success = succeeded(text);
        if let Some(reply) = find::reply(text).filter(|reply| !reply.is_positive() && success.is_none()) {
            let stage = find::stage(text).unwrap_or(Stage::Later);
            let words = format!("at {} the server answered {reply}", stage.title());
            push(
                stage.gate(),
                Fact::Refused { stage, reply },
                words,
                line.number,
                at(),
                out,
            );
            return true;
        }
        if let Some(stage) = success {
            let reply = Reply::new(
                if stage == Stage::Auth { 235 } else { 250 },
                vec![find::hushed(text)],
            );
            let words = format!("{} succeeded", stage.title());
            let fact = if stage == Stage::Handshake {
                Fact::Note {
                    text: find::hushed(text),
                }
            } else {
                Fact::Accepted { stage, reply }
            };
            push(stage.gate(), fact, words, line.number, at(), out);
            return true;
        }
        if !is_harmless(text) && find::is_trouble(text) {
            push_words(message(text), find::stage(text), line.number, at(), out);
            return true;
        }
        self.every
    }
}

/// The step that a line tells to have succeeded.
pub fn succeeded(text: &str) -> Option<Stage> {
    SUCCESS
        .iter()
        .find(|(words, _)| text.contains(words))
        .map(|(_, stage)| *stage)
        // Exim's arrow is a delivery to another server only where one is named.
        .filter(|_| (!text.contains(" => ") || text.contains(" H=")) && !text.contains("failed"))
}

/// Whether a line speaks of a fault in words and means none.
pub fn is_harmless(text: &str) -> bool {
    HARMLESS.iter().any(|words| text.contains(words))
}

/// A line without the stamp, host and program that syslog puts in front.
fn message(text: &str) -> &str {
    for program in ["postfix/", "postfix-", "sm-mta[", "sendmail["] {
        if let Some(at) = text.find(program)
            && let Some(rest) = text.get(at..)
            && let Some((_, message)) = rest.split_once("]: ")
        {
            return message;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(lines: &[&str]) -> Vec<String> {
        let mut out = Collector::new("mail.log");
        let mut reader = Mta::new(None, true);
        for (index, text) in lines.iter().enumerate() {
            reader.line(
                Line {
                    text,
                    number: index as u64 + 1,
                },
                &mut out,
            );
        }
        out.finish()
            .iter()
            .map(|evidence| format!("{} {}", evidence.source, evidence.fact.kind()))
            .collect()
    }

    #[test]
    fn a_refusal_a_broken_handshake_and_a_delivery_are_told_apart() {
        assert_eq!(
            facts(&[
                "Nov 20 08:15:01 relay postfix/smtpd[2]: connect from copier.example.test[192.0.2.77]",
                "Nov 20 08:15:01 relay postfix/smtpd[2]: NOQUEUE: reject: RCPT from copier.example.test[192.0.2.77]: 554 5.7.1 <a@example.test>: Relay access denied; from=<b@example.test>",
                "Nov 20 08:15:01 relay postfix/smtpd[2]: SSL_accept error from copier.example.test[192.0.2.77]: -1",
                "Nov 20 08:15:02 relay postfix/smtp[3]: A1: to=<a@example.test>, relay=mx[192.0.2.1]:25, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
            ]),
            [
                "mail.log, line 2 refused:rcpt",
                "mail.log, line 3 log-line",
                "mail.log, line 4 accepted:end-of-data"
            ]
        );
    }
}
