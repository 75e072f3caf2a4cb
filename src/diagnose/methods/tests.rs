//! Situations of sites, and which ways of sending are left to them.

use super::super::diagnose;
use super::*;
use crate::case::{Auth, Case, Encryption};
use crate::evidence::{ConnectFailure, Stage, number};
use crate::gate::Gate;
use crate::wire::reply::Reply;
use crate::wire::tls::{TlsVersion, VersionAnswer};

/// A case at a server with a way of sending.
fn case(server: &str, method: Method) -> Case {
    let mut case = Case::default();
    case.mail.server = server.into();
    case.mail.method = method;
    case.mail.from = "scan@contoso.com".into();
    case.mail.to = vec!["it@contoso.com".into()];
    if method == Method::Submission {
        case.mail.auth = Auth::Password {
            user: "scan@contoso.com".into(),
        };
    } else {
        case.mail.encryption = Encryption::StartTlsIfAvailable;
    }
    case
}

fn seen(actor: Actor, gate: Gate, fact: Fact, text: &str) -> Evidence {
    Evidence::observed(gate, actor, "test", fact, text)
}

fn said(stage: Stage, code: u16, text: &str) -> Evidence {
    let reply = Reply::new(code, vec![text.to_owned()]);
    let fact = if code < 400 {
        Fact::Accepted { stage, reply }
    } else {
        Fact::Refused { stage, reply }
    };
    seen(Actor::Laptop, stage.gate(), fact, text)
}

fn port_answer(port: u16, failure: Option<ConnectFailure>) -> Evidence {
    seen(
        Actor::Laptop,
        Gate::Connect,
        Fact::OtherPort { port, failure },
        "port",
    )
}

fn tls_limit(max: TlsVersion) -> Evidence {
    seen(
        Actor::Device,
        Gate::Encrypt,
        Fact::DeviceTlsLimit { max },
        "its own hello",
    )
}

/// The advice for a case with this evidence.
fn advised(case: &Case, mut evidence: Vec<Evidence>) -> Vec<MethodAdvice> {
    number(&mut evidence);
    diagnose(case, evidence, &Knowledge::embedded()).methods
}

/// One way of the advice.
fn way<'a>(advice: &'a [MethodAdvice], id: &str) -> &'a MethodAdvice {
    let found = advice.iter().find(|one| one.method == id);
    found.unwrap_or_else(|| {
        panic!(
            "no {id} among {:?}",
            advice.iter().map(|a| &a.method).collect::<Vec<_>>()
        )
    })
}

fn verdict(advice: &[MethodAdvice], id: &str) -> MethodVerdict {
    way(advice, id).verdict
}

const SUBMISSION: &str = "microsoft-365-submission";
const LEGACY: &str = "microsoft-365-legacy-submission";
const DIRECT: &str = "microsoft-365-direct-send";
const RELAY: &str = "microsoft-365-relay";
const HIGH_VOLUME: &str = "microsoft-365-high-volume";

#[test]
fn an_old_copier_is_left_with_plain_ways_and_the_legacy_host() {
    let case = case("smtp.office365.com", Method::Submission);
    let refused = Fact::TlsVersionAnswer {
        version: TlsVersion::Tls10,
        answer: VersionAnswer::Refused("protocol_version".into()),
    };
    let evidence = vec![
        tls_limit(TlsVersion::Tls10),
        seen(Actor::Service, Gate::Encrypt, refused, "TLS 1.0 is refused"),
    ];
    let advice = advised(&case, evidence);
    let now = way(&advice, SUBMISSION);
    assert_eq!((now.verdict, now.present), (MethodVerdict::Cannot, true));
    assert_eq!(
        now.because[0].evidence,
        ["e1", "e2"],
        "the limit and the server's refusal"
    );
    assert_eq!(verdict(&advice, LEGACY), MethodVerdict::Possible);
    assert_eq!(verdict(&advice, HIGH_VOLUME), MethodVerdict::Cannot);
    assert_eq!(verdict(&advice, "azure-communication"), MethodVerdict::Cannot);
    assert_eq!(
        verdict(&advice, "smtp2go"),
        MethodVerdict::Unknown,
        "its versions are not known"
    );
    assert_eq!(verdict(&advice, "in-house-relay"), MethodVerdict::Possible);
    let direct = way(&advice, DIRECT);
    assert_eq!(direct.verdict, MethodVerdict::Possible);
    assert!(
        direct.first[0].says.contains("no encryption"),
        "{:#?}",
        direct.first
    );
}

#[test]
fn a_limit_that_is_only_inferred_does_not_bar() {
    let case = case("smtp.office365.com", Method::Submission);
    let inferred = tls_limit(TlsVersion::Tls10).on(crate::evidence::Basis::KnownInferred);
    let advice = advised(&case, vec![inferred]);
    assert_eq!(verdict(&advice, SUBMISSION), MethodVerdict::Unknown);
}

