//! What the wizard knows: plain data that the screens draw.

use super::action::Effect;
use super::run::Run;
use crate::case::{Case, Results};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::probe::{ProbeId, Request, SendMode};
use crate::secret::Secret;
use crate::session::{Command, Finding, RunId};
use egui::ThemePreference;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    pub const fn title(self) -> &'static str {
        match self {
            Self::Device => "Device",
            Self::Mail => "Mail settings",
            Self::Probes => "Live probes",
            Self::Evidence => "Evidence",
            Self::Diagnosis => "Diagnosis",
            Self::Fix => "Fix",
            Self::Verify => "Verify and report",
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

/// What fills the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// New case, open, recent.
    Start,
    /// A step of the case.
    Step(Step),
}

/// How far the answer to a question is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// Asked, no answer yet.
    Pending,
    /// Answered.
    Known,
    /// It went wrong; why.
    Failed(String),
}

/// An answer of the engine. While it is asked again the previous value stays.
#[derive(Debug, Clone)]
pub struct Asked<T> {
    /// How far it is.
    pub phase: Phase,
    /// The last answer.
    pub value: Option<T>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self {
            phase: Phase::NotAsked,
            value: None,
        }
    }
}

/// What is asked over the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// A real message would go out; really?
    SendMessage,
    /// The case is not saved; what of it?
    Unsaved(Leaving),
    /// Help for a step.
    Help,
    /// Light, dark, size.
    Settings,
}

/// What would lose an unsaved case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// Closing the window.
    Close,
    /// A new case.
    New,
    /// Opening another.
    Open,
}

/// A field of the device that can be filled in by asking the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceField {
    /// Maker.
    Vendor,
    /// Model.
    Model,
    /// Firmware.
    Firmware,
}

/// All that the screens draw.
#[derive(Debug)]
pub struct State {
    /// What fills the window.
    pub screen: Screen,
    /// The step's first field wants the keyboard.
    pub focus_first: bool,
    /// The case.
    pub case: Case,
    /// As it was last read or written.
    pub stored: Case,
    /// Its file.
    pub path: Option<PathBuf>,
    /// Saving: how far.
    pub saving: Phase,
    /// When the case was last seen to change, in seconds of the window's clock.
    pub changed_at: Option<f64>,
    /// Text of fields whose value is not a text.
    pub typed: Typed,
    /// The password, for this session only.
    pub password: Secret,
    /// How far a run goes.
    pub send: SendMode,
    /// Limits, ports, name servers and roots that a run takes over.
    pub template: Request,
    /// The present or last run.
    pub run: Run,
    /// What the last run found.
    pub finding: Asked<Finding>,
    /// When that was, in words.
    pub found_at: String,
    /// The first fault found in this case: only a later pass resolves it.
    pub first_fault: Option<Results>,
    /// What the device says of itself.
    pub identity: Asked<serde_json::Value>,
    /// Number of that question.
    pub identity_run: RunId,
    /// Where filled-in fields came from.
    pub origin: BTreeMap<DeviceField, String>,
    /// The last number given to a run.
    pub last_run: RunId,
    /// Rows whose transcript is open.
    pub open: BTreeSet<ProbeId>,
    /// The gate whose evidence is shown.
    pub gate: Option<Gate>,
    /// Search in the evidence.
    pub search: String,
    /// Steps of the remedy that are done.
    pub done: BTreeSet<usize>,
    /// What is asked over the wizard.
    pub dialog: Option<Dialog>,
    /// What goes on once the case is saved.
    pub then: Option<Leaving>,
    /// A sentence about what just happened.
    pub notice: Option<Notice>,
    /// Follow the system, light or dark.
    pub theme: ThemePreference,
    /// What the trade knows.
    pub knowledge: Arc<Knowledge>,
    /// What the program around the wizard shall do.
    pub outbox: Vec<Effect>,
}

/// A sentence in the bottom bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it tells of a failure.
    pub bad: bool,
}

/// Text of fields whose value is not a text, so that typing is not disturbed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Recipients, with commas.
    pub to: String,
    /// Size of the scan in megabytes.
    pub size: String,
}

