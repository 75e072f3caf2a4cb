//! All that one session of listening showed, in bounded memory, and its form as a file.

use super::observation::{Observation, Seen};
use crate::evidence::{Client, Evidence, Fact};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::Path;

/// The first line's `format` of a record.
pub const FORMAT: &str = "scanmedic-listen";
/// Version of the form.
const VERSION: u32 = 1;
/// Observations that are kept; what a flood shows beyond is counted only.
const MOST: usize = 20_000;

/// The first line of a record.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// Gathers the observations of one session.
#[derive(Debug, Clone, Default)]
pub struct Hearing {
    observations: Vec<Observation>,
    left_out: u64,
}

impl Hearing {
    /// Takes one in.
    pub fn take(&mut self, observation: Observation) {
        if self.observations.len() < MOST {
            self.observations.push(observation);
        } else {
            self.left_out += 1;
        }
    }

    /// All that was kept, in the order of time.
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// How many more there were.
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Whether any client connected.
    pub fn heard_anyone(&self) -> bool {
        self.observations.iter().any(|one| one.connection > 0)
    }

    /// Whether a connection that did more than knock is over: then the press of Scan has been heard.
    pub fn heard_a_whole_dialogue(&self) -> bool {
        let spoke = |number: u64| {
            let own = self.observations.iter().filter(|one| one.connection == number);
            let mut own = own.map(|one| &one.seen);
            own.any(|seen| matches!(seen, Seen::Ehlo { .. } | Seen::Hello(_) | Seen::OldHello(_)))
        };
        let ended = |one: &&Observation| matches!(one.seen, Seen::Ended { .. });
        self.observations
            .iter()
            .filter(ended)
            .any(|one| spoke(one.connection))
    }

    /// What it means for the device, told once for each client. A device that left one dialogue and got its message
    /// through in another did not give up.
    pub fn evidence(&self) -> Vec<Evidence> {
        let delivered: HashSet<IpAddr> = self
            .observations
            .iter()
            .filter(|one| matches!(one.seen, Seen::Ended { delivered: true, .. }))
            .map(|one| one.peer.ip())
            .collect();
        let mut told = HashSet::new();
        let mut all = Vec::new();
        for observation in &self.observations {
            for mut evidence in observation.evidence() {
                let gave_up = matches!(evidence.fact, Fact::DeviceGaveUp { .. } | Fact::DeviceLeft { .. });
                if gave_up && delivered.contains(&observation.peer.ip()) {
                    continue;
                }
                // Whoever else connects, a test from a computer or a second copier, is told apart by the address.
                evidence.client = Some(Client::at(observation.peer.ip()));
                let key = (
                    observation.peer.ip(),
                    evidence.fact.kind(),
                    evidence.summary.clone(),
                );
                if told.insert(key) {
                    all.push(evidence);
                }
            }
        }
        all
    }

    /// Writes the record: a line with the form's name, then one observation a line, as JSON. A case can name the
    /// file under `files`.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut file = io::BufWriter::new(tempfile::NamedTempFile::new_in(folder)?);
        let head = Head {
            format: FORMAT.to_owned(),
            version: VERSION,
        };
        writeln!(file, "{}", serde_json::to_string(&head)?)?;
        for observation in &self.observations {
            writeln!(file, "{}", serde_json::to_string(observation)?)?;
        }
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Whether a line is the first of a record that this version of the program reads.
pub fn is_record(line: &str) -> bool {
    serde_json::from_str::<Head>(line).is_ok_and(|head| head.format == FORMAT && head.version <= VERSION)
}

/// One further line of a record; nothing where it is none.
pub fn read_line(line: &str) -> Option<Observation> {
    serde_json::from_str(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Actor, Stage};
    use crate::wire::reply::Reply;
    use jiff::Timestamp;

    fn one(connection: u64, seen: Seen) -> Observation {
        Observation {
            at: Timestamp::UNIX_EPOCH,
            connection,
            peer: "192.0.2.9:4000".parse().unwrap(),
            client: Actor::Device,
            seen,
        }
    }

    fn ended(delivered: bool) -> Seen {
        Seen::Ended {
            stage: Stage::Auth,
            quit: false,
            all_positive: true,
            by_us: false,
            delivered,
        }
    }

    #[test]
    fn a_record_is_read_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.heard.jsonl");
        let mut hearing = Hearing::default();
        hearing.take(one(1, Seen::StartTls));
        hearing.take(one(
            1,
            Seen::Reply {
                stage: Stage::Mail,
                reply: Reply::new(550, vec!["5.7.1 no".into()]),
            },
        ));
        hearing.take(one(1, ended(false)));
        hearing.save(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines = text.lines();
        assert!(is_record(lines.next().unwrap()));
        let back: Vec<_> = lines.map(|line| read_line(line).unwrap()).collect();
        assert_eq!(back, hearing.observations());
    }

    #[test]
    fn a_newer_form_is_not_taken_for_a_known_one() {
        assert!(!is_record("{\"format\":\"scanmedic-listen\",\"version\":9}"));
        assert!(!is_record("{}"));
    }

    #[test]
    fn who_delivered_in_the_end_did_not_give_up() {
        let kinds = |all: &[Seen]| {
            let mut hearing = Hearing::default();
            for (index, seen) in all.iter().enumerate() {
                hearing.take(one(index as u64 + 1, seen.clone()));
            }
            hearing
                .evidence()
                .iter()
                .map(|e| e.fact.kind())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            kinds(&[ended(false), ended(false)]),
            ["device-gave-up", "device-left:auth"]
        );
        assert!(!kinds(&[ended(false), ended(true)]).contains(&"device-gave-up".to_owned()));
    }

    #[test]
    fn each_client_is_told_by_its_address() {
        let mut hearing = Hearing::default();
        hearing.take(one(1, ended(false)));
        let mut other = one(2, ended(false));
        other.peer = "192.0.2.10:4000".parse().unwrap();
        hearing.take(other);
        let clients: HashSet<_> = hearing
            .evidence()
            .into_iter()
            .filter_map(|item| item.client?.address)
            .collect();
        assert_eq!(clients.len(), 2);
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut hearing = Hearing::default();
        for _ in 0..MOST + 5 {
            hearing.take(one(1, Seen::StartTls));
        }
        assert_eq!((hearing.observations().len(), hearing.left_out()), (MOST, 5));
        assert_eq!(hearing.evidence().len(), 1);
    }
}
