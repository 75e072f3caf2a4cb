//! The reports that `report`, `diagnose` and `demo` write.

use super::Failure;
use super::args::WriteArgs;
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::report::{Format, Names, Order};
use crate::session::Finding;

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
