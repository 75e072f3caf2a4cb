//! A canned run of the old-firmware story, played as the engine's events, and a small catalogue.
#![allow(clippy::unwrap_used)]

use scanmedic::case::{Auth, Case, Controller, Encryption, Method};
use scanmedic::certainty::Certainty;
use scanmedic::diagnose::methods::{Ground, MethodAdvice, MethodVerdict};
use scanmedic::diagnose::{
    AnnouncedDate, Candidate, DeviceState, Diagnosis, GateState, Harmless, LaptopState, Link, NextTest,
    RuledOut, Verdict,
};
use scanmedic::evidence::{Actor, Evidence, Fact, PortKind, number};
use scanmedic::gate::Gate;
use scanmedic::knowledge::{Knowledge, schema};
use scanmedic::logs::FileReport;
use scanmedic::probe::{Outcome, ProbeId, Status, Update};
use scanmedic::remedy::{Remedy, Step};
use scanmedic::session::tables::{PortRow, SideBySide};
use scanmedic::session::{Event, Finding, ProbeReport, RunId};
use scanmedic::wire::transcript::{Line, Speaker};
use schema::Who;
use std::time::Duration;

/// The case.
pub fn case() -> Case {
    let mut case = Case {
        title: "Front office copier".into(),
        symptom: Some("TLS connection failed".into()),
        files: vec!["auditfile.txt.gz".into()],
        ..Case::default()
    };
    case.device.address = Some("10.1.2.3".into());
    case.device.vendor = Some("Xerox".into());
    case.device.model = Some("WorkCentre 7845".into());
    case.device.firmware = Some("072.040.004.09100".into());
    case.device.controller = Controller::BuiltIn;
    case.mail.server = "smtp.example.test".into();
    case.mail.port = 587;
    case.mail.encryption = Encryption::StartTls;
    case.mail.method = Method::Submission;
    case.mail.auth = Auth::Password {
        user: "scan@contoso.test".into(),
    };
    case.mail.from = "scan@contoso.test".into();
    case.mail.to = vec!["it@contoso.test".into()];
    case
}

/// A catalogue of one maker and one mail service.
pub fn knowledge() -> Knowledge {
    let mut all = Knowledge::default();
    for (name, text) in [
        (
            "devices.ron",
            r#"Devices([(vendor: "Xerox", labels: (server: "SMTP Server", port: "Port Number",
                encryption: "Connection Encryption", auth: "Login Credentials", from: "Default From Address",
                encryption_values: ["No Encryption", "STARTTLS (if available)", "STARTTLS", "SSL/TLS"]),
                models: ["WorkCentre 7835", "WorkCentre 7845", "WorkCentre 7855"],
                source: "sample", checked: "2026-01-01")])"#,
        ),
        (
            "providers.ron",
            r#"Providers([(id: "sample-mail", name: "Sample Mail", hosts: ["smtp.example.test"], min_tls: "1.2",
                endpoints: [(name: "client submission", host: "smtp.example.test", port: 587, encryption: StartTls,
                method: Submission, login: true)], notes: ["A mailbox may send 30 messages a minute"],
                source: "sample", checked: "2026-01-01")])"#,
        ),
    ] {
        all.add(schema::parse(text, name).unwrap());
    }
    all
}

/// The rows: probe, how it ended, milliseconds, what it says.
const ROWS: [(ProbeId, Status, u64, &str); 10] = [
    (
        ProbeId::Resolve,
        Status::Passed,
        11,
        "smtp.example.test → 4 addresses",
    ),
    (ProbeId::Connect, Status::Passed, 24, "587 open at 203.0.113.25"),
    (
        ProbeId::Ports,
        Status::Passed,
        26,
        "587 open · 25 open · 465 closed",
    ),
    (
        ProbeId::Greet,
        Status::Passed,
        31,
        "STARTTLS, SIZE 157286400 · your public address 203.0.113.9",
    ),
    (
        ProbeId::Encrypt,
        Status::Passed,
        44,
        "TLS 1.3, TLS_AES_256_GCM_SHA384",
    ),
    (
        ProbeId::Certificate,
        Status::Passed,
        0,
        "example.test · valid to 2027 · public root",
    ),
    (
        ProbeId::TlsVersions,
        Status::Passed,
        92,
        "1.0 refused · 1.1 refused · 1.2 · 1.3",
    ),
    (
        ProbeId::BeTheCopier,
        Status::Failed,
        38,
        "alert protocol_version (70) from the server",
    ),
    (
        ProbeId::Authenticate,
        Status::Failed,
        210,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox",
    ),
    (
        ProbeId::Envelope,
        Status::Skipped,
        0,
        "Not tried: the login was refused",
    ),
];

