//! Practice: asking the lab for a scenario, and stepping onto its stage.

use crate::gui::state::effect::Effect;
use crate::gui::state::practice::{Item, Order, Playing, Stage};
use crate::gui::state::{Phase, Screen, State, Step};

/// Shows the list; asks for it the first time.
pub fn open(state: &mut State) {
    state.screen = Screen::Practice;
    state.focus_first = true;
    state.practice.search.clear();
    if matches!(state.practice.listed, Phase::NotAsked | Phase::Failed(_)) {
        state.practice.listed = Phase::Pending;
        state.outbox.push(Effect::Lab(Order::List));
    }
}

/// Asks for a scenario to be played.
pub fn play(state: &mut State, id: String) {
    let practice = &mut state.practice;
    practice.last += 1;
    practice.starting = Some(id.clone());
    let order = Order::Play(practice.last, id);
    state.outbox.push(Effect::Lab(order));
}

/// The list has come.
pub fn listed(state: &mut State, list: Result<Vec<Item>, String>) {
    match list {
        Ok(all) => {
            state.practice.scenarios = all;
            state.practice.listed = Phase::Known;
        }
        Err(problem) => state.practice.listed = Phase::Failed(problem),
    }
}

/// A world stands, or could not be set up. One that was not asked for last is ended again.
pub fn stands(state: &mut State, number: u64, world: Stage) {
    if state.practice.starting.is_none() || number != state.practice.last {
        state.outbox.push(Effect::Lab(Order::End(number)));
        return;
    }
    state.set_request(world.request, None);
    state.screen = Screen::Step(if world.offline {
        Step::Evidence
    } else {
        Step::Probes
    });
    state.practice.playing = Some(Playing {
        number,
        id: world.id,
        title: world.title,
        story: world.story,
        folder: world.folder,
        offline: world.offline,
    });
}
