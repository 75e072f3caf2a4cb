//! The wizard's words for gates and probes by their stable ids, and how ids and sentences are written.

use super::{knows, tr};
use crate::gate::Gate;
use crate::probe::ProbeId;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The word above a gate's column.
pub fn gate(gate: Gate) -> String {
    named("gate", gate.id(), gate.title())
}

/// The name of a probe's row.
pub fn probe(probe: ProbeId) -> String {
    named("probe", probe.id(), probe.title())
}

/// A time of a case (RFC 3339) in this computer's zone, in figures that every language reads.
pub fn moment(at: &str) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| {
            at.to_zoned(TimeZone::system())
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        },
    )
}

/// The text under a composed name; the engine's own English word where there is none yet.
fn named(kind: &str, id: &str, own: &str) -> String {
    let name = format!("{kind}-{id}");
    if knows(&name) { tr(&name) } else { own.to_owned() }
}

/// An id as words; a file name stays as it is.
pub fn worded(id: &str) -> String {
    if id.contains(['.', ':', '/', '\\']) {
        return id.to_owned();
    }
    let mut letters = id.chars();
    letters
        .next()
        .map(|first| {
            first
                .to_uppercase()
                .chain(letters)
                .collect::<String>()
                .replace('-', " ")
        })
        .unwrap_or_default()
}

/// A sentence's first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
