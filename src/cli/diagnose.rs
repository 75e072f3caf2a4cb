//! `scanmedic diagnose`: a case, probes, files, a diagnosis.

use super::args::DiagnoseArgs;
use super::{Failure, Outcome, exit, password, print, print_json, print_text, write};
use crate::case::{Case, Results};
use crate::diagnose::stated;
use crate::knowledge::Knowledge;
use crate::probe::{ProbeId, Request, Status, Update};
use crate::session::{Command, Event, Finding, Reading, Session};
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
        print_text(&print::finding(&finding));
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
    let mut case = match &args.case {
        Some(path) => Case::load(path)?,
        None => Case::default(),
    };
    args.lay_over(&mut case);
    let folder = case_folder(args.case.as_deref());
    let here = std::env::current_dir()?;
    case.files = case.files.iter().map(|file| folder.join(file)).collect();
    case.files.extend(args.file.iter().map(|file| here.join(file)));
    if let Some(problem) = stated::unknown_answer(&case, knowledge) {
        return Err(Failure(problem));
    }
    let nothing_to_go_by = case.mail.server.is_empty()
        && case.files.is_empty()
        && case.symptom.is_none()
        && case.device == crate::case::Device::default();
    if nothing_to_go_by {
        return Err(Failure(
            "there is nothing to diagnose; give a case file, --server HOST, --file PATH or --symptom TEXT"
                .to_owned(),
        ));
    }
    args.network.check_root()?;
    let mut request = args.request(case)?;
    request.secret = password::obtain(&request.case, args.password_stdin, args.offline)?;
    request.device = if args.offline {
        args.ports.ports(None, None)
    } else {
        password::device_ports(&args.ports)?
    };
    let case = request.case.clone();
    let heard = carry_out(request, args.offline, PathBuf::new(), Arc::clone(knowledge), tell)?;
    let Some((finding, _)) = heard else {
        return Ok(None);
    };
    write::write(&args.write, &case, &finding, knowledge)?;
    if let Some(path) = &args.save {
        save(case, &finding, path)?;
    }
    Ok(Some(finding))
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
    for event in events {
        match event {
            Event::Probe(_, update) if tell => progress(&update),
            Event::Diagnosed(_, finding) => return Ok(Some((*finding, read))),
            Event::Cancelled(_) => return Ok(None),
            Event::Failed(_, message) => return Err(Failure(message)),
            Event::FileRead(_, reading) => read.push(reading),
            Event::Probe(..) | Event::Identified(..) | Event::Heard(..) | Event::TlsScanned(..) => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}

/// One line a probe on standard error.
fn progress(update: &Update) {
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

fn case_folder(case: Option<&Path>) -> PathBuf {
    let folder = case.and_then(Path::parent).unwrap_or(Path::new(""));
    std::env::current_dir().unwrap_or_default().join(folder)
}

/// Writes the case with its verdict.
fn save(mut case: Case, finding: &Finding, path: &Path) -> Result<(), Failure> {
    let verdict = &finding.diagnosis.verdict;
    case.results = Some(Results {
        at: jiff::Timestamp::now().to_string(),
        cause: verdict.cause.clone(),
        certainty: verdict.certainty.id().to_owned(),
        headline: verdict.headline.clone(),
    });
    Ok(case.save(path)?)
}
