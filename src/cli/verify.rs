//! `scanmedic verify`: the test that failed, repeated after the fix.

use super::args::VerifyArgs;
use super::{Failure, Outcome, diagnose, exit, password, print_json, print_text, write};
use crate::case::{self, Case, Encryption, Verification};
use crate::diagnose::situation;
use crate::knowledge::Knowledge;
use crate::listen::{self, ListenOptions, Observation, Seen};
use crate::probe::{Request, SendMode};
use crate::session::{Command, Event, Record, Session, Verified};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Repeats the test, keeps the outcome in the case, writes reports. 0 passed, 1 a fault shows, 3 not verified.
pub fn run(args: &VerifyArgs, knowledge: &Arc<Knowledge>, json: bool, verbose: bool) -> Outcome {
    write::check(&args.diagnose.write)?;
    let Some(path) = &args.diagnose.case else {
        return Err(Failure("name the case file that holds the fault".to_owned()));
    };
    if args.diagnose.offline {
        return Err(Failure(
            "an offline case cannot be verified: the test that failed has to be made again; leave --offline out"
                .to_owned(),
        ));
    }
    let mut case = Case::load(path)?;
    let Some(fault) = case.fault().cloned() else {
        return Err(Failure(format!(
            "{}: there is no fault on record; run `scanmedic diagnose {} --save {}` before the fix",
            path.display(),
            path.display(),
            path.display()
        )));
    };
    args.diagnose.lay_over(&mut case);
    args.diagnose.network.check_root()?;
    let mut request = diagnose::request(&args.diagnose, case, path)?;
    // The test goes at least as far as the one that failed.
    if let Some(sent) = SendMode::named(&fault.send) {
        request.send = request.send.max(sent);
    }
    request.secret = password::obtain(&request.case, args.diagnose.password_stdin, false)?;
    let mut case = request.case.clone();
    let Some(verified) = repeat(args, request, knowledge, !json, verbose && !json)? else {
        return Ok(exit::INTERRUPTED);
    };
    let Verified {
        verification,
        finding,
    } = *verified;
    case.verification = Some(verification);
    let to = args.diagnose.save.as_ref().unwrap_or(path);
    case.make_relative(&diagnose::case_folder(Some(to)));
    case.save(to)?;
    let record = fault
        .found
        .as_ref()
        .and_then(|found| Record::from_value(found).ok());
    let record = match record {
        Some(record) => record,
        None => Record::of(&finding)?,
    };
    write::write(&args.diagnose.write, &case, &record, knowledge)?;
    let verification = case.verification.unwrap_or_default();
    if json {
        print_json(&serde_json::json!({ "verification": verification, "diagnosis": finding }))?;
    } else {
        print_text(&told(&verification));
    }
    Ok(match verification.outcome {
        case::Outcome::Passed => exit::NO_FAULT,
        case::Outcome::Failed => exit::FAULT,
        case::Outcome::NotVerified => exit::INCONCLUSIVE,
    })
}

/// Listens for the copier where that is asked for, then makes the test; nothing where it was interrupted.
fn repeat(
    args: &VerifyArgs,
    request: Request,
    knowledge: &Arc<Knowledge>,
    speak: bool,
    verbose: bool,
) -> Result<Option<Box<Verified>>, Failure> {
    let (session, events) = Session::start(Arc::clone(knowledge), || {});
    session.send(Command::StopOnInterrupt);
    let heard = match args.listen {
        Some(_) => match hear(args, &request.case, &session, &events)? {
            Some(heard) => heard,
            None => return Ok(None),
        },
        None => Vec::new(),
    };
    session.send(Command::Verify {
        run: 2,
        request: Box::new(request),
        folder: PathBuf::new(),
        heard,
        arrived: args.arrived.map(|word| matches!(word, super::args::YesNo::Yes)),
    });
    if speak && verbose {
        eprintln!("repeating the test that failed");
    }
    for event in events {
        match event {
            Event::Probe(2, update) if verbose => diagnose::progress(&update),
            Event::Verified(2, verified) => return Ok(Some(verified)),
            Event::Cancelled(2) => return Ok(None),
            Event::Failed(2, message) => return Err(Failure(message)),
            _ => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}

/// Waits for one scan of the copier; nothing where it was interrupted.
fn hear(
    args: &VerifyArgs,
    case: &Case,
    session: &Session,
    events: &Receiver<Event>,
) -> Result<Option<Vec<Observation>>, Failure> {
    let Some(at) = args.listen else {
        return Ok(Some(Vec::new()));
    };
    let from_the_first_byte = case.mail.encryption == Encryption::Tls;
    let (plain, tls) = if from_the_first_byte {
        (vec![], vec![at.port()])
    } else {
        (vec![at.port()], vec![])
    };
    session.send(Command::Listen {
        run: 1,
        options: Box::new(ListenOptions {
            addresses: vec![at.ip()],
            plain_ports: plain,
            tls_ports: tls,
            ..ListenOptions::default()
        }),
    });
    let end = Instant::now() + Duration::from_secs_f64(args.wait);
    let mut heard: Vec<Observation> = Vec::new();
    let mut stopping = false;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match events.recv_timeout(left.max(Duration::from_millis(10))) {
            Ok(Event::Heard(1, observation)) => {
                eprintln!("{}", listen::describe(&observation));
                if let Seen::Listening { .. } = observation.seen {
                    eprintln!(
                        "set the copier's mail server to {} port {} (now {} port {}), encryption as it is, and press Scan; waiting up to {} s",
                        observation.peer.ip(),
                        observation.peer.port(),
                        case.mail.server,
                        situation::port(case),
                        args.wait
                    );
                }
                let whole = matches!(observation.seen, Seen::Ended { .. })
                    && heard.iter().any(|one| {
                        one.connection == observation.connection && matches!(one.seen, Seen::Message(_))
                    });
                if heard.len() < MOST {
                    heard.push(*observation);
                }
                if whole && !stopping {
                    stopping = true;
                    session.send(Command::Cancel);
                }
            }
            Ok(Event::Failed(1, message)) => return Err(Failure(message)),
            Ok(Event::Cancelled(1)) if stopping => {
                eprintln!("heard; set the copier's mail server back to {}", case.mail.server);
                return Ok(Some(heard));
            }
            Ok(Event::Cancelled(1)) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if !stopping && Instant::now() >= end => {
                stopping = true;
                session.send(Command::Cancel);
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure("the engine ended while it listened".to_owned()));
            }
        }
    }
}

/// The judgement for a terminal, both runs side by side.
pub fn told(one: &Verification) -> String {
    let mut out = String::new();
    let word = match one.outcome {
        case::Outcome::Passed => "Resolved and verified",
        case::Outcome::Failed => "Not resolved",
        case::Outcome::NotVerified => "Implemented, not verified",
    };
    let _ = writeln!(out, "{word}\n  {}\n  {}", one.headline, one.test);
    if let Some(missing) = &one.missing {
        let _ = writeln!(out, "  Wanted for a proof: {missing}");
    }
    for (title, rows) in [("", &one.rows), ("Settings", &one.changes)] {
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title:<17} Before -> After");
        for row in rows {
            let _ = writeln!(
                out,
                "{:<17} {}\n{:<14} -> {}",
                row.what, row.before, "", row.after
            );
        }
    }
    out
}

/// Observations that are kept.
const MOST: usize = 10_000;
