use super::*;
use crate::case::Results;
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
    let knowledge = Knowledge::embedded().unwrap();
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
fn a_proposed_change_is_never_called_verified() {
    let knowledge = Knowledge::embedded().unwrap();
    let (mut case, finding) = samples::xerox(&knowledge);
    case.results = Some(Results {
        cause: "device-tls-too-old".into(),
        ..Results::default()
    });
    let report = Report::new(&case, &finding, names(), &knowledge);
    assert!(matches!(report.status, Status::Proposed | Status::Open));
    assert!(!standing(&report).contains("tested again"));
}

#[test]
fn only_a_fault_on_record_and_a_free_path_make_a_verified_resolution() {
    let knowledge = Knowledge::embedded().unwrap();
    let (mut case, mut finding) = samples::xerox(&knowledge);
    finding.diagnosis.verdict.cause = "none".into();
    assert_eq!(
        Report::new(&case, &finding, names(), &knowledge).status,
        Status::NoFault
    );
    case.results = Some(Results {
        cause: "device-tls-too-old".into(),
        ..Results::default()
    });
    assert_eq!(
        Report::new(&case, &finding, names(), &knowledge).status,
        Status::Verified
    );
}
