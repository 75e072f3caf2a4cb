//! The engine as the wizard and the command line use it: a part of a run done again, and a run that is stopped.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop loudly"
)]

use scanmedic::case::{Case, Encryption, Method};
use scanmedic::evidence::TokenState;
use scanmedic::knowledge::Knowledge;
use scanmedic::lab::{Library, World};
use scanmedic::probe::{ProbeId, Update};
use scanmedic::session::{Command, Event, Finding, Request, RunId, Session};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// A plain mail server on loopback that refuses every recipient until `open`, and then accepts them.
fn server(open: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let open = Arc::clone(&open);
            std::thread::spawn(move || -> std::io::Result<()> {
                stream.write_all(b"220 mail.example.test ESMTP\r\n")?;
                for line in BufReader::new(stream.try_clone()?).lines() {
                    let reply: &[u8] = match line?.get(..4).unwrap_or_default() {
                        "EHLO" => b"250-mail.example.test\r\n250 SIZE 1000000\r\n",
                        "RCPT" if !open.load(Ordering::SeqCst) => b"550 5.1.1 no such user\r\n",
                        "DATA" => b"354 go on\r\n",
                        _ => b"250 2.0.0 ok\r\n",
                    };
                    stream.write_all(reply)?;
                }
                Ok(())
            });
        }
    });
    port
}

fn request(port: u16) -> Request {
    let mut case = Case::default();
    case.mail.server = "127.0.0.1".into();
    case.mail.port = port;
    case.mail.encryption = Encryption::None;
    case.mail.method = Method::Submission;
    case.mail.from = "scan@example.test".into();
    case.mail.to = vec!["it@example.test".to_owned()];
    let mut request = Request::new(case);
    request.timeout = Duration::from_secs(5);
    request.skip = vec![ProbeId::Ports, ProbeId::Reputation];
    request
}

fn ask(session: &Session, run: RunId, request: Request) {
    session.send(Command::Diagnose {
        run,
        request: Box::new(request),
        offline: false,
        folder: PathBuf::new(),
    });
}

/// The finding of a run.
fn finding(events: &Receiver<Event>, run: RunId) -> Finding {
    loop {
        match events.recv_timeout(Duration::from_secs(20)).unwrap() {
            Event::Diagnosed(of, finding) if of == run => return *finding,
            Event::Failed(_, problem) => panic!("{problem}"),
            _ => {}
        }
    }
}

#[test]
fn a_probe_done_again_takes_the_place_of_its_evidence_and_all_is_diagnosed_anew() {
    let open = Arc::new(AtomicBool::new(false));
    let port = server(Arc::clone(&open));
    let (session, events) = Session::start(Arc::new(Knowledge::embedded()), || {});
    ask(&session, 1, request(port));
    let first = finding(&events, 1);
    assert_eq!(first.diagnosis.verdict.cause, "recipient-rejected");

    open.store(true, Ordering::SeqCst);
    let mut again = request(port);
    again.only = vec![ProbeId::Envelope];
    again.again = true;
    ask(&session, 2, again);
    let second = finding(&events, 2);
    assert_eq!(
        second.diagnosis.verdict.cause, "none",
        "{:#?}",
        second.diagnosis.candidates
    );
    let refusals = second
        .diagnosis
        .evidence
        .iter()
        .filter(|one| one.fact.kind() == "refused:rcpt");
    assert_eq!(refusals.count(), 0);
    let ids = |finding: &Finding| finding.probes.iter().map(|probe| probe.id).collect::<Vec<_>>();
    assert_eq!(ids(&second), ids(&first), "what was not done again stands");

    // With other settings nothing of the old run may stand.
    let mut other = request(port);
    other.case.mail.to = vec!["else@example.test".to_owned()];
    other.only = vec![ProbeId::Resolve];
    other.again = true;
    ask(&session, 3, other);
    assert_eq!(ids(&finding(&events, 3)), [ProbeId::Resolve]);
}

#[test]
fn a_run_that_is_stopped_ends_at_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (session, events) = Session::start(Arc::new(Knowledge::embedded()), || {});
    ask(&session, 1, request(silent.local_addr().unwrap().port()));
    let next = || events.recv_timeout(Duration::from_secs(20)).unwrap();
    // The greeting is being waited for.
    while !matches!(next(), Event::Probe(1, Update::Started(ProbeId::Greet))) {}
    let stopped = Instant::now();
    session.send(Command::Cancel);
    while !matches!(next(), Event::Cancelled(1)) {}
    assert!(
        stopped.elapsed() < Duration::from_millis(500),
        "{:?}",
        stopped.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_waited_for_is_stopped_at_once_and_can_be_begun_anew() {
    let library = Library::embedded().unwrap();
    let mut scenario = library.scenario("oauth-device-code").unwrap().clone();
    let token = scenario.web[0]
        .pages
        .iter_mut()
        .find(|page| page.path == "/token")
        .unwrap();
    let given = token.answers.clone();
    // The person at the browser never gets round to it.
    token.answers.truncate(1);
    let waiting = World::start(&scenario).await.unwrap();
    let (session, events) = Session::start(Arc::new(Knowledge::embedded()), || {});
    let next = || events.recv_timeout(Duration::from_secs(20)).unwrap();

    let sign_in = Command::SignIn {
        run: 1,
        request: Box::new(waiting.request.clone()),
    };
    session.send(sign_in);
    stopped_while_waiting(&session, &next, 1);
    ask(&session, 2, waiting.request.clone());
    stopped_while_waiting(&session, &next, 2);

    scenario.web[0]
        .pages
        .iter_mut()
        .find(|page| page.path == "/token")
        .unwrap()
        .answers = given;
    let answering = World::start(&scenario).await.unwrap();
    let sign_in = Command::SignIn {
        run: 3,
        request: Box::new(answering.request.clone()),
    };
    session.send(sign_in);
    loop {
        match next() {
            Event::SignedIn(3, reading) => {
                break assert!(
                    reading
                        .findings
                        .iter()
                        .all(|(state, _)| *state == TokenState::Fits)
                );
            }
            Event::NotSignedIn(_, why) => panic!("{}", why.sentence()),
            Event::Failed(_, problem) => panic!("{problem}"),
            _ => {}
        }
    }
}

/// Cancels as soon as the code is shown, and sees the run end.
fn stopped_while_waiting(session: &Session, next: &impl Fn() -> Event, run: RunId) {
    while !matches!(next(), Event::EnterCode(of, _) if of == run) {}
    let stopped = Instant::now();
    session.send(Command::Cancel);
    loop {
        match next() {
            Event::Cancelled(of) if of == run => break,
            Event::Diagnosed(..) | Event::NotSignedIn(..) => panic!("it went on"),
            _ => {}
        }
    }
    let took = stopped.elapsed();
    assert!(took < Duration::from_millis(500), "{took:?}");
}
