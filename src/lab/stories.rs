//! The lab seen from outside: raw sockets at its doors.

use super::scenario::Listen;
use super::{Library, World};
use crate::wire::reply::{Reply, ReplyReader};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A client that says what it is told and reads one reply at a time.
struct Client<S> {
    stream: S,
    replies: ReplyReader,
}

impl Client<TcpStream> {
    /// Connects to the first open door and reads the greeting.
    async fn greeted(world: &World) -> (Self, Reply) {
        let mut client = Self {
            stream: TcpStream::connect(door(world)).await.unwrap(),
            replies: ReplyReader::default(),
        };
        let greeting = client.reply().await;
        (client, greeting)
    }

    /// Takes the handshake, trusting the lab's authority.
    async fn into_tls(self, world: &World, name: &str) -> std::io::Result<Client<TlsStream<TcpStream>>> {
        let mut roots = rustls::RootCertStore::empty();
        let pem = std::fs::read(world.request.ca.as_ref().unwrap()).unwrap();
        for certificate in certificates_of(&pem) {
            roots.add(certificate).unwrap();
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, self.stream)
            .await?;
        Ok(Client {
            stream,
            replies: ReplyReader::default(),
        })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// One reply.
    async fn reply(&mut self) -> Reply {
        self.next().await.expect("the server went")
    }

    /// One reply; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Reply> {
        let mut chunk = [0; 512];
        loop {
            if let Some(reply) = self.replies.next_reply().unwrap() {
                return Some(reply);
            }
            let read = timeout(Duration::from_secs(5), self.stream.read(&mut chunk)).await;
            match read.expect("silence").unwrap_or(0) {
                0 => return None,
                length => self.replies.push(&chunk[..length]),
            }
        }
    }

    /// A command and its reply.
    async fn say(&mut self, line: &str) -> Reply {
        self.stream
            .write_all(format!("{line}\r\n").as_bytes())
            .await
            .unwrap();
        self.reply().await
    }
}

/// The certificates of a PEM text.
fn certificates_of(pem: &[u8]) -> Vec<rustls::pki_types::CertificateDer<'static>> {
    use rustls::pki_types::pem::PemObject;
    rustls::pki_types::CertificateDer::pem_slice_iter(pem)
        .map(Result::unwrap)
        .collect()
}

/// The first open door.
fn door(world: &World) -> SocketAddr {
    let open = world.doors.iter().find(|door| door.listen == Listen::Answer);
    open.expect("an open door").address
}

/// Starts a scenario of the library.
async fn world(id: &str) -> World {
    let library = Library::embedded().unwrap();
    World::start(library.scenario(id).unwrap()).await.unwrap()
}

#[tokio::test]
async fn every_scenario_starts_and_leads_its_server_to_a_door() {
    for scenario in &Library::embedded().unwrap().scenarios {
        let world = World::start(scenario)
            .await
            .unwrap_or_else(|e| panic!("{}: {e}", scenario.id));
        let mail = &world.request.case.mail;
        for door in &world.doors {
            let led = world.request.resolve.iter().any(|lead| {
                lead.host == door.name && lead.port == door.port && lead.to_port == Some(door.address.port())
            });
            assert!(
                led || mail.port == door.address.port(),
                "{}: {door:?}",
                scenario.id
            );
        }
        let saved = crate::case::Case::load(&world.case_file).unwrap();
        assert_eq!(saved, world.request.case, "{}", scenario.id);
        world.stop().await;
    }
}

#[tokio::test]
async fn behind_the_old_firmware_waits_the_mailbox_without_smtp_login() {
    let world = world("xerox-tls10").await;
    let (mut client, greeting) = Client::greeted(&world).await;
    assert!(greeting.text().contains("Microsoft ESMTP"), "{greeting}");
    let ehlo = client.say("EHLO copier.contoso.com").await;
    assert!(ehlo.lines.iter().any(|line| line == "STARTTLS"), "{ehlo}");
    assert!(!ehlo.text().contains("AUTH"), "{ehlo}");
    assert_eq!(client.say("MAIL FROM:<scan@contoso.com>").await.code, 451);
    assert_eq!(client.say("STARTTLS").await.code, 220);
    let mut inside = client.into_tls(&world, "smtp.office365.com").await.unwrap();
    assert_eq!(inside.say("AUTH LOGIN").await.code, 503, "no EHLO yet inside TLS");
    let ehlo = inside.say("EHLO copier.contoso.com").await;
    assert!(ehlo.text().contains("AUTH LOGIN XOAUTH2"), "{ehlo}");
    assert_eq!(inside.say("AUTH LOGIN").await.text(), "VXNlcm5hbWU6");
    inside.say("c2NhbkBjb250b3NvLmNvbQ==").await;
    let refused = inside.say("bGFiLVBhNTV3b3Jk").await;
    assert!(refused.text().contains("disabled for the Mailbox"), "{refused}");
    world.stop().await;
}

#[tokio::test]
async fn a_hello_of_tls_1_0_meets_the_alert_of_a_present_day_library() {
    let world = world("xerox-tls10").await;
    let (mut client, _) = Client::greeted(&world).await;
    client.say("EHLO copier").await;
    client.say("STARTTLS").await;
    client.stream.write_all(&hello(0x0301)).await.unwrap();
    let mut answer = [0; 7];
    client.stream.read_exact(&mut answer).await.unwrap();
    assert_eq!((answer[0], answer[6]), (21, 70), "alert protocol_version");
}

