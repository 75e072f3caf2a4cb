//! Bounces: delivery status notifications (RFC 3464) and the human-readable ones of services that put
//! the server's words into the text.

use super::collect::Collector;
use super::text::talk::{push, push_words};
use super::text::{Format, Line, find, mta::Mta};
use crate::evidence::{Fact, Stage};
use crate::gate::Gate;
use crate::wire::reply::{Enhanced, Reply, clean};
use mail_parser::{MessageParser, MimeHeaders, PartType};

/// What one recipient's block of a delivery status says.
#[derive(Debug, Default)]
struct Recipient {
    address: String,
    action: String,
    status: String,
    diagnostic: String,
    line: u64,
}

/// Reads a message; gives how many recipients it reports on, and what is wrong with it.
pub fn read(bytes: &[u8], out: &mut Collector) -> (u64, Option<String>) {
    let Some(message) = MessageParser::default().parse(bytes) else {
        return (0, Some("not a readable mail message".into()));
    };
    let at = message
        .date()
        .and_then(|date| jiff::Timestamp::from_second(date.to_timestamp()).ok());
    let mut recipients = Vec::new();
    for part in &message.parts {
        let kind = part
            .content_type()
            .map(|kind| format!("{}/{}", kind.c_type, kind.c_subtype.as_deref().unwrap_or("")))
            .unwrap_or_default()
            .to_ascii_lowercase();
        if kind == "message/delivery-status" || kind == "message/global-delivery-status" {
            let before = bytes
                .get(..usize::try_from(part.offset_body).unwrap_or(0))
                .unwrap_or_default();
            let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
            recipients.extend(blocks(&String::from_utf8_lossy(part.contents()), line));
        }
    }
    let mut count = 0;
    for recipient in &recipients {
        count += 1;
        tell(recipient, at, out);
    }
    if count == 0 {
        count = human(&message, at, out);
    }
    if count == 0 {
        let text = format!(
            "a mail with the subject {:?} that reports no failure",
            clean(message.subject().unwrap_or("").as_bytes())
        );
        push(Gate::Deliver, Fact::Note { text: text.clone() }, text, 1, at, out);
    }
    (count.max(1), None)
}

/// The words of the server in the text that is meant for people.
fn human(message: &mail_parser::Message<'_>, at: Option<jiff::Timestamp>, out: &mut Collector) -> u64 {
    let mut found = 0;
    let mut inner = Collector::new(out.name());
    let mut reader = Mta::new(None, false);
    for part in &message.parts {
        let text = match &part.body {
            PartType::Text(text) => text.to_string(),
            PartType::Html(html) => mail_parser::decoders::html::html_to_text(html),
            _ => continue,
        };
        for (index, line) in text.lines().enumerate().take(2000) {
            if find::reply(line).is_some_and(|reply| !reply.is_positive()) {
                let line = Line {
                    text: line,
                    number: index as u64 + 1,
                };
                found += u64::from(reader.line(line, &mut inner));
            }
        }
        if found > 0 {
            break;
        }
        found = behind_addresses(&text, &mut inner);
        if found > 0 {
            break;
        }
    }
    for mut evidence in inner.finish() {
        evidence.at = at;
        out.push(evidence);
    }
    found
}

/// The words behind each address of a bounce without codes, as qmail and Exim write them: the address stands
/// alone in its line, the reason follows up to the next empty line.
fn behind_addresses(text: &str, out: &mut Collector) -> u64 {
    let mut found = 0;
    let mut reason: Option<(u64, String)> = None;
    for (index, line) in text.lines().chain([""]).enumerate().take(2000) {
        let line = line.trim();
        if line.is_empty() {
            if let Some((number, words)) = reason.take().filter(|(_, words)| !words.is_empty()) {
                push_words(&words, Some(Stage::Later), number, None, out);
                found += 1;
            }
        } else if let Some((_, words)) = &mut reason {
            if words.len() < 1000 {
                words.push_str(line);
                words.push(' ');
            }
        } else if is_lone_address(line) && found < 100 {
            reason = Some((index as u64 + 1, String::new()));
        }
    }
    found
}

fn is_lone_address(line: &str) -> bool {
    let bare = line
        .trim_end_matches(':')
        .trim_start_matches('<')
        .trim_end_matches('>');
    bare.contains('@') && !bare.contains(char::is_whitespace) && bare.len() < 256
}

