//! The catalogue of causes held against the contract.

use super::Knowledge;
use super::firmware::version::XeroxVersion;
use super::schema::Mark;
use crate::case::{Encryption, Method};
use crate::evidence::{CertificateProblem, ConnectFailure, Fact, Rewriting, Stage};
use crate::gate::Gate;
use crate::wire::tls::{TlsVersion, alert_name};
use std::collections::BTreeSet;

/// The contract's causes, by gate.
const CONTRACT: &[(Gate, &[&str])] = &[
    (Gate::Device, &["device-unreachable", "device-gave-up"]),
    (
        Gate::Resolve,
        &["name-not-found", "dns-unreachable", "device-dns-wrong"],
    ),
    (
        Gate::Connect,
        &[
            "port-blocked",
            "connection-refused",
            "host-unreachable",
            "connection-lost",
        ],
    ),
    (
        Gate::Greet,
        &[
            "not-smtp",
            "smtp-inspection",
            "server-busy",
            "wrong-port-for-encryption",
            "helo-rejected",
            "protocol-error",
        ],
    ),
    (
        Gate::Encrypt,
        &[
            "starttls-not-offered",
            "starttls-required",
            "device-tls-too-old",
            "server-tls-too-old",
            "no-common-cipher",
            "tls-handshake-failed",
            "smtp-receive-tls-required",
            "smtp-receive-tls-failed",
        ],
    ),
    (
        Gate::Certificate,
        &[
            "certificate-untrusted",
            "certificate-expired",
            "certificate-not-yet-valid",
            "certificate-name-mismatch",
            "certificate-weak",
            "device-clock-wrong",
            "tls-intercepted",
        ],
    ),
    (
        Gate::Authenticate,
        &[
            "auth-required",
            "auth-not-offered",
            "auth-mechanism-mismatch",
            "credentials-rejected",
            "smtp-auth-disabled-tenant",
            "smtp-auth-disabled-mailbox",
            "basic-auth-blocked",
            "app-password-required",
            "account-locked",
        ],
    ),
    (
        Gate::Sender,
        &[
            "send-as-denied",
            "sender-rejected",
            "sender-unauthenticated",
            "sender-blocked",
            "relay-denied",
            "direct-send-rejected",
            "ip-reputation",
            "no-reverse-dns",
            "rate-limited",
        ],
    ),
    (
        Gate::Recipient,
        &["recipient-rejected", "mailbox-full", "too-many-recipients"],
    ),
    (
        Gate::Content,
        &[
            "message-too-large",
            "message-malformed",
            "content-rejected",
            "policy-rejected",
        ],
    ),
    (
        Gate::Deliver,
        &[
            "greylisted",
            "delivery-delayed",
            "mail-loop",
            "server-fault",
            "quarantined-or-filtered",
        ],
    ),
];

/// The placeholders that the program fills.
const PLACEHOLDERS: &[&str] = &[
    "device",
    "server",
    "port",
    "user",
    "from",
    "to",
    "device_tls",
    "provider",
    "detail",
    "device_address",
    "site_address",
    "domain",
];

/// The tests that an entry may ask for next.
const TESTS: &[&str] = &[
    "resolve",
    "connect",
    "ports",
    "greet",
    "encrypt",
    "certificate",
    "tls-versions",
    "authenticate",
    "envelope",
    "message",
    "reputation",
    "device",
    "listen",
    "ask",
];

