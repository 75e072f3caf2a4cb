//! Message traces of Exchange Online, message tracking logs of Exchange and other delivery tables (Microsoft Learn,
//! "Message trace", "Message tracking"): CSV, columns by name.

use super::exchange::fields;
use super::talk::{push, push_words};
use super::{Format, Line, find, when};
use crate::evidence::{Client, Fact, Stage};
use crate::logs::collect::Collector;
use crate::wire::reply::Reply;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

/// Names that the column of the state may have, lower case, without blanks and underscores.
const STATE: [&str; 5] = ["recipientstatus", "status", "deliverystatus", "event", "action"];
/// Names that the column of the time may have.
const TIME: [&str; 6] = [
    "origintimestamputc",
    "received",
    "origintimestamp",
    "datetime",
    "date",
    "timestamp",
];
/// Names that the column of the sender may have.
const SENDER: [&str; 3] = ["senderaddress", "sender", "fromaddress"];
/// Names that the column of the sender's address on the network may have.
const FROM: [&str; 2] = ["originalclientip", "fromip"];
/// Names that the column of the message's id may have.
const MESSAGE: [&str; 3] = ["messageid", "internetmessageid", "messagetraceid"];
/// Messages of which the client is remembered.
const REMEMBERED: usize = 4096;
/// States that mean delivery.
const DELIVERED: [&str; 4] = ["delivered", "receive, deliver", "send", "deliver"];
/// States that say nothing yet.
const NEUTRAL: [&str; 20] = [
    "receive",
    "submit",
    "transfer",
    "resolve",
    "expand",
    "redirect",
    "duplicatedeliver",
    "duplicateexpand",
    "duplicateredirect",
    "haredirect",
    "hareceive",
    "hadiscard",
    "process",
    "notifymapi",
    "submitdefer",
    "load",
    "expanded",
    "resolved",
    "gettingstatus",
    "none",
];

/// The columns that a `#Fields:` line of a message tracking log names.
pub fn columns(comment: &str) -> Option<&str> {
    let names = comment.strip_prefix("#Fields:")?.trim();
    is_head(names).then_some(names)
}

/// Whether a line is the head of such a table.
pub fn is_head(text: &str) -> bool {
    let names: Vec<String> = fields(text, ',').iter().map(|name| plain(name)).collect();
    let has = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
    has(&["senderaddress", "sender", "fromaddress"])
        && has(&[
            "recipientaddress",
            "recipients",
            "recipientstatus",
            "recipient",
            "toaddress",
        ])
}

/// Reads such a table.
#[derive(Default)]
pub struct Trace {
    names: Vec<String>,
    /// From which address each message came, by its id, and the ids in their order.
    came_from: HashMap<String, IpAddr>,
    order: VecDeque<String>,
    /// A row whose quotes go on in the next line.
    open: String,
}

impl Format for Trace {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim_start_matches('\u{feff}');
        let whole = if self.open.is_empty() {
            text.to_owned()
        } else {
            format!("{} {text}", std::mem::take(&mut self.open))
        };
        if whole.matches('"').count() % 2 == 1 && whole.len() < 32 * 1024 {
            self.open = whole;
            return false;
        }
        if whole.starts_with('#') {
            if let Some(names) = columns(&whole) {
                self.names = fields(names, ',').iter().map(|name| plain(name)).collect();
            }
            return false;
        }
        if self.names.is_empty() {
            self.names = fields(&whole, ',').iter().map(|name| plain(name)).collect();
            return false;
        }
        let cells = fields(&whole, ',');
        if cells.len() < 2 {
            return false;
        }
        let names = std::mem::take(&mut self.names);
        let row = Row { names: &names, cells };
        let client = row.client();
        let message = row.of(&MESSAGE).map(str::to_owned);
        let told = client.as_ref().and_then(|client| client.address);
        if let (Some(message), Some(address)) = (&message, told) {
            self.remember(message, address);
        }
        let known = |message: &String| self.came_from.get(message).copied();
        out.speaks_of(client.map(|client| Client {
            address: client.address.or_else(|| message.as_ref().and_then(known)),
            ..client
        }));
        tell(&row, line.number, out);
        self.names = names;
        true
    }
}

impl Trace {
    fn remember(&mut self, message: &str, address: IpAddr) {
        if self.came_from.insert(message.to_owned(), address).is_none() {
            self.order.push_back(message.to_owned());
            if self.order.len() > REMEMBERED
                && let Some(oldest) = self.order.pop_front()
            {
                self.came_from.remove(&oldest);
            }
        }
    }
}

/// A row's cells by the names of their columns.
struct Row<'a> {
    names: &'a [String],
    cells: Vec<String>,
}

