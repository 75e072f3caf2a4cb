//! Be the copier: the send once more with the device's limits, so that what stops it is seen from here.
//!
//! Its TLS versions, its cipher suites, its login mechanisms, its way of greeting and its envelope; the
//! conversation beside it does the same without limits. Where this program cannot speak what the device
//! speaks (TLS 1.1 and older, suites without forward secrecy), the reproduction ends with the server's
//! answer to the device's own hello, and says so.

use super::context::Context;
use super::conversation::{Stream, Talk, exchange, failure_words, note_fault, note_reply, part};
use super::desk::{Desk, Notes};
use super::net;
use super::target::Target;
use super::tls_scan::{Unreached, ask_families, ask_hello, ask_hello_on};
use super::{ProbeId, Request, SendMode, Status};
use crate::case::{Auth, Encryption};
use crate::evidence::{Actor, Basis, DeviceLimits, Fact, Stage, TlsFailure};
use crate::gate::Gate;
use crate::wire::smtp::Dialogue;
use crate::wire::smtp::auth::{Login, Mechanism};
use crate::wire::smtp::command::{Outgoing, encoded_size, mail, rcpt};
use crate::wire::smtp::ehlo::Ehlo;
use crate::wire::tls::answer::Ending;
use crate::wire::tls::hello::HelloSpec;
use crate::wire::tls::suites::suite_name;
use crate::wire::tls::{TlsVersion, VersionAnswer, client};
use crate::wire::transcript::{Speaker, Transcript};
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
        Dialogue::new(stream, transcript, encrypted, self.context.timeout).hiding(&self.context.masks)
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

    /// STARTTLS as the device is set.
    async fn start_tls(
        &self,
        mut talk: Talk,
        name: &str,
        notes: &mut Notes,
        done: &mut Vec<String>,
    ) -> Result<Talk, End> {
        if self.target.encryption == Encryption::None {
            return Ok(talk);
        }
        if !talk.ehlo.has("STARTTLS") {
            if !self.target.demands_tls() {
                done.push("no STARTTLS seen, so it goes on in plain text".to_owned());
                return Ok(talk);
            }
            let text = if self.limits.says_helo_only() {
                "HELO shows no extensions, so the device never sees STARTTLS"
            } else {
                "STARTTLS is not offered"
            };
            return Err(End::Stopped(text.to_owned()));
        }
        match talk.dialogue.start_tls().await {
            Ok((reply, _)) if reply.code == 220 => {}
            Ok((reply, _)) => {
                note_reply(notes, Stage::StartTls, &reply);
                return Err(End::Stopped(format!("STARTTLS is refused: {reply}")));
            }
            Err(fault) => return Err(End::Stopped(note_fault(notes, Stage::StartTls, fault))),
        }
        let stream = self.encrypt(talk.dialogue.into_stream(), notes, done).await?;
        let mut dialogue = self.dialogue(stream, true);
        let ehlo = self.introduce(&mut dialogue, name, notes).await?;
        Ok(Talk { dialogue, ehlo })
    }

    /// The handshake with the device's versions and suites: to its end where our TLS library knows them,
    /// else as far as the server's answer to the device's hello.
    async fn encrypt(
        &self,
        stream: Stream,
        notes: &mut Notes,
        done: &mut Vec<String>,
    ) -> Result<Stream, End> {
        notes.rest_on(self.limits.encryption_basis());
        let suites = self.limits.suites.as_ref().map(|known| known.value.as_slice());
        let highest = self.highest();
        let (host, limit) = (&self.target.host, self.context.timeout);
        let Some(config) = client::config_limited(highest, suites) else {
            let answer = ask_hello_on(stream, self.context, &self.spec()).await;
            return Err(self.tell_answer(answer, notes).await);
        };
        match client::connect(stream, host, config, limit).await {
            Ok(session) => {
                let (version, suite) = (session.version, session.suite);
                let text = format!("{version} with {suite}");
                self.transcript.add(Speaker::Note, true, text.clone());
                notes.add(
                    Gate::Encrypt,
                    Fact::TlsVersionAnswer {
                        version,
                        answer: VersionAnswer::Accepted,
                    },
                    format!("Done with the device's limits: {host} took {text}"),
                );
                done.push(text);
                Ok(Box::new(session.stream))
            }
            Err(broken) => {
                let about_suites =
                    matches!(&broken.failure, TlsFailure::NoCommonCipher | TlsFailure::Alert(_));
                if about_suites {
                    // The device may have suites that our library lacks; its own hello decides.
                    let starttls = self.target.encryption != Encryption::Tls;
                    let answer = ask_hello(self.context, self.addresses, starttls, &self.spec()).await;
                    return Err(match answer {
                        Ok(answer) => self.tell_answer(answer, notes).await,
                        Err(Unreached(why)) => End::NotTried(why),
                    });
                }
                let words = failure_words(&broken.failure);
                let failure = broken.failure;
                if failure == TlsFailure::NotTls {
                    return Err(End::NotTried("What answers is not TLS".to_owned()));
                }
                let text = format!("The handshake with the device's limits failed: {words}");
                notes.add(Gate::Encrypt, Fact::TlsFailed { failure }, text.clone());
                Err(End::Stopped(text))
            }
        }
    }

    /// The device's highest version; where only its suites are known, what they need.
    fn highest(&self) -> TlsVersion {
        let newest = |suite: &u16| suite >> 8 == 0x13;
        self.request
            .device_limit()
            .unwrap_or_else(|| match &self.limits.suites {
                Some(known) if !known.value.iter().any(newest) => TlsVersion::Tls12,
                _ => TlsVersion::Tls13,
            })
    }

    /// The device's hello.
    fn spec(&self) -> HelloSpec {
        match &self.limits.suites {
            Some(known) => HelloSpec::of_device(self.highest(), &known.value, &self.target.host),
            None => HelloSpec::capped(self.highest(), &self.target.host),
        }
    }

    /// Writes down what the server answered to the device's hello, and that it ends there.
    async fn tell_answer(&self, answer: crate::wire::tls::answer::Answer, notes: &mut Notes) -> End {
        let host = &self.target.host;
        let limit = self.highest();
        if answer.ending == Ending::NotTls {
            return End::NotTried("What answers is not TLS".to_owned());
        }
        let done =
            format!("Done with the device's limit of {limit}, as far as the server's answer to the hello");
        let newer = answer
            .version()
            .filter(|version| *version > limit)
            .map(|version| TlsFailure::Other(format!("the server chose {version}, which was not offered")));
        let strange = answer
            .suite()
            .filter(|suite| newer.is_none() && !self.spec().suites.contains(suite))
            .map(|suite| {
                let name = suite_name(suite);
                TlsFailure::Other(format!("the server chose {name}, which was not offered"))
            });
        if let Some(failure) = answer.failure().or(newer).or(strange) {
            let words = failure_words(&failure);
            let about_suites = matches!(&failure,
                TlsFailure::Alert(name) if ABOUT_SUITES.contains(&name.as_str()));
            notes.add(
                Gate::Encrypt,
                Fact::TlsFailed { failure },
                format!("{done}: {host}: {words}"),
            );
            if about_suites {
                self.tell_families(notes).await;
            }
            return End::Stopped(format!("the hello is refused: {words}"));
        }
        let version = answer.version().unwrap_or(limit);
        let suite = answer.suite().map(suite_name).unwrap_or_default();
        notes.add(
            Gate::Encrypt,
            Fact::TlsVersionAnswer {
                version,
                answer: answer.to(version),
            },
            format!("{done}: {host} took {version} with {suite}"),
        );
        End::Shown(format!(
            "the server takes {version} with {suite}; this program can go no further with that, \
             so what comes after the hello was not tried"
        ))
    }

    /// Which families of suites the server takes at all: what the device would have to have.
    async fn tell_families(&self, notes: &mut Notes) {
        let starttls = self.target.encryption != Encryption::Tls;
        let (host, port) = (&self.target.host, self.target.port);
        notes.rest_on(Basis::Observed);
        for (family, answer) in ask_families(self.context, self.addresses, host, starttls).await {
            let text = format!("{host}:{port} and {}: {}", family.title(), answer.id());
            let fact = Fact::CipherFamily { family, answer };
            notes.add_of(Actor::Service, Gate::Encrypt, fact, text);
        }
    }

    /// The login with a mechanism of the device.
    async fn log_in(
        &self,
        talk: &mut Talk,
        notes: &mut Notes,
        logged_in: oneshot::Receiver<bool>,
    ) -> Result<String, End> {
        let token = matches!(self.target.auth, Auth::OAuth { .. });
        let offered = talk.ehlo.mechanisms();
        let ours: Vec<String> = Mechanism::wanted(token)
            .iter()
            .map(|m| m.name().to_owned())
            .collect();
        let limit = self.limits.mechanisms.as_ref().filter(|_| !token);
        let wanted = limit.map_or(&ours, |known| &known.value);
        if offered.is_empty() {
            return Err(End::Stopped(if self.limits.says_helo_only() {
                "HELO shows no extensions, so the device never sees a login".to_owned()
            } else {
                "no login is offered".to_owned()
            }));
        }
        let common: Vec<&String> = wanted.iter().filter(|name| offered.contains(name)).collect();
        notes.rest_on(limit.map_or(Basis::Observed, |known| known.basis));
        if common.is_empty() {
            let text = format!(
                "no mechanism in common: the server offers {}, the device has {}",
                offered.join(", "),
                wanted.join(", ")
            );
            let wanted = wanted.clone();
            notes.add(
                Gate::Authenticate,
                Fact::AuthMechanismMismatch { offered, wanted },
                format!("With the device's login mechanisms: {text}"),
            );
            return Err(End::Stopped(text));
        }
        let speaks = |name: &str| {
            Mechanism::wanted(token)
                .iter()
                .copied()
                .find(|m| m.name() == name)
        };
        let Some(mechanism) = common.iter().find_map(|name| speaks(name)) else {
            let name = common.first().map_or("", |name| name.as_str());
            return Err(End::Shown(format!(
                "the server offers {name} as the device needs it; this program does not speak it"
            )));
        };
        let Some(secret) = self.request.secret.as_ref().filter(|secret| !secret.is_empty()) else {
            return Err(End::Shown(format!(
                "{} would do, but no password was given, so no login was tried",
                mechanism.name()
            )));
        };
        let user = self.target.auth.user().unwrap_or_default();
        let (host, known) = (&self.target.host, &self.request.refused);
        // Where the other conversation tried none, what earlier runs of the session heard counts.
        let refused = match logged_in.await {
            Ok(accepted) => !accepted,
            Err(_) => known.has(host, user, secret),
        };
        if refused {
            return Err(End::Stopped(
                "the same login was refused without the device's limits, and a refused login is not tried twice"
                    .to_owned(),
            ));
        }
        match talk.dialogue.log_in(Login::new(mechanism, user, secret)).await {
            Ok(reply) if note_reply(notes, Stage::Auth, &reply) => {
                Ok(format!("login by {} accepted", mechanism.name()))
            }
            Ok(reply) => {
                if reply.code >= 500 {
                    known.remember(host, user, secret);
                }
                Err(End::Stopped(format!("login by {}: {reply}", mechanism.name())))
            }
            Err(fault) => Err(End::Stopped(note_fault(notes, Stage::Auth, fault))),
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

/// Alerts with which servers say that no suite fits (RFC 5246, section 7.2.2).
const ABOUT_SUITES: [&str; 2] = ["handshake_failure", "insufficient_security"];
