//! The handshake as the device would make it, and what the server answers to its hello.

use super::{Copier, End};
use crate::case::Encryption;
use crate::evidence::{Actor, Basis, Fact, Stage, TlsFailure};
use crate::gate::Gate;
use crate::probe::conversation::{Stream, Talk, note_fault, note_reply};
use crate::probe::desk::Notes;
use crate::probe::tls_scan::{Unreached, ask_families, ask_hello, ask_hello_on};
use crate::wire::tls::answer::Ending;
use crate::wire::tls::hello::HelloSpec;
use crate::wire::tls::suites::suite_name;
use crate::wire::tls::{TlsVersion, VersionAnswer, client};
use crate::wire::transcript::Speaker;

impl Copier<'_> {
    /// STARTTLS as the device is set.
    pub(super) async fn start_tls(
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
    pub(super) async fn encrypt(
        &self,
        stream: Stream,
        notes: &mut Notes,
        done: &mut Vec<String>,
    ) -> Result<Stream, End> {
        notes.rest_on(self.limits.encryption_basis());
        let suites = self.limits.suites.as_ref().map(|known| known.value.as_slice());
        let highest = self.highest();
        let host = &self.target.host;
        let Some(config) = client::config_limited(highest, suites) else {
            let answer = ask_hello_on(stream, self.context, &self.spec()).await;
            return Err(self.tell_answer(answer, notes).await);
        };
        match self.context.shake_hands(stream, host, config).await {
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
                let words = broken.failure.to_string();
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
            let words = failure.to_string();
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
}

/// Alerts with which servers say that no suite fits (RFC 5246, section 7.2.2).
const ABOUT_SUITES: [&str; 2] = ["handshake_failure", "insufficient_security"];
