//! The server's TLS versions inside a diagnosis, with few connections.

use super::certificate::{judged, write_certificate};
use super::context::Context;
use super::desk::{Desk, Notes};
use super::target::Target;
use super::tls_scan::{Unreached, ask_families, ask_hello};
use super::{ProbeId, Status};
use crate::case::Encryption;
use crate::evidence::{Actor, Fact};
use crate::gate::Gate;
use crate::wire::tls::answer::{Answer, Ending};
use crate::wire::tls::hello::HelloSpec;
use crate::wire::tls::{TlsVersion, VersionAnswer};
use rustls::pki_types::CertificateDer;
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// Which versions the server takes. `negotiated` comes from the main conversation, and is not asked again.
pub async fn probe(
    context: &Context,
    desk: &Desk,
    target: &Target,
    addresses: &[SocketAddr],
    device_tls: Option<TlsVersion>,
    negotiated: oneshot::Receiver<Option<TlsVersion>>,
) {
    let mut notes = desk.start(ProbeId::TlsVersions).await;
    let starttls = target.encryption != Encryption::Tls;
    let ask = async |highest: TlsVersion| {
        ask_hello(
            context,
            addresses,
            starttls,
            &HelloSpec::broad(highest, &target.host),
        )
        .await
    };
    // Where the device's limit is known, its own hello is sent beside this, and two more would be one too many.
    // What the main handshake will tell is not asked either.
    let alone_here = !desk.plans(ProbeId::Encrypt);
    let newer = async {
        if device_tls.is_none() || alone_here {
            ask(TlsVersion::Tls12).await.ok()
        } else {
            None
        }
    };
    let newest = async {
        if alone_here {
            ask(TlsVersion::Tls13).await.ok()
        } else {
            None
        }
    };
    let older = async {
        let capped = ask(TlsVersion::Tls11).await?;
        let copied = desk.plans(ProbeId::BeTheCopier) && device_tls == Some(TlsVersion::Tls10);
        let alone = !copied
            && (capped.version() == Some(TlsVersion::Tls11)
                || (device_tls == Some(TlsVersion::Tls10) && capped.version().is_none()));
        let oldest = if alone {
            ask(TlsVersion::Tls10).await.ok()
        } else {
            None
        };
        Ok((capped, oldest))
    };
    let mut table = Table::default();
    let (newest, newer, older) = tokio::join!(newest, newer, older);
    let (capped, oldest) = match older {
        Ok((capped, _)) if capped.ending == Ending::NotTls => {
            desk.finish(notes, Status::Skipped, "What answers is not TLS")
                .await;
            return;
        }
        Ok(answers) => answers,
        Err(Unreached(why)) => {
            desk.finish(notes, Status::Skipped, why).await;
            return;
        }
    };
    table.take_old(&capped, oldest.as_ref());
    let mut chain = capped.chain;
    if let Some(answer) = newer {
        table.put(TlsVersion::Tls12, answer.to(TlsVersion::Tls12));
        chain = if answer.chain.is_empty() {
            chain
        } else {
            answer.chain
        };
    }
    if let Some(answer) = newest {
        table.put(TlsVersion::Tls13, answer.to(TlsVersion::Tls13));
    }
    let negotiated = negotiated.await.ok().flatten();
    match negotiated {
        Some(TlsVersion::Tls12) => {
            table.put(TlsVersion::Tls12, VersionAnswer::Accepted);
            let text = format!("answered with {}", TlsVersion::Tls12);
            table.put(TlsVersion::Tls13, VersionAnswer::Refused(text));
        }
        Some(version) => table.put(version, VersionAnswer::Accepted),
        None => {}
    }
    if negotiated.is_none() && !chain.is_empty() {
        // A server too old for a handshake still shows its certificate in clear.
        let chain = chain.into_iter().map(CertificateDer::from).collect();
        if let Some(judged) = judged(chain, &target.host, context).await {
            write_certificate(&mut notes, judged, &target.host);
        }
    }
    if negotiated.is_none() && !alone_here && table.takes(TlsVersion::Tls12) {
        // The version fits and the handshake failed all the same: which suites would have done?
        for (family, answer) in ask_families(context, addresses, &target.host, starttls).await {
            let (host, port) = (&target.host, target.port);
            let text = format!("{host}:{port} and {}: {}", family.title(), answer.id());
            let fact = Fact::CipherFamily { family, answer };
            notes.add_of(Actor::Service, Gate::Encrypt, fact, text);
        }
    }
    let summary = table.write(&mut notes, &target.host, target.port);
    desk.finish(notes, Status::Passed, summary).await;
}

/// The answers so far, at most one a version.
#[derive(Debug, Default)]
struct Table(Vec<(TlsVersion, VersionAnswer)>);

impl Table {
    /// The answer to a hello that offered TLS 1.1 and older: a refusal speaks for all of them.
    fn take_old(&mut self, answer: &Answer, oldest: Option<&Answer>) {
        self.put(TlsVersion::Tls11, answer.to(TlsVersion::Tls11));
        match answer.version() {
            Some(TlsVersion::Tls10) => self.put(TlsVersion::Tls10, VersionAnswer::Accepted),
            Some(_) => {}
            None => self.put(TlsVersion::Tls10, answer.to(TlsVersion::Tls10)),
        }
        if let Some(oldest) = oldest {
            self.put(TlsVersion::Tls10, oldest.to(TlsVersion::Tls10));
        }
    }

    /// Keeps an answer.
    fn put(&mut self, version: TlsVersion, answer: VersionAnswer) {
        self.0.retain(|(old, _)| *old != version);
        self.0.push((version, answer));
    }

    /// Whether this version was seen to be taken.
    fn takes(&self, wanted: TlsVersion) -> bool {
        self.0
            .iter()
            .any(|(version, answer)| *version == wanted && *answer == VersionAnswer::Accepted)
    }

    /// Writes one fact a version and gives the summary.
    fn write(mut self, notes: &mut Notes, host: &str, port: u16) -> String {
        self.0.sort_by_key(|(version, _)| *version);
        let mut words = Vec::new();
        for (version, answer) in self.0 {
            let state = answer.id();
            let why = match &answer {
                VersionAnswer::Accepted => String::new(),
                VersionAnswer::Refused(text) | VersionAnswer::Unknown(text) => format!(" ({text})"),
            };
            words.push(format!("{version} {state}"));
            notes.add_of(
                Actor::Service,
                Gate::Encrypt,
                Fact::TlsVersionAnswer { version, answer },
                format!("{host}:{port} and {version}: {state}{why}"),
            );
        }
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Loss;
    use crate::wire::tls::answer::AnswerReader;

    #[test]
    fn one_refusal_speaks_for_both_old_versions() {
        let mut table = Table::default();
        let refusal = Answer {
            ending: Ending::Alert("protocol_version"),
            chain: Vec::new(),
            first: Vec::new(),
        };
        table.take_old(&refusal, None);
        let ids: Vec<_> = table.0.iter().map(|(version, a)| (*version, a.id())).collect();
        assert_eq!(
            ids,
            [(TlsVersion::Tls11, "refused"), (TlsVersion::Tls10, "refused")]
        );
    }

    #[test]
    fn a_connection_that_closes_leaves_both_unknown() {
        let mut table = Table::default();
        table.take_old(&AnswerReader::default().lost(Loss::Closed), None);
        assert!(table.0.iter().all(|(_, answer)| answer.id() == "unknown"));
    }
}
