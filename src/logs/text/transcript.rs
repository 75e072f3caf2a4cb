//! Dialogues in a text: swaks (its manual, section "OUTPUT"), C:/S: and arrow prefixes, Exim's `-d`
//! output, and the bare lines of a telnet session.

use super::talk::{Talk, push_words};
use super::{Format, Line, find, when};
use crate::evidence::{Fact, Stage};
use crate::gate::Gate;
use crate::logs::capture::reply_parts;
use crate::logs::collect::Collector;
use crate::wire::tls::TlsVersion;
use jiff::Timestamp;

/// Who speaks a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The client.
    Client,
    /// The server.
    Server,
    /// The program that wrote the transcript, about itself.
    Program,
}

/// Prefixes that name the speaker, longest first among those that share a beginning.
const PREFIXES: [(&str, Speaker); 34] = [
    ("=== ", Speaker::Program),
    ("*** ", Speaker::Program),
    ("SMTP<<", Speaker::Server),
    ("SMTP>>", Speaker::Client),
    ("<~*", Speaker::Server),
    ("<**", Speaker::Server),
    ("<~", Speaker::Server),
    ("<<<", Speaker::Server),
    ("<--", Speaker::Server),
    ("<-", Speaker::Server),
    ("<<", Speaker::Server),
    ("< ", Speaker::Server),
    ("**>", Speaker::Client),
    ("*~>", Speaker::Client),
    (">>>", Speaker::Client),
    ("-->", Speaker::Client),
    ("->", Speaker::Client),
    ("~>", Speaker::Client),
    (">>", Speaker::Client),
    ("> ", Speaker::Client),
    ("C: ", Speaker::Client),
    ("S: ", Speaker::Server),
    ("C>", Speaker::Client),
    ("S>", Speaker::Server),
    ("C:", Speaker::Client),
    ("S:", Speaker::Server),
    ("Client: ", Speaker::Client),
    ("Server: ", Speaker::Server),
    ("CLIENT: ", Speaker::Client),
    ("SERVER: ", Speaker::Server),
    ("[C] ", Speaker::Client),
    ("[S] ", Speaker::Server),
    ("send: ", Speaker::Client),
    ("reply: ", Speaker::Server),
];

/// Marks of the speaker that stand behind a stamp or the name of a program, in the words of mail programs
/// and libraries; what follows those in the first list can be nothing else.
const MARKS: [(&str, Speaker); 8] = [
    ("SERVER -> CLIENT: ", Speaker::Server),
    ("CLIENT -> SERVER: ", Speaker::Client),
    ("<<<getline<<< ", Speaker::Server),
    (">>>putline>>> ", Speaker::Client),
    ("[rx] ", Speaker::Server),
    ("[tx] ", Speaker::Client),
    ("[<-] ", Speaker::Server),
    ("[->] ", Speaker::Client),
];
const LETTERS: [(&str, Speaker); 4] = [
    (" S: ", Speaker::Server),
    (" C: ", Speaker::Client),
    (" < ", Speaker::Server),
    (" > ", Speaker::Client),
];
/// Bytes from the beginning of a line in which a mark is looked for.
const MARKED: usize = 80;

/// Verbs with which a bare line of a client begins.
const VERBS: [&str; 14] = [
    "EHLO",
    "HELO",
    "MAIL FROM",
    "RCPT TO",
    "DATA",
    "BDAT",
    "RSET",
    "NOOP",
    "QUIT",
    "VRFY",
    "EXPN",
    "HELP",
    "STARTTLS",
    "AUTH",
];

/// The speaker of a line and what is said, where the line's own form tells.
pub fn speaker(text: &str) -> Option<(Speaker, &str)> {
    // Exim's debug output puts the process number first.
    let trimmed = text.trim_start();
    let body = trimmed
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start();
    if let Some(said) = marked(trimmed, &MARKS) {
        return Some(said);
    }
    for candidate in [trimmed, body] {
        for (prefix, speaker) in PREFIXES {
            if let Some(rest) = candidate.strip_prefix(prefix) {
                return Some((
                    speaker,
                    unquoted(rest.strip_prefix(' ').unwrap_or(rest).trim_start()),
                ));
            }
        }
    }
    // A letter alone may be anything: what follows must be of its speaker.
    marked(trimmed, &LETTERS).filter(|(speaker, said)| bare(said) == Some(*speaker))
}

