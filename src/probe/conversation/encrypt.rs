//! STARTTLS (RFC 3207) or TLS from the first byte (RFC 8314), and what stands in their way.

use super::greet::{note_protocol, protocol_of};
use super::{Held, ProbeId, Status, Stream, Talk, note_fault, note_reply, note_slow};
use crate::case::Encryption;
use crate::evidence::{Fact, Rewriting, Stage, TlsFailure};
use crate::gate::Gate;
use crate::probe::desk::Notes;
use crate::probe::net::Wire;
use crate::wire::reply::clean;
use crate::wire::smtp::{hide, may_begin_a_reply};
use crate::wire::transcript::{Speaker, Transcript};
use std::time::Instant;

impl Held<'_> {
    /// TLS from the first byte; none where it does not come about.
    pub(super) async fn implicit_tls(&mut self, stream: Wire) -> Option<Stream> {
        let mut notes = self.start(ProbeId::Encrypt).await;
        match self.shake_hands(Box::new(stream), &mut notes).await {
            Ok((stream, summary)) => {
                self.finish(notes, Status::Passed, summary).await;
                Some(stream)
            }
            Err(Unencrypted::NotTls(first)) if !is_a_reply(&first) => {
                let text = note_protocol(&mut notes, protocol_of(&first));
                self.finish(notes, Status::Failed, text).await;
                self.beside.cancel();
                None
            }
            Err(Unencrypted::NotTls(_)) => {
                let port = self.target.port;
                let text = format!("Port {port} speaks plain text first; it wants STARTTLS or none");
                let fact = Fact::WrongPortType { implicit_tls: false };
                notes.add(Gate::Greet, fact, text.clone());
                self.finish(notes, Status::Failed, text).await;
                self.beside.cancel();
                self.look_in_plain().await;
                None
            }
            Err(Unencrypted::Failed(text)) => {
                self.finish(notes, Status::Failed, text).await;
                None
            }
        }
    }

    /// STARTTLS as the case sets it; none where there is no going on.
    pub(super) async fn start_tls(&mut self, mut talk: Talk) -> Option<Talk> {
        if self.target.encryption == Encryption::None {
            return Some(talk);
        }
        if !self.wants(&[
            ProbeId::Encrypt,
            ProbeId::Certificate,
            ProbeId::TlsVersions,
            ProbeId::Authenticate,
            ProbeId::Envelope,
        ]) {
            self.quit(talk).await;
            return None;
        }
        let mut notes = self.start(ProbeId::Encrypt).await;
        let listed = talk.ehlo.has("STARTTLS");
        if !listed && !self.target.demands_tls() {
            self.note_missing(&mut notes, false);
            let text = "STARTTLS is not offered; mail goes on in plain text";
            self.finish(notes, Status::Passed, text).await;
            return Some(talk);
        }
        let answer = talk.dialogue.start_tls().await;
        note_slow(&mut notes, Stage::StartTls, talk.dialogue.take_longest());
        let (reply, injected) = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                if !listed {
                    self.note_missing(&mut notes, true);
                }
                let text = note_fault(&mut notes, Stage::StartTls, fault);
                self.finish(notes, Status::Failed, text).await;
                return None;
            }
        };
        if injected > 0 {
            notes.add(
                Gate::Encrypt,
                Fact::PlainTextInjected { bytes: injected },
                format!("{injected} bytes of plain text came behind the STARTTLS reply and were thrown away"),
            );
        }
        if reply.code != 220 {
            let text = if listed {
                note_reply(&mut notes, Stage::StartTls, &reply);
                format!("STARTTLS is refused: {reply}")
            } else {
                self.note_missing(&mut notes, true);
                "STARTTLS is not offered".to_owned()
            };
            self.finish(notes, Status::Failed, text).await;
            if self.target.demands_tls() {
                self.quit(talk).await;
                return None;
            }
            return Some(talk);
        }
        if !listed {
            self.note_unlisted(&mut notes);
        }
        self.inside(talk, notes).await
    }

    /// The handshake after the STARTTLS reply, and EHLO inside it.
    async fn inside(&mut self, talk: Talk, mut notes: Notes) -> Option<Talk> {
        let text = match self.shake_hands(talk.dialogue.into_stream(), &mut notes).await {
            Ok((stream, summary)) => {
                let mut dialogue = self.dialogue(stream, true);
                match self.hello_inside(&mut dialogue, &mut notes).await {
                    Ok(ehlo) => {
                        self.finish(notes, Status::Passed, summary).await;
                        return Some(Talk { dialogue, ehlo });
                    }
                    Err(text) => text,
                }
            }
            Err(Unencrypted::NotTls(_)) => {
                let failure = TlsFailure::NotTls;
                let text = format!("The TLS handshake failed: {failure}");
                notes.add(Gate::Encrypt, Fact::TlsFailed { failure }, text.clone());
                text
            }
            Err(Unencrypted::Failed(text)) => text,
        };
        self.finish(notes, Status::Failed, text).await;
        if self.target.demands_tls() {
            return None;
        }
        // What a device does that takes STARTTLS only where it works: again, in plain text.
        self.exposed = true;
        let note = "Once more in plain text, because encryption is set to where available";
        self.transcript.add(Speaker::Note, false, note);
        self.greet_again(self.transcript.clone()).await
    }

    /// Looks on the same connection whether a login is offered inside TLS. The notes get what is seen there.
    pub(super) async fn look_inside(&mut self, mut talk: Talk, notes: &mut Notes) -> Option<Talk> {
        let (reply, _) = talk.dialogue.start_tls().await.ok()?;
        if reply.code != 220 {
            return None;
        }
        let (stream, _) = self.shake_hands(talk.dialogue.into_stream(), notes).await.ok()?;
        let mut dialogue = self.dialogue(stream, true);
        let ehlo = self.hello_inside(&mut dialogue, notes).await.ok()?;
        Some(Talk { dialogue, ehlo })
    }

    /// The handshake itself, written down.
    async fn shake_hands(
        &mut self,
        stream: Stream,
        notes: &mut Notes,
    ) -> Result<(Stream, String), Unencrypted> {
        let config = match self.context.tls() {
            Ok(config) => config,
            Err(text) => {
                notes.note(Gate::Encrypt, text.clone());
                return Err(Unencrypted::Failed(text));
            }
        };
        let began = Instant::now();
        let (shaken, crowded) = self
            .context
            .shake_hands_first(stream, &self.target.host, config, &self.copier)
            .await;
        if shaken.is_ok() && !crowded {
            note_slow(notes, Stage::Handshake, began.elapsed());
        }
        match shaken {
            Ok(session) => {
                let (version, suite) = (session.version, session.suite);
                let text = format!("{version} with {suite}");
                self.transcript.add(Speaker::Note, true, text.clone());
                let fact = Fact::TlsEstablished { version, suite };
                notes.add(Gate::Encrypt, fact, text.clone());
                self.settle_tls(Some(version), Some(session.chain));
                Ok((Box::new(session.stream), text))
            }
            Err(broken) => {
                self.settle_tls(None, None);
                if broken.failure == TlsFailure::NotTls {
                    let first = broken.first.split(|&byte| byte == b'\n').next();
                    let text = hide(&self.context.masks, clean(first.unwrap_or_default()));
                    self.transcript.add(Speaker::Server, false, text.clone());
                    return Err(Unencrypted::NotTls(text));
                }
                let words = broken.failure.to_string();
                let text = format!("The TLS handshake failed: {words}");
                self.transcript.add(Speaker::Note, false, text.clone());
                let failure = broken.failure;
                notes.add(Gate::Encrypt, Fact::TlsFailed { failure }, text.clone());
                Err(Unencrypted::Failed(text))
            }
        }
    }

    /// The service's name, where it is known to list STARTTLS always.
    fn always_lists_it(&self) -> Option<&str> {
        let provider = self.context.knowledge.provider_of(&self.target.host)?;
        provider.always_starttls.then_some(provider.name.as_str())
    }

    /// Writes down that a command works which the list does not hold. A service that always lists it did not send
    /// that list; another server may keep it quiet itself.
    fn note_unlisted(&self, notes: &mut Notes) {
        let sign = match self.always_lists_it() {
            Some(_) => Rewriting::StartTlsStripped,
            None => Rewriting::StartTlsUnlisted,
        };
        note_rewritten(notes, sign, "STARTTLS is not listed, yet the command is accepted");
    }

    /// Writes down that STARTTLS is missing, or that it must have been taken out.
    fn note_missing(&self, notes: &mut Notes, demanded: bool) {
        match self.always_lists_it() {
            Some(name) => note_rewritten(
                notes,
                Rewriting::StartTlsStripped,
                &format!("STARTTLS is not offered, although {name} always offers it"),
            ),
            None if demanded => {
                notes.add(
                    Gate::Encrypt,
                    Fact::StartTlsNotOffered,
                    "The server does not offer STARTTLS",
                );
            }
            None => notes.note(
                Gate::Encrypt,
                "STARTTLS is not offered; mail goes on in plain text",
            ),
        }
    }

    /// Where TLS was expected and text came: greeting and EHLO in plain text, to see what is offered.
    async fn look_in_plain(&mut self) {
        if !self.desk.plans(ProbeId::Greet) {
            return;
        }
        let mut notes = self.start(ProbeId::Greet).await;
        let transcript = Transcript::default();
        let talk = self.greet_again(transcript.clone()).await;
        notes.take_lines(&transcript, 0);
        if let Some(talk) = talk {
            super::greet::note_extensions(&mut notes, &talk.ehlo, false);
            self.finish(notes, Status::Passed, "Greets in plain text").await;
            self.quit(talk).await;
        } else {
            self.finish(notes, Status::Failed, "No greeting in plain text either")
                .await;
        }
    }
}

/// Why there is no TLS.
enum Unencrypted {
    /// What came was not TLS, but this line; the caller knows what that means.
    NotTls(String),
    /// Written down already; in words.
    Failed(String),
}

/// Whether a line has a reply's code.
fn is_a_reply(line: &str) -> bool {
    line.len() >= 3 && may_begin_a_reply(line.as_bytes())
}

/// Writes down how STARTTLS came to miss from the list.
fn note_rewritten(notes: &mut Notes, sign: Rewriting, text: &str) {
    notes.add(Gate::Greet, Fact::Rewritten { sign }, text);
}
