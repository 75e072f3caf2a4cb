//! The knowledge files that are built into the program, by their kinds.

use crate::packed::{Packed, packed};

/// Causes of failure.
pub const CAUSES: &[Packed] = packed![
    "knowledge":
    "causes-device-network.ron",
    "causes-tls.ron",
    "causes-login.ron",
    "causes-envelope.ron",
    "causes-message.ron",
];
/// Reply texts.
pub const REPLIES: &[Packed] = packed![
    "knowledge":
    "replies-microsoft.ron",
    "replies-exchange.ron",
    "replies-google.ron",
    "replies-postfix.ron",
    "replies-exim.ron",
    "replies-canon.ron",
    "replies-providers.ron",
    "replies-netease.ron",
    "replies-wordings.ron",
    "replies-families.ron",
    "replies-forms.ron",
    "replies-forms-servers.ron",
    "replies-forms-actions.ron",
    "replies-general.ron",
    "replies-clients.ron",
    "replies-panels.ron",
];
/// Panel codes and messages.
pub const CODES: &[Packed] = packed![
    "knowledge":
    "codes-canon.ron",
    "codes-toshiba.ron",
    "codes-ricoh.ron",
    "codes-konica-minolta.ron",
    "codes-kyocera.ron",
    "codes-sharp.ron",
    "codes-fujifilm.ron",
    "codes-xerox.ron",
    "codes-epson.ron",
    "codes-brother.ron",
    "codes-hp.ron",
    "codes-oki.ron",
    "codes-others.ron",
];
/// How to recognise devices on the network.
pub const IDENTIFY: &[Packed] = packed![
    "knowledge":
    "identify.ron",
    "identify-badges.ron",
    "identify-others.ron",
];
/// Mail services.
pub const PROVIDERS: &[Packed] = packed!["knowledge": "providers.ron"];
/// Devices and their settings.
pub const DEVICES: &[Packed] = packed!["knowledge": "devices.ron"];
/// Firmware numbering.
pub const FIRMWARE: &[Packed] = packed!["knowledge": "firmware-xerox.ron"];
/// What is known of firmware without a list of versions.
pub const FIRMWARE_NOTES: &[Packed] = packed!["knowledge": "firmware-notes.ron"];
/// Events of audit logs.
pub const EVENTS: &[Packed] = packed!["knowledge": "audit-xerox.ron"];
/// Mail servers that the listener can play.
pub const PERSONAS: &[Packed] = packed!["knowledge": "personas.ron"];
/// What stands between a copier and the listener.
pub const LISTEN_ADVICE: &[Packed] = packed!["knowledge": "listen-advice.ron"];
/// Block lists.
pub const BLOCKLISTS: &[Packed] = packed!["knowledge": "blocklists.ron"];
/// Questions to a person.
pub const QUESTIONS: &[Packed] = packed!["knowledge": "questions.ron"];
/// What to say where two pieces of evidence disagree.
pub const DISAGREEMENTS: &[Packed] = packed!["knowledge": "disagreements.ron"];
/// Ways of sending.
pub const METHODS: &[Packed] = packed!["knowledge": "methods.ron"];
/// Authorities that hand out access tokens.
pub const AUTHORITIES: &[Packed] = packed!["knowledge": "oauth.ron"];
/// Name servers of the public.
pub const RESOLVERS: &[Packed] = packed!["knowledge": "resolvers.ron"];
/// Filter services in front of mailboxes.
pub const FILTERS: &[Packed] = packed!["knowledge": "mail-filters.ron"];
/// Products between a copier and its mail service.
pub const INTERFERENCE: &[Packed] = packed!["knowledge": "interference.ron"];
/// What holds of many remedy steps.
pub const HABITS: &[Packed] = packed!["knowledge": "habits.ron"];
/// Tests that can be run next.
pub const TESTS: &[Packed] = packed!["knowledge": "tests.ron"];
/// Dates that mail services have announced.
pub const DATES: &[Packed] = packed!["knowledge": "dates.ron"];

const ALL: &[&[Packed]] = &[
    CAUSES,
    REPLIES,
    CODES,
    IDENTIFY,
    PROVIDERS,
    DEVICES,
    FIRMWARE,
    FIRMWARE_NOTES,
    EVENTS,
    PERSONAS,
    LISTEN_ADVICE,
    BLOCKLISTS,
    QUESTIONS,
    DISAGREEMENTS,
    METHODS,
    AUTHORITIES,
    RESOLVERS,
    FILTERS,
    INTERFERENCE,
    HABITS,
    TESTS,
    DATES,
];

/// All of them.
pub fn files() -> impl Iterator<Item = &'static Packed> {
    ALL.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/knowledge");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "ron"))
            .collect();
        let mut listed: Vec<String> = files().map(|file| file.name.to_owned()).collect();
        there.sort();
        listed.sort();
        assert_eq!(there, listed);
    }
}
