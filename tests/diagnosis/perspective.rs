//! Whose word counts: the device against this computer, newer against older, what is set against what was seen.

use crate::support::*;
use scanmedic::case::{Auth, Encryption, Method};
use scanmedic::certainty::Certainty;
use scanmedic::diagnose::{DeviceState, Diagnosis};
use scanmedic::evidence::{
    Actor, CertificateFacts, CertificateProblem, Evidence, Fact, Loss, Stage, TlsFailure,
};
use scanmedic::gate::Gate;
use scanmedic::wire::tls::{TlsVersion, VersionAnswer};

/// A line of the device's side, at a minute of one morning.
fn logged(minute: i64, stage: Stage, text: &str) -> Evidence {
    let fact = if text.starts_with('2') {
        Fact::Accepted {
            stage,
            reply: reply(text),
        }
    } else {
        Fact::Refused {
            stage,
            reply: reply(text),
        }
    };
    let mut line = device(stage.gate(), fact);
    line.source = format!("mail.log, line {minute}");
    line.at(
        "2026-11-26T08:00:00Z".parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minute)
    )
}

/// A certificate that is in order.
fn valid_certificate() -> Evidence {
    laptop(
        Gate::Certificate,
        Fact::Certificate(CertificateFacts {
            subject: "CN=smtp.office365.com".into(),
            issuer: "CN=Public".into(),
            names: vec!["smtp.office365.com".into()],
            not_before: None,
            not_after: None,
            trusted: true,
            problems: Vec::new(),
            key: "RSA 2048".into(),
        }),
    )
}

fn as_the_copier(failure: TlsFailure) -> Evidence {
    let mut item = laptop(Gate::Encrypt, Fact::TlsFailed { failure });
    item.source = Evidence::AS_THE_DEVICE.into();
    item
}

fn ruled_out(diagnosis: &Diagnosis, cause: &str) -> bool {
    diagnosis.ruled_out.iter().any(|out| out.cause == cause)
}

#[test]
fn a_server_that_hangs_up_on_old_hellos_refuses_them_as_surely_as_by_an_alert() {
    let mut case = submission();
    case.mail.server = "mail.example.test".into();
    case.device.max_tls = Some("1.0".into());
    let mut live = up_to_tls();
    live.extend(envelope());
    live.push(as_the_copier(TlsFailure::BrokenOff(Loss::Closed)));
    let diagnosis = found(&case, live);
    assert_eq!(verdict(&diagnosis), ("device-tls-too-old", Certainty::Likely));
    assert_eq!(chain(&diagnosis), ["device-tls-too-old"]);
}

#[test]
fn what_fails_with_the_device_s_limits_is_never_a_clean_bill() {
    let mut case = submission();
    case.mail.server = "mail.example.test".into();
    let mut live = up_to_tls();
    live.extend(envelope());
    live.push(as_the_copier(TlsFailure::Other("odd".into())));
    assert_ne!(found(&case, live).verdict.cause, "none");
}

#[test]
fn a_name_that_only_the_device_cannot_find_is_its_name_server_s_fault() {
    let mut case = submission();
    case.symptom = Some("host not found".into());
    let alone = found(&case, Vec::new());
    assert_eq!(verdict(&alone), ("name-not-found", Certainty::Likely));
    let mut live = up_to_tls();
    live.extend(envelope());
    let diagnosis = found(&case, live);
    assert_eq!(verdict(&diagnosis), ("device-dns-wrong", Certainty::Likely));
    assert!(
        ruled_out(&diagnosis, "name-not-found")
            || diagnosis.candidates.iter().all(|c| c.cause != "name-not-found")
    );
}

#[test]
fn a_certificate_that_only_the_device_finds_expired_speaks_of_its_clock() {
    let alert = device(
        Gate::Certificate,
        Fact::DeviceAlert {
            alert: "certificate_expired".into(),
        },
    );
    let mut live = up_to_tls();
    live.extend([valid_certificate(), alert.clone()]);
    assert_eq!(
        verdict(&found(&submission(), live)),
        ("device-clock-wrong", Certainty::Likely)
    );
    let expired = laptop(
        Gate::Certificate,
        Fact::CertificateProblem {
            problem: CertificateProblem::Expired,
            detail: "expired".into(),
        },
    );
    let mut live = up_to_tls();
    live.extend([expired, alert]);
    assert_eq!(found(&submission(), live).verdict.cause, "certificate-expired");
}

