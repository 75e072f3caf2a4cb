//! The reports that `report`, `diagnose`, `verify` and `demo` write.

use super::Failure;
use super::args::{KeepArg, WriteArgs};
use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::report::{Brand, Format, Names, Order, Redaction};
use crate::session::Record;

/// Refuses an ending that no format has, and a brand that cannot be used, before any work is done.
pub fn check(write: &WriteArgs) -> Result<(), Failure> {
    for path in &write.report {
        Format::of(path)?;
    }
    if !write.report.is_empty() {
        brand(write)?;
    }
    Ok(())
}

/// Writes the reports that were asked for.
pub fn write(args: &WriteArgs, case: &Case, record: &Record, knowledge: &Knowledge) -> Result<(), Failure> {
    if args.report.is_empty() {
        return Ok(());
    }
    let order = order(args, case, record, knowledge)?;
    for path in &args.report {
        order.save(path)?;
    }
    Ok(())
}

/// What the options ask for.
pub fn order<'a>(
    args: &WriteArgs,
    case: &'a Case,
    record: &'a Record,
    knowledge: &'a Knowledge,
) -> Result<Order<'a>, Failure> {
    let keeps = |what: KeepArg| args.keep.contains(&what);
    let redaction = if args.no_redact {
        Redaction::NONE
    } else {
        Redaction {
            accounts: !keeps(KeepArg::Accounts),
            addresses: !keeps(KeepArg::Addresses),
            hosts: !keeps(KeepArg::Hosts),
            serials: !keeps(KeepArg::Serials),
        }
    };
    Ok(Order {
        case,
        record,
        names: Names {
            customer: args.customer.clone(),
            technician: args.technician.clone(),
            date: jiff::Zoned::now().date(),
        },
        redaction,
        brand: brand(args)?,
        knowledge,
    })
}

fn brand(args: &WriteArgs) -> Result<Brand, Failure> {
    Ok(match &args.brand {
        Some(path) => Brand::load(path)?,
        None => Brand::default(),
    })
}
