//! What carries a program's lines to a file: JSON lines (Docker, the journal, structured logs), RFC 5424 and the
//! journal's export form. Each is turned back into the line as the program and syslog would write it in a plain file,
//! so that every reader sees one form.

use jiff::Timestamp;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Most fields of a structured line that are written out.
const FIELDS: usize = 40;
/// Longest entry of the journal's export form that is put together.
const ENTRY: usize = 64 * 1024;
/// Names of the field that holds what was said.
const SAID: [&str; 6] = ["MESSAGE", "log", "message", "msg", "text", "event"];
/// Names of the field that holds when.
const WHEN: [&str; 6] = ["timestamp", "time", "@timestamp", "ts", "datetime", "date"];
/// Names of the field that holds who said it.
const WHO: [&str; 6] = [
    "SYSLOG_IDENTIFIER",
    "program",
    "ident",
    "process",
    "appname",
    "app",
];
/// Names of the field that holds the number of the process.
const PROCESS: [&str; 4] = ["SYSLOG_PID", "_PID", "pid", "procid"];

/// The way in which lines are carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One JSON object a line.
    Json,
    /// Syslog with its priority in front (RFC 5424, and RFC 3164 as sent).
    Syslog,
    /// The journal's export form: a field a line, an empty line behind each entry.
    Export,
}

/// Turns carried lines into plain ones.
#[derive(Debug)]
pub struct Frames {
    kind: Kind,
    /// Fields of the journal's entry so far, and the number of its message's line.
    entry: Vec<(String, String)>,
    held: usize,
    number: u64,
}

impl Frames {
    /// How the lines of a text are carried, judged by its beginning; `None` where they stand plainly.
    pub fn of(head: &str) -> Option<Self> {
        let lines: Vec<&str> = head
            .trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .take(20)
            .collect();
        let first = lines.first()?;
        let kind = if json(first).is_some() {
            Kind::Json
        } else if lines.iter().any(|line| line.starts_with("__REALTIME_TIMESTAMP=")) {
            Kind::Export
        } else if lines.iter().filter(|line| syslog(line).is_some()).count() * 2 > lines.len() {
            Kind::Syslog
        } else {
            return None;
        };
        Some(Self {
            kind,
            entry: Vec::new(),
            held: 0,
            number: 0,
        })
    }

    /// What a person calls it.
    pub const fn title(&self) -> &'static str {
        match self.kind {
            Kind::Json => "JSON lines",
            Kind::Syslog => "syslog (RFC 5424)",
            Kind::Export => "journal export",
        }
    }

    /// The plain line and its number, once one is whole; a line that is not carried is given as it stands.
    pub fn line(&mut self, text: &str, number: u64) -> Option<(String, u64)> {
        match self.kind {
            Kind::Json => Some((json(text).unwrap_or_else(|| text.to_owned()), number)),
            Kind::Syslog => Some((syslog(text).unwrap_or_else(|| text.to_owned()), number)),
            Kind::Export if text.trim().is_empty() => self.whole(),
            Kind::Export => {
                if let Some((name, value)) = text.split_once('=')
                    && self.held + text.len() <= ENTRY
                {
                    self.held += text.len();
                    if name == "MESSAGE" {
                        self.number = number;
                    }
                    self.entry.push((name.to_owned(), value.to_owned()));
                }
                None
            }
        }
    }

    /// The journal's entry so far as one line.
    pub fn whole(&mut self) -> Option<(String, u64)> {
        self.held = 0;
        let entry = std::mem::take(&mut self.entry);
        let of = |names: &[&str]| {
            let named = |name: &&str| entry.iter().find(|(other, _)| other == name);
            names.iter().find_map(named).map(|(_, value)| value.clone())
        };
        let said = of(&["MESSAGE"])?;
        let line = plain(
            of(&["__REALTIME_TIMESTAMP"]).and_then(|stamp| moment(&stamp)),
            of(&["_HOSTNAME"]).as_deref(),
            of(&WHO).as_deref(),
            of(&PROCESS).as_deref(),
            &said,
        );
        Some((line, self.number))
    }
}

/// The whole beginning of a text as plain lines.
pub fn unframed(head: &str) -> Option<String> {
    let mut frames = Frames::of(head)?;
    let mut plain = String::with_capacity(head.len());
    let mut add = |line: Option<(String, u64)>| {
        if let Some((line, _)) = line {
            plain.push_str(&line);
            plain.push('\n');
        }
    };
    for line in head.trim_start_matches('\u{feff}').lines() {
        add(frames.line(line, 0));
    }
    add(frames.whole());
    Some(plain)
}

