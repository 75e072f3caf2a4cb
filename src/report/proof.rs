//! The repeated test: in plain words for the client, side by side for the technician.

use super::document::heading;
use super::document::{Block, Table, Tone};
use super::model::Report;
use crate::case::{Outcome, Proof, SideBySide, Verification};
use jiff::Timestamp;

/// On what the proof rests, for the client.
pub fn in_plain_words(test: Option<&Verification>) -> &'static str {
    match test.and_then(|test| test.proof) {
        Some(Proof::AsTheCopier) => {
            "A computer at hand repeated the hand-over that had been refused, with the copier's settings as they are now; it was accepted."
        }
        Some(Proof::ByTheCopier) => {
            "The copier itself sent a document, and this was watched step by step; the mail service was tested along the whole way as well."
        }
        Some(Proof::SeenByPerson) => "A scan sent from the copier itself arrived.",
        None => "",
    }
}

/// The day of a time in the form of a case file.
pub fn day_of(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.get(..10).unwrap_or(at).to_owned(),
        |at| at.strftime("%-d %B %Y").to_string(),
    )
}

/// A time in the form of a case file, to the minute.
pub fn moment(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// Before and after, for the technician.
pub fn blocks(out: &mut Vec<Block>, report: &Report<'_>) {
    let Some(test) = &report.case.verification else {
        return;
    };
    heading(out, "Verification");
    out.push(Block::Callout {
        tone: match test.outcome {
            Outcome::Passed => Tone::Good,
            Outcome::Failed => Tone::Fault,
            Outcome::NotVerified => Tone::Attention,
        },
        label: match (test.outcome, test.proof) {
            (Outcome::Passed, Some(Proof::AsTheCopier)) => "Passed, repeated as the copier",
            (Outcome::Passed, Some(Proof::ByTheCopier)) => "Passed, by the copier itself",
            (Outcome::Passed, _) => "Passed, a scan was seen to arrive",
            (Outcome::Failed, _) => "Not passed",
            (Outcome::NotVerified, _) => "Not verified",
        }
        .to_owned(),
        text: format!("{}.", test.headline.trim_end_matches('.')),
    });
    if let Some(missing) = &test.missing {
        out.push(Block::Text(format!("Wanted for a proof: {missing}.")));
    }
    out.push(Block::Note(format!(
        "Repeated at {}: {}.",
        moment(&test.at),
        test.test
    )));
    side_by_side(out, ("What", "Before", "After"), &test.rows);
    if !test.changes.is_empty() {
        heading(out, "Settings before and after");
        side_by_side(out, ("Setting", "Before", "After"), &test.changes);
    }
}

fn side_by_side(out: &mut Vec<Block>, names: (&str, &str, &str), rows: &[SideBySide]) {
    let mut table = Table::new(&[(names.0, 0.2), (names.1, 0.4), (names.2, 0.4)]);
    for row in rows {
        table
            .rows
            .push(vec![row.what.clone(), row.before.clone(), row.after.clone()]);
    }
    if !table.rows.is_empty() {
        out.push(Block::Table(table));
    }
}