/// The kinds of fact that signs may ask for; what follows `*` is free.
const KINDS: &[&str] = &[
    "resolved",
    "name-not-found",
    "dns-unreachable",
    "device-dns-fails",
    "connected",
    "connect-failed:refused",
    "connect-failed:timed-out",
    "connect-failed:unreachable",
    "other-port:open",
    "other-port:refused",
    "other-port:timed-out",
    "other-port:unreachable",
    "port-speaks:plain",
    "port-speaks:starttls",
    "port-speaks:implicit-tls",
    "port-speaks:turned-away",
    "port-speaks:other-protocol",
    "port-speaks:silent",
    "connection-lost:timed-out",
    "connection-lost:closed",
    "connection-lost:reset",
    "not-smtp",
    "wrong-port-type:implicit-tls",
    "wrong-port-type:plain",
    "rewritten:banner-masked",
    "rewritten:keyword-masked",
    "rewritten:start-tls-stripped",
    "rewritten:auth-stripped",
    "rewritten:proxy-greeting",
    "rewritten:transparent-proxy",
    "protocol-violation",
    "accepted:*",
    "starttls-not-offered",
    "plain-text-accepted",
    "plain-text-injected",
    "tls-established",
    "tls-failed:alert:*",
    "tls-failed:broken-off",
    "tls-failed:no-common-version",
    "tls-failed:no-common-cipher",
    "tls-failed:not-tls",
    "tls-failed:other",
    "cipher-family:rsa-cbc:accepted",
    "cipher-family:rsa-cbc:refused",
    "certificate-problem:untrusted",
    "certificate-problem:intercepted",
    "certificate-problem:expired",
    "certificate-problem:not-yet-valid",
    "certificate-problem:name-mismatch",
    "certificate-problem:weak",
    "auth-not-offered:encrypted",
    "auth-not-offered:plain",
    "auth-mechanism-mismatch",
    "listed:policy",
    "listed:spam",
    "not-listed",
    "blocklist-refused",
    "reverse-dns:confirmed",
    "reverse-dns:unconfirmed",
    "no-reverse-dns",
    "mail-hosts",
    "size-over-limit",
    "device-answered",
    "device-silent",
    "device-alert:*",
    "device-gave-up",
    "device-job:succeeded",
    "device-job:failed",
];

/// Whether a sign's word is a kind of fact, or the beginning of one up to a colon.
fn is_kind(on: &str) -> bool {
    let alert = |name: &str| (0..=u8::MAX).any(|code| alert_name(code) == name);
    let stage = |name: &str| STAGES.iter().any(|stage| serde_json::json!(stage) == name);
    KINDS.iter().any(|kind| match kind.strip_suffix('*') {
        Some(front) => on
            .strip_prefix(front)
            .is_some_and(|rest| alert(rest) || stage(rest)),
        None => *kind == on,
    } || kind.starts_with(&format!("{on}:")))
}

/// The stages of the dialogue.
const STAGES: &[Stage] = &[
    Stage::Greeting,
    Stage::Ehlo,
    Stage::StartTls,
    Stage::Auth,
    Stage::Mail,
    Stage::Rcpt,
    Stage::Data,
    Stage::EndOfData,
];

fn knowledge() -> Knowledge {
    Knowledge::embedded().unwrap()
}

#[test]
fn every_cause_of_the_contract_has_an_entry_at_its_gate_and_no_other_is_there() {
    let knowledge = knowledge();
    let wanted: BTreeSet<(&str, Gate)> = CONTRACT
        .iter()
        .flat_map(|(gate, ids)| ids.iter().map(|id| (*id, *gate)))
        .collect();
    let found: BTreeSet<(&str, Gate)> = knowledge.causes.iter().map(|c| (c.id.as_str(), c.gate)).collect();
    assert_eq!(found, wanted);
    assert_eq!(knowledge.causes.len(), wanted.len(), "an id stands twice");
}

