//! Listening: opening the page, the ports, and closing them again.

use super::{go, say};
use crate::case::Encryption;
use crate::gui::state::effect::{Effect, Pick};
use crate::gui::state::listen::Listening;
use crate::gui::state::{Phase, Screen, State, Step};
use crate::gui::text::tr;
use crate::listen::{Hearing, Upstream};
use crate::session::{Command, ListenOptions};

/// Shows the page; asks for this computer's addresses each time, because cables are pulled and plugged.
pub fn open(state: &mut State) {
    state.screen = Screen::Listen;
    state.focus_first = true;
    state.notice = None;
    state.listening.places.phase = Phase::Pending;
    let device = state.case.device.address.as_deref();
    let device = device.and_then(|address| address.trim().parse().ok());
    state.outbox.push(Effect::Places(device));
}

/// Opens the ports.
pub fn start(state: &mut State) {
    let listening = &state.listening;
    let (Some(address), Some(port)) = (listening.address(), listening.port()) else {
        return;
    };
    if listening.running() || state.run.running() {
        return;
    }
    let mail = &state.case.mail;
    let upstream = listening.tap.then(|| Upstream {
        host: mail.server.trim().to_owned(),
        port: mail.port,
    });
    let tls = mail.encryption == Encryption::Tls;
    let mut options = ListenOptions {
        addresses: vec![address],
        plain_ports: if tls { Vec::new() } else { vec![port] },
        tls_ports: if tls { vec![port] } else { Vec::new() },
        persona: listening.persona.clone(),
        ..ListenOptions::default()
    };
    options.tap = upstream;
    state.last_run += 1;
    let listening = &mut state.listening;
    listening.run = state.last_run;
    listening.phase = Phase::Pending;
    listening.hearing = Hearing::default();
    listening.advice = false;
    state.outbox.push(Effect::Send(Command::Listen {
        run: state.last_run,
        options: Box::new(options),
    }));
}

/// Closes them.
pub fn stop(state: &mut State) {
    if state.listening.running() {
        state.outbox.push(Effect::Send(Command::Cancel));
    }
}

/// The ports are closed; what was heard stays.
pub fn ended(listening: &mut Listening) {
    listening.phase = if listening.hearing.heard_anyone() {
        Phase::Known
    } else {
        Phase::NotAsked
    };
}

/// Keeps what was heard in a file that the case names.
pub fn keep(state: &mut State) {
    if state.listening.hearing.heard_anyone() {
        state.outbox.push(Effect::Pick(Pick::Hearing));
    }
}

/// Goes on to a diagnosis with what was heard: the probes run too where there is a server to probe.
pub fn diagnose(state: &mut State) {
    if state.case.mail.server.trim().is_empty() && state.case.device.address.is_none() {
        super::running::reason_again(state);
    } else {
        super::running::ask_to_run(state, Vec::new());
    }
    if state.run.phase != Phase::Pending {
        go(state, Step::Probes);
        say(state, tr!("listen-runs-with-the-next"), false);
    }
}
