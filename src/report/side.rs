//! The server's mail ports, and the send by this computer beside the same send with the copier's limits.

use super::document::{Block, Table};
use super::document::{heading, word};
use crate::evidence::PortKind;
use crate::session::Record;
use crate::session::tables::{PortRow, reading};
use serde_json::Value;

/// The words of a port's state, as a finding writes them.
const STATES: [&str; 4] = ["open", "refused", "blocked", "unreachable"];
/// What can speak at a port.
const KINDS: [PortKind; 6] = [
    PortKind::Plain,
    PortKind::StartTls,
    PortKind::ImplicitTls,
    PortKind::TurnedAway,
    PortKind::OtherProtocol,
    PortKind::Silent,
];

/// Both tables, where the run brought something for them.
pub fn blocks(out: &mut Vec<Block>, record: &Record) {
    ports(out, record);
    side_by_side(out, record);
}

/// The items of a list of the finding.
fn items<'r>(record: &'r Record, name: &str) -> impl Iterator<Item = &'r Value> {
    record
        .more
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn ports(out: &mut Vec<Block>, record: &Record) {
    let rows: Vec<PortRow> = items(record, "ports").filter_map(port).collect();
    if rows.is_empty() {
        return;
    }
    heading(out, "Mail ports of the server");
    let columns = [
        ("Port", 0.14),
        ("Network", 0.18),
        ("STARTTLS", 0.16),
        ("TLS at once", 0.16),
        ("What speaks there", 0.36),
    ];
    let mut table = Table::new(&columns);
    for row in &rows {
        let offers = |kind| match row.speaks {
            _ if row.state != "open" => "",
            Some(speaks) if speaks == kind => "yes",
            None | Some(PortKind::Silent | PortKind::TurnedAway) => "not known",
            Some(_) => "no",
        };
        let set = if row.chosen { " (set)" } else { "" };
        table.rows.push(vec![
            format!("{}{set}", row.port),
            row.state.to_owned(),
            offers(PortKind::StartTls).to_owned(),
            offers(PortKind::ImplicitTls).to_owned(),
            row.speaks.map_or("", PortKind::words).to_owned(),
        ]);
    }
    out.push(Block::Table(table));
    if let Some(sentence) = reading(&rows) {
        out.push(Block::Note(sentence.to_owned()));
    }
}

/// A row as the finding has it; none where it is not one.
fn port(value: &Value) -> Option<PortRow> {
    let state = value.get("state")?.as_str()?;
    let speaks = value.get("speaks").and_then(Value::as_str);
    Some(PortRow {
        port: value.get("port")?.as_u64()?.try_into().ok()?,
        chosen: value.get("chosen").and_then(Value::as_bool).unwrap_or_default(),
        state: STATES.into_iter().find(|known| *known == state)?,
        speaks: speaks.and_then(|speaks| KINDS.into_iter().find(|kind| word(kind) == speaks)),
    })
}

fn side_by_side(out: &mut Vec<Block>, record: &Record) {
    let mut table = Table::new(&[("Step", 0.18), ("This computer", 0.41), ("As the copier", 0.41)]);
    for item in items(record, "side_by_side") {
        let text = |name: &str| {
            let text = item.get(name).and_then(Value::as_str);
            text.unwrap_or("not done").to_owned()
        };
        table
            .rows
            .push(vec![text("step"), text("laptop"), text("copier")]);
    }
    if !table.rows.is_empty() {
        heading(out, "The same send, side by side");
        out.push(Block::Table(table));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;
    use serde_json::json;

    /// The text of all tables and notes.
    fn written(record: &Record) -> String {
        let mut out = Vec::new();
        blocks(&mut out, record);
        format!("{out:?}")
    }

    #[test]
    fn a_record_without_tables_has_no_empty_ones() {
        assert_eq!(written(&samples::empty()), "[]");
    }

    #[test]
    fn ports_and_both_sends_are_told_and_what_is_damaged_is_left_out() {
        let mut record = samples::empty();
        record.more.insert(
            "ports".into(),
            json!([
                { "port": 25, "chosen": true, "state": "blocked", "speaks": null },
                { "port": 587, "chosen": false, "state": "open", "speaks": "starttls" },
                { "port": 70_000, "state": "open" },
                { "port": 465, "state": "haunted" },
                "no row",
            ]),
        );
        record.more.insert(
            "side_by_side".into(),
            json!([{ "step": "encrypt", "laptop": "TLS 1.3", "copier": null }]),
        );
        let text = written(&record);
        for part in [
            r#"["25 (set)", "blocked", "", "", ""]"#,
            r#"["587", "open", "yes", "no", "SMTP with STARTTLS"]"#,
            "Only port 25 is blocked",
            r#"["encrypt", "TLS 1.3", "not done"]"#,
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("70000") && !text.contains("haunted"));
    }
}
