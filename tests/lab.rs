//! Plays every scenario of the lab over the real program and holds the diagnosis against what it expects.
//!
//! `SCANMEDIC_SCENARIO=id,id` plays only those.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall stop"
)]

use assert_cmd::Command;
use scanmedic::lab::check::differences;
use scanmedic::lab::{Library, Scenario};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Scenarios played at one time: most of a run is waiting.
const AT_ONCE: usize = 4;

#[test]
fn every_scenario_is_diagnosed_as_its_file_says() {
    let library = Library::embedded().unwrap();
    let chosen = std::env::var("SCANMEDIC_SCENARIO").unwrap_or_default();
    let chosen: Vec<&str> = chosen.split(',').filter(|id| !id.is_empty()).collect();
    let scenarios: Vec<&Scenario> = library
        .scenarios
        .iter()
        .filter(|scenario| chosen.is_empty() || chosen.contains(&scenario.id.as_str()))
        .collect();
    assert!(!scenarios.is_empty(), "no scenario is named {chosen:?}");

    let next = AtomicUsize::new(0);
    let told = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for line in play(scenario) {
                        told.lock().unwrap().push(format!("{}: {line}", scenario.id));
                    }
                }
            });
        }
    });
    let mut told = told.into_inner().unwrap();
    told.sort();
    let wrong: std::collections::BTreeSet<_> =
        told.iter().filter_map(|line| line.split(':').next()).collect();
    let right = scenarios.len() - wrong.len();
    assert!(
        told.is_empty(),
        "{right} of {} scenarios are diagnosed rightly\n{}",
        scenarios.len(),
        told.join("\n")
    );
}

/// Plays one scenario; gives every difference.
fn play(scenario: &Scenario) -> Vec<String> {
    let run = Command::new(env!("CARGO_BIN_EXE_scanmedic"))
        .args(["demo", &scenario.id, "--json"])
        .timeout(Duration::from_mins(2))
        .output();
    let output = match run {
        Ok(output) => output,
        Err(problem) => return vec![format!("the program did not end: {problem}")],
    };
    if let Some(password) = &scenario.password {
        let out = [&output.stdout[..], &output.stderr].concat();
        if String::from_utf8_lossy(&out).contains(password.as_str()) {
            return vec!["the password stands in the output".to_owned()];
        }
    }
    // Neither may a token that an authority of the scenario hands out.
    let pages = scenario.web.iter().flat_map(|host| &host.pages);
    for answer in pages.flat_map(|page| &page.answers) {
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let out = [&output.stdout[..], &output.stderr].concat();
        for name in ["access_token", "device_code"] {
            if let Some(secret) = body[name].as_str()
                && String::from_utf8_lossy(&out).contains(secret)
            {
                return vec![format!("the {name} stands in the output")];
            }
        }
    }
    match serde_json::from_slice(&output.stdout) {
        Ok(found) => differences(&scenario.expect, &found, output.status.code()),
        Err(problem) => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            vec![format!(
                "stdout is no JSON ({problem}); stderr: {}",
                stderr.trim()
            )]
        }
    }
}
