//! Listen: the address to type into the copier, and what it does there, as it happens.

use super::{copyable, focus};
use crate::gui::action::Action;
use crate::gui::state::{Phase, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::field::{self, Below, row};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, tag};
use crate::knowledge::schema::ListenObstacle;
use crate::listen::{Nearness, Observation, Seen, describe_seen};
use egui::{Label, Layout, Ui};
use jiff::tz::TimeZone;
use std::net::{IpAddr, SocketAddr};

/// Connections that are shown; older ones are still evidence.
const SHOWN: usize = 20;

/// Draws the page.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    card::page_head(ui, tr!("listen-title"), tr!("listen-below"));
    card::columns(ui, 0.44, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| address(ui, state, out));
            if state.listening.advice {
                card::gap(ui);
                card::card(ui, |ui| advice(ui, state, out));
            }
        } else {
            card::card(ui, |ui| heard(ui, state, out));
        }
    });
}

/// What to type in at the copier; before that, where and as what to listen.
fn address(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("listen-type-into-the-copier"))).wrap());
    let running = state.listening.running();
    let address = state.listening.address();
    let big = address.map_or_else(|| tr!("listen-no-address"), |address| address.to_string());
    ui.add(Label::new(theme::display(&big)).wrap().selectable(true));
    let port = state.listening.port();
    let line = port.map_or_else(
        || tr!("listen-port-wanted"),
        |port| tr!("listen-server-and-port", port = port.to_string()),
    );
    ui.add(Label::new(theme::text(line)).wrap().selectable(true));
    if address.is_some_and(|address| address.is_loopback()) {
        field::warning(ui, &tr!("listen-loopback"));
    }
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        if running {
            if button::secondary(ui, tr!("listen-stop")).clicked() {
                out.push(Action::ListenStop);
            }
        } else {
            let ready = address.is_some() && port.is_some() && !state.run.running();
            ui.add_enabled_ui(ready, |ui| {
                let start = button::secondary(ui, tr!("listen-start"));
                if start.clicked() {
                    out.push(Action::ListenStart);
                }
                focus(state, &start);
            });
        }
        if button::quiet(ui, tr!("listen-nothing-arrives")).clicked() {
            out.push(Action::ListenAdvice);
        }
    });
    if let Phase::Failed(problem) = &state.listening.phase {
        field::failure(ui, problem);
    }
    ui.add_space(space::S);
    card::line(ui);
    ui.add_space(space::S);
    ui.add_enabled_ui(!running, |ui| options(ui, state));
}

/// Address, port, persona or tap.
fn options(ui: &mut Ui, state: &mut State) {
    let places = state.listening.places.value.clone().unwrap_or_default();
    let names: Vec<String> = places
        .iter()
        .map(|place| format!("{} · {}", place.address, near(place.nearness)))
        .collect();
    let now = state.listening.address();
    let at = places.iter().position(|place| Some(place.address) == now);
    let shown = at.and_then(|at| names.get(at)).cloned();
    row(ui, tr!("listen-address"), Below::default(), |ui| {
        let shown = shown.unwrap_or_else(|| now.map(|a: IpAddr| a.to_string()).unwrap_or_default());
        if let Some(place) =
            field::pick(ui, "listen-address", shown, &names).and_then(|index| places.get(index))
        {
            state.listening.address = Some(place.address);
        }
    });
    let problem = state
        .listening
        .port()
        .is_none()
        .then(|| tr!("listen-port-problem"));
    let below = Below {
        note: &tr!("listen-port-note"),
        warnings: problem.as_slice(),
    };
    row(ui, tr!("mail-port"), below, |ui| {
        let edit = field::text(&mut state.listening.port, "")
            .id_salt("listen-port")
            .char_limit(5)
            .desired_width(110.0);
        ui.add(edit).accessible_name(tr!("mail-port"));
    });
    let server = state.case.mail.server.trim().to_owned();
    if !server.is_empty() && state.case.mail.port > 0 {
        row(ui, tr!("listen-what"), Below::default(), |ui| {
            ui.horizontal_wrapped(|ui| {
                if button::choice(ui, tr!("listen-play"), !state.listening.tap) {
                    state.listening.tap = false;
                }
                if button::choice(ui, tr!("listen-pass-on"), state.listening.tap) {
                    state.listening.tap = true;
                }
            });
        });
    }
    if state.listening.tap {
        let text = tr!("listen-tap-note", server = server);
        ui.add(Label::new(theme::detail(ui, text)).wrap());
        return;
    }
    let knowledge = std::sync::Arc::clone(&state.knowledge);
    let names: Vec<&str> = knowledge.personas.iter().map(|p| p.name.as_str()).collect();
    let played = knowledge
        .personas
        .iter()
        .find(|p| p.id == state.listening.persona);
    let note = played.map(|p| p.note.clone()).unwrap_or_default();
    let below = Below {
        note: &note,
        warnings: &[],
    };
    row(ui, tr!("listen-persona"), below, |ui| {
        let now = played.map(|p| p.name.clone()).unwrap_or_default();
        if let Some(persona) =
            field::pick(ui, "listen-persona", now, &names).and_then(|index| knowledge.personas.get(index))
        {
            state.listening.persona.clone_from(&persona.id);
        }
    });
}

