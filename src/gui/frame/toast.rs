//! A word about what went well: it stands over the page for a moment and goes by itself.

use crate::gui::state::State;
use crate::gui::text::tr;
use crate::gui::theme::{self, BAR, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use egui::{Align2, Area, Frame, Id, Label, Margin, Order, Stroke, Ui, vec2};
use std::time::Duration;

/// Seconds that it stands.
const STANDS: f64 = 4.0;

/// Draws it; failures stay in the bar until they are dismissed.
pub fn show(ui: &Ui, state: &mut State) {
    let Some(notice) = state.notice.as_mut().filter(|notice| !notice.bad) else {
        return;
    };
    let now = ui.input(|i| i.time);
    let left = STANDS - (now - *notice.since.get_or_insert(now));
    if left <= 0.0 {
        state.notice = None;
        return;
    }
    ui.ctx()
        .request_repaint_after(Duration::from_secs_f64(left + 0.01));
    let palette = Palette::of(ui);
    let text = notice.text.clone();
    Area::new(Id::unique("toast"))
        .anchor(Align2::RIGHT_BOTTOM, vec2(-space::PAGE, -(BAR + space::L)))
        .order(Order::Foreground)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(palette.panel)
                .stroke(Stroke::new(1.0, palette.edge))
                .corner_radius(theme::RADIUS)
                .inner_margin(Margin::symmetric(16, 12))
                .show(ui, |ui| {
                    ui.set_max_width(420.0);
                    ui.horizontal(|ui| {
                        icon(ui, Mark::Passed, 8.0, tr!("word-passed-2"));
                        ui.add(Label::new(theme::text(text)).wrap());
                    });
                });
        });
}
