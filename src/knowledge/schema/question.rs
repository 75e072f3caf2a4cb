//! Questions to a person, and what to say where two pieces of evidence disagree.

use super::Weight;
use serde::Deserialize;

/// A question that no probe can answer and a person can.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Stable id; the key of the answer in a case file.
    pub id: String,
    /// The question in plain words.
    pub text: String,
    /// What the answer tells.
    pub why: String,
    /// How long it takes a person to find out, in seconds.
    pub seconds: u32,
    /// Only for these conditions of the case, as in signs.
    #[serde(default)]
    pub when: Vec<String>,
    /// The answers to choose from.
    pub options: Vec<AnswerOption>,
    /// Where the weights come from.
    pub source: String,
    /// When the entry was last checked, `YYYY-MM-DD`.
    pub checked: String,
}

/// One answer to choose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    /// Stable word; what stands in the case file.
    pub value: String,
    /// What a person reads.
    pub text: String,
    /// What it says about causes; nothing where it only means *not known*.
    #[serde(default)]
    pub says: Vec<Says>,
}

/// What an answer says about some causes alike.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// Cause ids.
    pub causes: Vec<String>,
    /// How much; a person's word neither proves nor excludes.
    pub weight: Weight,
    /// Only for these conditions of the case.
    #[serde(default)]
    pub when: Vec<String>,
}

/// What to say where two pieces of evidence disagree.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disagreement {
    /// The kind of disagreement (`diagnose/contradictions.rs`).
    pub id: String,
    /// What it is about, in a sentence; may hold the headline's placeholders and `{cause}`.
    pub about: String,
    /// How to settle it.
    pub advice: String,
    /// Where the advice comes from.
    pub source: String,
    /// When the entry was last checked, `YYYY-MM-DD`.
    pub checked: String,
}

/// A test that can be run next.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Probe id, or `listen`.
    pub probe: String,
    /// What it costs: seconds of a person's time.
    pub seconds: u32,
    /// Only for these conditions of the case, as in signs.
    #[serde(default)]
    pub when: Vec<String>,
    /// The causes that it tells from each other and from the rest.
    pub decides: Vec<String>,
    /// What it tells.
    pub why: String,
}

/// A date that a mail service has announced.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Stable id.
    pub id: String,
    /// Provider id.
    pub provider: String,
    /// Causes beside which it is told.
    pub causes: Vec<String>,
    /// When, in words: a day, a month, a season.
    pub date: String,
    /// What happens then, in a sentence without a full stop.
    pub what: String,
    /// How sure.
    pub mark: super::Mark,
    /// Who announced it.
    pub source: String,
    /// As of which day it was known so, `YYYY-MM-DD`.
    pub checked: String,
}
