//! The lint behind `scanmedic knowledge check`: what is wrong with knowledge files, and where.

mod causes;
mod others;
mod replies;
mod report;

use super::Knowledge;
use super::schema::{self, File};
use causes::{check_causes, missing_causes};
use jiff::Zoned;
use jiff::civil::Date;
use others::{check_dates, check_questions, check_tests, method_problems};
use replies::{check_codes, check_reply};
use report::{Place, Report};
use std::collections::HashMap;

/// Probes that a next test may name, `listen` for being the mail server, and `ask` for a question to a person.
pub const PROBES: &[&str] = &[
    "ask",
    "device",
    "resolve",
    "connect",
    "ports",
    "greet",
    "encrypt",
    "certificate",
    "tls-versions",
    "be-the-copier",
    "authenticate",
    "envelope",
    "message",
    "reception",
    "reputation",
    "listen",
];

/// Something wrong in a knowledge file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
}

/// Checks files that are loaded together, each a name and its text, as of today.
pub fn check(files: &[(String, String)]) -> Vec<Finding> {
    check_as_of(files, Zoned::now().date())
}

/// As [`check`], on a given day.
pub fn check_as_of(files: &[(String, String)], today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut knowledge = Knowledge::default();
    let mut parsed = Vec::new();
    for (name, text) in files {
        match schema::parse(text, name) {
            Ok(file) => {
                knowledge.add(file.clone());
                parsed.push((Place { name, text }, file));
            }
            Err(error) => findings.push(Finding {
                file: error.file,
                line: error.line,
                column: error.column,
                problem: error.problem,
            }),
        }
    }
    let mut seen: HashMap<String, String> = HashMap::new();
    for (place, file) in &parsed {
        let mut report = Report {
            place: *place,
            findings: &mut findings,
        };
        match file {
            File::Causes(entries) => check_causes(entries, &knowledge, &mut seen, today, &mut report),
            File::Replies(set) => {
                let set = set.clone();
                report.dated("service", &set.service, &set.source, &set.checked, today);
                for pattern in set.into_patterns() {
                    report.unique(&mut seen, "reply", &pattern.id);
                    check_reply(&knowledge, &pattern, today, &mut report);
                }
            }
            File::Codes(table) => check_codes(table, today, &mut report),
            File::Providers(entries) => {
                for entry in entries {
                    report.dated("id", &entry.id, &entry.source, &entry.checked, today);
                }
            }
            File::Devices(entries) => {
                for entry in entries {
                    report.dated("vendor", &entry.vendor, &entry.source, &entry.checked, today);
                }
            }
            File::Identify(entries) => {
                for entry in entries {
                    report.dated("vendor", &entry.vendor, &entry.source, &entry.checked, today);
                }
            }
            File::Firmware(entry) => {
                report.dated("vendor", &entry.vendor, &entry.source, &entry.checked, today);
            }
            File::Personas(entries) => entries
                .iter()
                .for_each(|entry| report.dated("id", &entry.id, &entry.source, &entry.checked, today)),
            File::Habits(entries) => {
                for entry in entries {
                    report.unique(&mut seen, "habit", &entry.id);
                    report.dated("id", &entry.id, &entry.source, &entry.checked, today);
                }
            }
            File::FirmwareNotes(entries) => entries.iter().for_each(|entry| {
                report.dated("vendor", &entry.vendor, &entry.source, &entry.checked, today);
            }),
            File::ListenAdvice(entries) => entries
                .iter()
                .for_each(|entry| report.dated("id", &entry.id, &entry.source, &entry.checked, today)),
            File::Blocklists(lists) => {
                for list in lists {
                    report.dated("zone", &list.zone, &list.source, &list.checked, today);
                    for problem in list.problems() {
                        report.add("zone", &list.zone, format!("{}: {problem}", list.zone));
                    }
                }
            }
            File::Dates(dates) => check_dates(dates, &knowledge, today, &mut report),
            File::Tests(tests) => check_tests(tests, &knowledge, &mut report),
            File::Questions(questions) => check_questions(questions, &knowledge, today, &mut report),
            File::Disagreements(entries) => entries
                .iter()
                .for_each(|entry| report.dated("id", &entry.id, &entry.source, &entry.checked, today)),
            File::Filters(entries) => entries
                .iter()
                .for_each(|entry| report.dated("name", &entry.name, &entry.source, &entry.checked, today)),
            File::Resolvers(entries) => entries
                .iter()
                .for_each(|entry| report.dated("name", &entry.name, &entry.source, &entry.checked, today)),
            File::Authorities(entries) => entries
                .iter()
                .for_each(|entry| report.dated("id", &entry.id, &entry.source, &entry.checked, today)),
            File::Methods(entries) => {
                for entry in entries {
                    report.unique(&mut seen, "way of sending", &entry.id);
                    report.dated("id", &entry.id, &entry.source, &entry.checked, today);
                    for problem in method_problems(entry, &knowledge) {
                        report.add("id", &entry.id, format!("{}: {problem}", entry.id));
                    }
                }
            }
            File::Interference(products) => {
                for product in products {
                    report.dated("id", &product.id, &product.source, &product.checked, today);
                    for words in product.greetings.iter().chain(&product.issuers) {
                        if words.is_empty() || *words != words.to_lowercase() {
                            let text = format!("{}: {words:?} must be lower case and not empty", product.id);
                            report.add("id", &product.id, text);
                        }
                    }
                }
            }
            File::Events(table) => {
                report.dated("vendor", &table.vendor, &table.source, &table.checked, today);
            }
        }
    }
    findings.extend(missing_causes(&parsed, &knowledge));
    findings
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
