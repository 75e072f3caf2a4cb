//! The copier as a client: somebody presses Scan, and it does what its firmware can.
//!
//! [`press_scan`] is for trying a listener or a service: the same steps as a machine takes, over real TCP and TLS.

use crate::case::Encryption;
use crate::evidence::Loss;
use crate::secret::Secret;
use crate::wire::reply::Reply;
use crate::wire::smtp::auth::{Login, Mechanism};
use crate::wire::smtp::body::DotStuffer;
use crate::wire::smtp::command::{Outgoing, helo, mail, rcpt};
use crate::wire::smtp::dialogue::{Dialogue, Fault};
use crate::wire::smtp::ehlo::Ehlo;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::answer::{AnswerReader, Ending};
use crate::wire::tls::client::{self, provider};
use crate::wire::tls::hello::HelloSpec;
use crate::wire::transcript::{Line, Transcript};
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// A copier as the sender of a scan. What is left out is as on a present-day machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Copier {
    /// A few words; they also stand in the message.
    pub model: String,
    /// Name in EHLO or HELO.
    pub name: String,
    /// Which greeting it knows.
    pub hello: Hello,
    /// Its setting for encryption.
    pub encryption: Encryption,
    /// What its TLS can do.
    pub tls: Tls,
    /// How far its clock is ahead, in seconds; negative where it is behind.
    pub clock_skew_s: i64,
    /// User name for the login; it logs in where the server offers it.
    pub user: String,
    /// Lab password, no secret.
    pub password: String,
    /// Envelope sender.
    pub from: String,
    /// Envelope recipient.
    pub to: String,
    /// Bytes of the attachment, before encoding.
    pub scan_bytes: usize,
    /// The last step that it takes before it hangs up without a reason.
    pub ends_after: EndsAfter,
    /// Limit of each step in milliseconds.
    pub step_ms: u64,
}

/// Which greeting a copier knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Hello {
    /// EHLO.
    #[default]
    Ehlo,
    /// HELO only.
    Helo,
}

/// What a copier's TLS can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub enum Tls {
    /// TLS 1.2 and 1.3, any certificate.
    #[default]
    Unchecked,
    /// TLS 1.2 and 1.3, and the certificate is checked by the copier's clock.
    Checking(Trust),
    /// A hello of this highest version, `1.0` to `1.2`; nothing in this program can finish such a handshake,
    /// so the copier ends after the server's answer to it.
    UpTo(String),
}

/// Whom a copier trusts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum Trust {
    /// The public roots.
    PublicRoots,
    /// The roots of a PEM text.
    Pem(String),
}

/// The step after which a copier hangs up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum EndsAfter {
    /// The whole message.
    #[default]
    Message,
    /// An accepted login.
    Login,
    /// The accepted recipient.
    Recipient,
}

impl Default for Copier {
    fn default() -> Self {
        Self {
            model: "Lab copier".to_owned(),
            name: "copier.contoso.com".to_owned(),
            hello: Hello::Ehlo,
            encryption: Encryption::StartTls,
            tls: Tls::Unchecked,
            clock_skew_s: 0,
            user: "scan@contoso.com".to_owned(),
            password: "lab-Pa55word".to_owned(),
            from: "scan@contoso.com".to_owned(),
            to: "it@contoso.com".to_owned(),
            scan_bytes: 20_000,
            ends_after: EndsAfter::Message,
            step_ms: 5_000,
        }
    }
}

/// What came of it, as the copier's panel would have it.
#[derive(Debug)]
pub struct Sent {
    /// How it ended.
    pub end: End,
    /// The dialogue.
    pub lines: Vec<Line>,
}

/// How a scan ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The server took the message.
    Delivered,
    /// The copier hung up by itself.
    GaveUp,
    /// No connection.
    NotConnected(String),
    /// The server's reply at a step said no.
    Refused(Reply),
    /// The server offers no STARTTLS, and the copier sends nothing in clear.
    NoStartTls,
    /// No TLS session: in words, with the alert where there was one.
    NoTls(String),
    /// An old hello was answered with a ServerHello of this version; see [`Tls::UpTo`].
    OldTlsAnswered(TlsVersion),
    /// The dialogue broke off.
    Broken(Fault),
}

