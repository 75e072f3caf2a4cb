//! A refused login is tried once in a whole run, and no part of a later run repeats it by itself.

use super::program::{HOST, PASSWORD, USER, diagnose};
use super::script::{Act, Step, root, serve, talk};
use scanmedic::case::{Auth, Case, Method};
use scanmedic::knowledge::Knowledge;
use scanmedic::probe::{ProbeId, Request, ResolveOverride, SendMode};
use scanmedic::secret::Secret;
use scanmedic::session::{Command, Event, Session};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A server inside TLS that refuses every login, and how many it heard.
fn refusing() -> (u16, Arc<AtomicUsize>) {
    let heard = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&heard);
    let port = serve(move |stream| {
        talk(stream, &|now| {
            (now == Step::Auth).then(|| {
                counted.fetch_add(1, Ordering::SeqCst);
                Act::SayAndGoOn("535 5.7.8 Error: authentication failed\r\n".to_owned())
            })
        })
    });
    (port, heard)
}

#[test]
fn a_wrong_password_is_tried_once_in_a_whole_run() {
    for options in [
        &["--send", "message"][..],
        &["--device-max-tls", "1.2", "--send", "message"],
        &["--device-max-tls", "1.0"],
        &["--encryption", "starttls-if-available", "--device-max-tls", "1.3"],
    ] {
        let (port, heard) = refusing();
        let ran = diagnose(port, options);
        assert!(ran.tells("535 5.7.8"), "{options:?}: {}", ran.stdout);
        assert_eq!(heard.load(Ordering::SeqCst), 1, "{options:?}");
    }
}

/// One run of a session with these probes; how it ended is not looked at.
fn run(session: &Session, events: &std::sync::mpsc::Receiver<Event>, run: u64, port: u16, only: &[ProbeId]) {
    let mut case = Case::default();
    case.mail.server = HOST.into();
    case.mail.port = 587;
    case.mail.method = Method::Submission;
    case.mail.auth = Auth::Password { user: USER.into() };
    case.mail.from = USER.into();
    case.mail.to = vec!["it@example.test".into()];
    let mut request = Request::new(case);
    request.secret = Some(Secret::new(PASSWORD));
    request.send = SendMode::Envelope;
    request.only = only.to_vec();
    request.timeout = Duration::from_secs(2);
    request.ca = Some(root().to_owned());
    request.resolve = vec![ResolveOverride {
        host: HOST.into(),
        port: 587,
        address: [127, 0, 0, 1].into(),
        to_port: Some(port),
    }];
    request.dns = "127.0.0.1:9".parse().ok();
    session.send(Command::Diagnose {
        run,
        request: Box::new(request),
        offline: false,
        folder: std::path::PathBuf::new(),
    });
    while let Ok(event) = events.recv_timeout(Duration::from_secs(20)) {
        if matches!(event, Event::Diagnosed(done, _) if done == run) {
            return;
        }
    }
    panic!("run {run} did not end");
}

#[test]
fn a_part_of_a_run_that_only_needs_the_login_does_not_repeat_a_refused_one() {
    let (port, heard) = refusing();
    let knowledge = Arc::new(Knowledge::embedded());
    let (session, events) = Session::start(knowledge, || {});
    run(&session, &events, 1, port, &[ProbeId::Authenticate]);
    assert_eq!(heard.load(Ordering::SeqCst), 1);
    run(&session, &events, 2, port, &[ProbeId::Envelope]);
    assert_eq!(
        heard.load(Ordering::SeqCst),
        1,
        "the envelope only needs the login on its way"
    );
    run(&session, &events, 3, port, &[ProbeId::Authenticate]);
    assert_eq!(
        heard.load(Ordering::SeqCst),
        2,
        "a person asked for the login anew"
    );
}
