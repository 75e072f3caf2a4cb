//! `scanmedic listen`: one press of Scan tells what the copier really does, and what follows from it.
//! Stopped from the keyboard it concludes as well, and exits as *interrupted*.

use super::args::ListenArgs;
use super::{Failure, Outcome, diagnose, exit, print, print_json, print_text};
use crate::case::{Case, Method};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::ListenObstacle;
use crate::listen::{self, Hearing, ListenOptions, Observation, Seen};
use crate::probe::Request;
use crate::session::{Command, Event, Finding, Session};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Listens until interrupted, until the time is over, or with `--once` until one dialogue is over; then says
/// what follows from what was heard.
pub fn run(args: &ListenArgs, knowledge: Arc<Knowledge>, json: bool) -> Outcome {
    let mut case = match &args.case {
        Some(path) => Case::load(path)?,
        None => Case::default(),
    };
    let folder = args
        .case
        .as_deref()
        .and_then(Path::parent)
        .unwrap_or(Path::new(""));
    let folder = std::env::current_dir()?.join(folder);
    case.files = case.files.iter().map(|file| folder.join(file)).collect();
    fill(&mut case, args, &knowledge);
    if let Some(path) = &args.save {
        check_writable(path)?;
    }
    propose(args, &case);
    let (hearing, interrupted) = hear(args, &knowledge, json)?;
    if let Some(path) = &args.save {
        save(&hearing, &case, path)?;
    }
    let finding = conclude(&hearing, case, knowledge)?;
    if json {
        let mut evidence = hearing.evidence();
        crate::evidence::number(&mut evidence);
        print_json(&serde_json::json!({
            "observations": hearing.observations(),
            "left_out": hearing.left_out(),
            "evidence": evidence,
            "diagnosis": finding,
        }))?;
    } else if let Some(finding) = &finding {
        print_text(&print::finding(finding, false));
    }
    Ok(match finding {
        _ if interrupted => exit::INTERRUPTED,
        Some(finding) => finding.exit_code(),
        None => exit::INCONCLUSIVE,
    })
}

/// What the options say of the case: the service that is played or tapped stands for the device's server.
fn fill(case: &mut Case, args: &ListenArgs, knowledge: &Knowledge) {
    let persona = knowledge
        .personas
        .iter()
        .find(|persona| persona.id == args.persona);
    if let Some(tap) = &args.tap {
        if case.mail.server.is_empty() {
            case.mail.server.clone_from(&tap.host);
            case.mail.port = tap.port;
        }
    } else if let Some(persona) = persona {
        if let Some(service) = persona.service.as_ref().filter(|_| case.mail.server.is_empty()) {
            case.mail.server.clone_from(service);
        }
        if persona.receiving && case.mail.method == Method::Unknown {
            case.mail.method = Method::Receive;
        }
    }
}

/// Tells on standard error which address to type in at the copier, where only this computer's own is listened on.
fn propose(args: &ListenArgs, case: &Case) {
    if !args
        .address
        .iter()
        .all(|address| address.is_loopback() || address.is_unspecified())
    {
        return;
    }
    let device = case.device.address.as_deref().and_then(|text| text.parse().ok());
    let places = listen::places(device);
    let Some(best) = places.iter().find(|place| !place.address.is_loopback()) else {
        return;
    };
    let (address, interface, why) = (best.address, &best.interface, best.nearness.words());
    if args.address.iter().any(std::net::IpAddr::is_unspecified) {
        eprintln!("on the copier type in {address} ({interface}: {why})");
    } else {
        eprintln!(
            "only this computer can reach the listener now; for a copier add --address {address} ({interface}: {why})"
        );
    }
}

