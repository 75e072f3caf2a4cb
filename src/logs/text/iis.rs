//! W3C extended logs of the Windows SMTP service (w3.org, "Extended Log File Format"); the columns are
//! named by `#Fields:` lines, which may change in the middle of a file.

use super::talk::{Talk, push};
use super::{Format, Line, find, when};
use crate::evidence::{Client, Fact, Stage};
use crate::logs::collect::Collector;
use crate::wire::reply::Reply;
use std::collections::{BTreeMap, HashMap};

/// Outgoing connections followed at the same time.
const SESSIONS: usize = 500;

/// Reads such a log.
#[derive(Default)]
pub struct Iis {
    columns: HashMap<String, usize>,
    outgoing: BTreeMap<String, Talk>,
}

impl Format for Iis {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim();
        if let Some(names) = text.strip_prefix("#Fields:") {
            self.columns = names
                .split_ascii_whitespace()
                .enumerate()
                .map(|(index, name)| (name.to_ascii_lowercase(), index))
                .collect();
            return false;
        }
        if text.starts_with('#') || text.is_empty() {
            return false;
        }
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let field = |name: &str| {
            self.columns
                .get(name)
                .and_then(|index| fields.get(*index))
                .copied()
                .filter(|value| *value != "-")
        };
        let at = match (field("date"), field("time")) {
            (Some(date), Some(time)) => when::iso(&format!("{date}T{time}")),
            _ => None,
        };
        let Some(method) = field("cs-method").or_else(|| field("cs-username")) else {
            return false;
        };
        let query = field("cs-uri-query").unwrap_or("").replace('+', " ");
        let user = field("cs-username").unwrap_or("").to_owned();
        let outgoing = user.starts_with("OutboundConnection");
        let client = field("c-ip").filter(|_| !outgoing);
        out.speaks_of(client.and_then(|address| address.parse().ok()).map(Client::at));
        if outgoing {
            let peer = field("c-ip").unwrap_or("").to_owned();
            let method = field("cs-method").unwrap_or("").to_owned();
            self.outgoing(
                &user,
                peer,
                (&method, query.trim()),
                Line {
                    number: line.number,
                    text,
                },
                at,
                out,
            );
            return true;
        }
        let Some(code) = field("sc-status").and_then(|code| code.parse::<u16>().ok()) else {
            return true;
        };
        let stage = stage_of(method);
        // The service writes 240 for a QUIT.
        if (400..600).contains(&code) {
            let reply = Reply::new(code, vec![format!("({method} {})", find::hushed(query.trim()))]);
            let words = format!("at {} the server answered {code}", stage.title());
            push(
                stage.gate(),
                Fact::Refused { stage, reply },
                words,
                line.number,
                at,
                out,
            );
        } else if (200..400).contains(&code) && stage != Stage::Later {
            let reply = Reply::new(code, Vec::new());
            let words = format!("{} was accepted", stage.title());
            push(
                stage.gate(),
                Fact::Accepted { stage, reply },
                words,
                line.number,
                at,
                out,
            );
        }
        true
    }

    fn finish(&mut self, out: &mut Collector) {
        for talk in std::mem::take(&mut self.outgoing).into_values() {
            talk.tell(false, out);
        }
    }
}

impl Iis {
    fn outgoing(
        &mut self,
        user: &str,
        peer: String,
        (method, query): (&str, &str),
        line: Line<'_>,
        at: Option<jiff::Timestamp>,
        out: &mut Collector,
    ) {
        if self.outgoing.len() >= SESSIONS
            && !self.outgoing.contains_key(&peer)
            && let Some((_, talk)) = self.outgoing.pop_first()
        {
            talk.tell(false, out);
        }
        let talk = self.outgoing.entry(peer).or_default();
        talk.at = at.or(talk.at);
        if user.ends_with("Response") {
            // Only the first line of a reply is written, with its hyphen.
            let whole = match query.get(3..4) {
                Some("-") => query.replacen('-', " ", 1),
                _ => query.to_owned(),
            };
            talk.server(&whole, line.number);
        } else if method == "DATA" || method == "BDAT" {
            talk.client("DATA", line.number);
        } else {
            talk.client(&format!("{method} {query}"), line.number);
        }
    }
}

fn stage_of(method: &str) -> Stage {
    match method.to_ascii_uppercase().as_str() {
        "EHLO" | "HELO" => Stage::Ehlo,
        "STARTTLS" => Stage::StartTls,
        "AUTH" => Stage::Auth,
        "MAIL" => Stage::Mail,
        "RCPT" => Stage::Rcpt,
        "DATA" | "BDAT" => Stage::EndOfData,
        _ => Stage::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "#Fields: date time c-ip cs-username cs-method cs-uri-query sc-status\n\
            2026-11-20 08:15:01 192.0.2.77 copier RCPT +TO:+<a@elsewhere.test> 550\n\
            2026-11-20 08:15:02 192.0.2.77 copier QUIT copier 240\n\
            2026-11-20 08:15:03 192.0.2.9 OutboundConnectionResponse - 220+hi 0\n\
            2026-11-20 08:15:03 192.0.2.9 OutboundConnectionCommand MAIL FROM:<a@example.test> 0\n\
            2026-11-20 08:15:04 192.0.2.9 OutboundConnectionResponse - 530+5.7.0+Log+in+first 0\n";
        let mut out = Collector::new("ex.log");
        let mut reader = Iis::default();
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
        let all: Vec<String> = out
            .finish()
            .iter()
            .filter(|evidence| matches!(evidence.fact, Fact::Refused { .. }))
            .map(|evidence| format!("{} {}", evidence.source, evidence.fact.kind()))
            .collect();
        assert_eq!(
            all,
            ["ex.log, line 2 refused:rcpt", "ex.log, line 6 refused:mail"]
        );
    }
}
