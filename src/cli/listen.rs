//! `scanmedic listen`: one press of Scan tells what the copier really does.

use super::args::ListenArgs;
use super::{Failure, Outcome, exit, print_json, print_text};
use crate::evidence::{Evidence, number};
use crate::knowledge::Knowledge;
use crate::listen::{self, ListenOptions};
use crate::session::{Command, Event, Session};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Listens until interrupted or until the time is over; then, with `--json`, prints all evidence.
pub fn run(args: ListenArgs, knowledge: Arc<Knowledge>, json: bool) -> Outcome {
    let end = args
        .seconds
        .map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
    let options = ListenOptions {
        addresses: args.address,
        plain_ports: args.port,
        tls_ports: args.tls_port,
        persona: args.persona,
        host: args.host,
        save: args.save,
        ..ListenOptions::default()
    };
    let (session, events) = Session::start(knowledge, || {});
    session.send(Command::StopOnInterrupt);
    session.send(Command::Listen {
        run: 1,
        options: Box::new(options),
    });
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut asked_to_stop = false;
    loop {
        let left = end.map_or(LONG, |end| end.saturating_duration_since(Instant::now()));
        match events.recv_timeout(left) {
            Ok(Event::Heard(_, observation)) => {
                let line = listen::describe(&observation);
                if json {
                    eprintln!("{line}");
                    if evidence.len() < MOST {
                        evidence.extend(observation.evidence());
                    }
                } else {
                    print_text(&(line + "\n"));
                }
            }
            Ok(Event::Cancelled(_)) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(Event::Failed(_, message)) => return Err(Failure(message)),
            Err(RecvTimeoutError::Timeout) if end.is_some() => {
                asked_to_stop = true;
                session.send(Command::Cancel);
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
    }
    if json {
        number(&mut evidence);
        print_json(&serde_json::json!({ "evidence": evidence }))?;
    }
    Ok(if asked_to_stop {
        exit::NO_FAULT
    } else {
        exit::INTERRUPTED
    })
}

/// As good as for ever.
const LONG: Duration = Duration::from_hours(1);
/// Pieces of evidence kept for the JSON document.
const MOST: usize = 10_000;
