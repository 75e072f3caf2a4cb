//! Simulated mail services, DNS and devices on loopback, described by `assets/lab/*.ron`.
//!
//! The same probes that meet the internet meet this world: real TCP, TLS and DNS, with names as in real life.
//! A [`Scenario`] says what to play, [`World::start`] plays it until it is stopped or dropped.

pub mod behaviour;
mod capture;
pub mod check;
pub mod copier;
mod device;
mod dns;
mod door;
mod pki;
pub mod scenario;
mod smtp;
mod tasks;
mod web;
mod world;

pub use scenario::Scenario;
pub use world::{Door, World};

use crate::packed::{Packed, packed};
use behaviour::Behaviour;
use copier::Copier;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

/// Where the lab stands.
const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The scenario that `scanmedic demo` plays when none is named.
pub const DEFAULT: &str = "xerox-tls10";

/// The embedded files; the test below holds the list against the folder.
pub const EMBEDDED: &[Packed] = packed![
    "lab":
    "services.ron",
    "copiers.ron",
    "stories.ron",
    "device.ron",
    "resolve-connect.ron",
    "greet.ron",
    "encrypt.ron",
    "certificate.ron",
    "authenticate.ron",
    "sender.ron",
    "recipient-content.ron",
    "healthy.ron",
    "limits.ron",
    "perspective.ron",
    "oauth.ron",
    "misread.ron",
    "domain.ron",
    "several.ron",
];

/// All that can be played.
#[derive(Debug, Default)]
pub struct Library {
    /// Scenarios, in the order of the files.
    pub scenarios: Vec<Scenario>,
    /// Behaviours by name.
    pub services: BTreeMap<String, Behaviour>,
    /// Copiers as clients, by name.
    pub copiers: BTreeMap<String, Copier>,
}

impl Library {
    /// What is built into the program.
    pub fn embedded() -> Result<Self, LabError> {
        let mut all = Self::default();
        for file in EMBEDDED {
            match scenario::parse(&file.text(), file.name)? {
                scenario::File::Services(services) => all.services.extend(services),
                scenario::File::Copiers(copiers) => all.copiers.extend(copiers),
                scenario::File::Scenarios(scenarios) => all.scenarios.extend(scenarios),
            }
        }
        Ok(all)
    }

    /// The scenario with this id.
    pub fn scenario(&self, id: &str) -> Result<&Scenario, LabError> {
        self.scenarios
            .iter()
            .find(|scenario| scenario.id == id)
            .ok_or_else(|| LabError::NoScenario(id.to_owned()))
    }
}

/// Why the lab cannot play.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A file of the lab is not valid.
    #[error("{file}:{line}:{column}: {problem}")]
    File {
        /// File.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// No such scenario.
    #[error("the lab has no scenario {0:?}; `scanmedic lab --list` shows them all")]
    NoScenario(String),
    /// A service is like one that is not there.
    #[error("scenario {scenario}: there is no service named {like:?} in services.ron")]
    NoService {
        /// Scenario.
        scenario: String,
        /// The name looked for.
        like: String,
    },
    /// A DNS record cannot be read.
    #[error("record {line:?}: {problem}")]
    Record {
        /// The line.
        line: String,
        /// What is wrong.
        problem: String,
    },
    /// A word of the run's options is no probe.
    #[error("scenario {scenario}: {word:?} is neither a probe nor a group")]
    NoProbe {
        /// Scenario.
        scenario: String,
        /// The word.
        word: String,
    },
    /// A port on loopback could not be had.
    #[error("cannot listen on loopback: {0}")]
    Listen(std::io::Error),
    /// A file could not be written to the temporary folder.
    #[error("cannot write to the temporary folder: {0}")]
    Write(String),
    /// A certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The SNMP agent could not be set up.
    #[error("cannot set the SNMP agent up: {0}")]
    Snmp(String),
    /// TLS could not be set up.
    #[error("cannot set TLS up: {0}")]
    Tls(#[from] rustls::Error),
}

impl LabError {
    /// For `map_err` on sockets.
    const fn listen(problem: std::io::Error) -> Self {
        Self::Listen(problem)
    }
}

#[cfg(test)]
mod stories;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/lab");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| Path::new(name).extension().is_some_and(|e| e == "ron"))
            .collect();
        let listed: BTreeSet<String> = EMBEDDED.iter().map(|file| file.name.to_owned()).collect();
        assert_eq!(there, listed);
    }

    #[test]
    fn ids_are_unique_and_every_scenario_tells_its_story() {
        let library = Library::embedded().unwrap();
        let mut seen = BTreeSet::new();
        for scenario in &library.scenarios {
            assert!(seen.insert(&scenario.id), "{} stands twice", scenario.id);
            assert!(
                !scenario.title.is_empty() && !scenario.title.ends_with('.'),
                "{}",
                scenario.id
            );
            let sentences = scenario.story.matches(". ").count() + 1;
            assert!(
                (2..=4).contains(&sentences),
                "{}: {sentences} sentences",
                scenario.id
            );
        }
        library.scenario(DEFAULT).unwrap();
    }

    #[test]
    fn every_cause_is_reached_by_a_scenario() {
        let library = Library::embedded().unwrap();
        let reached: BTreeSet<String> = library
            .scenarios
            .iter()
            .flat_map(|scenario| {
                let expect = &scenario.expect;
                expect.chain().into_iter().chain([expect.cause.clone()])
            })
            .collect();
        let missing: Vec<&str> = crate::knowledge::causes::CAUSES
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| !reached.contains(*id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn what_is_expected_is_a_cause_of_the_knowledge_at_its_own_gate() {
        let knowledge = crate::knowledge::Knowledge::embedded();
        for scenario in &Library::embedded().unwrap().scenarios {
            let expect = &scenario.expect;
            for cause in expect
                .chain()
                .iter()
                .chain(&expect.not_candidates)
                .chain(&expect.ruled_out)
            {
                let Some(known) = knowledge.cause(cause) else {
                    // The knowledge of causes is written in its own time; an empty one cannot be asked.
                    assert!(knowledge.causes.is_empty(), "{}: no cause {cause}", scenario.id);
                    continue;
                };
                if *cause == expect.cause {
                    assert_eq!(Some(known.gate), expect.gate, "{}", scenario.id);
                }
            }
            assert_eq!(expect.gate.is_some(), expect.exit_code() == 1, "{}", scenario.id);
        }
    }
}
