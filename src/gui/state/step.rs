//! The seven steps of the wizard, and what can stand over them.

use super::effect::Pick;
use crate::gui::text::tr;
use std::path::PathBuf;

/// The seven steps, in the order of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The copier.
    Device,
    /// How it is set to send.
    Mail,
    /// What this laptop gets.
    Probes,
    /// Files.
    Evidence,
    /// What it is.
    Diagnosis,
    /// What to do.
    Fix,
    /// Whether it helped.
    Verify,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 7] = [
        Self::Device,
        Self::Mail,
        Self::Probes,
        Self::Evidence,
        Self::Diagnosis,
        Self::Fix,
        Self::Verify,
    ];

    /// The name in the rail and on the page.
    pub fn title(self) -> String {
        match self {
            Self::Device => tr!("word-device"),
            Self::Mail => tr!("word-mail-settings"),
            Self::Probes => tr!("word-live-probes"),
            Self::Evidence => tr!("word-evidence"),
            Self::Diagnosis => tr!("word-diagnosis"),
            Self::Fix => tr!("word-fix"),
            Self::Verify => tr!("common-verify-and-report"),
        }
    }

    /// 1 to 7.
    pub const fn number(self) -> u8 {
        match self {
            Self::Device => 1,
            Self::Mail => 2,
            Self::Probes => 3,
            Self::Evidence => 4,
            Self::Diagnosis => 5,
            Self::Fix => 6,
            Self::Verify => 7,
        }
    }

    /// The step before it.
    pub fn back(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| *step < self)
    }

    /// The step behind it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// What is asked over the wizard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// A real message would go out; really?
    SendMessage,
    /// The case is not saved; what of it?
    Unsaved(Leaving),
    /// Help for a step.
    Help,
    /// Light, dark, size.
    Settings,
    /// Which file? Where the system has no dialog for that.
    Path(Pick),
}

/// What would lose an unsaved case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaving {
    /// Closing the window.
    Close,
    /// A new case.
    New,
    /// Choosing another.
    Open,
    /// Opening this one.
    Load(PathBuf),
    /// Playing a scenario of the lab.
    Play(String),
}
