//! The engine's events.

use super::autosave;
use super::running::remember;
use crate::gui::state::run::Reading;
use crate::gui::state::{Phase, State};
use crate::session::Event;

/// Takes an event of the engine in. One that belongs to an older run is dropped.
pub fn take(state: &mut State, event: Event) {
    match event {
        Event::Probe(run, update) if state.run.id == run && state.run.running() => {
            // The token is there, or there is none: either way nobody is asked any more.
            state.signing_in.prompt = None;
            state.run.update(update);
        }
        Event::Reading(run, path, read, total) if state.run.id == run && state.run.running() => {
            state.run.reading = Some(Reading { path, read, total });
        }
        Event::FileRead(run, _) if state.run.id == run => state.run.reading = None,
        Event::EnterCode(run, prompt) => super::signing::asked(state, run, *prompt),
        Event::SignedIn(run, _)
        | Event::NotSignedIn(run, _)
        | Event::Cancelled(run)
        | Event::Failed(run, _)
            if state.signing_in.running() && state.signing_in.run == run =>
        {
            super::signing::ended(state, event);
        }
        Event::Diagnosed(run, mut finding) if state.run.id == run => {
            state.run.end(Phase::Known);
            let before = state.finding.value.as_ref().filter(|_| state.run.offline);
            if let Some(before) = before {
                finding.probes.clone_from(&before.probes);
            }
            remember(state, *finding);
            autosave(state);
        }
        Event::Verified(run, verified) if state.run.id == run => {
            state.run.end(Phase::Known);
            remember(state, verified.finding);
            state.case.verification = Some(verified.verification);
            autosave(state);
        }
        Event::Cancelled(run) if state.run.id == run && state.run.running() => {
            state.signing_in.prompt = None;
            state.run.end(Phase::NotAsked);
            state.finding.phase = previous(state.finding.value.is_some());
        }
        Event::Failed(run, problem) if state.run.id == run => {
            state.signing_in.prompt = None;
            state.run.end(Phase::Failed(problem.clone()));
            if !state.run.partial {
                state.finding.phase = Phase::Failed(problem);
            }
        }
        Event::Heard(run, observation) if state.listening.run == run => {
            state.listening.hearing.take(*observation);
        }
        Event::Cancelled(run) if state.listening.run == run => super::listening::ended(&mut state.listening),
        Event::Failed(run, problem) if state.listening.run == run => {
            state.listening.phase = Phase::Failed(problem);
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
        | Event::Reading(..)
        | Event::FileRead(..)
        | Event::Diagnosed(..)
        | Event::Verified(..)
        | Event::Cancelled(_)
        | Event::Failed(..)
        | Event::Identified(..)
        | Event::Heard(..)
        | Event::SignedIn(..)
        | Event::NotSignedIn(..)
        | Event::TlsScanned(..) => {}
    }
}

/// The phase to fall back to when a question is withdrawn.
const fn previous(known: bool) -> Phase {
    if known { Phase::Known } else { Phase::NotAsked }
}
