//! Reply patterns and panel codes: well formed, and read by their own examples alone.

use super::report::Report;
use crate::knowledge::Knowledge;
use crate::knowledge::fold::fold_fragment;
use crate::knowledge::schema::{CodeTable, ReplyPattern};
use jiff::civil::Date;
use std::collections::HashSet;

/// A reply pattern: well formed, read by its own example, and by none of its counter-examples.
pub(super) fn check_reply(
    knowledge: &Knowledge,
    pattern: &ReplyPattern,
    today: Date,
    report: &mut Report<'_>,
) {
    let id = &pattern.id;
    report.dated("id", id, &pattern.source, &pattern.checked, today);
    report.known_cause("id", id, &pattern.cause);
    for cause in &pattern.also {
        report.known_cause("id", id, cause);
    }
    if !pattern.with.is_empty() && pattern.any.is_empty() {
        report.add(
            "id",
            id,
            format!("{id}: it says something (`with`) of nothing (`any`)"),
        );
    }
    for fragment in fragments_of(pattern) {
        if fragment.to_lowercase() != *fragment {
            report.add(
                "id",
                id,
                format!("{id}: the fragment {fragment:?} is not lower case"),
            );
        }
        if fold_fragment(fragment).trim().is_empty() {
            report.add(
                "id",
                id,
                format!("{id}: nothing is left of the fragment {fragment:?}"),
            );
        }
    }
    let stage = pattern.stage.first().map(|stage| stage.stage());
    let reader = |text: &str| {
        let reading = knowledge.read_reply(text, stage, Some(&pattern.service));
        reading.map(|reading| reading.pattern.id.clone())
    };
    if pattern.example.trim().is_empty() {
        report.add("id", id, format!("{id}: there is no example"));
    } else {
        match reader(&pattern.example) {
            Some(other) if other == *id => {}
            Some(other) => report.add("id", id, format!("{id}: its example is claimed by {other}")),
            None => report.add("id", id, format!("{id}: its example is not read")),
        }
    }
    for text in &pattern.not {
        if reader(text).as_ref() == Some(id) {
            report.add("id", id, format!("{id}: it reads what it must not: {text:?}"));
        }
    }
}

/// All fragments of a pattern.
fn fragments_of(pattern: &ReplyPattern) -> impl Iterator<Item = &String> {
    let lists = [&pattern.all, &pattern.any, &pattern.with, &pattern.none];
    lists.into_iter().flatten()
}

/// A table of panel codes: each code once, with meaning and advice, and causes that exist.
pub(super) fn check_codes(table: &CodeTable, today: Date, report: &mut Report<'_>) {
    report.dated("vendor", &table.vendor, &table.source, &table.checked, today);
    let mut codes: HashSet<&str> = HashSet::new();
    for code in &table.codes {
        let name = &code.code;
        if !codes.insert(name) {
            report.add("code", name, format!("the code {name:?} stands twice"));
        }
        if name.trim().is_empty() || code.meaning.trim().is_empty() || code.advice.trim().is_empty() {
            report.add(
                "code",
                name,
                format!("{name}: code, meaning or advice is missing"),
            );
        }
        for cause in &code.causes {
            report.known_cause("code", name, cause);
        }
        if code.echoes_reply && code.causes.is_empty() {
            report.add(
                "code",
                name,
                format!("{name}: it repeats a reply, so it needs readings"),
            );
        }
    }
}
