//! The product's sign, painted as in `assets/icon/scanmedic.svg`: an envelope with a pulse.

use crate::gui::theme;
use egui::{Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, pos2};

/// Side of the drawing that the points below are taken from.
const DRAWN: f32 = 256.0;
/// The envelope; open at the right, where the pulse leaves it.
const ENVELOPE: [(f32, f32); 12] = [
    (196.0, 116.0),
    (196.0, 84.0),
    (191.0, 73.0),
    (180.0, 68.0),
    (60.0, 68.0),
    (49.0, 73.0),
    (44.0, 84.0),
    (44.0, 172.0),
    (49.0, 183.0),
    (60.0, 188.0),
    (180.0, 188.0),
    (194.0, 178.0),
];
/// Its flap.
const FLAP: [(f32, f32); 3] = [(48.0, 76.0), (120.0, 136.0), (192.0, 76.0)];
/// The pulse.
const PULSE: [(f32, f32); 6] = [
    (96.0, 160.0),
    (130.0, 160.0),
    (144.0, 130.0),
    (166.0, 182.0),
    (181.0, 142.0),
    (212.0, 142.0),
];

/// Allocates a square of this side and paints the sign.
pub fn show(ui: &mut Ui, side: f32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let scale = side / DRAWN;
    let ground = Rect::from_center_size(rect.center(), Vec2::splat(240.0 * scale));
    let (blue, white, green) = theme::brand_colours();
    let painter = ui.painter();
    painter.rect_filled(ground, 52.0 * scale, blue);
    let at = |points: &[(f32, f32)]| -> Vec<Pos2> {
        points
            .iter()
            .map(|(x, y)| rect.min + pos2(*x, *y).to_vec2() * scale)
            .collect()
    };
    for (points, width, colour) in [
        (at(&ENVELOPE), 16.0, white),
        (at(&FLAP), 16.0, white),
        (at(&PULSE), 18.0, green),
    ] {
        let ends = [points.first().copied(), points.last().copied()];
        painter.add(Shape::line(points, Stroke::new(width * scale, colour)));
        for end in ends.into_iter().flatten() {
            painter.circle_filled(end, width * scale / 2.0, colour);
        }
    }
}
