//! The chain of faults in the order in which the device meets them, and the verdict at its head.

use super::candidates::{Talk, Weighed};
use super::next_test::device_is_said_to_fail;
use super::passage;
use super::situation::Situation;
use super::words;
use super::{GateState, LaptopState, Link, Verdict};
use crate::certainty::Certainty;
use crate::evidence::{Evidence, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;

/// Confidence from which a candidate counts as a fault; mere hints do not reach it.
const FAULT: f64 = 0.52;

/// The faults, first met first. What only follows from another fault is left out.
pub fn links(
    situation: &Situation<'_>,
    weighed: &[Weighed],
    evidence: &[Evidence],
    knowledge: &Knowledge,
) -> Vec<Link> {
    let mut faults: Vec<&Weighed> = weighed.iter().filter(|w| w.shown.confidence >= FAULT).collect();
    drop_shadows(&mut faults, knowledge);
    drop_vaguer_words(&mut faults);
    drop_other_readings(&mut faults, knowledge);
    drop_residual(&mut faults, knowledge);
    faults.sort_by(|a, b| {
        let place = |w: &Weighed| (met_at(w), w.first);
        place(a)
            .cmp(&place(b))
            .then(b.shown.confidence.total_cmp(&a.shown.confidence))
    });
    reasons_behind(&mut faults, knowledge);
    faults
        .into_iter()
        .map(|fault| Link {
            cause: fault.shown.cause.clone(),
            gate: fault.gate,
            certainty: fault.shown.certainty,
            title: words::title(&fault.shown.cause, knowledge),
            headline: if fault.onward {
                words::of_a_relay(&fault.shown.cause, knowledge)
            } else {
                let supporting = supporting(fault, evidence);
                words::headline_of(&fault.shown.cause, &supporting, situation, knowledge)
            },
            evidence: fault.shown.supporting.clone(),
        })
        .collect()
}

/// The gate at which the device meets a fault, and whether behind it: where it showed, and inside TLS only behind the
/// certificate. What is only told of it later, by a bounce or a line of a log, shows nowhere on the way, so there its own
/// gate counts. What a relay meets comes behind all that the device does.
fn met_at(fault: &Weighed) -> (Gate, bool) {
    if fault.talk == Talk::InsideTls {
        (Gate::Certificate, true)
    } else if fault.occurred == Gate::Deliver && !fault.onward {
        (fault.gate, false)
    } else {
        (fault.occurred, false)
    }
}

/// The evidence that speaks for a fault.
fn supporting<'a>(fault: &Weighed, evidence: &'a [Evidence]) -> Vec<&'a Evidence> {
    let speaks = |item: &&Evidence| fault.shown.supporting.contains(&item.id);
    evidence.iter().filter(speaks).collect()
}

/// What another fault explains is no fault of its own; what a relay meets explains nothing of the device's way.
fn drop_shadows(faults: &mut Vec<&Weighed>, knowledge: &Knowledge) {
    let shadows: Vec<(bool, &String)> = faults
        .iter()
        .filter_map(|fault| Some((fault.onward, knowledge.cause(&fault.shown.cause)?)))
        .flat_map(|(onward, cause)| cause.explains.iter().map(move |shadow| (onward, shadow)))
        .collect();
    faults.retain(|fault| !shadows.contains(&(fault.onward, &fault.shown.cause)));
}

/// What a person read from a panel is the vaguer word for a stop that was seen at the same gate.
fn drop_vaguer_words(faults: &mut Vec<&Weighed>) {
    let all = faults.clone();
    faults.retain(|fault| {
        !fault.stated_only
            || !all.iter().any(|other| {
                !other.stated_only
                    && other.shown.certainty >= fault.shown.certainty
                    && (other.gate == fault.gate || other.occurred == fault.gate)
            })
    });
}

/// One sign is one fault: of causes that rest on the same evidence, the most credible stays,
/// unless one is the other's reason.
fn drop_other_readings(faults: &mut Vec<&Weighed>, knowledge: &Knowledge) {
    let all = faults.clone();
    faults.retain(|fault| {
        !all.iter().any(|other| {
            let better =
                (other.shown.confidence, other.strongest) > (fault.shown.confidence, fault.strongest);
            let shared = other
                .shown
                .supporting
                .iter()
                .any(|id| fault.shown.supporting.contains(id));
            better && shared && !is_reason(fault, other, knowledge) && !is_reason(other, fault, knowledge)
        })
    });
}

