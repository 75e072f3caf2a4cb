//! The time line: what has a time, by gate. A click shows what happened, a drag narrows the table.

use crate::evidence::Evidence;
use crate::gate::Gate;
use crate::gui::action::Action;
use crate::gui::state::table::is_fault;
use crate::gui::state::{Fold, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::button;
use egui::{TextStyle, Ui, Vec2};
use egui_plot::{AxisHints, GridMark, HoverPosition, MarkerShape, Plot, PlotPoint, PlotPoints, Points, Span};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// Height of a gate's row in the plot, and of the axis below them.
const ROW: f32 = 18.0;
const AXIS: f32 = 34.0;
/// A click this near to a mark means it, in points of the screen.
const NEAR: f32 = 14.0;
/// Shorter drags are clicks, in seconds.
const SHORTEST: f64 = 0.5;

/// A mark: its place, and the piece that it stands for.
struct Mark {
    at: f64,
    gate: f64,
    fault: bool,
    id: String,
    words: String,
}

/// Below this height of the window it is folded away until somebody wants it: the table needs the room.
const LOW: f32 = 760.0;

/// Whether it is in sight.
pub fn is_open(ui: &Ui, state: &State) -> bool {
    let high = ui.ctx().content_rect().height() >= LOW;
    // A narrowed time is never hidden.
    state.table.span.is_some() || state.folds.get(&Fold::TimeLine).copied().unwrap_or(high)
}

/// Whether at least two pieces have a time.
pub fn is_there(state: &State) -> bool {
    let found = state.finding.value.iter();
    let all = found.flat_map(|finding| &finding.diagnosis.evidence);
    all.filter(|item| item.at.is_some()).nth(1).is_some()
}

/// Draws it where at least two pieces have a time.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let Some(finding) = &state.finding.value else {
        return;
    };
    let timed = finding.diagnosis.evidence.iter().filter(|item| item.at.is_some());
    let gates: BTreeSet<Gate> = timed.clone().map(|item| item.gate).collect();
    // The first gate of the way stands on top.
    let gates: Vec<Gate> = gates.into_iter().rev().collect();
    let marks: Vec<Mark> = timed.filter_map(|item| mark(item, &gates)).collect();
    if marks.len() < 2 {
        return;
    }
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::detail(ui, tr!("timeline-legend")));
        if let Some((from, to)) = state.table.span {
            let words = tr!("timeline-span", from = moment(from), to = moment(to));
            ui.label(theme::detail(ui, words));
            if button::quiet(ui, tr!("timeline-all-times")).clicked() {
                state.table.span = None;
                out.push(Action::Find);
            }
        }
    });
    ui.scope(|ui| {
        let small = (TextStyle::Body, theme::detail_font());
        ui.style_mut().text_styles.extend([small]);
        ui.visuals_mut().override_text_color = Some(Palette::of(ui).muted);
        plot(ui, state, &marks, &gates, out);
    });
}

/// A piece that has a time, as a mark.
fn mark(item: &Evidence, gates: &[Gate]) -> Option<Mark> {
    let at = item.at?.as_duration().as_secs_f64();
    let row = gates.iter().position(|gate| *gate == item.gate)?;
    Some(Mark {
        at,
        gate: f64::from(u8::try_from(row).unwrap_or(0)),
        fault: is_fault(item),
        id: item.id.clone(),
        words: format!("{}\n{}", super::super::diagnosis::source(item), item.summary),
    })
}

