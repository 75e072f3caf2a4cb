//! The fix plan on paper: who does what, the steps with their values, the ways to choose from.

use super::appendix::heading;
use super::document::{Block, Step, Table, Tone};
use super::model::Report;
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
    let tracked = !work.done.is_empty() || work.implemented.is_some();
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
            table.rows.push(vec![note.at.clone(), note.text.clone()]);
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
        ("Way", 0.2),
        ("Here", 0.1),
        ("Where", 0.22),
        ("Why, needs and limits", 0.48),
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
        let mut why = says("because");
        if !cannot {
            why.extend(says("first").into_iter().map(|first| format!("First: {first}")));
            why.extend(says("needs").into_iter().map(|need| format!("Needs: {need}")));
            why.extend(says("limits").into_iter().take(3));
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
