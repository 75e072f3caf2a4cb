//! What a server can send where its part of a TLS handshake was due.

use super::program::{HOST, Ran, diagnose, run};
use super::script::{Act, Step, linger, misbehaving, read_line, serve};
use std::io::{self, Write};
use std::net::TcpStream;

/// A server that answers STARTTLS and then plays `handshake`.
fn behind_starttls(handshake: fn(&mut TcpStream) -> io::Result<()>) -> u16 {
    serve(move |mut stream| {
        stream.write_all(b"220 mail.example.test ESMTP\r\n")?;
        read_line(&mut stream)?;
        stream.write_all(b"250-mail\r\n250 STARTTLS\r\n")?;
        read_line(&mut stream)?;
        stream.write_all(b"220 go ahead\r\n")?;
        handshake(&mut stream)?;
        linger(&mut stream)
    })
}

/// Waits for the first byte of the client's hello.
fn await_hello(stream: &mut TcpStream) -> io::Result<()> {
    io::Read::read_exact(stream, &mut [0])
}

/// A record of the handshake with one message.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = |n: usize| u32::try_from(n).unwrap().to_be_bytes();
    let mut record = vec![22, 3, 1];
    record.extend(&length(body.len() + 4)[2..]);
    record.push(kind);
    record.extend(&length(body.len())[1..]);
    record.extend(body);
    record
}

/// A ServerHello of this version with this suite, up to TLS 1.2.
fn server_hello(version: [u8; 2], suite: [u8; 2]) -> Vec<u8> {
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.push(0);
    body.extend(suite);
    body.push(0);
    message(2, &body)
}

/// `scanmedic tls` against a server behind STARTTLS; gives the answer to one version.
#[track_caller]
fn scan(port: u16, version: &str) -> (String, Ran) {
    let (target, lead) = (format!("{HOST}:587"), format!("{HOST}:587:127.0.0.1:{port}"));
    let ran = run(&["tls", &target, "--starttls", "--resolve", &lead, "--timeout", "1"]);
    assert!(matches!(ran.code, 0 | 3), "{ran:?}");
    let answer = ran.json["versions"][version]
        .as_str()
        .unwrap_or("none")
        .to_owned();
    (answer, ran)
}

#[test]
fn garbage_in_place_of_a_handshake_is_a_failed_handshake_and_no_version_counts_as_taken() {
    let handshakes: [fn(&mut TcpStream) -> io::Result<()>; 3] = [
        |stream| {
            await_hello(stream)?;
            stream.write_all(&[0xa5; 3000])
        },
        |stream| {
            // A record header of the right kind, and then nothing that makes sense.
            await_hello(stream)?;
            stream.write_all(&[&[22, 3, 3, 0x3f, 0xff][..], &[0xa5; 0x3fff]].concat())
        },
        |stream| {
            await_hello(stream)?;
            stream.write_all(&[22, 3, 3, 0xff, 0xff, 2, 0, 0, 0])
        },
    ];
    for handshake in handshakes {
        let port = behind_starttls(handshake);
        diagnose(port, &[]).expect("TLS garbage", &["tls-handshake-failed"]);
        let versions = scan(port, "TLS1.2").1.json["versions"].clone();
        for (version, answer) in versions.as_object().unwrap() {
            assert_ne!(answer, "accepted", "{version}");
        }
    }
}

#[test]
fn a_certificate_message_of_sixteen_megabytes_is_not_read() {
    let port = behind_starttls(|stream| {
        await_hello(stream)?;
        stream.write_all(&server_hello([3, 3], [0xc0, 0x2f]))?;
        let mut rest = 0x00ff_fff0_usize;
        let mut first = vec![11, 0xff, 0xff, 0xf0];
        while rest > 0 {
            let part = rest.min(16_000);
            let length = u16::try_from(part + first.len()).unwrap().to_be_bytes();
            stream.write_all(&[&[22, 3, 3][..], &length, &first, &vec![0; part]].concat())?;
            first.clear();
            rest -= part;
        }
        Ok(())
    });
    diagnose(port, &[]).expect("certificate of 16 MB", &["tls-handshake-failed"]);
    scan(port, "TLS1.2");
}

