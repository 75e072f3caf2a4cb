//! One hello a connection: which versions a server takes, with which cipher and certificate.

use super::certificate::judged;
use super::context::Context;
use super::net;
use crate::evidence::{CertificateProblem, Loss, TlsFailure};
use crate::wire::reply::Reply;
use crate::wire::smtp::{Dialogue, Fault};
use crate::wire::tls::answer::{Answer, AnswerReader};
use crate::wire::tls::certificate::Judged;
use crate::wire::tls::hello::HelloSpec;
use crate::wire::tls::suites::{SuiteFamily, suite_name};
use crate::wire::tls::{TlsVersion, VersionAnswer, client};
use crate::wire::transcript::Transcript;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;

/// What a server showed over all versions: the contract's `tls --json`.
#[derive(Debug, Clone, Serialize)]
pub struct TlsScan {
    /// The answer to each version, oldest first.
    #[serde(serialize_with = "by_version")]
    pub versions: Vec<(TlsVersion, VersionAnswer)>,
    /// The suite of the newest version accepted.
    pub cipher: Option<String>,
    /// The alert with which the newest refused version was refused.
    pub alert: Option<String>,
    /// The certificate.
    pub certificate: Option<ScannedCertificate>,
    /// The answer to each family of cipher suites, where they were asked for.
    #[serde(serialize_with = "by_family", skip_serializing_if = "Vec::is_empty")]
    pub ciphers: Vec<(SuiteFamily, VersionAnswer)>,
    /// Why nothing could be asked, where that is so.
    pub problem: Option<String>,
    /// Wall time in milliseconds.
    pub elapsed_ms: u64,
}

/// The certificate as the contract has it.
#[derive(Debug, Clone, Serialize)]
pub struct ScannedCertificate {
    /// Subject distinguished name.
    pub subject: String,
    /// Issuer distinguished name.
    pub issuer: String,
    /// Names it is made out for.
    pub names: Vec<String>,
    /// Start of validity.
    pub not_before: Option<Timestamp>,
    /// End of validity.
    pub not_after: Option<Timestamp>,
    /// Whether a chain leads to a public root, for the name, at this time.
    pub trusted: bool,
    /// The most serious problem.
    pub problem: Option<CertificateProblem>,
}

impl From<Judged> for ScannedCertificate {
    fn from(judged: Judged) -> Self {
        let facts = judged.facts;
        Self {
            subject: facts.subject,
            issuer: facts.issuer,
            names: facts.names,
            not_before: facts.not_before,
            not_after: facts.not_after,
            trusted: facts.trusted,
            problem: facts.problems.first().copied(),
        }
    }
}

/// `{ "TLS1.0": "refused", … }`.
fn by_version<S: Serializer>(
    versions: &[(TlsVersion, VersionAnswer)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(versions.len()))?;
    for (version, answer) in versions {
        map.serialize_entry(version.id(), answer.id())?;
    }
    map.end()
}

/// `{ "rsa-cbc": "refused", … }`.
fn by_family<S: Serializer>(
    families: &[(SuiteFamily, VersionAnswer)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(families.len()))?;
    for (family, answer) in families {
        map.serialize_entry(family.id(), answer.id())?;
    }
    map.end()
}

/// One version's part of a scan.
struct Part {
    version: TlsVersion,
    answer: VersionAnswer,
    suite: Option<u16>,
    suite_name: Option<String>,
    chain: Vec<Vec<u8>>,
}

/// Asks for all five versions over five connections (six, where TLS 1.3 is refused for another reason than the
/// version), at most three at once; with `ciphers` for the families
/// of cipher suites too, over five more, where the server speaks TLS up to 1.2 at all.
pub async fn scan(host: &str, port: u16, starttls: bool, ciphers: bool, context: &Context) -> TlsScan {
    let began = Instant::now();
    let mut scan = scan_versions(host, port, starttls, context).await;
    let old = |(version, answer): &(TlsVersion, VersionAnswer)| {
        *version <= TlsVersion::Tls12 && *answer == VersionAnswer::Accepted
    };
    if ciphers
        && scan.versions.iter().any(old)
        && let Ok(addresses) = context.addresses(host, port).await
    {
        scan.ciphers = ask_families(context, &addresses, host, starttls).await;
        scan.elapsed_ms = millis(began.elapsed());
    }
    scan
}

