//! The fix plan on paper: who does what, the steps with their values, the ways to choose from.

use super::document::heading;
use super::document::{Block, Step, Table, Tone};
use super::model::Report;
use super::proof;
use crate::knowledge::schema::Who;
use crate::remedy::Remedy;
use serde_json::Value;

/// The plan.
pub fn blocks(out: &mut Vec<Block>, report: &Report<'_>) {
    ways(out, report.record.more.get("methods"));
    let Some(remedy) = &report.record.remedy else {
        return;
    };
    heading(out, "Steps");
    for caution in &remedy.cautions {
        out.push(Block::Callout {
            tone: Tone::Attention,
            label: "Before you begin".to_owned(),
            text: caution.clone(),
        });
    }
    parties(out, remedy);
    let work = &report.case.work;
    let tracked = !work.done.is_empty();
    out.push(Block::Steps(
        remedy
            .steps
            .iter()
            .map(|step| {
                let mut notes = Vec::new();
                let mut note = |name: &str, text: Option<&String>| {
                    notes.extend(text.map(|text| (name.to_owned(), text.clone())));
                };
                note("Mind", step.caution.as_ref());
                note("Risk", step.risk.as_ref());
                note("Takes", step.takes.as_ref());
                note("To undo", step.undo.as_ref());
                Step {
                    done: tracked.then(|| work.is_done(&step.key)),
                    title: step.title.clone(),
                    who: hands(step.who).to_owned(),
                    detail: step.detail.clone(),
                    place: step.place.clone(),
                    enter: step
                        .enter
                        .iter()
                        .map(|entry| (entry.setting.clone(), entry.value.clone()))
                        .collect(),
                    command: step.command.clone(),
                    notes,
                }
            })
            .collect(),
    ));
    if !work.notes.is_empty() {
        heading(out, "Notes");
        let mut table = Table::new(&[("When", 0.24), ("Note", 0.76)]);
        for note in &work.notes {
            table.rows.push(vec![proof::moment(&note.at), note.text.clone()]);
        }
        out.push(Block::Table(table));
    }
    out.push(Block::Callout {
        tone: Tone::Attention,
        label: "To verify".to_owned(),
        text: remedy.verify.clone(),
    });
}

/// Who does which steps, where there are several hands.
fn parties(out: &mut Vec<Block>, remedy: &Remedy) {
    let mut all: Vec<(Who, Vec<String>)> = Vec::new();
    for (number, step) in remedy.steps.iter().enumerate() {
        let number = (number + 1).to_string();
        match all.iter_mut().find(|(who, _)| *who == step.who) {
            Some((_, numbers)) => numbers.push(number),
            None => all.push((step.who, vec![number])),
        }
    }
    if all.len() < 2 {
        return;
    }
    let mut table = Table::new(&[("In whose hands", 0.4), ("Steps", 0.6)]);
    for (who, numbers) in all {
        table.rows.push(vec![capital(hands(who)), numbers.join(", ")]);
    }
    out.push(Block::Table(table));
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// In whose hands a step is.
const fn hands(who: Who) -> &'static str {
    match who {
        Who::Device => "at the device",
        Who::Tenant => "mail service administration",
        Who::Network => "network",
        Who::Dns => "DNS",
        Who::Server => "mail server",
        Who::Person => "anyone responsible",
    }
}

/// The ways of sending to choose from, with what speaks for and against each.
fn ways(out: &mut Vec<Block>, methods: Option<&Value>) {
    let Some(methods) = methods.and_then(Value::as_array).filter(|all| !all.is_empty()) else {
        return;
    };
    heading(out, "Ways of sending at this site");
    let mut table = Table::new(&[
        ("Way", 0.18),
        ("Here", 0.13),
        ("Where", 0.22),
        ("Why, needs and limits", 0.47),
    ]);
    for method in methods {
        let text = |name: &str| method.get(name).and_then(Value::as_str).unwrap_or_default();
        let says = |name: &str| -> Vec<String> {
            let items = method.get(name).and_then(Value::as_array);
            items
                .into_iter()
                .flatten()
                .filter_map(|item| item.as_str().or_else(|| item.get("says").and_then(Value::as_str)))
                .map(|text| text.trim_end_matches('.').to_owned())
                .collect()
        };
        let cannot = text("verdict") == "cannot";
        // The essence; all of it stands in the JSON form.
        let some = |name: &str, most: usize| says(name).into_iter().take(most);
        let mut why: Vec<String> = some("because", 2).collect();
        if !cannot {
            why.extend(some("first", 2).map(|first| format!("First: {first}")));
            why.extend(some("needs", 2).map(|need| format!("Needs: {need}")));
            why.extend(some("limits", 1).map(|limit| format!("Limit: {limit}")));
        }
        let present = method.get("present").and_then(Value::as_bool) == Some(true);
        let name = if present {
            format!("{} (set now)", text("name"))
        } else {
            text("name").to_owned()
        };
        let port = method
            .get("port")
            .and_then(Value::as_u64)
            .map(|port| format!(", port {port}"));
        let place = format!("{}{}", text("host"), port.unwrap_or_default());
        table.rows.push(vec![
            name,
            text("verdict").to_owned(),
            if cannot { "–".to_owned() } else { place },
            if why.is_empty() {
                "–".to_owned()
            } else {
                format!("{}.", why.join(". "))
            },
        ]);
    }
    out.push(Block::Table(table));
}
