//! What came of an effect.

use super::{add_files, leave, looking, practice, recent, reporting, say, write};
use crate::gui::state::effect::{Answer, Effect, Pick};
use crate::gui::state::{Dialog, Phase, State};
use crate::gui::text::tr;
use std::path::PathBuf;

/// Takes in what came of an effect.
pub fn answer(state: &mut State, answer: Answer) {
    match answer {
        Answer::Picked(pick, paths) => picked(state, pick, paths),
        Answer::NoPicker(pick) => {
            state.typed.path.clear();
            state.typed.path_first = true;
            state.dialog = Some(Dialog::Path(pick));
        }
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
        Answer::Places(places) => {
            state.listening.places.phase = Phase::Known;
            state.listening.places.value = Some(places);
        }
        Answer::Rows(path, rows) => looking::opened(state, path, rows),
        Answer::HearingKept(path, Ok(())) => {
            add_files(state, vec![path]);
            say(state, tr!("listen-kept"), false);
        }
        Answer::HearingKept(_, Err(problem)) => say(state, problem, true),
        Answer::Logo(path, logo) => state.report.house.logo = Some((path, logo)),
        Answer::Report(made) => reporting::made(state, made),
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

/// Files were chosen, or typed.
pub fn picked(state: &mut State, pick: Pick, paths: Vec<PathBuf>) {
    match (pick, paths.first()) {
        (_, None) => state.then = None,
        (Pick::Case, Some(path)) => state.outbox.push(Effect::Load(path.clone())),
        (Pick::SaveAs, Some(path)) => write(state, path.clone()),
        (Pick::Evidence, Some(_)) => add_files(state, paths),
        (Pick::Report | Pick::Bundle, Some(path)) => reporting::chosen(state, pick, path.clone()),
        (Pick::Logo, Some(path)) => state.outbox.push(Effect::Logo(path.clone())),
        (Pick::Hearing, Some(path)) => {
            let hearing = Box::new(state.listening.hearing.clone());
            state.outbox.push(Effect::KeepHearing(path.clone(), hearing));
        }
    }
}
