//! The update plan of a device: the one that the command line, the fix list and the report all show.

use super::super::Knowledge;
use super::{Answer, FirmwareReading, Step};
use crate::case::Device;
use serde::Serialize;

/// Whether and how to update a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UpdatePlan {
    /// Whether an update is needed for TLS 1.2 in e-mail.
    pub needed: Answer,
    /// Why, for a person.
    pub why: String,
    /// The release to install, where one is known.
    pub release: Option<String>,
    /// `built-in`, `fiery` or `unknown`: the packages differ.
    pub controller: &'static str,
    /// What to do, in order: what to save, which package, the ways to install, what can go wrong, how to check.
    pub steps: Vec<Step>,
}

impl From<FirmwareReading> for UpdatePlan {
    fn from(reading: FirmwareReading) -> Self {
        Self {
            needed: reading.update_needed,
            why: reading.why,
            release: reading.recommended,
            controller: reading.controller,
            steps: reading.steps,
        }
    }
}

impl Knowledge {
    /// The plan for a device; nothing where its firmware is not known.
    pub fn update_plan(&self, device: &Device) -> Option<UpdatePlan> {
        let version = device
            .firmware
            .as_deref()
            .filter(|text| !text.trim().is_empty())?;
        let model: Vec<&str> = [device.vendor.as_deref(), device.model.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        let reading = self.firmware_on(&model.join(" "), version, device.controller);
        Some(reading.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Controller;

    fn plan(firmware: &str, controller: Controller) -> UpdatePlan {
        let device = Device {
            vendor: Some("Xerox".to_owned()),
            model: Some("WorkCentre 7845".to_owned()),
            firmware: Some(firmware.to_owned()),
            controller,
            ..Device::default()
        };
        Knowledge::embedded().update_plan(&device).unwrap()
    }

    #[test]
    fn the_controller_of_the_case_chooses_the_package() {
        let with = |controller| plan("072.040.004.09100", controller).steps;
        let titles = |controller| {
            with(controller)
                .into_iter()
                .map(|step| step.title)
                .collect::<Vec<_>>()
                .join("; ")
        };
        assert!(titles(Controller::Fiery).contains("with the Fiery controller"));
        assert!(titles(Controller::BuiltIn).contains("the built-in controller"));
        assert!(!titles(Controller::BuiltIn).contains("Fiery"));
        assert!(titles(Controller::Unknown).contains("Find out which controller"));
    }

    #[test]
    fn the_plan_names_all_ways_and_says_what_is_not_confirmed() {
        let plan = plan("072.040.004.09100", Controller::BuiltIn);
        assert_eq!(
            (plan.needed, plan.release.as_deref()),
            (Answer::Yes, Some("073.040.019.14200"))
        );
        let told = plan
            .steps
            .iter()
            .map(|step| format!("{} {}", step.title, step.told()));
        let all = told.collect::<Vec<_>>().join("\n");
        for word in [
            "clone file",
            "web page",
            "fetch",
            "USB",
            "print job",
            "Call Xerox support",
            "audit log",
            "not confirmed",
        ] {
            assert!(all.contains(word), "{word}: {all}");
        }
        assert!(plan.steps.iter().all(|step| step.mark.is_some()), "{all}");
    }

    #[test]
    fn a_device_that_can_do_it_needs_none() {
        assert_eq!(plan("073.040.019.14200", Controller::BuiltIn).needed, Answer::No);
        assert_eq!(
            plan("072.040.196.34301", Controller::BuiltIn).needed,
            Answer::Unknown
        );
    }
}
