//! The seven steps, a file each.

mod before;
mod beside;
mod compare;
mod device;
mod diagnosis;
mod evidence;
mod fix;
pub mod lab;
pub mod listen;
mod mail;
mod methods;
mod preset;
mod probes;
mod report;
mod sign_in;
mod snmp;
pub mod start;
mod transcript;
mod verify;
mod viewers;

use super::action::Action;
use super::state::{State, Step};
use super::theme::{self, Palette, space};
use super::widgets::{button, card, field, tag};
use crate::case::Method;
use crate::gui::text::tr;
use egui::{Frame, Label, Margin, Ui};

/// Draws a step.
pub fn show(ui: &mut Ui, state: &mut State, step: Step, out: &mut Vec<Action>) {
    match step {
        Step::Device => device::show(ui, state, out),
        Step::Mail => mail::show(ui, state, out),
        Step::Probes => probes::show(ui, state, out),
        Step::Evidence => evidence::show(ui, state, out),
        Step::Diagnosis => diagnosis::show(ui, state, out),
        Step::Fix => fix::show(ui, state, out),
        Step::Verify => verify::show(ui, state, out),
    }
}

/// Gives the keyboard to a step's first field, once.
pub fn focus(state: &mut State, response: &egui::Response) {
    if state.focus_first {
        state.focus_first = false;
        response.request_focus();
    }
}

/// A step that has nothing to show yet, and the way on.
fn empty(
    ui: &mut Ui,
    title: impl Into<String>,
    sentence: impl Into<String>,
    ways: &[(String, Action)],
    out: &mut Vec<Action>,
) {
    card::card(ui, |ui| {
        ui.add(Label::new(theme::heading(title)).wrap());
        ui.add(Label::new(theme::muted(ui, sentence)).wrap());
        if ways.is_empty() {
            return;
        }
        ui.add_space(space::S);
        ui.horizontal_wrapped(|ui| {
            for (name, action) in ways {
                if button::secondary(ui, name).clicked() {
                    out.push(action.clone());
                }
            }
        });
    });
}

/// Why a run did not come to its end, and what to do about it.
fn not_run(ui: &mut Ui, state: &State, problem: &str, out: &mut Vec<Action>) {
    field::failure(ui, problem);
    let file = |path: &std::path::PathBuf| problem.contains(&*path.to_string_lossy());
    if state.case.files.iter().any(file) {
        ui.add(Label::new(theme::muted(ui, tr!("steps-file-not-read"))).wrap());
        if state.step() != Step::Evidence {
            ui.add_space(space::XS);
            if button::secondary(ui, tr!("steps-see-the-files")).clicked() {
                out.push(Action::Go(Step::Evidence));
            }
        }
    } else {
        ui.add(Label::new(theme::muted(ui, tr!("steps-mend-and-run-again"))).wrap());
    }
}

/// A text on a ground of its own, with a button that copies it.
fn copyable(ui: &mut Ui, what: String, text: &str, mono: bool, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    Frame::new()
        .fill(palette.page)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let shown = if mono {
                theme::code(text)
            } else {
                theme::text(text)
            };
            let width = button::small_width(ui, tr!("fix-copy"));
            let copy = card::beside(
                ui,
                width,
                |ui| {
                    ui.label(theme::detail(ui, &what));
                    ui.add(Label::new(shown).wrap().selectable(true));
                },
                |ui| button::small(ui, tr!("fix-copy")),
            );
            if copy.clicked() {
                out.push(Action::Copy(text.to_owned(), what));
            }
        });
}

/// What is played in practice, before it is solved.
fn practice(ui: &mut Ui, state: &State) {
    let Some(playing) = &state.practice.playing else {
        return;
    };
    card::card(ui, |ui| {
        let palette = Palette::of(ui);
        let _ = tag::tag(ui, tr!("steps-practice"), palette.accent);
        ui.add_space(space::XS);
        ui.add(Label::new(theme::heading(&playing.title)).wrap());
        ui.add(Label::new(theme::muted(ui, &playing.story)).wrap());
    });
    card::gap(ui);
}

/// The way of the scan in a line: model, server and port, encryption; the other way round where the copier receives.
fn route(state: &State) -> String {
    let device = &state.case.device;
    let mail = &state.case.mail;
    let from = device.model.clone().or_else(|| device.address.clone());
    let from = from.unwrap_or_else(|| tr!("word-the-copier"));
    let server = match (mail.server.trim(), mail.port) {
        ("", _) => tr!("steps-no-server-yet"),
        (server, 0) => server.to_owned(),
        (server, port) => format!("{server}:{port}"),
    };
    let encryption = mail::encryption_name(mail.encryption);
    if mail.method == Method::Receive {
        return format!(
            "{} · {encryption}",
            tr!("steps-mail-to", device = from, server = server)
        );
    }
    format!("{from} → {server} · {encryption}")
}
