//! The one place where what a screen asked for is done; what touches the world goes into the outbox.

mod answer;
mod events;
mod identity;
mod listening;
mod looking;
mod practice;
pub mod recent;
mod reporting;
mod running;
mod signing;

pub use answer::answer;
pub use events::take;
pub use identity::sentences;

use super::action::Action;
use super::state::effect::{Effect, Pick};
use super::state::{Dialog, Fold, Leaving, Notice, Phase, Screen, State, Step};
use super::text::speak;
use crate::case::{Case, Note};
use crate::gui::text::tr;
use crate::probe::SendMode;
use crate::session::Command;
use running::{ask_to_run, identify, run};
use std::path::{Path, PathBuf};

/// Does what was asked for.
pub fn perform(state: &mut State, action: Action) {
    match action {
        Action::Go(step) => go(state, step),
        Action::Start => {
            state.screen = Screen::Start;
            state.practice.starting = None;
        }
        Action::Practise => practice::open(state),
        Action::Play(id) if leaves(state, &Leaving::Play(id.clone())) => {}
        Action::Play(id) => practice::play(state, id),
        Action::New if leaves(state, &Leaving::New) => {}
        Action::New => state.set_case(Case::default(), None),
        Action::Open if leaves(state, &Leaving::Open) => {}
        Action::Open => state.outbox.push(Effect::Pick(Pick::Case)),
        Action::Load(path) if leaves(state, &Leaving::Load(path.clone())) => {}
        Action::Load(path) => state.outbox.push(Effect::Load(path)),
        Action::Rescue(wanted) => recent::rescue(state, wanted),
        Action::Save => save(state),
        Action::SaveAs => state.outbox.push(Effect::Pick(Pick::SaveAs)),
        Action::Run(only) => ask_to_run(state, only),
        Action::RunWithMessage => {
            state.send = SendMode::Message;
            ask_to_run(state, Vec::new());
        }
        Action::RunConfirmed => run(state, Vec::new()),
        Action::Read => running::reason_again(state),
        Action::Stop => {
            if state.run.running() {
                state.outbox.push(Effect::Send(Command::Cancel));
            }
        }
        Action::Identify => identify(state),
        Action::SignIn => signing::start(state),
        Action::SignInStop => signing::stop(state),
        Action::AddFiles => state.outbox.push(Effect::Pick(Pick::Evidence)),
        Action::Files(paths) => add_files(state, paths),
        Action::RemoveFile(index) => {
            if index < state.case.files.len() {
                let gone = state.case.files.remove(index);
                if state.table.file.as_ref() == Some(&gone) {
                    looking::sheet(state, None);
                }
            }
        }
        Action::Toggle(probe) => {
            if !state.open.remove(&probe) {
                state.open.insert(probe);
            }
        }
        Action::Gate(gate) => state.gate = (state.gate != Some(gate)).then_some(gate),
        Action::Listen => listening::open(state),
        Action::ListenStart => listening::start(state),
        Action::ListenStop => listening::stop(state),
        Action::ListenAdvice => state.listening.advice = !state.listening.advice,
        Action::ListenKeep => listening::keep(state),
        Action::ListenDiagnose => listening::diagnose(state),
        Action::Sheet(file) => looking::sheet(state, file),
        Action::Find => looking::find(state),
        Action::Mark(id) => state.table.marked = id,
        Action::MarkRow(row) => looking::mark_row(state, row),
        Action::ShowEvidence(id) => looking::show(state, &id),
        Action::ShowLine(source) => looking::line(state, &source),
        Action::Answer(question, value) => answer_question(state, question, value),
        Action::Verify => running::verify(state),
        Action::Report(to) => reporting::ask(state, to),
        Action::Hide(what) => reporting::hide(state, what),
        Action::ChooseLogo => state.outbox.push(Effect::Pick(Pick::Logo)),
        Action::NoLogo => state.report.house.logo = None,
        Action::SaveReport(bundle) => {
            let pick = if bundle { Pick::Bundle } else { Pick::Report };
            state.outbox.push(Effect::Pick(pick));
        }
        Action::Copy(text, what) => {
            state.outbox.push(Effect::Copy(text));
            say(state, tr!("perform-copied", what = what), false);
        }
        Action::Done(key, index) => {
            let done = !state.case.work.is_done(&key);
            state.case.work.tick(&key, done, &now());
            state.folds.remove(&Fold::Step(index));
        }
        Action::Note => {
            let text = std::mem::take(&mut state.typed.note);
            let text = crate::report::without_secrets(text.trim());
            state.case.work.notes.push(Note { at: now(), text });
        }
        Action::Unnote(index) => {
            if index < state.case.work.notes.len() {
                state.case.work.notes.remove(index);
            }
        }
        Action::Fold(what, open) => {
            if what == Fold::Plan {
                state.folds.retain(|fold, _| !matches!(fold, Fold::Step(_)));
            }
            state.folds.insert(what, open);
        }
        Action::TakePath(pick) => {
            state.dialog = None;
            let path = std::mem::take(&mut state.typed.path);
            answer::picked(state, pick, vec![PathBuf::from(path.trim())]);
        }
        Action::Ask(dialog) => {
            // Leaving the question for a file leaves what was to go on behind it, too.
            if matches!(state.dialog, Some(Dialog::Path(_))) {
                state.then = None;
            }
            state.dialog = dialog;
        }
        Action::Discard(leaving) => leave(state, leaving),
        Action::SaveThen(leaving) => {
            state.dialog = None;
            state.then = Some(leaving);
            save(state);
        }
        Action::Theme(theme) => state.theme = theme,
        Action::Language(language) => {
            state.language = language;
            speak(language);
        }
        Action::Dismiss => state.notice = None,
    }
}