#[tokio::test]
async fn a_server_of_another_age_takes_tls_1_0_and_nothing_newer() {
    let world = world("server-tls10-only").await;
    for (offered, first) in [(0x0301, 22), (0x0303, 22)] {
        let (mut client, _) = Client::greeted(&world).await;
        client.say("EHLO laptop").await;
        client.say("STARTTLS").await;
        client.stream.write_all(&hello(offered)).await.unwrap();
        let mut answer = [0; 11];
        client.stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(
            (answer[0], answer[9], answer[10]),
            (first, 3, 1),
            "ServerHello of TLS 1.0"
        );
    }
    let (mut client, _) = Client::greeted(&world).await;
    client.say("EHLO laptop").await;
    client.say("STARTTLS").await;
    let Err(error) = client.into_tls(&world, "mail.contoso.com").await else {
        panic!("a modern client got through");
    };
    assert!(error.to_string().contains("HandshakeFailure"), "{error}");
}

#[tokio::test]
async fn the_refusal_for_reputation_comes_only_at_the_end_of_a_message() {
    let world = world("reputation").await;
    let (mut client, _) = Client::greeted(&world).await;
    let ehlo = client.say("EHLO copier").await;
    assert!(ehlo.lines[0].ends_with("Hello [203.0.113.9]"), "{ehlo}");
    assert_eq!(
        client.say("MAIL FROM:<copier@contoso.com> SIZE=1000").await.code,
        250
    );
    assert_eq!(client.say("RCPT TO:<guest@fabrikam.com>").await.code, 550);
    assert_eq!(client.say("RCPT TO:<it@contoso.com>").await.code, 250);
    assert_eq!(client.say("DATA").await.code, 354);
    let end = client.say("Subject: scan\r\n\r\nbody\r\n.").await;
    assert!(
        end.code == 550 && end.text().contains("blocked using Spamhaus"),
        "{end}"
    );
    assert_eq!(client.say("QUIT").await.code, 221);
    assert_eq!(client.next().await, None);
}

#[tokio::test]
async fn a_canon_set_to_ssl_refuses_plain_mail_and_hangs_up() {
    let world = world("canon-receive-ssl").await;
    let (mut client, greeting) = Client::greeted(&world).await;
    assert_eq!(greeting.to_string(), "220 [192.0.2.40] ESMTP Ready");
    let ehlo = client.say("EHLO mailhub.contoso.com").await;
    assert_eq!(ehlo.lines, ["ir2270.contoso.com", "STARTTLS", "DSN"]);
    let refused = client.say("MAIL FROM:<mailhub@contoso.com>").await;
    assert_eq!(refused.to_string(), "530 Must issue a STARTTLS command first");
    assert_eq!(client.next().await, None, "the connection is closed");
}

#[tokio::test]
async fn an_expired_certificate_is_refused_by_who_looks() {
    let world = world("certificate-expired").await;
    let (mut client, _) = Client::greeted(&world).await;
    client.say("EHLO laptop").await;
    client.say("STARTTLS").await;
    let Err(error) = client.into_tls(&world, "mail.contoso.com").await else {
        panic!("an expired certificate passed");
    };
    assert!(error.to_string().contains("expired"), "{error}");
}

#[tokio::test]
async fn what_is_slipped_in_behind_starttls_comes_in_one_breath_with_the_reply() {
    let world = world("injected-behind-starttls").await;
    let (mut client, _) = Client::greeted(&world).await;
    client.say("EHLO laptop").await;
    client.stream.write_all(b"STARTTLS\r\n").await.unwrap();
    let mut bytes = [0; 512];
    let length = client.stream.read(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes[..length]);
    assert_eq!(text, "220 2.0.0 Ready to start TLS\r\n250 2.0.0 slipped in\r\n");
}

#[tokio::test]
async fn a_server_that_falls_silent_stays_silent_and_a_reset_is_a_reset() {
    let world = world("silence-at-rcpt").await;
    let (mut client, _) = Client::greeted(&world).await;
    client.say("EHLO laptop").await;
    client.say("MAIL FROM:<scan@contoso.com>").await;
    client
        .stream
        .write_all(b"RCPT TO:<it@contoso.com>\r\n")
        .await
        .unwrap();
    let mut byte = [0; 1];
    let read = timeout(Duration::from_millis(300), client.stream.read(&mut byte)).await;
    assert!(read.is_err(), "{read:?}");

    let world = self::world("handshake-reset").await;
    let (mut client, _) = Client::greeted(&world).await;
    client.say("EHLO laptop").await;
    client.say("STARTTLS").await;
    client.stream.write_all(&hello(0x0303)).await.unwrap();
    let error = client.stream.read(&mut byte).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_stopped_world_leaves_no_door_open_and_no_file_behind() {
    let world = world("healthy-submission").await;
    let (address, folder) = (door(&world), world.folder().to_owned());
    assert!(folder.is_dir());
    world.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
    assert!(!folder.exists());
}

/// A ClientHello record of one version with two old suites.
fn hello(version: u16) -> Vec<u8> {
    let [major, minor] = version.to_be_bytes();
    let mut body = vec![major, minor];
    body.extend([7; 32]);
    body.extend([0, 0, 4, 0, 0x2f, 0, 0x35, 1, 0]);
    let length = u8::try_from(body.len()).unwrap();
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(body);
    record
}
