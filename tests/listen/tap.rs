//! The tap: bytes pass unchanged, and what is seen from outside is told.

use crate::support::*;
use rustls::CertificateError;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

/// A server that plays one script: reads until a client falls silent or closes, sends a part, and so on.
fn server(parts: Vec<(usize, Vec<u8>)>) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = door.local_addr().unwrap();
    let work = std::thread::spawn(move || {
        let (mut stream, _) = door.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut got = Vec::new();
        for (wanted, answer) in parts {
            let mut part = vec![0; wanted];
            stream.read_exact(&mut part).unwrap();
            got.extend(part);
            stream.write_all(&answer).unwrap();
        }
        stream.shutdown(Shutdown::Write).unwrap();
        let _ = stream.read_to_end(&mut got);
        got
    });
    (address, work)
}

#[test]
fn any_bytes_pass_both_ways_unchanged() {
    let noise = |seed: u32, count: u32| -> Vec<u8> {
        (0..count)
            .map(|n| (n ^ seed).wrapping_mul(2_654_435_761).to_be_bytes()[0])
            .collect()
    };
    let (up, down) = (noise(1, 300_000), noise(2, 200_000));
    let (address, work) = server(vec![(up.len(), down.clone())]);
    let listener = Listener::start(&["--tap", &address.to_string(), "--seconds", "8"]);
    let mut stream = TcpStream::connect(listener.plain).unwrap();
    stream.write_all(&up).unwrap();
    let mut back = Vec::new();
    stream.read_to_end(&mut back).unwrap();
    drop(stream);
    assert!(back == down, "what came down was changed");
    assert!(work.join().unwrap() == up, "what went up was changed");
}

#[test]
fn a_plain_dialogue_is_told_with_the_real_servers_words_and_without_the_password() {
    let login = b"EHLO copier\r\nAUTH PLAIN AHNjYW4AaHVudGVyMi16ZWJyYQ==\r\n";
    let (hello, auth) = login.split_at(13);
    let (address, work) = server(vec![
        (0, b"220 mail.example.test ESMTP\r\n".to_vec()),
        (
            hello.len(),
            b"250-mail.example.test\r\n250 AUTH PLAIN LOGIN\r\n".to_vec(),
        ),
        (
            auth.len(),
            b"535 5.7.8 Authentication failed: bad username or password\r\n".to_vec(),
        ),
        (6, b"221 bye\r\n".to_vec()),
    ]);
    let listener = Listener::once(&["--tap", &address.to_string()]);
    let mut device = Device::connect(listener.plain);
    device.say("EHLO copier");
    let answer = device.say("AUTH PLAIN AHNjYW4AaHVudGVyMi16ZWJyYQ==");
    assert!(answer.starts_with("535 5.7.8"), "{answer}");
    device.say("QUIT");
    drop(device);
    let passed = work.join().unwrap();
    assert!(passed.starts_with(login), "the login must arrive as it was sent");
    let found = listener.conclude();
    found.shows("refused:auth");
    assert_eq!(found.seen("login")["user"], "scan");
    found.expect("credentials-rejected", "confirmed");
}

/// The listener as the real server behind the tap: TLS stands, and is seen from outside.
#[test]
fn both_hellos_and_the_certificate_are_read_through_the_tap() {
    for (only_12, version) in [(true, "TLS1.2"), (false, "TLS1.3")] {
        let real = Listener::start(&["--seconds", "30"]);
        let listener = Listener::once(&["--tap", &real.plain.to_string()]);
        let mut device = Device::on(tls(starttls(listener.plain), only_12, Judge(None)));
        assert!(device.scan(&message(0)).starts_with("250 "));
        drop(device);
        let found = listener.conclude();
        assert_eq!(found.seen("hello")["sni"], "mail.example.test");
        assert_eq!(found.seen("server-hello")["version"], version);
        assert_eq!(found.seen("tls-established")["shown"], "server");
        found.shows("tls-established");
        if only_12 {
            let subject = found.seen("server-certificate")["subject"].as_str().unwrap();
            assert!(subject.contains("scanmedic.invalid"), "{subject}");
            found.shows("certificate-problem:untrusted");
        }
    }
}

#[test]
fn a_device_that_refuses_the_real_certificate_is_told_by_its_alert() {
    let real = Listener::start(&["--seconds", "30"]);
    let listener = Listener::once(&["--tap", &real.plain.to_string()]);
    refuse_certificate(listener.plain, true, CertificateError::UnknownIssuer);
    let found = listener.conclude();
    found.shows("device-alert:unknown_ca");
    found.expect("certificate-untrusted", "confirmed");
}

#[test]
fn an_old_device_before_a_modern_server() {
    let real = Listener::start(&["--seconds", "30"]);
    for implicit in [false, true] {
        let upstream = if implicit { real.tls } else { real.plain };
        let listener = Listener::once(&["--tap", &upstream.to_string()]);
        let mut stream = if implicit {
            TcpStream::connect(listener.tls).unwrap()
        } else {
            starttls(listener.plain)
        };
        stream.write_all(&old_hello([3, 1])).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer.last(), Some(&70), "the real server's alert arrives");
        drop(stream);
        let found = listener.conclude();
        found.shows("tls-failed:alert:protocol_version");
        found.expect("device-tls-too-old", "confirmed");
    }
}

#[test]
fn a_server_that_is_not_there_and_a_tap_into_itself() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let listener = Listener::start(&["--tap", &free.to_string(), "--seconds", "2"]);
    let mut answer = Vec::new();
    let _ = TcpStream::connect(listener.plain)
        .unwrap()
        .read_to_end(&mut answer);
    assert!(answer.is_empty());
    let found = listener.conclude();
    found.shows("connect-failed:refused");

    let port = free.port().to_string();
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_scanmedic"))
        .args([
            "listen",
            "--json",
            "--seconds",
            "2",
            "--port",
            &port,
            "--tap",
            &free.to_string(),
        ])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    let _ = TcpStream::connect(free);
    let done = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&done.stderr);
    assert!(words.contains("this listener itself"), "{words}");
    assert!(words.lines().count() < 20, "no endless loop: {words}");
}