/// Takes an answer in, and reasons again with it.
fn answer_question(state: &mut State, question: String, value: String) {
    if state.case.answers.get(&question) == Some(&value) {
        state.case.answers.remove(&question);
    } else {
        state.case.answers.insert(question, value);
    }
    running::reason_again(state);
}

/// This moment, as a case keeps it.
fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// Shows a step; the keyboard goes to its first field.
pub fn go(state: &mut State, step: Step) {
    state.screen = Screen::Step(step);
    state.focus_first = true;
    state.notice = None;
}

/// A sentence in the bottom bar.
pub fn say(state: &mut State, text: String, bad: bool) {
    state.notice = Some(Notice {
        text,
        bad,
        since: None,
    });
}

/// Asks what to do with an unsaved case, and tells whether it had to ask.
fn leaves(state: &mut State, leaving: &Leaving) -> bool {
    let ask = state.dirty();
    if ask {
        state.dialog = Some(Dialog::Unsaved(leaving.clone()));
    }
    ask
}

/// Goes on; what is not saved is lost.
pub fn leave(state: &mut State, leaving: Leaving) {
    state.dialog = None;
    state.stored = state.case.clone();
    match leaving {
        Leaving::Close => state.outbox.push(Effect::Close),
        Leaving::New => state.set_case(Case::default(), None),
        Leaving::Open => state.outbox.push(Effect::Pick(Pick::Case)),
        Leaving::Load(path) => state.outbox.push(Effect::Load(path)),
        Leaving::Play(id) => practice::play(state, id),
    }
}

/// The window is asked to close. Tells whether it may.
pub fn may_close(state: &mut State) -> bool {
    !leaves(state, &Leaving::Close)
}

/// Writes the case to its file, or asks for one.
fn save(state: &mut State) {
    match state.path.clone() {
        Some(path) => write(state, path),
        None => state.outbox.push(Effect::Pick(Pick::SaveAs)),
    }
}

/// Writes the case.
pub fn write(state: &mut State, path: PathBuf) {
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

/// Takes evidence files in, relative to the case file where they lie beside it.
pub fn add_files(state: &mut State, paths: Vec<PathBuf>) {
    let folder = state.folder();
    for path in paths {
        let path = path.strip_prefix(&folder).map(Path::to_owned).unwrap_or(path);
        if !state.case.files.contains(&path) {
            state.case.files.push(path);
        }
    }
    // Where they are seen; but the listener would stop with its screen.
    if state.screen != Screen::Step(Step::Evidence) && !state.listening.running() {
        go(state, Step::Evidence);
    }
}
