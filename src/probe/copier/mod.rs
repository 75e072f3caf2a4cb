//! Be the copier: the send once more with the device's limits, so that what stops it is seen from here.
//!
//! Its TLS versions, its cipher suites, its login mechanisms, its way of greeting and its envelope; the
//! conversation beside it does the same without limits. Where this program cannot speak what the device
//! speaks (TLS 1.1 and older, suites without forward secrecy), the reproduction ends with the server's
//! answer to the device's own hello, and says so.

mod encrypt;
mod login;

use super::context::Context;
use super::conversation::{Stream, Talk, exchange, note_fault, note_reply, part};
use super::desk::{Desk, Notes};
use super::net;
use super::target::Target;
use super::{ProbeId, Request, SendMode, Status};
use crate::case::Encryption;
use crate::evidence::{Basis, DeviceLimits, Stage};
use crate::wire::smtp::Dialogue;
use crate::wire::smtp::command::{Outgoing, encoded_size, mail, rcpt};
use crate::wire::smtp::ehlo::Ehlo;
use crate::wire::transcript::Transcript;
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// Whether the device has limits that make its send another one than this computer's.
pub fn sensible(request: &Request, target: &Target) -> bool {
    let limits = &request.limits;
    let encryption = request.device_limit().is_some() || limits.suites.is_some();
    (target.encryption != Encryption::None && encryption)
        || (target.wants_login() && limits.mechanisms.is_some())
        || limits.greets.is_some()
}

/// Repeats the send. `logged_in` comes from the conversation without limits: a login that it saw refused is
/// not tried again.
pub async fn probe(
    context: &Context,
    desk: &Desk,
    target: &Target,
    request: &Request,
    addresses: &[SocketAddr],
    logged_in: oneshot::Receiver<bool>,
) {
    let mut notes = desk.start(ProbeId::BeTheCopier).await;
    let copier = Copier {
        context,
        target,
        request,
        addresses,
        limits: &request.limits,
        transcript: Transcript::default(),
    };
    let (status, text) = match copier.send(&mut notes, logged_in).await {
        Ok(text) | Err(End::Shown(text)) => (Status::Passed, text),
        Err(End::Stopped(text)) => (Status::Failed, text),
        Err(End::NotTried(text)) => (Status::Skipped, text),
    };
    notes.take_lines(&copier.transcript, 0);
    let summary = if status == Status::Skipped {
        text
    } else {
        format!("{}: {text}", copier.manner())
    };
    desk.finish(notes, status, summary).await;
}

/// Where the send ended before its end.
enum End {
    /// The server would not go on.
    Stopped(String),
    /// Nothing went wrong, but this program can go no further as the device would.
    Shown(String),
    /// It could not be tried.
    NotTried(String),
}

/// The send of the device.
struct Copier<'a> {
    context: &'a Context,
    target: &'a Target,
    request: &'a Request,
    addresses: &'a [SocketAddr],
    limits: &'a DeviceLimits,
    transcript: Transcript,
}

