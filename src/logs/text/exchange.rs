//! Exchange protocol logs, receive and send (Microsoft Learn, "Protocol logging"): CSV, one event a line,
//! sessions interleaved.

use super::talk::{Sessions, push, push_words};
use super::{Format, Line, find, when};
use crate::evidence::{Client, Fact, Stage};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use crate::wire::tls::TlsVersion;
use std::net::SocketAddr;

/// The fields of a CSV line; quotes may hold commas and doubled quotes (RFC 4180).
pub fn fields(text: &str, separator: char) -> Vec<String> {
    let mut all = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => {
                all.push(std::mem::take(&mut field));
                if all.len() > 200 {
                    break;
                }
            }
            c => field.push(c),
        }
    }
    all.push(field);
    all
}

/// Whether a line is an event of such a log.
pub fn is_event(text: &str) -> bool {
    let fields = fields(text, ',');
    fields.len() >= 8
        && when::iso(fields.first().map_or("", String::as_str)).is_some()
        && matches!(
            fields.get(6).map(String::as_str),
            Some("+" | "-" | ">" | "<" | "*")
        )
}

/// Reads such a log.
#[derive(Default)]
pub struct Exchange {
    sending: bool,
    sessions: Sessions,
}

impl Format for Exchange {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim_start_matches('\u{feff}').trim();
        if let Some(comment) = text.strip_prefix('#') {
            if comment.starts_with("Log-") {
                self.sending = comment.contains("Send");
            }
            return false;
        }
        let fields = fields(text, ',');
        let [time, _, session, _, _, remote, event, data, rest @ ..] = fields.as_slice() else {
            return false;
        };
        let context = rest.first().map_or("", String::as_str);
        let at = when::iso(time);
        // Of what Exchange sends itself, the remote end is a server.
        let client = (!self.sending)
            .then(|| remote.parse().ok())
            .flatten()
            .map(|remote: SocketAddr| Client::at(remote.ip()));
        let sending = self.sending;
        // Looking a session up may tell another one.
        let speaks = |out: &mut Collector, client: &Option<Client>| {
            if sending {
                out.speaks_of_onward(None);
            } else {
                out.speaks_of(client.clone());
            }
        };
        // Outgoing, `>` is Exchange as the client; incoming, `>` is Exchange as the server.
        let from_server = (event == ">") != self.sending;
        match event.as_str() {
            ">" | "<" => {
                let talk = self.sessions.of(session, out);
                talk.at = at.or(talk.at);
                talk.client = client;
                talk.outgoing = sending;
                if from_server {
                    talk.server(data, line.number);
                } else {
                    talk.client(data, line.number);
                }
            }
            "*" => {
                speaks(out, &client);
                let told = if context.is_empty() {
                    data.as_str()
                } else {
                    context
                };
                if let Some(version) = agreed(told) {
                    self.sessions.of(session, out).encrypted();
                    speaks(out, &client);
                    let suite = told
                        .split("algorithm ")
                        .nth(1)
                        .and_then(|rest| rest.split(' ').next())
                        .unwrap_or("an unnamed cipher");
                    let words = format!("{version} was agreed");
                    let fact = if sending {
                        Fact::Note { text: words.clone() }
                    } else {
                        Fact::TlsEstablished {
                            version,
                            suite: suite.to_owned(),
                        }
                    };
                    push(Gate::Encrypt, fact, words, line.number, at, out);
                } else if let Some(reply) = find::reply(told).filter(|reply| !reply.is_positive()) {
                    let stage = find::stage(told).unwrap_or(Stage::Later);
                    let words = format!("the server answered {reply}");
                    push(
                        stage.gate(),
                        Fact::Refused { stage, reply },
                        words,
                        line.number,
                        at,
                        out,
                    );
                } else if !told.contains("EmptyCertificate")
                    && !told.contains("NoRemoteCertificate")
                    && find::is_trouble(told)
                {
                    push_words(told, find::stage(told), line.number, at, out);
                }
            }
            "-" => {
                self.sessions.end(session, context != "Local", out);
                speaks(out, &client);
                if find::is_trouble(context) {
                    push_words(context, None, line.number, at, out);
                }
            }
            "+" => {}
            _ => return false,
        }
        true
    }

    fn finish(&mut self, out: &mut Collector) {
        self.sessions.finish(out);
    }
}

