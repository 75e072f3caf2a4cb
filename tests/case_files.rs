//! Case files under the real program: killed while it saves, foreign cases, ticks, notes, bundles.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall stop"
)]

#[path = "common/program.rs"]
mod program;

use program::{program, scanmedic};
use scanmedic::case::{Case, Note, Results};
use std::path::Path;
use std::time::Duration;

/// A case that takes a moment to be written.
fn large() -> Case {
    let mut case = Case::default();
    let rows: Vec<_> = (0..1500)
        .map(|n| serde_json::json!({ "id": format!("e{n}"), "text": "x".repeat(300) }))
        .collect();
    case.keep(Results {
        cause: "relay-denied".into(),
        found: Some(serde_json::json!({ "rows": rows })),
        ..Results::default()
    });
    case
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.case.ron");
    let mut before = large();
    before.save(&path).unwrap();
    let whole = std::time::Instant::now();
    assert!(
        scanmedic(folder.path(), &["case", "note", "a.case.ron", "first"])
            .status
            .success()
    );
    // How late the latest kill comes; moved so that about half of the writes are done by then.
    let mut span = whole.elapsed();
    before = Case::load(&path).unwrap();
    let (mut old, mut new) = (0, 0);
    for round in 0..60_u32 {
        let mut child = program()
            .current_dir(folder.path())
            .args(["case", "note", "a.case.ron", &format!("round {round}")])
            .spawn()
            .unwrap();
        std::thread::sleep(span * (round % 30) / 25);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = Case::load(&path).unwrap_or_else(|problem| panic!("round {round}: {problem}"));
        let mut without = now.clone();
        let grown = without.work.notes.len() == before.work.notes.len() + 1;
        if grown {
            let last: Note = without.work.notes.pop().unwrap();
            assert_eq!(last.text, format!("round {round}"));
            new += 1;
            span -= span / 20;
        } else {
            old += 1;
            span += span / 20;
        }
        assert_eq!(without, before, "round {round}");
        before = now;
    }
    assert!(
        old > 5 && new > 5,
        "the kills came at one moment only: {old} old, {new} new"
    );
    // What a killed process leaves beside the file is hidden and never mistaken for a case.
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(name == "a.case.ron" || name.starts_with(".scanmedic-"), "{name}");
    }
    assert!(
        scanmedic(folder.path(), &["case", "show", "a.case.ron"])
            .status
            .code()
            != Some(101)
    );
    std::thread::sleep(Duration::from_millis(1));
}

const CASE: &str = r#"(version: 1, device: (vendor: Some("Xerox"), model: Some("WorkCentre 7845"), firmware: Some("072.040.004.09100"), controller: BuiltIn),
    mail: (server: "smtp.office365.com", port: 587, encryption: StartTls, auth: Password(user: "scan@fabrikam-copies.com"), from: "scan@fabrikam-copies.com",
    to: ["it@fabrikam-copies.com"], method: Submission), symptom: Some("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."), files: [FILES])"#;

fn case_with(folder: &Path, files: &str) {
    std::fs::write(folder.join("a.case.ron"), CASE.replace("FILES", files)).unwrap();
}

#[test]
fn a_foreign_case_opens_nothing_outside_its_folder_unless_it_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::write(
        folder.path().join("secret.txt"),
        "Serial number: XK4711-99 scan@fabrikam-copies.com\n",
    )
    .unwrap();
    let inner = folder.path().join("inner");
    let absolute = folder
        .path()
        .join("secret.txt")
        .display()
        .to_string()
        .replace('\\', "\\\\");
    for files in ["\"../secret.txt\"".to_owned(), format!("\"{absolute}\"")] {
        case_with(&inner, &files);
        for arguments in [
            vec!["diagnose", "a.case.ron", "--offline"],
            vec!["case", "bundle", "a.case.ron", "-o", "out.zip"],
            vec!["report", "a.case.ron", "-o", "a.md"],
        ] {
            let run = scanmedic(&inner, &arguments);
            let told = String::from_utf8_lossy(&run.stderr).into_owned();
            assert_eq!(run.status.code(), Some(2), "{arguments:?}: {told}");
            assert!(told.contains("--trust-paths"), "{told}");
        }
        let run = scanmedic(
            &inner,
            &["diagnose", "a.case.ron", "--offline", "--trust-paths", "--json"],
        );
        assert!(
            matches!(run.status.code(), Some(1 | 3)),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    assert!(!inner.join("out.zip").exists());
}

#[test]
fn ticks_and_notes_are_kept_and_stand_in_the_report() {
    let folder = tempfile::tempdir().unwrap();
    case_with(folder.path(), "");
    let saved = scanmedic(
        folder.path(),
        &["diagnose", "a.case.ron", "--offline", "--save", "a.case.ron"],
    );
    assert_eq!(
        saved.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&saved.stderr)
    );
    assert!(
        scanmedic(folder.path(), &["case", "done", "a.case.ron", "1", "2"])
            .status
            .success()
    );
    let note = [
        "case",
        "note",
        "a.case.ron",
        "told",
        "the",
        "office,",
        "password: hunter2",
    ];
    assert!(scanmedic(folder.path(), &note).status.success());
    let wrong = scanmedic(folder.path(), &["case", "done", "a.case.ron", "99"]);
    assert_eq!(wrong.status.code(), Some(2));
    let text = std::fs::read_to_string(folder.path().join("a.case.ron")).unwrap();
    assert!(text.contains("version: 1") && !text.contains("hunter2"), "{text}");
    let shown = scanmedic(folder.path(), &["case", "show", "a.case.ron", "--json"]);
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["steps"][0]["done"], true);
    assert_eq!(shown["steps"][2]["done"], false);
    scanmedic(folder.path(), &["report", "a.case.ron", "-o", "a.md"]);
    let report = std::fs::read_to_string(folder.path().join("a.md")).unwrap();
    assert!(
        report.contains("[x]") && report.contains("told the office"),
        "{report}"
    );
    assert!(report.contains("Resolution proposed"));
    scanmedic(folder.path(), &["case", "done", "a.case.ron", "--all"]);
    scanmedic(folder.path(), &["report", "a.case.ron", "-o", "a.md"]);
    let report = std::fs::read_to_string(folder.path().join("a.md")).unwrap();
    assert!(report.contains("Implemented, not verified"), "{report}");
}

#[test]
fn a_bundle_goes_into_a_ticket_and_the_preview_says_what_it_hides() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("audit.txt"),
        "535 5.7.139 Authentication unsuccessful for scan@fabrikam-copies.com from 10.1.2.3\n",
    )
    .unwrap();
    case_with(folder.path(), "\"audit.txt\"");
    let run = scanmedic(folder.path(), &["case", "bundle", "a.case.ron", "-o", "out.zip"]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut zip = zip::ZipArchive::new(std::fs::File::open(folder.path().join("out.zip")).unwrap()).unwrap();
    let mut seen = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(
            !text.contains("fabrikam") && !text.contains("10.1.2.3"),
            "{name}: {text}"
        );
        seen.push(name);
    }
    for name in [
        "evidence/audit.txt",
        "report.html",
        "report.json",
        "CONTENTS.txt",
        "shared.case.ron",
    ] {
        assert!(seen.iter().any(|one| one == name), "{seen:?}");
    }
    let run = scanmedic(folder.path(), &["report", "a.case.ron", "--preview", "--json"]);
    let hidden: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let all = hidden.as_array().unwrap();
    assert!(
        all.iter()
            .any(|one| one["name"] == "scan@fabrikam-copies.com" && one["kind"] == "user"),
        "{hidden}"
    );
}
