//! How sure a statement is: the three words of the contract.

use serde::{Deserialize, Serialize};

/// How sure a statement is. Ordered: `Possible < Likely < Confirmed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// One of several readings.
    Possible,
    /// The best reading, not proven.
    Likely,
    /// Seen to happen to the device, stated by the failing party, or reproduced with the device's limits.
    Confirmed,
}

impl Certainty {
    /// The word in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}
