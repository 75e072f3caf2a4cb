//! What does not fit together, and what a person was or should be asked.

use super::document::heading;
use super::document::{Block, Table};
use crate::session::Record;
use serde_json::Value;

/// Contradictions and questions.
pub fn blocks(out: &mut Vec<Block>, record: &Record) {
    let items = |name: &str| {
        record
            .more
            .get(name)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let text = |item: &Value, name: &str| {
        let text = item.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let ids = |item: &Value, name: &str| {
        let all = item.get(name).and_then(Value::as_array);
        let words: Vec<&str> = all.into_iter().flatten().filter_map(Value::as_str).collect();
        words.join(", ")
    };
    let contradictions = items("contradictions");
    if !contradictions.is_empty() {
        heading(out, "Contradictions");
        let mut table = Table::new(&[
            ("What", 0.42),
            ("One side", 0.1),
            ("Other side", 0.1),
            ("To settle it", 0.38),
        ]);
        for item in &contradictions {
            table.rows.push(vec![
                text(item, "about"),
                ids(item, "one"),
                ids(item, "other"),
                text(item, "advice"),
            ]);
        }
        out.push(Block::Table(table));
    }
    let questions = items("questions");
    if !questions.is_empty() {
        heading(out, "Questions to the people on site");
        let mut table = Table::new(&[("Question", 0.42), ("Why", 0.36), ("Answer", 0.22)]);
        for item in &questions {
            let value = text(item, "answer");
            let options = item.get("options").and_then(Value::as_array);
            let chosen = options
                .into_iter()
                .flatten()
                .find(|option| !value.is_empty() && text(option, "value") == value)
                .map(|option| text(option, "text"))
                .filter(|words| !words.is_empty());
            let answer = chosen.unwrap_or(value);
            table.rows.push(vec![
                text(item, "text"),
                text(item, "why"),
                if answer.is_empty() {
                    "open".to_owned()
                } else {
                    answer
                },
            ]);
        }
        out.push(Block::Table(table));
    }
}
