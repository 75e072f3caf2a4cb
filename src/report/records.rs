//! The appendix's long tables: evidence, tests, files.

use super::appendix::{heading, word};
use super::document::{Block, Table};
use crate::evidence::Evidence;
use crate::session::Finding;
use jiff::Timestamp;

/// Rows of evidence that a report shows; a large log has more, and the JSON holds them all.
const ROWS: usize = 400;

/// Every piece of evidence with time and source.
pub fn evidence(out: &mut Vec<Block>, all: &[Evidence]) {
    if all.is_empty() {
        return;
    }
    heading(out, "Evidence");
    let mut table = Table::new(&[
        ("Id", 0.06),
        ("Gate", 0.125),
        ("Of", 0.08),
        ("Source", 0.145),
        ("Time", 0.13),
        ("What it says", 0.46),
    ]);
    for item in all.iter().take(ROWS) {
        table.rows.push(vec![
            item.id.clone(),
            item.gate.id().to_owned(),
            word(&item.actor),
            item.source.clone(),
            item.at.map_or_else(|| "–".to_owned(), time),
            item.summary.clone(),
        ]);
    }
    out.push(Block::Table(table));
    if let Some(more) = all.len().checked_sub(ROWS).filter(|more| *more > 0) {
        out.push(Block::Note(format!(
            "{more} more pieces of evidence stand in the JSON form of this report."
        )));
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Every probe that ran.
pub fn probes(out: &mut Vec<Block>, finding: &Finding) {
    if finding.probes.is_empty() {
        return;
    }
    heading(out, "Tests from this computer");
    let mut table = Table::new(&[
        ("Test", 0.2),
        ("Ended", 0.12),
        ("Took", 0.13),
        ("In a few words", 0.55),
    ]);
    for probe in &finding.probes {
        table.rows.push(vec![
            word(&probe.id),
            word(&probe.status),
            format!("{} ms", probe.elapsed_ms),
            probe.summary.clone(),
        ]);
    }
    out.push(Block::Table(table));
}

/// Every file and what could be read of it.
pub fn files(out: &mut Vec<Block>, finding: &Finding) {
    if finding.files.is_empty() {
        return;
    }
    heading(out, "Files");
    let mut table = Table::new(&[
        ("File", 0.34),
        ("Format", 0.18),
        ("Records", 0.12),
        ("Passed over", 0.14),
        ("Problem", 0.22),
    ]);
    for file in &finding.files {
        table.rows.push(vec![
            file.path.clone(),
            file.format.clone(),
            file.records.to_string(),
            file.skipped.to_string(),
            file.problem.clone().unwrap_or_default(),
        ]);
    }
    out.push(Block::Table(table));
}
