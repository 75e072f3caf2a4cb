//! All that is known: every piece of evidence of the last run.

use super::rows::grouped;
use super::{cell, height, muted, sign};
use crate::evidence::{Actor, Evidence};
use crate::gui::action::Action;
use crate::gui::state::State;
use crate::gui::state::table::{Scroll, file_of, is_fault};
use crate::gui::steps::diagnosis::{source, source_name, time};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::long_list::{self, ROW};
use crate::gui::widgets::{button, card};
use egui::{Id, Label, Rect, Ui, pos2};

/// Below this width the source has no column, since the sentence tells most; a click tells the rest.
const WIDER: f32 = 760.0;
/// Below this width only gate and fact have a column.
const WIDE: f32 = 620.0;

/// All that a piece's row says.
fn text(item: &Evidence) -> String {
    format!(
        "{} {} {} {}",
        item.id,
        words::gate(item.gate),
        source(item),
        item.summary
    )
}

/// Draws the table, and the piece that is marked in full.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let Some(finding) = &state.finding.value else {
        ui.label(theme::muted(ui, tr!("evidence-read-first")));
        return;
    };
    let evidence = &finding.diagnosis.evidence;
    let all: Vec<&Evidence> = evidence
        .iter()
        .filter(|item| state.table.passes(item, &text(item)))
        .collect();
    let count = tr!(
        "common-of",
        some = grouped(all.len() as u64),
        all = grouped(evidence.len() as u64)
    );
    ui.label(theme::detail(ui, count));
    let rows = all.len() as u64;
    let height = height(ui, rows, ROW);
    let id = Id::unique("known-evidence");
    let mut scroll: Scroll = ui.data(|d| d.get_temp(id)).unwrap_or_default();
    let marked = |item: &Evidence| state.table.marked.as_ref() == Some(&item.id);
    if state.table.reveal
        && let Some(at) = all.iter().position(|item| marked(item))
    {
        scroll = long_list::centred(at as u64, height);
    }
    let name = tr!("evidence-all-that-is-known");
    let list = long_list::frame(ui, &name, &mut scroll, rows, height);
    ui.data_mut(|d| d.insert_temp(id, scroll));
    if state.table.reveal {
        list.response.scroll_to_me(Some(egui::Align::Center));
    }
    let clip = ui.painter().with_clip_rect(list.rect.intersect(ui.clip_rect()));
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(list.rect));
    inner.set_clip_rect(clip.clip_rect());
    let first = usize::try_from(list.first).unwrap_or(usize::MAX);
    for (index, item) in all.iter().skip(first).take(list.count).enumerate() {
        if long_list::ground(&inner, &list, index, &item.summary, marked(item)) {
            out.push(Action::Mark(Some(item.id.clone())));
        }
        row(&inner, list.row(index), item);
    }
    let chosen = evidence.iter().find(|item| marked(item));
    if let Some(item) = chosen {
        whole(ui, state, item, out);
    }
    state.table.reveal = false;
}

/// One row.
fn row(ui: &Ui, rect: Rect, item: &Evidence) {
    let palette = Palette::of(ui);
    let wide = rect.width() >= WIDE;
    let mut left = rect.left() + space::XS;
    // A column of no width takes the rest.
    let mut column = |width: f32| {
        let end = if width > 0.0 {
            left + width - space::S
        } else {
            rect.right()
        };
        let all = Rect::from_min_max(pos2(left, rect.top()), pos2(end, rect.bottom()));
        left += width;
        all
    };
    let level = column(22.0);
    sign(ui, level, is_fault(item), false);
    let small = theme::detail_font;
    cell(ui, column(88.0), &words::gate(item.gate), small(), muted(ui));
    if wide {
        cell(ui, column(88.0), &actor(item.actor), small(), muted(ui));
        if rect.width() >= WIDER {
            cell(ui, column(150.0), &source_name(item), small(), muted(ui));
        }
        cell(ui, column(64.0), &time(item), small(), muted(ui));
    }
    let rest = column(0.0);
    cell(ui, rest, &item.summary, theme::text_font(), palette.text);
}

/// Whom a piece speaks of.
fn actor(actor: Actor) -> String {
    match actor {
        Actor::Device => tr!("word-copier"),
        Actor::Laptop => tr!("word-this-laptop"),
        Actor::Service => tr!("evidence-service"),
    }
}

/// The marked piece with all its words, and the way to its line.
fn whole(ui: &mut Ui, state: &State, item: &Evidence, out: &mut Vec<Action>) {
    ui.add_space(space::XS);
    card::line(ui);
    let who = format!("{} · {}", words::gate(item.gate), actor(item.actor));
    card::fact_row(ui, format!("{who}\n{}", source(item)), &item.summary);
    ui.horizontal_wrapped(|ui| {
        if file_of(&state.case.files, &item.source).is_some()
            && button::small(ui, tr!("evidence-show-the-line")).clicked()
        {
            out.push(Action::ShowLine(item.source.clone()));
        }
        if button::small(ui, tr!("fix-copy")).clicked() {
            out.push(Action::Copy(item.summary.clone(), tr!("evidence-fact")));
        }
    });
    ui.add(Label::new(theme::detail(ui, &item.id)));
}
