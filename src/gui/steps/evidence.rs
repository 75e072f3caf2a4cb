//! Evidence: the case's files, the symptom, and all that is known, to search in.

use super::focus;
use crate::evidence::{Actor, Evidence};
use crate::gui::action::Action;
use crate::gui::state::State;
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, field, prose};
use egui::{Align, Label, Layout, Ui};
use egui_extras::{Column, TableBuilder, TableRow};
use std::path::Path;

/// Height of a table row.
const ROW: f32 = 32.0;
/// So many rows stand without a scroll bar of their own.
const SHORT: f32 = 24.0;
/// Height of a table with more.
const TALL: f32 = 480.0;
/// Below this width only gate and fact have a column.
const WIDE: f32 = 560.0;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    dropped(ui, out);
    let below = tr!("evidence-logs-captures-bounces-and-what-the");
    card::page_head(ui, tr!("word-evidence"), below);
    if state.finding.value.is_none() && !state.run.running() {
        super::practice(ui, state);
    }
    card::columns(ui, 0.5, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| files(ui, state, out));
        } else {
            card::card(ui, |ui| symptom(ui, state));
        }
    });
    card::gap(ui);
    table(ui, state);
}

/// Files that are dropped on the window.
fn dropped(ui: &Ui, out: &mut Vec<Action>) {
    let paths: Vec<_> = ui.input(|i| {
        i.raw
            .dropped_files
            .iter()
            .map(|file| file.path().to_owned())
            .collect()
    });
    if !paths.is_empty() {
        out.push(Action::Files(paths));
    }
}

/// The case's files and what could be read of them.
fn files(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("evidence-files"))));
    if state.case.files.is_empty() {
        let hovering = ui.input(|i| !i.raw.hovered_files.is_empty());
        let text = if hovering {
            tr!("evidence-let-go-to-add-it")
        } else {
            tr!("evidence-drop-files-here-or-add-them")
        };
        ui.add(Label::new(theme::muted(ui, text)).wrap());
    }
    for (index, path) in state.case.files.iter().enumerate() {
        file(ui, state, index, path, out);
    }
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        if button::secondary(ui, tr!("word-add-files")).clicked() {
            out.push(Action::AddFiles);
        }
        if !state.case.files.is_empty() && !state.unread() {
            ui.add_enabled_ui(!state.run.running(), |ui| {
                if button::secondary(ui, tr!("evidence-read-again")).clicked() {
                    out.push(Action::Read);
                }
            });
        }
    });
}

/// One file: state, name, what it was taken for.
fn file(ui: &mut Ui, state: &State, index: usize, path: &Path, out: &mut Vec<Action>) {
    let report = state
        .finding
        .value
        .iter()
        .flat_map(|finding| &finding.files)
        .find(|report| Path::new(&report.path).ends_with(path));
    let (mark, word, line) = match report {
        None => (
            Mark::Queued,
            tr!("common-not-read-yet"),
            tr!("common-not-read-yet"),
        ),
        Some(report) => {
            let read = format!(
                "{} · {}",
                report.format,
                tr!("evidence-records", count = report.records)
            );
            report
                .problem
                .as_ref()
                .map_or((Mark::Passed, tr!("evidence-read"), read), |problem| {
                    (Mark::Attention, tr!("evidence-needs-a-look"), problem.clone())
                })
        }
    };
    ui.horizontal_top(|ui| {
        icon(ui, mark, 9.0, word);
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            if button::quiet(ui, tr!("evidence-remove"))
                .on_hover_text(tr!("evidence-remove-2", name = name.as_str()))
                .clicked()
            {
                out.push(Action::RemoveFile(index));
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                let full = path.display().to_string();
                let letters = if ui.available_width() < 300.0 { 24 } else { 36 };
                ui.add(Label::new(theme::medium(prose::shorten(&name, letters))).truncate())
                    .on_hover_text(full);
                ui.add(Label::new(theme::detail(ui, line)).wrap());
            });
        });
    });
}