#[test]
fn security_defaults_bar_passwords_and_nothing_else() {
    let text = "5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.";
    let case = case("smtp.office365.com", Method::Submission);
    let advice = advised(&case, vec![said(Stage::Auth, 535, text)]);
    for id in [SUBMISSION, LEGACY, HIGH_VOLUME] {
        assert_eq!(verdict(&advice, id), MethodVerdict::Cannot, "{id}");
        assert_eq!(way(&advice, id).because[0].evidence, ["e1"], "{id}");
    }
    for id in [DIRECT, RELAY, "azure-communication", "smtp2go"] {
        assert_eq!(verdict(&advice, id), MethodVerdict::Possible, "{id}");
    }
}

#[test]
fn a_policy_that_can_be_lifted_is_work_and_not_the_end() {
    let text = "5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.";
    let case = case("smtp.office365.com", Method::Submission);
    let advice = advised(&case, vec![said(Stage::Auth, 535, text)]);
    let now = way(&advice, SUBMISSION);
    assert_eq!(now.verdict, MethodVerdict::Possible);
    assert!(now.first[0].says.contains("Exempt"), "{:#?}", now.first);
}

#[test]
fn the_switch_of_the_organisation_does_not_matter_to_high_volume_email() {
    let text = "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.";
    let case = case("smtp.office365.com", Method::Submission);
    let advice = advised(&case, vec![said(Stage::Auth, 535, text)]);
    assert_eq!(way(&advice, SUBMISSION).first.len(), 1);
    let high = way(&advice, HIGH_VOLUME);
    assert!(
        high.first.is_empty() && high.verdict == MethodVerdict::Possible,
        "{high:#?}"
    );
}

#[test]
fn a_tenant_that_rejects_direct_send_leaves_the_connector() {
    let text = "5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources";
    let case = case("contoso-com.mail.protection.outlook.com", Method::DirectSend);
    let advice = advised(&case, vec![said(Stage::Rcpt, 550, text)]);
    assert_eq!(verdict(&advice, DIRECT), MethodVerdict::Cannot);
    let relay = way(&advice, RELAY);
    assert_eq!(relay.verdict, MethodVerdict::Possible);
    assert!(relay.first[0].says.contains("connector"), "{:#?}", relay.first);
    assert_eq!(relay.host, "contoso-com.mail.protection.outlook.com");
    assert_eq!(verdict(&advice, SUBMISSION), MethodVerdict::Possible);
}

#[test]
fn a_blocked_port_25_leaves_the_submission_port() {
    let case = case("smtp.office365.com", Method::Submission);
    let evidence = vec![
        seen(
            Actor::Laptop,
            Gate::Connect,
            Fact::Connected {
                endpoint: "203.0.113.5:587".parse().unwrap(),
            },
            "connected",
        ),
        port_answer(25, Some(ConnectFailure::TimedOut)),
        port_answer(465, Some(ConnectFailure::TimedOut)),
    ];
    let advice = advised(&case, evidence);
    for id in [DIRECT, RELAY] {
        assert_eq!(verdict(&advice, id), MethodVerdict::Cannot, "{id}");
        assert_eq!(way(&advice, id).because[0].evidence, ["e2"], "{id}");
    }
    assert_eq!(way(&advice, SUBMISSION).port, Some(587));
    // Port 465 is not offered by this service, so its silence says nothing of the network.
    let relay = way(&advice, "smtp2go");
    assert!(
        relay.because.iter().all(|ground| !ground.says.contains("465")),
        "{relay:#?}"
    );
}

#[test]
fn a_silent_port_of_a_server_that_never_listens_there_blocks_nothing() {
    let case = case("mail.contoso.com", Method::Submission);
    let mut evidence = vec![port_answer(25, Some(ConnectFailure::TimedOut))];
    evidence.push(seen(
        Actor::Service,
        Gate::Sender,
        Fact::MailHosts {
            domain: "contoso.com".into(),
            hosts: vec!["contoso-com.mail.protection.outlook.com".into()],
            has_address: true,
        },
        "MX",
    ));
    let advice = advised(&case, evidence);
    let direct = way(&advice, DIRECT);
    assert_eq!(direct.verdict, MethodVerdict::Possible);
    assert_eq!(
        direct.host, "contoso-com.mail.protection.outlook.com",
        "the domain's own mail host"
    );
}

#[test]
fn recipients_outside_leave_direct_send_open_and_a_refusal_bars_it() {
    let mut case = case("contoso-com.mail.protection.outlook.com", Method::DirectSend);
    case.mail.to = vec!["guest@fabrikam.example".into()];
    assert_eq!(
        verdict(&advised(&case, Vec::new()), DIRECT),
        MethodVerdict::Unknown
    );
    let refused = said(Stage::Rcpt, 550, "5.7.64 TenantAttribution; Relay Access Denied");
    let advice = advised(&case, vec![refused]);
    assert_eq!(verdict(&advice, DIRECT), MethodVerdict::Cannot);
    assert_eq!(verdict(&advice, RELAY), MethodVerdict::Possible);
}

