//! A cause's way out in a client's words: what is to be done, why it helps, what it takes, what to keep in mind.
//!
//! The words stand in `assets/text/client.ron`.

use crate::gate::Gate;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The way out of one cause, without a technical word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Plain {
    /// What is to be done.
    pub fix: &'static str,
    /// Why it helps.
    pub why: &'static str,
    /// What it takes, and what people notice of it.
    pub effort: &'static str,
    /// What keeps it from coming back.
    pub advice: &'static str,
}

/// The file of words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    efforts: BTreeMap<String, String>,
    causes: Vec<Entry>,
    gates: Vec<Entry>,
}

/// The words for some causes, or for some gates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    of: Vec<String>,
    fix: String,
    why: String,
    effort: String,
    advice: String,
}

const FILE: &str = include_str!("../../assets/text/client.ron");

/// The words for a cause; those of its gate where it has none of its own.
pub fn words(cause: &str, gate: Gate) -> Plain {
    let words = table();
    let for_one = |entries: &'static [Entry], id: &str| {
        let named = |entry: &&Entry| entry.of.iter().any(|of| of == id);
        entries.iter().find(named)
    };
    let entry = for_one(&words.causes, cause).or_else(|| for_one(&words.gates, gate.id()));
    entry.map_or_else(Plain::default, |entry| Plain {
        fix: &entry.fix,
        why: &entry.why,
        effort: words.efforts.get(&entry.effort).unwrap_or(&entry.effort),
        advice: &entry.advice,
    })
}

/// The file, read once. It is part of the program, and a test reads it whole; damaged it would be no words.
fn table() -> &'static Words {
    static TABLE: OnceLock<Words> = OnceLock::new();
    TABLE.get_or_init(|| ron::from_str(FILE).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn every_cause_has_whole_sentences_and_every_name_in_the_file_is_a_cause_or_a_gate() {
        let read: Words = ron::from_str(FILE).unwrap();
        let knowledge = Knowledge::embedded();
        for id in read.causes.iter().flat_map(|entry| &entry.of) {
            assert!(knowledge.cause(id).is_some(), "{id} is no cause");
        }
        for gate in Gate::ALL {
            let id = gate.id();
            let entries = read
                .gates
                .iter()
                .filter(|entry| entry.of.iter().any(|of| of == id));
            assert_eq!(entries.count(), 1, "{id}");
            let plain = words("a-cause-without-words", gate);
            for text in [plain.fix, plain.why, plain.effort, plain.advice] {
                assert!(text.ends_with('.') && text.contains(' '), "{id}: {text:?}");
            }
        }
        for entry in read.causes.iter().chain(&read.gates) {
            for text in [&entry.fix, &entry.why, &entry.advice] {
                assert!(text.ends_with('.'), "{text:?}");
            }
            let named = read.efforts.contains_key(&entry.effort);
            assert!(named || entry.effort.ends_with('.'), "{:?}", entry.effort);
        }
    }

    #[test]
    fn a_cause_s_own_words_go_before_those_of_its_gate() {
        let own = words("device-tls-too-old", Gate::Encrypt);
        let gate = words("another", Gate::Encrypt);
        assert!(own.fix.contains("internal software") && own != gate);
        assert!(
            words("device-clock-wrong", Gate::Certificate)
                .effort
                .contains("settings")
        );
    }
}
