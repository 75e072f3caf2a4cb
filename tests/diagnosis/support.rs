//! Cases and evidence made by hand.

use scanmedic::case::{Auth, Case, Encryption, Method};
use scanmedic::certainty::Certainty;
use scanmedic::diagnose::{Diagnosis, diagnose, stated};
use scanmedic::evidence::{Actor, Evidence, Fact, Stage, TlsFailure, number};
use scanmedic::gate::Gate;
use scanmedic::knowledge::Knowledge;
use scanmedic::wire::reply::Reply;
use scanmedic::wire::tls::{TlsVersion, VersionAnswer};
use std::sync::OnceLock;

pub fn knowledge() -> &'static Knowledge {
    static ONE: OnceLock<Knowledge> = OnceLock::new();
    ONE.get_or_init(Knowledge::embedded)
}

/// A submission case against Microsoft 365.
pub fn submission() -> Case {
    let mut case = Case::default();
    case.mail.server = "smtp.office365.com".into();
    case.mail.port = 587;
    case.mail.encryption = Encryption::StartTls;
    case.mail.auth = Auth::Password {
        user: "scan@contoso.com".into(),
    };
    case.mail.from = "scan@contoso.com".into();
    case.mail.to = vec!["it@contoso.com".into()];
    case.mail.method = Method::Submission;
    case
}

pub fn direct_send() -> Case {
    let mut case = submission();
    case.mail.server = "contoso-com.mail.protection.outlook.com".into();
    case.mail.port = 25;
    case.mail.auth = Auth::None;
    case.mail.method = Method::DirectSend;
    case
}

pub fn by(actor: Actor, gate: Gate, fact: Fact) -> Evidence {
    let summary = fact.kind();
    Evidence::observed(gate, actor, "test", fact, summary)
}

pub fn laptop(gate: Gate, fact: Fact) -> Evidence {
    by(Actor::Laptop, gate, fact)
}

/// This computer got a connection.
pub fn connected(endpoint: &str) -> Evidence {
    let endpoint = endpoint.parse().unwrap();
    laptop(Gate::Connect, Fact::Connected { endpoint })
}

/// This computer got no session.
pub fn tls_failed(failure: TlsFailure) -> Evidence {
    laptop(Gate::Encrypt, Fact::TlsFailed { failure })
}

pub fn device(gate: Gate, fact: Fact) -> Evidence {
    by(Actor::Device, gate, fact)
}

pub fn reply(text: &str) -> Reply {
    let (code, rest) = text.split_at(3);
    Reply::new(code.parse().unwrap(), vec![rest.trim_start().to_owned()])
}

pub fn accepted(stage: Stage, text: &str) -> Evidence {
    laptop(
        stage.gate(),
        Fact::Accepted {
            stage,
            reply: reply(text),
        },
    )
}

pub fn refused(stage: Stage, text: &str) -> Evidence {
    laptop(
        stage.gate(),
        Fact::Refused {
            stage,
            reply: reply(text),
        },
    )
}

/// The laptop's passage up to the TLS session.
pub fn up_to_tls() -> Vec<Evidence> {
    vec![
        laptop(
            Gate::Resolve,
            Fact::Resolved {
                name: "smtp.office365.com".into(),
                addresses: vec!["192.0.2.1".parse().unwrap()],
            },
        ),
        connected("192.0.2.1:587"),
        accepted(Stage::Greeting, "220 ready"),
        accepted(Stage::Ehlo, "250 hello"),
        accepted(Stage::StartTls, "220 2.0.0 SMTP server ready"),
        laptop(
            Gate::Encrypt,
            Fact::TlsEstablished {
                version: TlsVersion::Tls13,
                suite: "TLS_AES_256_GCM_SHA384".into(),
            },
        ),
    ]
}

pub fn envelope() -> Vec<Evidence> {
    vec![
        accepted(Stage::Auth, "235 2.7.0 Authentication successful"),
        accepted(Stage::Mail, "250 2.1.0 Sender OK"),
        accepted(Stage::Rcpt, "250 2.1.5 Recipient OK"),
    ]
}

pub fn server_takes(version: TlsVersion, answer: VersionAnswer) -> Evidence {
    by(
        Actor::Service,
        Gate::Encrypt,
        Fact::TlsVersionAnswer { version, answer },
    )
}

pub fn found(case: &Case, live: Vec<Evidence>) -> Diagnosis {
    let mut evidence = stated::evidence(case, knowledge());
    evidence.extend(live);
    number(&mut evidence);
    diagnose(case, evidence, knowledge())
}

pub fn verdict(diagnosis: &Diagnosis) -> (&str, Certainty) {
    (diagnosis.verdict.cause.as_str(), diagnosis.verdict.certainty)
}

pub fn chain(diagnosis: &Diagnosis) -> Vec<&str> {
    diagnosis.chain.iter().map(|link| link.cause.as_str()).collect()
}
