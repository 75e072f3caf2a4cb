//! The sentences of a diagnosis: a cause's headline with the case's own names in it.

use super::derive;
use super::situation::{Situation, port};
use crate::evidence::{Evidence, Fact};
use crate::knowledge::Knowledge;

/// A text of the knowledge files with its placeholders filled from the case.
pub fn fill(text: &str, situation: &Situation<'_>) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let case = situation.case;
    let device = device_name(situation);
    let tls = situation
        .device_tls
        .map_or_else(|| "an old TLS version".to_owned(), |limit| limit.max.to_string());
    let server = if case.mail.server.is_empty() {
        case.device
            .address
            .clone()
            .unwrap_or_else(|| "the server".to_owned())
    } else {
        case.mail.server.clone()
    };
    let provider = situation
        .provider
        .map_or_else(|| server.clone(), |provider| provider.name.clone());
    let or = |value: &str, other: &str| {
        if value.is_empty() {
            other.to_owned()
        } else {
            value.to_owned()
        }
    };
    let filled = text
        .replace("{device}", &device)
        .replace("{device_tls}", &tls)
        .replace("{server}", &server)
        .replace("{provider}", &provider)
        .replace("{port}", &port(case).to_string())
        .replace("{user}", case.mail.auth.user().unwrap_or("the device's account"))
        .replace("{from}", &or(&case.mail.from, "the sender address"))
        .replace(
            "{to}",
            case.mail.to.first().map_or("the recipient", String::as_str),
        )
        .replace("{detail}", "");
    capitalised(&filled)
}

/// What to call the device: its model, its maker, or *the copier*.
pub fn device_name(situation: &Situation<'_>) -> String {
    let device = &situation.case.device;
    match (&device.vendor, &device.model) {
        (_, Some(model)) => format!("the {model}"),
        (Some(vendor), None) => format!("the {vendor} device"),
        (None, None) => "the copier".to_owned(),
    }
}

/// The headline of a cause, or its title made from its id where there is no entry.
pub fn headline(cause: &str, situation: &Situation<'_>, knowledge: &Knowledge) -> String {
    knowledge.cause(cause).map_or_else(
        || capitalised(&cause.replace('-', " ")),
        |entry| fill(&entry.headline, situation),
    )
}

/// A harmless fact in a sentence that can stand alone.
pub fn plain_fact(item: &Evidence, knowledge: &Knowledge) -> String {
    match item.fact {
        Fact::CertificateProblem { problem, .. } => {
            format!(
                "{}: {}",
                title(derive::certificate_cause(problem), knowledge),
                item.summary
            )
        }
        _ => item.summary.clone(),
    }
}

/// A few words for a cause.
pub fn title(cause: &str, knowledge: &Knowledge) -> String {
    knowledge.cause(cause).map_or_else(
        || capitalised(&cause.replace('-', " ")),
        |entry| entry.title.clone(),
    )
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
