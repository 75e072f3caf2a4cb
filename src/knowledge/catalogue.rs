//! The catalogue of causes held against the contract.

use super::Knowledge;
use super::causes::CAUSES;
use super::check::PROBES;
use super::firmware::version::XeroxVersion;
use super::schema::Mark;
use super::words::{STAGES, is_condition, is_kind};
use crate::evidence::{CertificateProblem, ConnectFailure, Fact, Rewriting};
use crate::gate::Gate;
use crate::wire::tls::TlsVersion;
use std::collections::BTreeSet;

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

fn knowledge() -> Knowledge {
    Knowledge::embedded()
}

#[test]
fn every_cause_of_the_contract_has_an_entry_at_its_gate_and_no_other_is_there() {
    let knowledge = knowledge();
    let wanted: BTreeSet<(&str, Gate)> = CAUSES
        .iter()
        .filter_map(|(id, gate)| gate.map(|gate| (*id, gate)))
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
            next.is_none_or(|probe| PROBES.contains(&probe)),
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
            sign: Rewriting::StartTlsUnlisted,
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
