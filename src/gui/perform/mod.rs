//! The one place where what a screen asked for is done; what touches the world goes into the outbox.

mod answer;
mod events;
mod identity;
mod practice;
pub mod recent;
mod running;

pub use answer::answer;
pub use events::take;
pub use identity::sentences;

use super::action::Action;
use super::state::effect::{Effect, Pick};
use super::state::{Dialog, Fold, Leaving, Notice, Phase, Screen, State, Step};
use super::text::speak;
use crate::case::Case;
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
            say(state, tr!("perform-copied", what = what), false);
        }
        Action::Done(index) => {
            if !state.done.remove(&index) {
                state.done.insert(index);
            }
            state.folds.remove(&Fold::Step(index));
        }
        Action::Fold(what, open) => {
            if what == Fold::Plan {
                state.folds.retain(|fold, _| !matches!(fold, Fold::Step(_)));
            }
            state.folds.insert(what, open);
        }
        Action::Ask(dialog) => state.dialog = dialog,
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

/// Shows a step; the keyboard goes to its first field.
pub fn go(state: &mut State, step: Step) {
    state.screen = Screen::Step(step);
    state.focus_first = true;
    state.notice = None;
}

/// A sentence in the bottom bar.
pub fn say(state: &mut State, text: String, bad: bool) {
    state.notice = Some(Notice { text, bad });
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
    if let Screen::Start = state.screen {
        state.screen = Screen::Step(Step::Evidence);
    }
}