/// The events of a run up to the given number of ended probes; the next one is running.
pub fn first(run: RunId, ended: usize) -> Vec<Event> {
    let mut all = vec![Event::Probe(
        run,
        Update::Planned(ROWS.iter().map(|row| row.0).collect()),
    )];
    for (probe, status, ms, summary) in ROWS.iter().take(ended) {
        all.push(Event::Probe(run, Update::Started(*probe)));
        all.push(Event::Probe(
            run,
            Update::Finished(Box::new(Outcome {
                probe: *probe,
                status: *status,
                elapsed: Duration::from_millis(*ms),
                summary: (*summary).to_owned(),
                evidence: Vec::new(),
                transcript: transcript(*probe),
            })),
        ));
    }
    if let Some((probe, ..)) = ROWS.get(ended) {
        all.push(Event::Probe(run, Update::Started(*probe)));
    }
    all
}

/// All events of a run.
pub fn whole(run: RunId) -> Vec<Event> {
    let mut all = first(run, ROWS.len());
    all.push(Event::Diagnosed(run, Box::new(finding())));
    all
}

/// A short dialogue.
fn transcript(probe: ProbeId) -> Vec<Line> {
    if probe != ProbeId::Greet {
        return Vec::new();
    }
    [
        (12, Speaker::Server, "220 smtp.example.test ready"),
        (13, Speaker::Client, "EHLO laptop.contoso.test"),
        (30, Speaker::Server, "250-smtp.example.test Hello [203.0.113.9]"),
        (30, Speaker::Server, "250-SIZE 157286400"),
        (30, Speaker::Server, "250 STARTTLS"),
    ]
    .into_iter()
    .map(|(ms, speaker, text)| Line {
        after: Duration::from_millis(ms),
        speaker,
        encrypted: false,
        text: text.to_owned(),
    })
    .collect()
}

/// The evidence.
fn evidence() -> Vec<Evidence> {
    let note = |gate, actor, source: &str, text: &str| {
        Evidence::observed(gate, actor, source, Fact::Note { text: text.into() }, text)
    };
    let mut all = vec![
        note(
            Gate::Encrypt,
            Actor::Device,
            "auditfile.txt.gz:812",
            "Handshake with 203.0.113.25 dropped, 3 s after job DOC250314",
        )
        .at("2025-03-14T09:15:40Z".parse().unwrap()),
        note(
            Gate::Encrypt,
            Actor::Device,
            "be-the-copier",
            "A TLS 1.0 hello was answered with the alert protocol_version",
        ),
        note(
            Gate::Encrypt,
            Actor::Device,
            "firmware",
            "072.040.004.09100 was built on 1 April 2014; TLS 1.2 for e-mail came on 12 October 2017",
        ),
        note(
            Gate::Authenticate,
            Actor::Laptop,
            "authenticate",
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox",
        ),
        note(
            Gate::Greet,
            Actor::Service,
            "greet",
            "Banner and STARTTLS are intact",
        ),
        note(
            Gate::Certificate,
            Actor::Service,
            "certificate",
            "A public root, valid to 2027",
        ),
        note(
            Gate::Connect,
            Actor::Laptop,
            "connect",
            "587 answers from this network",
        ),
    ];
    number(&mut all);
    all
}

