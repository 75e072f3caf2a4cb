//! Fix: the remedy as a checklist, with what can be copied.

use super::empty;
use crate::gui::action::Action;
use crate::gui::state::{State, Step};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::{button, card, tag};
use crate::knowledge::schema::Who;
use crate::remedy;
use egui::{Label, Ui};

/// Draws the step.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let remedy = state
        .finding
        .value
        .as_ref()
        .and_then(|found| found.remedy.as_ref());
    let below = match remedy {
        Some(remedy) => {
            let done = (0..remedy.steps.len()).filter(|i| state.done.contains(i)).count();
            format!("{done} of {} done, in the order of doing", remedy.steps.len())
        }
        None => "What to do, in the order of doing".to_owned(),
    };
    card::page_head(ui, "Fix", &below);
    let Some(remedy) = remedy else {
        let ways = [("See the diagnosis", Action::Go(Step::Diagnosis))];
        empty(
            ui,
            "Nothing to fix yet",
            "A plan comes with a diagnosis that names a fault",
            &ways,
            out,
        );
        return;
    };
    for (index, step) in remedy.steps.iter().enumerate() {
        if index > 0 {
            card::gap(ui);
        }
        card::card(ui, |ui| one(ui, state, index, step, out));
    }
    if !remedy.verify.is_empty() {
        card::gap(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading("How to see that it is mended")));
            ui.add(Label::new(theme::text(&remedy.verify)).wrap().selectable(true));
        });
    }
}

/// Who does a step.
const fn who(who: Who) -> &'static str {
    match who {
        Who::Device => "At the copier",
        Who::Tenant => "In the mail service",
        Who::Network => "In the network",
        Who::Dns => "In the domain's DNS",
        Who::Server => "At the mail server",
        Who::Person => "Somebody who decides",
    }
}

/// One step: tick, title, how, where, command.
fn one(ui: &mut Ui, state: &State, index: usize, step: &remedy::Step, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let mut done = state.done.contains(&index);
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            let title = egui::RichText::new(&step.title).font(theme::heading_font());
            let title = if done { title.color(palette.muted) } else { title };
            ui.scope(|ui| {
                ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Wrap);
                if ui.checkbox(&mut done, title).changed() {
                    out.push(Action::Done(index));
                }
            });
            ui.horizontal_top(|ui| {
                ui.add_space(26.0);
                ui.vertical(|ui| {
                    let _ = tag::tag(ui, who(step.who), palette.accent);
                    ui.add_space(space::XS);
                    ui.add(Label::new(theme::text(&step.detail)).wrap().selectable(true));
                    if let Some(place) = &step.place {
                        ui.add_space(space::XS);
                        copyable(ui, "Where", place, false, out);
                    }
                    if let Some(command) = &step.command {
                        ui.add_space(space::XS);
                        copyable(ui, "Command", command, true, out);
                    }
                });
            });
        });
    });
}

/// A text on a ground of its own, with a button that copies it.
fn copyable(ui: &mut Ui, what: &'static str, text: &str, mono: bool, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    egui::Frame::new()
        .fill(palette.page)
        .corner_radius(theme::RADIUS)
        .inner_margin(egui::Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let shown = if mono {
                theme::code(text)
            } else {
                theme::text(text)
            };
            let copy = card::beside(
                ui,
                56.0,
                |ui| {
                    ui.label(theme::detail(ui, what));
                    ui.add(Label::new(shown).wrap().selectable(true));
                },
                |ui| button::small(ui, "Copy"),
            );
            if copy.clicked() {
                out.push(Action::Copy(text.to_owned(), what));
            }
        });
}