impl State {
    /// The start screen.
    pub fn new(knowledge: Arc<Knowledge>) -> Self {
        Self {
            screen: Screen::Start,
            focus_first: true,
            case: Case::default(),
            stored: Case::default(),
            path: None,
            saving: Phase::NotAsked,
            changed_at: None,
            typed: Typed::default(),
            password: Secret::new(""),
            send: SendMode::default(),
            template: Request::new(Case::default()),
            run: Run::default(),
            finding: Asked::default(),
            found_at: String::new(),
            first_fault: None,
            identity: Asked::default(),
            identity_run: 0,
            origin: BTreeMap::new(),
            last_run: 0,
            open: BTreeSet::new(),
            gate: None,
            search: String::new(),
            done: BTreeSet::new(),
            dialog: None,
            then: None,
            notice: None,
            theme: ThemePreference::System,
            knowledge,
            outbox: Vec::new(),
        }
    }

    /// Takes a case in and forgets everything about the one before.
    pub fn set_case(&mut self, case: Case, path: Option<PathBuf>) {
        let mut fresh = Self::new(Arc::clone(&self.knowledge));
        fresh.theme = self.theme;
        fresh.last_run = self.last_run;
        fresh.outbox = std::mem::take(&mut self.outbox);
        if self.run.running() {
            fresh.outbox.push(Effect::Send(Command::Cancel));
        }
        fresh.typed.to = case.mail.to.join(", ");
        fresh.typed.size = case.mail.size.map(megabytes).unwrap_or_default();
        fresh.first_fault = case.results.clone().filter(|r| !settled(&r.cause));
        fresh.saving = if path.is_some() {
            Phase::Known
        } else {
            Phase::NotAsked
        };
        fresh.stored = case.clone();
        fresh.case = case;
        fresh.path = path;
        fresh.screen = Screen::Step(Step::Device);
        *self = fresh;
    }

    /// Takes a whole request over, such as one that leads into the lab. What it carries besides the case
    /// (name servers, roots, ports, password) is gone with the next case.
    pub fn set_request(&mut self, request: Request, path: Option<PathBuf>) {
        self.set_case(request.case.clone(), path);
        self.send = request.send;
        self.password = request.secret.clone().unwrap_or_else(|| Secret::new(""));
        self.template = request;
    }

    /// The case's name, or what it is about.
    pub fn title(&self) -> String {
        let device = &self.case.device;
        [&Some(self.case.title.clone()), &device.model, &device.address]
            .into_iter()
            .flatten()
            .find(|text| !text.trim().is_empty())
            .cloned()
            .unwrap_or_else(|| "New case".to_owned())
    }

    /// Whether something was typed that is in no file.
    pub fn dirty(&self) -> bool {
        self.case != self.stored
    }

    /// Where the case is kept, in a word.
    pub fn save_word(&self) -> &'static str {
        match (&self.saving, &self.path) {
            (Phase::Failed(_), _) => "not saved",
            (Phase::Pending, _) => "saving",
            (_, Some(_)) if self.dirty() => "changed",
            (_, Some(_)) => "saved",
            (_, None) => "not saved yet",
        }
    }

    /// The folder against which the case's files are taken.
    pub fn folder(&self) -> PathBuf {
        match self.path.as_deref().and_then(Path::parent) {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    /// Whether a run can be asked for: a server, or a file to read.
    pub fn can_run(&self) -> bool {
        !self.run.running()
            && (!self.case.mail.server.trim().is_empty() || self.case.device.address.is_some())
    }
}

/// Whether a verdict's cause names no fault.
pub fn settled(cause: &str) -> bool {
    matches!(cause, "" | "none" | "inconclusive")
}

/// Bytes as megabytes, for a field.
#[expect(clippy::cast_precision_loss, reason = "scans are far below 2^52 bytes")]
pub fn megabytes(bytes: u64) -> String {
    format!("{}", bytes as f64 / 1_000_000.0)
}

/// Megabytes of a field as bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be in range"
)]
pub fn bytes(megabytes: &str) -> Option<u64> {
    let value: f64 = megabytes.trim().replace(',', ".").parse().ok()?;
    (0.0..1e9)
        .contains(&value)
        .then_some((value * 1_000_000.0).round() as u64)
}