/// Listens to the end; gives what was heard, and whether the end came from the keyboard.
fn hear(args: &ListenArgs, knowledge: &Arc<Knowledge>, json: bool) -> Result<(Hearing, bool), Failure> {
    let options = ListenOptions {
        addresses: args.address.clone(),
        plain_ports: args.port.clone(),
        tls_ports: args.tls_port.clone(),
        persona: args.persona.clone(),
        tap: args.tap.clone(),
        host: args.host.clone(),
        certificate: args.certificate.clone().zip(args.key.clone()),
        save: args.messages.clone(),
        ..ListenOptions::default()
    };
    let end = args
        .seconds
        .map(|seconds| Instant::now() + Duration::from_secs_f64(seconds));
    let (session, events) = Session::start(Arc::clone(knowledge), || {});
    session.send(Command::StopOnInterrupt);
    session.send(Command::Listen {
        run: 1,
        options: Box::new(options),
    });
    let mut hearing = Hearing::default();
    let mut by_us = false;
    loop {
        let left = end.map_or(LONG, |end| end.saturating_duration_since(Instant::now()));
        match events.recv_timeout(left) {
            Ok(Event::Heard(_, observation)) => {
                let line = listen::describe(&observation);
                if json {
                    eprintln!("{line}");
                } else {
                    print_text(&(line + "\n"));
                }
                advise(&observation, knowledge);
                hearing.take(*observation);
                if args.once && hearing.heard_a_whole_dialogue() {
                    by_us = true;
                    session.send(Command::Cancel);
                }
            }
            Ok(Event::Cancelled(_)) | Err(RecvTimeoutError::Disconnected) => return Ok((hearing, !by_us)),
            Ok(Event::Failed(_, message)) => return Err(Failure(message)),
            Err(RecvTimeoutError::Timeout) if end.is_some() => {
                by_us = true;
                session.send(Command::Cancel);
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Once a port that a copier can reach is open: what a firewall on this computer needs.
fn advise(observation: &Observation, knowledge: &Knowledge) {
    if !matches!(observation.seen, Seen::Listening { .. }) || observation.peer.ip().is_loopback() {
        return;
    }
    for advice in knowledge.listen_advice(std::env::consts::OS, ListenObstacle::Firewall, observation.peer) {
        let command = advice
            .command
            .map_or_else(String::new, |command| format!(": {command}"));
        eprintln!("if the copier cannot get through: {}{command}", advice.title);
    }
}

/// The diagnosis of what was heard, and of the case's files; nothing where nobody connected.
fn conclude(hearing: &Hearing, case: Case, knowledge: Arc<Knowledge>) -> Result<Option<Finding>, Failure> {
    if !hearing.heard_anyone() {
        eprintln!(
            "nobody connected: check address and port on the copier, and the firewall of this computer; \
             the port can be tried from another computer"
        );
        return Ok(None);
    }
    let mut request = Request::new(case);
    request.heard = hearing.evidence();
    let carried = diagnose::carry_out(request, true, PathBuf::new(), knowledge, false)?;
    Ok(carried.map(|(finding, _)| finding))
}

/// Before anything is heard: whether the case can be written at the end.
fn check_writable(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    if folder.is_dir() {
        Ok(())
    } else {
        Err(Failure(format!(
            "{}: there is no such folder to save the case in",
            folder.display()
        )))
    }
}

/// Writes the record beside the case, and the case with the record under its files.
fn save(hearing: &Hearing, case: &Case, path: &Path) -> Result<(), Failure> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name = name
        .strip_suffix(".case.ron")
        .or(name.strip_suffix(".ron"))
        .unwrap_or(&name);
    let record = PathBuf::from(format!("{name}.heard.jsonl"));
    let beside = path.with_file_name(&record);
    hearing
        .save(&beside)
        .map_err(|problem| Failure(format!("{}: cannot be written: {problem}", beside.display())))?;
    let mut case = case.clone();
    case.files.retain(|file| *file != record && *file != beside);
    case.files.push(record);
    Ok(case.save(path)?)
}

/// As good as for ever.
const LONG: Duration = Duration::from_hours(1);
