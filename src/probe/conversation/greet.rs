//! Greeting and EHLO, and what they betray: other protocols, the wrong kind of port, middleboxes.

use super::{Held, ProbeId, Status, Stream, Talk, note_fault, note_reply, note_slow};
use crate::evidence::{Fact, Loss, Rewriting, Stage};
use crate::gate::Gate;
use crate::probe::desk::Notes;
use crate::probe::net::{self, is_public};
use crate::probe::tls_scan::ask_hello_on;
use crate::wire::reply::{Reply, ReplyError};
use crate::wire::smtp::ehlo::{Ehlo, is_masked_banner};
use crate::wire::smtp::{Dialogue, Fault};
use crate::wire::tls::TlsVersion;
use crate::wire::tls::hello::HelloSpec;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// After this silence a hello asks beside it whether the port speaks TLS; some servers greet late.
const SUSPICIOUS: Duration = Duration::from_secs(3);

impl Held<'_> {
    /// Awaits the greeting and says EHLO; none where there is no going on.
    pub(super) async fn greet(&mut self, stream: Stream, encrypted: bool) -> Option<Talk> {
        let mut notes = self.start(ProbeId::Greet).await;
        let mut dialogue = self.dialogue(stream, encrypted);
        match self.greeted(&mut dialogue, &mut notes, encrypted).await {
            Ok((ehlo, summary)) => {
                self.finish(notes, Status::Passed, summary).await;
                Some(Talk { dialogue, ehlo })
            }
            Err(summary) => {
                self.finish(notes, Status::Failed, summary).await;
                None
            }
        }
    }

    /// A new plain dialogue up to EHLO, without a row of its own.
    pub(super) async fn greet_again(&self, transcript: crate::wire::transcript::Transcript) -> Option<Talk> {
        let stream: Stream = Box::new(self.connect_again().await?);
        let mut dialogue =
            Dialogue::new(stream, transcript, false, self.context.patience()).hiding(&self.context.masks);
        dialogue.reply().await.ok().filter(Reply::is_positive)?;
        let (_, ehlo) = dialogue.hello(&self.helo).await.ok()?;
        ehlo.map(|ehlo| Talk { dialogue, ehlo })
    }

    /// EHLO inside TLS; the list may differ from the one before (RFC 3207, section 4.2).
    pub(super) async fn hello_inside(
        &self,
        dialogue: &mut Dialogue<Stream>,
        notes: &mut Notes,
    ) -> Result<Ehlo, String> {
        let answer = dialogue.hello(&self.helo).await;
        note_hello(notes, dialogue);
        match answer {
            Ok((_, Some(ehlo))) => {
                note_extensions(notes, &ehlo, dialogue.encrypted());
                Ok(ehlo)
            }
            Ok((reply, None)) => {
                note_reply(notes, Stage::Ehlo, &reply);
                Err(format!("EHLO inside TLS is refused: {reply}"))
            }
            Err(fault) => Err(note_fault(notes, Stage::Ehlo, fault)),
        }
    }

    /// The steps of greeting; the error is the summary.
    async fn greeted(
        &self,
        dialogue: &mut Dialogue<Stream>,
        notes: &mut Notes,
        encrypted: bool,
    ) -> Result<(Ehlo, String), String> {
        let greeting = match self.await_greeting(dialogue, encrypted).await {
            Heard::Reply(result) => result,
            Heard::TlsPort => {
                let text = format!(
                    "Port {} says nothing in plain text but answers a TLS hello",
                    self.target.port
                );
                notes.add(
                    Gate::Greet,
                    Fact::WrongPortType { implicit_tls: true },
                    text.clone(),
                );
                return Err(text);
            }
            // A login page of the network, or a web server, waits for the client to speak first.
            Heard::Other(protocol) => return Err(note_protocol(notes, Some(protocol))),
        };
        let greeting = match greeting {
            Ok(reply) => reply,
            Err(Fault::Reply(ReplyError::NotAReply(text))) => return Err(note_not_smtp(notes, &text)),
            Err(fault) => return Err(note_fault(notes, Stage::Greeting, fault)),
        };
        note_slow(notes, Stage::Greeting, dialogue.take_longest());
        if !note_reply(notes, Stage::Greeting, &greeting) {
            return Err(format!("The server refuses at once: {greeting}"));
        }
        if is_masked_banner(&greeting.text()) {
            notes.add(
                Gate::Greet,
                Fact::Rewritten {
                    sign: Rewriting::BannerMasked,
                },
                "The greeting is masked with asterisks: something on the way rewrites SMTP",
            );
        }
        let text = greeting.text();
        if let Some(product) = self
            .context
            .knowledge
            .greeting_of_product(&text, &self.target.host)
        {
            let text = format!(
                "{} greets in place of the service: {text}. {}",
                product.name, product.advice
            );
            let sign = Rewriting::ProxyGreeting;
            notes.add(Gate::Greet, Fact::Rewritten { sign }, text);
        }
        let answer = dialogue.hello(&self.helo).await;
        note_hello(notes, dialogue);
        match answer {
            Ok((_, Some(ehlo))) => {
                note_extensions(notes, &ehlo, encrypted);
                Ok((ehlo, greeting.text()))
            }
            Ok((reply, None)) if speaks_ftp(&greeting, &reply) => Err(note_protocol(notes, Some("FTP"))),
            Ok((reply, None)) => {
                note_reply(notes, Stage::Ehlo, &reply);
                Err(format!("EHLO is refused: {reply}"))
            }
            Err(fault) => Err(note_fault(notes, Stage::Ehlo, fault)),
        }
    }

    /// Awaits the greeting; a long silence is tested with a TLS hello on a second connection.
    async fn await_greeting(&self, dialogue: &mut Dialogue<Stream>, encrypted: bool) -> Heard {
        if encrypted {
            let first = dialogue.reply().await;
            if first != Err(Fault::Lost(Loss::TimedOut)) || dialogue.heard() {
                return Heard::Reply(first);
            }
            // A web server behind the TLS waits for the client to speak first.
            dialogue.set_limit(SUSPICIOUS.min(self.context.timeout / 2));
            return match dialogue.hello(&self.helo).await {
                Err(Fault::Reply(ReplyError::NotAReply(text))) => {
                    Heard::Reply(Err(Fault::Reply(ReplyError::NotAReply(text))))
                }
                _ => Heard::Reply(first),
            };
        }
        let suspicious = SUSPICIOUS.min(self.context.timeout / 2);
        let mut tls_here = pin!(async {
            sleep(suspicious).await;
            self.waits_for_us().await
        });
        let mut asked = false;
        let first = {
            let mut reply = pin!(dialogue.reply());
            tokio::select! {
                biased;
                result = &mut reply => result,
                other = &mut tls_here => {
                    if let Some(heard) = other {
                        return heard;
                    }
                    asked = true;
                    reply.await
                }
            }
        };
        if first != Err(Fault::Lost(Loss::TimedOut)) || dialogue.heard() {
            return Heard::Reply(first);
        }
        // A server that serves one client at a time could not answer before; now nobody else is there, and the hello
        // that waited is answered soon.
        self.beside.cancel();
        dialogue.hang_up().await;
        let other = if asked {
            timeout(suspicious, self.waits_for_us()).await
        } else {
            timeout(suspicious, tls_here).await
        };
        other.ok().flatten().unwrap_or(Heard::Reply(first))
    }

    /// What a TLS hello on a connection of its own shows of a port that says nothing by itself.
    async fn waits_for_us(&self) -> Option<Heard> {
        let spec = HelloSpec::capped(TlsVersion::Tls13, &self.target.host);
        // No place is waited for: the probes beside this one hold theirs, and wait for the same greeting.
        let (wire, _) = net::connect(self.addresses, self.context.timeout).await.ok()?;
        let answer = ask_hello_on(wire, self.context, &spec).await;
        if answer.is_tls() {
            return Some(Heard::TlsPort);
        }
        protocol_of(&String::from_utf8_lossy(&answer.first)).map(Heard::Other)
    }
}