/// The finding.
pub fn finding() -> Finding {
    let ids = |all: &[&str]| all.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let gate = |gate, laptop, device| GateState { gate, laptop, device };
    let ruled = |cause: &str, why: &str| RuledOut {
        cause: cause.into(),
        because: Vec::new(),
        why: why.into(),
    };
    let headline = "The copier’s firmware offers only TLS 1.0; the mail service accepts TLS 1.2 or newer";
    let next = "After the update the copier will meet 535 5.7.139. It is in the fix plan";
    Finding {
        schema: 1,
        diagnosis: Diagnosis {
            verdict: Verdict {
                cause: "device-tls-too-old".into(),
                gate: Some(Gate::Encrypt),
                certainty: Certainty::Confirmed,
                confidence: 0.97,
                headline: headline.into(),
            },
            chain: vec![
                Link {
                    cause: "device-tls-too-old".into(),
                    gate: Gate::Encrypt,
                    certainty: Certainty::Confirmed,
                    title: "The device's TLS is too old".into(),
                    headline: headline.into(),
                    evidence: ids(&["e1", "e2", "e3"]),
                },
                Link {
                    cause: "smtp-auth-disabled-mailbox".into(),
                    gate: Gate::Authenticate,
                    certainty: Certainty::Confirmed,
                    title: "SMTP AUTH is switched off for this mailbox".into(),
                    headline: next.into(),
                    evidence: ids(&["e4"]),
                },
            ],
            candidates: vec![Candidate {
                cause: "device-tls-too-old".into(),
                confidence: 0.97,
                certainty: Certainty::Confirmed,
                supporting: ids(&["e1", "e2", "e3"]),
                contradicting: Vec::new(),
                reasons: Vec::new(),
            }],
            ruled_out: vec![
                ruled("smtp-inspection", "banner and STARTTLS intact"),
                ruled("certificate-untrusted", "public root, valid to 2027"),
                ruled("port-blocked", "587 answers from this network"),
            ],
            harmless: vec![Harmless {
                fact: "The site's public address is on a block list".into(),
                why: "Mail goes out with a login, so the address does not count".into(),
                evidence: Vec::new(),
            }],
            dates: vec![AnnouncedDate {
                date: "From March 2027".into(),
                what: "Logins with a password are refused for good".into(),
                as_of: "2026-11-01".into(),
                source: "Sample Mail, service news".into(),
            }],
            contradictions: Vec::new(),
            questions: Vec::new(),
            next_test: Some(NextTest {
                probe: "message".into(),
                why: "A whole message would show whether the login is the last obstacle".into(),
                question: None,
            }),
            methods: methods(),
            gates: vec![
                gate(Gate::Device, LaptopState::Passed, DeviceState::Passed),
                gate(Gate::Resolve, LaptopState::Passed, DeviceState::Passed),
                gate(Gate::Connect, LaptopState::Passed, DeviceState::Passed),
                gate(Gate::Greet, LaptopState::Passed, DeviceState::Passed),
                gate(Gate::Encrypt, LaptopState::Passed, DeviceState::Failed),
                gate(Gate::Certificate, LaptopState::Passed, DeviceState::PredictedPass),
                gate(
                    Gate::Authenticate,
                    LaptopState::Failed,
                    DeviceState::PredictedFail,
                ),
                gate(Gate::Sender, LaptopState::NotTested, DeviceState::Unknown),
                gate(Gate::Recipient, LaptopState::NotTested, DeviceState::Unknown),
                gate(Gate::Content, LaptopState::NotTested, DeviceState::Unknown),
                gate(Gate::Deliver, LaptopState::NotTested, DeviceState::Unknown),
            ],
            evidence: evidence(),
        },
        files: vec![FileReport {
            path: "auditfile.txt.gz".into(),
            format: "Audit log".into(),
            records: 812,
            skipped: 0,
            problem: None,
        }],
        remedy: Some(remedy()),
        probes: ROWS
            .iter()
            .map(|(id, status, elapsed_ms, summary)| ProbeReport {
                id: *id,
                status: *status,
                elapsed_ms: *elapsed_ms,
                summary: (*summary).to_owned(),
                transcript: Vec::new(),
            })
            .collect(),
        ports: ports(),
        side_by_side: side_by_side(),
        elapsed_ms: 512,
    }
}

