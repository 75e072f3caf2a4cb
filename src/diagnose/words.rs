//! The sentences of a diagnosis: a cause's headline with the case's own names in it.

use super::derive;
use super::situation::Situation;
use crate::case::Case;
use crate::evidence::{Evidence, Fact};
use crate::knowledge::Knowledge;

/// A text of the knowledge files with its placeholders filled from the case.
pub fn fill(text: &str, situation: &Situation<'_>) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let filled = fill_value(text, situation);
    if begins_with_a_name(&filled, situation.case) {
        return filled;
    }
    capitalised(&filled)
}

/// Whether the first word is a host, an account or an address, which are written as they are.
fn begins_with_a_name(text: &str, case: &Case) -> bool {
    let mail = &case.mail;
    let names = [
        mail.server.as_str(),
        mail.from.as_str(),
        mail.auth.user().unwrap_or_default(),
    ];
    let mut all = names.into_iter().chain(mail.to.iter().map(String::as_str));
    let first = text.split(' ').next().unwrap_or_default();
    all.any(|name| name == first)
}

/// As [`fill`], without a capital letter in front: for values that are entered as they are.
pub fn fill_value(text: &str, situation: &Situation<'_>) -> String {
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
        .replace("{port}", &situation.port.to_string())
        .replace("{user}", case.mail.auth.user().unwrap_or("the device's account"))
        .replace("{from}", &or(&case.mail.from, "the sender address"))
        .replace(
            "{to}",
            case.mail.to.first().map_or("the recipient", String::as_str),
        )
        .replace("{detail}", "");
    more(&filled, case)
}

/// The placeholders of addresses and domains.
fn more(text: &str, case: &Case) -> String {
    let site = case.site.public_address.map(|address| address.to_string());
    text.replace(
        "{device_address}",
        case.device
            .address
            .as_deref()
            .unwrap_or("<address of the device>"),
    )
    .replace(
        "{site_address}",
        site.as_deref().unwrap_or("<public address of the site>"),
    )
    .replace("{domain}", domain(&case.mail.from).unwrap_or("<own domain>"))
}

/// A command with its placeholders filled. A name with signs that mean something to a shell is not put in,
/// so that nobody runs what a foreign case holds; `<…>` stands for it.
pub fn fill_command(text: &str, situation: &Situation<'_>) -> String {
    let case = situation.case;
    let harmless = |value: &str| {
        let plain = |letter: char| letter.is_alphanumeric() || "@._-+:".contains(letter);
        !value.is_empty() && !value.starts_with('-') && value.chars().all(plain)
    };
    let put = |text: String, name: &str, value: Option<&str>, other: &str| {
        text.replace(name, value.filter(|value| harmless(value)).unwrap_or(other))
    };
    let site = case.site.public_address.map(|address| address.to_string());
    let port = situation.port.to_string();
    let mut text = text.to_owned();
    for (name, value, other) in [
        (
            "{device_address}",
            case.device.address.as_deref(),
            "<address of the device>",
        ),
        ("{site_address}", site.as_deref(), "<public address of the site>"),
        ("{domain}", domain(&case.mail.from), "<own domain>"),
        ("{server}", Some(case.mail.server.as_str()), "<mail server>"),
        ("{port}", Some(port.as_str()), "587"),
        (
            "{user}",
            case.mail.auth.user().or(Some(case.mail.from.as_str())),
            "<mailbox>",
        ),
        ("{from}", Some(case.mail.from.as_str()), "<sender address>"),
        ("{to}", case.mail.to.first().map(String::as_str), "<recipient>"),
    ] {
        text = put(text, name, value, other);
    }
    text
}

/// The domain of a mail address.
fn domain(address: &str) -> Option<&str> {
    address
        .rsplit_once('@')
        .map(|(_, domain)| domain)
        .filter(|domain| !domain.is_empty())
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

/// The headline of what a relay meets at the next server; it names neither the device's account nor its server.
pub fn of_a_relay(cause: &str, knowledge: &Knowledge) -> String {
    format!(
        "The mail server that takes the scans fails to deliver them onward: {}",
        title(cause, knowledge)
    )
}

/// As [`headline`], said as exactly as the evidence for the cause allows.
pub fn headline_of(
    cause: &str,
    supporting: &[&Evidence],
    situation: &Situation<'_>,
    knowledge: &Knowledge,
) -> String {
    let told = knowledge.cause(cause).and_then(|entry| {
        entry.told.iter().find(|told| {
            supporting.iter().any(|item| {
                let kind = item.fact.kind();
                let rest = kind.strip_prefix(told.on.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
                    && (told.by.is_empty() || told.by.contains(&item.actor))
            })
        })
    });
    told.map_or_else(
        || headline(cause, situation, knowledge),
        |told| fill(&told.headline, situation),
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