/// What came in place of a greeting.
enum Heard {
    /// A greeting, or why there is none.
    Reply(Result<Reply, Fault>),
    /// Silence here, TLS beside it.
    TlsPort,
    /// Silence here, another protocol beside it.
    Other(&'static str),
}

/// Writes down what the way to the reply to EHLO betrays: a long wait, a second greeting.
fn note_hello(notes: &mut Notes, dialogue: &mut Dialogue<Stream>) {
    note_slow(notes, Stage::Ehlo, dialogue.take_longest());
    if dialogue.greeted_again() {
        let place = if dialogue.encrypted() { " inside TLS" } else { "" };
        let detail = format!("a second greeting comes{place} where the reply to EHLO is due");
        let text = format!("The server greets twice: {detail}");
        let stage = Stage::Ehlo;
        notes.add(Gate::Greet, Fact::ProtocolViolation { stage, detail }, text);
    }
}

/// Writes down the extensions and the signs of rewriting in them.
pub(super) fn note_extensions(notes: &mut Notes, ehlo: &Ehlo, encrypted: bool) {
    let place = if encrypted { "inside TLS" } else { "in plain text" };
    let listed = if ehlo.keywords.is_empty() {
        "no extensions".to_owned()
    } else {
        ehlo.keywords.join(", ")
    };
    notes.add(
        Gate::Greet,
        Fact::Extensions {
            keywords: ehlo.keywords.clone(),
            encrypted,
            public_address: ehlo.echoed_address().filter(is_public),
        },
        format!("Offered {place}: {listed}"),
    );
    if let Some(word) = ehlo.masked_keyword() {
        notes.add(
            Gate::Greet,
            Fact::Rewritten {
                sign: Rewriting::KeywordMasked,
            },
            format!("The keyword {word} is masked: something on the way rewrites SMTP"),
        );
    }
}

/// Writes down that what greeted is no mail server.
fn note_not_smtp(notes: &mut Notes, text: &str) -> String {
    note_protocol(notes, protocol_of(text))
}

/// Writes down the protocol that speaks there.
pub(super) fn note_protocol(notes: &mut Notes, protocol: Option<&str>) -> String {
    let text = match protocol {
        Some(name) => format!("What answers there is {name}, not SMTP"),
        None => "What answers there is not SMTP".to_owned(),
    };
    notes.add(
        Gate::Greet,
        Fact::NotSmtp {
            protocol: protocol.map(str::to_owned),
        },
        text.clone(),
    );
    text
}

/// The protocol whose greeting begins so (RFC 4253, RFC 9112, RFC 9051, RFC 1939, RFC 6143).
pub(super) fn protocol_of(text: &str) -> Option<&'static str> {
    let lower = text.trim_start().to_ascii_lowercase();
    let starts = [
        ("ssh-", "SSH"),
        ("http/", "HTTP"),
        ("<!doctype html", "HTTP"),
        ("<html", "HTTP"),
        ("* ok", "IMAP"),
        ("* bye", "IMAP"),
        ("* preauth", "IMAP"),
        ("+ok", "POP3"),
        ("-err", "POP3"),
        ("rfb ", "VNC"),
        ("@rsyncd", "rsync"),
    ];
    starts
        .into_iter()
        .find(|(start, _)| lower.starts_with(start))
        .map(|(_, name)| name)
}