impl End {
    /// In the words of a person at the panel.
    pub fn words(&self) -> String {
        match self {
            Self::Delivered => "the scan was sent".to_owned(),
            Self::GaveUp => "the copier hung up by itself".to_owned(),
            Self::NotConnected(why) => format!("no connection: {why}"),
            Self::Refused(reply) => format!("the server refused: {reply}"),
            Self::NoStartTls => "the server offers no STARTTLS".to_owned(),
            Self::NoTls(why) => format!("no TLS session: {why}"),
            Self::OldTlsAnswered(version) => format!("the server answered the old hello with {version}"),
            Self::Broken(fault) => format!("the dialogue broke off: {fault:?}"),
        }
    }
}

/// Presses Scan: connects to `target`, which the copier knows as `server`, and sends a page.
pub async fn press_scan(copier: &Copier, target: SocketAddr, server: &str) -> Sent {
    let transcript = Transcript::default();
    let end = match run(copier, target, server, &transcript).await {
        Ok(()) => End::Delivered,
        Err(end) => end,
    };
    Sent {
        end,
        lines: transcript.lines(),
    }
}

async fn run(copier: &Copier, target: SocketAddr, server: &str, transcript: &Transcript) -> Result<(), End> {
    let limit = Duration::from_millis(copier.step_ms);
    let stream = match timeout(limit, TcpStream::connect(target)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(End::NotConnected(error.to_string())),
        Err(_) => return Err(End::NotConnected("no answer".to_owned())),
    };
    let plain = |stream| Dialogue::new(stream, transcript.clone(), false, limit);
    let inside = |stream| Dialogue::new(stream, transcript.clone(), true, limit);
    if copier.encryption == Encryption::Tls {
        let mut talk = inside(shake(copier, stream, server, limit).await?);
        greeted(&mut talk).await?;
        let listed = hello(copier, &mut talk).await?;
        return deliver(copier, &mut talk, &listed).await;
    }
    let mut talk = plain(stream);
    greeted(&mut talk).await?;
    let listed = hello(copier, &mut talk).await?;
    match copier.encryption {
        Encryption::None => return deliver(copier, &mut talk, &listed).await,
        Encryption::StartTlsIfAvailable if !listed.has("STARTTLS") => {
            return deliver(copier, &mut talk, &listed).await;
        }
        _ if !listed.has("STARTTLS") => return Err(End::NoStartTls),
        _ => {}
    }
    let (reply, _) = talk.start_tls().await.map_err(End::Broken)?;
    if reply.code != 220 {
        return Err(End::Refused(reply));
    }
    let mut talk = inside(shake(copier, talk.into_stream(), server, limit).await?);
    let listed = hello(copier, &mut talk).await?;
    deliver(copier, &mut talk, &listed).await
}

/// The greeting.
async fn greeted<S: AsyncRead + AsyncWrite + Unpin>(talk: &mut Dialogue<S>) -> Result<(), End> {
    positive(talk.reply().await)
}

/// EHLO, or the greeting that this copier knows.
async fn hello<S: AsyncRead + AsyncWrite + Unpin>(
    copier: &Copier,
    talk: &mut Dialogue<S>,
) -> Result<Ehlo, End> {
    if copier.hello == Hello::Helo {
        positive(talk.say(helo(&copier.name)).await)?;
        return Ok(Ehlo::default());
    }
    match talk.hello(&copier.name).await.map_err(End::Broken)? {
        (_, Some(listed)) => Ok(listed),
        (reply, None) => Err(End::Refused(reply)),
    }
}

