//! The one conversation that walks the gates: connect, greet, encrypt, log in, envelope, message.
//!
//! A step that fails does not stop what can still be learned; each file is one step.

mod connect;
mod encrypt;
mod envelope;
mod greet;
mod login;
mod message;

pub(super) use envelope::exchange;

use super::certificate;
use super::context::Context;
use super::desk::{Desk, Notes};
use super::target::Target;
use super::{ProbeId, Request, Status};
use crate::case::Encryption;
use crate::evidence::{Fact, Loss, Stage};
use crate::gate::Gate;
use crate::wire::smtp::command::Outgoing;
use crate::wire::smtp::ehlo::Ehlo;
use crate::wire::smtp::{Dialogue, Fault};
use crate::wire::tls::TlsVersion;
use crate::wire::transcript::Transcript;
use rustls::pki_types::CertificateDer;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio_util::sync::CancellationToken;

/// A stream of either kind.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}
/// A stream, plain or inside TLS.
pub(super) type Stream = Box<dyn Io>;

/// A dialogue whose EHLO was answered.
pub(super) struct Talk {
    pub dialogue: Dialogue<Stream>,
    pub ehlo: Ehlo,
}

/// The chain of the server's certificate, leaf first.
type Chain = Vec<CertificateDer<'static>>;

/// What the steps share.
struct Held<'a> {
    context: &'a Context,
    desk: &'a Desk,
    target: &'a Target,
    request: &'a Request,
    addresses: &'a [SocketAddr],
    transcript: Transcript,
    /// How many lines of the transcript belong to steps that ended.
    told: usize,
    /// Name to say in EHLO.
    helo: String,
    negotiated: Option<oneshot::Sender<Option<TlsVersion>>>,
    chain: Option<oneshot::Sender<Chain>>,
    /// Tells whether the login was accepted, so that nobody tries a wrong one again.
    login: Option<oneshot::Sender<bool>>,
    /// Stops the probes beside the conversation, when there is no mail server to ask.
    beside: CancellationToken,
    /// Stops the copier's part alone, when it holds a server that serves one client at a time.
    copier: CancellationToken,
    slot: Option<OwnedSemaphorePermit>,
    /// Plain text although TLS should have stood: no place for a password.
    exposed: bool,
}

/// For rounding.
const HALF_A_SECOND: Duration = Duration::from_millis(500);
/// The time limit of a copier may be as short as this.
const LATE: Duration = Duration::from_secs(10);

/// The probes that are steps of this conversation.
pub(super) const STEPS: [ProbeId; 7] = [
    ProbeId::Connect,
    ProbeId::Greet,
    ProbeId::Encrypt,
    ProbeId::Certificate,
    ProbeId::Authenticate,
    ProbeId::Envelope,
    ProbeId::Message,
];

/// The steps behind the greeting, and with it.
const AFTER: [ProbeId; 3] = [ProbeId::Authenticate, ProbeId::Envelope, ProbeId::Message];
const INSIDE: [ProbeId; 4] = [
    ProbeId::Greet,
    ProbeId::Authenticate,
    ProbeId::Envelope,
    ProbeId::Message,
];

/// What the conversation tells the probes beside it, each as soon as it is known.
pub(super) struct Telling {
    /// The negotiated version, or that there is none.
    pub negotiated: oneshot::Sender<Option<TlsVersion>>,
    /// Whether the login was accepted; nothing where none was tried.
    pub login: oneshot::Sender<bool>,
    /// That there is no mail server to ask.
    pub beside: CancellationToken,
    /// That the copier's part must make room.
    pub copier: CancellationToken,
}

/// Holds the conversation.
pub(super) async fn hold(
    context: &Context,
    desk: &Desk,
    target: &Target,
    request: &Request,
    addresses: &[SocketAddr],
    telling: Telling,
) {
    let (chain, chain_of_server) = oneshot::channel();
    let held = Held {
        context,
        desk,
        target,
        request,
        addresses,
        transcript: Transcript::default(),
        told: 0,
        helo: String::new(),
        negotiated: Some(telling.negotiated),
        chain: Some(chain),
        login: Some(telling.login),
        beside: telling.beside,
        copier: telling.copier,
        slot: None,
        exposed: false,
    };
    tokio::join!(held.walk(), async {
        if let Ok(chain) = chain_of_server.await {
            certificate::probe(context, desk, &target.host, chain).await;
        }
    });
    desk.skip(&STEPS, "An earlier step did not get there").await;
}

