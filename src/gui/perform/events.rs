//! The engine's events.

use super::autosave;
use super::running::remember;
use crate::gui::state::{Phase, State};
use crate::session::Event;

/// Takes an event of the engine in. One that belongs to an older run is dropped.
pub fn take(state: &mut State, event: Event) {
    match event {
        Event::Probe(run, update) if state.run.id == run && state.run.running() => state.run.update(update),
        Event::Diagnosed(run, finding) if state.run.id == run => {
            state.run.end(Phase::Known);
            remember(state, *finding);
            autosave(state);
        }
        Event::Cancelled(run) if state.run.id == run && state.run.running() => {
            state.run.end(Phase::NotAsked);
            state.finding.phase = previous(state.finding.value.is_some());
        }
        Event::Failed(run, problem) if state.run.id == run => {
            state.run.end(Phase::Failed(problem.clone()));
            if !state.run.partial {
                state.finding.phase = Phase::Failed(problem);
            }
        }
        Event::Identified(run, identity) if state.identity_run == run => {
            super::identity::fill(state, &identity);
            state.identity.phase = Phase::Known;
            state.identity.value = Some(*identity);
        }
        Event::Failed(run, problem) if state.identity_run == run => {
            state.identity.phase = Phase::Failed(problem);
        }
        Event::Cancelled(run) if state.identity_run == run => {
            state.identity.phase = previous(state.identity.value.is_some());
        }
        Event::Probe(..)
        | Event::FileRead(..)
        | Event::Diagnosed(..)
        | Event::Verified(..)
        | Event::Cancelled(_)
        | Event::Failed(..)
        | Event::Identified(..)
        | Event::Heard(..)
        | Event::EnterCode(..)
        | Event::SignedIn(..)
        | Event::NotSignedIn(..)
        | Event::TlsScanned(..) => {}
    }
}

/// The phase to fall back to when a question is withdrawn.
const fn previous(known: bool) -> Phase {
    if known { Phase::Known } else { Phase::NotAsked }
}
