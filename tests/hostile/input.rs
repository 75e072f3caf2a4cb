//! Wrong input on the command line: exit code 2, and a message that says what, where and how to mend it.

use super::program::{diagnose, run};
use super::script::{read_line, serve};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A case file with this text.
fn case(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}.case.ron"));
    std::fs::write(&path, text).unwrap();
    path
}

/// Runs a command that must fail as usage, with all of these words in its message and nothing on stdout.
#[track_caller]
fn refused(arguments: &[&str], words: &[&str]) {
    let ran = run(arguments);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    for word in words {
        assert!(ran.stderr.contains(word), "{word:?} is not in: {}", ran.stderr);
    }
}

#[test]
fn an_unknown_field_of_a_case_is_named_with_its_line_and_column() {
    let path = case(
        "field",
        "(\n    version: 1,\n    mail: (sever: \"mail.example.test\"),\n)\n",
    );
    refused(
        &["diagnose", path.to_str().unwrap()],
        &["hostile-field.case.ron", "3:", "sever", "server"],
    );
}

#[test]
fn a_case_of_a_newer_program_is_refused_by_its_version() {
    let path = case("newer", "(version: 2, title: \"from the future\")");
    refused(
        &["diagnose", path.to_str().unwrap()],
        &["hostile-newer.case.ron", "version", "2", "1:"],
    );
}

#[test]
fn a_case_that_is_no_case_is_refused_with_its_place() {
    let path = case("garbage", "\0\u{1}\u{2} not a case");
    refused(
        &["diagnose", path.to_str().unwrap()],
        &["hostile-garbage.case.ron", "1:"],
    );
    let path = case("deep", &"(".repeat(100_000));
    refused(&["diagnose", path.to_str().unwrap()], &["hostile-deep.case.ron"]);
}

#[test]
fn a_case_that_is_not_there_is_named() {
    refused(
        &["diagnose", "/nowhere/at/all.case.ron"],
        &["/nowhere/at/all.case.ron"],
    );
}

#[test]
fn an_evidence_file_that_is_not_there_is_named() {
    let arguments = [
        "diagnose",
        "--offline",
        "--symptom",
        "no mail",
        "--file",
        "/nowhere/audit.txt",
    ];
    refused(&arguments, &["/nowhere/audit.txt"]);
    refused(&["analyze", "/nowhere/audit.txt"], &["/nowhere/audit.txt"]);
}

#[test]
fn a_trust_root_that_cannot_be_used_is_refused_before_anything_is_sent() {
    let arguments = [
        "diagnose",
        "--server",
        "127.0.0.1",
        "--port",
        "9",
        "--timeout",
        "1",
        "--ca",
    ];
    refused(
        &[&arguments[..], &["/nowhere/root.pem"]].concat(),
        &["/nowhere/root.pem", "--ca", "PEM"],
    );
    let path = case("no-root", "this is no certificate");
    let path = path.to_str().unwrap();
    refused(&[&arguments[..], &[path]].concat(), &["hostile-no-root", "PEM"]);
}

#[test]
fn an_unknown_probe_is_named_together_with_those_there_are() {
    let arguments = ["diagnose", "--server", "127.0.0.1", "--only", "tls,frobnicate"];
    refused(&arguments, &["frobnicate", "tls-versions", "reputation"]);
}

#[test]
fn numbers_and_words_out_of_range_are_refused_by_name() {
    let server = ["diagnose", "--server", "127.0.0.1"];
    for (option, value) in [
        ("--port", "65536"),
        ("--port", "0"),
        ("--timeout", "-1"),
        ("--timeout", "NaN"),
        ("--timeout", "1e300"),
        ("--encryption", "rot13"),
        ("--device-max-tls", "2.0"),
        ("--resolve", "mail.example.test"),
        ("--dns", "mail.example.test"),
    ] {
        let given = format!("{option}={value}");
        refused(&[&server[..], &[&given]].concat(), &[option]);
    }
    refused(&["tls", "mail.example.test"], &["HOST:PORT"]);
}

#[test]
fn nothing_to_diagnose_is_said_with_the_ways_on() {
    refused(&["diagnose"], &["--server", "--file", "--symptom"]);
}

#[test]
fn a_line_end_in_an_address_never_becomes_a_command_or_a_header_of_its_own() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let listening = Arc::clone(&heard);
    let port = serve(move |mut stream| {
        stream.write_all(b"220 mail ESMTP\r\n")?;
        loop {
            let line = read_line(&mut stream)?;
            listening.lock().unwrap().push(line.clone());
            let reply: &[u8] = match line.as_str() {
                "DATA" => b"354 go on\r\n",
                "." => b"250 queued\r\n",
                _ => b"250 ok\r\n",
            };
            // Inside the message nothing is answered.
            let inside = !matches!(
                line.get(..4),
                Some("EHLO" | "MAIL" | "RCPT" | "RSET" | "DATA" | "QUIT")
            );
            if line == "." || !inside {
                stream.write_all(reply)?;
            }
        }
    });
    let injection = "a@example.test>\r\nRCPT TO:<thief@example.test>\r\nX-Stolen: yes";
    let options = [
        "--encryption",
        "none",
        "--auth",
        "none",
        "--method",
        "relay",
        "--send",
        "message",
    ];
    diagnose(port, &[&options[..], &["--from", injection]].concat());
    let heard = heard.lock().unwrap();
    assert!(heard.iter().any(|line| line == "DATA"), "{heard:?}");
    for start in ["RCPT TO:<thief", "X-Stolen"] {
        assert!(!heard.iter().any(|line| line.starts_with(start)), "{heard:?}");
    }
}
