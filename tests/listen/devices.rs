//! What each kind of device shows, and the verdict that follows.

use crate::support::*;
use rustls::CertificateError;
use std::io::{Read, Write};

const M365: [&str; 2] = ["--persona", "like-microsoft-365"];

#[test]
fn a_device_with_tls_1_0_alone() {
    for (version, name) in [([3, 1], "TLS1.0"), ([3, 0], "SSL3.0"), ([3, 2], "TLS1.1")] {
        let listener = Listener::once(&M365);
        let mut stream = starttls(listener.plain);
        stream.write_all(&old_hello(version)).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(
            answer,
            [21, version[0], version[1], 0, 2, 2, 70],
            "the alert protocol_version"
        );
        let found = listener.conclude();
        found.expect("device-tls-too-old", "confirmed");
        assert_eq!(found.seen("hello")["highest"], name);
        assert_eq!(found.seen("hello")["suites"][0], "TLS_RSA_WITH_AES_128_CBC_SHA");
        assert_eq!(found.code, 1);
    }
}

#[test]
fn a_hello_in_the_form_of_ssl_2() {
    let listener = Listener::once(&M365);
    let mut stream = starttls(listener.plain);
    let mut hello = vec![
        0x80,
        9 + 6 + 16,
        1,
        3,
        1,
        0,
        6,
        0,
        0,
        0,
        16,
        0,
        0,
        0x2f,
        0,
        0,
        0x0a,
    ];
    hello.extend([1; 16]);
    stream.write_all(&hello).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer.first(), Some(&21));
    let found = listener.conclude();
    found.expect("device-tls-too-old", "confirmed");
    assert_eq!(found.seen("old-hello")["suites"].as_array().unwrap().len(), 2);
}

#[test]
fn a_device_that_checks_certificates_is_known_by_its_alert() {
    for only_12 in [true, false] {
        let listener = Listener::once(&[]);
        refuse_certificate(listener.plain, only_12, CertificateError::UnknownIssuer);
        let found = listener.conclude();
        found.shows("device-checks-certificate:yes:unknown_ca");
        // The certificate was our own, so what it says of the real server's is possible and no more.
        assert!(
            !found.kinds().contains(&"device-alert:unknown_ca"),
            "{:?}",
            found.kinds()
        );
        assert_eq!(found.cause(), "inconclusive", "{}", found.everything);
    }
}

#[test]
fn a_device_that_refuses_the_given_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["mail.example.test".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let (chain, key) = (chain.to_str().unwrap(), key.to_str().unwrap());
    let listener = Listener::once(&["--certificate", chain, "--key", key]);
    refuse_certificate(listener.plain, true, CertificateError::UnknownIssuer);
    listener.conclude().expect("certificate-untrusted", "confirmed");
}

#[test]
fn a_device_that_finds_a_fresh_certificate_expired_has_a_wrong_clock() {
    let listener = Listener::once(&[]);
    refuse_certificate(listener.plain, true, CertificateError::Expired);
    listener.conclude().expect("device-clock-wrong", "confirmed");
}

#[test]
fn a_device_that_takes_any_certificate_is_known_by_that() {
    let listener = Listener::once(&M365);
    let stream = tls(starttls(listener.plain), true, Judge(None));
    let mut device = Device::on(stream);
    assert!(device.scan(&message(0)).starts_with("250 2.6.0"));
    let found = listener.conclude();
    found.shows("device-checks-certificate:no");
    found.shows("device-login:encrypted");
    assert_eq!(found.seen("login")["user"], "scan");
    assert_eq!(found.seen("message")["mailer"], "Copier 1");
    assert_eq!(found.seen("message")["parts"][2]["kind"], "application/pdf");
    // That our own listener took the scan says nothing of the real service.
    assert_eq!(found.cause(), "inconclusive", "{}", found.everything);
    assert_eq!(found.code, 3);
}

#[test]
fn a_device_that_only_says_helo() {
    let listener = Listener::once(&M365);
    let mut device = Device::connect(listener.plain);
    device.say("HELO copier");
    assert!(
        device
            .say("MAIL FROM:<scan@example.test>")
            .starts_with("451 5.7.3")
    );
    device.say("QUIT");
    let found = listener.conclude();
    found.shows("device-hello:helo");
    found.expect("starttls-required", "confirmed");
}

#[test]
fn a_device_that_sends_in_plain_text_although_starttls_is_offered() {
    let listener = Listener::once(&M365);
    let mut device = Device::connect(listener.plain);
    device.say("EHLO front office");
    device.say("MAIL FROM:<scan@example.test>");
    device.say("QUIT");
    let found = listener.conclude();
    found.shows("device-encryption:none");
    found.shows("device-hello:ehlo:invalid");
    found.expect("starttls-required", "confirmed");
}

#[test]
fn a_device_that_does_not_log_in() {
    let listener = Listener::once(&M365);
    let mut device = Device::on(tls(starttls(listener.plain), false, Judge(None)));
    // Microsoft wants the greeting again behind STARTTLS.
    assert!(
        device
            .say("MAIL FROM:<scan@example.test>")
            .starts_with("503 5.5.2")
    );
    device.say("EHLO copier");
    assert!(
        device
            .say("MAIL FROM:<scan@example.test>")
            .starts_with("530 5.7.57")
    );
    device.say("QUIT");
    let found = listener.conclude();
    let chain = format!("{}", found.json["diagnosis"]["chain"]);
    assert!(chain.contains("auth-required"), "{chain}");
}

#[test]
fn a_device_that_gives_up_behind_the_accepted_login() {
    let listener = Listener::once(&M365);
    let mut device = Device::on(tls(starttls(listener.plain), false, Judge(None)));
    device.say("EHLO copier");
    assert!(device.login().starts_with("235 "));
    drop(device);
    listener.conclude().expect("device-gave-up", "confirmed");
}