/// What is said behind a mark near the beginning of a line.
fn marked<'a>(text: &'a str, marks: &[(&str, Speaker)]) -> Option<(Speaker, &'a str)> {
    marks
        .iter()
        .filter_map(|(mark, speaker)| {
            let at = text.find(mark).filter(|at| *at < MARKED)?;
            Some((at, *speaker, text.get(at + mark.len()..)?))
        })
        .min_by_key(|(at, ..)| *at)
        .map(|(_, speaker, said)| (speaker, said.trim_start()))
}

/// A line as Python's smtplib prints it: `b'250 ok\r\n'`.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('b').unwrap_or(text);
    let quoted = inner
        .strip_prefix(['\'', '"'])
        .and_then(|inner| inner.strip_suffix(['\'', '"']));
    quoted.map_or(text, |inner| {
        inner.trim_end_matches("\\n").trim_end_matches("\\r")
    })
}

/// Whether a line is a command or a reply without any prefix.
pub fn bare(text: &str) -> Option<Speaker> {
    if reply_parts(text.trim_end()).is_some() {
        return Some(Speaker::Server);
    }
    let upper: String = text.chars().take(12).collect::<String>().to_ascii_uppercase();
    VERBS
        .iter()
        .any(|verb| {
            upper
                .strip_prefix(verb)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '\t']))
        })
        .then_some(Speaker::Client)
}

/// Reads a transcript.
#[derive(Default)]
pub struct Transcript {
    talk: Talk,
    last: Option<Speaker>,
    written: Option<Timestamp>,
}

impl Transcript {
    /// A reader; `written` is the file's own time, for stamps without a year.
    pub fn new(written: Option<Timestamp>) -> Self {
        Self {
            written,
            ..Self::default()
        }
    }

    fn renew(&mut self, out: &mut Collector) {
        std::mem::take(&mut self.talk).tell(true, out);
    }

    fn said(&mut self, who: Speaker, text: &str, line: Line<'_>, out: &mut Collector) {
        self.last = Some(who);
        if self.talk.at.is_none() {
            self.talk.at = when::of_line(line.text, self.written);
        }
        match who {
            Speaker::Server => {
                // A new greeting behind a whole dialogue opens another one.
                if text.starts_with("220")
                    && self.talk.has_replies()
                    && text.to_ascii_uppercase().contains("SMTP")
                    && !self.talk.expects_tls()
                {
                    self.renew(out);
                }
                self.talk.server(text, line.number);
            }
            Speaker::Client => self.talk.client(text, line.number),
            Speaker::Program => self.program(text, line, out),
        }
    }

    /// What the program says of itself.
    fn program(&mut self, text: &str, line: Line<'_>, out: &mut Collector) {
        if text.starts_with("Trying ") && !self.talk.is_empty() {
            self.renew(out);
        }
        if let Some(rest) = text
            .strip_prefix("TLS started with cipher ")
            .or_else(|| text.strip_prefix("TLS started w/ cipher "))
        {
            self.talk.encrypted();
            let mut parts = rest.split(':');
            if let (Some(version), Some(suite)) = (parts.next().and_then(version), parts.next()) {
                let words = format!("{version} with {suite} was agreed");
                let fact = Fact::TlsEstablished {
                    version,
                    suite: suite.to_owned(),
                };
                super::talk::push(Gate::Encrypt, fact, words, line.number, self.talk.at, out);
            }
        } else if find::is_trouble(text) && !text.starts_with("Connection closed") {
            let stage = find::stage(text).or_else(|| text.contains("onnect").then_some(Stage::Connect));
            push_words(text, stage, line.number, self.talk.at, out);
        }
    }
}

impl Format for Transcript {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim_end();
        if let Some((who, said)) = speaker(text) {
            // smtplib tells each reply twice.
            if !said.starts_with("retcode (") {
                self.said(who, said, line, out);
            }
            return true;
        }
        if text.trim().is_empty() {
            return false;
        }
        if let Some(body) = continued(text).filter(|_| self.last == Some(Speaker::Server)) {
            self.said(Speaker::Server, body, line, out);
            return true;
        }
        if self.talk.expects_secret() {
            self.said(Speaker::Client, "…", line, out);
            return true;
        }
        if let Some(who) = bare(text.trim_start()) {
            // A client's line inside the message is the message.
            let who = if self.talk.in_message() && who == Speaker::Client {
                Speaker::Client
            } else {
                who
            };
            self.said(who, text.trim_start(), line, out);
            return true;
        }
        if self.talk.in_message() {
            self.talk.client(text, line.number);
            return true;
        }
        if find::is_trouble(text) {
            match find::reply(text).filter(|reply| !reply.is_positive()) {
                Some(reply) => {
                    let stage = find::stage(text).unwrap_or(Stage::Later);
                    let words = format!("the server answered {reply}");
                    super::talk::push(
                        stage.gate(),
                        Fact::Refused { stage, reply },
                        words,
                        line.number,
                        self.talk.at,
                        out,
                    );
                }
                None => push_words(text, find::stage(text), line.number, self.talk.at, out),
            }
            return true;
        }
        false
    }

    fn finish(&mut self, out: &mut Collector) {
        self.renew(out);
    }
}

