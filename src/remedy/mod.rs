//! From a diagnosis to steps that a person can take.

use crate::case::Case;
use crate::diagnose::situation::Situation;
use crate::diagnose::{Diagnosis, words};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{RemedyStep, Who};
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

/// The plan for every fault of the chain; nothing where there is no fault.
pub fn plan(case: &Case, diagnosis: &Diagnosis, knowledge: &Knowledge) -> Option<Remedy> {
    let situation = Situation::new(case, &diagnosis.evidence, knowledge);
    let root = knowledge.cause(&diagnosis.chain.first()?.cause)?;
    let mut steps: Vec<Step> = Vec::new();
    for link in &diagnosis.chain {
        let Some(cause) = knowledge.cause(&link.cause) else {
            continue;
        };
        if cause.id == "device-tls-too-old" {
            steps.extend(firmware_steps(&situation, &cause.id, knowledge));
        }
        for step in cause.remedy.iter().filter(|step| situation.holds(&step.when)) {
            let step = filled(step, &cause.id, &situation, knowledge);
            if !steps
                .iter()
                .any(|known| known.title == step.title && known.detail == step.detail)
            {
                steps.push(step);
            }
        }
    }
    Some(Remedy {
        steps,
        verify: words::fill(&root.verify, &situation),
    })
}

/// The steps of a firmware update for the device in hand, where its numbering is known.
fn firmware_steps(situation: &Situation<'_>, cause: &str, knowledge: &Knowledge) -> Vec<Step> {
    let device = &situation.case.device;
    let Some(version) = device.firmware.as_deref() else {
        return Vec::new();
    };
    let model = [device.vendor.as_deref(), device.model.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>();
    let reading = knowledge.firmware(&model.join(" "), version);
    reading
        .steps
        .into_iter()
        .map(|step| Step {
            cause: cause.to_owned(),
            title: step.title,
            detail: step.detail,
            who: step.who,
            place: step.place,
            command: step.command,
        })
        .collect()
}

/// A step with the case's names in it, and the vendor's own menu path where it is known.
fn filled(step: &RemedyStep, cause: &str, situation: &Situation<'_>, knowledge: &Knowledge) -> Step {
    let place = match step
        .place
        .as_deref()
        .and_then(|place| place.strip_prefix("menu:"))
    {
        Some(topic) => menu_path(topic, situation, knowledge),
        None => step.place.as_deref().map(|place| words::fill(place, situation)),
    };
    Step {
        cause: cause.to_owned(),
        title: words::fill(&step.title, situation),
        detail: words::fill(&step.detail, situation),
        who: step.who,
        place,
        command: step
            .command
            .as_deref()
            .map(|command| words::fill(command, situation)),
    }
}

/// The vendor's menu path for a topic such as `smtp`.
fn menu_path(topic: &str, situation: &Situation<'_>, knowledge: &Knowledge) -> Option<String> {
    let vendor = situation.case.device.vendor.as_deref()?;
    let device = knowledge
        .devices
        .iter()
        .find(|device| device.vendor.eq_ignore_ascii_case(vendor))?;
    device
        .menus
        .iter()
        .find(|menu| menu.topic == topic)
        .map(|menu| menu.path.clone())
}
