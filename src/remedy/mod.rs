//! From a diagnosis to steps that a person can take.

use crate::knowledge::schema::Who;
use serde::Serialize;

/// What to do about the whole chain, in the order of doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remedy {
    /// The steps.
    pub steps: Vec<Step>,
    /// How to see that it is mended.
    pub verify: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The cause it is for.
    pub cause: String,
    /// What to do.
    pub title: String,
    /// How.
    pub detail: String,
    /// Who does it.
    pub who: Who,
    /// Menu path or admin page.
    #[serde(rename = "where")]
    pub place: Option<String>,
    /// Command to copy.
    pub command: Option<String>,
}
