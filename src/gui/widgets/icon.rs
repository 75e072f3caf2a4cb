//! State icons, painted. Each state has a shape of its own, so that colour is never the only sign.

use crate::gui::theme::{self, Palette, Tone};
use egui::{Align2, Painter, Pos2, Response, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo};
use std::f32::consts::TAU;

/// What an icon says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A ring with a tick.
    Passed,
    /// A ring of dashes with a tick.
    PredictedPass,
    /// A filled disc with a cross and a halo.
    Failed,
    /// A ring of dashes with a cross.
    PredictedFail,
    /// A ring with an exclamation mark.
    Attention,
    /// A dotted ring with a question mark.
    Unknown,
    /// A dotted ring: planned, not begun.
    Queued,
    /// A ring with a bar: left out.
    Skipped,
    /// A turning arc.
    Running,
    /// A ring with a number; in the accent where it is chosen.
    Number(u8, bool),
}

impl Mark {
    /// The tone that goes with it.
    pub const fn tone(self, palette: &Palette) -> Tone {
        match self {
            Self::Passed | Self::PredictedPass => palette.passed,
            Self::Failed | Self::PredictedFail => palette.failed,
            Self::Attention => palette.attention,
            Self::Running | Self::Number(_, true) => palette.accent,
            Self::Unknown | Self::Queued | Self::Skipped | Self::Number(_, false) => palette.unknown,
        }
    }
}

/// Allocates room for an icon of this radius and paints it; `name` is for screen readers.
pub fn icon(ui: &mut Ui, mark: Mark, radius: f32, name: impl AsRef<str>) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(radius * 2.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, name.as_ref()));
    paint(ui, rect.center(), radius, mark);
    response
}

/// Paints an icon.
pub fn paint(ui: &Ui, center: Pos2, radius: f32, mark: Mark) {
    let palette = Palette::of(ui);
    let painter = ui.painter();
    let tone = mark.tone(palette);
    let ring = Stroke::new((radius * 0.11).clamp(1.0, 2.0), tone.strong);
    match mark {
        Mark::Passed | Mark::Attention => {
            painter.circle(center, radius - 0.5, tone.pale, ring);
        }
        Mark::PredictedPass | Mark::PredictedFail => {
            painter.circle_filled(center, radius - 0.5, palette.panel);
            broken_ring(painter, center, radius - 0.5, ring, 6.0, 0.55);
        }
        Mark::Failed => {
            painter.circle_filled(center, radius * 1.28, tone.pale);
            painter.circle_filled(center, radius, tone.strong);
        }
        Mark::Unknown | Mark::Queued => {
            painter.circle_filled(center, radius - 0.5, palette.panel);
            broken_ring(painter, center, radius - 0.5, ring, 4.0, 0.3);
        }
        Mark::Skipped | Mark::Number(..) => {
            painter.circle_stroke(center, radius - 0.5, ring);
        }
        Mark::Running => {
            painter.circle_stroke(center, radius - 1.0, Stroke::new(2.0, tone.pale));
            turning_arc(ui, center, radius - 1.0, Stroke::new(2.0, tone.strong));
        }
    }
    let ink = match mark {
        Mark::Failed => palette.on_accent,
        Mark::Number(_, false) | Mark::Unknown => palette.muted,
        _ => tone.strong,
    };
    if let Mark::Number(number, _) = mark {
        let font = theme::tag_font();
        painter.text(center, Align2::CENTER_CENTER, number.to_string(), font, ink);
    } else {
        glyph(painter, center, radius, mark, ink);
    }
}

/// Paints only the sign inside an icon's ring.
pub fn glyph(painter: &Painter, center: Pos2, radius: f32, mark: Mark, ink: egui::Color32) {
    let stroke = Stroke::new((radius * 0.15).clamp(1.2, 2.0), ink);
    let at = |x: f32, y: f32| center + Vec2::new(x, y) * radius;
    match mark {
        Mark::Passed | Mark::PredictedPass => {
            let points = vec![at(-0.36, 0.04), at(-0.10, 0.30), at(0.38, -0.26)];
            painter.add(Shape::line(points, stroke));
        }
        Mark::Failed | Mark::PredictedFail => {
            painter.line_segment([at(-0.28, -0.28), at(0.28, 0.28)], stroke);
            painter.line_segment([at(-0.28, 0.28), at(0.28, -0.28)], stroke);
        }
        Mark::Attention => {
            painter.line_segment([at(0.0, -0.42), at(0.0, 0.10)], stroke);
            painter.circle_filled(at(0.0, 0.38), stroke.width * 0.62, ink);
        }
        Mark::Unknown => {
            let mut points: Vec<Pos2> = (0..=10u8)
                .map(|i| {
                    let angle = TAU * (0.5 + 0.075 * f32::from(i));
                    at(0.24 * angle.cos(), -0.19 + 0.24 * angle.sin())
                })
                .collect();
            points.push(at(0.0, 0.16));
            painter.add(Shape::line(points, stroke));
            painter.circle_filled(at(0.0, 0.42), stroke.width * 0.62, ink);
        }
        Mark::Skipped => {
            painter.line_segment([at(-0.34, 0.0), at(0.34, 0.0)], stroke);
        }
        Mark::Queued | Mark::Running | Mark::Number(..) => {}
    }
}

/// A ring of strokes: one in every `pitch` points, taking `share` of it.
fn broken_ring(painter: &Painter, center: Pos2, radius: f32, stroke: Stroke, pitch: f32, share: f32) {
    let parts = (TAU * radius / pitch).round().max(6.0);
    let step = TAU / parts;
    for part in (0..64u8).map(f32::from).take_while(|part| *part < parts) {
        let from = step * part;
        painter.add(Shape::line(arc(center, radius, from, step * share, 3), stroke));
    }
}

/// An arc that turns once a second, and asks for the next picture itself.
fn turning_arc(ui: &Ui, center: Pos2, radius: f32, stroke: Stroke) {
    #[expect(clippy::cast_possible_truncation, reason = "an angle needs no more")]
    let turn = (ui.input(|i| i.time) % 1.0) as f32 * TAU;
    ui.painter()
        .add(Shape::line(arc(center, radius, turn, TAU * 0.3, 12), stroke));
    ui.ctx()
        .request_repaint_after(std::time::Duration::from_millis(33));
}

/// Points of an arc.
fn arc(center: Pos2, radius: f32, from: f32, sweep: f32, parts: u8) -> Vec<Pos2> {
    (0..=parts)
        .map(|i| {
            let angle = from + sweep * f32::from(i) / f32::from(parts);
            center + Vec2::angled(angle) * radius
        })
        .collect()
}