#[test]
fn every_cause_can_be_told_mended_and_checked() {
    for cause in &knowledge().causes {
        let id = &cause.id;
        let shown = cause.headline.chars().count();
        assert!((20..=160).contains(&shown), "{id}: headline of {shown}");
        assert!(!cause.title.ends_with('.'), "{id}: title");
        assert!(
            cause.client.ends_with('.') && cause.client.len() > 30,
            "{id}: client"
        );
        assert!(cause.explanation.len() > 80, "{id}: explanation");
        assert!(
            !cause.remedy.is_empty() && !cause.verify.is_empty(),
            "{id}: remedy"
        );
        assert!(
            !cause.source.is_empty() && cause.checked.parse::<jiff::civil::Date>().is_ok(),
            "{id}: source"
        );
        let next = cause.next_test.as_ref().map(|next| next.probe.as_str());
        assert!(
            next.is_none_or(|probe| TESTS.contains(&probe)),
            "{id}: next test {next:?}"
        );
    }
}

#[test]
fn every_case_has_a_step_to_take_whatever_its_settings() {
    let knowledge = knowledge();
    for cause in &knowledge.causes {
        let always = cause.remedy.iter().any(|step| step.when.is_empty());
        assert!(always, "{}: no step without a condition", cause.id);
    }
}

#[test]
fn placeholders_are_ones_that_the_program_fills() {
    for cause in &knowledge().causes {
        let steps = cause.remedy.iter().flat_map(|s| {
            [
                Some(&s.title),
                Some(&s.detail),
                s.command.as_ref(),
                s.undo.as_ref(),
            ]
        });
        let texts = [&cause.headline, &cause.verify]
            .into_iter()
            .chain(steps.flatten());
        for text in texts {
            for piece in text.split('{').skip(1) {
                let name = piece.split('}').next().unwrap();
                // PowerShell's own braces hold more than a word.
                let word = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                assert!(!word || PLACEHOLDERS.contains(&name), "{}: {{{name}}}", cause.id);
            }
        }
        for text in [&cause.client, &cause.title, &cause.explanation] {
            assert!(
                !text.contains('{'),
                "{}: a placeholder where none is filled",
                cause.id
            );
        }
    }
}

#[test]
fn signs_ask_for_facts_and_conditions_that_exist() {
    let knowledge = knowledge();
    for cause in &knowledge.causes {
        for sign in &cause.signs {
            assert!(is_kind(&sign.on), "{}: {}", cause.id, sign.on);
        }
        let steps = cause.remedy.iter().flat_map(|step| &step.when);
        for condition in cause.signs.iter().flat_map(|sign| &sign.when).chain(steps) {
            assert!(is_condition(&knowledge, condition), "{}: {condition}", cause.id);
        }
    }
}

/// Whether a condition has a meaning.
fn is_condition(knowledge: &Knowledge, condition: &str) -> bool {
    let condition = condition.trim_start_matches('!');
    let Some((key, value)) = condition.split_once('=') else {
        return false;
    };
    match key {
        "encryption" => [
            Encryption::None,
            Encryption::StartTlsIfAvailable,
            Encryption::StartTls,
            Encryption::Tls,
        ]
        .iter()
        .any(|encryption| encryption.id() == value),
        "method" => [
            Method::Submission,
            Method::DirectSend,
            Method::Relay,
            Method::Receive,
            Method::Unknown,
        ]
        .iter()
        .any(|method| method.id() == value),
        "auth" => ["none", "password", "oauth"].contains(&value),
        "validates" => ["yes", "no", "unknown"].contains(&value),
        "port" => value.parse::<u16>().is_ok(),
        "firmware-plan" => value == "yes",
        "device-says" => value == "helo",
        "provider" => knowledge.providers.iter().any(|provider| provider.id == value),
        _ => false,
    }
}

