//! What a screen can ask for, and the one place where it is done.

use super::run::Run;
use super::state::{Dialog, Leaving, Notice, Phase, Screen, State, Step, settled};
use crate::case::{Case, Results};
use crate::gate::Gate;
use crate::probe::{ProbeId, SendMode};
use crate::session::{Command, Finding};
use egui::ThemePreference;
use std::path::{Path, PathBuf};

/// What a screen asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Show a step.
    Go(Step),
    /// Show the start screen.
    Start,
    /// Begin a case.
    New,
    /// Choose a case file.
    Open,
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
    Copy(String, &'static str),
    /// Tick or untick a step of the remedy.
    Done(usize),
    /// Ask something over the wizard, or no more.
    Ask(Option<Dialog>),
    /// Go on without saving.
    Discard(Leaving),
    /// Save, then go on.
    SaveThen(Leaving),
    /// Follow the system, light or dark.
    Theme(ThemePreference),
    /// No more notice.
    Dismiss,
}

/// What the program around the wizard shall do.
#[derive(Debug)]
pub enum Effect {
    /// Ask the engine.
    Send(Command),
    /// Let a person choose files.
    Pick(Pick),
    /// Read a case.
    Load(PathBuf),
    /// Write a case.
    Save(PathBuf, Box<Case>),
    /// Put on the clipboard.
    Copy(String),
    /// Close the window.
    Close,
}

/// What files are chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// A case to open.
    Case,
    /// Where to write the case.
    SaveAs,
    /// Evidence.
    Evidence,
}

/// What came of an effect.
#[derive(Debug)]
pub enum Answer {
    /// Files were chosen; none where the dialog was left.
    Picked(Pick, Vec<PathBuf>),
    /// A case was read.
    Loaded(PathBuf, Result<Box<Case>, String>),
    /// A case was written.
    Saved(PathBuf, Box<Case>, Result<(), String>),
}

/// Does what was asked for.
pub fn perform(state: &mut State, action: Action) {
    match action {
        Action::Go(step) => go(state, step),
        Action::Start => state.screen = Screen::Start,
        Action::New if leaves(state, Leaving::New) => {}
        Action::New => state.set_case(Case::default(), None),
        Action::Open if leaves(state, Leaving::Open) => {}
        Action::Open => state.outbox.push(Effect::Pick(Pick::Case)),
        Action::Save => save(state),
        Action::SaveAs => state.outbox.push(Effect::Pick(Pick::SaveAs)),
        Action::Run(only) => ask_to_run(state, only),
        Action::RunWithMessage => {
            state.send = SendMode::Message;
            ask_to_run(state, Vec::new());
        }
        Action::RunConfirmed => run(state, Vec::new(), false),
        Action::Read => run(state, Vec::new(), true),
        Action::Stop => {
            if state.run.running() {
                state.outbox.push(Effect::Send(Command::Cancel));
            }
        }
        Action::Identify => identify(state),
        Action::AddFiles => state.outbox.push(Effect::Pick(Pick::Evidence)),
        Action::Files(paths) => add_files(state, paths),
        Action::RemoveFile(index) => {
            if index < state.case.files.len() {
                state.case.files.remove(index);
            }
        }
        Action::Toggle(probe) => {
            if !state.open.remove(&probe) {
                state.open.insert(probe);
            }
        }
        Action::Gate(gate) => state.gate = (state.gate != Some(gate)).then_some(gate),
        Action::Copy(text, what) => {
            state.outbox.push(Effect::Copy(text));
            say(state, format!("{what} copied"), false);
        }
        Action::Done(index) => {
            if !state.done.remove(&index) {
                state.done.insert(index);
            }
        }
        Action::Ask(dialog) => state.dialog = dialog,
        Action::Discard(leaving) => leave(state, leaving),
        Action::SaveThen(leaving) => {
            state.dialog = None;
            state.then = Some(leaving);
            save(state);
        }
        Action::Theme(theme) => state.theme = theme,
        Action::Dismiss => state.notice = None,
    }
}

/// Takes in what came of an effect.
pub fn answer(state: &mut State, answer: Answer) {
    match answer {
        Answer::Picked(pick, paths) => picked(state, pick, paths),
        Answer::Loaded(path, Ok(case)) => state.set_case(*case, Some(path)),
        Answer::Loaded(_, Err(problem)) => say(state, problem, true),
        Answer::Saved(path, case, Ok(())) => {
            state.stored = *case;
            state.path = Some(path);
            state.saving = Phase::Known;
            if let Some(leaving) = state.then.take() {
                leave(state, leaving);
            }
        }
        Answer::Saved(_, _, Err(problem)) => {
            state.then = None;
            state.saving = Phase::Failed(problem.clone());
            say(state, problem, true);
        }
    }
}

/// Files were chosen.
fn picked(state: &mut State, pick: Pick, paths: Vec<PathBuf>) {
    match (pick, paths.first()) {
        (_, None) => state.then = None,
        (Pick::Case, Some(path)) => state.outbox.push(Effect::Load(path.clone())),
        (Pick::SaveAs, Some(path)) => write(state, path.clone()),
        (Pick::Evidence, Some(_)) => add_files(state, paths),
    }
}