impl Copier<'_> {
    /// The device's manner in words, such as *TLS 1.2 at most, 2 suites, CRAM-MD5*.
    fn manner(&self) -> String {
        let mut words = Vec::new();
        if let (Some(limit), true) = (
            self.request.device_limit(),
            self.target.encryption != Encryption::None,
        ) {
            words.push(format!("{limit} at most"));
        }
        if let (Some(suites), true) = (&self.limits.suites, self.target.encryption != Encryption::None) {
            words.push(format!("its {} cipher suites", suites.value.len()));
        }
        if let Some(mechanisms) = &self.limits.mechanisms {
            words.push(format!("login by {}", mechanisms.value.join(" or ")));
        }
        if self.limits.says_helo_only() {
            words.push("HELO only".to_owned());
        }
        if let Some(name) = self.name_given() {
            words.push(format!("as {name}"));
        }
        words.join(", ")
    }

    /// The name with which the device greets, where it is known.
    fn name_given(&self) -> Option<&str> {
        self.limits.greets.as_ref()?.value.name.as_deref()
    }

    /// The whole send; in words how it ended.
    async fn send(&self, notes: &mut Notes, logged_in: oneshot::Receiver<bool>) -> Result<String, End> {
        let slot = self.context.slots.clone().acquire_owned().await;
        let slot = slot.map_err(|_| End::NotTried("Stopped".to_owned()))?;
        let (wire, _) = net::connect(self.addresses, self.context.timeout)
            .await
            .map_err(|failure| End::NotTried(format!("Connection: {}", net::failure_words(failure))))?;
        let own = self.context.helo(wire.local_address());
        let name = self.name_given().unwrap_or(&own).to_owned();
        let mut done = Vec::new();
        let talk = if self.target.encryption == Encryption::Tls {
            let stream = self.encrypt(Box::new(wire), notes, &mut done).await?;
            self.greet(stream, true, &name, notes).await?
        } else {
            let talk = self.greet(Box::new(wire), false, &name, notes).await?;
            self.start_tls(talk, &name, notes, &mut done).await?
        };
        let mut talk = talk;
        if self.target.wants_login() && !self.request.skip.contains(&ProbeId::Authenticate) {
            done.push(self.log_in(&mut talk, notes, logged_in).await?);
        }
        if self.request.send >= SendMode::Envelope {
            done.push(self.envelope(&mut talk, notes).await?);
        } else {
            let _ = talk.dialogue.send(&[Outgoing::line("QUIT")]).await;
        }
        part(talk, Some(slot));
        Ok(done.join("; "))
    }

    /// A dialogue over a stream.
    fn dialogue(&self, stream: Stream, encrypted: bool) -> Dialogue<Stream> {
        let transcript = self.transcript.clone();
        Dialogue::new(stream, transcript, encrypted, self.context.patience()).hiding(&self.context.masks)
    }

    /// Greeting and EHLO, or HELO.
    async fn greet(
        &self,
        stream: Stream,
        encrypted: bool,
        name: &str,
        notes: &mut Notes,
    ) -> Result<Talk, End> {
        let mut dialogue = self.dialogue(stream, encrypted);
        // What goes wrong here goes wrong without limits too, and is told there.
        let greeting = dialogue.reply().await;
        match greeting {
            Ok(reply) if reply.is_positive() => {}
            Ok(reply) => return Err(End::NotTried(format!("The server refuses at once: {reply}"))),
            Err(_) => return Err(End::NotTried("No greeting came".to_owned())),
        }
        let ehlo = self.introduce(&mut dialogue, name, notes).await?;
        Ok(Talk { dialogue, ehlo })
    }

    /// EHLO or HELO with the device's name.
    async fn introduce(
        &self,
        dialogue: &mut Dialogue<Stream>,
        name: &str,
        notes: &mut Notes,
    ) -> Result<Ehlo, End> {
        notes.rest_on(
            self.limits
                .greets
                .as_ref()
                .map_or(Basis::Observed, |greets| greets.basis),
        );
        let answer = if self.limits.says_helo_only() {
            dialogue.plain_hello(name).await
        } else {
            dialogue.hello(name).await
        };
        match answer {
            Ok((reply, Some(ehlo))) => {
                if self.limits.greets.is_some() && !dialogue.encrypted() {
                    note_reply(notes, Stage::Ehlo, &reply);
                }
                Ok(ehlo)
            }
            Ok((reply, None)) => {
                note_reply(notes, Stage::Ehlo, &reply);
                Err(End::Stopped(format!("{name} is refused as a name: {reply}")))
            }
            Err(fault) => Err(End::Stopped(note_fault(notes, Stage::Ehlo, fault))),
        }
    }

    /// MAIL and RCPT, then RSET and QUIT: a message leaves from the other conversation alone.
    async fn envelope(&self, talk: &mut Talk, notes: &mut Notes) -> Result<String, End> {
        if self.target.from.is_empty() && self.target.to.is_empty() {
            let _ = talk.dialogue.send(&[Outgoing::line("QUIT")]).await;
            return Ok("the case names neither sender nor recipient".to_owned());
        }
        let size = self
            .target
            .size
            .map(encoded_size)
            .filter(|_| talk.ehlo.has("SIZE"));
        let mut lines = vec![mail(&self.target.from, size)];
        lines.extend(self.target.to.iter().map(|to| rcpt(to)));
        let progress = exchange(talk, notes, lines, true).await;
        if let Some(problem) = progress.problem {
            return Err(End::Stopped(problem));
        }
        if !talk.ehlo.has("PIPELINING") {
            let _ = talk
                .dialogue
                .send(&[Outgoing::line("RSET"), Outgoing::line("QUIT")])
                .await;
        }
        Ok(format!(
            "sender accepted, {} of {} recipients accepted",
            progress.accepted,
            self.target.to.len()
        ))
    }
}