/// A line as syslog writes it.
fn plain(
    at: Option<String>,
    host: Option<&str>,
    who: Option<&str>,
    process: Option<&str>,
    said: &str,
) -> String {
    let mut line = at.unwrap_or_default();
    let said = said.trim_end();
    if let Some(who) = who {
        let _ = write!(line, " {} {who}", host.unwrap_or("-"));
        if let Some(process) = process {
            let _ = write!(line, "[{process}]");
        }
        line.push(':');
    }
    let _ = write!(line, " {said}");
    line.trim_start().to_owned()
}

/// A moment in microseconds since 1970, as the journal counts them.
fn moment(stamp: &str) -> Option<String> {
    let stamp = Timestamp::from_microsecond(stamp.parse().ok()?).ok()?;
    Some(stamp.to_string())
}

/// A JSON object as a plain line, where it is an entry of a log: it says something, or has a time among its fields.
fn json(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(text) else {
        return None;
    };
    let string = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| Some(((*name).to_owned(), fields.get(*name).and_then(scalar)?)))
    };
    let at = string(&["__REALTIME_TIMESTAMP"])
        .and_then(|(_, stamp)| moment(&stamp))
        .or_else(|| string(&WHEN).map(|(_, stamp)| stamp));
    let said = string(&SAID);
    if at.is_none() && said.is_none() {
        return None;
    }
    let who = string(&WHO).map(|(_, who)| who);
    let process = string(&PROCESS).map(|(_, process)| process);
    let host = string(&["_HOSTNAME", "hostname", "host"]).map(|(_, host)| host);
    let (name, mut words) = said.unwrap_or_default();
    // The journal's and Docker's other fields say nothing of the matter; those of a structured log do.
    if name != "MESSAGE" && name != "log" {
        rest(&fields, &name, &mut words);
    }
    // A line that carries its own stamp and program keeps them.
    let own = who.is_none() && words.contains("]: ");
    Some(plain(
        at.filter(|_| !own),
        host.as_deref(),
        who.as_deref(),
        process.as_deref(),
        &words,
    ))
}

/// Adds the other fields of a structured log as `name = value`.
fn rest(fields: &Map<String, Value>, said: &str, words: &mut String) {
    let named = |name: &str| {
        name == said
            || WHEN.contains(&name)
            || WHO.contains(&name)
            || PROCESS.contains(&name)
            || name == "level"
    };
    // Sentences come last, so that a reply in one of them ends where the line ends.
    let mut others: Vec<(&String, String)> = fields
        .iter()
        .filter(|(name, _)| !named(name))
        .filter_map(|(name, value)| Some((name, scalar(value)?)))
        .take(FIELDS)
        .collect();
    others.sort_by_key(|(_, value)| value.contains(char::is_whitespace));
    for (name, value) in others {
        let value = value.trim();
        let quote = if value.contains(char::is_whitespace) {
            "\""
        } else {
            ""
        };
        let comma = if words.is_empty() { "" } else { ", " };
        let _ = write!(words, "{comma}{name} = {quote}{value}{quote}");
    }
}

/// Text or a number; the journal writes text that is not UTF-8 as an array of bytes.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(bytes) if !bytes.is_empty() => {
            let byte = |value: &Value| value.as_u64().and_then(|byte| u8::try_from(byte).ok());
            let bytes: Vec<u8> = bytes.iter().map(byte).collect::<Option<_>>()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => None,
    }
}

/// A line of syslog as it goes over the network, as it stands in a file (RFC 5424, section 6; RFC 3164, section 4.1).
fn syslog(text: &str) -> Option<String> {
    // Over TCP the length may stand in front (RFC 6587, section 3.4.1).
    let text = text
        .trim()
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start();
    let (priority, rest) = text.strip_prefix('<')?.split_once('>')?;
    if priority.is_empty() || priority.len() > 3 || !priority.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let Some(rest) = rest.strip_prefix("1 ") else {
        return Some(rest.to_owned());
    };
    let mut parts = rest.splitn(6, ' ');
    let mut part = || parts.next();
    let (at, host, who, process, _, rest) = (part()?, part()?, part()?, part()?, part()?, part()?);
    let known = |word: &str| (word != "-").then(|| word.to_owned());
    let said = behind_data(rest).trim_start_matches([' ', '\u{feff}']);
    Some(plain(
        known(at),
        known(host).as_deref(),
        known(who).as_deref(),
        known(process).as_deref(),
        said,
    ))
}