/// A stop that nothing explains is only told where nothing does.
fn drop_residual(faults: &mut Vec<&Weighed>, knowledge: &Knowledge) {
    let residual = |w: &Weighed| {
        knowledge
            .cause(&w.shown.cause)
            .is_some_and(|cause| cause.residual)
    };
    let all = faults.clone();
    faults.retain(|fault| {
        !residual(fault)
            || !all
                .iter()
                .any(|other| !residual(other) && other.occurred == fault.occurred)
    });
}

/// Moves the reasons of a fault right behind it.
fn reasons_behind(faults: &mut [&Weighed], knowledge: &Knowledge) {
    let ordered = faults.to_vec();
    let rank = |w: &&Weighed| {
        let head = ordered.iter().position(|other| is_reason(w, other, knowledge));
        let own = ordered
            .iter()
            .position(|other| other.shown.cause == w.shown.cause)
            .unwrap_or(0);
        head.map_or((own, false), |head| (head.max(own), true))
    };
    faults.sort_by_key(rank);
}

/// Whether `fault` may be the reason of `of`.
fn is_reason(fault: &Weighed, of: &Weighed, knowledge: &Knowledge) -> bool {
    fault.onward == of.onward
        && knowledge
            .cause(&of.shown.cause)
            .is_some_and(|cause| cause.because.contains(&fault.shown.cause))
}

/// The verdict: the head of the chain, *none* where everything needed was passed, else *inconclusive*.
pub fn verdict(
    situation: &Situation<'_>,
    links: &[Link],
    weighed: &[Weighed],
    gates: &[GateState],
    evidence: &[Evidence],
) -> Verdict {
    if let Some(root) = links.first() {
        let confidence = weighed
            .iter()
            .find(|w| w.shown.cause == root.cause)
            .map_or(0.5, |w| w.shown.confidence);
        return Verdict {
            cause: root.cause.clone(),
            gate: Some(root.gate),
            certainty: root.certainty,
            confidence,
            headline: sentence(situation, root, weighed),
        };
    }
    if passage::all_needed_passed(situation, gates)
        && !device_is_said_to_fail(evidence, gates)
        && !passage::fails_as_the_device(evidence)
    {
        return healthy(situation, gates, evidence);
    }
    Verdict {
        cause: "inconclusive".to_owned(),
        gate: None,
        certainty: Certainty::Possible,
        confidence: weighed.first().map_or(0.0, |w| w.shown.confidence),
        headline: inconclusive(situation, gates, evidence),
    }
}

/// The headline; where the laptop stands in for a device that nothing is known of, it says so.
fn sentence(situation: &Situation<'_>, root: &Link, weighed: &[Weighed]) -> String {
    let by_device = weighed.iter().any(|w| w.shown.cause == root.cause && w.by_device);
    if by_device || situation.device_is_known() {
        root.headline.clone()
    } else {
        format!(
            "{} (as seen from this computer; nothing is known of the device)",
            root.headline.trim_end_matches('.')
        )
    }
}

fn healthy(situation: &Situation<'_>, gates: &[GateState], evidence: &[Evidence]) -> Verdict {
    let laptop_passed = gates.iter().any(|state| state.laptop == LaptopState::Passed);
    let who = if !laptop_passed {
        "No fault found: what was recorded of the device passed every gate"
    } else if situation.device_is_known() {
        "No fault found: this computer passed every gate with the device's settings"
    } else {
        "No fault found: this computer passed every gate with these settings; nothing is known of the device"
    };
    Verdict {
        cause: "none".to_owned(),
        gate: None,
        certainty: Certainty::Likely,
        confidence: 0.9,
        headline: format!("{who}{}", late(evidence)),
    }
}

/// That the server was late, where nothing else is to be told.
fn late(evidence: &[Evidence]) -> String {
    let longest = evidence
        .iter()
        .filter_map(|item| match item.fact {
            Fact::LateReply { stage, seconds } => Some((seconds, stage)),
            _ => None,
        })
        .max();
    longest.map_or_else(String::new, |(seconds, stage)| {
        format!(
            "; the server took {seconds} seconds to answer at {}, which a device with a short time limit does not wait",
            stage.title()
        )
    })
}

fn inconclusive(situation: &Situation<'_>, gates: &[GateState], evidence: &[Evidence]) -> String {
    if evidence.is_empty() {
        return "There is no evidence yet".to_owned();
    }
    if passage::all_needed_passed(situation, gates) {
        return "This computer gets through and the device does not; what differs between them is not known yet"
            .to_owned();
    }
    match passage::first_untested(situation, gates) {
        Some(gate) => format!(
            "No fault was found as far as was tested; not passed yet: {}",
            gate.title().to_lowercase()
        ),
        None => "What was seen does not point at one cause".to_owned(),
    }
}
