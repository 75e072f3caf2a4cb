//! Which format a text is in, judged by its first lines.

use super::transcript::{bare, speaker};
use super::{codes, exchange, openssl, sessions, trace, when};

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Exchange protocol log.
    Exchange,
    /// W3C log of the Windows SMTP service.
    Iis,
    /// Message trace.
    Trace,
    /// Output of `openssl s_client`.
    OpenSsl,
    /// A dialogue.
    Transcript,
    /// Dialogues of a mail server, session by session.
    Dialogues,
    /// Postfix.
    Postfix,
    /// sendmail.
    Sendmail,
    /// Exim's main log.
    Exim,
    /// Xerox audit log, with the separator of its columns.
    Audit(u8),
    /// A table exported by a device.
    Table(char),
    /// A record of this program's own listener.
    Heard,
    /// A mail message.
    Message,
    /// Other text.
    Text,
    /// Nothing.
    Empty,
    /// Bytes that are no text.
    Binary,
}

impl Kind {
    /// What a person calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Exchange => "Exchange protocol log",
            Self::Iis => "Windows SMTP service log (W3C)",
            Self::Trace => "message trace (CSV)",
            Self::OpenSsl => "openssl s_client output",
            Self::Transcript => "SMTP transcript",
            Self::Dialogues => "mail server's session log",
            Self::Postfix => "Postfix log",
            Self::Sendmail => "sendmail log",
            Self::Exim => "Exim log",
            Self::Audit(_) => "Xerox audit log",
            Self::Table(_) => "device log table",
            Self::Heard => "record of the listener",
            Self::Message => "mail message",
            Self::Text => "text log",
            Self::Empty => "empty file",
            Self::Binary => "unknown binary file",
        }
    }
}

/// Headers of which a mail message has at least two at its top (RFC 5322, section 3.6).
const HEADERS: [&str; 14] = [
    "return-path:",
    "received:",
    "delivered-to:",
    "mime-version:",
    "from:",
    "to:",
    "subject:",
    "date:",
    "message-id:",
    "content-type:",
    "x-failed-recipients:",
    "auto-submitted:",
    "arc-seal:",
    "reply-to:",
];

/// Judges a text by the beginning of it.
pub fn kind(head: &str) -> Kind {
    let head = head.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = head
        .lines()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.trim().is_empty())
        .take(400)
        .collect();
    let Some(first) = lines.first() else {
        return Kind::Empty;
    };
    let some = |test: &dyn Fn(&str) -> bool| lines.iter().filter(|line| test(line)).count();
    if is_binary(head) {
        return Kind::Binary;
    }
    if crate::listen::is_record(first) {
        return Kind::Heard;
    }
    if is_message(&lines) {
        return Kind::Message;
    }
    let comments = lines.iter().take(12).filter(|line| line.starts_with('#'));
    if comments.clone().any(|comment| trace::columns(comment).is_some()) {
        return Kind::Trace;
    }
    for comment in comments {
        if comment.contains("sequence-number") {
            return Kind::Exchange;
        }
        if comment.contains("Internet Information Services") || comment.contains("cs-method") {
            return Kind::Iis;
        }
    }
    if some(&exchange::is_event) * 2 > lines.len() {
        return Kind::Exchange;
    }
    if trace::is_head(first) {
        return Kind::Trace;
    }
    for separator in [b'\t', b',', b';'] {
        let rows = some(&|line| is_audit_row(line, separator));
        if rows > 0 && (rows * 3 > lines.len() || rows >= 5) {
            return Kind::Audit(separator);
        }
    }
    if some(&openssl::is_sign) >= 2 {
        return Kind::OpenSsl;
    }
    let program = |names: &[&str]| some(&|line| names.iter().any(|name| line.contains(name)));
    if program(&["postfix/", "postfix-", "postscreen[", "NOQUEUE: "]) * 3 >= lines.len() {
        return Kind::Postfix;
    }
    if program(&["sm-mta[", "sendmail[", "sm-msp-queue[", "ruleset=check_"]) * 3 >= lines.len() {
        return Kind::Sendmail;
    }
    let sessions = some(&sessions::is_said);
    if sessions >= 2 && sessions * 4 >= lines.len() {
        return Kind::Dialogues;
    }
    let prefixed = some(&|line| {
        speaker(line).is_some_and(|(_, said)| {
            bare(said).is_some() || line.starts_with("=== ") || line.starts_with("*** ")
        })
    });
    if prefixed >= 2 && prefixed * 5 >= lines.len() {
        return Kind::Transcript;
    }
    if some(&is_exim) * 3 >= lines.len() {
        return Kind::Exim;
    }
    let plain = some(&|line| bare(line.trim_start()).is_some());
    if plain >= 2 && plain * 3 >= lines.len() {
        return Kind::Transcript;
    }
    if codes::is_table(&lines)
        && let Some(separator) = codes::separator(&lines)
    {
        return Kind::Table(separator);
    }
    Kind::Text
}