#[test]
fn newer_outranks_older_on_the_device_s_own_side() {
    let failed = |minute| logged(minute, Stage::Auth, "535 5.7.8 Error: authentication failed");
    let passed = |minute| {
        vec![
            logged(minute, Stage::Auth, "235 2.7.0 Authentication successful"),
            logged(minute, Stage::EndOfData, "250 2.0.0 Ok: queued"),
        ]
    };
    let mut mended = vec![failed(1)];
    mended.extend(passed(9));
    let diagnosis = found(&submission(), mended);
    assert_eq!(diagnosis.verdict.cause, "none", "{:#?}", diagnosis.verdict);
    assert!(ruled_out(&diagnosis, "credentials-rejected"));
    let mut broken = passed(1);
    broken.push(failed(9));
    let diagnosis = found(&submission(), broken);
    assert_eq!(
        verdict(&diagnosis),
        ("credentials-rejected", Certainty::Confirmed)
    );
    let login = diagnosis
        .gates
        .iter()
        .find(|state| state.gate == Gate::Authenticate)
        .unwrap();
    assert_eq!(login.device, DeviceState::Failed);
}

#[test]
fn one_refused_recipient_is_not_mended_by_the_next_scan() {
    let log = vec![
        logged(
            1,
            Stage::Rcpt,
            "550 5.1.1 <a@contoso.com>: Recipient address rejected: User unknown",
        ),
        logged(9, Stage::Rcpt, "250 2.1.5 Ok"),
        logged(9, Stage::EndOfData, "250 2.0.0 Ok: queued"),
    ];
    assert_eq!(found(&submission(), log).verdict.cause, "recipient-rejected");
}

#[test]
fn a_password_that_works_here_does_not_clear_the_one_on_the_copier() {
    let mut case = submission();
    case.device.vendor = Some("Canon".into());
    case.symptom = Some("#839".into());
    let mut live = up_to_tls();
    live.extend(envelope());
    let diagnosis = found(&case, live.clone());
    assert_eq!(diagnosis.verdict.cause, "credentials-rejected");
    assert!(diagnosis.verdict.certainty < Certainty::Confirmed);
    assert!(!diagnosis.contradictions.is_empty());
    // A switch of the organisation, though, cannot be off for one and on for the other.
    case.symptom = Some(
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
            .into(),
    );
    let diagnosis = found(&case, live);
    assert!(ruled_out(&diagnosis, "smtp-auth-disabled-tenant"));
    assert_eq!(diagnosis.verdict.cause, "inconclusive");
    assert!(!diagnosis.contradictions.is_empty());
}

#[test]
fn whoever_delivers_to_a_copier_does_not_check_its_certificate() {
    let mut case = submission();
    case.mail.method = Method::Receive;
    case.mail.auth = Auth::None;
    let mut live = up_to_tls();
    live.push(laptop(
        Gate::Certificate,
        Fact::CertificateProblem {
            problem: CertificateProblem::Untrusted,
            detail: "self-signed".into(),
        },
    ));
    live.extend(envelope().into_iter().skip(1));
    live.push(accepted(Stage::EndOfData, "250 queued"));
    let diagnosis = found(&case, live);
    assert_eq!(diagnosis.verdict.cause, "none");
    assert_eq!(diagnosis.harmless.len(), 1);
}

#[test]
fn settings_that_cannot_fit_are_told_offline_and_never_confirmed() {
    let verdict_of = |change: &dyn Fn(&mut scanmedic::case::Case)| {
        let mut case = submission();
        change(&mut case);
        let diagnosis = found(&case, Vec::new());
        (diagnosis.verdict.cause.clone(), diagnosis.verdict.certainty)
    };
    let likely = |cause: &str| (cause.to_owned(), Certainty::Likely);
    assert_eq!(
        verdict_of(&|case| {
            case.mail.port = 465;
            case.mail.encryption = Encryption::Tls;
        }),
        likely("wrong-port-for-encryption")
    );
    assert_eq!(
        verdict_of(&|case| case.mail.encryption = Encryption::None),
        likely("starttls-required")
    );
    assert_eq!(
        verdict_of(&|case| case.mail.auth = Auth::None),
        likely("auth-required")
    );
    assert_eq!(
        verdict_of(&|case| {
            case.mail.server = "contoso-com.mail.protection.outlook.com".into();
            case.mail.port = 25;
        }),
        likely("auth-not-offered")
    );
    assert_eq!(verdict_of(&|_| {}).0, "inconclusive");
}

#[test]
fn what_was_measured_outranks_what_the_settings_promise() {
    let mut case = submission();
    case.mail.encryption = Encryption::None;
    let mut live = up_to_tls();
    live.pop();
    live.extend(envelope());
    assert_eq!(found(&case, live).verdict.cause, "none");
}

