//! Rude, slow and many clients: the listener stays small and goes on serving.

use crate::support::*;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A well-behaved device is still served.
#[track_caller]
fn still_serves(listener: &Listener) {
    let began = Instant::now();
    let mut device = Device::connect(listener.plain);
    assert!(device.scan(&message(0)).starts_with("250 "));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "served after {:?}",
        began.elapsed()
    );
}

#[test]
fn two_hundred_slow_clients_and_two_hundred_megabytes_at_once() {
    let listener = Listener::start(&["--seconds", "60"]);
    // Each says a little and falls silent, at another place of the dialogue.
    let mut slow: Vec<TcpStream> = Vec::new();
    for index in 0..200u32 {
        let mut stream = TcpStream::connect(listener.plain).unwrap();
        let part: &[u8] = match index % 4 {
            0 => b"",
            1 => b"EH",
            2 => b"EHLO copier\r\nSTARTTLS\r\n",
            _ => b"EHLO copier\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nSubject: x\r\n\r\nhalf a li",
        };
        stream.write_all(part).unwrap();
        slow.push(stream);
    }
    assert!(
        Device::connect(listener.plain)
            .deliver(200 << 20)
            .starts_with("250 ")
    );
    still_serves(&listener);
    let held = peak(&listener);
    assert!(held <= MEMORY, "{held} KB");
    drop(slow);
}

#[test]
fn one_connection_too_many_is_turned_away_with_a_word() {
    let listener = Listener::start(&["--seconds", "60"]);
    let open: Vec<TcpStream> = (0..256)
        .map(|_| TcpStream::connect(listener.plain).unwrap())
        .collect();
    let mut answer = String::new();
    let mut last = TcpStream::connect(listener.plain).unwrap();
    last.set_read_timeout(Some(PATIENCE)).unwrap();
    last.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("421 "), "{answer}");
    drop(open);
    std::thread::sleep(Duration::from_millis(500));
    still_serves(&listener);
}

#[test]
fn lines_without_end_garbage_and_resets_do_no_harm() {
    let listener = Listener::start(&["--seconds", "60"]);
    let mut stream = TcpStream::connect(listener.plain).unwrap();
    let _ = stream.write_all(&vec![b'x'; 1 << 20]);
    let mut noise = TcpStream::connect(listener.plain).unwrap();
    let bytes: Vec<u8> = (0..100_000u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1])
        .collect();
    let _ = noise.write_all(&bytes);
    for starttls_first in [true, false] {
        let mut half = if starttls_first {
            starttls(listener.plain)
        } else {
            TcpStream::connect(listener.tls).unwrap()
        };
        // A record that claims more than it brings, then nothing.
        let _ = half.write_all(&[22, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc]);
        drop(half);
    }
    let mut many = TcpStream::connect(listener.plain).unwrap();
    for _ in 0..20_000 {
        if many.write_all(b"NOOP\r\n").is_err() {
            break;
        }
    }
    drop((stream, noise, many));
    still_serves(&listener);
    let held = peak(&listener);
    assert!(held <= MEMORY, "{held} KB");
}

#[test]
fn nothing_is_taken_that_was_sent_in_plain_text_behind_starttls() {
    let listener = Listener::once(&["--persona", "like-microsoft-365"]);
    let mut device = Device::connect(listener.plain);
    device.say("EHLO copier");
    // The second command must not be carried over into the session (RFC 3207, section 6).
    device.raw(b"STARTTLS\r\nMAIL FROM:<smuggled@example.test>\r\n");
    device.reply();
    let found = listener.conclude();
    assert!(!found.everything.contains("smuggled"), "{}", found.everything);
}

#[test]
fn a_flood_of_wrong_lines_ends_and_is_bounded_in_the_record() {
    let listener = Listener::once(&[]);
    let mut device = Device::connect(listener.plain);
    device.say("EHLO copier");
    for _ in 0..100 {
        if device.say("GET / HTTP/1.1 \u{1b}[31m").is_empty() {
            break;
        }
    }
    let found = listener.conclude();
    let odd = found.everything.matches("\"odd\"").count();
    assert!((1..=25).contains(&odd), "{odd}");
    assert!(
        !found.everything.contains('\u{1b}'),
        "escape codes reach the terminal"
    );
}
