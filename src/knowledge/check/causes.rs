//! Causes: known, with their gate, with remedies and references that can be right.

use super::report::{Place, Report};
use super::{Finding, PROBES};
use crate::knowledge::Knowledge;
use crate::knowledge::causes::{self, CAUSES};
use crate::knowledge::schema::{Cause, File};
use crate::knowledge::words;
use jiff::civil::Date;
use std::collections::HashMap;

/// Causes: known, with their gate, with a remedy, with a next test that exists.
pub(super) fn check_causes(
    entries: &[Cause],
    knowledge: &Knowledge,
    seen: &mut HashMap<String, String>,
    today: Date,
    report: &mut Report<'_>,
) {
    for cause in entries {
        report.unique(seen, "cause", &cause.id);
        report.known_cause("id", &cause.id, &cause.id);
        report.dated("id", &cause.id, &cause.source, &cause.checked, today);
        if let Some(gate) = causes::gate_of(&cause.id)
            && gate != cause.gate
        {
            report.add(
                "id",
                &cause.id,
                format!("{}: its gate is {gate}, not {}", cause.id, cause.gate),
            );
        }
        if cause.remedy.is_empty() {
            report.add("id", &cause.id, format!("{}: there is no remedy", cause.id));
        }
        let instead = cause
            .in_reception
            .iter()
            .chain(cause.device_alone.iter().map(|alone| &alone.cause));
        for other in cause.because.iter().chain(&cause.explains).chain(instead) {
            report.known_cause("id", &cause.id, other);
        }
        let kinds = cause.signs.iter().map(|sign| &sign.on);
        for on in kinds
            .chain(cause.told.iter().map(|told| &told.on))
            .filter(|on| !words::is_kind(on))
        {
            report.add(
                "id",
                &cause.id,
                format!("{}: there is no kind of fact {on:?}", cause.id),
            );
        }
        let signs = cause.signs.iter().flat_map(|sign| &sign.when);
        for condition in signs.chain(cause.remedy.iter().flat_map(|step| &step.when)) {
            report.known_condition(knowledge, "id", &cause.id, condition);
        }
        for page in cause.references.iter().filter(|page| !is_page(page)) {
            report.add(
                "id",
                &cause.id,
                format!("{}: {page:?} is no address of a page", cause.id),
            );
        }
        let question = cause.next_test.as_ref().and_then(|test| test.question.as_deref());
        if let Some(question) = question.filter(|question| knowledge.question(question).is_none()) {
            report.add(
                "id",
                &cause.id,
                format!("{}: there is no question {question:?}", cause.id),
            );
        }
        if let Some(test) = &cause.next_test
            && !PROBES.contains(&test.probe.as_str())
        {
            report.add(
                "id",
                &cause.id,
                format!("{}: there is no probe {:?}", cause.id, test.probe),
            );
        }
    }
}

/// Causes of the contract without an entry; named at the first file of causes.
pub(super) fn missing_causes(parsed: &[(Place<'_>, File)], knowledge: &Knowledge) -> Vec<Finding> {
    let first = parsed.iter().find(|(_, file)| matches!(file, File::Causes(_)));
    let name = first.map_or("", |(place, _)| place.name);
    CAUSES
        .iter()
        .filter(|(id, gate)| gate.is_some() && knowledge.cause(id).is_none())
        .map(|(id, _)| Finding {
            file: name.to_owned(),
            line: 1,
            column: 1,
            problem: format!("the cause {id:?} has no entry"),
        })
        .collect()
}

/// Whether a reference is the address of a page: https, a host with a dot, no blanks.
fn is_page(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host.contains('.') && !host.ends_with('.')) && !text.contains(char::is_whitespace)
}