/// The plot itself: nothing in it zooms or wanders by itself.
fn plot(ui: &mut Ui, state: &mut State, marks: &[Mark], gates: &[Gate], out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let series = |fault: bool| -> PlotPoints<'static> {
        let own = marks.iter().filter(|mark| mark.fault == fault);
        own.map(|mark| [mark.at, mark.gate]).collect()
    };
    let first = marks.iter().map(|mark| mark.at).fold(f64::INFINITY, f64::min);
    let last = marks.iter().map(|mark| mark.at).fold(f64::NEG_INFINITY, f64::max);
    let margin = ((last - first) * 0.03).max(1.0);
    let count = u8::try_from(gates.len()).unwrap_or(1);
    let rows = f64::from(count) - 1.0;
    let height = ROW * f32::from(count) + AXIS;
    let words = |at: &HoverPosition<'_>| match at {
        HoverPosition::NearDataPoint { position, .. } => nearest_words(marks, *position),
        HoverPosition::Elsewhere { .. } => None,
    };
    let span = state.table.span;
    // A plot keeps its bounds under its name; other times are another plot.
    let shown = Plot::new(format!("evidence-time-line {first} {last}"))
        .height(height)
        .show_background(false)
        .show_grid([false, true])
        .grid_color(palette.edge)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_crosshair(false)
        .set_margin_fraction(Vec2::ZERO)
        .default_x_bounds(first - margin, last + margin)
        .default_y_bounds(-0.8, rows + 0.8)
        .y_grid_spacer(move |_| {
            let mark = |value| GridMark {
                value,
                step_size: 1.0,
            };
            (0..count).map(|row| mark(f64::from(row))).collect()
        })
        .custom_y_axes(vec![
            AxisHints::new_y()
                .min_thickness(84.0)
                .label_spacing(1.0..=2.0)
                .formatter(|mark, _| gate_at(mark.value, gates).map(words::gate).unwrap_or_default()),
        ])
        .x_axis_formatter(|mark, _| {
            moment_of(mark.value)
                .map(|at| clock(at, mark.step_size))
                .unwrap_or_default()
        })
        .label_formatter(words)
        .show(ui, |plot| {
            if let Some((from, to)) = span {
                let seconds = |at: Timestamp| at.as_duration().as_secs_f64();
                let fill = palette.accent.pale;
                plot.span(Span::new("", seconds(from)..=seconds(to)).fill(fill));
            }
            // Told apart by shape too: what went wrong is a filled diamond, the rest an open ring.
            let rest = Points::new(tr!("timeline-other"), series(false))
                .shape(MarkerShape::Circle)
                .filled(false)
                .radius(4.0)
                .color(palette.muted);
            plot.points(rest);
            let faults = Points::new(tr!("timeline-faults"), series(true))
                .shape(MarkerShape::Diamond)
                .radius(5.0)
                .color(palette.failed.strong);
            plot.points(faults);
            plot.pointer_coordinate()
        });
    let response = shown.response.on_hover_cursor(egui::CursorIcon::Crosshair);
    let Some(point) = shown.inner else { return };
    if response.clicked() {
        let near = |mark: &&Mark| {
            let place = shown
                .transform
                .position_from_point(&PlotPoint::new(mark.at, mark.gate));
            let pointer = shown.transform.position_from_point(&point);
            place.distance(pointer) <= NEAR
        };
        if let Some(mark) = marks.iter().find(near) {
            out.push(Action::ShowEvidence(mark.id.clone()));
        }
    }
    if response.drag_started() {
        state.table.dragged = Some(point.x);
    }
    if response.drag_stopped()
        && let Some(from) = state.table.dragged.take()
        && (from - point.x).abs() >= SHORTEST
    {
        let (from, to) = (from.min(point.x), from.max(point.x));
        state.table.span = moment_of(from).zip(moment_of(to));
        out.push(Action::Find);
    }
}

/// The words of the mark at a place of the plot.
fn nearest_words(marks: &[Mark], at: PlotPoint) -> Option<String> {
    let same = |mark: &&Mark| (mark.at - at.x).abs() < 1e-6 && (mark.gate - at.y).abs() < 1e-6;
    marks.iter().find(same).map(|mark| mark.words.clone())
}

/// The gate of a row of the plot.
fn gate_at(row: f64, gates: &[Gate]) -> Option<Gate> {
    let rows = (0u8..).map(f64::from).zip(gates);
    let same = |(at, _): &(f64, &Gate)| (at - row).abs() < 0.01;
    rows.into_iter().find(same).map(|(_, gate)| *gate)
}

/// Seconds as a time.
fn moment_of(seconds: f64) -> Option<Timestamp> {
    jiff::SignedDuration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|since| Timestamp::from_duration(since).ok())
}

/// A label of the time axis: days where the marks are far apart, seconds where they are near.
fn clock(at: Timestamp, step: f64) -> String {
    let pattern = if step >= 86_400.0 {
        "%Y-%m-%d"
    } else if step >= 60.0 {
        "%m-%d %H:%M"
    } else {
        "%H:%M:%S"
    };
    at.to_zoned(TimeZone::system()).strftime(pattern).to_string()
}

/// A time in full.
fn moment(at: Timestamp) -> String {
    clock(at, 1.0)
}
