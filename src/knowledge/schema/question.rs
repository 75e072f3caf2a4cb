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
