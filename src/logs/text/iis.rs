//! W3C extended logs of the Windows SMTP service (w3.org, "Extended Log File Format"); the columns are
//! named by `#Fields:` lines, which may change in the middle of a file.
//!
//! One file holds both directions. Of what the service takes in, a line is a command with the status that it gave.
//! Of what it sends on, `OutboundConnectionCommand` and `OutboundConnectionResponse` stand in the user's column, and
//! the address is the next server's; whose mail it was, the envelope sender tells.

use super::talk::{Talk, push, sender};
use super::{Format, Line, find, when};
use crate::evidence::{Client, Fact, Stage};
use crate::logs::collect::Collector;
use crate::wire::reply::Reply;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

/// Outgoing connections followed at the same time.
const SESSIONS: usize = 500;
/// Envelope senders of which the client is remembered.
const SENDERS: usize = 4096;

/// Reads such a log.
#[derive(Default)]
pub struct Iis {
    columns: HashMap<String, usize>,
    outgoing: BTreeMap<String, Talk>,
    /// From which address each envelope sender came; none where there are several.
    came_from: HashMap<String, Option<IpAddr>>,
}

/// A line's cells by the names of their columns; `-` stands for none.
struct Row<'a> {
    columns: &'a HashMap<String, usize>,
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn cell(&self, name: &str) -> Option<&'a str> {
        let cell = self.cells.get(*self.columns.get(name)?).copied();
        cell.filter(|value| *value != "-")
    }

    /// Command or reply, in which `+` stands for a blank.
    fn said(&self) -> String {
        self.cell("cs-uri-query")
            .unwrap_or("")
            .replace('+', " ")
            .trim()
            .to_owned()
    }

    fn at(&self) -> Option<jiff::Timestamp> {
        when::iso(&format!("{}T{}", self.cell("date")?, self.cell("time")?))
    }
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
        let columns = std::mem::take(&mut self.columns);
        let row = Row {
            columns: &columns,
            cells: text.split_ascii_whitespace().collect(),
        };
        let is_row = match row.cell("cs-username") {
            Some(user) if user.starts_with("OutboundConnection") => {
                self.sent_on(&row, user.ends_with("Response"), line.number, out);
                true
            }
            user => row
                .cell("cs-method")
                .or(user)
                .is_some_and(|method| self.taken_in(&row, method, line.number, out)),
        };
        self.columns = columns;
        is_row
    }

    fn finish(&mut self, out: &mut Collector) {
        for talk in std::mem::take(&mut self.outgoing).into_values() {
            self.tell(talk, out);
        }
    }
}

impl Iis {
    /// A command of a client, and the status that the service gave.
    fn taken_in(&mut self, row: &Row<'_>, method: &str, number: u64, out: &mut Collector) -> bool {
        let address: Option<IpAddr> = row.cell("c-ip").and_then(|address| address.parse().ok());
        let said = row.said();
        let sender = sender(&format!("{method} {said}"));
        if let (Some(sender), Some(address)) = (&sender, address) {
            self.remember(sender, address);
        }
        out.speaks_of(address.map(|address| Client {
            identity: sender,
            ..Client::at(address)
        }));
        let Some(code) = row.cell("sc-status").and_then(|code| code.parse::<u16>().ok()) else {
            return true;
        };
        let stage = stage_of(method);
        // The service writes 240 for a QUIT.
        let (fact, words) = match code {
            400..600 => {
                let reply = Reply::new(code, vec![format!("({method} {})", find::hushed(&said))]);
                let words = format!("at {} the server answered {code}", stage.title());
                (Fact::Refused { stage, reply }, words)
            }
            200..400 if stage != Stage::Later => {
                let reply = Reply::new(code, Vec::new());
                let words = format!("{} was accepted", stage.title());
                (Fact::Accepted { stage, reply }, words)
            }
            _ => return true,
        };
        push(stage.gate(), fact, words, number, row.at(), out);
        true
    }

    fn remember(&mut self, sender: &str, address: IpAddr) {
        if let Some(known) = self.came_from.get_mut(sender) {
            *known = known.filter(|known| *known == address);
        } else if self.came_from.len() < SENDERS {
            self.came_from.insert(sender.to_owned(), Some(address));
        }
    }