/// Shows a step; the keyboard goes to its first field.
fn go(state: &mut State, step: Step) {
    state.screen = Screen::Step(step);
    state.focus_first = true;
    state.notice = None;
}

/// A sentence in the bottom bar.
fn say(state: &mut State, text: String, bad: bool) {
    state.notice = Some(Notice { text, bad });
}

/// Asks what to do with an unsaved case, and tells whether it had to ask.
fn leaves(state: &mut State, leaving: Leaving) -> bool {
    let ask = state.dirty();
    if ask {
        state.dialog = Some(Dialog::Unsaved(leaving));
    }
    ask
}

/// Goes on; what is not saved is lost.
fn leave(state: &mut State, leaving: Leaving) {
    state.dialog = None;
    state.stored = state.case.clone();
    match leaving {
        Leaving::Close => state.outbox.push(Effect::Close),
        Leaving::New => state.set_case(Case::default(), None),
        Leaving::Open => state.outbox.push(Effect::Pick(Pick::Case)),
    }
}

/// The window is asked to close. Tells whether it may.
pub fn may_close(state: &mut State) -> bool {
    !leaves(state, Leaving::Close)
}

/// Writes the case to its file, or asks for one.
fn save(state: &mut State) {
    match state.path.clone() {
        Some(path) => write(state, path),
        None => state.outbox.push(Effect::Pick(Pick::SaveAs)),
    }
}

/// Writes the case.
fn write(state: &mut State, path: PathBuf) {
    state.saving = Phase::Pending;
    state.changed_at = None;
    state
        .outbox
        .push(Effect::Save(path, Box::new(state.case.clone())));
}

/// Writes the case where it has a file already and was changed.
pub fn autosave(state: &mut State) {
    if state.dirty()
        && state.saving != Phase::Pending
        && let Some(path) = state.path.clone()
    {
        write(state, path);
    }
}

/// Starts a run, unless a real message would go out: then it asks first.
fn ask_to_run(state: &mut State, only: Vec<ProbeId>) {
    if !state.can_run() {
        return;
    }
    let sends = only.is_empty() || only.contains(&ProbeId::Message);
    if state.send == SendMode::Message && sends {
        state.dialog = Some(Dialog::SendMessage);
    } else {
        run(state, only, false);
    }
}

/// Starts a run.
fn run(state: &mut State, only: Vec<ProbeId>, offline: bool) {
    if state.run.running() {
        return;
    }
    state.dialog = None;
    state.last_run += 1;
    let id = state.last_run;
    if only.is_empty() {
        state.run = Run::begin(id, offline);
        state.finding.phase = Phase::Pending;
        state.open.clear();
    } else {
        state.run = std::mem::take(&mut state.run).repeat(id, &only);
    }
    state.notice = None;
    let mut request = state.template.clone();
    request.case = state.case.clone();
    request.secret = (!state.password.is_empty()).then(|| state.password.clone());
    request.send = state.send;
    request.only = only;
    state.outbox.push(Effect::Send(Command::Diagnose {
        run: id,
        request: Box::new(request),
        offline,
        folder: state.folder(),
    }));
    let step = if offline { Step::Evidence } else { Step::Probes };
    if state.screen != Screen::Step(Step::Verify) {
        go(state, step);
    }
}

/// Asks the device what it is.
fn identify(state: &mut State) {
    let Some(address) = state.case.device.address.clone() else {
        return;
    };
    if state.identity.phase == Phase::Pending {
        return;
    }
    state.last_run += 1;
    state.identity_run = state.last_run;
    state.identity.phase = Phase::Pending;
    state.outbox.push(Effect::Send(Command::Identify {
        run: state.identity_run,
        address: address.trim().to_owned(),
        ports: state.template.device.clone(),
    }));
}

/// Takes evidence files in, relative to the case file where they lie beside it.
fn add_files(state: &mut State, paths: Vec<PathBuf>) {
    let folder = state.folder();
    for path in paths {
        let path = path.strip_prefix(&folder).map(Path::to_owned).unwrap_or(path);
        if !state.case.files.contains(&path) {
            state.case.files.push(path);
        }
    }
    if let Screen::Start = state.screen {
        state.screen = Screen::Step(Step::Evidence);
    }
}

/// Keeps what a run found, in the case too.
pub fn remember(state: &mut State, finding: Finding) {
    let verdict = &finding.diagnosis.verdict;
    let results = Results {
        at: jiff::Timestamp::now().to_string(),
        cause: verdict.cause.clone(),
        certainty: verdict.certainty.id().to_owned(),
        headline: verdict.headline.clone(),
    };
    if state.first_fault.is_none() && !settled(&results.cause) {
        state.first_fault = Some(results.clone());
    }
    state.found_at = jiff::Zoned::now().strftime("%-d %B %Y, %H:%M").to_string();
    state.case.results = Some(results);
    state.finding.phase = Phase::Known;
    state.finding.value = Some(finding);
    state.done.clear();
    state.gate = None;
}
