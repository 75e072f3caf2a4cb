//! `scanmedic report`, and the reports that `diagnose` and `demo` write beside their answer.

use super::args::{ReportArgs, WriteArgs};
use super::{Failure, Outcome, diagnose, exit, print_json, print_text};
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::report::{Format, Names, Order};
use crate::session::Finding;
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

/// Refuses an ending that no format has, before any work is done.
pub fn check(write: &WriteArgs) -> Result<(), Failure> {
    for path in &write.report {
        Format::of(path)?;
    }
    Ok(())
}

/// Writes the reports that were asked for.
pub fn write(args: &WriteArgs, case: &Case, finding: &Finding, knowledge: &Knowledge) -> Result<(), Failure> {
    for path in &args.report {
        let order = Order {
            case,
            finding,
            names: Names {
                customer: args.customer.clone(),
                technician: args.technician.clone(),
                date: jiff::Zoned::now().date(),
            },
            redacted: !args.no_redact,
            knowledge,
        };
        order.save(path)?;
    }
    Ok(())
}
