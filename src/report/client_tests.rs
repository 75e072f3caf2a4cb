use super::*;
use crate::case::{Outcome, Results, Verification};
use crate::knowledge::Knowledge;
use crate::report::model::Names;
use crate::report::{plain, samples};

fn names() -> Names {
    Names {
        customer: None,
        technician: None,
        date: jiff::civil::date(2026, 11, 22),
    }
}

#[test]
fn no_cause_speaks_to_the_client_in_the_trade_s_words() {
    let knowledge = Knowledge::embedded();
    for cause in &knowledge.causes {
        let plain = plain::words(&cause.id, cause.gate);
        for text in [
            &cause.client[..],
            plain.fix,
            plain.why,
            plain.effort,
            plain.advice,
        ] {
            for word in [
                "TLS",
                "SMTP",
                "DNS",
                "EHLO",
                "SPF",
                "firmware",
                "handshake",
                "5.7.",
            ] {
                assert!(!text.contains(word), "{}: {text}", cause.id);
            }
        }
    }
}

#[test]
fn a_case_is_verified_only_by_a_passed_test_of_the_fault_on_record() {
    let knowledge = Knowledge::embedded();
    let (mut case, mut record) = samples::xerox(&knowledge);
    record.verdict.cause = "device-tls-too-old".into();
    let status = |case: &crate::case::Case, record: &crate::session::Record| {
        Report::new(case, record, names(), &knowledge).status
    };
    assert_eq!(status(&case, &record), Status::Proposed);
    case.keep(Results {
        cause: "device-tls-too-old".into(),
        ..Results::default()
    });
    assert_eq!(status(&case, &record), Status::Proposed);
    case.work.implemented = Some("2026-11-27T10:00:00Z".into());
    assert_eq!(status(&case, &record), Status::Implemented);
    for (outcome, status_now) in [
        (Outcome::NotVerified, Status::Implemented),
        (Outcome::Failed, Status::Implemented),
        (Outcome::Passed, Status::Verified),
    ] {
        case.verification = Some(Verification {
            at: "2026-11-27T11:00:00Z".into(),
            cause: "device-tls-too-old".into(),
            outcome,
            ..Verification::default()
        });
        assert_eq!(status(&case, &record), status_now, "{outcome:?}");
    }
    record.verdict.cause = "none".into();
    assert_eq!(status(&case, &record), Status::NoFault);
}

#[test]
fn the_summary_has_the_nine_headings_in_order() {
    let knowledge = Knowledge::embedded();
    let (case, record) = samples::xerox(&knowledge);
    let report = Report::new(&case, &record, names(), &knowledge);
    let headings: Vec<String> = blocks(&report)
        .into_iter()
        .filter_map(|block| match block {
            Block::Heading(text) => Some(text),
            _ => None,
        })
        .collect();
    assert_eq!(
        headings,
        [
            "Overview",
            "Issue summary",
            "What was investigated",
            "Root cause",
            "Resolution",
            "Why this works",
            "Impact",
            "Recommendation",
            "Status"
        ]
    );
}