/// The blocks of a delivery status; the first one speaks of the message, the others of recipients.
fn blocks(text: &str, first_line: u64) -> Vec<Recipient> {
    let mut all = Vec::new();
    let mut now = Recipient::default();
    let mut last = String::new();
    for (index, line) in text.lines().enumerate().take(5000) {
        if line.trim().is_empty() {
            all.push(std::mem::take(&mut now));
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if last == "diagnostic-code" {
                now.diagnostic.push(' ');
                now.diagnostic.push_str(line.trim());
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        last = name.trim().to_ascii_lowercase();
        let value = clean(value.trim().as_bytes());
        match last.as_str() {
            "final-recipient" | "original-recipient" if now.address.is_empty() => now.address = value,
            "action" => now.action = value.to_ascii_lowercase(),
            "status" => now.status = value,
            "diagnostic-code" => {
                now.diagnostic = value;
                now.line = first_line + index as u64;
            }
            _ => {}
        }
        if now.line == 0 {
            now.line = first_line + index as u64;
        }
    }
    all.push(now);
    all.retain(|block| !(block.address.is_empty() && block.action.is_empty()));
    all
}

fn tell(recipient: &Recipient, at: Option<jiff::Timestamp>, out: &mut Collector) {
    let words = recipient
        .diagnostic
        .split_once(';')
        .map_or(recipient.diagnostic.as_str(), |(_, words)| words)
        .trim();
    let address = recipient
        .address
        .split_once(';')
        .map_or(recipient.address.as_str(), |(_, address)| address)
        .trim();
    let stage = find::stage(words)
        .filter(|_| words.contains("in reply to"))
        .unwrap_or(Stage::Later);
    if matches!(recipient.action.as_str(), "delivered" | "relayed" | "expanded") {
        let reply = Reply::new(250, vec![words.to_owned()]);
        let summary = format!("{address}: {}", recipient.action);
        push(
            Gate::Deliver,
            Fact::Accepted {
                stage: Stage::Later,
                reply,
            },
            summary,
            recipient.line,
            at,
            out,
        );
        return;
    }
    let reply = quoted(words).or_else(|| from_status(&recipient.status, words));
    let summary = format!("{address}: {}: {words} ({})", recipient.action, recipient.status);
    let fact = match reply {
        Some(reply) => Fact::Refused { stage, reply },
        None => Fact::LogLine {
            stage: Some(stage),
            text: find::hushed(&summary),
        },
    };
    push(stage.gate(), fact, summary, recipient.line, at, out);
}

/// The reply that a diagnostic code begins with, or quotes.
fn quoted(words: &str) -> Option<Reply> {
    if let Some((code, _, text)) = crate::logs::capture::reply_parts(words) {
        return Some(Reply::new(code, vec![find::hushed(&text)]));
    }
    find::reply(words).filter(|reply| !reply.is_positive())
}

/// A reply made from the status alone: its class gives the first digit.
fn from_status(status: &str, words: &str) -> Option<Reply> {
    let (Enhanced(class, ..), length) = Enhanced::leading(status)?;
    let code = match class {
        4 => 450,
        5 => 550,
        _ => return None,
    };
    let code_text = status.get(..length)?;
    Some(Reply::new(
        code,
        vec![format!("{code_text} {words}").trim().to_owned()],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let mut out = Collector::new("bounce.eml");
        read(text.replace('\n', "\r\n").as_bytes(), &mut out);
        out.finish()
            .iter()
            .map(|evidence| match &evidence.fact {
                Fact::Refused { stage, reply } => format!("{stage:?} {reply}"),
                other => other.kind(),
            })
            .collect()
    }

    #[test]
    fn each_recipient_of_a_report_is_told_with_the_servers_words() {
        let text = "From: MAILER-DAEMON@example.test\nSubject: Undelivered\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example.test\n\nFinal-Recipient: rfc822; a@example.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <a@example.test>:\n    no such user\n\nFinal-Recipient: rfc822; b@example.test\nAction: delayed\nStatus: 4.4.1\n\n--b--\n";
        assert_eq!(
            kinds(text),
            [
                "Later 550 5.1.1 <a@example.test>: no such user",
                "Later 450 4.4.1"
            ]
        );
    }

    #[test]
    fn the_servers_words_are_found_in_text_for_people() {
        let text = "From: postmaster@example.test\nTo: scan@example.test\nSubject: Undeliverable: Scan\nContent-Type: text/plain\n\nYour message could not be delivered.\nRemote server returned '550 5.1.10 RecipientNotFound; not found'\n";
        assert_eq!(kinds(text), ["Later 550 5.1.10 RecipientNotFound; not found"]);
    }

    #[test]
    fn reasons_without_codes_are_found_behind_their_address() {
        let text = "From: MAILER-DAEMON@mx.example.test\nTo: scan@example.test\nSubject: failure notice\n\nHi. This is the program.\n\n<user@example.test>:\nSorry, no mailbox here\nby that name. (#5.1.1)\n\n--- Below this line is a copy.\n";
        let mut out = Collector::new("bounce.eml");
        read(text.as_bytes(), &mut out);
        let all = out.finish();
        assert_eq!(all[0].summary, "Sorry, no mailbox here by that name. (#5.1.1)");
    }

    #[test]
    fn an_ordinary_mail_is_no_bounce() {
        assert_eq!(kinds("From: a@example.test\nSubject: hi\n\nhello\n"), ["note"]);
    }
}