impl Row<'_> {
    /// The first cell of these columns that says anything.
    fn of(&self, list: &[&str]) -> Option<&str> {
        list.iter().find_map(|wanted| {
            let index = self.names.iter().position(|name| name == wanted)?;
            self.cells
                .get(index)
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        })
    }

    /// Who sent the message.
    fn client(&self) -> Option<Client> {
        let identity = self.of(&SENDER).filter(|sender| *sender != "<>");
        // Where the server hands it on itself, its own address stands in the client's column.
        let taken_in = self
            .of(&["eventid"])
            .is_none_or(|event| event.eq_ignore_ascii_case("receive"));
        let address = self
            .of(&FROM)
            .or_else(|| self.of(&["clientip"]).filter(|_| taken_in))
            .and_then(|address| address.parse::<IpAddr>().ok());
        (identity.is_some() || address.is_some()).then(|| Client {
            address: address.map(|address| address.to_canonical()),
            identity: identity.map(str::to_ascii_lowercase),
            ..Client::default()
        })
    }
}

/// What a row says of its message.
fn tell(row: &Row<'_>, number: u64, out: &mut Collector) {
    let at = row.of(&TIME).and_then(when::iso);
    let stage = Stage::Later;
    let event = row.of(&["eventid"]).unwrap_or("").to_ascii_lowercase();
    let outcome = row.of(&STATE).unwrap_or("").to_ascii_lowercase();
    // `recipient_status` holds pairs: address##outcome.
    let outcome = outcome.rsplit("##").next().unwrap_or("").trim().to_owned();
    let state = if event.is_empty() { &outcome } else { &event };
    if let Some(reply) = row
        .cells
        .iter()
        .find_map(|cell| find::reply(cell))
        .filter(|reply| !reply.is_positive())
    {
        let words = format!("{state}: the server answered {reply}");
        push(
            stage.gate(),
            Fact::Refused { stage, reply },
            words,
            number,
            at,
            out,
        );
    } else if DELIVERED.contains(&state.as_str()) {
        let reply = Reply::new(250, vec![state.clone()]);
        push(
            stage.gate(),
            Fact::Accepted { stage, reply },
            "delivered",
            number,
            at,
            out,
        );
    } else if !state.is_empty() && !NEUTRAL.contains(&state.as_str()) {
        // Cells as words, so that no address hides the state.
        push_words(&row.cells.join(", "), Some(stage), number, at, out);
    }
}

fn plain(name: &str) -> String {
    name.trim_matches(['\u{feff}', '"', ' '])
        .to_ascii_lowercase()
        .replace(['_', ' ', '-'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_and_a_delivered_message_are_told_apart() {
        let text = "origin_timestamp_utc,sender_address,recipient_status\n\
            2026-11-20T08:15:01.0Z,scan@example.test,a@example.test##Delivered\n\
            2026-11-20T08:16:01.0Z,scan@example.test,b@example.test##Failed 550 5.1.10 RESOLVER.ADR.RecipientNotFound\n\
            2026-11-20T08:17:01.0Z,scan@example.test,c@example.test##Quarantined\n";
        let mut out = Collector::new("trace.csv");
        let mut reader = Trace::default();
        for (index, text) in text.lines().enumerate() {
            reader.line(
                Line {
                    text,
                    number: index as u64 + 1,
                },
                &mut out,
            );
        }
        let kinds: Vec<String> = out.finish().iter().map(|evidence| evidence.fact.kind()).collect();
        assert_eq!(kinds, ["accepted:later", "refused:later", "log-line"]);
    }

    #[test]
    fn a_tracking_log_names_its_columns_in_a_comment_and_its_client_by_the_message() {
        let text = "#Software: Microsoft Exchange Server\n\
            #Fields: date-time,client-ip,event-id,message-id,recipient-address,recipient-status,sender-address\n\
            2026-11-20T08:15:01.1Z,192.0.2.77,RECEIVE,<1@mfp>,a@example.test,,scan@example.test\n\
            2026-11-20T08:15:02.1Z,192.0.2.1,FAIL,<1@mfp>,a@example.test,[{LRT=};{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found};{FQDN=}],scan@example.test\n\
            2026-11-20T08:15:03.1Z,,DELIVER,<2@pc>,b@example.test,,pc@example.test\n";
        assert_eq!(
            super::super::detect::kind(text),
            super::super::detect::Kind::Trace
        );
        let mut out = Collector::new("track.log");
        let mut reader = Trace::default();
        for (text, number) in text.lines().zip(1..) {
            reader.line(Line { text, number }, &mut out);
        }
        let all: Vec<String> = out
            .finish()
            .iter()
            .map(|item| {
                let client = item.client.as_ref().and_then(Client::key);
                format!("{} {}", item.fact.kind(), client.unwrap_or_default())
            })
            .collect();
        assert_eq!(
            all,
            ["refused:later 192.0.2.77", "accepted:later pc@example.test"]
        );
    }
}