/// What stands behind the structured data: `-`, or `[id name="value"]` once or more often.
fn behind_data(text: &str) -> &str {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    while rest.starts_with('[') {
        let (mut quoted, mut escaped) = (false, false);
        let end = rest.char_indices().find(|(_, c)| {
            let ends = *c == ']' && !quoted;
            quoted ^= *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        match end.and_then(|(at, _)| rest.get(at + 1..)) {
            Some(behind) => rest = behind,
            None => return text,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> String {
        unframed(text)
            .unwrap_or_else(|| "plain".into())
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    #[test]
    fn each_way_of_carrying_gives_the_line_that_the_program_wrote() {
        let said = "postfix/smtpd[2001]: connect from mfp.example.test[192.0.2.77]";
        for carried in [
            "<22>1 2026-11-20T08:15:01.003Z mail postfix/smtpd 2001 - - connect from mfp.example.test[192.0.2.77]",
            "<22>1 2026-11-20T08:15:01.003Z mail postfix/smtpd 2001 - [x@1 a=\"b\\\"]\"] \u{feff}connect from mfp.example.test[192.0.2.77]",
            "104 <22>Nov 20 08:15:01 mail postfix/smtpd[2001]: connect from mfp.example.test[192.0.2.77]",
            "{\"log\":\"Nov 20 08:15:01 mail postfix/smtpd[2001]: connect from mfp.example.test[192.0.2.77]\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-20T08:15:01Z\"}",
            "{\"__REALTIME_TIMESTAMP\":\"1795162501003000\",\"_HOSTNAME\":\"mail\",\"SYSLOG_IDENTIFIER\":\"postfix/smtpd\",\"_PID\":\"2001\",\"MESSAGE\":\"connect from mfp.example.test[192.0.2.77]\"}",
            "_HOSTNAME=mail\n__REALTIME_TIMESTAMP=1795162501003000\nMESSAGE=connect from mfp.example.test[192.0.2.77]\n_PID=2001\nSYSLOG_IDENTIFIER=postfix/smtpd\n",
        ] {
            let plain = first(carried);
            assert!(plain.ends_with(said), "{carried}\n{plain}");
        }
    }

    #[test]
    fn a_structured_line_keeps_its_fields() {
        let line = "{\"timestamp\":\"2026-11-20T08:15:01Z\",\"level\":\"INFO\",\"type\":\"smtp.rcpt-to-rejected\",\"remoteIp\":\"192.0.2.77\",\"reason\":\"Relay not allowed.\"}";
        assert_eq!(
            first(line),
            "2026-11-20T08:15:01Z remoteIp = 192.0.2.77, type = smtp.rcpt-to-rejected, reason = \"Relay not allowed.\""
        );
    }

    #[test]
    fn settings_and_plain_lines_are_not_carried() {
        for text in [
            "{\"smtp\":{\"server\":\"mx.example.test\",\"port\":25}}",
            "{\"server\":\"mx.example.test\",\"port\":25}",
            "Nov 20 08:15:01 mail postfix/smtpd[1]: connect",
            "<html>",
            "",
        ] {
            assert_eq!(first(text), "plain", "{text}");
        }
    }

    #[test]
    fn the_number_of_an_entry_is_that_of_its_message() {
        let mut frames = Frames::of("__REALTIME_TIMESTAMP=1\nMESSAGE=a\n").unwrap();
        let lines = ["__REALTIME_TIMESTAMP=1", "MESSAGE=a", "PRIORITY=6", ""];
        let given: Vec<_> = lines
            .iter()
            .zip(1..)
            .filter_map(|(line, number)| frames.line(line, number))
            .collect();
        assert_eq!(given.len(), 1);
        assert_eq!(given[0].1, 2);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,300}", tail in "[<>\\[\\]\"\\\\{}:= 0-9a-z-]{0,80}") {
            let _ = unframed(&text);
            let _ = syslog(&format!("<13>1 - - - - - {tail}"));
            let _ = json(&format!("{{{tail}}}"));
        }
    }
}
