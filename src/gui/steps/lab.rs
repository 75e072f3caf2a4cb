//! Practise on the lab: every fault that it can play, to search in and to choose from.

use crate::gui::action::Action;
use crate::gui::state::practice::Item;
use crate::gui::state::{Phase, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, field, tag};
use egui::{Frame, Label, Margin, ScrollArea, Ui, UiBuilder};

/// Widest list.
const WIDEST: f32 = 840.0;

/// Draws the list.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let all = ui.max_rect();
    let width = (all.width() - 2.0 * space::PAGE).clamp(200.0, WIDEST);
    let mut middle = all.shrink2(egui::vec2((all.width() - width) / 2.0, 0.0));
    middle.min.y += space::PAGE;
    ui.scope_builder(UiBuilder::new().max_rect(middle), |ui| {
        head(ui, state, out);
        ui.add_space(space::S);
        match &state.practice.listed {
            Phase::Failed(problem) => field::failure(ui, problem),
            Phase::Known => list(ui, state, out),
            Phase::NotAsked | Phase::Pending => {
                ui.label(theme::muted(ui, tr!("lab-setting-up-the-lab")));
            }
        }
    });
}

/// Title, the way back, the search.
fn head(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let back = button::width(ui, tr!("word-back"));
    let below = tr!("lab-each-fault-is-played-on-this");
    let title = tr!("common-practise-on-the-lab");
    let way_back = |ui: &mut Ui| button::secondary(ui, tr!("word-back"));
    if card::page_head_beside(ui, title, below, back, way_back).clicked() {
        out.push(Action::Start);
    }
    let practice = &mut state.practice;
    let search = field::line(
        ui,
        tr!("lab-search-the-scenarios"),
        &mut practice.search,
        tr!("lab-search-tls-login-reputation-canon"),
    );
    super::focus(state, &search);
    if let Some(notice) = state.notice.as_ref().filter(|notice| notice.bad) {
        field::failure(ui, &notice.text);
    }
}

/// The scenarios.
fn list(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let found = state.practice.found();
    ui.label(theme::detail(
        ui,
        tr!(
            "lab-of-scenarios",
            some = found.len(),
            all = state.practice.scenarios.len()
        ),
    ));
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        if found.is_empty() {
            ui.label(theme::muted(ui, tr!("lab-none-has-these-words")));
            return;
        }
        card::flush(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, item) in found.into_iter().enumerate() {
                if index > 0 {
                    card::line(ui);
                }
                row(ui, state, item, out);
            }
        });
        ui.add_space(space::PAGE);
    });
}

/// One scenario: title, story, its gate, and the button that plays it.
fn row(ui: &mut Ui, state: &State, item: &Item, out: &mut Vec<Action>) {
    let starting = state.practice.starting.as_deref();
    let frame = Frame::new().inner_margin(Margin::symmetric(20, 14));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let width = button::width(ui, tr!("word-practise"));
        let text = |ui: &mut Ui| {
            ui.horizontal_wrapped(|ui| {
                ui.add(Label::new(theme::medium(&item.title)).wrap());
                if let Some(gate) = item.gate {
                    let palette = Palette::of(ui);
                    let _ = tag::tag(ui, words::gate(gate), palette.unknown_words());
                }
            });
            ui.add(Label::new(theme::detail(ui, &item.story)).wrap());
        };
        let button = |ui: &mut Ui| {
            if starting == Some(item.id.as_str()) {
                icon(ui, Mark::Running, 9.0, tr!("lab-setting-up"));
                return false;
            }
            let name = tr!("lab-practise-one", id = item.id.as_str());
            ui.add_enabled_ui(starting.is_none(), |ui| {
                button::named(ui, tr!("word-practise"), &name)
            })
            .inner
            .clicked()
        };
        if card::beside(ui, width, text, button) {
            out.push(Action::Play(item.id.clone()));
        }
    });
}
