//! The names that belong to a case: told by its fields, and found where texts name somebody.

use super::patterns::{self, owned_part};
use super::public;
use super::redact::{Redactor, TENANTS, Word};
use crate::case::Case;
use crate::session::Record;
use hickory_proto::rr::Name;
use std::net::IpAddr;

/// Account names that many sites use and that tell nothing; they are also words of the language.
const COMMON: [&str; 18] = [
    "scan",
    "scanner",
    "scans",
    "copier",
    "printer",
    "print",
    "admin",
    "administrator",
    "user",
    "mail",
    "smtp",
    "fax",
    "guest",
    "office",
    "info",
    "noreply",
    "postmaster",
    "localhost",
];

/// Learns what the fields of a case name.
pub fn from_case(to: &mut Redactor<'_>, case: &Case) {
    let mut all = vec![case];
    let old: Vec<Case> = [case.fault.as_ref(), case.results.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|results| results.settings.as_ref())
        .map(|settings| Case {
            device: settings.device.clone(),
            mail: settings.mail.clone(),
            ..Case::default()
        })
        .collect();
    all.extend(&old);
    for case in all {
        let mail = &case.mail;
        host(to, &mail.server);
        if let Some(address) = &case.device.address {
            host(to, address);
        }
        for person in mail
            .auth
            .user()
            .into_iter()
            .chain([mail.from.as_str()])
            .chain(mail.to.iter().map(String::as_str))
        {
            account(to, person);
        }
        for text in [&case.title].into_iter().chain(&case.symptom) {
            from_text(to, text);
        }
        for file in &case.files {
            from_text(to, &file.to_string_lossy());
        }
    }
    for note in &case.work.notes {
        from_text(to, &note.text);
    }
}

/// Learns what the sentences of a record name.
pub fn from_record(to: &mut Redactor<'_>, record: &Record) {
    for row in &record.evidence {
        from_text(to, &row.summary);
        from_text(to, &row.source);
    }
    for probe in &record.probes {
        from_text(to, &probe.summary);
        probe.transcript.iter().for_each(|line| from_text(to, line));
    }
    for link in &record.chain {
        from_text(to, &link.headline);
    }
    from_text(to, &record.verdict.headline);
}

/// Learns mail addresses, greeting names and serial numbers of a text.
pub fn from_text(to: &mut Redactor<'_>, text: &str) {
    if text.contains('@') || text.contains("%40") {
        for address in patterns::all(&patterns::MAIL, text, 0) {
            account(to, &address.replace("%40", "@"));
        }
    }
    for name in patterns::all(&patterns::GREETS, text, 1) {
        host(to, name);
    }
    for serial in patterns::all(&patterns::SERIAL, text, 2) {
        word(to, serial, "serial");
    }
}

fn account(to: &mut Redactor<'_>, account: &str) {
    if let Some((local, domain)) = account.rsplit_once('@') {
        host(to, domain);
        word(to, local.trim_matches('"'), "user");
    } else {
        let (domain, name) = account.split_once('\\').unwrap_or(("", account));
        word(to, domain, "domain");
        word(to, name, "user");
    }
}

/// A host that is no provider's belongs to the customer, with all of its domain.
fn host(to: &mut Redactor<'_>, host: &str) {
    let host = host.trim_matches(['.', '[', ']']).to_lowercase();
    if host.is_empty() || host.parse::<IpAddr>().is_ok() || host.ends_with(".example") {
        return;
    }
    if let Some(end) = TENANTS.iter().find(|end| host.ends_with(**end)) {
        let tenant = host.strip_suffix(end).unwrap_or_default();
        // `contoso-com` stands for contoso.com.
        let organisation = tenant.rsplit_once('-').map_or(tenant, |(name, _)| name);
        return word(to, organisation, "organisation");
    }
    if public::is_public_host(&host) || to.is_provider(&host) {
        return;
    }
    match owned_part(&host) {
        Some(domain) => {
            if let Some(label) = domain.split('.').next() {
                word(to, label, "organisation");
            }
            if !domain.is_ascii() {
                word(to, &domain, "domain");
                if let Ok(name) = Name::from_utf8(&domain) {
                    to.domains
                        .insert(name.to_ascii().trim_end_matches('.').to_lowercase());
                }
            }
            to.domains.insert(domain);
        }
        None => word(to, &host, "host"),
    }
}

fn word(to: &mut Redactor<'_>, text: &str, kind: &'static str) {
    let text = text.trim().to_lowercase();
    if text.chars().count() < 3 || COMMON.contains(&text.as_str()) || text.chars().all(|c| c.is_ascii_digit())
    {
        return;
    }
    let named = public::is_common_word(&text);
    // A firm called like a word of the language cannot be told from the word.
    if named && kind != "user" {
        return;
    }
    let word = Word { text, kind, named };
    if !to.words.contains(&word) {
        to.words.push(word);
    }
}
