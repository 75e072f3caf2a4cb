//! Firmware numbering and feature gates.

use super::{Mark, RemedyStep};
use serde::Deserialize;

/// Firmware numbering and feature gates of one vendor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Firmware {
    /// Maker.
    pub vendor: String,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
    /// Short forms of a model's family name, as people type them: `wc` for `WorkCentre`.
    #[serde(default)]
    pub abbreviations: Vec<(String, String)>,
    /// Families: the first group of the version.
    pub families: Vec<Family>,
    /// Products: the second group, by family group.
    pub products: Vec<Product>,
    /// Other shapes of version numbers that the maker's devices show.
    #[serde(default)]
    pub shapes: Vec<Shape>,
    /// What builds can do, first match wins.
    pub tls_email: Vec<TlsRule>,
    /// Releases to recommend, best first for a product.
    pub releases: Vec<Release>,
    /// Steps of an update; `{device}`, `{version}` and `{recommended}` are filled.
    pub update_steps: Vec<RemedyStep>,
    /// Steps where nothing is known of the version, for any maker.
    #[serde(default)]
    pub find_out_steps: Vec<RemedyStep>,
    /// Steps where the version is able already.
    #[serde(default)]
    pub able_steps: Vec<RemedyStep>,
}

/// A software family.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// First group, three digits.
    pub id: String,
    /// First year of the family's builds; the build year is the first from here on with the year digit.
    pub first_year: i16,
    /// Last year that is believable; a later one is not judged.
    #[serde(default)]
    pub last_year: Option<i16>,
    /// Name for people.
    pub name: String,
    /// True where a branch label of 16 to 19 means a SPAR release.
    #[serde(default)]
    pub spar_by_label: bool,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// A shape of version numbers that is recognised and shown, but not judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Regular expression over the whole version.
    pub pattern: String,
    /// Which devices show it.
    pub name: String,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// A product code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Second group, three digits.
    pub code: String,
    /// Families in which the code has this meaning.
    pub families: Vec<String>,
    /// Model names.
    pub models: Vec<String>,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// What builds of some families can do for e-mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsRule {
    /// Families.
    pub families: Vec<String>,
    /// Product codes; any where empty.
    #[serde(default)]
    pub products: Vec<String>,
    /// Built on this day or later, `YYYY-MM-DD`.
    #[serde(default)]
    pub from: Option<String>,
    /// Built before this day.
    #[serde(default)]
    pub before: Option<String>,
    /// Highest TLS version for e-mail, or nothing where it is not known.
    pub max: Option<String>,
    /// How sure.
    pub mark: Mark,
    /// Why, for a person.
    pub why: String,
}

/// A release to recommend.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Product code.
    pub product: String,
    /// Version.
    pub version: String,
    /// Why this one.
    pub why: String,
    /// How sure.
    pub mark: Mark,
}

/// What is known of a maker's firmware where there is no list of versions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirmwareNote {
    /// Maker.
    pub vendor: String,
    /// Models it is about; all of the maker's where empty.
    #[serde(default)]
    pub models: Vec<String>,
    /// One sentence.
    pub text: String,
    /// How sure.
    pub mark: Mark,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}
