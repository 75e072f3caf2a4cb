//! What the trade knows, as data: causes, reply texts, panel codes, providers, devices, firmware.
//!
//! The files under `assets/knowledge/` are embedded in the program. A folder given by the user
//! adds to them; an entry with an id that is there already takes its place.

pub mod advice;
pub mod blocklists;
pub mod causes;
pub mod check;
pub mod classify;
pub mod codes;
pub mod explain;
pub mod firmware;
pub mod fold;
mod index;
pub mod interference;
mod limits;
mod reception;
pub mod regexes;
pub mod schema;
mod signs;
mod units;
pub mod words;

#[cfg(test)]
mod catalogue;

use crate::packed::{Packed, packed};
use index::Index;
use schema::{
    Authority, Blocklist, Cause, CodeTable, Device, Disagreement, EventTable, File, Firmware, FirmwareNote,
    Habit, Identify, Interference, ListenAdvice, MailFilter, Milestone, Persona, Provider, PublicResolver,
    Question, ReplyPattern, SendingMethod, Test,
};
use std::path::Path;
use std::sync::OnceLock;

/// The embedded files; the test below holds the list against the folder.
pub const EMBEDDED: &[Packed] = packed![
    "knowledge":
    "causes-device-network.ron",
    "causes-tls.ron",
    "causes-login.ron",
    "causes-envelope.ron",
    "causes-message.ron",
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
    "providers.ron",
    "devices.ron",
    "identify.ron",
    "identify-badges.ron",
    "identify-others.ron",
    "firmware-xerox.ron",
    "firmware-notes.ron",
    "audit-xerox.ron",
    "personas.ron",
    "listen-advice.ron",
    "blocklists.ron",
    "questions.ron",
    "disagreements.ron",
    "methods.ron",
    "oauth.ron",
    "resolvers.ron",
    "mail-filters.ron",
    "interference.ron",
    "habits.ron",
    "tests.ron",
    "dates.ron",
];

/// All knowledge, loaded.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Causes, by gate and id.
    pub causes: Vec<Cause>,
    /// Reply patterns of all services.
    pub replies: Vec<ReplyPattern>,
    /// Panel codes and messages, a table a vendor.
    pub codes: Vec<CodeTable>,
    /// Mail services.
    pub providers: Vec<Provider>,
    /// Vendors' devices: names and places of their settings.
    pub devices: Vec<Device>,
    /// How to recognise devices on the network.
    pub identify: Vec<Identify>,
    /// Firmware numbering and feature gates.
    pub firmware: Vec<Firmware>,
    /// What is known of makers' firmware without a list of versions.
    pub firmware_notes: Vec<FirmwareNote>,
    /// The reply patterns' fragments, compiled at the first question.
    index: OnceLock<Index>,
    /// Events of audit logs, a table a vendor.
    pub events: Vec<EventTable>,
    /// Mail servers that the listener can play.
    pub personas: Vec<Persona>,
    /// What stands between a copier and the listener, by operating system.
    pub listen_advice: Vec<ListenAdvice>,
    /// Block lists that are asked by DNS.
    pub blocklists: Vec<Blocklist>,
    /// Questions to a person.
    pub questions: Vec<Question>,
    /// Dates that mail services have announced.
    pub dates: Vec<Milestone>,
    /// Tests that can be run next.
    pub tests: Vec<Test>,
    /// What to say where two pieces of evidence disagree.
    pub disagreements: Vec<Disagreement>,
    /// Filter services in front of mailboxes.
    pub filters: Vec<MailFilter>,
    /// Name servers of the public.
    pub resolvers: Vec<PublicResolver>,
    /// Authorities that hand out access tokens.
    pub authorities: Vec<Authority>,
    /// Ways of sending, the ones to be preferred first.
    pub methods: Vec<SendingMethod>,
    /// Products that stand between a copier and its mail service.
    pub interference: Vec<Interference>,
    /// What holds of many remedy steps; the first that fits counts.
    pub habits: Vec<Habit>,
}

/// Why a knowledge file could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct KnowledgeError {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
}

impl Knowledge {
    /// The knowledge that is built into the program.
    pub fn embedded() -> Result<Self, KnowledgeError> {
        let mut all = Self::default();
        for file in parsed(EMBEDDED) {
            all.add(file?);
        }
        Ok(all)
    }

