//! A probe's row opened: what it found, and what was said.

use super::viewers;
use crate::gui::action::Action;
use crate::gui::state::State;
use crate::gui::state::run::Row;
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::button;
use egui::{Label, Ui};

/// What a probe found, and what was said.
pub fn show(ui: &mut Ui, state: &State, row: &Row, out: &mut Vec<Action>) {
    let margin = egui::Margin {
        left: 44,
        right: 16,
        top: 0,
        bottom: 16,
    };
    egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::XS;
        let cut = row.summary.chars().count() > 60 || ui.available_width() < 600.0;
        if cut && !row.summary.is_empty() {
            ui.add(Label::new(theme::text(&row.summary)).wrap().selectable(true));
        }
        for item in row.evidence.iter().filter(|item| item.summary != row.summary) {
            ui.add(
                Label::new(theme::muted(ui, &item.summary))
                    .wrap()
                    .selectable(true),
            );
        }
        viewers::show(ui, &row.evidence);
        if row.transcript.is_empty() {
            if row.summary.is_empty() {
                ui.label(theme::muted(ui, tr!("transcript-nothing-yet")));
            }
        } else {
            dialogue(ui, row);
            let signs = tr!("transcript-sent-received-and-the-same-inside");
            ui.label(theme::detail(ui, signs));
        }
        ui.add_space(space::XS);
        ui.horizontal(|ui| {
            if !row.transcript.is_empty() && button::small(ui, tr!("transcript-copy-transcript")).clicked() {
                let text: Vec<String> = row.transcript.iter().map(ToString::to_string).collect();
                out.push(Action::Copy(text.join("\n"), tr!("transcript-transcript")));
            }
            ui.add_enabled_ui(state.can_run(), |ui| {
                if button::small(ui, tr!("transcript-run-only-this")).clicked() {
                    out.push(Action::Run(vec![row.probe]));
                }
            });
        });
    });
}

/// The dialogue; it can be selected.
fn dialogue(ui: &mut Ui, row: &Row) {
    let palette = Palette::of(ui);
    let text: Vec<String> = row.transcript.iter().map(ToString::to_string).collect();
    egui::Frame::new()
        .fill(palette.page)
        .corner_radius(theme::RADIUS)
        .inner_margin(12)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            egui::ScrollArea::vertical()
                .id_salt(("transcript", row.probe.id()))
                .max_height(260.0)
                .min_scrolled_height(260.0)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    ui.add(Label::new(theme::code(text.join("\n"))).wrap().selectable(true));
                });
        });
}
