//! Ports, interfaces, files: what cannot be is told with a way on, and nothing stays open behind the end.

use crate::support::*;
use std::net::{TcpListener, TcpStream};

#[track_caller]
fn refused(arguments: &[&str]) -> String {
    let ran = assert_cmd::Command::cargo_bin("scanmedic")
        .unwrap()
        .arg("listen")
        .args(arguments)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(2), "{words}");
    words
}

#[test]
fn a_port_that_is_taken_is_told_with_a_way_on() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let words = refused(&["--port", &port, "--seconds", "5"]);
    assert!(
        words.contains(&port)
            && words.contains("in use by another program")
            && words.contains("another port"),
        "{words}"
    );
}

#[test]
fn what_was_asked_wrongly_is_named() {
    assert!(refused(&["--persona", "nobody"]).contains("accept-all"));
    assert!(refused(&["--address", "203.0.113.77", "--seconds", "1"]).contains("127.0.0.1"));
    assert!(refused(&["--tap", "nowhere"]).contains("HOST:PORT"));
    assert!(refused(&["--certificate", "/no/such.pem", "--key", "/no/such.key"]).contains("/no/such.pem"));
    assert!(refused(&["--messages", "/no/such/folder", "--port", "0"]).contains("/no/such/folder"));
    assert!(refused(&["--save", "/no/such/folder/a.case.ron", "--port", "0"]).contains("/no/such/folder"));
}

#[test]
#[cfg(target_os = "linux")]
fn only_the_chosen_address_listens() {
    let listener = Listener::start(&["--address", "127.0.0.2", "--seconds", "10"]);
    let port = listener.plain.port();
    assert!(TcpStream::connect(("127.0.0.2", port)).is_ok());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn at_the_end_the_ports_are_closed_and_nobody_heard_is_inconclusive() {
    let listener = Listener::start(&["--seconds", "1"]);
    let (plain, tls) = (listener.plain, listener.tls);
    let found = listener.conclude();
    assert_eq!(found.code, 3, "{}", found.everything);
    assert!(found.everything.contains("nobody connected"));
    assert!(TcpStream::connect(plain).is_err() && TcpStream::connect(tls).is_err());
}

#[test]
fn messages_are_kept_only_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let listener = Listener::once(&["--messages", folder.path().to_str().unwrap()]);
    let mut device = Device::connect(listener.plain);
    device.scan(&message(0));
    listener.conclude();
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let kept = std::fs::read(&files[0]).unwrap();
    let sent = message(0);
    assert_eq!(kept.len(), sent.len() - 3, "all but the dot and its line end");
}