/// The kind of which a text that is of none has the most lines.
pub fn nearest(head: &str) -> Option<Kind> {
    let lines: Vec<&str> = head.lines().take(400).collect();
    let some = |test: &dyn Fn(&str) -> bool| lines.iter().filter(|line| test(line)).count();
    let named = |names: &'static [&'static str]| {
        move |line: &str| names.iter().any(|name| line.to_ascii_lowercase().contains(name))
    };
    [
        (some(&exchange::is_event), Kind::Exchange),
        (some(&|line| is_audit_row(line, b'\t')), Kind::Audit(b'\t')),
        (some(&|line| is_audit_row(line, b',')), Kind::Audit(b',')),
        (some(&openssl::is_sign), Kind::OpenSsl),
        (some(&named(&["postfix"])), Kind::Postfix),
        (some(&named(&["sendmail", "sm-mta"])), Kind::Sendmail),
        (some(&is_exim), Kind::Exim),
        (
            some(&|line| bare(line.trim_start()).is_some() || speaker(line).is_some()),
            Kind::Transcript,
        ),
        (some(&|line| is_header(line)), Kind::Message),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .max_by_key(|(count, _)| *count)
    .map(|(_, kind)| kind)
}

/// A few control characters betray what is no text.
fn is_binary(head: &str) -> bool {
    let (mut odd, mut all) = (0usize, 0usize);
    for c in head.chars().take(4096) {
        all += 1;
        odd += usize::from(
            (c.is_control() && !matches!(c, '\t' | '\r' | '\n' | '\x0c' | '\x1b' | '\0')) || c == '\u{fffd}',
        );
    }
    odd * 10 > all
}

fn is_message(lines: &[&str]) -> bool {
    let mut headers = 0;
    for line in lines.iter().take(12) {
        let lower: String = line.chars().take(24).collect::<String>().to_ascii_lowercase();
        if HEADERS.iter().any(|header| lower.starts_with(header)) {
            headers += 1;
        } else if !line.starts_with([' ', '\t']) && !is_header(line) {
            break;
        }
    }
    headers >= 2
}

/// Any header field: a name of letters, digits and hyphens, and a colon (RFC 5322, section 2.2).
fn is_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.len() < 60
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    })
}

/// Number, date, time, number: the first columns of an audit log.
fn is_audit_row(line: &str, separator: u8) -> bool {
    let mut columns = line
        .split(char::from(separator))
        .map(|cell| cell.trim().trim_matches('"'));
    let number = |cell: Option<&str>| {
        cell.is_some_and(|cell| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()))
    };
    number(columns.next())
        && matches!((columns.next(), columns.next()), (Some(date), Some(time)) if when::audit(date, time).is_some())
        && number(columns.next())
        && columns.next().is_some()
}

fn is_exim(line: &str) -> bool {
    const SIGNS: [&str; 14] = [
        " <= ",
        " => ",
        " ** ",
        " == ",
        " -> ",
        " Completed",
        "queue run",
        " H=",
        "SMTP error from remote",
        "rejected RCPT",
        "SMTP call from",
        "authenticator failed",
        "TLS error on connection",
        "SMTP protocol",
    ];
    when::iso(line.get(..line.len().min(40)).unwrap_or(""))
        .is_some_and(|_| line.starts_with(|c: char| c.is_ascii_digit()))
        && SIGNS.iter().any(|sign| line.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_known_by_its_lines() {
        let samples = [
            (
                Kind::Audit(b'\t'),
                "Audit log of a device\n4211\t03/14/25\t09:02:17\t1\tSystem startup\tMFP\tSYN\t\t\t\n",
            ),
            (Kind::Audit(b','), "1,03/14/2025,09:02:17,9,Email Job,scan.pdf\n"),
            (
                Kind::Iis,
                "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip\n",
            ),
            (
                Kind::Exchange,
                "2026-11-20T08:15:01.102Z,EX\\In,08DD,0,192.0.2.1:25,192.0.2.7:1,+,,\n",
            ),
            (
                Kind::Trace,
                "Received,SenderAddress,RecipientAddress,Subject,Status\n",
            ),
            (
                Kind::Postfix,
                "mail | postfix/smtpd[3]: connect from unknown[192.0.2.7]\n",
            ),
            (
                Kind::Sendmail,
                "Nov 20 08:15:01 relay sm-mta[2]: ruleset=check_rcpt, reject=550 5.7.1 no\n",
            ),
            (
                Kind::Exim,
                "2026-11-20 08:15:01 1abcde-000001-XX <= a@example.test H=copier [192.0.2.7]\n",
            ),
            (
                Kind::Transcript,
                "  75 SMTP<< 220 mx.example.test ESMTP\n  75 SMTP>> EHLO copier\n",
            ),
            (Kind::Transcript, "C: EHLO copier\nS: 250 hello\n"),
            (
                Kind::Dialogues,
                "Fri 2026-11-20 08:15:01.004: [6144:1] --> 220 hi\nFri 2026-11-20 08:15:01.005: [6144:1] <-- EHLO mfp\n",
            ),
            (
                Kind::OpenSsl,
                "CONNECTED(00000003)\n---\nNew, (NONE), Cipher is (NONE)\n",
            ),
            (
                Kind::Message,
                "Received: from a by b\nFrom: MAILER-DAEMON\nSubject: x\n\nbody\n",
            ),
            (Kind::Text, "something went wrong\n"),
            (Kind::Empty, "\r\n\n"),
        ];
        for (expected, text) in samples {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
