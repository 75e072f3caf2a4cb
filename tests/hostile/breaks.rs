//! A server that breaks off, falls silent or refuses at one step, and is right up to there.

use super::program::{Ran, diagnose};
use super::script::{Act, Step, misbehaving, serve, talk};
use std::sync::Mutex;

/// Runs the same misbehaviour at every step, several at one time: most of a run is waiting.
fn at_every_step(act: &Act, hold: impl Fn(Step, Ran) + Sync) {
    let steps = Mutex::new(Step::ALL.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(step) = steps.lock().unwrap().next() else {
                        break;
                    };
                    let port = misbehaving(step, act.clone());
                    hold(step, diagnose(port, &["--send", "message"]));
                }
            });
        }
    });
}

/// What a break at a step is: in the handshake it is TLS that failed, elsewhere the connection.
const fn broken(step: Step) -> &'static [&'static str] {
    match step {
        Step::Handshake => &["tls-handshake-failed"],
        _ => &["connection-lost"],
    }
}

/// The probe in which a step is seen.
const fn probe(step: Step) -> &'static str {
    match step {
        Step::Greeting | Step::Ehlo => "greet",
        Step::StartTls | Step::Handshake | Step::EhloInside => "encrypt",
        Step::Auth => "authenticate",
        Step::Mail | Step::Rcpt => "envelope",
        Step::Data | Step::EndOfData => "message",
    }
}

#[test]
fn a_right_server_is_found_without_fault_so_that_the_breaks_are_the_servers_own() {
    let port = super::script::serve(|stream| super::script::talk(stream, &|_| None));
    let ran = diagnose(port, &["--send", "message"]);
    ran.expect("right server", &["none"]);
}

#[test]
fn a_close_at_any_step_is_a_lost_connection_seen_at_that_step() {
    at_every_step(&Act::Close, |step, ran| {
        ran.expect(&format!("closed at {step:?}"), broken(step));
        assert_eq!(ran.status(probe(step)), "failed", "{step:?}: {}", ran.stdout);
    });
}

#[test]
fn a_reset_at_any_step_is_a_lost_connection_seen_at_that_step() {
    at_every_step(&Act::Reset, |step, ran| {
        ran.expect(&format!("reset at {step:?}"), broken(step));
        assert_eq!(ran.status(probe(step)), "failed", "{step:?}: {}", ran.stdout);
    });
}

#[test]
fn silence_at_any_step_ends_by_the_time_limit_and_is_told() {
    at_every_step(&Act::Silence, |step, ran| {
        ran.expect(&format!("silent at {step:?}"), broken(step));
        assert_eq!(ran.status(probe(step)), "failed", "{step:?}: {}", ran.stdout);
    });
}

#[test]
fn a_421_at_any_step_is_a_busy_server_and_never_a_missing_feature() {
    let act = Act::Say("421 4.3.2 too many connections, try again later\r\n".to_owned());
    at_every_step(&act, |step, ran| match step {
        // Text where a hello was due is no TLS, whatever it says.
        Step::Handshake => ran.expect("421 in the handshake", &["server-busy", "tls-handshake-failed"]),
        _ => ran.expect(&format!("421 at {step:?}"), &["server-busy"]),
    });
}

#[test]
fn a_554_at_any_step_keeps_the_servers_own_words() {
    let act = Act::Say("554 5.7.1 quite impossible today\r\n".to_owned());
    at_every_step(&act, |step, ran| {
        if step != Step::Handshake {
            assert!(ran.tells("quite impossible today"), "{step:?}: {}", ran.stdout);
        }
        assert!(
            !matches!(ran.cause(), "none" | "connection-lost"),
            "{step:?}: {}",
            ran.stdout
        );
        assert_ne!(
            ran.certainty(),
            "confirmed",
            "{step:?}: nobody knows what such a sentence means: {}",
            ran.stdout
        );
    });
}

#[test]
fn no_port_behind_the_name_is_a_refused_connection() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    diagnose(port, &[]).expect("nobody listens", &["connection-refused"]);
}

#[test]
fn a_greeting_after_eleven_seconds_is_heard_and_told() {
    let port = serve(|stream| {
        std::thread::sleep(std::time::Duration::from_secs(11));
        talk(stream, &|_| None)
    });
    let ran = diagnose(port, &["--timeout", "10", "--skip", "tls-versions"]);
    ran.expect("a server that pauses", &["none"]);
    assert!(
        ran.tells("took 11 seconds to answer at the greeting"),
        "{}",
        ran.stdout
    );
}
