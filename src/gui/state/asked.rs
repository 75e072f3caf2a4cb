//! What comes from the engine: not asked, pending, known or failed.

/// How far the answer to a question is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// Asked, no answer yet.
    Pending,
    /// Answered.
    Known,
    /// It went wrong; why.
    Failed(String),
}

/// An answer of the engine. While it is asked again the previous value stays.
#[derive(Debug, Clone)]
pub struct Asked<T> {
    /// How far it is.
    pub phase: Phase,
    /// The last answer.
    pub value: Option<T>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            phase: Phase::NotAsked,
            value: None,
        }
    }
}
