//! Logs in which each line speaks for itself: Postfix, sendmail, Exim, devices, applications.

use super::clients::{Clients, is_onward};
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

/// Sendmail's words for a client that went without a message: behind a fault, what the fault led to.
const LEFT: &str = "did not issue MAIL";
/// Lines behind a fault of the same client in which it is.
const NEAR: u64 = 100;

/// Reads such a log.
pub struct Mta {
    written: Option<Timestamp>,
    /// Whether any line counts as a record; else only those with something to tell.
    every: bool,
    clients: Clients,
    /// The client of the last fault, and its line.
    failed: Option<(Client, u64)>,
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
            failed: None,
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
        let client = self.clients.of(text).or_else(|| self.session.clone());
        let success = succeeded(text);
        if text.contains(LEFT)
            && let (Some((failed, number)), Some(client)) = (&self.failed, &client)
            && failed.key() == client.key()
            && line.number - number <= NEAR
        {
            return true;
        }
        // That a message has arrived shows that its sender got through; why it does not arrive is the server's matter.
        if success.is_none() && is_onward(text) {
            out.speaks_of_onward(client.clone());
        } else {
            out.speaks_of(client.clone());
        }
        let failed = client.map(|client| (client, line.number));
        let at = || when::of_line(text, self.written);
        if let Some(reply) = find::reply(text).filter(|reply| !reply.is_positive() && success.is_none()) {
            self.failed = failed;
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
            let at = at();
            self.failed = failed;
            push_words(message(text), find::stage(text), line.number, at, out);
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

    #[test]
    fn a_client_that_leaves_behind_a_fault_is_no_second_fault() {
        let left = "Nov 20 08:15:01 relay sm-mta[27714]: 4AK7F1xy027714: mfp.example.test [192.0.2.77] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA-v4";
        let broken = "Nov 20 08:15:01 relay sm-mta[27714]: STARTTLS=server, error: accept failed=-1, reason=unsupported protocol, SSL_error=1, errno=0, retry=-1, relay=mfp.example.test [192.0.2.77]";
        assert_eq!(facts(&[broken, left]), ["mail.log, line 1 log-line"]);
        assert_eq!(facts(&[left]), ["mail.log, line 1 log-line"]);
    }

    #[test]
    fn a_delivery_that_fails_is_the_servers_and_one_that_succeeds_the_clients() {
        let mut out = Collector::new("mail.log");
        let mut reader = Mta::new(None, true);
        let lines = [
            "Nov 20 08:15:01 relay postfix/smtpd[2]: 4AbCd12345z: client=mfp.example.test[192.0.2.77]",
            "Nov 20 08:15:02 relay postfix/smtp[3]: 4AbCd12345z: to=<a@example.test>, relay=mx[192.0.2.1]:587, dsn=4.7.0, status=deferred (SASL authentication failed; server mx[192.0.2.1] said: 535 5.7.8 no)",
            "Nov 20 08:25:02 relay postfix/smtp[3]: 4AbCd12345z: to=<a@example.test>, relay=mx[192.0.2.1]:587, dsn=2.0.0, status=sent (250 2.0.0 Ok)",
            "Nov 20 08:15:03 relay sm-mta[8]: 4AK8F9mk016664: to=<a@example.test>, mailer=esmtp, relay=mx. [203.0.113.9], dsn=5.1.1, stat=User unknown",
            "2026-11-20 08:15:07 1abcDE-000abc-00 ** a@example.test R=dnslookup T=remote_smtp H=mx.example.test [203.0.113.9]: 550 no such user",
            "2026-11-20 08:15:08 H=(mfp) [192.0.2.77]:37 I=[192.0.2.11]:25 F=<scan@example.test> rejected RCPT <a@example.test>: relay not permitted",
        ];
        for (text, number) in lines.iter().zip(1..) {
            reader.line(Line { text, number }, &mut out);
        }
        let onward: Vec<bool> = out.finish().iter().map(|item| item.onward).collect();
        assert_eq!(onward, [true, false, true, true, false]);
    }
}
