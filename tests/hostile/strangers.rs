//! What answers is no mail server, or one that knows no EHLO.

use super::program::diagnose;
use super::script::{linger, read_line, serve};
use std::io::Write;

/// A service that speaks first, and answers every line in the same way.
fn speaking_first(greeting: &'static [u8], answer: &'static [u8]) -> u16 {
    serve(move |mut stream| {
        stream.write_all(greeting)?;
        loop {
            read_line(&mut stream)?;
            stream.write_all(answer)?;
        }
    })
}

#[test]
fn services_that_greet_in_their_own_way_are_named() {
    let strangers: [(&str, &[u8], &[u8]); 4] = [
        ("SSH", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"Protocol mismatch.\r\n"),
        ("IMAP", b"* OK IMAP4rev1 ready\r\n", b"* BAD what\r\n"),
        ("POP3", b"+OK POP3 ready <1@mail>\r\n", b"-ERR what\r\n"),
        (
            "FTP",
            b"220 (vsFTPd 3.0.3)\r\n",
            b"530 Please login with USER and PASS.\r\n",
        ),
    ];
    for (name, greeting, answer) in strangers {
        let ran = diagnose(speaking_first(greeting, answer), &[]);
        ran.expect(name, &["not-smtp"]);
        assert!(
            ran.tells(&format!("is {name}, not SMTP")),
            "{name}: {}",
            ran.stdout
        );
    }
}

#[test]
fn a_web_server_that_waits_for_a_request_is_never_taken_for_a_mail_server() {
    let port = serve(|mut stream| {
        let mut request = String::new();
        while !request.ends_with("\n\n") {
            request.push_str(&read_line(&mut stream)?);
            request.push('\n');
        }
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>no</html>")
    });
    diagnose(port, &[]).expect("HTTP that waits", &["connection-lost"]);
}

#[test]
fn a_web_server_that_answers_at_once_is_named() {
    let port = serve(|mut stream| {
        stream.write_all(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")?;
        linger(&mut stream)
    });
    let ran = diagnose(port, &[]);
    ran.expect("HTTP", &["not-smtp"]);
    assert!(ran.tells("is HTTP, not SMTP"), "{}", ran.stdout);
}

#[test]
fn random_bytes_are_not_smtp() {
    let port = serve(|mut stream| {
        let bytes: Vec<u8> = (0..4096_u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1])
            .collect();
        stream.write_all(&bytes)?;
        linger(&mut stream)
    });
    diagnose(port, &[]).expect("random bytes", &["not-smtp"]);
}

#[test]
fn a_tls_alert_in_place_of_a_greeting_is_a_port_of_the_other_kind() {
    let port = serve(|mut stream| {
        stream.write_all(&[21, 3, 3, 0, 2, 2, 10])?;
        linger(&mut stream)
    });
    diagnose(port, &[]).expect("alert as a greeting", &["not-smtp"]);
}

/// A plain server of before 1995: EHLO is unknown, HELO is welcome.
fn old_server(unknown: &'static [u8]) -> u16 {
    serve(move |mut stream| {
        stream.write_all(b"220 old.example.test\r\n")?;
        loop {
            let line = read_line(&mut stream)?;
            let reply: &[u8] = match line.get(..4).unwrap_or_default() {
                "EHLO" => unknown,
                "HELO" => b"250 old.example.test\r\n",
                "MAIL" | "RCPT" | "RSET" => b"250 ok\r\n",
                "QUIT" => b"221 bye\r\n",
                _ => b"500 unknown command\r\n",
            };
            stream.write_all(reply)?;
        }
    })
}

#[test]
fn a_server_that_knows_only_helo_is_spoken_to_with_helo() {
    let replies: [&[u8]; 2] = [b"500 unknown command\r\n", b"502 not implemented\r\n"];
    for unknown in replies {
        let options = [
            "--encryption",
            "none",
            "--auth",
            "none",
            "--method",
            "relay",
            "--send",
            "envelope",
        ];
        let ran = diagnose(old_server(unknown), &options);
        assert_eq!(ran.status("greet"), "passed", "{}", ran.stdout);
        assert_eq!(ran.status("envelope"), "passed", "{}", ran.stdout);
        // A relay shows itself only at the end of DATA, which was not tried.
        ran.expect("HELO only", &["inconclusive"]);
    }
}

#[test]
fn a_server_that_knows_only_helo_offers_neither_starttls_nor_login() {
    let ran = diagnose(old_server(b"502 not implemented\r\n"), &[]);
    ran.expect("HELO only, STARTTLS set", &["starttls-not-offered"]);
    let ran = diagnose(old_server(b"502 not implemented\r\n"), &["--encryption", "none"]);
    ran.expect("HELO only, login set", &["auth-not-offered"]);
}

#[test]
fn a_login_page_of_the_network_that_waits_for_the_client_is_named() {
    let port = serve(|mut stream| {
        std::io::Read::read_exact(&mut stream, &mut [0; 5])?;
        stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://portal.example.test/\r\n\r\n")?;
        linger(&mut stream)
    });
    let ran = diagnose(port, &[]);
    ran.expect("captive portal", &["not-smtp"]);
    assert!(ran.tells("is HTTP, not SMTP"), "{}", ran.stdout);
}