/// Asks for all five versions, as [`scan`] does.
async fn scan_versions(host: &str, port: u16, starttls: bool, context: &Context) -> TlsScan {
    let began = Instant::now();
    let addresses = match context.addresses(host, port).await {
        Ok(addresses) => addresses,
        Err(fault) => return nothing(format!("{host}: {fault}"), began),
    };
    let mut running = JoinSet::new();
    // The newest first: theirs is the certificate that clients of today see.
    for version in TlsVersion::SCANNED.into_iter().rev() {
        let (context, addresses, host) = (context.clone(), addresses.clone(), host.to_owned());
        running.spawn(async move { ask(&context, &addresses, &host, starttls, version).await });
    }
    let mut parts = Vec::new();
    while let Some(part) = running.join_next().await {
        parts.extend(part.ok());
    }
    parts.sort_by_key(|part| part.version);
    let newest = parts
        .iter()
        .rev()
        .find(|part| part.answer == VersionAnswer::Accepted);
    let cipher = newest.and_then(|part| part.suite_name.clone().or_else(|| part.suite.map(suite_name)));
    let alert = parts.iter().rev().find_map(|part| match &part.answer {
        VersionAnswer::Refused(text) if !text.contains(' ') => Some(text.clone()),
        _ => None,
    });
    let chain: Vec<CertificateDer<'static>> = parts
        .iter()
        .rev()
        .find(|part| !part.chain.is_empty())
        .map(|part| part.chain.iter().cloned().map(CertificateDer::from).collect())
        .unwrap_or_default();
    let problem = parts.iter().all(|p| p.answer.id() == "unknown").then(|| {
        parts
            .iter()
            .find_map(|part| match &part.answer {
                VersionAnswer::Unknown(text) => Some(text.clone()),
                _ => None,
            })
            .unwrap_or_default()
    });
    TlsScan {
        versions: parts
            .into_iter()
            .map(|part| (part.version, part.answer))
            .collect(),
        ciphers: Vec::new(),
        cipher,
        alert,
        certificate: judged(chain, host, context).await.map(ScannedCertificate::from),
        problem,
        elapsed_ms: millis(began.elapsed()),
    }
}

/// Sends one hello on a connection of its own and reads the answer.
pub(super) async fn ask_hello(
    context: &Context,
    addresses: &[SocketAddr],
    starttls: bool,
    spec: &HelloSpec,
) -> Result<Answer, Unreached> {
    let (stream, _slot) = reach(context, addresses, starttls).await?;
    Ok(ask_hello_on(stream, context, spec).await)
}

/// Sends one hello on a connection that waits for it, and reads the answer.
pub(super) async fn ask_hello_on<S>(mut stream: S, context: &Context, spec: &HelloSpec) -> Answer
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut reader = AnswerReader::default();
    let answer = context.answer_to_hello(async {
        if stream.write_all(&spec.record(&random())).await.is_err() {
            return Err(Loss::Reset);
        }
        let mut portion = vec![0; 8192];
        loop {
            let count = match stream.read(&mut portion).await {
                Ok(0) => return Err(Loss::Closed),
                Err(_) => return Err(Loss::Reset),
                Ok(count) => count,
            };
            if let Some(answer) = reader.push(portion.get(..count).unwrap_or_default()) {
                return Ok(answer);
            }
        }
    });
    match answer.await {
        Some(Ok(answer)) => answer,
        Some(Err(loss)) => reader.lost(loss),
        None => reader.lost(Loss::TimedOut),
    }
}

/// Asks which families of cipher suites a server takes in TLS 1.2 and older, a connection each.
pub(super) async fn ask_families(
    context: &Context,
    addresses: &[SocketAddr],
    host: &str,
    starttls: bool,
) -> Vec<(SuiteFamily, VersionAnswer)> {
    let mut running = JoinSet::new();
    for family in SuiteFamily::ALL {
        let (context, addresses) = (context.clone(), addresses.to_vec());
        let spec = HelloSpec::only_suites(family.suites(), host);
        running.spawn(async move {
            let answer = match ask_hello(&context, &addresses, starttls, &spec).await {
                Ok(answer) => answer.to_suites(family.suites()),
                Err(Unreached(why)) => VersionAnswer::Unknown(why),
            };
            (family, answer)
        });
    }
    let mut all = Vec::new();
    while let Some(one) = running.join_next().await {
        all.extend(one.ok());
    }
    all.sort_by_key(|(family, _)| *family);
    all
}

/// Why no hello could be sent, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreached(pub String);

/// What a probe says that another connection has spared the wait.
const NO_GREETING: &str = "the server does not greet";

/// A connection on which the next bytes are a hello.
async fn reach(
    context: &Context,
    addresses: &[SocketAddr],
    starttls: bool,
) -> Result<(net::Wire, OwnedSemaphorePermit), Unreached> {
    let slot = context.slots.clone().acquire_owned().await;
    let slot = slot.map_err(|_| Unreached("stopped".to_owned()))?;
    if starttls && context.greetings.is_mute() {
        return Err(Unreached(NO_GREETING.to_owned()));
    }
    if context.hellos.is_mute() {
        return Err(Unreached("not asked, because nothing answers a hello".to_owned()));
    }
    let (stream, _) = net::connect(addresses, context.timeout)
        .await
        .map_err(|failure| Unreached(format!("connection: {}", net::failure_words(failure))))?;
    if !starttls {
        return Ok((stream, slot));
    }
    let helo = context.helo(stream.local_address());
    let mut dialogue =
        Dialogue::new(stream, Transcript::default(), false, context.patience()).hiding(&context.masks);
    let lost = |_| Unreached("the dialogue broke off before STARTTLS".to_owned());
    let positive = |reply: Reply| {
        if reply.is_positive() {
            Ok(())
        } else {
            Err(Unreached(format!("refused before the hello: {reply}")))
        }
    };
    let greeting = dialogue.reply().await;
    if greeting == Err(Fault::Lost(Loss::TimedOut)) && !dialogue.heard() {
        context.greetings.silent();
        return Err(Unreached(NO_GREETING.to_owned()));
    }
    context
        .greetings
        .answered(dialogue.take_longest(), context.timeout);
    positive(greeting.map_err(lost)?)?;
    positive(dialogue.hello(&helo).await.map_err(lost)?.0)?;
    positive(dialogue.start_tls().await.map_err(lost)?.0)?;
    Ok((dialogue.into_stream(), slot))
}

