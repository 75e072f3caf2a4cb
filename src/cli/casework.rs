//! `scanmedic case`: how a case stands, ticks and notes, and everything in one archive for a ticket.

use super::args::CaseCommand;
use super::{Failure, Outcome, diagnose, exit, print_json, print_text, report, write};
use crate::case::{Case, Note};
use crate::knowledge::Knowledge;
use crate::report::{Names, Report, bundle};
use crate::session::Record;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Runs one of the commands.
pub fn run(command: &CaseCommand, knowledge: &Arc<Knowledge>, json: bool) -> Outcome {
    match command {
        CaseCommand::Show { case } => show(case, knowledge, json),
        CaseCommand::Done {
            case,
            steps,
            undo,
            all,
        } => done(case, steps, *undo, *all, knowledge, json),
        CaseCommand::Note { case, text } => {
            let mut open = Case::load(case)?;
            open.work.notes.push(Note {
                at: jiff::Timestamp::now().to_string(),
                text: crate::report::without_secrets(&text.join(" ")),
            });
            open.save(case)?;
            Ok(exit::NO_FAULT)
        }
        CaseCommand::Bundle(args) => {
            let open = Case::load(&args.case)?;
            let folder = diagnose::case_folder(Some(&args.case));
            diagnose::inside(&open, &folder, args.trust_paths, &args.case)?;
            let record = record_of(&open, &args.case, knowledge)?;
            let order = write::order(&args.write, &open, &record, knowledge)?;
            let name = args.case.file_name().unwrap_or_default().to_string_lossy();
            let packed = bundle::write(&order, &folder, &name, &args.output)?;
            if json {
                print_json(&packed)?;
            } else {
                let mut out = format!("{}: written\n", args.output.display());
                for one in &packed {
                    let place = one.packed_as.as_deref().unwrap_or("not in it");
                    let _ = writeln!(out, "  {}: {place}, {}", one.file, one.remark);
                }
                print_text(&out);
            }
            Ok(exit::NO_FAULT)
        }
    }
}

/// The record that the case holds, or a new one from its facts alone.
fn record_of(case: &Case, path: &Path, knowledge: &Arc<Knowledge>) -> Result<Record, Failure> {
    if let Some(record) = report::saved(case) {
        return Ok(record);
    }
    let finding = diagnose::offline(case.clone(), path, knowledge)?;
    Ok(Record::of(&finding)?)
}

fn show(path: &Path, knowledge: &Arc<Knowledge>, json: bool) -> Outcome {
    let case = Case::load(path)?;
    let record = record_of(&case, path, knowledge)?;
    let names = Names {
        customer: None,
        technician: None,
        date: jiff::Zoned::now().date(),
    };
    let report = Report::new(&case, &record, names, knowledge);
    let steps = record
        .remedy
        .as_ref()
        .map(|remedy| remedy.steps.as_slice())
        .unwrap_or_default();
    if json {
        let steps: Vec<_> = steps
            .iter()
            .map(|step| serde_json::json!({ "key": step.key, "title": step.title, "who": step.who, "done": case.work.is_done(&step.key) }))
            .collect();
        print_json(&serde_json::json!({
            "title": report.title(),
            "status": report.status.title(),
            "cause": record.verdict.cause,
            "headline": record.verdict.headline,
            "steps": steps,
            "notes": case.work.notes,
            "implemented": case.work.implemented,
            "verification": case.verification.as_ref().map(|one| &one.headline),
        }))?;
        return Ok(exit::NO_FAULT);
    }
    let mut out = format!(
        "{}\n{}\n{}\n",
        report.title(),
        report.status.title(),
        record.verdict.headline
    );
    for (number, step) in steps.iter().enumerate() {
        let tick = if case.work.is_done(&step.key) { "x" } else { " " };
        let _ = writeln!(out, "  {:>2} [{tick}] {}", number + 1, step.title);
    }
    for note in &case.work.notes {
        let _ = writeln!(out, "  {}  {}", note.at, note.text);
    }
    print_text(&out);
    Ok(exit::NO_FAULT)
}

/// Ticks steps by number or key.
fn done(
    path: &Path,
    steps: &[String],
    undo: bool,
    all: bool,
    knowledge: &Arc<Knowledge>,
    json: bool,
) -> Outcome {
    let mut case = Case::load(path)?;
    let record = record_of(&case, path, knowledge)?;
    let plan = record
        .remedy
        .as_ref()
        .map(|remedy| remedy.steps.as_slice())
        .unwrap_or_default();
    let at = jiff::Timestamp::now().to_string();
    for word in steps {
        let by_number = word
            .parse::<usize>()
            .ok()
            .and_then(|number| plan.get(number.checked_sub(1)?));
        let step = by_number.or_else(|| plan.iter().find(|step| step.key == *word));
        let Some(step) = step else {
            return Err(Failure(format!(
                "there is no step {word:?}; the plan has {} steps, `scanmedic case show` lists them",
                plan.len()
            )));
        };
        case.work.tick(&step.key, !undo, &at);
    }
    if all {
        case.work.implemented = (!undo).then_some(at);
    }
    if undo {
        case.work.implemented = None;
    }
    case.save(path)?;
    show(path, knowledge, json)
}
