//! Dates, tests, questions and ways of sending: what they name must be there.

use super::PROBES;
use super::report::Report;
use crate::knowledge::Knowledge;
use crate::knowledge::causes;
use crate::knowledge::schema::{Milestone, Question, SendingMethod, Test, Weight};
use crate::wire::tls::TlsVersion;
use jiff::civil::Date;
use std::collections::HashSet;

/// What a way of sending names and is not there, or says and cannot be.
pub(super) fn method_problems(entry: &SendingMethod, knowledge: &Knowledge) -> Vec<String> {
    let mut problems = Vec::new();
    let provider = |id: &String| knowledge.providers.iter().any(|provider| provider.id == *id);
    // Laid over by itself, a file of methods may speak of the built-in services.
    if !knowledge.providers.is_empty() {
        let named = entry
            .customers_of
            .iter()
            .chain(Some(&entry.service).filter(|id| !id.is_empty()));
        for id in named.filter(|id| !provider(id)) {
            problems.push(format!("there is no provider {id:?}"));
        }
    }
    if !knowledge.dates.is_empty() {
        let unknown = |id: &&String| !knowledge.dates.iter().any(|date| date.id == **id);
        for id in entry.dates.iter().filter(unknown) {
            problems.push(format!("there is no date {id:?}"));
        }
    }
    for obstacle in &entry.obstacles {
        if let Some(cause) = obstacle.on.strip_prefix("cause:")
            && !causes::is_cause(cause)
        {
            problems.push(format!("there is no cause {cause:?}"));
        }
        if obstacle.said.iter().any(|words| *words != words.to_lowercase()) {
            problems.push(format!(
                "the words of {:?} are compared in lower case",
                obstacle.on
            ));
        }
    }
    if entry
        .min_tls
        .as_deref()
        .is_some_and(|version| TlsVersion::parse(version).is_none())
    {
        problems.push("min_tls is no TLS version".to_owned());
    }
    problems
}

/// Announced dates: of providers and beside causes that exist, and not too old to be told.
pub(super) fn check_dates(dates: &[Milestone], knowledge: &Knowledge, today: Date, report: &mut Report<'_>) {
    for date in dates {
        report.dated("id", &date.id, &date.source, &date.checked, today);
        if knowledge
            .providers
            .iter()
            .all(|provider| provider.id != date.provider)
        {
            report.add(
                "id",
                &date.id,
                format!("{}: there is no provider {:?}", date.id, date.provider),
            );
        }
        for cause in &date.causes {
            report.known_cause("id", &date.id, cause);
        }
    }
}

/// Tests: probes and causes that exist.
pub(super) fn check_tests(tests: &[Test], knowledge: &Knowledge, report: &mut Report<'_>) {
    for test in tests {
        let probe = &test.probe;
        if !PROBES.contains(&probe.as_str()) {
            report.add("probe", probe, format!("there is no probe {probe:?}"));
        }
        for cause in &test.decides {
            report.known_cause("probe", probe, cause);
        }
        for condition in &test.when {
            report.known_condition(knowledge, "probe", probe, condition);
        }
    }
}

/// Questions: at least two answers, each once, about causes that exist, and never proof.
pub(super) fn check_questions(
    questions: &[Question],
    knowledge: &Knowledge,
    today: Date,
    report: &mut Report<'_>,
) {
    for question in questions {
        let id = &question.id;
        report.dated("id", id, &question.source, &question.checked, today);
        for condition in &question.when {
            report.known_condition(knowledge, "id", id, condition);
        }
        let mut values: HashSet<&str> = HashSet::new();
        for option in &question.options {
            if !values.insert(&option.value) {
                report.add(
                    "id",
                    id,
                    format!("{id}: the answer {:?} stands twice", option.value),
                );
            }
            for says in &option.says {
                if matches!(says.weight, Weight::Proves | Weight::Excludes) {
                    report.add(
                        "id",
                        id,
                        format!("{id}: what a person says neither proves nor excludes"),
                    );
                }
                for cause in &says.causes {
                    report.known_cause("id", id, cause);
                }
            }
        }
        if values.len() < 2 {
            report.add("id", id, format!("{id}: a question needs two answers or more"));
        }
    }
}