/// The version in Exchange's words for a handshake that succeeded.
fn agreed(text: &str) -> Option<TlsVersion> {
    if !text.contains("negotiation succeeded") {
        return None;
    }
    [
        ("TLS1_3", TlsVersion::Tls13),
        ("TLS1_2", TlsVersion::Tls12),
        ("TLS1_1", TlsVersion::Tls11),
        ("TLS1_0", TlsVersion::Tls10),
        ("PROT_TLS1_", TlsVersion::Tls10),
        ("SSL3", TlsVersion::Ssl3),
    ]
    .into_iter()
    .find(|(word, _)| text.contains(word))
    .map(|(_, version)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaved_sessions_are_kept_apart() {
        let text = "#Log-Type: SMTP Receive Protocol Log\n\
            2026-11-20T08:15:01.1Z,EX\\In,A,1,192.0.2.1:25,192.0.2.7:1,>,220 hi,\n\
            2026-11-20T08:15:01.2Z,EX\\In,B,1,192.0.2.1:25,192.0.2.8:1,>,220 hi,\n\
            2026-11-20T08:15:01.3Z,EX\\In,A,2,192.0.2.1:25,192.0.2.7:1,<,EHLO a,\n\
            2026-11-20T08:15:01.4Z,EX\\In,B,2,192.0.2.1:25,192.0.2.8:1,<,AUTH LOGIN,\n\
            2026-11-20T08:15:01.5Z,EX\\In,B,3,192.0.2.1:25,192.0.2.8:1,>,504 5.7.4 Unrecognized authentication type,\n\
            2026-11-20T08:15:01.6Z,EX\\In,B,4,192.0.2.1:25,192.0.2.8:1,-,,Remote\n";
        let mut out = Collector::new("recv.log");
        let mut reader = Exchange::default();
        let mut records = 0;
        for (index, text) in text.lines().enumerate() {
            records += u32::from(reader.line(
                Line {
                    text,
                    number: index as u64 + 1,
                },
                &mut out,
            ));
        }
        reader.finish(&mut out);
        let all = out.finish();
        let refused: Vec<&str> = all
            .iter()
            .filter(|evidence| matches!(evidence.fact, Fact::Refused { .. }))
            .map(|evidence| evidence.summary.as_str())
            .collect();
        assert_eq!(records, 6);
        assert_eq!(
            refused,
            ["at AUTH the server answered 504 5.7.4 Unrecognized authentication type"]
        );
    }

    #[test]
    fn what_a_send_connector_meets_is_the_servers_own_delivery() {
        let text = "#Log-type: SMTP Send Protocol Log\n\
            2026-11-20T08:15:01.1Z,Out,A,1,192.0.2.1:2511,203.0.113.9:25,<,220 hi,\n\
            2026-11-20T08:15:01.2Z,Out,A,2,192.0.2.1:2511,203.0.113.9:25,*,TLS protocol SP_PROT_TLS1_2_CLIENT negotiation succeeded using bulk encryption algorithm CALG_AES_256,\n\
            2026-11-20T08:15:01.3Z,Out,A,3,192.0.2.1:2511,203.0.113.9:25,>,MAIL FROM:<Scan@example.test>,\n\
            2026-11-20T08:15:01.4Z,Out,A,4,192.0.2.1:2511,203.0.113.9:25,<,550 5.7.1 blocked,\n";
        let mut out = Collector::new("send.log");
        let mut reader = Exchange::default();
        for (text, number) in text.lines().zip(1..) {
            reader.line(Line { text, number }, &mut out);
        }
        reader.finish(&mut out);
        let all: Vec<String> = out
            .finish()
            .iter()
            .map(|item| {
                let client = item.client.as_ref().and_then(Client::key);
                format!(
                    "{} {:?} {:?} {}",
                    item.onward,
                    item.actor,
                    client,
                    item.fact.kind()
                )
            })
            .collect();
        assert_eq!(
            all,
            [
                "true Service None note",
                "true Service Some(\"scan@example.test\") accepted:greeting",
                "true Service Some(\"scan@example.test\") refused:mail",
            ]
        );
    }

    #[test]
    fn quotes_hold_commas() {
        assert_eq!(fields(r#"a,"b, ""c""",d"#, ','), ["a", "b, \"c\"", "d"]);
    }
}
