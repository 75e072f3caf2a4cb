//! What the trade knows, as data: causes, reply texts, panel codes, providers, devices, firmware.
//!
//! The files under `assets/knowledge/` are embedded in the program and read kind by kind, as they are asked for. A
//! folder given by the user adds to them; an entry with an id that is there already takes its place.

pub mod advice;
pub mod blocklists;
pub mod built_in;
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
mod shelf;
mod signs;
mod units;
pub mod words;

#[cfg(test)]
mod catalogue;

use index::Index;
use schema::{
    Authority, Blocklist, Cause, CodeTable, Device, Disagreement, EventTable, File, Firmware, FirmwareNote,
    Habit, Identify, Interference, ListenAdvice, MailFilter, Milestone, Persona, Provider, PublicResolver,
    Question, ReplyPattern, SendingMethod, Test,
};
use shelf::Shelf;
use std::path::Path;
use std::sync::OnceLock;

/// All knowledge; what is built in of a kind is read when the kind is first asked for.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// Causes, by gate and id.
    pub causes: Shelf<Cause>,
    /// Reply patterns of all services.
    pub replies: Shelf<ReplyPattern>,
    /// Panel codes and messages, a table a vendor.
    pub codes: Shelf<CodeTable>,
    /// Mail services.
    pub providers: Shelf<Provider>,
    /// Vendors' devices: names and places of their settings.
    pub devices: Shelf<Device>,
    /// How to recognise devices on the network.
    pub identify: Shelf<Identify>,
    /// Firmware numbering and feature gates.
    pub firmware: Shelf<Firmware>,
    /// What is known of makers' firmware without a list of versions.
    pub firmware_notes: Shelf<FirmwareNote>,
    /// The reply patterns' fragments, compiled at the first question.
    index: OnceLock<Index>,
    /// Events of audit logs, a table a vendor.
    pub events: Shelf<EventTable>,
    /// Mail servers that the listener can play.
    pub personas: Shelf<Persona>,
    /// What stands between a copier and the listener, by operating system.
    pub listen_advice: Shelf<ListenAdvice>,
    /// Block lists that are asked by DNS.
    pub blocklists: Shelf<Blocklist>,
    /// Questions to a person.
    pub questions: Shelf<Question>,
    /// Dates that mail services have announced.
    pub dates: Shelf<Milestone>,
    /// Tests that can be run next.
    pub tests: Shelf<Test>,
    /// What to say where two pieces of evidence disagree.
    pub disagreements: Shelf<Disagreement>,
    /// Filter services in front of mailboxes.
    pub filters: Shelf<MailFilter>,
    /// Name servers of the public.
    pub resolvers: Shelf<PublicResolver>,
    /// Authorities that hand out access tokens.
    pub authorities: Shelf<Authority>,
    /// Ways of sending, the ones to be preferred first.
    pub methods: Shelf<SendingMethod>,
    /// Products that stand between a copier and its mail service.
    pub interference: Shelf<Interference>,
    /// What holds of many remedy steps; the first that fits counts.
    pub habits: Shelf<Habit>,
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
    pub fn embedded() -> Self {
        Self {
            causes: Shelf::of(built_in::CAUSES),
            replies: Shelf::of(built_in::REPLIES),
            codes: Shelf::of(built_in::CODES),
            providers: Shelf::of(built_in::PROVIDERS),
            devices: Shelf::of(built_in::DEVICES),
            identify: Shelf::of(built_in::IDENTIFY),
            firmware: Shelf::of(built_in::FIRMWARE),
            firmware_notes: Shelf::of(built_in::FIRMWARE_NOTES),
            index: OnceLock::new(),
            events: Shelf::of(built_in::EVENTS),
            personas: Shelf::of(built_in::PERSONAS),
            listen_advice: Shelf::of(built_in::LISTEN_ADVICE),
            blocklists: Shelf::of(built_in::BLOCKLISTS),
            questions: Shelf::of(built_in::QUESTIONS),
            dates: Shelf::of(built_in::DATES),
            tests: Shelf::of(built_in::TESTS),
            disagreements: Shelf::of(built_in::DISAGREEMENTS),
            filters: Shelf::of(built_in::FILTERS),
            resolvers: Shelf::of(built_in::RESOLVERS),
            authorities: Shelf::of(built_in::AUTHORITIES),
            methods: Shelf::of(built_in::METHODS),
            interference: Shelf::of(built_in::INTERFERENCE),
            habits: Shelf::of(built_in::HABITS),
        }
    }

    /// Reads now what would else be read at the first question, on two threads.
    #[must_use]
    pub fn ready(self) -> Self {
        std::thread::scope(|scope| {
            // The replies are nearly half of it. Where no thread is to be had, they wait for their first question.
            let _ = std::thread::Builder::new().spawn_scoped(scope, || self.replies.len());
            let _ = (
                self.causes.len(),
                self.codes.len(),
                self.providers.len(),
                self.devices.len(),
            );
            let _ = (
                self.identify.len(),
                self.firmware.len(),
                self.firmware_notes.len(),
                self.events.len(),
            );
            let _ = (
                self.personas.len(),
                self.listen_advice.len(),
                self.blocklists.len(),
                self.questions.len(),
            );
            let _ = (
                self.dates.len(),
                self.tests.len(),
                self.disagreements.len(),
                self.filters.len(),
            );
            let _ = (self.resolvers.len(), self.authorities.len(), self.methods.len());
            let _ = (self.interference.len(), self.habits.len());
        });
        self
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
            File::Causes(causes) => self.causes.add(causes),
            File::Replies(set) => self.replies.add(set.into_patterns()),
            File::Codes(table) => self.codes.add(vec![table]),
            File::Providers(providers) => self.providers.add(providers),
            File::Devices(devices) => self.devices.add(devices),
            File::Identify(identify) => self.identify.add(identify),
            File::Firmware(firmware) => self.firmware.add(vec![firmware]),
            File::FirmwareNotes(notes) => self.firmware_notes.add(notes),
            File::Events(table) => self.events.add(vec![table]),
            File::Personas(personas) => self.personas.add(personas),
            File::Habits(habits) => self.habits.add(habits),
            File::ListenAdvice(advice) => self.listen_advice.add(advice),
            File::Blocklists(lists) => self.blocklists.add(lists),
            File::Questions(questions) => self.questions.add(questions),
            File::Dates(dates) => self.dates.add(dates),
            File::Tests(tests) => self.tests.add(tests),
            File::Disagreements(entries) => self.disagreements.add(entries),
            File::Filters(all) => self.filters.add(all),
            File::Resolvers(all) => self.resolvers.add(all),
            File::Authorities(all) => self.authorities.add(all),
            File::Methods(methods) => self.methods.add(methods),
            File::Interference(products) => self.interference.add(products),
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

/// `*.example.test` stands for every name below it, anything else for itself.
pub fn host_matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(suffix) => host.ends_with(suffix) && host.len() > suffix.len(),
        None => host == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
