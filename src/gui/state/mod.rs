//! What the wizard knows: plain data that the screens draw.

mod asked;
pub mod effect;
pub mod listen;
pub mod path;
pub mod practice;
pub mod report;
pub mod run;
pub mod sign_in;
pub mod snmp;
mod step;
pub mod table;

use super::megabytes::megabytes;
use super::text::Language;
use crate::case::Case;
use crate::gate::Gate;
use crate::gui::text::tr;
use crate::knowledge::Knowledge;
use crate::probe::{ProbeId, Request, SendMode};
use crate::secret::Secret;
use crate::session::{Command, Finding, RunId};
use egui::ThemePreference;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use asked::{Asked, Phase};
use effect::Effect;
use practice::{Order, Practice};
use run::Run;
pub use step::{Dialog, Leaving, Step};

/// What fills the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// New case, open, recent.
    Start,
    /// What the lab can play.
    Practice,
    /// Being the mail server for the copier.
    Listen,
    /// A step of the case.
    Step(Step),
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

/// What can be folded in or out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// The whole explanation of the verdict.
    Explanation,
    /// All causes that are ruled out.
    RuledOut,
    /// Every step of the plan.
    Plan,
    /// One step of the plan.
    Step(usize),
    /// All about one way of sending.
    Way(usize),
    /// How SNMP asks the device.
    Snmp,
    /// The time line over the evidence.
    TimeLine,
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
    /// Where an access token comes from where none was typed.
    pub signing_in: sign_in::SigningIn,
    /// How SNMP asks the device.
    pub snmp: snmp::Asking,
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
    /// Whether a person saw a scan of the copier arrive since the fix.
    pub arrived: Option<bool>,
    /// The report.
    pub report: report::Wishes,
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
    /// The evidence table.
    pub table: table::Table,
    /// Listening to the copier.
    pub listening: listen::Listening,
    /// What a person folded in or out; the rest folds by itself.
    pub folds: BTreeMap<Fold, bool>,
    /// What is asked over the wizard.
    pub dialog: Option<Dialog>,
    /// What goes on once the case is saved.
    pub then: Option<Leaving>,
    /// A sentence about what just happened.
    pub notice: Option<Notice>,
    /// Follow the system, light or dark.
    pub theme: ThemePreference,
    /// What the wizard speaks.
    pub language: Language,
    /// Cases that were open lately, the last one first.
    pub recent: Vec<PathBuf>,
    /// A case that was never saved, from a program that ended unasked.
    pub rescued: Option<Box<Case>>,
    /// As the case was last put aside against such an end.
    pub aside: Option<Box<Case>>,
    /// The lab.
    pub practice: Practice,
    /// What the trade knows.
    pub knowledge: Arc<Knowledge>,
    /// What the program around the wizard shall do.
    pub outbox: Vec<Effect>,
}

/// A sentence about what just happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it tells of a failure.
    pub bad: bool,
    /// When it was first shown, in seconds of the window's clock.
    pub since: Option<f64>,
}

/// Text of fields whose value is not a text, so that typing is not disturbed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Recipients, with commas.
    pub to: String,
    /// Size of the scan in megabytes.
    pub size: String,
    /// A note on the work.
    pub note: String,
    /// A file's path, where the system has no dialog for files.
    pub path: String,
    /// Its field wants the keyboard.
    pub path_first: bool,
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
            signing_in: sign_in::SigningIn::default(),
            snmp: snmp::Asking::default(),
            send: SendMode::default(),
            template: Request::new(Case::default()),
            run: Run::default(),
            finding: Asked::default(),
            found_at: String::new(),
            arrived: None,
            report: report::Wishes::default(),
            identity: Asked::default(),
            identity_run: 0,
            origin: BTreeMap::new(),
            last_run: 0,
            open: BTreeSet::new(),
            gate: None,
            table: table::Table::default(),
            listening: listen::Listening::default(),
            folds: BTreeMap::new(),
            dialog: None,
            then: None,
            notice: None,
            theme: ThemePreference::System,
            language: Language::default(),
            recent: Vec::new(),
            rescued: None,
            aside: None,
            practice: Practice::default(),
            knowledge,
            outbox: Vec::new(),
        }
    }

    /// Takes a case in and forgets everything about the one before.
    pub fn set_case(&mut self, case: Case, path: Option<PathBuf>) {
        let mut fresh = Self::new(Arc::clone(&self.knowledge));
        fresh.theme = self.theme;
        fresh.language = self.language;
        fresh.report.house = std::mem::take(&mut self.report.house);
        fresh.report.technician = std::mem::take(&mut self.report.technician);
        fresh.recent = std::mem::take(&mut self.recent);
        fresh.rescued = self.rescued.take();
        fresh.aside = self.aside.take();
        fresh.last_run = self.last_run;
        fresh.outbox = std::mem::take(&mut self.outbox);
        if self.run.running() || self.listening.running() || self.signing_in.running() {
            fresh.outbox.push(Effect::Send(Command::Cancel));
        }
        if let Some(playing) = &self.practice.playing {
            fresh.outbox.push(Effect::Lab(Order::End(playing.number)));
        }
        fresh.practice = self.practice.without_playing();
        fresh.typed.to = case.mail.to.join(", ");
        fresh.typed.size = case.mail.size.map(megabytes).unwrap_or_default();
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
        if let Some(given) = &request.sign_in {
            self.case.application = sign_in::application(given);
            self.stored = self.case.clone();
        }
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
            .unwrap_or_else(|| tr!("word-new-case"))
    }

    /// Whether something was typed that is in no file. What is played in practice need not be kept.
    pub fn dirty(&self) -> bool {
        let practice = self.practice.playing.is_some() && self.path.is_none();
        self.case != self.stored && !practice
    }

    /// Where the case is kept, in a word.
    pub fn save_word(&self) -> String {
        match (&self.saving, &self.path) {
            (Phase::Failed(_), _) => tr!("state-not-saved"),
            (Phase::Pending, _) => tr!("state-saving"),
            (_, Some(_)) if self.dirty() => tr!("state-changed"),
            (_, Some(_)) => tr!("state-saved"),
            (_, None) if self.practice.playing.is_some() => tr!("state-practice"),
            (_, None) => tr!("state-not-saved-yet"),
        }
    }

    /// The folder against which the case's files are taken.
    pub fn folder(&self) -> PathBuf {
        if let Some(playing) = &self.practice.playing {
            return playing.folder.clone();
        }
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

    /// The step that the rail shows as the present one; listening belongs to the live probes.
    pub const fn step(&self) -> Step {
        match self.screen {
            Screen::Step(step) => step,
            Screen::Listen => Step::Probes,
            Screen::Start | Screen::Practice => Step::Device,
        }
    }

    /// Whether the case has a file that the last run did not read.
    pub fn unread(&self) -> bool {
        let read = |path: &Path| {
            let files = self.finding.value.iter().flat_map(|finding| &finding.files);
            files
                .into_iter()
                .any(|file| Path::new(&file.path).ends_with(path))
        };
        self.case.files.iter().any(|path| !read(path))
    }
}