impl Held<'_> {
    /// All steps in their order.
    async fn walk(mut self) {
        self.slot = self.context.slots.clone().acquire_owned().await.ok();
        let Some(stream) = self.connect().await else {
            self.beside.cancel();
            return;
        };
        let talk = match self.target.encryption {
            Encryption::Tls => match self.implicit_tls(stream).await {
                Some(stream) if self.wants(&INSIDE) => self.greet(stream, true).await,
                _ => None,
            },
            _ => {
                if let Some(talk) = self.greet(Box::new(stream), false).await {
                    self.start_tls(talk).await
                } else {
                    self.beside.cancel();
                    None
                }
            }
        };
        let Some(talk) = talk else { return };
        self.settle_tls(None, None);
        if !self.wants(&AFTER) {
            self.quit(talk).await;
            return;
        }
        let Some(talk) = self.log_in(talk).await else {
            return;
        };
        let Some((talk, ready)) = self.envelope(talk).await else {
            return;
        };
        if ready {
            self.message(talk).await;
        } else {
            self.quit(talk).await;
        }
    }

    /// Whether any of these is planned.
    fn wants(&self, probes: &[ProbeId]) -> bool {
        probes.iter().any(|&probe| self.desk.plans(probe))
    }

    /// Begins a step.
    async fn start(&self, probe: ProbeId) -> Notes {
        self.desk.start(probe).await
    }

    /// Ends a step, with its part of the transcript.
    async fn finish(&mut self, mut notes: Notes, status: Status, summary: impl Into<String>) {
        notes.take_lines(&self.transcript, self.told);
        self.told = self.transcript.lines().len();
        self.desk.finish(notes, status, summary).await;
    }

    /// Tells what waits for it how TLS came out; only the first word counts.
    fn settle_tls(&mut self, version: Option<TlsVersion>, chain: Option<Chain>) {
        if let Some(sender) = self.negotiated.take() {
            let _ = sender.send(version);
        }
        if let (Some(sender), Some(chain)) = (self.chain.take(), chain) {
            let _ = sender.send(chain);
        }
    }

    /// A dialogue over a stream.
    fn dialogue(&self, stream: Stream, encrypted: bool) -> Dialogue<Stream> {
        let transcript = self.transcript.clone();
        Dialogue::new(stream, transcript, encrypted, self.context.patience()).hiding(&self.context.masks)
    }

    /// Says goodbye. The reply is awaited by nobody who has something to tell.
    async fn quit(&mut self, mut talk: Talk) {
        if talk.dialogue.send(&[Outgoing::line("QUIT")]).await.is_ok() {
            part(talk, self.slot.take());
        }
    }
}

/// Waits a little for what is still to be answered up to QUIT, beside the run, so that the server sees an orderly end.
pub(super) fn part(mut talk: Talk, slot: Option<OwnedSemaphorePermit>) {
    talk.dialogue.set_limit(Duration::from_secs(2));
    tokio::spawn(async move {
        while talk.dialogue.reply().await.is_ok() {}
        drop(slot);
    });
}

/// Writes down why a step brought no reply, and says it in words.
pub(super) fn note_fault(notes: &mut Notes, stage: Stage, fault: Fault) -> String {
    let (fact, text) = match fault {
        Fault::Lost(how) => {
            let what = match how {
                Loss::TimedOut => "nothing came within the time limit",
                Loss::Closed => "the server closed the connection",
                Loss::Reset => "the connection was reset",
            };
            (
                Fact::ConnectionLost { stage, how },
                format!("At {}: {what}", stage.title()),
            )
        }
        Fault::Reply(error) => (
            Fact::ProtocolViolation {
                stage,
                detail: error.to_string(),
            },
            format!("At {}: {error}", stage.title()),
        ),
        Fault::Tls(failure) => {
            let text = format!("At {}: TLS ended: {failure}", stage.title());
            (Fact::TlsFailed { failure }, text)
        }
    };
    let gate = match fact {
        Fact::TlsFailed { .. } => Gate::Encrypt,
        _ => stage.gate(),
    };
    notes.add(gate, fact, text.clone());
    text
}

/// Writes down that a reply took long to come, where devices may have given up by then.
pub(super) fn note_slow(notes: &mut Notes, stage: Stage, waited: Duration) {
    if waited < LATE {
        return;
    }
    let seconds = (waited + HALF_A_SECOND).as_secs();
    let text = format!(
        "The server took {seconds} seconds to answer at {}; a device with a shorter time limit gives up before",
        stage.title()
    );
    notes.add(stage.gate(), Fact::LateReply { stage, seconds }, text);
}

/// Writes down a reply as accepted or refused; gives whether it was positive.
pub(super) fn note_reply(notes: &mut Notes, stage: Stage, reply: &crate::wire::reply::Reply) -> bool {
    let positive = reply.is_positive();
    let reply = reply.clone();
    let text = format!("{}: {reply}", stage.title());
    let fact = if positive {
        Fact::Accepted { stage, reply }
    } else {
        Fact::Refused { stage, reply }
    };
    notes.add(stage.gate(), fact, text);
    positive
}