/// What speaks for an address.
fn near(nearness: Nearness) -> String {
    match nearness {
        Nearness::RouteToDevice => tr!("listen-near-route"),
        Nearness::SameNetwork => tr!("listen-near-same"),
        Nearness::Other => tr!("listen-near-other"),
        Nearness::LinkLocal => tr!("listen-near-link"),
        Nearness::Loopback => tr!("listen-near-loopback"),
    }
}

/// What stands between a copier and this computer.
fn advice(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("listen-where-nothing-arrives"))).wrap());
    ui.add(Label::new(theme::text(tr!("listen-same-network"))).wrap());
    let (Some(address), Some(port)) = (state.listening.address(), state.listening.port()) else {
        return;
    };
    let door = SocketAddr::new(address, port);
    let all = state
        .knowledge
        .listen_advice(std::env::consts::OS, ListenObstacle::Firewall, door);
    for one in all {
        ui.add_space(space::XS);
        ui.add(Label::new(theme::medium(&one.title)).wrap());
        ui.add(Label::new(theme::muted(ui, &one.detail)).wrap().selectable(true));
        if let Some(command) = &one.command {
            copyable(ui, tr!("fix-command"), command, true, out);
        }
        if let Some(undo) = &one.undo {
            copyable(ui, tr!("listen-undo"), undo, true, out);
        }
    }
}

/// What the copier did, the last connection first.
fn heard(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let listening = &state.listening;
    let palette = Palette::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(theme::heading(tr!("listen-what-arrives"))));
        if listening.running() {
            let _ = tag::tag(ui, tr!("listen-listening"), palette.accent);
        }
    });
    let connections = listening.connections();
    for one in listening.hearing.observations() {
        if let Seen::CannotListen { problem } = &one.seen {
            field::failure(ui, &format!("{}: {problem}", one.peer));
        }
    }
    if connections.is_empty() {
        ui.horizontal(|ui| {
            if listening.running() {
                icon(ui, Mark::Running, 9.0, tr!("word-running"));
                let text = tr!("listen-press-scan");
                ui.add(Label::new(theme::text(text)).wrap());
            } else {
                ui.add(Label::new(theme::muted(ui, tr!("listen-not-yet"))).wrap());
            }
        });
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::detail(
            ui,
            tr!("listen-connections", count = connections.len()),
        ));
        if button::small(ui, tr!("listen-keep")).clicked() {
            out.push(Action::ListenKeep);
        }
    });
    for (number, peer, seen) in connections.into_iter().take(SHOWN) {
        ui.add_space(space::XS);
        card::line(ui);
        let title = tr!("listen-connection", number = number, peer = peer.ip().to_string());
        ui.label(theme::medium(title));
        for one in seen {
            line(ui, one);
        }
    }
}

/// One thing seen: time, sign, sentence.
fn line(ui: &mut Ui, one: &Observation) {
    ui.horizontal_top(|ui| {
        let time = one
            .at
            .to_zoned(TimeZone::system())
            .strftime("%H:%M:%S")
            .to_string();
        ui.allocate_ui_with_layout(
            egui::vec2(56.0, theme::LINE),
            Layout::left_to_right(egui::Align::Center),
            |ui| ui.label(theme::detail(ui, time)),
        );
        let (mark, word) = sign(&one.seen);
        icon(ui, mark, 8.0, word);
        ui.add(
            Label::new(theme::text(words::capital(&describe_seen(&one.seen))))
                .wrap()
                .selectable(true),
        );
    });
}

/// Whether a thing seen is good, bad, or neither.
fn sign(seen: &Seen) -> (Mark, String) {
    match seen {
        Seen::TlsFailed { .. }
        | Seen::NotTls
        | Seen::Refused { .. }
        | Seen::ServerUnreachable { .. }
        | Seen::CannotListen { .. }
        | Seen::Odd { .. } => (Mark::Attention, tr!("field-attention")),
        Seen::TlsEstablished { .. } | Seen::Login { .. } | Seen::Message(_) => {
            (Mark::Passed, tr!("word-passed-2"))
        }
        _ => (Mark::Skipped, tr!("listen-seen")),
    }
}
