//! A gigabyte of DATA beside two hundred open connections: how long it takes and what it holds.
//!
//! `cargo test --release --no-default-features --test listen -- --ignored --nocapture gigabyte`

use crate::support::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Instant;

const GIGABYTE: usize = 1 << 30;

/// Connections that say a little and stay.
fn idle(to: SocketAddr) -> Vec<TcpStream> {
    let open = (0..200).map(|_| {
        let mut stream = TcpStream::connect(to).unwrap();
        stream.write_all(b"EHLO copier\r\n").unwrap();
        stream
    });
    open.collect()
}

/// A mail server that takes anything, each connection in a thread of its own.
fn server() -> SocketAddr {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = door.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in door.incoming().map_while(Result::ok) {
            std::thread::spawn(move || take(&stream));
        }
    });
    address
}

fn take(mut stream: &TcpStream) -> Option<()> {
    let mut reader = BufReader::with_capacity(1 << 18, stream);
    stream.write_all(b"220 mail.example.test ESMTP\r\n").ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
        if line.starts_with("DATA") {
            stream.write_all(b"354 go on\r\n").ok()?;
            let mut chunk = vec![0; 1 << 18];
            let mut tail = Vec::new();
            while !tail.ends_with(b"\r\n.\r\n") {
                let count = reader.read(&mut chunk).ok().filter(|count| *count > 0)?;
                tail.extend_from_slice(&chunk[..count]);
                tail.drain(..tail.len().saturating_sub(5));
            }
        }
        stream.write_all(b"250 ok\r\n").ok()?;
    }
}

#[track_caller]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn measured(what: &str, listener: &Listener) {
    let open = idle(listener.plain);
    let before = peak(listener);
    let began = Instant::now();
    let end = Device::connect(listener.plain).deliver(GIGABYTE);
    let took = began.elapsed();
    assert!(end.starts_with("250 "), "{end}");
    let held = peak(listener);
    println!(
        "{what}: {:.1} s, {:.0} MB/s, {held} KB at most ({} KB before the message)",
        took.as_secs_f64(),
        1024.0 / took.as_secs_f64(),
        before
    );
    assert!(held <= MEMORY, "{held} KB");
    drop(open);
}

#[test]
#[ignore = "sends two gigabytes; see the head of this file"]
fn a_gigabyte_beside_two_hundred_connections_is_heard_and_passed_on_in_bounded_memory() {
    measured("listener", &Listener::start(&["--seconds", "600"]));
    let upstream = server().to_string();
    measured("tap", &Listener::start(&["--tap", &upstream, "--seconds", "600"]));
}
