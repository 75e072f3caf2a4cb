//! Live probes: a row each, with its transcript on a click.

use super::{compare, empty, sign_in, transcript};
use crate::gui::action::Action;
use crate::gui::state::run::{Row, RowState};
use crate::gui::state::{Phase, State, Step, path};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{self, Mark};
use crate::gui::widgets::{button, card, progress, send_path, tag};
use crate::probe::{SendMode, Status};
use egui::{Align, Label, Layout, Rect, RichText, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use std::time::Duration;

/// Height of a row.
const ROW: f32 = 40.0;
/// Where the results begin.
const NAMES: f32 = 248.0;
/// Least room for a bar and its words.
const PROGRESS: f32 = 300.0;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let below = match state.send {
        SendMode::Never => tr!("probes-nothing-is-delivered-the-test-ends"),
        SendMode::Envelope => tr!("probes-nothing-is-delivered-the-test-ends-2"),
        SendMode::Message => tr!("probes-one-marked-test-message-is-delivered"),
    };
    let over = !state.run.running() && !state.run.rows.is_empty();
    let took = over.then(|| {
        let (over, all) = state.run.progress();
        let took = seconds(state.run.elapsed());
        tr!("probes-of", over = over, all = all, took = took)
    });
    let below: Vec<String> = [Some(below), took].into_iter().flatten().collect();
    card::page_head(ui, tr!("word-live-probes"), below.join(" · "));
    controls(ui, state, out);
    ui.add_space(space::S);
    if let Phase::Failed(problem) = &state.run.phase {
        card::card(ui, |ui| super::not_run(ui, state, problem, out));
        card::gap(ui);
    }
    if state.run.running() && state.signing_in.prompt.is_some() {
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading(tr!("sign-in-run-waits"))).wrap());
            sign_in::code(ui, state, Action::Stop, out);
        });
        card::gap(ui);
    }
    if state.run.rows.is_empty() {
        if !state.run.running() {
            super::practice(ui, state);
            if state.can_run() {
                card::card(ui, |ui| path(ui, state, out));
                card::gap(ui);
            }
            nothing_yet(ui, state, out);
        }
        return;
    }
    card::card(ui, |ui| path(ui, state, out));
    card::gap(ui);
    card::flush(ui, |ui| rows(ui, state, out));
    if let Some(finding) = state.finding.value.as_ref().filter(|_| !state.run.running()) {
        compare::show(ui, finding);
    }
}

/// Progress while it runs, else how far to go; and at the right what can be done. Where the window is too narrow
/// for both, one stands below the other.
fn controls(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let mut right = Vec::new();
    if state.run.running() {
        right.push((tr!("word-stop"), Action::Stop));
    } else {
        if !state.run.rows.is_empty() {
            right.push((tr!("probes-run-again"), Action::Run(Vec::new())));
        }
        right.push((tr!("probes-listen"), Action::Listen));
    }
    let right_width: f32 = right
        .iter()
        .map(|(name, _)| button::width(ui, name) + space::S)
        .sum();
    let depths = [
        (SendMode::Never, tr!("probes-the-login")),
        (SendMode::Envelope, tr!("probes-the-recipient")),
        (SendMode::Message, tr!("probes-a-real-message")),
    ];
    let ask = tr!("probes-go-as-far-as");
    let left_width = if state.run.running() {
        PROGRESS
    } else {
        let choices = depths
            .iter()
            .map(|(mode, name)| button::choice_width(ui, name, state.send == *mode) + space::S);
        choices.sum::<f32>() + theme::width(ui, &ask, theme::text_font())
    };
    let all = ui.available_width();
    let one_row = left_width + right_width <= all;
    let mut buttons = |ui: &mut Ui| {
        for (name, action) in &right {
            if button::secondary(ui, name).clicked() {
                out.push(action.clone());
            }
        }
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = theme::CONTROL;
        ui.set_row_height(theme::CONTROL);
        let begin = ui.cursor().left();
        if state.run.running() {
            progress(ui, state, all - right_width);
        } else {
            ui.label(theme::muted(ui, ask));
            for (mode, name) in depths {
                if button::choice(ui, name, state.send == mode) {
                    state.send = mode;
                }
            }
        }
        if one_row {
            let used = ui.cursor().left() - begin;
            ui.add_space((all - used - right_width + space::S).max(0.0));
            buttons(ui);
        }
    });
    if !one_row {
        ui.horizontal_wrapped(buttons);
    }
}

/// A bar, how many of how many, how long, in this room.
fn progress(ui: &mut Ui, state: &State, room: f32) {
    let (over, all) = state.run.progress();
    let width = (room - 220.0).clamp(80.0, 320.0);
    let time = seconds(state.run.elapsed());
    let text = if let Some(reading) = &state.run.reading {
        progress::reading(reading)
    } else if all == 0 {
        time
    } else {
        tr!("probes-of-2", over = over, all = all, time = time)
    };
    let share = f32::from(u8::try_from(over).unwrap_or(0)) / f32::from(u8::try_from(all.max(1)).unwrap_or(1));
    progress::bar(ui, width, share, tr!("probes-of-3", over = over, all = all));
    ui.add_space(space::S);
    ui.label(theme::detail(ui, text));
    ui.add_space(space::S);
    ui.ctx().request_repaint_after(Duration::from_millis(100));
}

