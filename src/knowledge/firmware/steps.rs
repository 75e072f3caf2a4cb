//! The steps of a firmware plan, chosen for the controller and filled in.

use super::super::schema::{RemedyStep, Who};
use super::model::ModelName;
use crate::case::Controller;
use serde::Serialize;

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What to do.
    pub title: String,
    /// How.
    pub detail: String,
    /// Who does it.
    pub who: Who,
    /// Menu path or page.
    #[serde(rename = "where")]
    pub place: Option<String>,
    /// A command to copy.
    pub command: Option<String>,
    /// `confirmed`, `reported`, `inferred` or `unknown`, where it was judged.
    pub mark: Option<&'static str>,
}

impl Step {
    /// The detail, with a remark where its facts are not confirmed.
    pub fn told(&self) -> String {
        match self.mark {
            Some("inferred" | "unknown") => {
                format!("{} (Commonly so; not confirmed for this device.)", self.detail)
            }
            _ => self.detail.clone(),
        }
    }
}

/// The steps that hold for this controller, with their placeholders filled.
pub fn fill(
    steps: &[RemedyStep],
    name: &ModelName,
    model: &str,
    version: &str,
    recommended: Option<&str>,
) -> Vec<Step> {
    let device = name.catalogue.as_deref().unwrap_or(model.trim());
    let device = if device.is_empty() { "the device" } else { device };
    let recommended = recommended.unwrap_or("the newest general release");
    let fill = |text: &str| {
        text.replace("{device}", device)
            .replace("{version}", version.trim())
            .replace("{recommended}", recommended)
    };
    steps
        .iter()
        .filter(|step| step.when.iter().all(|when| holds(when, name.controller)))
        .map(|step| Step {
            title: fill(&step.title),
            detail: fill(&step.detail),
            who: step.who,
            place: step.place.as_deref().map(fill),
            command: step.command.as_deref().map(fill),
            mark: step.mark.map(super::mark_id),
        })
        .collect()
}

/// Whether a step's condition on the controller holds; other conditions are not for here.
fn holds(condition: &str, controller: Controller) -> bool {
    let (negated, condition) = match condition.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, condition),
    };
    match condition.strip_prefix("controller=") {
        Some(wanted) => (wanted == controller_id(controller)) != negated,
        None => true,
    }
}

/// The controller's word in JSON and in conditions.
pub const fn controller_id(controller: Controller) -> &'static str {
    match controller {
        Controller::BuiltIn => "built-in",
        Controller::Fiery => "fiery",
        Controller::Unknown => "unknown",
    }
}
