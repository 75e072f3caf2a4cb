//! `scanmedic report`: diagnoses a case and writes its report.

use super::args::ReportArgs;
use super::{Outcome, diagnose, exit, print_json, print_text};
use crate::knowledge::Knowledge;
use std::sync::Arc;

/// Diagnoses a case and writes its report; the exit code says what was found, as `diagnose` does.
pub fn run(args: &ReportArgs, knowledge: &Arc<Knowledge>, json: bool, verbose: bool) -> Outcome {
    let mut asked = args.diagnose.clone();
    asked.offline |= !args.live;
    asked.write.report.extend(args.output.iter().cloned());
    let Some(finding) = diagnose::found(&asked, knowledge, verbose && !json)? else {
        return Ok(exit::INTERRUPTED);
    };
    if json {
        print_json(&finding)?;
    } else {
        for path in &asked.write.report {
            print_text(&format!("{}: written\n", path.display()));
        }
    }
    Ok(finding.exit_code())
}
