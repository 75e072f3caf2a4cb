//! A few rows under headings, for what belongs side by side; columns keep their place, texts wrap in them.

use super::card;
use crate::gui::theme::{self, space};
use egui::{Label, Ui};

/// Draws the headings of columns whose shares of the width add up to one.
pub fn head(ui: &mut Ui, shares: &[f32], names: &[String]) {
    row(ui, shares, |ui, column| {
        if let Some(name) = names.get(column) {
            ui.add(Label::new(theme::detail(ui, name)).wrap());
        }
    });
}

/// Draws one row below a line; `add` fills each column.
pub fn row(ui: &mut Ui, shares: &[f32], mut add: impl FnMut(&mut Ui, usize)) {
    let gaps = space::M * f32::from(u8::try_from(shares.len().saturating_sub(1)).unwrap_or(u8::MAX));
    let room = (ui.available_width() - gaps).max(0.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        for (column, share) in shares.iter().enumerate() {
            ui.vertical(|ui| {
                ui.set_width((room * share).floor());
                ui.spacing_mut().item_spacing.y = space::XS;
                add(ui, column);
            });
        }
    });
}

/// As [`row`], with a line above it.
pub fn lined(ui: &mut Ui, shares: &[f32], add: impl FnMut(&mut Ui, usize)) {
    card::line(ui);
    row(ui, shares, add);
}