/// Tenths of a second.
fn seconds(time: Option<Duration>) -> String {
    time.map(|time| format!("{:.1} s", time.as_secs_f64()))
        .unwrap_or_default()
}

/// Before the first run.
fn nothing_yet(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    if state.can_run() {
        let way = super::route(state);
        empty(ui, tr!("probes-ready"), &way, &[], out);
    } else {
        let ways = [(tr!("common-enter-the-mail-settings"), Action::Go(Step::Mail))];
        let text = tr!("probes-the-probes-need-at-least-the");
        empty(ui, tr!("probes-nothing-to-probe-yet"), text, &ways, out);
    }
}

/// The send path: after the run as diagnosed, before that as far as this laptop has got.
fn path(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let found = state
        .finding
        .value
        .as_ref()
        .filter(|_| state.finding.phase == Phase::Known);
    let columns = match found {
        Some(finding) => path::columns(&finding.diagnosis.gates, finding.diagnosis.verdict.gate),
        None => path::of_run(&state.run),
    };
    if let Some(gate) = send_path::show(ui, &columns, None) {
        out.push(Action::Gate(gate));
        if found.is_some() {
            out.push(Action::Go(Step::Diagnosis));
        }
    }
}

/// All rows.
fn rows(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    for (index, row) in state.run.rows.iter().enumerate() {
        if index > 0 {
            card::line(ui);
        }
        let open = state.open.contains(&row.probe);
        if head(ui, row, open).clicked() {
            out.push(Action::Toggle(row.probe));
        }
        if open {
            transcript::show(ui, state, row, out);
        }
    }
}

/// A row's icon and word.
fn looks(state: RowState) -> (Mark, String) {
    match state {
        RowState::Queued => (Mark::Queued, tr!("probes-queued")),
        RowState::Running => (Mark::Running, tr!("word-running-2")),
        RowState::Ended(Status::Passed) => (Mark::Passed, tr!("word-passed-2")),
        RowState::Ended(Status::Failed) => (Mark::Failed, tr!("word-failed-2")),
        RowState::Ended(Status::Skipped) => (Mark::Skipped, tr!("probes-skipped")),
        RowState::Ended(Status::Cancelled) => (Mark::Skipped, tr!("probes-stopped")),
    }
}

/// Icon, name, result, time, state.
fn head(ui: &mut Ui, row: &Row, open: bool) -> egui::Response {
    let palette = Palette::of(ui);
    let (mark, word) = looks(row.state);
    let title = words::probe(row.probe);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| {
        let name = format!("{title}: {word} {}", row.summary);
        WidgetInfo::selected(egui::Role::DisclosureTriangle, true, open, name)
    });
    if response.hovered() {
        ui.painter()
            .rect_filled(rect.shrink2(vec2(1.0, 0.0)), 0, palette.hover);
    }
    button::focus_ring(ui, rect.shrink(3.0), &response);
    let y = rect.center().y;
    icon::paint(ui, pos2(rect.left() + 25.0, y), 9.0, mark);
    let wide = rect.width() > 620.0;
    let names = if wide { NAMES } else { rect.width() - 200.0 };
    let right = rect.right() - 16.0;
    part(
        ui,
        Rect::from_min_max(
            pos2(rect.left() + 44.0, rect.top()),
            pos2(rect.left() + names, rect.bottom()),
        ),
        |ui| {
            ui.add(Label::new(theme::medium(title)).truncate());
        },
    );
    let pill = Rect::from_min_max(pos2(right - 92.0, rect.top()), pos2(right, rect.bottom()));
    part(ui, pill, |ui| {
        let _ = tag::state(ui, word, mark, 92.0);
    });
    let time = row
        .elapsed
        .filter(|_| row.state != RowState::Ended(Status::Skipped));
    let ms = time
        .map(|t| match t.as_millis() {
            0 => tr!("probes-under-1-ms"),
            ms => tr!("probes-ms", ms = ms),
        })
        .unwrap_or_default();
    ui.painter().text(
        pos2(right - 108.0, y),
        egui::Align2::RIGHT_CENTER,
        ms,
        theme::detail_font(),
        palette.muted,
    );
    if wide {
        let text = if row.state == RowState::Queued {
            tr!("probes-queued-2")
        } else {
            row.summary.clone()
        };
        let room = Rect::from_min_max(
            pos2(rect.left() + NAMES, rect.top()),
            pos2(right - 176.0, rect.bottom()),
        );
        part(ui, room, |ui| {
            ui.add(Label::new(RichText::new(text).color(palette.muted)).truncate());
        });
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A part of a row, its content in the middle of its height.
fn part(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let layout = Layout::left_to_right(Align::Center);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    add(&mut child);
}
