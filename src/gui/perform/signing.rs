//! Signing in: asking for a code, and what came of it.

use crate::gui::state::effect::Effect;
use crate::gui::state::sign_in::ready;
use crate::gui::state::{Phase, State};
use crate::probe::sign_in::{Prompt, SignIn};
use crate::session::{Command, Event, RunId};
use std::time::Instant;

/// Where a run gets its token, where it needs one and none was typed.
pub fn wanted(state: &State) -> Option<SignIn> {
    let token = matches!(state.case.mail.auth, crate::case::Auth::OAuth { .. });
    let authority = state.knowledge.authority_for(state.case.mail.server.trim());
    let ready = || ready(&state.case.application, authority);
    (token && state.password.is_empty()).then(ready).flatten()
}

/// Tries it, without a run.
pub fn start(state: &mut State) {
    if state.signing_in.running() || state.run.running() || state.listening.running() {
        return;
    }
    let authority = state.knowledge.authority_for(state.case.mail.server.trim());
    let Some(at) = ready(&state.case.application, authority) else {
        return;
    };
    state.last_run += 1;
    let signing = &mut state.signing_in;
    signing.run = state.last_run;
    signing.phase = Phase::Pending;
    signing.prompt = None;
    signing.outcome = None;
    let mut request = state.template.clone();
    request.case = state.case.clone();
    request.sign_in = Some(at);
    state.outbox.push(Effect::Send(Command::SignIn {
        run: state.last_run,
        request: Box::new(request),
    }));
}

/// Ends the trial at once; what still comes of it is dropped.
pub fn stop(state: &mut State) {
    if state.signing_in.running() {
        end(state, Phase::NotAsked);
        state.signing_in.run = 0;
        state.outbox.push(Effect::Send(Command::Cancel));
    }
}

/// A person has to enter a code, for a trial or for a run.
pub fn asked(state: &mut State, run: RunId, prompt: Prompt) {
    let trial = state.signing_in.running() && state.signing_in.run == run;
    if trial || (state.run.running() && state.run.id == run) {
        state.signing_in.prompt = Some((prompt, Instant::now()));
    }
}

/// The trial is over; the event says how.
pub fn ended(state: &mut State, event: Event) {
    match event {
        Event::SignedIn(_, reading) => {
            end(state, Phase::Known);
            state.signing_in.outcome = Some(Ok(*reading));
        }
        Event::NotSignedIn(_, why) => {
            end(state, Phase::Known);
            state.signing_in.outcome = Some(Err(*why));
        }
        Event::Failed(_, problem) => end(state, Phase::Failed(problem)),
        _ => end(state, Phase::NotAsked),
    }
}

fn end(state: &mut State, phase: Phase) {
    state.signing_in.phase = phase;
    state.signing_in.prompt = None;
}
