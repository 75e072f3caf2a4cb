//! Loopback clients against the listener.

use super::*;
use crate::evidence::Fact;
use crate::wire::tls::TlsVersion;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, channel};

/// A running listener: plain port, TLS port, what it sees.
struct Running {
    plain: SocketAddr,
    tls: SocketAddr,
    seen: Receiver<Observation>,
    cancel: CancellationToken,
}

async fn start(persona: &str) -> Running {
    let (sender, mut seen) = channel(4096);
    let cancel = CancellationToken::new();
    let options = ListenOptions {
        plain_ports: vec![0],
        tls_ports: vec![0],
        persona: persona.to_owned(),
        ..ListenOptions::default()
    };
    let stop = cancel.clone();
    tokio::spawn(async move {
        let knowledge = Knowledge::embedded();
        listen(options, &knowledge, sender, stop).await.unwrap();
    });
    let plain = seen.recv().await.unwrap().peer;
    let tls = seen.recv().await.unwrap().peer;
    Running {
        plain,
        tls,
        seen,
        cancel,
    }
}

impl Running {
    /// Everything seen up to the end of one connection.
    async fn until_end(&mut self) -> Vec<Observation> {
        let mut all = Vec::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.seen.recv());
            let observation = next.await.unwrap().unwrap();
            let last = matches!(observation.seen, Seen::Ended { .. });
            all.push(observation);
            if last {
                return all;
            }
        }
    }
}

/// Sends lines one by one and collects all that comes back.
async fn talk(to: SocketAddr, lines: &[&str]) -> String {
    let mut stream = TcpStream::connect(to).await.unwrap();
    let mut answers = String::new();
    let mut buffer = [0; 4096];
    for line in lines {
        let n = stream.read(&mut buffer).await.unwrap();
        answers.push_str(&String::from_utf8_lossy(&buffer[..n]));
        if stream.write_all(line.as_bytes()).await.is_err() {
            break;
        }
    }
    let _ = stream.read_to_string(&mut answers).await;
    answers
}

#[tokio::test]
async fn a_plain_scan_with_a_login_is_told_without_its_password() {
    let mut running = start("accept-all").await;
    let answers = talk(
        running.plain,
        &[
            "EHLO copier\r\n",
            "AUTH LOGIN\r\n",
            "c2Nhbg==\r\n",
            "aHVudGVyMg==\r\n",
            "MAIL FROM:<scan@example.test> SIZE=9\r\n",
            "RCPT TO:<it@example.test>\r\n",
            "DATA\r\n",
            "Subject: a\r\n\r\nx\r\n.\r\n",
            "QUIT\r\n",
        ],
    )
    .await;
    assert!(answers.contains("235 ") && answers.contains("221 "), "{answers}");
    let seen = running.until_end().await;
    let all = format!("{seen:?}");
    assert!(all.contains("user: Some(\"scan\")"), "{all}");
    assert!(!all.contains("hunter2") && !all.contains("aHVudGVyMg"), "{all}");
    assert!(
        seen.iter()
            .any(|o| matches!(&o.seen, Seen::Message(m) if m.bytes > 5))
    );
    assert!(matches!(
        seen.last().unwrap().seen,
        Seen::Ended { quit: true, .. }
    ));
    running.cancel.cancel();
}

#[tokio::test]
async fn canon_ssl_answers_plain_mail_with_530_and_closes() {
    let mut running = start("canon-ssl").await;
    let answers = talk(
        running.plain,
        &["EHLO relay\r\n", "MAIL FROM:<a@example.test>\r\n"],
    )
    .await;
    assert!(answers.contains("250-STARTTLS\r\n250 DSN\r\n"), "{answers}");
    assert!(
        answers.ends_with("530 Must issue a STARTTLS command first\r\n"),
        "{answers}"
    );
    let seen = running.until_end().await;
    assert!(matches!(
        seen.last().unwrap().seen,
        Seen::Ended { by_us: true, .. }
    ));
}

#[tokio::test]
async fn a_tls_1_0_copier_shows_its_limit_although_the_handshake_fails() {
    let mut running = start("like-microsoft-365").await;
    let mut body = vec![3, 1];
    body.extend([7; 32]);
    body.extend([0, 0, 2, 0x00, 0x2f, 1, 0]);
    let length = u8::try_from(body.len()).unwrap();
    let mut hello = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    hello.extend(body);
    let mut stream = TcpStream::connect(running.tls).await.unwrap();
    for byte in hello {
        stream.write_all(&[byte]).await.unwrap();
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(answer.first(), Some(&21), "an alert");
    let seen = running.until_end().await;
    let evidence: Vec<_> = seen.iter().flat_map(Observation::evidence).collect();
    assert!(
        evidence.iter().any(|e| e.fact
            == Fact::DeviceTlsLimit {
                max: TlsVersion::Tls10
            }),
        "{evidence:?}"
    );
    assert!(
        !evidence
            .iter()
            .any(|e| e.fact.kind().starts_with("device-gave-up"))
    );
}

#[tokio::test]
async fn a_copier_that_leaves_after_good_replies_gave_up() {
    let mut running = start("accept-all").await;
    let mut stream = TcpStream::connect(running.plain).await.unwrap();
    let mut buffer = [0; 512];
    let _ = stream.read(&mut buffer).await.unwrap();
    stream.write_all(b"EHLO copier\r\n").await.unwrap();
    let _ = stream.read(&mut buffer).await.unwrap();
    drop(stream);
    let seen = running.until_end().await;
    let kinds: Vec<_> = seen
        .iter()
        .flat_map(Observation::evidence)
        .map(|e| e.fact.kind())
        .collect();
    assert!(kinds.contains(&"device-gave-up".to_owned()), "{kinds:?}");
}

#[tokio::test]
async fn plain_text_on_the_tls_port_is_named() {
    let mut running = start("accept-all").await;
    let mut stream = TcpStream::connect(running.tls).await.unwrap();
    stream.write_all(b"EHLO copier\r\n").await.unwrap();
    let seen = running.until_end().await;
    assert!(seen.iter().any(|o| o.seen == Seen::NotTls));
}

#[tokio::test]
async fn two_hundred_clients_at_once_are_all_served() {
    let running = start("accept-all").await;
    let mut clients = JoinSet::new();
    for _ in 0..200 {
        let to = running.plain;
        clients.spawn(async move { talk(to, &["EHLO copier\r\n", "QUIT\r\n"]).await });
    }
    for answers in clients.join_all().await {
        assert!(answers.contains("221 "), "{answers}");
    }
}

#[tokio::test]
async fn an_endless_line_is_ended_by_us() {
    let mut running = start("accept-all").await;
    let mut stream = TcpStream::connect(running.plain).await.unwrap();
    let _ = stream.write_all(&vec![b'x'; 100_000]).await;
    let seen = running.until_end().await;
    assert!(matches!(
        seen.last().unwrap().seen,
        Seen::Ended { by_us: true, .. }
    ));
}
