//! What the case itself says, as evidence: limits typed in, what the firmware is known to do, the symptom.

use super::answers;
use super::derive::basis_of;
use super::settings;
use crate::case::Case;
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::suites::{suite_name, suite_named};

/// Evidence from the case, before any probe or file.
pub fn evidence(case: &Case, knowledge: &Knowledge) -> Vec<Evidence> {
    let mut found = Vec::new();
    if let Some(max) = case.device.max_tls.as_deref().and_then(TlsVersion::parse) {
        found.push(
            Evidence::observed(
                Gate::Encrypt,
                Actor::Device,
                "case",
                Fact::DeviceTlsLimit { max },
                format!("The case says that the device offers {max} at most"),
            )
            .on(Basis::Stated),
        );
    }
    if let Some(firmware) = case
        .device
        .firmware
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        let vendor = case.device.vendor.as_deref();
        let model = case.device.model.as_deref();
        if let Some((max, mark, why)) = knowledge.device_tls_limit(vendor, model, firmware) {
            found.push(
                Evidence::observed(
                    Gate::Encrypt,
                    Actor::Device,
                    "firmware",
                    Fact::DeviceTlsLimit { max },
                    why,
                )
                .on(basis_of(mark)),
            );
        }
    }
    found.extend(copier(case, knowledge));
    if let Some(symptom) = case.symptom.as_deref().filter(|text| !text.trim().is_empty()) {
        found.push(
            Evidence::observed(
                Gate::Device,
                Actor::Device,
                "symptom",
                Fact::Symptom {
                    text: symptom.to_owned(),
                },
                format!("Seen on the device: {symptom}"),
            )
            .on(Basis::Stated),
        );
    }
    found.extend(settings::evidence(case, knowledge));
    for (question, value) in &case.answers {
        if let Some((asked, option)) = answers::option_of(question, value, knowledge) {
            let fact = Fact::Answer {
                question: question.clone(),
                value: value.clone(),
            };
            let summary = format!("{} {}", asked.text, option.text);
            found.push(
                Evidence::observed(Gate::Device, Actor::Device, "answer", fact, summary).on(Basis::Stated),
            );
        }
    }
    found
}

/// The first answer of a case that no question has, with what could be said instead.
pub fn unknown_answer(case: &Case, knowledge: &Knowledge) -> Option<String> {
    case.answers.iter().find_map(|(question, value)| {
        if answers::option_of(question, value, knowledge).is_some() {
            return None;
        }
        let list = |words: Vec<&str>| words.join(", ");
        Some(match knowledge.question(question) {
            None => format!(
                "there is no question {question:?}; questions: {}",
                list(knowledge.questions.iter().map(|q| q.id.as_str()).collect())
            ),
            Some(asked) => format!(
                "{question} has no answer {value:?}; answers: {}",
                list(asked.options.iter().map(|o| o.value.as_str()).collect())
            ),
        })
    })
}

/// What the model is known to be able to do, and what a person says of it, beside its TLS version.
fn copier(case: &Case, knowledge: &Knowledge) -> Vec<Evidence> {
    let device = &case.device;
    let said = |gate, fact, text: String, source, basis| {
        Evidence::observed(gate, Actor::Device, source, fact, text).on(basis)
    };
    let known = knowledge.mail_limits(device.vendor.as_deref(), device.model.as_deref());
    let mut found = Vec::new();
    let mut helo_only = false;
    for limit in known {
        let basis = basis_of(limit.mark);
        let model = |gate, fact| said(gate, fact, limit.why.clone(), "model", basis);
        if let Some(max) = limit.max_tls.as_deref().and_then(TlsVersion::parse) {
            found.push(model(Gate::Encrypt, Fact::DeviceTlsLimit { max }));
        }
        if !limit.suites.is_empty() {
            let suites = limit.suites.clone();
            found.push(model(Gate::Encrypt, Fact::DeviceSuites { suites }));
        }
        if !limit.mechanisms.is_empty() {
            let mechanisms = limit.mechanisms.clone();
            found.push(model(Gate::Authenticate, Fact::DeviceMechanisms { mechanisms }));
        }
        if limit.helo_only {
            helo_only = true;
            let hello = Fact::DeviceHello {
                name: None,
                extended: false,
            };
            found.push(model(Gate::Greet, hello));
        }
    }
    let mut person = |gate, fact, text: String| found.push(said(gate, fact, text, "case", Basis::Stated));
    let suites: Vec<u16> = device
        .suites
        .iter()
        .filter_map(|text| suite_named(text))
        .collect();
    if !suites.is_empty() {
        let names: Vec<String> = suites.iter().map(|&suite| suite_name(suite)).collect();
        let text = format!("The case says that the device offers {}", names.join(", "));
        person(Gate::Encrypt, Fact::DeviceSuites { suites }, text);
    }
    if !device.mechanisms.is_empty() {
        let upper = device
            .mechanisms
            .iter()
            .map(|name| name.trim().to_ascii_uppercase());
        let mechanisms: Vec<String> = upper.collect();
        let text = format!(
            "The case says that the device can log in by {}",
            mechanisms.join(", ")
        );
        person(Gate::Authenticate, Fact::DeviceMechanisms { mechanisms }, text);
    }
    if let Some(name) = device
        .helo
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let hello = Fact::DeviceHello {
            name: Some(name.to_owned()),
            extended: !helo_only,
        };
        person(
            Gate::Greet,
            hello,
            format!("The case says that the device greets as {name}"),
        );
    }
    found
}
