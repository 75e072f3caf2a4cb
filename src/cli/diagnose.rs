//! `scanmedic diagnose`: a case, probes, files, a diagnosis.

use super::args::{DiagnoseArgs, sign_in_for};
use super::meter::Meter;
use super::{Failure, Outcome, exit, password, print, print_json, print_text, sign_in, write};
use crate::case::Case;
use crate::diagnose::stated;
use crate::knowledge::Knowledge;
use crate::probe::{ProbeId, Request, SendMode, Status, Update};
use crate::session::{Command, Event, Finding, Reading, Record, Session};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs the command.
pub fn run(args: &DiagnoseArgs, knowledge: &Arc<Knowledge>, json: bool, verbose: bool) -> Outcome {
    let Some(finding) = found(args, knowledge, verbose && !json)? else {
        return Ok(exit::INTERRUPTED);
    };
    if json {
        print_json(&finding)?;
    } else {
        print_text(&print::finding(&finding, verbose));
    }
    Ok(finding.exit_code())
}

/// Does what the options ask and writes the files they name; nothing where it was interrupted.
pub fn found(
    args: &DiagnoseArgs,
    knowledge: &Arc<Knowledge>,
    tell: bool,
) -> Result<Option<Finding>, Failure> {
    write::check(&args.write)?;
    let Some((case, finding)) = found_in(args, knowledge, tell)? else {
        return Ok(None);
    };
    if !args.write.report.is_empty() {
        write::write(&args.write, &case, &Record::of(&finding)?, knowledge)?;
    }
    Ok(Some(finding))
}

/// As [`found`], without the reports: the case with what was typed and found, and the finding.
pub fn found_in(
    args: &DiagnoseArgs,
    knowledge: &Arc<Knowledge>,
    tell: bool,
) -> Result<Option<(Case, Finding)>, Failure> {
    let mut case = match &args.case {
        Some(path) => Case::load(path)?,
        None => Case::default(),
    };
    args.lay_over(&mut case);
    if let Some(problem) = stated::unknown_answer(&case, knowledge) {
        return Err(Failure(problem));
    }
    let nothing_to_go_by = case.mail.server.is_empty()
        && case.files.is_empty()
        && args.file.is_empty()
        && case.symptom.is_none()
        && case.device == crate::case::Device::default();
    if nothing_to_go_by {
        return Err(Failure(
            "there is nothing to diagnose; give a case file, --server HOST, --file PATH or --symptom TEXT"
                .to_owned(),
        ));
    }
    args.network.check_root()?;
    let path = args.case.clone().unwrap_or_default();
    let mut request = request(args, case, &path)?;
    announce(&request, args.offline);
    if args.device_code {
        let case = &request.case;
        request.sign_in = Some(sign_in_for(&case.mail.server, &case.application, knowledge)?);
    } else {
        request.secret = password::obtain(&request.case, args.password_stdin, args.offline)?;
    }
    request.device = if args.offline {
        args.ports.ports(None, None)
    } else {
        password::device_ports(&args.ports)?
    };
    let mut case = request.case.clone();
    let sent = request.send;
    let heard = carry_out(request, args.offline, PathBuf::new(), Arc::clone(knowledge), tell)?;
    let Some((finding, _)) = heard else {
        return Ok(None);
    };
    if let Some(path) = &args.save {
        let results = finding.results(&case, sent, args.offline);
        case.keep(results);
        let mut kept = case.clone();
        kept.make_relative(&case_folder(Some(path)));
        kept.save(path)?;
    }
    Ok(Some((case, finding)))
}

/// The request for a case file, its evidence by whole paths.
pub fn request(args: &DiagnoseArgs, mut case: Case, path: &Path) -> Result<Request, Failure> {
    let folder = case_folder(Some(path));
    inside(&case, &folder, args.trust_paths, path)?;
    let here = std::env::current_dir()?;
    case.files = case.files.iter().map(|file| folder.join(file)).collect();
    case.files.extend(args.file.iter().map(|file| here.join(file)));
    Ok(args.request(case)?)
}

