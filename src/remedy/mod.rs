//! From a diagnosis to steps that a person can take.

mod fill;

use crate::case::Case;
use crate::diagnose::situation::Situation;
use crate::diagnose::{Diagnosis, words};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::Who;
use serde::{Deserialize, Serialize};

/// What to do about the whole chain, in the order of doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// The steps.
    pub steps: Vec<Step>,
    /// When to stop and call for help.
    #[serde(default)]
    pub cautions: Vec<String>,
    /// How to see that it is mended.
    pub verify: String,
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Names the step in ticks; the same from run to run.
    #[serde(default)]
    pub key: String,
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
    /// Exact values to enter, the setting in the device's own words.
    #[serde(default)]
    pub enter: Vec<Entry>,
    /// What can go wrong.
    #[serde(default)]
    pub risk: Option<String>,
    /// How long it takes.
    #[serde(default)]
    pub takes: Option<String>,
    /// How to take it back.
    #[serde(default)]
    pub undo: Option<String>,
    /// What to mind before it.
    #[serde(default)]
    pub caution: Option<String>,
}

/// One value to enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The setting, in the device's own words where they are known.
    pub setting: String,
    /// The value.
    pub value: String,
}

/// The plan for every fault of the chain; nothing where there is no fault.
pub fn plan(case: &Case, diagnosis: &Diagnosis, knowledge: &Knowledge) -> Option<Remedy> {
    let situation = Situation::new(case, &diagnosis.evidence, knowledge);
    let root = knowledge.cause(&diagnosis.chain.first()?.cause)?;
    let mut steps: Vec<Step> = Vec::new();
    let mut cautions: Vec<String> = Vec::new();
    for link in &diagnosis.chain {
        let Some(cause) = knowledge.cause(&link.cause) else {
            continue;
        };
        if cause.id == "device-tls-too-old" {
            steps.extend(firmware_steps(&situation, &cause.id, knowledge));
        }
        for step in cause.remedy.iter().filter(|step| situation.holds(&step.when)) {
            let step = fill::step(step, &cause.id, &situation, knowledge);
            if !steps
                .iter()
                .any(|known| known.title == step.title && known.detail == step.detail)
            {
                steps.push(step);
            }
        }
        if let Some(caution) = &cause.caution {
            let caution = words::fill(caution, &situation);
            if !cautions.contains(&caution) {
                cautions.push(caution);
            }
        }
    }
    number(&mut steps);
    Some(Remedy {
        steps,
        cautions,
        verify: words::fill(&root.verify, &situation),
    })
}

/// Gives every step its key: the cause and the title's words, with a number where both stand twice.
fn number(steps: &mut [Step]) {
    let mut given: Vec<String> = Vec::new();
    for step in steps {
        let plain: String = step
            .title
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() {
                    letter.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
        let base = format!("{}/{}", step.cause, words.join("-"));
        let again = given.iter().filter(|known| **known == base).count();
        given.push(base.clone());
        step.key = if again == 0 {
            base
        } else {
            format!("{base}-{}", again + 1)
        };
    }
}

/// The steps of the device's update plan, where its firmware is known.
fn firmware_steps(situation: &Situation<'_>, cause: &str, knowledge: &Knowledge) -> Vec<Step> {
    let plan = knowledge.update_plan(&situation.case.device);
    let steps = plan.into_iter().flat_map(|plan| plan.steps).map(|step| Step {
        cause: cause.to_owned(),
        detail: step.told(),
        title: step.title,
        who: step.who,
        place: step.place,
        command: step.command,
        ..Step::default()
    });
    steps.collect()
}

#[cfg(test)]
mod tests;
