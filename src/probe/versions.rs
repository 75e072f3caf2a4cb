//! The server's TLS versions inside a diagnosis, with few connections; and the device's own hello, repeated.

use super::certificate::{judged, write_certificate};
use super::context::Context;
use super::desk::{Desk, Notes};
use super::target::Target;
use super::tls_scan::{Unreached, ask_hello};
use super::{ProbeId, Status};
use crate::case::Encryption;
use crate::evidence::{Actor, Fact, TlsFailure};
use crate::gate::Gate;
use crate::wire::tls::answer::{Answer, Ending, suite_name};
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
    let summary = table.write(&mut notes, &target.host, target.port);
    desk.finish(notes, Status::Passed, summary).await;
}

/// Repeats the device's hello: everything up to its highest version, over the connection it is set to.
/// From TLS 1.1 down nothing more than the server's answer can be seen, and the summary says so.
pub async fn be_the_copier(
    context: &Context,
    desk: &Desk,
    target: &Target,
    addresses: &[SocketAddr],
    limit: TlsVersion,
) {
    let mut notes = desk.start(ProbeId::BeTheCopier).await;
    let starttls = target.encryption != Encryption::Tls;
    let spec = HelloSpec::capped(limit, &target.host);
    let answer = match ask_hello(context, addresses, starttls, &spec).await {
        Ok(answer) => answer,
        Err(Unreached(why)) => {
            desk.finish(notes, Status::Skipped, why).await;
            return;
        }
    };
    if answer.ending == Ending::NotTls {
        desk.finish(notes, Status::Skipped, "What answers is not TLS")
            .await;
        return;
    }
    let done = format!("Done with the device's limit of {limit}, as far as the server's answer to the hello");
    let newer = answer
        .version()
        .filter(|version| *version > limit)
        .map(|version| TlsFailure::Other(format!("the server chose {version}, which was not offered")));
    if let Some(failure) = answer.failure().or(newer) {
        let words = match answer.to(limit) {
            VersionAnswer::Refused(text) | VersionAnswer::Unknown(text) => text,
            VersionAnswer::Accepted => String::new(),
        };
        notes.add(
            Gate::Encrypt,
            Fact::TlsFailed { failure },
            format!("{done}: {} answered {words}", target.host),
        );
        let summary = format!("The server refuses a hello up to {limit}: {words}");
        desk.finish(notes, Status::Failed, summary).await;
        return;
    }
    let version = answer.version().unwrap_or(limit);
    let suite = answer.suite().map(suite_name).unwrap_or_default();
    notes.add(
        Gate::Encrypt,
        Fact::TlsVersionAnswer {
            version,
            answer: answer.to(version),
        },
        format!("{done}: {} took {version} with {suite}", target.host),
    );
    desk.finish(
        notes,
        Status::Passed,
        format!("The server takes {version} with {suite}"),
    )
    .await;
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
