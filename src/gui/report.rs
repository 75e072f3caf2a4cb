//! Makes a report, on a thread that may wait.

use super::state::report::{Destination, Job, Made, Preview};
use crate::knowledge::Knowledge;
use crate::report::{Format, Order, bundle};
use crate::session::Record;
use std::path::Path;

/// Makes it. An error says what, where and why.
pub fn make(job: Job, knowledge: &Knowledge) -> Result<Made, String> {
    let record = Record::of(&job.finding).map_err(|problem| problem.to_string())?;
    let mut order = Order::new(&job.case, &record, knowledge);
    order.names = job.names;
    order.brand = job.brand;
    order.redaction = job.redaction;
    let failed = |problem: crate::report::ReportError| problem.to_string();
    match job.to {
        Destination::Screen => {
            let bytes = order.render(Format::Markdown).map_err(failed)?;
            Ok(Made::Preview(Preview {
                markdown: String::from_utf8_lossy(&bytes).into_owned(),
                hidden: order.preview(),
            }))
        }
        Destination::File(path) => {
            order.save(&path).map_err(failed)?;
            Ok(Made::Written(path))
        }
        Destination::Bundle(path) => {
            let name = case_name(&path);
            let packed = bundle::write(&order, &job.folder, &name, &path).map_err(failed)?;
            let left_out = packed.iter().filter(|one| one.packed_as.is_none()).count();
            Ok(Made::Packed(path, left_out))
        }
    }
}

/// The case file's name inside the archive, after the archive's own.
fn case_name(archive: &Path) -> String {
    let stem = archive
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    format!("{}.case.ron", stem.unwrap_or_else(|| "copier".to_owned()))
}
