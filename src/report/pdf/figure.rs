//! The send path on paper: the shapes of the screen page's figure.

use super::sheet::{Ink, LINE, MUTED, Stroked, TEXT};
use super::text::{Letters, Weight};
use crate::diagnose::GateState;
use crate::report::send_path::{Mark, as_f32, lanes};
use krilla::geom::{Path, PathBuilder, Point, Rect};

/// Height of the figure with its legend.
pub const HEIGHT: f32 = 118.0;
/// Width of the lanes' names.
const NAMES: f32 = 74.0;

const PASSED: Ink = (0x1e, 0x7f, 0x4f);
const FAILED: Ink = (0xb3, 0x26, 0x1e);
const UNKNOWN: Ink = (0x66, 0x72, 0x84);

/// The figure's strokes, its left upper corner at `x` and `y`.
pub fn strokes(gates: &[GateState], x: f32, y: f32, width: f32, letters: &Letters<'_>) -> Vec<Stroked> {
    let mut out = Vec::new();
    let column = (width - NAMES) / as_f32(gates.len().max(1));
    let centre = |number: usize| x + NAMES + column * (as_f32(number) + 0.5);
    let both = lanes(gates);
    for (number, state) in gates.iter().enumerate() {
        let stopped = both
            .iter()
            .any(|(_, marks)| marks.get(number).is_some_and(|mark| mark.class() == "failed"));
        let (weight, ink) = if stopped {
            (Weight::SemiBold, FAILED)
        } else {
            (Weight::Medium, TEXT)
        };
        let line = letters.line(weight, state.gate.title());
        let at = Point::from_xy(centre(number) - line.width * 3.2, y + 10.0);
        out.push(Stroked::Text(line, weight, 6.4, at, ink));
    }
    for ((name, marks), lane) in both.into_iter().zip([y + 32.0, y + 64.0]) {
        out.push(Stroked::Text(
            letters.line(Weight::Regular, name),
            Weight::Regular,
            8.0,
            Point::from_xy(x, lane + 3.0),
            MUTED,
        ));
        for (number, pair) in marks.windows(2).enumerate() {
            let free = pair.iter().all(|mark| mark.is_free());
            if let Some(path) = path(&[(centre(number) + 11.0, lane), (centre(number + 1) - 11.0, lane)]) {
                out.push(Stroked::Outline(
                    path,
                    if free { PASSED } else { LINE },
                    1.4,
                    Vec::new(),
                ));
            }
        }
        for (number, shape) in marks.into_iter().enumerate() {
            mark(&mut out, shape, centre(number), lane, letters);
        }
    }
    let mut at = x + 8.0;
    for shape in Mark::ALL {
        mark(&mut out, shape, at, y + 100.0, letters);
        let line = letters.line(Weight::Regular, shape.title());
        let after = at + 12.0 + line.width * 8.0 + 20.0;
        out.push(Stroked::Text(
            line,
            Weight::Regular,
            8.0,
            Point::from_xy(at + 12.0, y + 103.0),
            MUTED,
        ));
        at = after;
    }
    out
}

fn mark(out: &mut Vec<Stroked>, shape: Mark, x: f32, y: f32, letters: &Letters<'_>) {
    let ink = match shape.class() {
        "passed" => PASSED,
        "failed" => FAILED,
        _ => UNKNOWN,
    };
    let mut outline = |path: Option<Path>, ink: Ink, dashes: &[f32]| {
        if let Some(path) = path {
            out.push(Stroked::Outline(path, ink, 1.3, dashes.to_vec()));
        }
    };
    let tick = path(&[(x - 2.9, y + 0.2), (x - 0.8, y + 2.3), (x + 3.0, y - 2.2)]);
    let cross = [
        path(&[(x - 2.4, y - 2.4), (x + 2.4, y + 2.4)]),
        path(&[(x + 2.4, y - 2.4), (x - 2.4, y + 2.4)]),
    ];
    match shape {
        Mark::Passed => {
            outline(circle(x, y, 6.4), ink, &[]);
            outline(tick, ink, &[]);
        }
        Mark::WillPass => {
            outline(circle(x, y, 6.4), ink, &[2.6, 2.6]);
            outline(tick, ink, &[]);
        }
        Mark::WillFail => {
            outline(circle(x, y, 6.4), ink, &[2.6, 2.6]);
            for part in cross {
                outline(part, ink, &[]);
            }
        }
        Mark::Failed => {
            for (radius, opacity) in [(9.2, 0.2), (6.4, 1.0)] {
                if let Some(path) = circle(x, y, radius) {
                    out.push(Stroked::Filled(path, ink, opacity));
                }
            }
            for path in cross.into_iter().flatten() {
                out.push(Stroked::Outline(path, (0xff, 0xff, 0xff), 1.4, Vec::new()));
            }
        }
        Mark::NotTested => {
            if let Some(path) = circle(x, y, 2.2) {
                out.push(Stroked::Filled(path, ink, 1.0));
            }
        }
        Mark::Unknown => {
            outline(circle(x, y, 6.4), ink, &[0.4, 2.4]);
            let line = letters.line(Weight::SemiBold, "?");
            let at = Point::from_xy(x - line.width * 4.0, y + 2.9);
            out.push(Stroked::Text(line, Weight::SemiBold, 8.0, at, ink));
        }
    }
}

/// A line through points.
pub fn path(points: &[(f32, f32)]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    builder.move_to(first.0, first.1);
    for (x, y) in rest {
        builder.line_to(*x, *y);
    }
    builder.finish()
}

/// A rectangle.
pub fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut builder = PathBuilder::new();
    builder.push_rect(Rect::from_xywh(x, y, width, height)?);
    builder.finish()
}

/// A circle of four curves.
fn circle(x: f32, y: f32, radius: f32) -> Option<Path> {
    let bend = radius * 0.552_285;
    let mut builder = PathBuilder::new();
    builder.move_to(x + radius, y);
    builder.cubic_to(x + radius, y + bend, x + bend, y + radius, x, y + radius);
    builder.cubic_to(x - bend, y + radius, x - radius, y + bend, x - radius, y);
    builder.cubic_to(x - radius, y - bend, x - bend, y - radius, x, y - radius);
    builder.cubic_to(x + bend, y - radius, x + radius, y - bend, x + radius, y);
    builder.close();
    builder.finish()
}