#[test]
fn a_server_that_hangs_up_on_modern_suites_alone_shares_none() {
    let mut live = up_to_tls();
    live.pop();
    live.push(tls_failed(TlsFailure::BrokenOff(Loss::Closed)));
    live.push(by(
        Actor::Service,
        Gate::Encrypt,
        Fact::TlsVersionAnswer {
            version: TlsVersion::Tls12,
            answer: VersionAnswer::Accepted,
        },
    ));
    let diagnosis = found(&submission(), live);
    assert_eq!(chain(&diagnosis), ["no-common-cipher"]);
    assert!(diagnosis.verdict.certainty < Certainty::Confirmed);
}

#[test]
fn a_panel_s_word_gives_way_to_the_refusal_that_was_seen_at_the_same_gate() {
    let mut case = submission();
    case.device.vendor = Some("Ricoh".into());
    case.symptom = Some("Authentication with the destination has failed. Check settings.".into());
    let mut live = up_to_tls();
    live.push(refused(
        Stage::Auth,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
    ));
    let diagnosis = found(&case, live);
    assert_eq!(chain(&diagnosis), ["smtp-auth-disabled-tenant"]);
    assert_eq!(diagnosis.verdict.certainty, Certainty::Confirmed);
}

#[test]
fn a_device_that_checks_certificates_is_not_cleared_before_one_was_looked_at() {
    let mut case = submission();
    case.device.validates_certificates = Some(true);
    let mut live = up_to_tls();
    live.extend(envelope());
    let so_far = found(&case, live.clone());
    assert_eq!(so_far.verdict.cause, "inconclusive");
    assert_eq!(so_far.next_test.unwrap().probe, "certificate");
    live.push(valid_certificate());
    assert_eq!(found(&case, live).verdict.cause, "none");
}

#[test]
fn every_alert_that_a_device_may_send_names_a_cause() {
    for (alert, cause) in [
        ("close_notify", "tls-handshake-failed"),
        ("unexpected_message", "tls-handshake-failed"),
        ("bad_record_mac", "tls-handshake-failed"),
        ("record_overflow", "tls-handshake-failed"),
        ("handshake_failure", "no-common-cipher"),
        ("bad_certificate", "certificate-untrusted"),
        ("unsupported_certificate", "certificate-weak"),
        ("certificate_revoked", "certificate-untrusted"),
        // Out of date, or a clock that is wrong: the device cannot know which.
        ("certificate_expired", "device-clock-wrong"),
        ("certificate_unknown", "certificate-untrusted"),
        ("illegal_parameter", "tls-handshake-failed"),
        ("unknown_ca", "certificate-untrusted"),
        ("access_denied", "tls-handshake-failed"),
        ("decode_error", "tls-handshake-failed"),
        ("decrypt_error", "tls-handshake-failed"),
        ("protocol_version", "server-tls-too-old"),
        ("insufficient_security", "no-common-cipher"),
        ("internal_error", "tls-handshake-failed"),
        ("user_canceled", "tls-handshake-failed"),
        ("missing_extension", "tls-handshake-failed"),
        ("unsupported_extension", "tls-handshake-failed"),
        ("bad_certificate_status_response", "certificate-untrusted"),
    ] {
        let fact = Fact::DeviceAlert { alert: alert.into() };
        let diagnosis = found(&submission(), vec![device(Gate::Encrypt, fact)]);
        assert_eq!(verdict(&diagnosis).0, cause, "{alert}");
    }
}

#[test]
fn a_server_that_chooses_an_old_version_is_the_reason_for_an_alert_that_names_none() {
    let chose = Fact::ServerTlsLimit {
        max: TlsVersion::Tls11,
    };
    let alert = Fact::DeviceAlert {
        alert: "internal_error".into(),
    };
    let evidence = vec![device(Gate::Encrypt, chose), device(Gate::Encrypt, alert)];
    let diagnosis = found(&submission(), evidence);
    assert_eq!(verdict(&diagnosis), ("server-tls-too-old", Certainty::Likely));
    assert_eq!(chain(&diagnosis), ["server-tls-too-old"]);
}

#[test]
fn a_server_that_wants_a_certificate_of_its_client_is_told_although_the_session_stood() {
    let alert = TlsFailure::Alert("certificate_required".into());
    let mut evidence = up_to_tls();
    evidence.push(laptop(Gate::Encrypt, Fact::TlsFailed { failure: alert }));
    let diagnosis = found(&submission(), evidence);
    assert_eq!(
        verdict(&diagnosis),
        ("tls-handshake-failed", Certainty::Confirmed)
    );
}
