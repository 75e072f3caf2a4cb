//! The lint held against files that are wrong in one way each.

use super::*;
use crate::knowledge::built_in;
use crate::knowledge::causes::CAUSES;

fn today() -> Date {
    Date::constant(2026, 11, 22)
}

fn one(text: &str) -> Vec<String> {
    let files = [("own.ron".to_owned(), text.to_owned())];
    let findings = check_as_of(&files, today());
    findings
        .into_iter()
        .filter(|finding| !finding.problem.contains("has no entry"))
        .map(|f| format!("{}:{}:{}: {}", f.file, f.line, f.column, f.problem))
        .collect()
}

fn replies(entry: &str) -> String {
    format!(
        "Replies((service: \"any\", source: \"x\", checked: \"2026-11-01\", replies: [\n  ({entry}),\n]))"
    )
}

#[test]
fn the_embedded_replies_and_codes_are_clean() {
    let files: Vec<(String, String)> = built_in::files()
        .map(|file| (file.name.to_owned(), file.text()))
        .collect();
    let findings = check_as_of(&files, today());
    let ours: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.file.starts_with("replies-") || finding.file.starts_with("codes-"))
        .collect();
    assert!(ours.is_empty(), "{ours:#?}");
}

#[test]
fn a_syntax_error_is_named_with_its_place() {
    assert!(one("Causes([\n  (id: 5),\n])")[0].starts_with("own.ron:2:"));
}

#[test]
fn an_example_that_the_pattern_does_not_read_is_named() {
    let text = replies("id: \"a\", all: [\"no such\"], cause: \"relay-denied\", example: \"550 Go away\"");
    assert_eq!(one(&text), ["own.ron:2:4: a: its example is not read"]);
}

#[test]
fn an_example_that_another_pattern_claims_is_named() {
    let text = replies(
        "id: \"a\", all: [\"no\"], cause: \"relay-denied\", example: \"550 no relaying\"),\n  (id: \"b\", all: [\"no relaying\"], cause: \"relay-denied\", example: \"550 no relaying\"",
    );
    assert_eq!(one(&text), ["own.ron:2:4: a: its example is claimed by b"]);
}

#[test]
fn a_counter_example_that_is_read_is_named() {
    let text = replies(
        "id: \"a\", all: [\"denied\"], cause: \"relay-denied\", example: \"550 Denied\", not: [\"550 denied too\"]",
    );
    assert_eq!(one(&text).len(), 1);
    assert!(one(&text)[0].contains("reads what it must not"));
}

#[test]
fn capitals_dead_causes_and_missing_examples_are_named() {
    let text = replies("id: \"a\", all: [\"Denied\"], cause: \"bad-luck\", example: \"\"");
    let problems = one(&text).join("\n");
    for part in ["not lower case", "no cause \"bad-luck\"", "no example"] {
        assert!(problems.contains(part), "{part}: {problems}");
    }
}

#[test]
fn stale_and_false_dates_and_empty_sources_are_named() {
    let stale = "Codes((vendor: \"A\", source: \"\", checked: \"2024-11-01\", codes: []))";
    assert_eq!(one(stale).len(), 2);
    let wrong = "Codes((vendor: \"A\", source: \"x\", checked: \"1.11.2026\", codes: []))";
    assert!(one(wrong)[0].contains("is not a date"));
    let fresh = "Codes((vendor: \"A\", source: \"x\", checked: \"2025-01-01\", codes: []))";
    assert!(one(fresh).is_empty());
}

#[test]
fn an_id_that_stands_twice_is_named() {
    let entry = "id: \"a\", all: [\"denied\"], cause: \"relay-denied\", example: \"550 Denied\"";
    let text = replies(&format!("{entry}),\n  ({entry}"));
    assert!(one(&text).iter().any(|problem| problem.contains("stands twice")));
}

#[test]
fn a_cause_without_entry_is_named() {
    let files = [("causes.ron".to_owned(), "Causes([])".to_owned())];
    let findings = check_as_of(&files, today());
    assert_eq!(
        findings.len(),
        CAUSES.iter().filter(|(_, gate)| gate.is_some()).count()
    );
}

/// A cause that is in order, but for what `change` puts in its place.
fn cause(from: &str, to: &str) -> String {
    let entry = "Causes([\n  (id: \"relay-denied\", gate: sender, title: \"T\", headline: \"H\", client: \"C.\", explanation: \"E\", signs: [(on: \"accepted:mail\", when: [\"method=relay\"], weight: hints)], remedy: [(title: \"Do\", detail: \"it\", who: device)], verify: \"V\", references: [\"https://aka.ms/smtprelay\"], source: \"x\", checked: \"2026-11-01\"),\n])";
    assert!(entry.contains(from));
    entry.replace(from, to)
}

#[test]
fn dead_references_of_a_cause_are_named_with_their_place() {
    assert!(one(&cause("relay-denied", "relay-denied")).is_empty());
    for (from, to, problem) in [
        (
            "remedy: [(title: \"Do\", detail: \"it\", who: device)]",
            "remedy: []",
            "there is no remedy",
        ),
        (
            "https://aka.ms/smtprelay",
            "aka.ms smtprelay",
            "is no address of a page",
        ),
        ("method=relay", "method=pigeon", "there is no condition"),
        ("accepted:mail", "accepted:pigeon", "there is no kind of fact"),
        (
            "verify:",
            "explains: [\"bad-luck\"], verify:",
            "there is no cause",
        ),
        (
            "verify:",
            "next_test: (probe: \"ask\", question: \"who\", why: \"y\"), verify:",
            "there is no question",
        ),
        (
            "verify:",
            "next_test: (probe: \"guess\", why: \"y\"), verify:",
            "there is no probe",
        ),
    ] {
        let told = one(&cause(from, to));
        assert_eq!(told.len(), 1, "{to}: {told:?}");
        assert!(
            told[0].starts_with("own.ron:2:4: ") && told[0].contains(problem),
            "{told:?}"
        );
    }
}

#[test]
fn an_unknown_field_is_named_with_its_place() {
    let told = one(&cause("title:", "tittle:"));
    assert!(
        told[0].starts_with("own.ron:2:") && told[0].contains("tittle"),
        "{told:?}"
    );
}

#[test]
fn questions_that_would_prove_or_have_one_answer_are_named() {
    let text = "Questions([\n  (id: \"q\", text: \"T?\", why: \"W\", seconds: 5, options: [(value: \"a\", text: \"A\", says: [(causes: [\"relay-denied\", \"bad-luck\"], weight: proves)])], source: \"x\", checked: \"2026-11-01\"),\n])";
    let told = one(text).join("\n");
    for part in [
        "neither proves nor excludes",
        "no cause \"bad-luck\"",
        "two answers or more",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}
