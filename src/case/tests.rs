use super::*;

const FULL: &str = r#"(
    version: 1,
    title: "Front office copier stopped sending",
    device: (address: Some("10.1.2.3"), vendor: Some("Xerox"), model: Some("WorkCentre 7845"),
             firmware: Some("072.040.004.09100"), controller: BuiltIn, max_tls: None,
             validates_certificates: None, dns_servers: []),
    site: (public_address: None),
    mail: (server: "smtp.example.test", port: 587, encryption: StartTls, auth: Password(user: "scan@example.test"),
           from: "scan@example.test", to: ["it@example.test"], method: Submission, size: None),
    symptom: Some("…"),
    files: ["auditfile.txt.gz"],
)"#;

#[test]
fn the_contract_s_example_is_read_and_written_back_the_same() {
    let case = Case::parse(FULL, "full").unwrap();
    assert_eq!(case.mail.auth.user(), Some("scan@example.test"));
    assert_eq!(Case::parse(&case.to_ron(), "again").unwrap(), case);
}

#[test]
fn every_field_but_the_version_may_be_left_out() {
    assert_eq!(Case::parse("(version: 1)", "x").unwrap(), Case::default());
    assert!(Case::parse("()", "x").is_err());
}

#[test]
fn answers_are_kept_and_nothing_is_written_where_there_are_none() {
    let mut case = Case::default();
    assert!(!case.to_ron().contains("answers"));
    case.answers.insert("since-when".into(), "suddenly".into());
    assert_eq!(Case::parse(&case.to_ron(), "again").unwrap(), case);
}

#[test]
fn an_unknown_field_is_named_with_its_place() {
    let error = Case::parse("(\n  version: 1,\n  devise: (),\n)", "a.case.ron").unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("a.case.ron:3:"), "{text}");
    assert!(text.contains("devise"), "{text}");
}

#[test]
fn a_newer_version_is_named_with_its_place() {
    let error = Case::parse("(\n  version: 9,\n  future: true,\n)", "a.case.ron").unwrap_err();
    assert_eq!(
        error,
        CaseError::Newer {
            file: "a.case.ron".into(),
            line: 2,
            column: 3,
            version: 9
        }
    );
}

#[test]
fn a_tls_version_nobody_knows_is_an_error() {
    let text = "(version: 1, device: (max_tls: Some(\"1.7\")))";
    assert!(Case::parse(text, "x").unwrap_err().to_string().contains("1.7"));
}

#[test]
fn saving_replaces_the_file_whole_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.case.ron");
    let mut case = Case::parse(FULL, "full").unwrap();
    case.save(&path).unwrap();
    case.title = "Second".into();
    case.save(&path).unwrap();
    assert_eq!(Case::load(&path).unwrap(), case);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,300}") {
        let _ = Case::parse(&text, "x");
    }
}

#[test]
fn a_flat_sheet_of_version_0_becomes_a_case_of_today() {
    let sheet = r#"(version: 0, title: "Front office", device: Some("10.1.2.3"), vendor: Some("Xerox"),
        server: "smtp.example.test", port: 587, encryption: Some(starttls), user: Some("scan@example.test"),
        from: "scan@example.test", to: ["it@example.test"], method: Some(submission), files: ["audit.txt"])"#;
    let case = Case::parse(sheet, "sheet").unwrap();
    assert_eq!(case.version, VERSION);
    assert_eq!(case.device.address.as_deref(), Some("10.1.2.3"));
    assert_eq!(case.mail.auth.user(), Some("scan@example.test"));
    assert_eq!(
        (case.mail.encryption, case.mail.method),
        (Encryption::StartTls, Method::Submission)
    );
    let again = Case::parse(&case.to_ron(), "again").unwrap();
    assert_eq!(again, case);
    assert!(case.to_ron().contains("version: 1"));
}

