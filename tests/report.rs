//! Reports of real runs of the real program: the lab plays a story, and the report of it is opened again.

#[path = "common/program.rs"]
mod program;

use program::scanmedic;
use std::path::Path;

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect(name)
}

const CASE: &str = r#"(
    version: 1,
    title: "Front office copier stopped sending",
    device: (address: Some("10.1.2.3"), vendor: Some("Xerox"), model: Some("WorkCentre 7845"),
             firmware: Some("072.040.004.09100"), controller: BuiltIn),
    mail: (server: "smtp.office365.com", port: 587, encryption: StartTls,
           auth: Password(user: "frontdesk@fabrikam-copies.com"), from: "frontdesk@fabrikam-copies.com",
           to: ["boss@fabrikam-copies.com"], method: Submission),
    symptom: Some("job for boss@fabrikam-copies.com failed on mfp3.fabrikam-copies.com"),
)"#;

#[test]
fn an_old_xerox_s_story_is_told_to_the_client_without_naming_anyone() {
    let folder = tempfile::tempdir().unwrap();
    let run = scanmedic(
        folder.path(),
        &[
            "demo",
            "xerox-tls10",
            "--report",
            "a.html",
            "--report",
            "a.md",
            "--report",
            "a.json",
            "--report",
            "a.pdf",
        ],
    );
    assert_eq!(
        run.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    for name in ["a.html", "a.md", "a.json"] {
        let text = read(folder.path(), name);
        assert!(!text.to_lowercase().contains("contoso"), "{name}");
        assert!(text.contains("user-1@domain-1.example"), "{name}");
        assert!(text.contains("smtp.office365.com"), "{name}");
    }
    let page = read(folder.path(), "a.html");
    assert!(
        page.contains("The copier&#39;s software is too old for the encryption"),
        "{page}"
    );
    assert!(page.contains("Resolution proposed") && !page.contains("Resolved and verified"));
    assert!(page.contains("<html lang=\"en\">") && page.contains("role=\"img\""));
    assert!(!page.contains("<script") && !page.contains("src="));
    let finding: serde_json::Value = serde_json::from_str(&read(folder.path(), "a.json")).unwrap();
    assert_eq!(finding["verdict"]["cause"], "device-tls-too-old");
    let pdf = std::fs::read(folder.path().join("a.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.windows(5).any(|five| five == b"%%EOF"));
}

#[test]
fn a_green_connection_test_is_not_mistaken_for_a_working_send() {
    let folder = tempfile::tempdir().unwrap();
    scanmedic(folder.path(), &["demo", "reputation", "--report", "a.md"]);
    let text = read(folder.path(), "a.md");
    assert!(
        text.contains("a mere test of the connection would have found nothing wrong"),
        "{text}"
    );
    assert!(!text.contains("203.0.113.9"), "{text}");
}

#[test]
fn a_case_is_reported_from_its_facts_alone_without_touching_the_network() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("front.case.ron"), CASE).unwrap();
    let run = scanmedic(
        folder.path(),
        &[
            "report",
            "front.case.ron",
            "-o",
            "a.json",
            "-o",
            "a.md",
            "--customer",
            "The front office",
        ],
    );
    assert!(
        matches!(run.status.code(), Some(1 | 3)),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let finding: serde_json::Value = serde_json::from_str(&read(folder.path(), "a.json")).unwrap();
    assert_eq!(finding["probes"], serde_json::json!([]));
    let text = read(folder.path(), "a.md");
    assert!(text.contains("Prepared for: The front office"), "{text}");
    assert!(!text.contains("fabrikam") && !text.contains("10.1.2.3"), "{text}");
}

#[test]
fn who_asks_for_the_names_gets_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("front.case.ron"), CASE).unwrap();
    scanmedic(
        folder.path(),
        &["report", "front.case.ron", "-o", "a.md", "--no-redact"],
    );
    let text = read(folder.path(), "a.md");
    assert!(
        text.contains("frontdesk@fabrikam-copies.com") && text.contains("10.1.2.3"),
        "{text}"
    );
}

#[test]
fn an_ending_that_no_format_has_is_refused_before_any_work_and_names_the_known_ones() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("front.case.ron"), CASE).unwrap();
    for arguments in [
        vec!["report", "front.case.ron", "-o", "a.docx"],
        vec!["diagnose", "front.case.ron", "--offline", "--report", "a.docx"],
        vec!["demo", "--report", "a.docx"],
    ] {
        let run = scanmedic(folder.path(), &arguments);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(told.contains(".md, .html, .pdf or .json"), "{told}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_second_report_takes_the_first_one_s_place_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("front.case.ron"), CASE).unwrap();
    std::fs::write(folder.path().join("a.pdf"), "old").unwrap();
    scanmedic(folder.path(), &["report", "front.case.ron", "-o", "a.pdf"]);
    assert!(
        std::fs::read(folder.path().join("a.pdf"))
            .unwrap()
            .starts_with(b"%PDF-")
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