    /// Adds every `.ron` file of a folder, in the order of their names.
    pub fn overlay(&mut self, folder: &Path) -> Result<(), KnowledgeError> {
        let failed = |path: &Path, problem: std::io::Error| KnowledgeError {
            file: path.display().to_string(),
            line: 1,
            column: 1,
            problem: format!("cannot be read: {problem}"),
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|e| failed(folder, e))? {
            let path = entry.map_err(|e| failed(folder, e))?.path();
            if path.extension().is_some_and(|e| e == "ron") {
                paths.push(path);
            }
        }
        paths.sort();
        for path in paths {
            let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, e))?;
            self.add(schema::parse(&text, &path.display().to_string())?);
        }
        Ok(())
    }

    /// Takes one file's entries in; a later entry with the same id takes the earlier one's place.
    pub fn add(&mut self, file: File) {
        self.index = OnceLock::new();
        match file {
            File::Causes(causes) => replace(&mut self.causes, causes, |c| &c.id),
            File::Replies(set) => {
                let patterns = set.into_patterns();
                replace(&mut self.replies, patterns, |p| &p.id);
            }
            File::Codes(table) => replace(&mut self.codes, vec![table], |t| &t.vendor),
            File::Providers(providers) => replace(&mut self.providers, providers, |p| &p.id),
            File::Devices(devices) => replace(&mut self.devices, devices, |d| &d.vendor),
            File::Identify(identify) => replace(&mut self.identify, identify, |i| &i.vendor),
            File::Firmware(firmware) => replace(&mut self.firmware, vec![firmware], |f| &f.vendor),
            File::FirmwareNotes(notes) => replace(&mut self.firmware_notes, notes, |n| &n.text),
            File::Events(table) => replace(&mut self.events, vec![table], |t| &t.vendor),
            File::Personas(personas) => replace(&mut self.personas, personas, |p| &p.id),
            File::Habits(habits) => replace(&mut self.habits, habits, |habit| &habit.id),
            File::ListenAdvice(advice) => replace(&mut self.listen_advice, advice, |a| &a.id),
            File::Blocklists(lists) => replace(&mut self.blocklists, lists, |list| &list.zone),
            File::Questions(questions) => replace(&mut self.questions, questions, |q| &q.id),
            File::Dates(dates) => replace(&mut self.dates, dates, |date| &date.id),
            File::Tests(tests) => replace(&mut self.tests, tests, |test| &test.probe),
            File::Disagreements(entries) => replace(&mut self.disagreements, entries, |e| &e.id),
            File::Filters(all) => replace(&mut self.filters, all, |one| &one.name),
            File::Resolvers(all) => replace(&mut self.resolvers, all, |one| &one.name),
            File::Authorities(all) => replace(&mut self.authorities, all, |one| &one.id),
            File::Methods(methods) => replace(&mut self.methods, methods, |method| &method.id),
            File::Interference(products) => replace(&mut self.interference, products, |p| &p.id),
        }
    }

    /// The cause with this id.
    pub fn cause(&self, id: &str) -> Option<&Cause> {
        self.causes.iter().find(|cause| cause.id == id)
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The authority whose tokens the service behind this host takes, where it is known.
    pub fn authority_for(&self, host: &str) -> Option<&Authority> {
        let provider = self.provider_of(host)?;
        let takes = |authority: &&Authority| authority.providers.contains(&provider.id);
        self.authorities.iter().find(takes)
    }

    /// The mail server that an access token is for where nobody says which; the first authority's.
    pub fn usual_token_server(&self) -> &str {
        self.authorities
            .first()
            .map_or("", |authority| authority.server.as_str())
    }

    /// What an authority's error text means, where it is known.
    pub fn authority_error(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        let errors = self.authorities.iter().flat_map(|authority| &authority.errors);
        errors
            .filter(|error| text.contains(&error.fragment))
            .map(|error| error.says.as_str())
            .next()
    }

    /// The provider that runs this host, where it is known.
    pub fn provider_of(&self, host: &str) -> Option<&Provider> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.providers
            .iter()
            .find(|provider| provider.hosts.iter().any(|pattern| host_matches(pattern, &host)))
    }
}

/// The files parsed, in their order. Reading them is what a start mostly costs, so two threads share it.
fn parsed(files: &[Packed]) -> Vec<Result<File, KnowledgeError>> {
    let whole: usize = files.iter().map(Packed::size).sum();
    let mut so_far = 0;
    let middle = files
        .iter()
        .position(|file| {
            so_far += file.size();
            so_far > whole / 2
        })
        .unwrap_or(0);
    let (first, second) = files.split_at(middle);
    let read = |part: &[Packed]| -> Vec<_> {
        part.iter()
            .map(|file| schema::parse(&file.text(), file.name))
            .collect()
    };
    std::thread::scope(|scope| {
        let beside = std::thread::Builder::new().spawn_scoped(scope, || read(second));
        let mut all = read(first);
        match beside.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(rest)) => all.extend(rest),
            // No second thread to be had: read the rest here.
            Ok(Err(_)) | Err(_) => all.extend(read(second)),
        }
        all
    })
}

/// `*.example.test` stands for every name below it, anything else for itself.
pub fn host_matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => host.ends_with(suffix) && host.len() > suffix.len(),
        None => host == pattern,
    }
}

/// Adds entries; one whose key is there already takes the old one's place.
fn replace<T>(all: &mut Vec<T>, new: Vec<T>, key: impl Fn(&T) -> &str) {
    for entry in new {
        match all.iter_mut().find(|old| key(old) == key(&entry)) {
            Some(old) => *old = entry,
            None => all.push(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/knowledge");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "ron"))
            .collect();
        let mut listed: Vec<String> = EMBEDDED.iter().map(|file| file.name.to_owned()).collect();
        there.sort();
        listed.sort();
        assert_eq!(there, listed);
    }

    #[test]
    fn the_embedded_knowledge_loads() {
        Knowledge::embedded().unwrap();
    }

    #[test]
    fn an_error_names_file_line_and_column() {
        let error = schema::parse("Causes([\n  (id: 5),\n])", "own.ron").unwrap_err();
        assert!(error.to_string().starts_with("own.ron:2:"), "{error}");
    }

    #[test]
    fn a_star_stands_for_any_name_below() {
        assert!(host_matches("*.mail.example.test", "contoso.mail.example.test"));
        assert!(!host_matches("*.mail.example.test", "mail.example.test"));
        assert!(host_matches("smtp.example.test", "smtp.example.test"));
    }
}
