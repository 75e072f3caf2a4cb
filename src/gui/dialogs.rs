//! What is asked over the wizard: really send, save first, help, settings.

use super::action::Action;
use super::help;
use super::state::{Dialog, Leaving, Screen, State, Step};
use super::theme::{self, Palette, space};
use super::widgets::button;
use egui::{Frame, Id, Label, Modal, ScrollArea, Stroke, ThemePreference, Ui};

/// Draws the dialog that is open.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let Some(dialog) = state.dialog.clone() else {
        return;
    };
    let palette = Palette::of(ui);
    let frame = Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(theme::CARD_RADIUS)
        .inner_margin(24);
    let room = ui.max_rect().size();
    let tall = (room.y - 120.0).max(120.0);
    let shown = Modal::new(Id::unique(format!("{dialog:?} {:?}", state.screen)))
        .frame(frame)
        .backdrop_color(theme::backdrop())
        .show(ui.ctx(), |ui| {
            ui.set_width((room.x - 80.0).clamp(200.0, 480.0));
            ScrollArea::vertical()
                .max_height(tall)
                .min_scrolled_height(tall)
                .show(ui, |ui| match &dialog {
                    Dialog::SendMessage => send_message(ui, state, out),
                    Dialog::Unsaved(leaving) => unsaved(ui, state, leaving, out),
                    Dialog::Help => help_page(ui, state, out),
                    Dialog::Settings => settings(ui, state, out),
                });
        });
    if shown.should_close() {
        out.push(Action::Ask(None));
    }
}

/// Title and sentences.
fn text(ui: &mut Ui, title: &str, sentences: &[&str]) {
    ui.add(Label::new(theme::verdict(title)).wrap());
    for sentence in sentences {
        ui.add_space(space::XS);
        ui.add(Label::new(theme::text(*sentence)).wrap().selectable(true));
    }
    ui.add_space(space::L);
}

/// Buttons at the right, the last named is the primary one.
fn buttons(ui: &mut Ui, all: &[(&str, Action)], out: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        let widths: f32 = all.iter().map(|(name, _)| button::width(ui, name)).sum();
        ui.add_space((ui.available_width() - widths - space::S * 2.0).max(0.0));
        for (index, (name, action)) in all.iter().enumerate() {
            let response = if index + 1 == all.len() {
                button::primary(ui, name)
            } else {
                button::secondary(ui, name)
            };
            if index + 1 == all.len() && ui.memory(|m| m.focused().is_none()) {
                response.request_focus();
            }
            if response.clicked() {
                out.push(action.clone());
            }
        }
    });
}

/// A real message leaves the laptop.
fn send_message(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let to = state.case.mail.to.join(", ");
    let line = format!(
        "One marked test message with a small attachment goes from {} to {}, through {}",
        state.case.mail.from,
        if to.is_empty() { "nobody yet" } else { to.as_str() },
        state.case.mail.server
    );
    let only = if state.practice.playing.is_some() {
        "It is practice: the message goes no further than the lab on this computer"
    } else {
        "Only a whole message shows refusals that come at its end"
    };
    text(ui, "Send a real message?", &[&line, only]);
    let all = [
        ("Cancel", Action::Ask(None)),
        ("Send the test message", Action::RunConfirmed),
    ];
    buttons(ui, &all, out);
}

/// The case would be lost.
fn unsaved(ui: &mut Ui, state: &State, leaving: &Leaving, out: &mut Vec<Action>) {
    let title = format!("Save {} first?", state.title());
    text(ui, &title, &["What is not saved would be lost"]);
    let discard = match leaving {
        Leaving::Close => "Close without saving",
        Leaving::New | Leaving::Open | Leaving::Load(_) | Leaving::Play(_) => "Go on without saving",
    };
    ui.horizontal_wrapped(|ui| {
        if button::secondary(ui, "Cancel").clicked() {
            out.push(Action::Ask(None));
        }
        if button::secondary(ui, discard).clicked() {
            out.push(Action::Discard(leaving.clone()));
        }
        if button::primary(ui, if state.path.is_some() { "Save" } else { "Save…" }).clicked() {
            out.push(Action::SaveThen(leaving.clone()));
        }
    });
}

/// Help for the step, or for the first one on the start screen.
fn help_page(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let step = match state.screen {
        Screen::Step(step) => step,
        Screen::Start | Screen::Practice => Step::Device,
    };
    text(ui, step.title(), help::of(step));
    let keys = "F1 opens this help, Alt+Left and Alt+Right change the step, F5 runs the probes, Esc stops them, Ctrl+S saves, Ctrl with + or - changes the size";
    ui.add(Label::new(theme::detail(ui, keys)).wrap());
    ui.add_space(space::L);
    buttons(ui, &[("Close", Action::Ask(None))], out);
}

/// Light or dark, and the size.
fn settings(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    text(ui, "Settings", &[]);
    ui.add(Label::new(theme::heading("Colours")));
    ui.horizontal_wrapped(|ui| {
        for (name, theme) in [
            ("Like the system", ThemePreference::System),
            ("Light", ThemePreference::Light),
            ("Dark", ThemePreference::Dark),
        ] {
            if button::choice(ui, name, state.theme == theme) {
                out.push(Action::Theme(theme));
            }
        }
    });
    ui.add_space(space::L);
    ui.add(Label::new(theme::heading("Size")));
    ui.horizontal_wrapped(|ui| {
        let now = ui.ctx().zoom_factor();
        for percent in [100.0_f32, 125.0, 150.0, 200.0] {
            let chosen = (now * 100.0 - percent).abs() < 1.0;
            if button::choice(ui, &format!("{percent:.0} %"), chosen) {
                ui.ctx().set_zoom_factor(percent / 100.0);
            }
        }
    });
    ui.add_space(space::XXL);
    buttons(ui, &[("Close", Action::Ask(None))], out);
}
