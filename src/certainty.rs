//! How sure a statement is, from a guess to a proof.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How sure a reading or a verdict is. The order of the variants is the order of sureness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It fits, and so do other readings.
    Possible,
    /// One source, or one person, says so.
    Likely,
    /// Seen to happen, stated by the failing party, or reproduced.
    Confirmed,
}

impl Certainty {
    /// The stable word in JSON and in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_outranks_a_guess() {
        assert!(Certainty::Possible < Certainty::Likely);
        assert!(Certainty::Likely < Certainty::Confirmed);
    }

    #[test]
    fn the_word_in_json_is_the_id() {
        let word = serde_json::to_string(&Certainty::Confirmed).unwrap();
        assert_eq!(word, format!("\"{}\"", Certainty::Confirmed.id()));
    }
}
