//! `scanmedic demo --fix`: the lab plays a fault, then the world after the fix, and the test that failed is
//! repeated, by the copier itself where only that proves something.

use super::lab::{Show, fault, runtime};
use super::{Failure, Outcome, exit, print, print_json, print_text, verify, write};
use crate::case;
use crate::knowledge::Knowledge;
use crate::lab::scenario::Fixed;
use crate::lab::{DEFAULT, Library, World, copier};
use crate::listen::{ListenOptions, Observation, Seen};
use crate::probe::SendMode;
use crate::session::{Command, Event, Record, Session, Verified};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Plays a scenario to its end. 0 verified, 1 a fault shows, 3 not verified.
pub fn demo(id: Option<&str>, show: &Show<'_>, knowledge: &Arc<Knowledge>) -> Outcome {
    write::check(show.write)?;
    let library = Library::embedded()?;
    let scenario = library.scenario(id.unwrap_or(DEFAULT))?;
    let Some(fixed) = &scenario.fixed else {
        let known: Vec<&str> = library
            .scenarios
            .iter()
            .filter(|scenario| scenario.fixed.is_some())
            .map(|scenario| scenario.id.as_str())
            .collect();
        return Err(Failure(format!(
            "the lab does not play the fix of {}; it does for {}",
            scenario.id,
            known.join(", ")
        )));
    };
    let after = library.scenario(&fixed.scenario)?;
    let runtime = runtime()?;
    let Some((before, finding)) = fault(scenario, show, &runtime, knowledge)? else {
        return Ok(exit::INTERRUPTED);
    };
    if !show.json {
        print_text(&print::finding(&finding, show.verbose));
        print_text(&format!("\nThe fix: {}\n\n", fixed.done));
    }
    let world = runtime.block_on(World::start(after))?;
    let mut case = world.request.case.clone();
    case.title.clone_from(&before.title);
    case.symptom.clone_from(&before.symptom);
    case.site = before.site.clone();
    case.results.clone_from(&before.results);
    case.work.implemented = Some(jiff::Timestamp::now().to_string());
    case.work.notes.push(case::Note {
        at: jiff::Timestamp::now().to_string(),
        text: fixed.done.clone(),
    });
    let verified = repeat(&world, &mut case, fixed, &library, &runtime, knowledge);
    runtime.block_on(world.stop());
    let Some(verified) = verified? else {
        return Ok(exit::INTERRUPTED);
    };
    let Verified {
        verification,
        finding: after,
    } = *verified;
    let outcome = verification.outcome;
    case.files.clear();
    case.verification = Some(verification);
    if let Some(path) = show.save {
        case.save(path)?;
    }
    write::write(show.write, &case, &Record::of(&finding)?, knowledge)?;
    if show.json {
        print_json(&serde_json::json!({
            "verification": case.verification, "before": finding, "diagnosis": after,
        }))?;
    } else if let Some(verification) = &case.verification {
        print_text(&verify::told(verification));
    }
    Ok(match outcome {
        case::Outcome::Passed => exit::NO_FAULT,
        case::Outcome::Failed => exit::FAULT,
        case::Outcome::NotVerified => exit::INCONCLUSIVE,
    })
}

/// Repeats the test in the world after the fix; nothing where it was interrupted.
fn repeat(
    world: &World,
    case: &mut case::Case,
    fixed: &Fixed,
    library: &Library,
    runtime: &Runtime,
    knowledge: &Arc<Knowledge>,
) -> Result<Option<Box<Verified>>, Failure> {
    let (session, events) = Session::start(Arc::clone(knowledge), || {});
    session.send(Command::StopOnInterrupt);
    let heard = match &fixed.copier {
        Some(name) => {
            let copier = library
                .copiers
                .get(name)
                .ok_or_else(|| Failure(format!("the lab has no copier {name:?}")))?;
            let Some(heard) = hear(&session, &events, |at| {
                let _ = runtime.block_on(copier::press_scan(copier, at, "scanmedic.invalid"));
            })?
            else {
                return Ok(None);
            };
            heard
        }
        None => Vec::new(),
    };
    let mut request = world.request.clone();
    request.case = case.clone();
    let sent = case.fault().and_then(|fault| SendMode::named(&fault.send));
    request.send = request.send.max(sent.unwrap_or_default());
    session.send(Command::Verify {
        run: 2,
        request: Box::new(request),
        folder: world.folder().to_path_buf(),
        heard,
        arrived: None,
    });
    for event in events {
        match event {
            Event::Verified(2, verified) => return Ok(Some(verified)),
            Event::Cancelled(2) => return Ok(None),
            Event::Failed(2, message) => return Err(Failure(message)),
            _ => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}

/// Listens on loopback while the lab's copier sends one scan; nothing where it was interrupted.
fn hear(
    session: &Session,
    events: &Receiver<Event>,
    press_scan: impl Fn(SocketAddr),
) -> Result<Option<Vec<Observation>>, Failure> {
    session.send(Command::Listen {
        run: 1,
        options: Box::new(ListenOptions {
            plain_ports: vec![0],
            tls_ports: Vec::new(),
            ..ListenOptions::default()
        }),
    });
    let mut heard = Vec::new();
    let mut over = false;
    loop {
        match events.recv_timeout(Duration::from_secs(30)) {
            Ok(Event::Heard(1, observation)) => {
                if let Seen::Listening { .. } = observation.seen {
                    press_scan(observation.peer);
                }
                over |= matches!(observation.seen, Seen::Ended { .. });
                heard.push(*observation);
                if over {
                    session.send(Command::Cancel);
                }
            }
            Ok(Event::Cancelled(1)) if over => return Ok(Some(heard)),
            Ok(Event::Cancelled(1)) => return Ok(None),
            Ok(Event::Failed(1, message)) => return Err(Failure(message)),
            Ok(_) => {}
            Err(_) => return Err(Failure("the copier of the lab was not heard".to_owned())),
        }
    }
}