/// Refuses evidence outside the case's folder, unless a person trusts the case.
pub fn inside(case: &Case, folder: &Path, trusted: bool, path: &Path) -> Result<(), Failure> {
    match case.outside(folder).first() {
        Some((file, why)) if !trusted => Err(Failure(format!(
            "{}: the evidence file {} is not opened: {}; put it beside the case, or add --trust-paths if the case is your own",
            path.display(),
            file.display(),
            why.why()
        ))),
        _ => Ok(()),
    }
}

/// Diagnoses a case from its facts and files alone.
pub fn offline(case: Case, path: &Path, knowledge: &Arc<Knowledge>) -> Result<Finding, Failure> {
    let folder = case_folder(Some(path));
    carry_out(Request::new(case), true, folder, Arc::clone(knowledge), false)?
        .map(|(finding, _)| finding)
        .ok_or_else(|| Failure("interrupted".to_owned()))
}

/// What a run found, and what its files said.
pub type Done = (Finding, Vec<Arc<Reading>>);

/// Runs a request through the session; nothing where it was interrupted.
pub fn carry_out(
    request: Request,
    offline: bool,
    folder: PathBuf,
    knowledge: Arc<Knowledge>,
    tell: bool,
) -> Result<Option<Done>, Failure> {
    let mut read = Vec::new();
    let (session, events) = Session::start(knowledge, || {});
    session.send(Command::StopOnInterrupt);
    session.send(Command::Diagnose {
        run: 1,
        request: Box::new(request),
        offline,
        folder,
    });
    let mut meter = Meter::new();
    for event in events {
        if let Event::Reading(_, path, read, total) = &event {
            meter.at(path, *read, *total);
        } else {
            meter.wipe();
        }
        match event {
            Event::Probe(_, update) if tell => progress(&update),
            Event::Diagnosed(_, finding) => return Ok(Some((*finding, read))),
            Event::Cancelled(_) => return Ok(None),
            Event::Failed(_, message) => return Err(Failure(message)),
            Event::FileRead(_, reading) => read.push(reading),
            Event::EnterCode(_, prompt) => sign_in::show(&prompt),
            Event::NotSignedIn(_, why) => eprintln!("No access token: {}", why.sentence()),
            Event::Probe(..)
            | Event::Reading(..)
            | Event::SignedIn(..)
            | Event::Verified(..)
            | Event::Identified(..)
            | Event::Heard(..)
            | Event::TlsScanned(..) => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}

/// Says before the run that a real mail will leave, to whom and how large; nobody shall find out afterwards.
fn announce(request: &Request, offline: bool) {
    if request.send != SendMode::Message || offline || !request.wants(ProbeId::Message) {
        return;
    }
    let mail = &request.case.mail;
    eprintln!(
        "A marked test message will be sent through {} to {}.",
        mail.server,
        mail.to.join(", ")
    );
}

/// One line a probe on standard error.
pub fn progress(update: &Update) {
    match update {
        Update::Planned(probes) => {
            let ids: Vec<&str> = probes.iter().map(|probe: &ProbeId| probe.id()).collect();
            eprintln!("planned: {}", ids.join(", "));
        }
        Update::Started(_) => {}
        Update::Finished(outcome) => {
            let word = match outcome.status {
                Status::Passed => "passed",
                Status::Failed => "failed",
                Status::Skipped => "skipped",
                Status::Cancelled => "cancelled",
            };
            eprintln!(
                "{:<14} {word:<9} {:>6} ms  {}",
                outcome.probe.id(),
                outcome.elapsed.as_millis(),
                outcome.summary
            );
            for line in &outcome.transcript {
                eprintln!("    {line}");
            }
        }
    }
}

/// The folder of a case file, or of a file that a case is written to.
pub fn case_folder(case: Option<&Path>) -> PathBuf {
    let folder = case.and_then(Path::parent).unwrap_or(Path::new(""));
    std::env::current_dir().unwrap_or_default().join(folder)
}