/// Login where it is offered, envelope, message.
async fn deliver<S: AsyncRead + AsyncWrite + Unpin>(
    copier: &Copier,
    talk: &mut Dialogue<S>,
    listed: &Ehlo,
) -> Result<(), End> {
    if let Some(mechanism) = Mechanism::choose(&listed.mechanisms(), false) {
        let secret = Secret::new(copier.password.clone());
        positive(talk.log_in(Login::new(mechanism, &copier.user, &secret)).await)?;
    }
    if copier.ends_after == EndsAfter::Login {
        talk.hang_up().await;
        return Err(End::GaveUp);
    }
    positive(talk.say(mail(&copier.from, None)).await)?;
    positive(talk.say(rcpt(&copier.to)).await)?;
    if copier.ends_after == EndsAfter::Recipient {
        talk.hang_up().await;
        return Err(End::GaveUp);
    }
    let reply = talk.say(Outgoing::line("DATA")).await.map_err(End::Broken)?;
    if reply.code != 354 {
        return Err(End::Refused(reply));
    }
    let message = message(copier);
    let mut stuffer = DotStuffer::default();
    talk.write_body(&mut stuffer, message.as_bytes())
        .await
        .map_err(End::Broken)?;
    let size = u64::try_from(message.len()).unwrap_or(u64::MAX);
    positive(talk.end_body(&stuffer, size).await)?;
    let _ = talk.say(Outgoing::line("QUIT")).await;
    Ok(())
}

/// A reply that says yes, or the end of the scan.
fn positive(reply: Result<Reply, Fault>) -> Result<(), End> {
    match reply {
        Ok(reply) if reply.is_positive() => Ok(()),
        Ok(reply) => Err(End::Refused(reply)),
        Err(fault) => Err(End::Broken(fault)),
    }
}

/// The message: a PDF in name, with the copier's own idea of the time.
fn message(copier: &Copier) -> String {
    use base64::Engine as _;
    let date = now(copier.clock_skew_s).strftime("%a, %d %b %Y %H:%M:%S +0000");
    let mut text = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: Scan\r\nDate: {date}\r\nX-Mailer: {model}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"scan\"\r\n\r\n--scan\r\nContent-Type: application/pdf; name=\"scan.pdf\"\r\n\
         Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"scan.pdf\"\r\n\r\n",
        from = copier.from,
        to = copier.to,
        model = copier.model,
    );
    let mut page = b"%PDF-1.4\n".to_vec();
    page.resize(copier.scan_bytes.clamp(page.len(), MAX_SCAN), b' ');
    let coded = base64::engine::general_purpose::STANDARD.encode(page);
    let mut rest = coded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(76));
        text.push_str(line);
        text.push_str("\r\n");
        rest = after;
    }
    text.push_str("--scan--\r\n");
    text
}

/// Largest attachment that is made up.
const MAX_SCAN: usize = 64 << 20;

