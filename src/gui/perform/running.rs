//! Runs: asking for one, and keeping what it found.

use super::go;
use crate::gui::state::effect::Effect;
use crate::gui::state::run::Run;
use crate::gui::state::{Before, Dialog, Phase, Screen, State, Step, settled};
use crate::probe::{ProbeId, SendMode};
use crate::session::{Command, Finding};

/// Starts a run, unless a real message would go out: then it asks first.
pub fn ask_to_run(state: &mut State, only: Vec<ProbeId>) {
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
pub fn run(state: &mut State, only: Vec<ProbeId>, offline: bool) {
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
    if !only.is_empty() {
        request.only = only;
        request.again = true;
    }
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
pub fn identify(state: &mut State) {
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

/// Keeps what a run found, in the case too.
pub fn remember(state: &mut State, finding: Finding) {
    let results = finding.results(&state.case, state.template.send, finding.probes.is_empty());
    if state.first_fault.is_none() && !settled(&results.cause) {
        state.first_fault = Some(results.clone());
    }
    let at = jiff::Zoned::now().strftime("%-d %B %Y, %H:%M").to_string();
    if state.before.is_none() && !settled(&results.cause) {
        state.before = Some(Box::new(Before {
            finding: finding.clone(),
            at: at.clone(),
        }));
    }
    state.found_at = at;
    state.case.keep(results);
    let same = |old: &Finding| old.remedy == finding.remedy;
    if !state.finding.value.as_ref().is_some_and(same) {
        state.done.clear();
    }
    state.finding.phase = Phase::Known;
    state.finding.value = Some(finding);
    state.folds.clear();
    state.gate = None;
}
