//! What the sources say of one device, gathered and settled: the best of each field, the rest beside it.

use super::book::{model_name, read};
use super::decide::Makers;
use super::text::{DeviceId, plain};
use super::{Identity, Sighting};
use crate::knowledge::schema::TextKind;

/// Takes what a 1284 id names.
pub fn take_id(makers: Makers<'_>, id: DeviceId, source: &str, found: &mut Collected) {
    let read_model = |model: String| {
        let named = makers
            .brand
            .and_then(|entry| read(entry, TextKind::Model, &model).model);
        named.unwrap_or(model)
    };
    found.model(clean(makers, id.model.map(read_model)), 3, source);
    found.firmware(id.firmware, 3, source);
    found.serial(id.serial, source);
}

/// A model without decorations, by the brand's rules and then the builder's.
pub fn clean(makers: Makers<'_>, model: Option<String>) -> Option<String> {
    let model = model_name(makers.brand, &model?)?;
    match makers.family {
        Some(family) if makers.brand.is_none_or(|brand| brand.vendor != family.vendor) => {
            model_name(Some(family), &model)
        }
        _ => Some(model),
    }
}

/// Candidates with their sources, before they are settled.
#[derive(Debug, Default)]
pub struct Collected {
    models: Vec<(u8, String, String)>,
    firmwares: Vec<(u8, String, String)>,
    serials: Vec<(u8, String, String)>,
}

impl Collected {
    /// A model; a lower rank is trusted more, 9 is a guess.
    pub fn model(&mut self, model: Option<String>, rank: u8, source: &str) {
        keep(&mut self.models, model, rank, source);
    }

    /// A firmware version; a lower rank is trusted more, 9 is another part's.
    pub fn firmware(&mut self, version: Option<String>, rank: u8, source: &str) {
        let version = version.filter(|text| text.len() <= 120 && !plain(text).is_empty());
        keep(&mut self.firmwares, version, rank, source);
    }

    /// A serial number.
    pub fn serial(&mut self, serial: Option<String>, source: &str) {
        let serial = serial.filter(|text| plain(text).len() >= 4 && text.len() <= 60);
        keep(&mut self.serials, serial, 0, source);
    }

    /// The best of each into the identity, all of each beside it; what disagrees is told.
    pub fn settle(self, identity: &mut Identity) {
        for (field, mut all, contested) in [
            ("model", self.models, true),
            // A device has many parts with versions of their own; only the list shows them.
            ("firmware", self.firmwares, false),
            ("serial", self.serials, true),
        ] {
            all.sort_by_key(|(rank, ..)| *rank);
            let Some((_, best, source)) = all.first().cloned() else {
                continue;
            };
            for (rank, other, from) in all.iter().skip(1).filter(|_| contested) {
                let (a, b) = (plain(&best), plain(other));
                if *rank < 9 && !a.contains(&b) && !b.contains(&a) {
                    let text = format!("{field}: {source} says {best}, {from} says {other}");
                    if !identity.contradictions.contains(&text) {
                        identity.contradictions.push(text);
                    }
                }
            }
            let sightings = all
                .into_iter()
                .map(|(_, value, source)| Sighting { value, source });
            identity
                .candidates
                .insert(field.to_owned(), sightings.take(MAX_CANDIDATES).collect());
            identity.set(field, best, source);
        }
    }
}

/// Candidates of one field that are kept.
const MAX_CANDIDATES: usize = 12;

/// Keeps a value with its source, each pair once.
fn keep(all: &mut Vec<(u8, String, String)>, value: Option<String>, rank: u8, source: &str) {
    if let Some(value) = value
        && !all.iter().any(|(_, v, s)| *v == value && s == source)
    {
        all.push((rank, value, source.to_owned()));
    }
}