/// Whether a server that greets with 220 and knows no EHLO is an FTP server (RFC 959, section 4.2).
fn speaks_ftp(greeting: &Reply, refusal: &Reply) -> bool {
    let both = format!("{} {}", greeting.text(), refusal.text()).to_ascii_uppercase();
    both.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| word.ends_with("FTP") || word.ends_with("FTPD"))
        || both.contains("USER AND PASS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_protocols_are_known_by_their_first_words() {
        assert_eq!(protocol_of("SSH-2.0-OpenSSH_9.2"), Some("SSH"));
        assert_eq!(protocol_of("* OK [CAPABILITY IMAP4rev1] ready"), Some("IMAP"));
        assert_eq!(protocol_of("+OK ready"), Some("POP3"));
        assert_eq!(protocol_of("something else"), None);
    }

    #[test]
    fn an_ftp_server_greets_like_smtp_and_is_known_by_its_words() {
        let reply = |code, text: &str| Reply::new(code, vec![text.to_owned()]);
        assert!(speaks_ftp(&reply(220, "(vsFTPd 3.0.3)"), &reply(530, "no")));
        assert!(speaks_ftp(
            &reply(220, "hello"),
            &reply(530, "Please login with USER and PASS.")
        ));
        assert!(!speaks_ftp(&reply(220, "mx ESMTP"), &reply(550, "bad name")));
    }
}
