//! The appendix's long tables: evidence, certificates, names, tests, dialogues, files.

use super::document::{Block, Table};
use super::document::{heading, word};
use crate::gate::Gate;
use crate::session::{Record, Row};
use jiff::Timestamp;
use serde_json::Value;

/// Rows of evidence that a report shows; a large log has more, and the JSON holds them all.
const ROWS: usize = 400;

/// Every piece of evidence with time and source.
pub fn evidence(out: &mut Vec<Block>, all: &[Row]) {
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
pub fn probes(out: &mut Vec<Block>, finding: &Record) {
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
pub fn files(out: &mut Vec<Block>, finding: &Record) {
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

/// Every certificate that was shown, with all that was read of it.
pub fn certificates(out: &mut Vec<Block>, all: &[Row]) {
    let shown: Vec<(&Row, &Value)> = all
        .iter()
        .filter_map(|row| Some((row, row.fact.as_ref()?)))
        .collect();
    if shown.is_empty() {
        return;
    }
    heading(out, "Certificates");
    let mut table = Table::new(&[("Of", 0.1), ("Field", 0.22), ("Value", 0.68)]);
    for (row, fact) in shown {
        for (name, value) in fact.as_object().into_iter().flatten() {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Array(items) => {
                    let words = items
                        .iter()
                        .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
                    words.collect::<Vec<_>>().join(", ")
                }
                Value::Null => continue,
                other => other.to_string(),
            };
            if name != "kind" && !text.is_empty() {
                table
                    .rows
                    .push(vec![row.id.clone(), name.replace('_', " "), text]);
            }
        }
    }
    out.push(Block::Table(table));
}

/// What DNS said.
pub fn names(out: &mut Vec<Block>, all: &[Row]) {
    let asked: Vec<&Row> = all
        .iter()
        .filter(|row| row.gate == Gate::Resolve || row.source == "reputation")
        .collect();
    if asked.is_empty() {
        return;
    }
    heading(out, "Names and records");
    let mut table = Table::new(&[("Id", 0.08), ("What was asked", 0.24), ("Answer", 0.68)]);
    for row in asked {
        table.rows.push(vec![
            row.id.clone(),
            row.kind.replace([':', '-'], " "),
            row.summary.clone(),
        ]);
    }
    out.push(Block::Table(table));
}

/// The dialogues, line by line.
pub fn transcripts(out: &mut Vec<Block>, record: &Record) {
    let spoken: Vec<_> = record
        .probes
        .iter()
        .filter(|probe| !probe.transcript.is_empty())
        .collect();
    if spoken.is_empty() {
        return;
    }
    heading(out, "Dialogues");
    out.push(Block::Note(
        "-> sent, <- received, ~ inside TLS. Passwords are masked where they are sent.".to_owned(),
    ));
    for probe in spoken {
        out.push(Block::Code {
            title: word(&probe.id),
            lines: probe.transcript.clone(),
        });
    }
}
