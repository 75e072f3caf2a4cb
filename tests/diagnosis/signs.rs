//! Every sign of every cause, made from the data itself: a fact of that kind must set it off.

use crate::support::*;
use scanmedic::case::{Auth, Case, Encryption, Method};
use scanmedic::evidence::{
    Actor, Basis, CertificateProblem, ConnectFailure, Fact, Loss, MessageFlaw, PortKind, ReceptionSetting,
    Rewriting, Secured, Stage, TlsFailure, TokenState, Unfit,
};
use scanmedic::gate::Gate;
use scanmedic::knowledge::schema::{Sign, Weight};
use scanmedic::wire::reply::Reply;
use scanmedic::wire::tls::suites::SuiteFamily;
use scanmedic::wire::tls::{TlsVersion, VersionAnswer};

#[test]
fn every_sign_is_set_off_by_a_fact_of_its_kind() {
    for cause in &knowledge().causes {
        for sign in &cause.signs {
            let fact = fact_of(&sign.on);
            let kind = fact.kind();
            assert!(
                kind.starts_with(&sign.on),
                "{}: {} gives {kind}",
                cause.id,
                sign.on
            );
            let actor = sign.by.first().copied().unwrap_or(Actor::Laptop);
            let mut item = by(actor, Gate::Connect, fact);
            if sign.on.starts_with("setting-unfit") {
                item = item.on(Basis::KnownConfirmed);
            }
            let diagnosis = found(&case_for(sign), vec![item]);
            let candidate = diagnosis.candidates.iter().find(|c| c.cause == cause.id);
            let excluded = diagnosis.ruled_out.iter().any(|out| out.cause == cause.id);
            match sign.weight {
                Weight::Excludes => assert!(excluded, "{}: {kind} rules nothing out", cause.id),
                // What speaks against a cause is only told where something speaks for it.
                Weight::Against => assert!(candidate.is_none() || excluded, "{}: {kind}", cause.id),
                Weight::Hints | Weight::Supports | Weight::Proves => {
                    let says = candidate.is_some_and(|c| c.reasons.iter().any(|reason| reason.weight > 0.0));
                    assert!(says || excluded, "{}: {kind} says nothing", cause.id);
                }
            }
        }
    }
}

#[test]
fn every_answer_moves_the_causes_it_names() {
    for question in &knowledge().questions {
        for option in &question.options {
            let mut case = submission();
            case.answers.insert(question.id.clone(), option.value.clone());
            let diagnosis = found(&case, Vec::new());
            for says in option.says.iter().filter(|says| says.weight.log_odds() > 0.0) {
                for cause in &says.causes {
                    assert!(
                        diagnosis
                            .candidates
                            .iter()
                            .any(|candidate| candidate.cause == *cause),
                        "{}={}: {cause}",
                        question.id,
                        option.value
                    );
                }
            }
            assert_ne!(
                diagnosis.verdict.certainty,
                scanmedic::certainty::Certainty::Confirmed
            );
        }
    }
}

#[test]
fn every_panel_code_is_explained_by_its_own_table() {
    for table in &knowledge().codes {
        for code in &table.codes {
            let told = scanmedic::knowledge::explain::explain(knowledge(), &code.code, Some(&table.vendor));
            assert!(
                told.headline.contains(&code.meaning),
                "{} {}: {}",
                table.vendor,
                code.code,
                told.headline
            );
            assert!(told.certainty < scanmedic::certainty::Certainty::Confirmed);
        }
    }
}

/// A case for which the conditions of a sign hold.
fn case_for(sign: &Sign) -> Case {
    let mut case = submission();
    case.mail.server = "mail.example.test".into();
    case.mail.method = Method::Submission;
    for condition in &sign.when {
        match condition.as_str() {
            "encryption=none" => case.mail.encryption = Encryption::None,
            "encryption=tls" => case.mail.encryption = Encryption::Tls,
            "method=receive" => case.mail.method = Method::Receive,
            "method=direct-send" | "!method=submission" => case.mail.method = Method::DirectSend,
            "method=relay" => case.mail.method = Method::Relay,
            "!port=465" => case.mail.port = 587,
            "auth=none" => case.mail.auth = Auth::None,
            "auth=oauth" => {
                case.mail.auth = Auth::OAuth {
                    user: "scan@contoso.com".into(),
                }
            }
            "validates=yes" => case.device.validates_certificates = Some(true),
            "validates=no" => case.device.validates_certificates = Some(false),
            other => {
                if let Some(port) = other.strip_prefix("port=") {
                    case.mail.port = port.parse().unwrap();
                }
                if let Some(id) = other.strip_prefix("provider=") {
                    let provider = knowledge().providers.iter().find(|provider| provider.id == id);
                    provider.unwrap().hosts[0]
                        .trim_start_matches("*.")
                        .clone_into(&mut case.mail.server);
                }
            }
        }
    }
    if case.mail.method != Method::Submission {
        case.mail.auth = Auth::None;
    }
    case
}

