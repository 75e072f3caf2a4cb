//! Which way of sending can work at this site, what works first, and why the others cannot.

use crate::diagnose::methods::{MethodAdvice, MethodVerdict};
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{card, prose, tag};
use egui::{Label, Ui};

/// Reasons that are told of each.
const REASONS: usize = 2;

/// Draws the card, where ways are known.
pub fn show(ui: &mut Ui, all: &[MethodAdvice]) {
    if all.is_empty() {
        return;
    }
    card::card(ui, |ui| {
        ui.add(Label::new(theme::heading(tr!("methods-title"))).wrap());
        ui.add(Label::new(theme::muted(ui, tr!("methods-below"))).wrap());
        for one in all {
            ui.add_space(space::XS);
            card::line(ui);
            way(ui, one);
        }
    });
    card::gap(ui);
}

/// One way: sign, name, where to, why, and what has to be done first.
fn way(ui: &mut Ui, one: &MethodAdvice) {
    let (mark, word) = match one.verdict {
        MethodVerdict::Works => (Mark::Passed, tr!("methods-works")),
        MethodVerdict::Possible => (Mark::PredictedPass, tr!("methods-possible")),
        MethodVerdict::Unknown => (Mark::Unknown, tr!("methods-unknown")),
        MethodVerdict::Cannot => (Mark::Skipped, tr!("methods-cannot")),
    };
    ui.horizontal_wrapped(|ui| {
        icon(ui, mark, 8.0, &word);
        ui.add(Label::new(theme::medium(&one.name)).wrap());
        ui.label(theme::detail(ui, word));
        if one.present {
            let palette = Palette::of(ui);
            let _ = tag::tag(ui, tr!("methods-present"), palette.accent);
        }
    });
    let port = one.port.map(|port| format!(":{port}")).unwrap_or_default();
    let encryption = one
        .encryption
        .map(|word| format!(" · {word}"))
        .unwrap_or_default();
    if !one.host.is_empty() {
        let place = format!("{}{port}{encryption}", one.host);
        ui.add(Label::new(theme::code(place)).wrap().selectable(true));
    }
    for ground in one.because.iter().take(REASONS) {
        let _ = prose::detail(ui, &ground.says);
    }
    for ground in &one.first {
        let _ = prose::detail(ui, &tr!("methods-first", what = ground.says.as_str()));
    }
}