#[test]
fn a_device_with_bare_line_feeds() {
    let listener = Listener::once(&M365);
    let mut device = Device::on(tls(starttls(listener.plain), false, Judge(None)));
    let bare = String::from_utf8(message(0)).unwrap().replace("\r\n", "\n");
    assert!(device.scan(bare.as_bytes()).starts_with("550 5.6.11"));
    let found = listener.conclude();
    found.shows("message-flaw:bare-lf");
    found.expect("message-malformed", "confirmed");
}

#[test]
fn long_lines_and_missing_headers_are_told() {
    let listener = Listener::once(&[]);
    let mut device = Device::connect(listener.plain);
    let long = format!("Subject: a\r\n\r\n{}\r\n.\r\n", "x".repeat(2000));
    device.scan(long.as_bytes());
    let found = listener.conclude();
    for kind in [
        "message-flaw:long-line",
        "message-flaw:no-date",
        "message-flaw:no-from",
    ] {
        found.shows(kind);
    }
    assert_eq!(found.seen("message")["longest_line"], 2000);
}

#[test]
fn a_device_whose_clock_is_ten_years_behind() {
    let listener = Listener::once(&[]);
    let mut device = Device::connect(listener.plain);
    device.scan(&message(-10 * 365 * 86_400));
    let found = listener.conclude();
    found.shows("device-clock-skew");
    let skew = found.seen("message")["skew_seconds"].as_i64().unwrap();
    assert!((skew + 10 * 365 * 86_400).abs() < 60, "{skew}");
}

#[test]
fn a_login_that_is_not_the_one_in_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("a.case.ron");
    std::fs::write(
        &case,
        "(version: 1, mail: (server: \"mail.example.test\", port: 587, auth: Password(user: \"office@example.test\")))",
    )
    .unwrap();
    let listener = Listener::once(&[case.to_str().unwrap()]);
    let mut device = Device::connect(listener.plain);
    device.scan(&message(0));
    let found = listener.conclude();
    let all = format!("{}", found.json["diagnosis"]["candidates"]);
    assert!(all.contains("credentials-rejected"), "{all}");
}

#[test]
fn tls_from_the_first_byte_on_the_port_of_starttls() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("a.case.ron");
    std::fs::write(
        &case,
        "(version: 1, mail: (server: \"mail.example.test\", port: 587))",
    )
    .unwrap();
    let listener = Listener::once(&[case.to_str().unwrap()]);
    let mut stream = std::net::TcpStream::connect(listener.plain).unwrap();
    stream.write_all(&old_hello([3, 3])).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    let found = listener.conclude();
    found.shows("device-encryption:tls");
    found.expect("wrong-port-for-encryption", "likely");
}

#[test]
fn canon_reception_as_a_sending_server_meets_it() {
    let listener = Listener::once(&["--persona", "canon-ssl"]);
    let mut server = Device::connect(listener.plain);
    let list = server.say("EHLO mailhub.example.test");
    assert!(list.ends_with("250-STARTTLS\r\n250 DSN\r\n"), "{list}");
    assert_eq!(
        server.say("MAIL FROM:<a@example.test>"),
        "530 Must issue a STARTTLS command first\r\n"
    );
    assert_eq!(server.reply(), "", "the connection is closed");
    let found = listener.conclude();
    found.expect("smtp-receive-tls-required", "confirmed");
    assert_eq!(found.seen("panel")["status"], "SSL Error (SMTP RX Reject)");

    let listener = Listener::once(&["--persona", "canon-on"]);
    let mut stream = starttls(listener.plain);
    stream.write_all(&old_hello([3, 1])).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
    let found = listener.conclude();
    found.expect("smtp-receive-tls-failed", "confirmed");
    assert_eq!(found.seen("panel")["status"], "SSL Error (SMTP Receive)");

    let listener = Listener::once(&["--persona", "canon-off"]);
    let mut server = Device::connect(listener.plain);
    assert!(server.say("HELO").starts_with("501 HELO requires domain address"));
    assert!(server.say("EHLO mailhub.example.test").ends_with("250 DSN\r\n"));
    assert!(server.say("STARTTLS").starts_with("502 "));
    assert!(server.say("MAIL FROM:<a@example.test>").starts_with("250 "));
    server.say("QUIT");
    listener.conclude();
}

#[test]
fn what_was_heard_is_saved_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("front.case.ron");
    let listener = Listener::once(&[&M365[..], &["--save", case.to_str().unwrap()]].concat());
    let mut stream = starttls(listener.plain);
    stream.write_all(&old_hello([3, 1])).unwrap();
    let _ = stream.read_to_end(&mut Vec::new());
    listener.conclude().expect("device-tls-too-old", "confirmed");
    let record = folder.path().join("front.heard.jsonl");
    for arguments in [
        vec!["diagnose", case.to_str().unwrap()],
        vec![
            "diagnose",
            "--server",
            "smtp.office365.com",
            "--file",
            record.to_str().unwrap(),
        ],
    ] {
        let again = assert_cmd::Command::cargo_bin("scanmedic")
            .unwrap()
            .args(&arguments)
            .args(["--offline", "--json"])
            .output()
            .unwrap();
        let found: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
        assert_eq!(found["verdict"]["cause"], "device-tls-too-old", "{arguments:?}");
        assert_eq!(found["verdict"]["certainty"], "confirmed", "{arguments:?}");
        assert_eq!(found["files"][0]["format"], "record of the listener");
        assert_eq!(found["files"][0]["skipped"], 0);
    }
}