#[test]
fn a_password_field_that_is_too_short_bars_long_keys() {
    let mut case = case("smtp.sendgrid.net", Method::Submission);
    case.device.vendor = Some("Epson".into());
    case.device.model = Some("WF-4730".into());
    let advice = advised(&case, Vec::new());
    assert_eq!(verdict(&advice, "sendgrid"), MethodVerdict::Cannot);
    assert!(way(&advice, "sendgrid").because[0].says.contains("20"));
    case.device.model = Some("another".into());
    assert_eq!(
        verdict(&advised(&case, Vec::new()), "sendgrid"),
        MethodVerdict::Possible
    );
}

#[test]
fn mechanisms_that_have_nothing_in_common_bar_a_login() {
    let case = case("smtp.office365.com", Method::Submission);
    let mismatch = Fact::AuthMechanismMismatch {
        offered: vec!["LOGIN".into(), "XOAUTH2".into()],
        wanted: vec!["CRAM-MD5".into()],
    };
    let advice = advised(
        &case,
        vec![seen(Actor::Device, Gate::Authenticate, mismatch, "CRAM-MD5 only")],
    );
    assert_eq!(verdict(&advice, SUBMISSION), MethodVerdict::Cannot);
    assert_eq!(verdict(&advice, DIRECT), MethodVerdict::Possible);
}

#[test]
fn a_large_scan_bars_the_ways_with_small_limits() {
    let mut case = case("smtp.office365.com", Method::Submission);
    case.mail.size = Some(20 << 20);
    let advice = advised(&case, Vec::new());
    assert_eq!(verdict(&advice, HIGH_VOLUME), MethodVerdict::Cannot);
    assert_eq!(verdict(&advice, "azure-communication"), MethodVerdict::Cannot);
    assert_eq!(verdict(&advice, SUBMISSION), MethodVerdict::Possible);
}

#[test]
fn what_got_through_works_and_stands_first() {
    let case = case("smtp.office365.com", Method::Submission);
    let established = Fact::TlsEstablished {
        version: TlsVersion::Tls13,
        suite: "TLS13_AES_256_GCM_SHA384".into(),
    };
    let evidence = vec![
        seen(
            Actor::Laptop,
            Gate::Resolve,
            Fact::Resolved {
                name: "smtp.office365.com".into(),
                addresses: vec!["203.0.113.5".parse().unwrap()],
            },
            "resolved",
        ),
        seen(
            Actor::Laptop,
            Gate::Connect,
            Fact::Connected {
                endpoint: "203.0.113.5:587".parse().unwrap(),
            },
            "connected",
        ),
        said(Stage::Ehlo, 250, "hello"),
        seen(Actor::Laptop, Gate::Encrypt, established, "TLS 1.3"),
        said(Stage::Auth, 235, "2.7.0 Authentication successful"),
        said(Stage::Mail, 250, "2.1.0 Sender OK"),
        said(Stage::Rcpt, 250, "2.1.5 Recipient OK"),
    ];
    let advice = advised(&case, evidence);
    assert_eq!(
        (advice[0].method.as_str(), advice[0].verdict),
        (SUBMISSION, MethodVerdict::Works)
    );
    assert_eq!(advice[0].because[0].evidence, ["e7"]);
    assert!(
        advice[0]
            .dates
            .iter()
            .any(|date| date.starts_with("end of December 2026: ") && date.contains("(as of 20"))
    );
}

#[test]
fn a_server_of_the_house_is_told_as_it_is_set() {
    let case = case("mail.contoso.com", Method::Submission);
    let advice = advised(
        &case,
        vec![said(Stage::Auth, 535, "5.7.8 Error: authentication failed")],
    );
    let own = way(&advice, "as-set");
    assert!(own.present && own.first.len() == 1, "{own:#?}");
    assert!(
        advice.iter().all(|one| !one.method.starts_with("microsoft")),
        "nothing shows Microsoft here"
    );
}

#[test]
fn a_copier_that_receives_has_no_way_of_sending_to_choose() {
    let mut case = case("192.0.2.40", Method::Receive);
    case.device.address = Some("192.0.2.40".into());
    assert!(advised(&case, Vec::new()).is_empty());
}

#[test]
fn a_google_site_is_told_of_its_own_ways() {
    let case = case("smtp.gmail.com", Method::Submission);
    let advice = advised(
        &case,
        vec![said(
            Stage::Auth,
            534,
            "5.7.9 Application-specific password required. For more information, go to",
        )],
    );
    assert!(
        way(&advice, "google-submission").first[0]
            .says
            .contains("app password")
    );
    assert_eq!(verdict(&advice, "google-relay"), MethodVerdict::Possible);
    assert!(advice.iter().all(|one| !one.method.starts_with("microsoft")));
}

#[test]
fn an_ipv6_site_must_come_over_ipv4_to_a_connector() {
    let case = case("contoso-com.mail.protection.outlook.com", Method::Relay);
    let hello = Fact::Extensions {
        keywords: Vec::new(),
        encrypted: false,
        public_address: "2001:db8::9".parse().ok(),
    };
    let advice = advised(&case, vec![seen(Actor::Laptop, Gate::Greet, hello, "EHLO")]);
    let relay = way(&advice, RELAY);
    assert!(
        relay
            .first
            .iter()
            .any(|ground| ground.says.contains("IPv4") && ground.evidence == ["e1"]),
        "{relay:#?}"
    );
}
