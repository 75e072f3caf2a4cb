//! One term of a sum: what a piece of evidence says about a cause, and how sure that alone may make it.

use crate::certainty::Certainty;
use crate::evidence::{Actor, Basis};
use crate::gate::Gate;
use crate::knowledge::schema::Weight;

/// Log-odds of any one cause before there is evidence: about one in twenty.
pub const PRIOR: f64 = -3.0;

/// What one piece of evidence says about one cause.
#[derive(Debug, Clone)]
pub struct Term {
    /// Cause id.
    pub cause: String,
    /// Index of the evidence.
    pub evidence: usize,
    /// Further evidence that the term rests on.
    pub with: Vec<usize>,
    /// Added log-odds.
    pub weight: f64,
    /// What tells terms apart that say the same thing.
    pub key: String,
    /// How sure the cause may become by this term alone.
    pub cap: Certainty,
    /// The gate at which it showed.
    pub gate: Gate,
    /// Of whom.
    pub actor: Actor,
    /// Whether it rules the cause out.
    pub excludes: bool,
}

impl Weight {
    /// Log-odds.
    pub const fn log_odds(self) -> f64 {
        match self {
            Self::Excludes => -10.0,
            Self::Against => -2.0,
            Self::Hints => 1.5,
            Self::Supports => 4.0,
            Self::Proves => 7.0,
        }
    }

    /// How sure a cause may become by one such sign.
    pub const fn cap(self) -> Certainty {
        match self {
            Self::Proves => Certainty::Confirmed,
            Self::Supports => Certainty::Likely,
            _ => Certainty::Possible,
        }
    }
}

/// How sure a statement may become, given how its evidence came to be known.
pub fn bounded(cap: Certainty, basis: Basis) -> Certainty {
    match basis {
        Basis::Observed | Basis::KnownConfirmed => cap,
        Basis::KnownInferred | Basis::Stated => cap.min(Certainty::Likely),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_says_is_never_confirmed() {
        assert_eq!(bounded(Certainty::Confirmed, Basis::Stated), Certainty::Likely);
        assert_eq!(bounded(Certainty::Possible, Basis::Stated), Certainty::Possible);
    }
}
