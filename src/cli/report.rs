//! `scanmedic report`: writes the report of a case from what it holds, or diagnoses it first.

use super::args::ReportArgs;
use super::{Failure, Outcome, diagnose, exit, print_json, print_text, write};
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::report::{Hidden, Status};
use crate::session::Record;
use std::fmt::Write as _;
use std::sync::Arc;

/// Writes the report; the exit code says what was found, as `diagnose` does, and 0 once it is verified.
pub fn run(args: &ReportArgs, knowledge: &Arc<Knowledge>, json: bool, verbose: bool) -> Outcome {
    if args.output.is_empty() && !args.preview {
        return Err(Failure(
            "say where to write it with -o FILE, or ask for --preview".to_owned(),
        ));
    }
    let mut asked = args.diagnose.clone();
    asked.write.report.extend(args.output.iter().cloned());
    write::check(&asked.write)?;
    let (case, record) = if let Some(held) = held(args)? {
        held
    } else {
        asked.offline |= !args.live;
        match diagnose::found_in(&asked, knowledge, verbose && !json)? {
            Some((case, finding)) => (case, Record::of(&finding)?),
            None => return Ok(exit::INTERRUPTED),
        }
    };
    let order = write::order(&asked.write, &case, &record, knowledge)?;
    if args.preview {
        let hidden = order.preview();
        if json {
            print_json(&hidden)?;
        } else {
            print_text(&previewed(&hidden));
        }
        return Ok(code(&case, &record));
    }
    write::write(&asked.write, &case, &record, knowledge)?;
    if json {
        print_json(&record)?;
    } else {
        for path in &asked.write.report {
            print_text(&format!("{}: written\n", path.display()));
        }
    }
    Ok(code(&case, &record))
}

/// The case and its record, where it holds one and nothing was typed that would make another.
fn held(args: &ReportArgs) -> Result<Option<(Case, Record)>, Failure> {
    let asked = &args.diagnose;
    let Some(path) = asked
        .case
        .as_ref()
        .filter(|_| !args.live && !asked.offline && asked.file.is_empty())
    else {
        return Ok(None);
    };
    let case = Case::load(path)?;
    let mut typed = case.clone();
    asked.lay_over(&mut typed);
    if typed != case {
        return Ok(None);
    }
    Ok(saved(&case).map(|record| (case, record)))
}

/// The record that a case holds: of the fault that is mended, as long as there is one.
pub fn saved(case: &Case) -> Option<Record> {
    let results = case.fault().or(case.results.as_ref())?;
    Record::from_value(results.found.as_ref()?).ok()
}

fn code(case: &Case, record: &Record) -> u8 {
    match (Status::of(case, record), record.verdict.cause.as_str()) {
        (Status::Verified, _) | (_, "none") => exit::NO_FAULT,
        (_, "inconclusive") => exit::INCONCLUSIVE,
        _ => exit::FAULT,
    }
}

/// What is hidden, for a terminal.
fn previewed(hidden: &[Hidden]) -> String {
    if hidden.is_empty() {
        return "Nothing is replaced\n".to_owned();
    }
    let width = hidden.iter().map(|one| one.stand_in.len()).max().unwrap_or(0);
    let mut out = String::from("In the report, these stand for:\n");
    for one in hidden {
        let _ = writeln!(out, "  {:width$}  {}", one.stand_in, one.name);
    }
    out
}
