//! Files that are dragged onto the window: taken on every screen, a case as a case and all else as evidence.

use crate::gui::action::Action;
use crate::gui::state::State;
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use egui::{Align2, Area, Frame, Id, Label, Margin, Order, Stroke, Ui};

/// What the files that were let go ask for; nothing while a dialog waits for its answer.
pub fn dropped(ui: &Ui, state: &State) -> Option<Action> {
    let paths: Vec<_> = ui.input(|i| {
        let files = i.raw.dropped_files.iter();
        files.map(|file| file.path().to_owned()).collect()
    });
    if paths.is_empty() || state.dialog.is_some() {
        return None;
    }
    let case = paths
        .iter()
        .find(|path| path.to_string_lossy().ends_with(".case.ron"));
    Some(case.map_or_else(|| Action::Files(paths.clone()), |case| Action::Load(case.clone())))
}

/// While files hang over the window: that it takes them.
pub fn hover(ui: &Ui, state: &State) {
    if state.dialog.is_some() || ui.input(|i| i.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = Palette::of(ui);
    let edge = Stroke::new(2.0, palette.accent.strong);
    let all = ui.max_rect().shrink(space::XS);
    let layer = egui::LayerId::new(Order::Foreground, Id::unique("drop-edge"));
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_stroke(all, theme::CARD_RADIUS, edge, egui::StrokeKind::Inside);
    Area::new(Id::unique("drop"))
        .anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .order(Order::Foreground)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(palette.accent.pale)
                .stroke(edge)
                .corner_radius(theme::CARD_RADIUS)
                .inner_margin(Margin::symmetric(24, 16))
                .show(ui, |ui| {
                    let words = theme::heading(tr!("evidence-let-go-to-add-it")).color(palette.accent.strong);
                    ui.add(Label::new(words).extend());
                });
        });
}