#[test]
fn the_list_of_kinds_is_what_facts_call_themselves() {
    let connect = |failure| Fact::ConnectFailed { port: 25, failure };
    let certificate = |problem| Fact::CertificateProblem {
        problem,
        detail: String::new(),
    };
    for fact in [
        connect(ConnectFailure::Refused),
        connect(ConnectFailure::TimedOut),
        Fact::Rewritten {
            sign: Rewriting::StartTlsStripped,
        },
        Fact::Rewritten {
            sign: Rewriting::BannerMasked,
        },
        certificate(CertificateProblem::NotYetValid),
        certificate(CertificateProblem::NameMismatch),
        Fact::AuthNotOffered { encrypted: true },
        Fact::WrongPortType { implicit_tls: true },
        Fact::DeviceAlert {
            alert: "unknown_ca".into(),
        },
    ] {
        assert!(is_kind(&fact.kind()), "{}", fact.kind());
    }
    for stage in STAGES {
        let kind = format!("accepted:{}", serde_json::json!(stage).as_str().unwrap());
        assert!(is_kind(&kind), "{kind}");
    }
}

#[test]
fn providers_can_be_looked_up_by_what_a_technician_types() {
    let knowledge = knowledge();
    for (host, id) in [
        ("SMTP.Office365.com.", "microsoft-365"),
        ("contoso-com.mail.protection.outlook.com", "microsoft-365"),
        ("contoso-com.i-v1.mx.microsoft", "microsoft-365"),
        ("smtp-legacy.office365.com", "microsoft-365-legacy"),
        ("smtp.hve.mx.microsoft", "microsoft-hve"),
        ("smtp-relay.gmail.com", "google"),
        ("email-smtp.eu-central-1.amazonaws.com", "amazon-ses"),
    ] {
        let found = knowledge.provider_of(host).map(|provider| provider.id.as_str());
        assert_eq!(found, Some(id), "{host}");
    }
    assert!(knowledge.provider_of("mail.contoso.com").is_none());
}

#[test]
fn providers_state_versions_and_fragments_in_the_agreed_form() {
    for provider in &knowledge().providers {
        let id = &provider.id;
        let low = |text: &String| *text == text.to_lowercase();
        assert!(
            provider.hosts.iter().chain(&provider.greeting).all(low),
            "{id}: case"
        );
        assert!(!provider.endpoints.is_empty(), "{id}: endpoints");
        let min = provider.min_tls.as_deref();
        assert!(
            min.is_none_or(|min| TlsVersion::parse(min).is_some()),
            "{id}: {min:?}"
        );
        let sure = (min.is_some(), provider.min_tls_mark != Mark::Unknown);
        assert!(
            sure == (true, true) || sure == (false, false),
            "{id}: mark of min_tls"
        );
    }
}

#[test]
fn devices_name_places_by_known_topics_and_no_model_twice() {
    const TOPICS: &[&str] = &[
        "smtp",
        "encryption",
        "firmware",
        "clock",
        "dns",
        "certificates",
        "audit-log",
        "smtp-receive",
    ];
    let mut models = BTreeSet::new();
    for device in &knowledge().devices {
        let vendor = &device.vendor;
        assert!(
            device
                .menus
                .iter()
                .all(|menu| TOPICS.contains(&menu.topic.as_str())),
            "{vendor}"
        );
        let words = device.labels.encryption_values.len();
        assert!(words == 0 || words == 4, "{vendor}: {words} words for encryption");
        for model in &device.models {
            assert!(
                models.insert(model.to_lowercase()),
                "{vendor}: {model} stands twice"
            );
        }
    }
}

#[test]
fn firmware_rules_and_releases_are_readable() {
    for table in &knowledge().firmware {
        for rule in &table.tls_email {
            let dates = [&rule.from, &rule.before];
            let readable = |date: &&Option<String>| {
                date.as_ref()
                    .is_none_or(|date| date.parse::<jiff::civil::Date>().is_ok())
            };
            assert!(dates.iter().all(readable), "{}", rule.why);
            assert_eq!(rule.max.is_none(), rule.mark == Mark::Unknown, "{}", rule.why);
        }
        for release in &table.releases {
            let version = XeroxVersion::parse(&release.version, table).unwrap();
            assert_eq!(version.product, release.product);
        }
        for shape in &table.shapes {
            regex::Regex::new(&shape.pattern).unwrap();
        }
    }
}