/// The time by the copier's clock.
fn now(skew: i64) -> Timestamp {
    Timestamp::now()
        .checked_add(SignedDuration::from_secs(skew))
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The handshake, as far as this copier's TLS goes.
async fn shake(
    copier: &Copier,
    mut stream: TcpStream,
    server: &str,
    limit: Duration,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, End> {
    if let Tls::UpTo(version) = &copier.tls {
        return Err(old_hello(&mut stream, version, server, limit).await);
    }
    let config = config(copier).map_err(End::NoTls)?;
    let name = client::server_name(server)
        .ok_or_else(|| End::NoTls(format!("{server:?} is no name that TLS can ask for")))?;
    match timeout(limit, TlsConnector::from(config).connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(End::NoTls(error.to_string())),
        Err(_) => Err(End::NoTls("no answer".to_owned())),
    }
}

/// The settings of a present-day TLS client with this copier's trust and clock.
fn config(copier: &Copier) -> Result<Arc<ClientConfig>, String> {
    let Tls::Checking(trust) = &copier.tls else {
        return client::config().map_err(|error| error.to_string());
    };
    let mut roots = RootCertStore::empty();
    match trust {
        Trust::PublicRoots => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Trust::Pem(pem) => {
            use rustls::pki_types::pem::PemObject as _;
            let certificates = rustls::pki_types::CertificateDer::pem_slice_iter(pem.as_bytes());
            roots.add_parsable_certificates(certificates.filter_map(Result::ok));
        }
    }
    let clock = Arc::new(CopierClock(copier.clock_skew_s));
    let config = ClientConfig::builder_with_details(provider(), clock)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The copier's clock, for the dates of certificates.
#[derive(Debug)]
struct CopierClock(i64);

impl TimeProvider for CopierClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(now(self.0).as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Says an old hello and hears the answer to it.
async fn old_hello(stream: &mut TcpStream, version: &str, server: &str, limit: Duration) -> End {
    let Some(highest) = TlsVersion::parse(version) else {
        return End::NoTls(format!("{version:?} is no TLS version"));
    };
    let mut random = [0; 96];
    if provider().secure_random.fill(&mut random).is_err() {
        return End::NoTls("no random numbers".to_owned());
    }
    let record = HelloSpec::broad(highest, server).record(&random);
    if let Err(error) = stream.write_all(&record).await {
        return End::NoTls(error.to_string());
    }
    let mut reader = AnswerReader::default();
    let mut portion = [0; 4096];
    let answer = loop {
        let loss = match timeout(limit, stream.read(&mut portion)).await {
            Err(_) => Loss::TimedOut,
            Ok(Ok(0)) => Loss::Closed,
            Ok(Err(_)) => Loss::Reset,
            Ok(Ok(count)) => match reader.push(portion.get(..count).unwrap_or_default()) {
                Some(answer) => break answer,
                None => continue,
            },
        };
        break reader.lost(loss);
    };
    match (answer.version(), &answer.ending) {
        (Some(version), _) => End::OldTlsAnswered(version),
        (None, Ending::Alert(name)) => End::NoTls(format!("the server's alert: {name}")),
        (None, other) => End::NoTls(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{Library, World};

    fn copier(name: &str) -> Copier {
        Library::embedded().unwrap().copiers[name].clone()
    }

    /// The scenario's first server.
    async fn served(scenario: &str) -> World {
        let library = Library::embedded().unwrap();
        World::start(library.scenario(scenario).unwrap()).await.unwrap()
    }

    async fn press(copier: &Copier, world: &World) -> End {
        let door = &world.doors[0];
        press_scan(copier, door.address, &door.name).await.end
    }

    #[tokio::test]
    async fn a_healthy_copier_delivers_and_an_old_one_meets_an_alert() {
        let world = served("device-answers").await;
        assert_eq!(press(&copier("healthy"), &world).await, End::Delivered);
        let old = press(&copier("old-tls"), &world).await;
        assert!(
            matches!(&old, End::NoTls(text) if text.contains("protocol_version")),
            "{old:?}"
        );
        assert_eq!(press(&copier("gives-up"), &world).await, End::GaveUp);
        world.stop().await;
    }

    #[tokio::test]
    async fn a_copier_that_checks_refuses_an_unknown_root_and_one_in_the_past_a_good_certificate() {
        let world = served("device-answers").await;
        let checked = press(&copier("refuses-unknown-roots"), &world).await;
        assert!(
            matches!(&checked, End::NoTls(text) if text.contains("UnknownIssuer")),
            "{checked:?}"
        );
        let pem = std::fs::read_to_string(world.request.ca.as_ref().unwrap()).unwrap();
        let mut knows = copier("refuses-unknown-roots");
        knows.tls = Tls::Checking(Trust::Pem(pem.clone()));
        assert_eq!(press(&knows, &world).await, End::Delivered);
        let mut late = copier("wrong-clock");
        late.tls = Tls::Checking(Trust::Pem(pem));
        let late = press(&late, &world).await;
        assert!(
            matches!(&late, End::NoTls(text) if text.contains("not valid yet") || text.contains("NotValidYet")),
            "{late:?}"
        );
        world.stop().await;
    }

    #[tokio::test]
    async fn a_copier_without_encryption_hears_what_a_server_that_wants_it_says() {
        let world = served("canon-receive-ssl").await;
        let end = press(&copier("plain"), &world).await;
        assert!(
            matches!(&end, End::Refused(reply) if reply.code == 530),
            "{end:?}"
        );
        assert_eq!(press(&copier("if-available"), &world).await, End::Delivered);
        world.stop().await;
    }
}
