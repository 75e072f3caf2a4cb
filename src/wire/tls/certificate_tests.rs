use super::*;
use rcgen::{CertificateParams, KeyPair};

/// A certificate signed by itself for these names, with the days of its validity.
fn own(names: &[&str], from: (i32, u8, u8), to: (i32, u8, u8)) -> rcgen::Certificate {
    let mut params =
        CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
    params.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    params.not_after = rcgen::date_time_ymd(to.0, to.1, to.2);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn judged(names: &[&str], host: &str, now: &str, known: bool) -> Judged {
    let certificate = own(names, (2025, 1, 1), (2027, 1, 1));
    let roots = if known {
        Roots::with_pem(certificate.pem().as_bytes()).unwrap()
    } else {
        Roots::mozilla()
    };
    judge(&[certificate.der().clone()], host, &roots, at(now)).unwrap()
}

#[test]
fn a_known_certificate_for_the_name_has_no_problem() {
    let judged = judged(
        &["mx.example.test"],
        "mx.example.test",
        "2026-01-01T00:00:00Z",
        true,
    );
    assert_eq!(judged.problems, []);
    assert!(judged.facts.trusted);
    assert_eq!(judged.facts.names, ["mx.example.test"]);
    assert_eq!(judged.facts.key, "EC 256");
}

#[test]
fn signed_by_itself_is_untrusted_and_nothing_else() {
    let judged = judged(
        &["mx.example.test"],
        "mx.example.test",
        "2026-01-01T00:00:00Z",
        false,
    );
    assert_eq!(judged.facts.problems, [CertificateProblem::Untrusted]);
    assert!(!judged.facts.trusted);
}

#[test]
fn an_expired_certificate_for_another_name_has_both_problems() {
    let judged = judged(
        &["*.example.test", "192.0.2.7"],
        "mx.other.test",
        "2027-06-01T00:00:00Z",
        true,
    );
    assert_eq!(
        judged.facts.problems,
        [CertificateProblem::Expired, CertificateProblem::NameMismatch]
    );
    assert!(
        judged.problems[1].1.contains("*.example.test, 192.0.2.7"),
        "{judged:?}"
    );
}

#[test]
fn a_clock_before_the_validity_shows_as_not_yet_valid() {
    let judged = judged(
        &["mx.example.test"],
        "mx.example.test",
        "2020-01-01T00:00:00Z",
        true,
    );
    assert_eq!(judged.facts.problems, [CertificateProblem::NotYetValid]);
}

#[test]
fn garbage_is_no_certificate() {
    let garbage = CertificateDer::from(vec![0x30, 0x03, 1, 2, 3]);
    assert_eq!(
        judge(
            &[garbage],
            "mx.example.test",
            &Roots::mozilla(),
            at("2026-01-01T00:00:00Z")
        ),
        None
    );
    assert_eq!(
        judge(&[], "x", &Roots::mozilla(), at("2026-01-01T00:00:00Z")),
        None
    );
}
