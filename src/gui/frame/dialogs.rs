//! What is asked over the wizard: really send, save first, help, settings.

use super::help;
use crate::gui::action::Action;
use crate::gui::state::effect::Pick;
use crate::gui::state::{Dialog, Leaving, Screen, State};
use crate::gui::text::{Language, tr};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::{button, field};
use egui::{Frame, Id, Label, Modal, ScrollArea, Stroke, ThemePreference, Ui};

/// Draws the dialog that is open.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
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
                    Dialog::Path(pick) => path(ui, state, *pick, out),
                });
        });
    if shown.should_close() {
        out.push(Action::Ask(None));
    }
}

/// Title and sentences.
fn text(ui: &mut Ui, title: impl Into<String>, sentences: &[String]) {
    ui.add(Label::new(theme::verdict(title)).wrap());
    for sentence in sentences {
        ui.add_space(space::XS);
        ui.add(Label::new(theme::text(sentence)).wrap().selectable(true));
    }
    ui.add_space(space::L);
}

/// Buttons at the right edge; the last named is the primary one, and works where `ready`.
fn buttons(ui: &mut Ui, all: &[(String, Action)], ready: bool, out: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        let gap = ui.spacing().item_spacing.x;
        let widths: f32 = all.iter().map(|(name, _)| button::width(ui, name) + gap).sum();
        ui.add_space((ui.available_width() - widths + gap).max(0.0));
        for (index, (name, action)) in all.iter().enumerate() {
            let last = index + 1 == all.len();
            let response = if last {
                if !ready {
                    ui.disable();
                }
                button::primary(ui, name)
            } else {
                button::secondary(ui, name)
            };
            if last && ready && ui.memory(|m| m.focused().is_none()) {
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
    let nobody = tr!("dialogs-nobody-yet");
    let line = tr!(
        "dialogs-one-marked-message",
        from = state.case.mail.from.as_str(),
        to = if to.is_empty() { nobody } else { to },
        server = state.case.mail.server.as_str(),
    );
    let only = if state.practice.playing.is_some() {
        tr!("dialogs-it-is-practice-the-message-goes")
    } else {
        tr!("dialogs-only-a-whole-message-shows-refusals")
    };
    text(ui, tr!("dialogs-send-a-real-message"), &[line, only]);
    let all = [
        (tr!("word-cancel"), Action::Ask(None)),
        (tr!("dialogs-send-the-test-message"), Action::RunConfirmed),
    ];
    buttons(ui, &all, true, out);
}

/// The case would be lost.
fn unsaved(ui: &mut Ui, state: &State, leaving: &Leaving, out: &mut Vec<Action>) {
    let title = tr!("dialogs-save-first", title = state.title());
    text(ui, title, &[tr!("dialogs-what-is-not-saved-would-be")]);
    let discard = match leaving {
        Leaving::Close => tr!("dialogs-close-without-saving"),
        Leaving::New | Leaving::Open | Leaving::Load(_) | Leaving::Play(_) => {
            tr!("dialogs-go-on-without-saving")
        }
    };
    let save = if state.path.is_some() {
        tr!("dialogs-save")
    } else {
        tr!("dialogs-save-2")
    };
    let all = [
        (tr!("word-cancel"), Action::Ask(None)),
        (discard, Action::Discard(leaving.clone())),
        (save, Action::SaveThen(leaving.clone())),
    ];
    buttons(ui, &all, true, out);
}

/// Help for the step, or for the first one on the start screen.
fn help_page(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let (title, page) = if state.screen == Screen::Listen {
        (tr!("listen-title"), help::listen())
    } else {
        let step = state.step();
        (step.title(), help::of(step))
    };
    text(ui, title, &page);
    let keys = tr!("dialogs-f1-opens-this-help-alt-left");
    ui.add(Label::new(theme::detail(ui, keys)).wrap());
    ui.add_space(space::L);
    buttons(ui, &[(tr!("word-close"), Action::Ask(None))], true, out);
}

/// Which file; a path is typed, since the system has no dialog that could be asked.
fn path(ui: &mut Ui, state: &mut State, pick: Pick, out: &mut Vec<Action>) {
    let (title, hint) = match pick {
        Pick::Case => (tr!("common-open-a-case"), "/home/tech/copier.case.ron"),
        Pick::SaveAs => (tr!("behind-save-the-case"), "/home/tech/copier.case.ron"),
        Pick::Evidence => (tr!("behind-add-evidence"), "/home/tech/auditfile.txt.gz"),
        Pick::Hearing => (tr!("behind-keep-hearing"), "/home/tech/copier-heard.jsonl"),
        Pick::Report => (tr!("behind-save-report"), "/home/tech/report.pdf"),
        Pick::Logo => (tr!("behind-choose-logo"), "/home/tech/logo.png"),
        Pick::Bundle => (tr!("behind-pack"), "/home/tech/copier.zip"),
    };
    text(ui, title, &[tr!("dialogs-no-picker")]);
    let name = tr!("dialogs-path");
    let edit = field::text(&mut state.typed.path, hint).id_salt("path");
    let response = ui.add(edit).accessible_name(&name);
    if std::mem::take(&mut state.typed.path_first) {
        response.request_focus();
    }
    let ready = !state.typed.path.trim().is_empty();
    let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
    if entered && ready {
        out.push(Action::TakePath(pick));
    }
    ui.add_space(space::L);
    let all = [
        (tr!("word-cancel"), Action::Ask(None)),
        (tr!("dialogs-take-path"), Action::TakePath(pick)),
    ];
    buttons(ui, &all, ready, out);
}

/// Light or dark, and the size.
fn settings(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    text(ui, tr!("word-settings"), &[]);
    ui.add(Label::new(theme::heading(tr!("dialogs-colours"))));
    ui.horizontal_wrapped(|ui| {
        for (name, theme) in [
            (tr!("dialogs-like-the-system"), ThemePreference::System),
            (tr!("dialogs-light"), ThemePreference::Light),
            (tr!("dialogs-dark"), ThemePreference::Dark),
        ] {
            if button::choice(ui, name, state.theme == theme) {
                out.push(Action::Theme(theme));
            }
        }
    });
    ui.add_space(space::L);
    ui.add(Label::new(theme::heading(tr!("dialogs-size"))));
    ui.horizontal_wrapped(|ui| {
        let now = ui.ctx().zoom_factor();
        for percent in [100.0_f32, 125.0, 150.0, 200.0] {
            let chosen = (now * 100.0 - percent).abs() < 1.0;
            if button::choice(ui, format!("{percent:.0} %"), chosen) {
                ui.ctx().set_zoom_factor(percent / 100.0);
            }
        }
    });
    ui.add_space(space::L);
    ui.add(Label::new(theme::heading(tr!("dialogs-language"))));
    ui.horizontal_wrapped(|ui| {
        for language in Language::ALL {
            if button::choice(ui, language.name(), state.language == language) {
                out.push(Action::Language(language));
            }
        }
    });
    ui.add_space(space::XXL);
    buttons(ui, &[(tr!("word-close"), Action::Ask(None))], true, out);
}