#[test]
fn a_server_hello_of_a_version_not_offered_is_no_support_of_the_version_offered() {
    let port = behind_starttls(|stream| {
        await_hello(stream)?;
        stream.write_all(&server_hello([3, 9], [0xc0, 0x2f]))
    });
    diagnose(port, &[]).expect("TLS 3.9", &["tls-handshake-failed"]);
    for version in ["SSL3.0", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"] {
        assert_ne!(scan(port, version).0, "accepted", "{version}");
    }
}

#[test]
fn a_newer_server_hello_than_the_device_offered_is_not_told_as_a_handshake_that_works() {
    let port = behind_starttls(|stream| {
        await_hello(stream)?;
        stream.write_all(&server_hello([3, 3], [0xc0, 0x2f]))?;
        stream.write_all(&message(14, &[]))
    });
    let ran = diagnose(
        port,
        &[
            "--device-max-tls",
            "1.0",
            "--device",
            "127.0.0.1",
            "--skip",
            "device",
        ],
    );
    assert_eq!(ran.status("be-the-copier"), "failed", "{}", ran.stdout);
    assert_ne!(ran.cause(), "none", "{}", ran.stdout);
}

#[test]
fn a_server_that_takes_only_tls_1_0_is_named_and_its_answers_stand() {
    let port = behind_starttls(|stream| {
        await_hello(stream)?;
        stream.write_all(&server_hello([3, 1], [0, 0x2f]))?;
        stream.write_all(&message(14, &[]))
    });
    diagnose(port, &[]).expect("TLS 1.0 only", &["server-tls-too-old"]);
    assert_eq!(scan(port, "TLS1.0").0, "accepted");
    assert_eq!(scan(port, "TLS1.2").0, "refused");
}

#[test]
fn plain_text_injected_behind_starttls_is_thrown_away_and_told() {
    // Were it kept, the injected list would be read as the one inside TLS, which has no login.
    let text = "220 go ahead\r\n250-injected\r\n250 X-STOLEN\r\n";
    let port = misbehaving(Step::StartTls, Act::SayAndGoOn(text.to_owned()));
    let ran = diagnose(port, &["--send", "message"]);
    assert!(
        ran.tells("28 bytes of plain text came behind the STARTTLS reply"),
        "{}",
        ran.stdout
    );
    assert!(!ran.tells("X-STOLEN"), "{}", ran.stdout);
    assert_eq!(ran.status("authenticate"), "passed", "{}", ran.stdout);
    ran.expect("injected text", &["none"]);
}

#[test]
fn an_alert_and_plain_text_in_the_handshake_are_told_apart() {
    let alert = behind_starttls(|stream| {
        await_hello(stream)?;
        stream.write_all(&[21, 3, 3, 0, 2, 2, 40])
    });
    let ran = diagnose(alert, &[]);
    ran.expect("alert", &["no-common-cipher"]);
    assert!(ran.tells("handshake_failure"), "{}", ran.stdout);
    let text = behind_starttls(|stream| {
        await_hello(stream)?;
        stream.write_all(b"454 4.7.0 TLS not available due to local problem\r\n")
    });
    diagnose(text, &[]).expect("text for a hello", &["tls-handshake-failed"]);
}

#[test]
fn an_endless_row_of_warnings_ends_by_itself() {
    let port = behind_starttls(|stream| {
        await_hello(stream)?;
        let warning = [21, 3, 3, 0, 2, 1, 100].repeat(512);
        for _ in 0..20_000 {
            stream.write_all(&warning)?;
        }
        Ok(())
    });
    diagnose(port, &[]).expect("endless warnings", &["tls-handshake-failed"]);
    scan(port, "TLS1.2");
}

#[test]
fn tls_from_the_first_byte_against_a_starttls_port_is_the_wrong_kind_of_port() {
    let port = serve(|stream| super::script::talk(stream, &|_| None));
    let ran = diagnose(port, &["--encryption", "tls"]);
    ran.expect("implicit TLS set, STARTTLS port", &["wrong-port-for-encryption"]);
}