    /// One side's line of a connection to the next server.
    fn sent_on(&mut self, row: &Row<'_>, response: bool, number: u64, out: &mut Collector) {
        let peer = row.cell("c-ip").unwrap_or("").to_owned();
        let said = row.said();
        // A greeting behind other replies begins another connection; the answer to STARTTLS has its code too.
        let begins =
            |talk: &Talk| response && said.starts_with("220") && talk.has_replies() && !talk.expects_tls();
        let ended = if self.outgoing.get(&peer).is_some_and(begins) {
            self.outgoing.remove(&peer)
        } else if self.outgoing.len() >= SESSIONS && !self.outgoing.contains_key(&peer) {
            self.outgoing.pop_first().map(|(_, talk)| talk)
        } else {
            None
        };
        if let Some(talk) = ended {
            self.tell(talk, out);
        }
        let talk = self.outgoing.entry(peer).or_default();
        talk.outgoing = true;
        talk.at = row.at().or(talk.at);
        let method = row.cell("cs-method").unwrap_or("");
        if response {
            // Only the first line of a reply is written, with its hyphen.
            let whole = match said.get(3..4) {
                Some("-") => said.replacen('-', " ", 1),
                _ => said,
            };
            talk.server(&whole, number);
        } else if method == "DATA" || method == "BDAT" {
            talk.client("DATA", number);
        } else {
            talk.client(&format!("{method} {said}"), number);
        }
    }

    /// Tells a connection to the next server, of the client whose mail it carried.
    fn tell(&self, mut talk: Talk, out: &mut Collector) {
        talk.client = talk.sender().and_then(|sender| {
            let address = self.came_from.get(sender).copied().flatten()?;
            Some(Client {
                identity: Some(sender.to_owned()),
                ..Client::at(address)
            })
        });
        talk.tell(false, out);
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

    /// Line, direction, client and kind of each refusal and of each step that was taken.
    fn told(text: &str) -> Vec<String> {
        let mut out = Collector::new("ex.log");
        let mut reader = Iis::default();
        for (text, number) in text.lines().zip(1..) {
            reader.line(Line { text, number }, &mut out);
        }
        reader.finish(&mut out);
        let one = |item: &crate::evidence::Evidence| {
            format!(
                "{} {} {} {}",
                item.source,
                if item.onward { "onward" } else { "own" },
                item.client
                    .as_ref()
                    .and_then(Client::key)
                    .unwrap_or_else(|| "-".into()),
                item.fact.kind()
            )
        };
        out.finish().iter().map(one).collect()
    }

    const COLUMNS: &str = "#Fields: date time c-ip cs-username cs-method cs-uri-query sc-status\n";

    #[test]
    fn columns_are_found_by_their_names() {
        let log = "2026-11-20 08:15:01 192.0.2.77 copier RCPT +TO:+<a@elsewhere.test> 550\n\
            2026-11-20 08:15:02 192.0.2.77 copier QUIT copier 240\n";
        assert_eq!(
            told(&format!("{COLUMNS}{log}")),
            ["ex.log, line 2 own 192.0.2.77 refused:rcpt"]
        );
    }

    #[test]
    fn what_is_sent_on_belongs_to_the_client_whose_sender_it_carries() {
        let log = "2026-11-20 08:15:01 192.0.2.77 copier MAIL +FROM:<Scan@example.test> 250\n\
            2026-11-20 08:15:01 192.0.2.78 pc MAIL +FROM:<pc@example.test> 250\n\
            2026-11-20 08:15:03 192.0.2.9 OutboundConnectionResponse - 220+hi 0\n\
            2026-11-20 08:15:03 192.0.2.9 OutboundConnectionCommand MAIL FROM:<scan@example.test> 0\n\
            2026-11-20 08:15:04 192.0.2.9 OutboundConnectionResponse - 530+5.7.0+Log+in+first 0\n\
            2026-11-20 08:16:03 192.0.2.9 OutboundConnectionResponse - 220+hi 0\n\
            2026-11-20 08:16:03 192.0.2.9 OutboundConnectionCommand MAIL FROM:<other@example.test> 0\n\
            2026-11-20 08:16:04 192.0.2.9 OutboundConnectionResponse - 550+5.7.1+No 0\n";
        assert_eq!(
            told(&format!("{COLUMNS}{log}")),
            [
                "ex.log, line 2 own 192.0.2.77 accepted:mail",
                "ex.log, line 3 own 192.0.2.78 accepted:mail",
                "ex.log, line 4 onward 192.0.2.77 accepted:greeting",
                "ex.log, line 6 onward 192.0.2.77 refused:mail",
                "ex.log, line 7 onward other@example.test accepted:greeting",
                "ex.log, line 9 onward other@example.test refused:mail",
            ]
        );
    }
}
