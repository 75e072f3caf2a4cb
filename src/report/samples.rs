//! A case and what was found of it, for the tests of this room.

use crate::case::Case;
use crate::diagnose::{self, stated};
use crate::evidence;
use crate::knowledge::Knowledge;
use crate::remedy;
use crate::session::{Finding, Record};

const XEROX: &str = r#"(
    version: 1,
    device: (address: Some("10.1.2.3"), vendor: Some("Xerox"), model: Some("WorkCentre 7845"),
             firmware: Some("072.040.004.09100"), controller: BuiltIn),
    mail: (server: "smtp.office365.com", port: 587, encryption: StartTls, auth: Password(user: "scan@contoso.com"),
           from: "scan@contoso.com", to: ["it@contoso.com"], method: Submission),
    symptom: Some("scan@contoso.com: connection dropped"),
)"#;

/// An old Xerox before a service that wants TLS 1.2, judged from what is stated.
pub fn xerox(knowledge: &Knowledge) -> (Case, Record) {
    let case = Case::parse(XEROX, "sample").unwrap();
    let finding = found(&case, knowledge);
    (case, Record::of(&finding).unwrap())
}

/// A finding of nothing.
pub fn empty() -> Record {
    Record::of(&found(&Case::default(), &Knowledge::default())).unwrap()
}

fn found(case: &Case, knowledge: &Knowledge) -> Finding {
    let mut evidence = stated::evidence(case, knowledge);
    evidence::number(&mut evidence);
    let diagnosis = diagnose::diagnose(case, evidence, knowledge);
    let remedy = remedy::plan(case, &diagnosis, knowledge);
    Finding {
        schema: 1,
        diagnosis,
        files: Vec::new(),
        remedy,
        probes: Vec::new(),
        ports: Vec::new(),
        side_by_side: Vec::new(),
        elapsed_ms: 1,
    }
}