/// A fact whose kind begins with this word.
fn fact_of(kind: &str) -> Fact {
    let (word, detail) = kind.split_once(':').unwrap_or((kind, ""));
    let name = || "mail.example.test".to_owned();
    match word {
        "resolved" => Fact::Resolved {
            name: name(),
            addresses: vec!["192.0.2.1".parse().unwrap()],
        },
        "name-not-found" => Fact::NameNotFound { name: name() },
        "dns-unreachable" => Fact::DnsUnreachable {
            name: name(),
            detail: "silent".into(),
        },
        "device-dns-fails" => Fact::DeviceDnsFails {
            server: "192.0.2.53".parse().unwrap(),
            detail: "silent".into(),
        },
        "connected" => Fact::Connected {
            endpoint: "192.0.2.1:587".parse().unwrap(),
        },
        "connect-failed" => Fact::ConnectFailed {
            port: 587,
            failure: connect_failure(detail),
        },
        "other-port" if detail == "open" => Fact::OtherPort {
            port: 465,
            failure: None,
        },
        "other-port" => Fact::OtherPort {
            port: 465,
            failure: Some(connect_failure(detail)),
        },
        "port-speaks" => Fact::PortSpeaks {
            port: 587,
            speaks: port_kind(detail),
        },
        "server-tls-limit" => Fact::ServerTlsLimit {
            max: TlsVersion::Tls11,
        },
        "cipher-family" => Fact::CipherFamily {
            family: SuiteFamily::RsaCbc,
            answer: if detail.ends_with("accepted") {
                VersionAnswer::Accepted
            } else {
                VersionAnswer::Refused("handshake_failure".into())
            },
        },
        "connection-lost" => Fact::ConnectionLost {
            stage: Stage::Greeting,
            how: loss(detail),
        },
        "not-smtp" => Fact::NotSmtp { protocol: None },
        "wrong-port-type" => Fact::WrongPortType {
            implicit_tls: detail != "plain",
        },
        "rewritten" => Fact::Rewritten {
            sign: rewriting(detail),
        },
        "protocol-violation" => Fact::ProtocolViolation {
            stage: Stage::Ehlo,
            detail: "odd".into(),
        },
        "accepted" => Fact::Accepted {
            stage: stage(detail),
            reply: Reply::new(250, vec!["ok".into()]),
        },
        "starttls-not-offered" => Fact::StartTlsNotOffered,
        "plain-text-accepted" => Fact::PlainTextAccepted,
        "plain-text-injected" => Fact::PlainTextInjected { bytes: 3 },
        "tls-established" => Fact::TlsEstablished {
            version: TlsVersion::Tls12,
            suite: "S".into(),
        },
        "tls-failed" => Fact::TlsFailed {
            failure: tls_failure(detail),
        },
        "certificate-problem" => Fact::CertificateProblem {
            problem: problem(detail),
            detail: "odd".into(),
        },
        "auth-not-offered" => Fact::AuthNotOffered {
            encrypted: detail != "plain",
        },
        "auth-mechanism-mismatch" => Fact::AuthMechanismMismatch {
            offered: vec!["NTLM".into()],
            wanted: vec!["LOGIN".into()],
        },
        "access-token" => Fact::AccessToken {
            state: token_state(detail),
            detail: "odd".into(),
        },
        "token-refused" => Fact::TokenRefused {
            status: "401".into(),
            scope: None,
        },
        "sign-in-failed" => Fact::SignInFailed {
            error: "access_denied".into(),
            description: String::new(),
        },
        "packet-too-big" => Fact::PacketTooBig { mtu: 1400 },
        "unacknowledged" => Fact::Unacknowledged {
            by_device: detail == "from-device",
            times: 5,
            bytes: 1460,
        },
        "window-closed" => Fact::WindowClosed {
            by_device: detail == "device",
            seconds: 40,
        },
        "late-reply" => Fact::LateReply {
            stage: Stage::Greeting,
            seconds: if detail == "long" { 40 } else { 12 },
        },
        "size-over-limit" => Fact::SizeOverLimit { needed: 2, limit: 1 },
        "device-answered" => Fact::DeviceAnswered {
            protocol: "SNMP".into(),
        },
        "device-silent" => Fact::DeviceSilent,
        "device-alert" => Fact::DeviceAlert {
            alert: if detail.is_empty() {
                "certificate_unknown"
            } else {
                detail
            }
            .into(),
        },
        "device-gave-up" => Fact::DeviceGaveUp { stage: Stage::Auth },
        "device-left" => Fact::DeviceLeft { stage: stage(detail) },
        "device-hello" => Fact::DeviceHello {
            name: Some("no host".into()),
            extended: true,
        },
        "device-encryption" => Fact::DeviceEncryption { how: secured(detail) },
        "device-login" => Fact::DeviceLogin {
            mechanism: "LOGIN".into(),
            user: None,
            encrypted: detail == "encrypted",
        },
        "device-checks-certificate" => Fact::DeviceChecksCertificate {
            checks: detail != "no",
            alert: detail.strip_prefix("yes:").map(Into::into),
        },
        "reception" => Fact::Reception {
            setting: match detail {
                "off" => ReceptionSetting::Off,
                "required" => ReceptionSetting::Required,
                _ => ReceptionSetting::Optional,
            },
            ready_ms: None,
            ready_encrypted_ms: None,
        },
        "device-message" => Fact::DeviceMessage { bytes: 1 },
        "message-flaw" => Fact::MessageFlaw { flaw: flaw(detail) },
        "device-job" => Fact::DeviceJob {
            succeeded: detail == "succeeded",
            state: "end".into(),
        },
        "setting-unfit" => Fact::SettingUnfit { unfit: unfit(detail) },
        other => panic!("no fact for the sign {other:?}"),
    }
}

