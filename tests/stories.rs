//! The three stories from the fault to the proof, over the real program: fault, diagnosis, fix applied in the
//! lab, repeated test, report.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall stop"
)]

#[path = "common/program.rs"]
mod program;

use program::{program, scanmedic};
use scanmedic::case::{Case, Outcome, Proof};
use scanmedic::lab::{Library, World};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tokio::runtime::Runtime;

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect(name)
}

const HEADINGS: [&str; 9] = [
    "## Overview",
    "## Issue summary",
    "## What was investigated",
    "## Root cause",
    "## Resolution",
    "## Why this works",
    "## Impact",
    "## Recommendation",
    "## Status",
];

/// Plays a story to its end and reads everything that comes out of it.
fn whole_way(story: &str, proof: Proof, hidden: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["demo", story, "--fix", "--save", "a.case.ron"];
    for report in ["a.md", "a.html", "a.json", "a.pdf"] {
        arguments.extend(["--report", report]);
    }
    let run = scanmedic(folder.path(), &arguments);
    let told = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(0), "{told}");
    assert!(told.contains("Resolved and verified"), "{told}");

    let case = Case::load(&folder.path().join("a.case.ron")).unwrap();
    assert!(case.is_verified());
    let verification = case.verification.as_ref().unwrap();
    assert_eq!(
        (verification.outcome, verification.proof),
        (Outcome::Passed, Some(proof))
    );
    assert!(verification.rows.iter().any(|row| row.before != row.after));

    let text = read(folder.path(), "a.md");
    let mut after = 0;
    for heading in HEADINGS {
        let place = text
            .find(heading)
            .unwrap_or_else(|| panic!("{heading} is missing"));
        assert!(place >= after, "{heading} is out of order");
        after = place;
    }
    let client = text.split("# Technical appendix").next().unwrap();
    assert!(
        client.contains("Resolved and verified") && !client.contains("Resolution proposed"),
        "{client}"
    );
    for jargon in ["TLS", "SMTP", "STARTTLS", "DNS", "EHLO"] {
        let summary = client.split("The message that was seen reads").next().unwrap();
        assert!(!summary.contains(jargon), "{jargon}: {summary}");
    }
    for name in ["a.md", "a.html", "a.json"] {
        let text = read(folder.path(), name).to_lowercase();
        for word in hidden.iter().chain(&["lab-pa55word"]) {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
    if let Ok(pages) = Command::new("pdftotext")
        .arg(folder.path().join("a.pdf"))
        .arg("-")
        .output()
    {
        let text = String::from_utf8_lossy(&pages.stdout).to_lowercase();
        assert!(text.contains("resolved and verified"), "{text}");
        for word in hidden {
            assert!(!text.contains(word), "pdf: {word}");
        }
    }
    // The report of the saved case needs neither lab nor network, and says the same.
    let again = scanmedic(folder.path(), &["report", "a.case.ron", "-o", "b.md"]);
    assert_eq!(
        again.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
    assert_eq!(read(folder.path(), "b.md"), text);
}

#[test]
fn the_old_xerox_is_verified_by_the_copier_itself() {
    whole_way("xerox-tls10", Proof::ByTheCopier, &["contoso"]);
}

#[test]
fn the_refused_address_is_verified_by_a_real_message() {
    whole_way(
        "reputation",
        Proof::AsTheCopier,
        &["contoso", "203.0.113.9", "203-0-113-9"],
    );
}

#[test]
fn the_canon_that_receives_is_verified_by_a_message_to_it() {
    whole_way(
        "canon-receive-ssl",
        Proof::AsTheCopier,
        &["contoso", "ir2270.contoso"],
    );
}

/// The options that lead the program into a world.
fn way_to(world: &World) -> Vec<String> {
    let request = &world.request;
    let mut words = vec!["--timeout".to_owned(), "5".to_owned()];
    for lead in &request.resolve {
        let port = lead.to_port.map(|port| format!(":{port}")).unwrap_or_default();
        words.extend([
            "--resolve".to_owned(),
            format!("{}:{}:{}{port}", lead.host, lead.port, lead.address),
        ]);
    }
    words.extend(["--dns".to_owned(), request.dns.unwrap().to_string()]);
    words.extend([
        "--ca".to_owned(),
        request.ca.as_ref().unwrap().display().to_string(),
    ]);
    words
}

fn in_world(folder: &Path, world: &World, arguments: &[&str]) -> Output {
    program()
        .current_dir(folder)
        .args(arguments)
        .args(way_to(world))
        .env("SCANMEDIC_PASSWORD", "lab-Pa55word")
        .output()
        .expect("the program runs")
}

/// The Xerox in a folder: diagnosed and saved.
fn diagnosed(runtime: &Runtime, library: &Library, folder: &Path) {
    let world = runtime
        .block_on(World::start(library.scenario("xerox-tls10").unwrap()))
        .unwrap();
    std::fs::copy(&world.case_file, folder.join("x.case.ron")).unwrap();
    let run = in_world(
        folder,
        &world,
        &["diagnose", "x.case.ron", "--save", "x.case.ron"],
    );
    assert_eq!(
        run.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    runtime.block_on(world.stop());
}

#[test]
fn nothing_is_verified_before_the_copier_is_heard_and_everything_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let library = Library::embedded().unwrap();
    diagnosed(&runtime, &library, folder.path());

    // Not mended yet: the same fault shows again.
    let old = runtime
        .block_on(World::start(library.scenario("xerox-tls10").unwrap()))
        .unwrap();
    let run = in_world(
        folder.path(),
        &old,
        &["verify", "x.case.ron", "--save", "y.case.ron"],
    );
    assert_eq!(
        run.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&run.stdout)
    );
    runtime.block_on(old.stop());

    let world = runtime
        .block_on(World::start(library.scenario("xerox-tls10-fixed").unwrap()))
        .unwrap();
    let new = ["--firmware", "073.040.019.14200"];
    let run = in_world(
        folder.path(),
        &world,
        &[&["verify", "x.case.ron"][..], &new].concat(),
    );
    assert_eq!(
        run.status.code(),
        Some(3),
        "{}",
        String::from_utf8_lossy(&run.stdout)
    );
    scanmedic(folder.path(), &["report", "x.case.ron", "-o", "a.md"]);
    assert!(read(folder.path(), "a.md").contains("Implemented, not verified"));

    // A copier that is still old is heard: not passed.
    for (copier, code) in [("old-tls", 1), ("healthy", 0)] {
        let mut child = program()
            .current_dir(folder.path())
            .args(["verify", "x.case.ron", "--listen", "127.0.0.1:0", "--wait", "6"])
            .args(new)
            .args(way_to(&world))
            .env("SCANMEDIC_PASSWORD", "lab-Pa55word")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let at = lines
            .find_map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                let port = words.iter().position(|word| *word == "port")?;
                line.starts_with("set the copier")
                    .then(|| format!("127.0.0.1:{}", words[port + 1]))
            })
            .expect("where it listens");
        scanmedic(folder.path(), &["lab", "--copier", copier, "--at", &at]);
        let rest = lines.collect::<Vec<_>>().join("\n");
        assert_eq!(child.wait().unwrap().code(), Some(code), "{copier}: {rest}");
    }
    let case = Case::load(&folder.path().join("x.case.ron")).unwrap();
    assert!(case.is_verified());
    let changed = &case.verification.as_ref().unwrap().changes;
    assert!(
        changed
            .iter()
            .any(|row| row.what == "device firmware" && row.after.starts_with("073")),
        "{changed:?}"
    );
    runtime.block_on(world.stop());
}

#[test]
fn what_cannot_be_verified_is_refused_with_the_way_on() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("new.case.ron"), "(version: 1)").unwrap();
    std::fs::write(
        folder.path().join("old.case.ron"),
        "(version: 1, results: Some((cause: \"relay-denied\")), mail: (server: \"mail.example.test\"))",
    )
    .unwrap();
    for (arguments, word) in [
        (vec!["verify", "new.case.ron"], "no fault on record"),
        (vec!["verify", "old.case.ron", "--offline"], "offline"),
        (vec!["verify"], "name the case file"),
    ] {
        let run = scanmedic(folder.path(), &arguments);
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(word), "{told}");
    }
}
