//! Evidence: the case's files, the symptom, and all that is known, to search in and to look up.

mod known;
mod rows;
mod timeline;

use self::rows::grouped;
use super::focus;
use crate::gui::action::Action;
use crate::gui::state::table::file_name;
use crate::gui::state::{Fold, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, field, progress, prose};
use egui::{Align, Color32, FontId, Label, Layout, Rect, Ui, pos2};
use std::path::Path;

/// Height of all that stands above the table and below it.
const ABOVE: f32 = 450.0;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    card::page_head(
        ui,
        tr!("word-evidence"),
        tr!("evidence-logs-captures-bounces-and-what-the"),
    );
    if state.finding.value.is_none() && !state.run.running() {
        super::practice(ui, state);
    }
    card::pair(ui, |ui, column| {
        if column == 0 {
            files(ui, state, out);
        } else {
            symptom(ui, state);
        }
    });
    if state.finding.value.is_none() && state.case.files.is_empty() {
        return;
    }
    card::gap(ui);
    card::card(ui, |ui| {
        sheets(ui, state, out);
        filters(ui, state, out);
        if timeline::is_open(ui, state) {
            timeline::show(ui, state, out);
        }
        if state.table.file.is_some() {
            rows::show(ui, state, out);
        } else {
            known::show(ui, state, out);
        }
    });
}

/// The case's files and what could be read of them.
fn files(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("evidence-files"))));
    if state.case.files.is_empty() {
        let text = tr!("evidence-drop-files-here-or-add-them");
        ui.add(Label::new(theme::muted(ui, text)).wrap());
    }
    for (index, path) in state.case.files.iter().enumerate() {
        file(ui, state, index, path, out);
    }
    ui.add_space(space::XS);
    if state.run.running() && state.run.offline {
        busy(ui, state, out);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        if button::secondary(ui, tr!("word-add-files")).clicked() {
            out.push(Action::AddFiles);
        }
        if !state.case.files.is_empty() && !state.unread() {
            // The last of its row, which so wraps as one: a part of its own would break the button's words.
            if state.run.running() {
                ui.disable();
            }
            if button::secondary(ui, tr!("evidence-read-again")).clicked() {
                out.push(Action::Read);
            }
        }
    });
}

/// The files are being read: how far, and a way to stop it.
fn busy(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.set_row_height(theme::CONTROL);
        let width = (ui.available_width() - 120.0).clamp(80.0, 320.0);
        let (share, words) = state.run.reading.as_ref().map_or_else(
            || (0.0, tr!("evidence-reading-files")),
            |one| (f32::from(one.percent()) / 100.0, progress::reading(one)),
        );
        progress::bar(ui, width, share, &words);
        if button::secondary(ui, tr!("word-stop")).clicked() {
            out.push(Action::Stop);
        }
        ui.add(Label::new(theme::detail(ui, words)).wrap());
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
    let now = state.run.reading.as_ref();
    let (mark, word, line) = match report {
        _ if now.is_some_and(|now| now.path.ends_with(path)) => (
            Mark::Running,
            tr!("word-running"),
            now.map(progress::reading).unwrap_or_default(),
        ),
        None => (
            Mark::Queued,
            tr!("common-not-read-yet"),
            tr!("common-not-read-yet"),
        ),
        Some(report) => {
            let read = format!(
                "{} · {}",
                report.format,
                tr!(
                    "evidence-records",
                    count = report.records,
                    written = grouped(report.records)
                )
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
        let name = file_name(path);
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let remove = tr!("evidence-remove-one", name = name.as_str());
            if button::quiet(ui, tr!("evidence-remove"))
                .on_hover_text(remove)
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

/// What the table shows: all that is known, or a file as it stands.
fn sheets(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        let all = state.table.file.is_none();
        if button::choice(ui, tr!("evidence-all-that-is-known"), all) && !all {
            out.push(Action::Sheet(None));
        }
        for path in &state.case.files {
            let chosen = state.table.file.as_ref() == Some(path);
            if button::choice(ui, prose::shorten(&file_name(path), 28), chosen) && !chosen {
                out.push(Action::Sheet(Some(path.clone())));
            }
        }
    });
    ui.add_space(space::XS);
}

/// Words, level, gate and time that are looked for.
fn filters(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let before = state.table.filter();
    ui.horizontal_wrapped(|ui| {
        let width = (ui.available_width() * 0.34).clamp(140.0, 360.0);
        ui.allocate_ui(egui::vec2(width, theme::CONTROL), |ui| {
            field::line(
                ui,
                tr!("evidence-search-the-evidence"),
                &mut state.table.search,
                tr!("evidence-search"),
            );
        });
        let faults = state.table.faults;
        if button::toggle(ui, tr!("evidence-faults-only"), faults) {
            state.table.faults = !faults;
        }
        ui.allocate_ui(egui::vec2(170.0, theme::CONTROL), |ui| {
            let gates = crate::gate::Gate::ALL;
            let names: Vec<String> = std::iter::once(tr!("evidence-every-gate"))
                .chain(gates.map(words::gate))
                .collect();
            let now = state
                .table
                .gate
                .map_or_else(|| tr!("evidence-every-gate"), words::gate);
            ui.name_inputs(tr!("word-gate"), |ui| {
                if let Some(index) = field::pick(ui, "evidence-gate", now, &names) {
                    state.table.gate = index.checked_sub(1).and_then(|at| gates.get(at)).copied();
                }
            });
        });
        if timeline::is_there(state) {
            let open = timeline::is_open(ui, state);
            if button::toggle(ui, tr!("timeline-toggle"), open) {
                out.push(Action::Fold(Fold::TimeLine, !open));
            }
        }
        if state.table.narrowed() && button::quiet(ui, tr!("evidence-show-everything")).clicked() {
            state.table.search.clear();
            state.table.faults = false;
            state.table.gate = None;
            state.table.span = None;
        }
    });
    if state.table.filter() != before {
        out.push(Action::Find);
    }
}

/// One line of text, cut where it does not fit.
fn cell(ui: &Ui, rect: Rect, text: &str, font: FontId, color: Color32) {
    let galley = prose::fitted(ui, text, font, color, rect.width(), 1);
    let at = pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
}

/// What a level looks like in a row.
fn sign(ui: &Ui, rect: Rect, fault: bool, good: bool) {
    let mark = match (fault, good) {
        (true, _) => Mark::Attention,
        (_, true) => Mark::Passed,
        _ => return,
    };
    crate::gui::widgets::icon::paint(ui, rect.center(), 7.0, mark);
}

/// Height of a table in the room that is left, within bounds.
fn height(ui: &Ui, rows: u64, row: f32) -> f32 {
    // What stands above it in a window of this size, so that nearly all of it is in sight without scrolling.
    let most = (ui.ctx().content_rect().height() - ABOVE).clamp(190.0, 640.0);
    let wanted = f32::from(u16::try_from(rows).unwrap_or(u16::MAX)) * row;
    wanted.clamp(row, most)
}

/// The muted colour, for columns that stand beside the text.
fn muted(ui: &Ui) -> Color32 {
    Palette::of(ui).muted
}