fn secured(detail: &str) -> Secured {
    match detail {
        "none" => Secured::None,
        "unoffered" => Secured::Unoffered,
        "starttls" => Secured::Starttls,
        _ => Secured::Tls,
    }
}

fn flaw(detail: &str) -> MessageFlaw {
    match detail {
        "bare-cr" => MessageFlaw::BareCr,
        "long-line" => MessageFlaw::LongLine,
        "nul" => MessageFlaw::Nul,
        "no-date" => MessageFlaw::NoDate,
        "no-from" => MessageFlaw::NoFrom,
        "several-from" => MessageFlaw::SeveralFrom,
        _ => MessageFlaw::BareLf,
    }
}

fn token_state(detail: &str) -> TokenState {
    match detail {
        "expired" => TokenState::Expired,
        "not-yet-valid" => TokenState::NotYetValid,
        "other-account" => TokenState::OtherAccount,
        "wrong-audience" => TokenState::WrongAudience,
        _ => TokenState::WrongScope,
    }
}

fn connect_failure(detail: &str) -> ConnectFailure {
    match detail {
        "timed-out" => ConnectFailure::TimedOut,
        "unreachable" => ConnectFailure::Unreachable,
        "prohibited" => ConnectFailure::Prohibited,
        "reset" => ConnectFailure::Reset,
        _ => ConnectFailure::Refused,
    }
}

fn port_kind(detail: &str) -> PortKind {
    match detail {
        "starttls" | "start-tls" => PortKind::StartTls,
        "implicit-tls" => PortKind::ImplicitTls,
        "turned-away" => PortKind::TurnedAway,
        "other-protocol" => PortKind::OtherProtocol,
        "silent" => PortKind::Silent,
        _ => PortKind::Plain,
    }
}

fn loss(detail: &str) -> Loss {
    match detail {
        "closed" => Loss::Closed,
        "reset" => Loss::Reset,
        _ => Loss::TimedOut,
    }
}

fn rewriting(detail: &str) -> Rewriting {
    match detail {
        "banner-masked" => Rewriting::BannerMasked,
        "auth-stripped" => Rewriting::AuthStripped,
        "proxy-greeting" => Rewriting::ProxyGreeting,
        "transparent-proxy" => Rewriting::TransparentProxy,
        "answers-for-nobody" => Rewriting::AnswersForNobody,
        "start-tls-stripped" => Rewriting::StartTlsStripped,
        "start-tls-unlisted" => Rewriting::StartTlsUnlisted,
        _ => Rewriting::KeywordMasked,
    }
}

fn stage(detail: &str) -> Stage {
    match detail {
        "greeting" => Stage::Greeting,
        "ehlo" => Stage::Ehlo,
        "start-tls" => Stage::StartTls,
        "auth" => Stage::Auth,
        "mail" => Stage::Mail,
        "rcpt" => Stage::Rcpt,
        "data" => Stage::Data,
        _ => Stage::EndOfData,
    }
}

fn tls_failure(detail: &str) -> TlsFailure {
    match detail.split_once(':').unwrap_or((detail, "")) {
        ("alert", name) => TlsFailure::Alert(
            if name.is_empty() {
                "certificate_unknown"
            } else {
                name
            }
            .into(),
        ),
        ("no-common-version", _) => TlsFailure::NoCommonVersion,
        ("no-common-cipher", _) => TlsFailure::NoCommonCipher,
        ("not-tls", _) => TlsFailure::NotTls,
        ("client-certificate", _) => TlsFailure::ClientCertificate("it is wanted".into()),
        ("other", _) => TlsFailure::Other("odd".into()),
        _ => TlsFailure::BrokenOff(Loss::TimedOut),
    }
}

fn problem(detail: &str) -> CertificateProblem {
    match detail {
        "intercepted" => CertificateProblem::Intercepted,
        "expired" => CertificateProblem::Expired,
        "not-yet-valid" => CertificateProblem::NotYetValid,
        "name-mismatch" => CertificateProblem::NameMismatch,
        "weak" => CertificateProblem::Weak,
        _ => CertificateProblem::Untrusted,
    }
}

fn unfit(detail: &str) -> Unfit {
    match detail {
        "encryption-needed" => Unfit::EncryptionNeeded,
        "login-not-there" => Unfit::LoginNotThere,
        "login-needed" => Unfit::LoginNeeded,
        _ => Unfit::PortAndEncryption,
    }
}
