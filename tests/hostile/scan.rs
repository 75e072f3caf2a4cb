//! The same servers against `scanmedic tls`: what could not be tested is never told as refused.

use super::program::{HOST, Ran, run};
use super::script::{Act, Step, linger, misbehaving, serve};
use std::io::{Read, Write};

/// `scanmedic tls`, families of suites and all.
fn scan(port: u16, starttls: bool) -> Ran {
    let (target, lead) = (format!("{HOST}:587"), format!("{HOST}:587:127.0.0.1:{port}"));
    let mut arguments = vec!["tls", &target, "--ciphers", "--resolve", &lead, "--timeout", "1"];
    if starttls {
        arguments.push("--starttls");
    }
    let ran = run(&arguments);
    assert!(matches!(ran.code, 0 | 3), "{ran:?}");
    ran
}

/// Every version's answer.
fn answers(ran: &Ran) -> Vec<String> {
    let all = ran.json["versions"].as_object().unwrap();
    assert_eq!(all.len(), 5, "{}", ran.stdout);
    all.values()
        .map(|answer| answer.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_server_that_breaks_before_or_in_the_handshake_leaves_every_version_unknown() {
    let acts = [
        Act::Close,
        Act::Reset,
        Act::Silence,
        Act::Say("421 4.3.2 too many connections, try again later\r\n".to_owned()),
    ];
    let steps = [Step::Greeting, Step::Ehlo, Step::StartTls, Step::Handshake];
    std::thread::scope(|scope| {
        for act in acts {
            scope.spawn(move || {
                for step in steps {
                    let ran = scan(misbehaving(step, act.clone()), true);
                    assert_eq!(
                        answers(&ran),
                        ["unknown"; 5],
                        "{act:?} at {step:?}: {}",
                        ran.stdout
                    );
                    assert_eq!(ran.code, 3, "{act:?} at {step:?}");
                }
            });
        }
    });
}

#[test]
fn floods_in_place_of_a_greeting_or_of_tls_end_and_claim_nothing() {
    for (starttls, flood) in [
        (true, &b"220-and one more line\r\n"[..]),
        (true, b"\x00\xff\x00\xff"),
        (false, b"\xa5\xa5\xa5\xa5"),
        (false, b"HTTP/1.1 400 Bad Request\r\n"),
    ] {
        let port = serve(move |mut stream| {
            for _ in 0..100_000 {
                stream.write_all(flood)?;
            }
            linger(&mut stream)
        });
        assert_eq!(answers(&scan(port, starttls)), ["unknown"; 5]);
    }
}

#[test]
fn a_server_of_ssl_2_alone_is_unknown_and_not_refused() {
    // It takes nothing but the old form of a hello, and hangs up on everything else.
    let port = serve(|mut stream| {
        let mut start = [0; 3];
        stream.read_exact(&mut start)?;
        if start[0] & 0x80 == 0 || start[2] != 1 {
            return stream.shutdown(std::net::Shutdown::Both);
        }
        linger(&mut stream)
    });
    assert_eq!(answers(&scan(port, false)), ["unknown"; 5]);
}

#[test]
fn at_most_three_connections_stand_at_once_and_five_are_made() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (now, most, all) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let seen = (Arc::clone(&now), Arc::clone(&most), Arc::clone(&all));
    let port = serve(move |mut stream| {
        let (now, most, all) = (&seen.0, &seen.1, &seen.2);
        all.fetch_add(1, Ordering::SeqCst);
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        stream.read_exact(&mut [0; 5])?;
        std::thread::sleep(std::time::Duration::from_millis(120));
        // Counted off before the answer: the client may be back before this thread goes on.
        now.fetch_sub(1, Ordering::SeqCst);
        stream.write_all(&[21, 3, 1, 0, 2, 2, 70])?;
        linger(&mut stream)
    });
    let (target, lead) = (format!("{HOST}:465"), format!("{HOST}:465:127.0.0.1:{port}"));
    let ran = run(&["tls", &target, "--resolve", &lead, "--timeout", "2"]);
    assert_eq!(answers(&ran), ["refused"; 5], "{}", ran.stdout);
    assert_eq!(ran.json["alert"], "protocol_version");
    assert_eq!(all.load(Ordering::SeqCst), 5);
    assert_eq!(most.load(Ordering::SeqCst), 3);
}