/// The mail ports.
fn ports() -> Vec<PortRow> {
    let row = |port, chosen, state, speaks| PortRow {
        port,
        chosen,
        state,
        speaks,
    };
    vec![
        row(25, false, "blocked", None),
        row(465, false, "open", Some(PortKind::ImplicitTls)),
        row(587, true, "open", Some(PortKind::StartTls)),
        row(2525, false, "refused", None),
    ]
}

/// The send with and without the device's limits.
fn side_by_side() -> Vec<SideBySide> {
    let row = |step, laptop: Option<&str>, copier: Option<&str>| SideBySide {
        step,
        laptop: laptop.map(str::to_owned),
        copier: copier.map(str::to_owned),
    };
    vec![
        row(
            "greet",
            Some("STARTTLS, SIZE 157286400"),
            Some("STARTTLS is in the list"),
        ),
        row(
            "encrypt",
            Some("TLS 1.3, TLS_AES_256_GCM_SHA384"),
            Some("alert protocol_version (70) from the server"),
        ),
        row("envelope", Some("250 2.1.5 OK"), None),
        row("outcome", None, Some("It ends at the TLS handshake")),
    ]
}

/// Ways of sending.
fn methods() -> Vec<MethodAdvice> {
    let ground = |says: &str| Ground {
        says: says.into(),
        evidence: Vec::new(),
    };
    let strings = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    vec![
        MethodAdvice {
            method: "submission".into(),
            name: "Client submission with a mailbox".into(),
            present: true,
            verdict: MethodVerdict::Possible,
            because: vec![ground("The server takes STARTTLS on port 587")],
            first: vec![
                ground("The copier's firmware learns TLS 1.2"),
                ground("SMTP AUTH is switched on for the mailbox"),
            ],
            host: "smtp.example.test".into(),
            port: Some(587),
            encryption: Some("starttls"),
            needs: strings(&["A mailbox with a licence"]),
            limits: strings(&["30 messages a minute", "10 000 recipients a day"]),
            dates: strings(&["From March 2027 no login with a password (as of 2026-11-01)"]),
        },
        MethodAdvice {
            method: "direct".into(),
            name: "Direct send to the recipient's own server".into(),
            present: false,
            verdict: MethodVerdict::Cannot,
            because: vec![
                ground("Port 25 is blocked on the way out of this network"),
                ground("The site's public address is on a block list"),
                ground("It reaches people inside the organisation only"),
            ],
            first: Vec::new(),
            host: String::new(),
            port: Some(25),
            encryption: None,
            needs: strings(&["A static public address"]),
            limits: Vec::new(),
            dates: Vec::new(),
        },
    ]
}

/// The remedy.
fn remedy() -> Remedy {
    Remedy {
        cautions: Vec::new(),
        steps: vec![
            Step {
                key: "update-firmware".into(),
                takes: Some("Half an hour".into()),
                caution: Some("Save the settings first".into()),
                cause: "device-tls-too-old".into(),
                title: "Update the firmware".into(),
                detail: "Take the newest package for this model and its built-in controller. Save the settings first; the copier restarts twice and is away for about half an hour".into(),
                who: Who::Device,
                place: Some("Properties > General Setup > Machine Software > Manual Upgrade".into()),
                command: None,
                ..Step::default()
            },
            Step {
                key: "allow-smtp-auth".into(),
                cause: "smtp-auth-disabled-mailbox".into(),
                title: "Allow SMTP AUTH for the mailbox".into(),
                detail: "The switch of the mailbox wins over the one of the whole organisation".into(),
                who: Who::Tenant,
                place: None,
                command: Some("Set-CASMailbox -Identity scan@contoso.test -SmtpClientAuthenticationDisabled $false".into()),
                ..Step::default()
            },
        ],
        verify: "Run the probes again and send one scan from the panel".into(),
    }
}
