//! A server that gives the password back in every way it can. `program::run` looks for it in all output.

use super::program::{PASSWORD, USER, diagnose};
use super::script::{linger, read_line, serve};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A plain server with a login; `answer` makes the reply to the login, `later` to everything behind it.
fn echoing(answer: fn(&str) -> String, later: fn() -> String) -> u16 {
    serve(move |mut stream| {
        stream.write_all(b"220 mail.example.test ESMTP\r\n")?;
        loop {
            let line = read_line(&mut stream)?;
            let reply = match line.get(..4).unwrap_or_default() {
                "EHLO" => "250-mail\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
                "AUTH" => answer(&line),
                _ => later(),
            };
            stream.write_all(reply.as_bytes())?;
        }
    })
}

fn fine() -> String {
    "250 2.1.0 ok\r\n".to_owned()
}

fn encoded() -> String {
    STANDARD.encode(format!("\0{USER}\0{PASSWORD}"))
}

const PLAIN: [&str; 2] = ["--encryption", "none"];

#[test]
fn a_refusal_that_repeats_the_login_line_is_told_without_it() {
    let port = echoing(|line| format!("535 5.7.8 I do not like {line}\r\n"), fine);
    let ran = diagnose(port, &PLAIN);
    ran.expect("echo of the line", &["credentials-rejected"]);
    assert!(ran.stdout.contains("[secret]"), "{}", ran.stdout);
}

#[test]
fn a_refusal_with_the_password_in_clear_and_encoded_is_told_without_it() {
    let port = echoing(
        |_| {
            format!(
                "535-5.7.8 {PASSWORD}\r\n535 5.7.8 {}\r\n",
                STANDARD.encode(PASSWORD)
            )
        },
        fine,
    );
    diagnose(port, &PLAIN).expect("password in the refusal", &["credentials-rejected"]);
}

#[test]
fn an_answer_that_is_no_reply_and_holds_the_password_is_told_without_it() {
    let port = echoing(|_| format!("what is {PASSWORD} and {}?\r\n", encoded()), fine);
    diagnose(port, &PLAIN).expect("no reply", &["protocol-error"]);
}

#[test]
fn a_line_that_is_cut_in_the_middle_of_the_password_leaves_no_piece_of_it() {
    let port = echoing(|_| format!("{}{PASSWORD}\r\n", "x".repeat(68)), fine);
    diagnose(port, &PLAIN).expect("cut at 80 characters", &["protocol-error"]);
    // A half line that is still waiting for its end when the server goes away.
    let port = serve(|mut stream| {
        stream.write_all(b"220 mail ESMTP\r\n")?;
        read_line(&mut stream)?;
        stream.write_all(b"250-mail\r\n250 AUTH PLAIN\r\n")?;
        read_line(&mut stream)?;
        stream.write_all(format!("535 {}{PASSWORD}", "x".repeat(184)).as_bytes())?;
        linger(&mut stream)
    });
    diagnose(port, &PLAIN).expect("cut at 200 bytes", &["connection-lost"]);
}

#[test]
fn a_password_with_nul_bytes_between_is_still_known() {
    let spaced = |_: &str| {
        let text: String = PASSWORD.chars().flat_map(|c| [c, '\0']).collect();
        format!("535 5.7.8 {text}\r\n")
    };
    let port = echoing(spaced, fine);
    diagnose(port, &PLAIN).expect("NUL in the echo", &["credentials-rejected"]);
}

#[test]
fn a_password_that_comes_back_long_after_the_login_is_still_known() {
    let port = echoing(
        |_| "235 2.7.0 welcome\r\n".to_owned(),
        || {
            format!(
                "550 5.1.8 {PASSWORD} {} {}\r\n",
                STANDARD.encode(PASSWORD),
                encoded()
            )
        },
    );
    let ran = diagnose(port, &PLAIN);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
}

#[test]
fn a_server_that_remembers_the_password_and_greets_with_it_next_time_does_not_make_us_tell_it() {
    let port = serve(|mut stream| {
        stream.write_all(format!("220 mail ESMTP {PASSWORD} {}\r\n", encoded()).as_bytes())?;
        read_line(&mut stream)?;
        stream.write_all(format!("250-mail\r\n250-X-{PASSWORD}\r\n250 STARTTLS\r\n").as_bytes())?;
        read_line(&mut stream)?;
        stream.write_all(format!("454 4.7.0 {PASSWORD}\r\n").as_bytes())?;
        linger(&mut stream)
    });
    let ran = diagnose(port, &[]);
    assert_ne!(ran.cause(), "none");
    // The same where the text stands in place of a handshake.
    let port = serve(|mut stream| {
        stream.write_all(format!("220 mail {PASSWORD}\r\n").as_bytes())?;
        linger(&mut stream)
    });
    diagnose(port, &["--encryption", "tls"])
        .expect("greeting with the password", &["wrong-port-for-encryption"]);
}

#[test]
fn the_password_never_goes_over_the_wire_in_plain_text_where_tls_is_set() {
    let sent = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&sent);
    let port = serve(move |mut stream| {
        stream.write_all(b"220 mail ESMTP\r\n")?;
        loop {
            let line = read_line(&mut stream)?;
            let reply: &[u8] = match line.get(..4).unwrap_or_default() {
                "EHLO" => b"250-mail\r\n250 AUTH PLAIN LOGIN\r\n",
                "STAR" => b"502 no\r\n",
                "AUTH" => {
                    seen.store(true, Ordering::Relaxed);
                    b"235 thank you\r\n"
                }
                _ => b"250 ok\r\n",
            };
            stream.write_all(reply)?;
        }
    });
    diagnose(port, &[]).expect("STARTTLS stripped", &["starttls-not-offered"]);
    assert!(!sent.load(Ordering::Relaxed));
    // The same server to a device that is set to no encryption does get it: that is what the device does.
    diagnose(port, &PLAIN).expect("no encryption set", &["none"]);
    assert!(sent.load(Ordering::Relaxed));
}
