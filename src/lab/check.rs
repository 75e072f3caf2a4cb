//! Holds a diagnosis (`diagnose --json`) against what a scenario expects, field by field.

use super::scenario::Expect;
use crate::certainty::Certainty;
use serde_json::Value;

/// Every difference, each in a line; empty where all is as expected.
pub fn differences(expect: &Expect, found: &Value, exit_code: Option<i32>) -> Vec<String> {
    let mut all = Vec::new();
    let mut differ = |what: &str, wanted: String, got: String| {
        all.push(format!("{what}: expected {wanted}, found {got}"));
    };
    if exit_code != Some(expect.exit_code()) {
        differ(
            "exit code",
            expect.exit_code().to_string(),
            format!("{exit_code:?}"),
        );
    }
    let cause = text(found, "/verdict/cause");
    if cause != expect.cause {
        differ("verdict.cause", expect.cause.clone(), cause.to_owned());
    }
    let gate = found.pointer("/verdict/gate").and_then(Value::as_str);
    let wanted = expect.gate.map(crate::gate::Gate::id);
    if gate != wanted {
        differ("verdict.gate", format!("{wanted:?}"), format!("{gate:?}"));
    }
    let certainty = text(found, "/verdict/certainty");
    match certainty_named(certainty) {
        Some(sure) if sure < expect.certainty => {
            differ(
                "verdict.certainty",
                format!("{} or more", expect.certainty.id()),
                certainty.to_owned(),
            );
        }
        Some(sure) if expect.at_most.is_some_and(|most| sure > most) => {
            let most = expect.at_most.map_or("", Certainty::id);
            differ(
                "verdict.certainty",
                format!("{most} at most"),
                certainty.to_owned(),
            );
        }
        Some(_) => {}
        None => differ(
            "verdict.certainty",
            "a certainty".to_owned(),
            certainty.to_owned(),
        ),
    }
    let chain = causes(found, "chain");
    let wanted = expect.chain();
    let fits = if expect.chain_may_go_on {
        chain.starts_with(&wanted.iter().map(String::as_str).collect::<Vec<_>>())
    } else {
        chain == wanted
    };
    if !fits {
        differ("chain", format!("{wanted:?}"), format!("{chain:?}"));
    }
    let candidates = causes(found, "candidates");
    for cause in &expect.not_candidates {
        if candidates.contains(&cause.as_str()) {
            differ("candidates", format!("no {cause}"), format!("{candidates:?}"));
        }
    }
    let ruled_out = causes(found, "ruled_out");
    for cause in &expect.ruled_out {
        if !ruled_out.contains(&cause.as_str()) {
            differ("ruled_out", cause.clone(), format!("{ruled_out:?}"));
        }
    }
    let harmless: Vec<&str> = strings(found, "harmless", "fact");
    for words in &expect.harmless {
        let lower = words.to_lowercase();
        if !harmless.iter().any(|fact| fact.to_lowercase().contains(&lower)) {
            differ(
                "harmless",
                format!("a fact with {words:?}"),
                format!("{harmless:?}"),
            );
        }
    }
    let told: Vec<&str> = strings(found, "contradictions", "about");
    for words in &expect.contradictions {
        if !told.iter().any(|about| about.contains(words.as_str())) {
            differ(
                "contradictions",
                format!("one with {words:?}"),
                format!("{told:?}"),
            );
        }
    }
    if let Some(probe) = &expect.next_test {
        let next = text(found, "/next_test/probe");
        if next != probe {
            differ("next_test.probe", probe.clone(), next.to_owned());
        }
    }
    for (id, verdict) in &expect.methods {
        let entries = found.get("methods").and_then(Value::as_array);
        let entry = entries
            .into_iter()
            .flatten()
            .find(|entry| text(entry, "/method") == id);
        let told = entry.map_or("no word of it", |entry| text(entry, "/verdict"));
        if told != verdict {
            differ(&format!("methods.{id}"), verdict.clone(), told.to_owned());
        }
    }
    all
}

/// A text of the document; empty where there is none.
fn text<'v>(found: &'v Value, pointer: &str) -> &'v str {
    found.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The causes of a list.
fn causes<'v>(found: &'v Value, list: &str) -> Vec<&'v str> {
    strings(found, list, "cause")
}

/// One field of every entry of a list.
fn strings<'v>(found: &'v Value, list: &str, field: &str) -> Vec<&'v str> {
    let entries = found.get(list).and_then(Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.get(field)?.as_str())
        .collect()
}

/// The certainty of a word.
fn certainty_named(word: &str) -> Option<Certainty> {
    [Certainty::Possible, Certainty::Likely, Certainty::Confirmed]
        .into_iter()
        .find(|certainty| certainty.id() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Gate;
    use serde_json::json;

    /// What the story of the old firmware expects.
    fn expect() -> Expect {
        Expect {
            cause: "device-tls-too-old".to_owned(),
            gate: Some(Gate::Encrypt),
            certainty: Certainty::Confirmed,
            at_most: None,
            chain: Some(vec![
                "device-tls-too-old".to_owned(),
                "credentials-rejected".to_owned(),
            ]),
            chain_may_go_on: false,
            not_candidates: vec!["ip-reputation".to_owned()],
            ruled_out: Vec::new(),
            harmless: vec!["block".to_owned()],
            next_test: None,
            methods: [("smtp".to_owned(), "cannot".to_owned())].into(),
            contradictions: Vec::new(),
        }
    }

    #[test]
    fn the_right_diagnosis_has_no_differences() {
        let found = json!({
            "verdict": { "cause": "device-tls-too-old", "gate": "encrypt", "certainty": "confirmed" },
            "chain": [ { "cause": "device-tls-too-old" }, { "cause": "credentials-rejected" } ],
            "candidates": [ { "cause": "device-tls-too-old" } ],
            "ruled_out": [], "harmless": [ { "fact": "Listed on a Block list" } ],
            "methods": [ { "method": "smtp", "verdict": "cannot" } ],
        });
        assert_eq!(differences(&expect(), &found, Some(1)), Vec::<String>::new());
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let found = json!({
            "verdict": { "cause": "ip-reputation", "gate": "sender", "certainty": "likely" },
            "chain": [], "candidates": [ { "cause": "ip-reputation" } ], "harmless": [],
        });
        let told = differences(&expect(), &found, Some(3));
        let about: Vec<&str> = told.iter().filter_map(|line| line.split(':').next()).collect();
        let all = [
            "exit code",
            "verdict.cause",
            "verdict.gate",
            "verdict.certainty",
            "chain",
            "candidates",
            "harmless",
            "methods.smtp",
        ];
        assert_eq!(about, all);
    }
}
