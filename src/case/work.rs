//! What was found, what was done about it, and the test that was repeated after the fix.

use super::{Case, Device, Mail};
use serde::{Deserialize, Serialize};

/// What a run found, and with which settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Results {
    /// When the run ended, RFC 3339.
    pub at: String,
    /// Cause id.
    pub cause: String,
    /// `confirmed`, `likely` or `possible`.
    pub certainty: String,
    /// The sentence.
    pub headline: String,
    /// True where only files were read and no test was made.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
    /// How far the test went: `never`, `envelope` or `message`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub send: String,
    /// The settings of that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<Box<Settings>>,
    /// The whole finding, in the shape of `diagnose --json`, without the raw facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<serde_json::Value>,
}

impl Results {
    /// Whether a fault was found.
    pub fn is_fault(&self) -> bool {
        is_fault(&self.cause)
    }
}

/// Whether a cause id names a fault.
pub fn is_fault(cause: &str) -> bool {
    !matches!(cause, "" | "none" | "inconclusive")
}

/// Device and mail settings at one time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The copier.
    pub device: Device,
    /// Its mail settings.
    pub mail: Mail,
}

/// What was done about the fault.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Work {
    /// Steps that are ticked.
    pub done: Vec<Tick>,
    /// Notes of the person who works on the case.
    pub notes: Vec<Note>,
    /// When somebody said that all that is needed was carried out, RFC 3339.
    pub implemented: Option<String>,
}

impl Work {
    /// Whether nothing was done or noted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a step is ticked.
    pub fn is_done(&self, step: &str) -> bool {
        self.done.iter().any(|tick| tick.step == step)
    }

    /// Ticks a step, or takes its tick away.
    pub fn tick(&mut self, step: &str, done: bool, at: &str) {
        self.done.retain(|tick| tick.step != step);
        if done {
            self.done.push(Tick {
                step: step.to_owned(),
                at: at.to_owned(),
            });
        }
    }
}

/// A step that is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tick {
    /// Key of the step in the plan; it stays the same from run to run.
    pub step: String,
    /// When it was ticked, RFC 3339.
    pub at: String,
}

/// A note.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Note {
    /// When it was written, RFC 3339.
    pub at: String,
    /// The text.
    pub text: String,
}

/// The test that failed, repeated after the fix.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Verification {
    /// When it ended, RFC 3339.
    pub at: String,
    /// The cause on record that it was about.
    pub cause: String,
    /// How it ended.
    pub outcome: Outcome,
    /// On what a passed test rests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// What was repeated.
    pub test: String,
    /// How it ended, in a sentence.
    pub headline: String,
    /// What is wanted before the case can be called verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Both runs, line by line.
    pub rows: Vec<SideBySide>,
    /// Settings that differ between the two runs.
    pub changes: Vec<SideBySide>,
    /// The whole finding of the second run, as in `Results::found`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<serde_json::Value>,
}

/// How a repeated test ended. Only `Passed` resolves a case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The test that failed is passed.
    Passed,
    /// A fault shows.
    Failed,
    /// Nothing that proves either.
    #[default]
    NotVerified,
}

/// On what a passed test rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proof {
    /// This computer repeated the test with the copier's settings; it had failed here before.
    AsTheCopier,
    /// The copier itself was heard to do it.
    ByTheCopier,
    /// A person saw a scan of the copier arrive.
    SeenByPerson,
}

/// One thing before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SideBySide {
    /// What.
    pub what: String,
    /// Before the fix.
    pub before: String,
    /// After it.
    pub after: String,
}

impl Case {
    /// Takes in what a run found. A fault that was on record stays there until it is verified, also when
    /// the new run finds none.
    pub fn keep(&mut self, new: Results) {
        if let Some(old) = self.results.take()
            && old.is_fault()
            && !new.is_fault()
            && self.fault.is_none()
        {
            self.fault = Some(old);
        }
        // Another fault after a passed test is another matter.
        if new.is_fault()
            && self
                .verification
                .as_ref()
                .is_some_and(|v| v.outcome == Outcome::Passed)
        {
            self.verification = None;
            self.fault = None;
            self.work = Work::default();
        }
        self.results = Some(new);
    }

    /// The fault that is to be mended, or was.
    pub fn fault(&self) -> Option<&Results> {
        self.fault
            .as_ref()
            .or(self.results.as_ref())
            .filter(|results| results.is_fault())
    }

    /// Whether the fault on record was tested again and the test passed.
    pub fn is_verified(&self) -> bool {
        let fault = self.fault().map(|fault| fault.cause.as_str());
        self.verification
            .as_ref()
            .is_some_and(|one| one.outcome == Outcome::Passed && Some(one.cause.as_str()) == fault)
    }

    /// The settings as they stand now.
    pub fn settings(&self) -> Settings {
        Settings {
            device: self.device.clone(),
            mail: self.mail.clone(),
        }
    }
}
