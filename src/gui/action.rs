//! What a screen can ask for.

use super::state::effect::Pick;
use super::state::report::Destination;
use super::state::{Dialog, Fold, Leaving, Step};
use super::text::Language;
use crate::gate::Gate;
use crate::probe::ProbeId;
use crate::report::Redaction;
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
    /// Try to get an access token.
    SignIn,
    /// No more.
    SignInStop,
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
    /// Show the page on which this computer listens to the copier.
    Listen,
    /// Open the ports.
    ListenStart,
    /// Close them.
    ListenStop,
    /// Show what to do where nothing arrives, or no more.
    ListenAdvice,
    /// Keep what was heard in a file.
    ListenKeep,
    /// Diagnose with what was heard.
    ListenDiagnose,
    /// Show a file's rows in the evidence table, or all that is known.
    Sheet(Option<PathBuf>),
    /// What is looked for in the table has changed.
    Find,
    /// Mark a piece of evidence, or none.
    Mark(Option<String>),
    /// Mark a row of the file that is open.
    MarkRow(u64),
    /// Go to a piece of evidence: to its line where it has one.
    ShowEvidence(String),
    /// Go to the line that a source names.
    ShowLine(String),
    /// Answer a question, and reason again.
    Answer(String, String),
    /// Repeat the test that failed, and judge it.
    Verify,
    /// Make a report.
    Report(Destination),
    /// Hide this behind stand-ins.
    Hide(Redaction),
    /// Choose the house's logo.
    ChooseLogo,
    /// No logo any more.
    NoLogo,
    /// Choose a file for a report; true where the case and its evidence go with it.
    SaveReport(bool),
    /// Put on the clipboard; the second says what it was.
    Copy(String, String),
    /// Tick or untick a step of the remedy, by its key and its place in the plan.
    Done(String, usize),
    /// Keep the note that was typed.
    Note,
    /// Take a note away.
    Unnote(usize),
    /// Fold in or out.
    Fold(Fold, bool),
    /// Take the path that was typed.
    TakePath(Pick),
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