#[test]
fn a_sheet_with_a_word_that_nobody_knows_is_named_with_its_place() {
    let error = Case::parse("(\n  version: 0,\n  sever: \"x\",\n)", "a.case.ron").unwrap_err();
    assert!(error.to_string().starts_with("a.case.ron:3:"), "{error}");
}

#[test]
fn a_case_saved_before_results_held_a_finding_is_still_read() {
    let old = "(version: 1, results: Some((at: \"2026-11-22T08:00:00Z\", cause: \"device-tls-too-old\", certainty: \"confirmed\", headline: \"x\")))";
    let case = Case::parse(old, "old").unwrap();
    assert_eq!(
        case.fault().map(|fault| fault.cause.as_str()),
        Some("device-tls-too-old")
    );
    assert!(!case.is_verified());
}

#[test]
fn a_finding_in_the_case_survives_with_nulls_fractions_and_odd_signs() {
    let found = serde_json::json!({
        "schema": 1, "verdict": { "cause": "x", "gate": null, "confidence": 0.97, "headline": "a \"b\" \\ \u{1F5A8} \n c" },
        "chain": [], "evidence": [{ "id": "e1", "at": null, "empty": {} }], "elapsed_ms": 1234, "big": 18_446_744_073_709_551_615_u64, "less": -1,
    });
    let mut case = Case::default();
    case.keep(Results {
        cause: "relay-denied".into(),
        found: Some(found),
        ..Results::default()
    });
    assert_eq!(Case::parse(&case.to_ron(), "again").unwrap(), case);
}

#[test]
fn a_fault_stays_on_record_when_a_later_run_finds_none() {
    let mut case = Case::default();
    let result = |cause: &str| Results {
        cause: cause.into(),
        ..Results::default()
    };
    case.keep(result("relay-denied"));
    case.keep(result("none"));
    case.keep(result("inconclusive"));
    assert_eq!(
        case.fault().map(|fault| fault.cause.as_str()),
        Some("relay-denied")
    );
    assert_eq!(
        case.results.as_ref().map(|last| last.cause.as_str()),
        Some("inconclusive")
    );
}

#[test]
fn only_a_passed_test_of_the_fault_on_record_verifies() {
    let mut case = Case::default();
    case.keep(Results {
        cause: "relay-denied".into(),
        ..Results::default()
    });
    for (outcome, cause, verified) in [
        (Outcome::NotVerified, "relay-denied", false),
        (Outcome::Failed, "relay-denied", false),
        (Outcome::Passed, "another", false),
        (Outcome::Passed, "relay-denied", true),
    ] {
        case.verification = Some(Verification {
            cause: cause.into(),
            outcome,
            ..Verification::default()
        });
        assert_eq!(case.is_verified(), verified, "{outcome:?} {cause}");
    }
}

#[test]
fn evidence_that_leads_out_of_the_case_s_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("inside.txt"), "x").unwrap();
    let mut case = Case {
        files: [
            "inside.txt",
            "./sub/later.txt",
            "../up.txt",
            "sub/../../up.txt",
            "/etc/passwd",
            "\\\\host\\share\\x",
            "C:\\x.txt",
            "..\\up.txt",
        ]
        .iter()
        .map(Into::into)
        .collect(),
        ..Case::default()
    };
    let told = case.outside(folder.path());
    assert_eq!(told.len(), 6, "{told:?}");
    case.files = vec![folder.path().join("inside.txt")];
    assert_eq!(case.outside(folder.path()).len(), 1);
    case.make_relative(folder.path());
    assert_eq!(case.files, [PathBuf::from("inside.txt")]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.txt")).unwrap();
        case.files = vec!["link.txt".into()];
        assert_eq!(
            case.outside(folder.path()),
            [(PathBuf::from("link.txt"), paths::Outside::Link)]
        );
    }
}

#[test]
fn a_file_of_brackets_ends_in_an_error_and_not_in_the_stack() {
    let deep = format!("(version: 1, results: Some((found: Some({}", "[".repeat(100_000));
    assert!(Case::parse(&deep, "deep").is_err());
}
