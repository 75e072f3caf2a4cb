//! The tables hold what the code asks for, in every language, and the code holds no words.

use super::*;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Name and the variables that its text uses.
type Table = BTreeMap<String, BTreeSet<String>>;

fn table(text: &str) -> Table {
    let parsed = fluent_syntax::parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut all = Table::new();
    for entry in parsed.body {
        if let Entry::Message(message) = entry {
            let mut used = BTreeSet::new();
            variables(message.value.as_ref().expect("a text"), &mut used);
            assert!(
                all.insert(message.id.name.to_owned(), used).is_none(),
                "{} stands twice",
                message.id.name
            );
        }
    }
    all
}

fn variables(pattern: &Pattern<&str>, used: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                for variant in variants {
                    variables(&variant.value, used);
                }
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline {
            used.insert(id.name.to_owned());
        }
    }
}

/// The wizard's sources without their tests.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, all: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, all);
            } else if !path.ends_with("tests.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
                all.push((path.display().to_string(), code));
            }
        }
    }
    let mut all = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gui"), &mut all);
    all
}

/// The string literals of a source, each with what stands before it on its line.
fn literals(code: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in code.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let mut parts = line.split('"');
        let mut before = parts.next().unwrap_or_default().to_owned();
        while let (Some(text), Some(after)) = (parts.next(), parts.next()) {
            all.push((before.clone(), text.to_owned()));
            after.clone_into(&mut before);
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let (english, german) = (table(&file("en")), table(&file("de")));
    let missing: Vec<_> = english
        .keys()
        .filter(|name| !german.contains_key(*name) && !name.starts_with("probe-"))
        .collect();
    assert!(missing.is_empty(), "German lacks {missing:?}");
    for (name, values) in &german {
        assert_eq!(english.get(name), Some(values), "{name}");
    }
}

#[test]
fn every_name_in_the_code_has_a_text_and_every_text_is_used() {
    let english = table(&file("en"));
    let mut asked = BTreeSet::new();
    for (_, code) in sources() {
        for (_, text) in literals(&code) {
            asked.insert(text);
        }
    }
    let named = |name: &str| asked.contains(name) || COMPOSED.iter().any(|start| name.starts_with(start));
    let unused: Vec<_> = english.keys().filter(|name| !named(name)).collect();
    assert!(unused.is_empty(), "no code asks for {unused:?}");
    for (file, code) in sources() {
        let calls = code
            .match_indices("tr!(")
            .map(|(at, found)| &code[at + found.len()..]);
        for call in calls {
            let Some(name) = call
                .trim_start()
                .strip_prefix('"')
                .and_then(|rest| rest.split('"').next())
            else {
                continue;
            };
            assert!(english.contains_key(name), "{file} asks for {name}");
        }
    }
}

/// Names that are put together from these and the id of a gate, a probe or a step.
const COMPOSED: [&str; 4] = ["gate-", "probe-", "help-", "step-"];

#[test]
fn every_gate_has_its_word() {
    let english = table(&file("en"));
    for gate in crate::gate::Gate::ALL {
        assert!(english.contains_key(&format!("gate-{}", gate.id())), "{gate:?}");
    }
}

#[test]
fn plurals_and_values_are_filled_in_and_the_language_changes_at_once() {
    speak(Language::English);
    assert_eq!(tr!("evidence-records", count = 1, written = "1"), "1 record");
    assert_eq!(tr!("evidence-records", count = 7, written = "7"), "7 records");
    speak(Language::German);
    assert_eq!(tr!("evidence-records", count = 7, written = "7"), "7 Einträge");
    speak(Language::Stretched);
    assert_eq!(tr!("word-back"), "BackBa");
    speak(Language::English);
    assert_eq!(tr!("word-back"), "Back");
}

#[test]
fn the_code_holds_no_words_of_its_own() {
    for (file, code) in sources() {
        for (before, text) in literals(&code) {
            let words = text.split_whitespace().filter(|word| {
                word.chars().filter(char::is_ascii_lowercase).count() >= 2
                    && word.chars().all(|c| c.is_alphabetic() || ".,;:?!…'".contains(c))
            });
            let sentence = words.count() >= 2;
            let allowed = ["reason =", "include", "panic!", "expect("]
                .iter()
                .any(|ok| before.contains(ok));
            assert!(!sentence || allowed, "{file}: {text:?} belongs into assets/text");
        }
    }
}
