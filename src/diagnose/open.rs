//! The causes between which it is not decided, with their shares of the doubt.

use super::candidates::Weighed;
use super::term::PRIOR;
use super::{DeviceState, GateState, LaptopState, RuledOut, Verdict};
use crate::certainty::Certainty;
use crate::knowledge::Knowledge;

/// What stands for every cause that is not named.
pub const ANOTHER: &str = "";

/// The open causes; nothing where the verdict is certain or no fault was found.
///
/// A named root leaves the other candidates, and *something else*, the doubt that remains. Without a root
/// every cause is open that is not ruled out and whose gate nobody was seen to pass.
pub fn causes<'a>(
    verdict: &'a Verdict,
    weighed: &'a [Weighed],
    ruled_out: &[RuledOut],
    gates: &[GateState],
    knowledge: &'a Knowledge,
) -> Vec<(&'a str, f64)> {
    if verdict.certainty == Certainty::Confirmed || verdict.cause == "none" {
        return Vec::new();
    }
    let candidates = || {
        weighed
            .iter()
            .map(|w| (w.shown.cause.as_str(), w.shown.confidence))
            .filter(|(_, confidence)| *confidence > 0.0)
    };
    if verdict.cause != "inconclusive" {
        let doubt = 1.0 - verdict.confidence;
        let others: f64 = candidates()
            .filter(|(c, _)| *c != verdict.cause)
            .map(|(_, p)| p)
            .sum();
        let share = doubt / (others + 0.5);
        let mut open = vec![
            (verdict.cause.as_str(), verdict.confidence),
            (ANOTHER, share * 0.5),
        ];
        open.extend(
            candidates()
                .filter(|(c, _)| *c != verdict.cause)
                .map(|(c, p)| (c, p * share)),
        );
        return open;
    }
    let prior = 1.0 / (1.0 + (-PRIOR).exp());
    let passed = |gate| {
        gates.iter().any(|state| {
            state.gate == gate
                && (state.device == DeviceState::Passed
                    || (state.laptop == LaptopState::Passed && state.device != DeviceState::Failed))
        })
    };
    let mut open: Vec<(&str, f64)> = candidates().collect();
    open.extend(
        knowledge
            .causes
            .iter()
            .filter(|cause| !passed(cause.gate))
            .filter(|cause| ruled_out.iter().all(|out| out.cause != cause.id))
            .filter(|cause| weighed.iter().all(|w| w.shown.cause != cause.id))
            .map(|cause| (cause.id.as_str(), prior)),
    );
    open
}