/// Asks for one version.
async fn ask(
    context: &Context,
    addresses: &[SocketAddr],
    host: &str,
    starttls: bool,
    version: TlsVersion,
) -> Part {
    if version == TlsVersion::Tls13 {
        return ask_13(context, addresses, host, starttls).await;
    }
    match ask_hello(context, addresses, starttls, &HelloSpec::broad(version, host)).await {
        Ok(answer) => Part {
            version,
            answer: answer.to(version),
            suite: answer.suite(),
            suite_name: None,
            chain: answer.chain,
        },
        Err(Unreached(text)) => unknown(version, text),
    }
}

/// Asks for TLS 1.3 with a whole handshake, because only that shows the certificate. A server that turns it down for
/// another reason than the version may want a group or a suite that our library lacks, so it is asked once more, with
/// the broad hello.
async fn ask_13(context: &Context, addresses: &[SocketAddr], host: &str, starttls: bool) -> Part {
    let version = TlsVersion::Tls13;
    let part = shake_hands_13(context, addresses, host, starttls).await;
    match &part.answer {
        VersionAnswer::Refused(reason) if reason != "protocol_version" => {
            match ask_hello(context, addresses, starttls, &HelloSpec::broad(version, host)).await {
                Ok(answer) if answer.to(version) == VersionAnswer::Accepted => Part {
                    answer: VersionAnswer::Accepted,
                    suite: answer.suite(),
                    ..part
                },
                _ => part,
            }
        }
        _ => part,
    }
}

/// One whole handshake in TLS 1.3.
async fn shake_hands_13(context: &Context, addresses: &[SocketAddr], host: &str, starttls: bool) -> Part {
    let version = TlsVersion::Tls13;
    let (stream, _slot) = match reach(context, addresses, starttls).await {
        Ok(reached) => reached,
        Err(Unreached(text)) => return unknown(version, text),
    };
    let config = match client::config_for(&[&rustls::version::TLS13]) {
        Ok(config) => config,
        Err(error) => return unknown(version, error.to_string()),
    };
    match context.shake_hands(stream, host, config).await {
        Ok(session) => Part {
            version,
            answer: VersionAnswer::Accepted,
            suite: None,
            suite_name: Some(session.suite),
            chain: session.chain.iter().map(|one| one.to_vec()).collect(),
        },
        Err(broken) => Part {
            answer: match broken.failure {
                TlsFailure::Alert(name) => VersionAnswer::Refused(name),
                TlsFailure::NoCommonVersion => VersionAnswer::Refused("protocol_version".to_owned()),
                TlsFailure::NoCommonCipher => VersionAnswer::Refused("no common cipher".to_owned()),
                TlsFailure::BrokenOff(loss) => {
                    VersionAnswer::Unknown(crate::wire::tls::answer::loss_words(loss).to_owned())
                }
                TlsFailure::NotTls => VersionAnswer::Unknown("not TLS".to_owned()),
                TlsFailure::ClientCertificate(text) | TlsFailure::Other(text) => VersionAnswer::Unknown(text),
            },
            ..unknown(version, String::new())
        },
    }
}

/// A part that says nothing of its version.
fn unknown(version: TlsVersion, why: String) -> Part {
    Part {
        version,
        answer: VersionAnswer::Unknown(why),
        suite: None,
        suite_name: None,
        chain: Vec::new(),
    }
}

/// A scan that never reached the server.
fn nothing(problem: String, began: Instant) -> TlsScan {
    TlsScan {
        versions: TlsVersion::SCANNED
            .into_iter()
            .map(|version| (version, VersionAnswer::Unknown(problem.clone())))
            .collect(),
        ciphers: Vec::new(),
        cipher: None,
        alert: None,
        certificate: None,
        problem: Some(problem),
        elapsed_ms: millis(began.elapsed()),
    }
}

/// Random bytes for a hello; zeros where the system gives none, which no server minds.
fn random() -> [u8; 96] {
    let mut bytes = [0; 96];
    let _ = client::provider().secure_random.fill(&mut bytes);
    bytes
}

/// Whole milliseconds.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
