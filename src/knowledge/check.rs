//! The lint behind `scanmedic knowledge check`: what is wrong with knowledge files, and where.

use super::causes::{self, CAUSES};
use super::fold::fold_fragment;
use super::schema::{
    self, Cause, CodeTable, File, Milestone, Question, ReplyPattern, SendingMethod, Test, Weight,
};
use super::{Knowledge, words};
use crate::wire::tls::TlsVersion;
use jiff::civil::Date;
use jiff::{ToSpan, Zoned};
use std::collections::{HashMap, HashSet};

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

/// An entry that was checked longer ago than this is stale.
const YEARS: i32 = 2;

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

/// What a way of sending names and is not there, or says and cannot be.
fn method_problems(entry: &SendingMethod, knowledge: &Knowledge) -> Vec<String> {
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

/// A file's name and text.
#[derive(Clone, Copy)]
struct Place<'a> {
    name: &'a str,
    text: &'a str,
}

impl Place<'_> {
    /// Line and column of `key: "value"`, or of the value anywhere, or the file's beginning.
    fn of(&self, key: &str, value: &str) -> (usize, usize) {
        let quoted = format!("{key}: {value:?}");
        let at = self
            .text
            .find(&quoted)
            .or_else(|| self.text.find(&format!("{value:?}")))
            .unwrap_or(0);
        let before = self.text.get(..at).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// Collects what is wrong in one file.
struct Report<'a> {
    place: Place<'a>,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// Adds a finding at the entry with this key and value.
    fn add(&mut self, key: &str, value: &str, problem: String) {
        let (line, column) = self.place.of(key, value);
        self.findings.push(Finding {
            file: self.place.name.to_owned(),
            line,
            column,
            problem,
        });
    }

    /// An id that stands twice.
    fn unique(&mut self, seen: &mut HashMap<String, String>, kind: &str, id: &str) {
        let before = seen.insert(format!("{kind} {id}"), self.place.name.to_owned());
        if let Some(other) = before {
            self.add("id", id, format!("the id {id:?} stands twice, also in {other}"));
        }
    }

    /// A cause that the contract does not have.
    fn known_cause(&mut self, key: &str, entry: &str, cause: &str) {
        if !causes::is_cause(cause) {
            self.add(key, entry, format!("{entry}: there is no cause {cause:?}"));
        }
    }

    /// A condition of a case that nothing answers.
    fn known_condition(&mut self, knowledge: &Knowledge, key: &str, entry: &str, condition: &str) {
        if !words::is_condition(knowledge, condition) {
            self.add(
                key,
                entry,
                format!("{entry}: there is no condition {condition:?}"),
            );
        }
    }

    /// A missing source, a date that is none, or one too long ago.
    fn dated(&mut self, key: &str, entry: &str, source: &str, checked: &str, today: Date) {
        if source.trim().is_empty() {
            self.add(key, entry, format!("{entry}: the source is missing"));
        }
        match parse_date(checked) {
            None => self.add(
                key,
                entry,
                format!("{entry}: {checked:?} is not a date YYYY-MM-DD"),
            ),
            Some(date) if date < today.saturating_sub(YEARS.years()) => {
                self.add(
                    key,
                    entry,
                    format!("{entry}: checked on {checked}, more than {YEARS} years ago"),
                );
            }
            Some(_) => {}
        }
    }
}

/// Whether a reference is the address of a page: https, a host with a dot, no blanks.
fn is_page(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host.contains('.') && !host.ends_with('.')) && !text.contains(char::is_whitespace)
}

/// A date written `YYYY-MM-DD` and nothing else.
fn parse_date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}

/// Causes: known, with their gate, with a remedy, with a next test that exists.
fn check_causes(
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
        for sign in cause.signs.iter().filter(|sign| !words::is_kind(&sign.on)) {
            report.add(
                "id",
                &cause.id,
                format!("{}: there is no kind of fact {:?}", cause.id, sign.on),
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
fn missing_causes(parsed: &[(Place<'_>, File)], knowledge: &Knowledge) -> Vec<Finding> {
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

/// A reply pattern: well formed, read by its own example, and by none of its counter-examples.
fn check_reply(knowledge: &Knowledge, pattern: &ReplyPattern, today: Date, report: &mut Report<'_>) {
    let id = &pattern.id;
    report.dated("id", id, &pattern.source, &pattern.checked, today);
    report.known_cause("id", id, &pattern.cause);
    for cause in &pattern.also {
        report.known_cause("id", id, cause);
    }
    for fragment in pattern.all.iter().chain(&pattern.any).chain(&pattern.none) {
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

/// A table of panel codes: each code once, with meaning and advice, and causes that exist.
fn check_codes(table: &CodeTable, today: Date, report: &mut Report<'_>) {
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

/// Announced dates: of providers and beside causes that exist, and not too old to be told.
fn check_dates(dates: &[Milestone], knowledge: &Knowledge, today: Date, report: &mut Report<'_>) {
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
fn check_tests(tests: &[Test], knowledge: &Knowledge, report: &mut Report<'_>) {
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
fn check_questions(questions: &[Question], knowledge: &Knowledge, today: Date, report: &mut Report<'_>) {
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

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
