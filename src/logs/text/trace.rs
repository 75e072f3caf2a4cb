//! Message traces of Exchange Online and other delivery tables (Microsoft Learn, "Message trace"):
//! CSV, columns by name.

use super::exchange::fields;
use super::talk::{push, push_words};
use super::{Format, Line, find, when};
use crate::evidence::{Fact, Stage};
use crate::logs::collect::Collector;
use crate::wire::reply::Reply;

/// Names that the column of the state may have, lower case, without blanks and underscores.
const STATE: [&str; 6] = [
    "recipientstatus",
    "status",
    "deliverystatus",
    "eventid",
    "event",
    "action",
];
/// Names that the column of the time may have.
const TIME: [&str; 6] = [
    "origintimestamputc",
    "received",
    "origintimestamp",
    "datetime",
    "date",
    "timestamp",
];
/// States that mean delivery.
const DELIVERED: [&str; 4] = ["delivered", "receive, deliver", "send", "deliver"];
/// States that say nothing yet.
const NEUTRAL: [&str; 6] = [
    "receive",
    "submit",
    "expanded",
    "resolved",
    "gettingstatus",
    "none",
];

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
        if self.names.is_empty() {
            self.names = fields(&whole, ',').iter().map(|name| plain(name)).collect();
            return false;
        }
        let row = fields(&whole, ',');
        if row.len() < 2 {
            return false;
        }
        let cell = |list: &[&str]| {
            list.iter().find_map(|wanted| {
                let index = self.names.iter().position(|name| name == wanted)?;
                row.get(index).map(String::as_str)
            })
        };
        let at = cell(&TIME).and_then(when::iso);
        let outcome = cell(&STATE).unwrap_or("").to_ascii_lowercase();
        // `recipient_status` holds pairs: address##outcome.
        let outcome = outcome.rsplit("##").next().unwrap_or("").trim().to_owned();
        if let Some(reply) = find::reply(&whole).filter(|reply| !reply.is_positive()) {
            let stage = Stage::Later;
            let words = format!("{outcome}: the server answered {reply}");
            push(
                stage.gate(),
                Fact::Refused { stage, reply },
                words,
                line.number,
                at,
                out,
            );
        } else if DELIVERED.contains(&outcome.as_str()) {
            let reply = Reply::new(250, vec![outcome]);
            let stage = Stage::Later;
            push(
                stage.gate(),
                Fact::Accepted { stage, reply },
                "delivered",
                line.number,
                at,
                out,
            );
        } else if !outcome.is_empty() && !NEUTRAL.contains(&outcome.as_str()) {
            // Cells as words, so that no address hides the state.
            push_words(&row.join(", "), Some(Stage::Later), line.number, at, out);
        }
        true
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
}
