//! What goes out of the wizard, and what comes back.

use super::action::{add_files, leave, say, write};
use super::practice::{self, Item, Order};
use super::recent;
use super::state::{Phase, State};
use crate::case::Case;
use crate::session::Command;
use std::path::PathBuf;

/// What the program around the wizard shall do.
#[derive(Debug)]
pub enum Effect {
    /// Ask the engine.
    Send(Command),
    /// Ask the lab.
    Lab(Order),
    /// Let a person choose files.
    Pick(Pick),
    /// Read a case.
    Load(PathBuf),
    /// Write a case.
    Save(PathBuf, Box<Case>),
    /// Put a case that has no file aside; nothing any more where none.
    Aside(Option<Box<Case>>),
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
    /// What the lab can play.
    Scenarios(Result<Vec<Item>, String>),
    /// A scenario's world stands, or why not.
    Played(u64, Result<Box<practice::Stage>, String>),
}

/// Takes in what came of an effect.
pub fn answer(state: &mut State, answer: Answer) {
    match answer {
        Answer::Picked(pick, paths) => picked(state, pick, paths),
        Answer::Loaded(path, Ok(case)) => {
            recent::note(state, &path);
            state.set_case(*case, Some(path));
        }
        Answer::Loaded(path, Err(problem)) => {
            state.recent.retain(|known| *known != path);
            say(state, problem, true);
        }
        Answer::Saved(path, case, Ok(())) => {
            recent::note(state, &path);
            state.stored = *case;
            state.path = Some(path);
            state.saving = Phase::Known;
            if let Some(leaving) = state.then.take() {
                leave(state, leaving);
            }
        }
        Answer::Scenarios(list) => practice::listed(state, list),
        Answer::Played(number, Ok(world)) => practice::stands(state, number, *world),
        Answer::Played(number, Err(problem)) if number == state.practice.last => {
            state.practice.starting = None;
            say(state, problem, true);
        }
        Answer::Played(..) => {}
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
