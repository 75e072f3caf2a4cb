//! What the copier itself was heard to do: the last whole connection to the listener, in short.

use crate::gate::Gate;
use crate::listen::{Observation, Seen};
use crate::wire::tls::TlsVersion;

/// One scan of the copier, heard by this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copier {
    /// The highest TLS version of its hello.
    pub offered: Option<TlsVersion>,
    /// The TLS session that stood.
    pub session: Option<String>,
    /// How it logged in.
    pub login: Option<String>,
    /// Bytes of the message that it handed over whole.
    pub message: Option<u64>,
    /// Why it did not get to the end.
    pub stopped: Option<String>,
}

impl Copier {
    /// The last connection of a client; nothing where none came.
    pub fn heard(all: &[Observation]) -> Option<Self> {
        let last = all
            .iter()
            .filter(|one| matches!(one.seen, Seen::Connected { .. }))
            .map(|one| one.connection)
            .max()?;
        let mut copier = Self::default();
        let mut refused = None;
        for one in all.iter().filter(|one| one.connection == last) {
            match &one.seen {
                Seen::Hello(hello) | Seen::OldHello(hello) => copier.offered = hello.highest,
                Seen::TlsEstablished { version, suite, .. } => {
                    let version = version.map_or_else(|| "TLS".to_owned(), |version| version.to_string());
                    copier.session = Some(format!("{version}, {suite}"));
                }
                Seen::Login { mechanism, .. } => copier.login = Some(mechanism.clone()),
                Seen::Message(facts) => copier.message = Some(facts.bytes),
                Seen::NotTls => refused = Some("it speaks plain text where TLS is expected".to_owned()),
                Seen::TlsFailed { problem, .. } => refused = Some(format!("no TLS session: {problem}")),
                Seen::Refused { stage, reply, .. } => {
                    refused = Some(format!("refused at {}: {reply}", stage.title()));
                }
                Seen::Ended { stage, .. } if refused.is_none() => {
                    refused = Some(format!("it ended the connection after {}", stage.title()));
                }
                _ => {}
            }
        }
        if copier.message.is_none() {
            copier.stopped = refused.or_else(|| Some("no whole message came".to_owned()));
        }
        Some(copier)
    }

    /// Whether what was heard shows that the copier gets through a gate. The listener is another server with
    /// another certificate, so it says nothing of names, trust, logins and refusals.
    pub fn shows(&self, gate: Option<Gate>, encrypted: bool) -> bool {
        let whole = self.message.is_some();
        match gate {
            Some(Gate::Device | Gate::Greet) => whole,
            Some(Gate::Encrypt) => whole && (self.session.is_some() || !encrypted),
            _ => false,
        }
    }

    /// In a few words.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if let Some(offered) = self.offered {
            words.push(format!("offers at most {offered}"));
        }
        words.extend(self.session.as_ref().map(|session| format!("session {session}")));
        words.extend(self.login.as_ref().map(|login| format!("login by {login}")));
        words.extend(
            self.message
                .map(|bytes| format!("whole message of {bytes} bytes")),
        );
        words.extend(self.stopped.clone());
        words.join("; ")
    }
}
