//! `scanmedic knowledge check` on folders that are wrong in one way each, and an overlay in use.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use assert_cmd::Command;
use std::path::Path;

/// Writes one file into a folder of its own.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.ron"), text).unwrap();
    folder
}

fn program(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_scanmedic"))
        .args(arguments)
        .arg(folder)
        .output()
        .unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&told).into_owned())
}

fn replies(entries: &str) -> String {
    format!("Replies((service: \"own\", source: \"x\", checked: \"2026-11-01\", replies: [\n  {entries}\n]))")
}

#[test]
fn every_kind_of_fault_is_found_and_named_with_file_line_and_column() {
    let cause = "Causes([\n  (id: \"relay-denied\", gate: sender, title: \"T\", headline: \"H\", client: \"C\", explanation: \"E\", remedy: [], verify: \"V\", source: \"x\", checked: \"2026-11-01\"),\n])";
    let reply = |id: &str, words: &str, example: &str| {
        format!("(id: \"{id}\", all: [\"{words}\"], cause: \"relay-denied\", example: \"{example}\"),")
    };
    let claims = format!(
        "{}\n  {}",
        reply("own-a", "zebra crossing", "550 zebra crossing ahead"),
        reply("own-b", "zebra crossing ahead", "550 zebra crossing ahead of you")
    );
    for (text, line, problem) in [
        (cause.to_owned(), 2, "there is no remedy"),
        (
            replies(&reply("own-a", "zebra", "giraffe ahead")),
            2,
            "its example is not read",
        ),
        (replies(&claims), 2, "claimed by own-b"),
        (
            replies(&reply("own-a", "zebra", "550 zebra").replace("relay-denied", "bad-luck")),
            2,
            "no cause",
        ),
        (
            replies(&reply("own-a", "zebra", "550 zebra")).replace("2026-11-01", "2019-11-01"),
            2,
            "years ago",
        ),
        (replies("(id: \"own-a\", colour: \"striped\"),"), 2, "colour"),
    ] {
        let folder = folder(&text);
        let (code, told) = program(&["knowledge", "check"], folder.path());
        let place = format!("own.ron:{line}:");
        assert!(
            told.lines()
                .any(|row| row.contains(&place) && row.contains(problem)),
            "{problem}: {told}"
        );
        assert_ne!(code, Some(0), "{problem}");
    }
}

#[test]
fn a_folder_that_is_in_order_adds_to_what_is_built_in_and_overrules_it() {
    let text = replies(
        "(id: \"own-zebra\", all: [\"zebra crossing\"], cause: \"policy-rejected\", example: \"550 Zebra crossing\"),",
    );
    let folder = folder(&text);
    let (code, told) = program(&["knowledge", "check"], folder.path());
    assert_eq!(code, Some(0), "{told}");
    let output = Command::new(env!("CARGO_BIN_EXE_scanmedic"))
        .args(["--json", "--knowledge"])
        .arg(folder.path())
        .args(["explain", "550 zebra crossing"])
        .output()
        .unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["cause"], "policy-rejected");
}
