//! What the case itself says, as evidence: limits typed in, what the firmware is known to do, the symptom.

use super::answers;
use super::derive::basis_of;
use crate::case::Case;
use crate::evidence::{Actor, Basis, Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::wire::tls::TlsVersion;

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
