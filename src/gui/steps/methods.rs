//! Which way of sending can work at this site, what works first, and why the others cannot.

use crate::diagnose::methods::{Ground, MethodAdvice, MethodVerdict};
use crate::gui::action::Action;
use crate::gui::state::{Fold, State};
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, prose, tag};
use egui::{Label, Ui};

/// Draws the card, where ways are known.
pub fn show(ui: &mut Ui, state: &State, all: &[MethodAdvice], out: &mut Vec<Action>) {
    if all.is_empty() {
        return;
    }
    card::card(ui, |ui| {
        ui.add(Label::new(theme::heading(tr!("methods-title"))).wrap());
        ui.add(Label::new(theme::muted(ui, tr!("methods-below"))).wrap());
        for (index, one) in all.iter().enumerate() {
            ui.add_space(space::XS);
            card::line(ui);
            way(ui, state, index, one, out);
        }
    });
    card::gap(ui);
}

/// One way: sign, name, where to, why, and what has to be done first; the rest on a click.
fn way(ui: &mut Ui, state: &State, index: usize, one: &MethodAdvice, out: &mut Vec<Action>) {
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
    for ground in &one.because {
        let _ = prose::detail(ui, &ground.says);
    }
    points(ui, &tr!("methods-first-title"), one.first.iter().map(says));
    // An announced date can turn a way that works today into none; it is never folded away.
    for date in &one.dates {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            icon(ui, Mark::Attention, 8.0, tr!("methods-date"));
            let _ = prose::detail(ui, date);
        });
    }
    if one.needs.is_empty() && one.limits.is_empty() {
        return;
    }
    let open = state.folds.get(&Fold::Way(index)).copied().unwrap_or_default();
    if open {
        points(ui, &tr!("methods-needs"), one.needs.iter().map(String::as_str));
        points(ui, &tr!("methods-limits"), one.limits.iter().map(String::as_str));
    }
    let words = if open {
        tr!("methods-less")
    } else {
        tr!("methods-more")
    };
    let name = tr!(
        "methods-more-of",
        words = words.as_str(),
        name = one.name.as_str()
    );
    if button::small_named(ui, words, name).clicked() {
        out.push(Action::Fold(Fold::Way(index), !open));
    }
}

fn says(ground: &Ground) -> &str {
    &ground.says
}

/// Sentences under a word, where there are any.
fn points<'t>(ui: &mut Ui, title: &str, all: impl Iterator<Item = &'t str>) {
    let mut title = Some(title);
    for text in all {
        if let Some(title) = title.take() {
            ui.add(Label::new(theme::strong_detail(ui, title)).wrap());
        }
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.label(theme::detail(ui, "•"));
            let _ = prose::detail(ui, text);
        });
    }
}
