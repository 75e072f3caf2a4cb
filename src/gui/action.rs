//! What a screen can ask for.

use super::state::{Dialog, Fold, Leaving, Step};
use super::text::Language;
use crate::gate::Gate;
use crate::probe::ProbeId;
use egui::ThemePreference;
use std::path::PathBuf;

/// What a screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show a step.
    Go(Step),
    /// Show the start screen.
    Start,
    /// Show what the lab can play.
    Practise,
    /// Play a scenario of the lab.
    Play(String),
    /// Begin a case.
    New,
    /// Choose a case file.
    Open,
    /// Open this case.
    Load(PathBuf),
    /// Go on with the case that was put aside, or throw it away.
    Rescue(bool),
    /// Write the case; choose a file where it has none.
    Save,
    /// Choose another file and write the case.
    SaveAs,
    /// Run all probes, or only these, and diagnose.
    Run(Vec<ProbeId>),
    /// Run all, with a real message this time; asks first.
    RunWithMessage,
    /// Run, and a real message may go out.
    RunConfirmed,
    /// Read the files only, and diagnose.
    Read,
    /// Stop the run.
    Stop,
    /// Ask the device what it is.
    Identify,
    /// Choose evidence files.
    AddFiles,
    /// Take evidence files in.
    Files(Vec<PathBuf>),
    /// Leave a file out.
    RemoveFile(usize),
    /// Open or close a probe's transcript.
    Toggle(ProbeId),
    /// Show a gate's evidence, or no more.
    Gate(Gate),
    /// Put on the clipboard; the second says what it was.
    Copy(String, String),
    /// Tick or untick a step of the remedy.
    Done(usize),
    /// Fold in or out.
    Fold(Fold, bool),
    /// Ask something over the wizard, or no more.
    Ask(Option<Dialog>),
    /// Go on without saving.
    Discard(Leaving),
    /// Save, then go on.
    SaveThen(Leaving),
    /// Follow the system, light or dark.
    Theme(ThemePreference),
    /// Speak this language.
    Language(Language),
    /// No more notice.
    Dismiss,
}
