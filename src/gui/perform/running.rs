//! Runs: asking for one, and keeping what it found.

use super::go;
use crate::evidence::{Basis, Evidence};
use crate::gui::state::effect::Effect;
use crate::gui::state::run::Run;
use crate::gui::state::{Dialog, Phase, Screen, State, Step};
use crate::probe::{ProbeId, Request, SendMode};
use crate::session::{Command, Finding, RunId};

/// Starts a run, unless a real message would go out: then it asks first.
pub fn ask_to_run(state: &mut State, only: Vec<ProbeId>) {
    if !state.can_run() {
        return;
    }
    let sends = only.is_empty() || only.contains(&ProbeId::Message);
    if state.send == SendMode::Message && sends {
        state.dialog = Some(Dialog::SendMessage);
    } else {
        run(state, only);
    }
}

/// Starts a run over the network.
pub fn run(state: &mut State, only: Vec<ProbeId>) {
    if state.run.running() {
        return;
    }
    super::signing::stop(state);
    let id = begin(state);
    if only.is_empty() {
        state.run = Run::begin(id);
        state.finding.phase = Phase::Pending;
        state.open.clear();
    } else {
        state.run = std::mem::take(&mut state.run).repeat(id, &only);
    }
    let mut request = request(state);
    request.heard = state.listening.hearing.evidence();
    if !only.is_empty() {
        request.only = only;
        request.again = true;
    }
    send(state, id, request, false);
    if state.screen != Screen::Step(Step::Verify) {
        go(state, Step::Probes);
    }
}

/// Repeats the test that failed, and has it judged against the fault on record.
pub fn verify(state: &mut State) {
    if !state.can_run() {
        return;
    }
    if state.case.fault().is_none() {
        return ask_to_run(state, Vec::new());
    }
    let id = begin(state);
    state.run = Run::begin(id);
    state.finding.phase = Phase::Pending;
    state.open.clear();
    let request = request(state);
    state.outbox.push(Effect::Send(Command::Verify {
        run: id,
        request: Box::new(request),
        folder: state.folder(),
        heard: state.listening.hearing.observations().to_vec(),
        arrived: state.arrived,
    }));
}

/// Reads the case's files and reasons again, with all that the probes and the listener have found already.
/// The network is not touched.
pub fn reason_again(state: &mut State) {
    if state.run.running() {
        return;
    }
    let id = begin(state);
    state.run = std::mem::take(&mut state.run).reason_again(id);
    state.finding.phase = Phase::Pending;
    let mut request = request(state);
    request.heard = measured(state);
    request.heard.extend(state.listening.hearing.evidence());
    send(state, id, request, true);
    if matches!(state.screen, Screen::Start | Screen::Listen) {
        go(state, Step::Evidence);
    }
}

/// A number for the next run.
fn begin(state: &mut State) -> RunId {
    state.dialog = None;
    state.notice = None;
    state.last_run += 1;
    state.last_run
}

/// What a run is to do, from the case and the settings around it.
fn request(state: &State) -> Request {
    let mut request = state.template.clone();
    request.case = state.case.clone();
    request.secret = (!state.password.is_empty()).then(|| state.password.clone());
    request.send = state.send;
    request.sign_in = super::signing::wanted(state);
    request.device = state.snmp.ports(&request.device);
    request
}

/// Asks the engine.
fn send(state: &mut State, run: RunId, request: Request, offline: bool) {
    state.outbox.push(Effect::Send(Command::Diagnose {
        run,
        request: Box::new(request),
        offline,
        folder: state.folder(),
    }));
}

/// What the probes of the last run measured; files are read again, and what was stated is stated again.
fn measured(state: &State) -> Vec<Evidence> {
    let evidence = state
        .finding
        .value
        .iter()
        .flat_map(|found| &found.diagnosis.evidence);
    evidence
        .filter(|item| item.basis == Basis::Observed && is_probe(&item.source))
        .cloned()
        .collect()
}

/// Whether a source is a probe of this program.
fn is_probe(source: &str) -> bool {
    ProbeId::ALL.into_iter().any(|probe| probe.id() == source)
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
        ports: state.snmp.ports(&state.template.device),
    }));
}

/// Keeps what a run found, in the case too.
pub fn remember(state: &mut State, finding: Finding) {
    let offline = state.run.rows.is_empty();
    let results = finding.results(&state.case, state.send, offline);
    state.case.keep(results);
    state.found_at = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M").to_string();
    state.finding.phase = Phase::Known;
    state.finding.value = Some(finding);
    state.report.preview.value = None;
    state.folds.clear();
    state.gate = None;
}