/// What the panel says.
fn symptom(ui: &mut Ui, state: &mut State) {
    ui.add(Label::new(theme::heading(tr!("evidence-on-the-panel-or-in-the"))));
    ui.add(Label::new(theme::muted(ui, tr!("evidence-the-code-or-the-sentence-as"))).wrap());
    ui.add_space(space::XS);
    let response = field::optional(
        ui,
        tr!("evidence-symptom"),
        &mut state.case.symptom,
        tr!("evidence-code-or-message"),
    );
    focus(state, &response);
}

/// All evidence of the last run.
fn table(ui: &mut Ui, state: &mut State) {
    let Some(finding) = &state.finding.value else {
        return;
    };
    let words: Vec<String> = state
        .search
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let all: Vec<&Evidence> = finding
        .diagnosis
        .evidence
        .iter()
        .filter(|item| {
            let text = format!(
                "{} {} {} {}",
                item.id,
                words::gate(item.gate),
                super::diagnosis::source(item),
                item.summary
            );
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect();
    let total = finding.diagnosis.evidence.len();
    let search = &mut state.search;
    card::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.add(Label::new(theme::heading(tr!("evidence-all-that-is-known"))));
            let count = tr!("common-of", some = all.len(), all = total);
            ui.label(theme::detail(ui, count));
        });
        field::line(
            ui,
            tr!("evidence-search-the-evidence"),
            search,
            tr!("evidence-search"),
        );
        ui.add_space(space::XS);
        rows(ui, &all);
    });
}

/// The table itself; only rows in sight are drawn.
fn rows(ui: &mut Ui, all: &[&Evidence]) {
    let wide = ui.available_width() >= WIDE;
    let names = if wide {
        vec![
            tr!("word-gate"),
            tr!("evidence-speaks-of"),
            tr!("evidence-source"),
            tr!("evidence-time"),
            tr!("common-what-was-seen"),
        ]
    } else {
        vec![tr!("word-gate"), tr!("common-what-was-seen")]
    };
    ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
    let rows = f32::from(u16::try_from(all.len()).unwrap_or(u16::MAX));
    let height = if rows > SHORT { TALL } else { ROW * rows };
    let mut table = TableBuilder::new(ui)
        .id_salt("evidence")
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(94.0));
    if wide {
        table = table
            .column(Column::exact(94.0))
            .column(Column::exact(164.0).clip(true))
            .column(Column::exact(72.0));
    }
    table
        .column(Column::remainder().clip(true))
        .min_scrolled_height(height)
        .max_scroll_height(height)
        .header(ROW, |mut header| {
            for name in names {
                header.col(|ui| {
                    ui.label(theme::detail(ui, name));
                });
            }
        })
        .body(|body| {
            body.rows(ROW, all.len(), |mut row| {
                if let Some(item) = all.get(row.index()) {
                    cells(&mut row, item, wide);
                }
            });
        });
}

/// One row; a thin line stands above it.
fn cells(row: &mut TableRow<'_, '_>, item: &Evidence, wide: bool) {
    let actor = match item.actor {
        Actor::Device => tr!("word-copier"),
        Actor::Laptop => tr!("word-this-laptop"),
        Actor::Service => tr!("evidence-service"),
    };
    let source = super::diagnosis::source_name(item);
    let time = super::diagnosis::time(item);
    let mut cell = |text: &str, small: bool| {
        row.col(|ui| {
            let palette = Palette::of(ui);
            let rect = ui.max_rect();
            ui.painter()
                .hline(rect.x_range(), rect.top(), egui::Stroke::new(1.0, palette.line));
            let shown = if small {
                theme::detail(ui, text)
            } else {
                theme::text(text)
            };
            ui.set_max_width(ui.available_width() - space::S);
            ui.add(Label::new(shown).truncate());
        });
    };
    cell(&words::gate(item.gate), true);
    if wide {
        cell(&actor, true);
        cell(&source, true);
        cell(&time, true);
    }
    cell(&item.summary, false);
}