/// A further line of a reply in Exim's debug output: a process number, a wide margin, the line.
fn continued(text: &str) -> Option<&str> {
    let rest = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let body = rest.trim_start();
    (rest.len() >= body.len() + 4 && reply_parts(body).is_some()).then_some(body)
}

/// The version in a program's words, such as `TLSv1.2` or `TLSv1`.
pub fn version(text: &str) -> Option<TlsVersion> {
    match text.trim() {
        "SSLv3" => Some(TlsVersion::Ssl3),
        "TLSv1" => Some(TlsVersion::Tls10),
        other => TlsVersion::parse(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Vec<String> {
        let mut out = Collector::new("t.txt");
        let mut reader = Transcript::default();
        for (index, text) in text.lines().enumerate() {
            reader.line(
                Line {
                    text,
                    number: index as u64 + 1,
                },
                &mut out,
            );
        }
        reader.finish(&mut out);
        out.finish()
            .iter()
            .filter(|evidence| !matches!(evidence.fact, Fact::Accepted { .. } | Fact::Extensions { .. }))
            .map(|evidence| format!("{}: {}", evidence.source, evidence.summary))
            .collect()
    }

    const SWAKS: &str = "=== Trying mx.example.test:587...\n=== Connected to mx.example.test.\n<-  220 mx.example.test ESMTP\n -> EHLO copier\n<-  250-mx.example.test\n<-  250 AUTH LOGIN\n -> AUTH LOGIN\n<-  334 VXNlcm5hbWU6\n -> c2Nhbg==\n<** 535 5.7.8 No\n -> QUIT\n<-  221 bye\n=== Connection closed with remote host.\n";

    #[test]
    fn swaks_lines_name_their_speaker() {
        assert_eq!(
            facts(SWAKS),
            ["t.txt, line 10: at AUTH the server answered 535 5.7.8 No"]
        );
    }

    #[test]
    fn the_marks_of_mail_programs_name_the_speaker() {
        for (line, who, said) in [
            (
                "2026-11-20 08:15:01 SERVER -> CLIENT: 220 mx ESMTP",
                Speaker::Server,
                "220 mx ESMTP",
            ),
            (
                "[2026-11-20 08:15:01] DEBUG [q3Zx] C: EHLO copier",
                Speaker::Client,
                "EHLO copier",
            ),
            ("SMTP: 08:15:01 [rx] 250 SIZE", Speaker::Server, "250 SIZE"),
            ("<<<getline<<< 250 ok", Speaker::Server, "250 ok"),
            ("reply: b'535 5.7.8 No\\r\\n'", Speaker::Server, "535 5.7.8 No"),
            ("send: 'ehlo copier\\r\\n'", Speaker::Client, "ehlo copier"),
        ] {
            assert_eq!(speaker(line), Some((who, said)), "{line}");
        }
        for line in [
            "2026-11-20 08:15:01 1abc => a@b.test R=x T=y H=mx [192.0.2.1]",
            "Drive C: is full",
        ] {
            assert_eq!(speaker(line), None, "{line}");
        }
    }

    #[test]
    fn a_telnet_session_needs_no_prefixes() {
        let text = "220 mx.example.test ESMTP\nehlo copier\n250 mx.example.test\nmail from:<a@example.test>\n250 ok\nrcpt to:<b@example.test>\n550 5.1.1 unknown\n";
        assert_eq!(
            facts(text),
            ["t.txt, line 7: at RCPT TO the server answered 550 5.1.1 unknown"]
        );
    }

    #[test]
    fn a_client_that_leaves_after_its_login_gave_up() {
        let text = "S: 220 hi ESMTP\nC: EHLO copier\nS: 250 hi\nC: AUTH LOGIN\nS: 235 welcome\nC: QUIT\nS: 221 bye\n";
        assert_eq!(
            facts(text),
            ["t.txt, line 7: the dialogue ends behind AUTH though every reply was positive"]
        );
    }
}
