//! The two-lane send path: the gates as columns, the copier and this laptop as lanes.

use super::icon::{Mark, paint};
use super::prose;
use crate::gate::Gate;
use crate::gui::state::path::{Column, Passage};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use egui::{Align2, Color32, FontId, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Names of the lanes.
fn lanes() -> [String; 2] {
    [tr!("word-copier"), tr!("word-this-laptop")]
}

/// The icon of a passage.
const fn mark(passage: Passage) -> Mark {
    match passage {
        Passage::Passed => Mark::Passed,
        Passage::PredictedPass => Mark::PredictedPass,
        Passage::Failed => Mark::Failed,
        Passage::AlsoFailed => Mark::Attention,
        Passage::PredictedFail => Mark::PredictedFail,
        Passage::Running => Mark::Running,
        Passage::Unknown => Mark::Unknown,
    }
}

/// Radius of the icons.
const ICON: f32 = 12.0;
/// Width of the lanes' names where the path runs across.
const LANE: f32 = 88.0;
/// Width of the gates' names where it runs downwards.
const GATE: f32 = 112.0;
/// How much lower every second name stands where they are too long.
const LOWER: f32 = 15.0;
/// Below this width the path runs downwards.
const ACROSS: f32 = 560.0;

/// Where things are.
struct Plan {
    origin: Pos2,
    size: Vec2,
    step: f32,
    across: bool,
    /// Every second name stands lower, because they are too long to stand side by side.
    steps: bool,
}

impl Plan {
    /// Fits the path into the width.
    fn new(origin: Pos2, width: f32, gates: f32, longest: f32) -> Self {
        let across = width >= ACROSS;
        if across {
            let step = (width - LANE) / gates;
            let steps = longest > step - space::XS;
            let more = if steps { LOWER } else { 0.0 };
            Self {
                origin,
                size: vec2(width, 96.0 + more),
                step,
                across,
                steps,
            }
        } else {
            Self {
                origin,
                size: vec2(width, 28.0 + 36.0 * gates),
                step: 36.0,
                across,
                steps: false,
            }
        }
    }

    /// The middle of a gate in a lane.
    fn center(&self, gate: f32, lane: f32) -> Pos2 {
        if self.across {
            let x = LANE + (gate + 0.5) * self.step;
            let more = if self.steps { LOWER } else { 0.0 };
            self.origin + vec2(x, 38.0 + more + lane * 44.0)
        } else {
            let lanes = (self.size.x - GATE) / 2.0;
            let y = 28.0 + (gate + 0.5) * self.step;
            self.origin + vec2(GATE + (lane + 0.5) * lanes, y)
        }
    }

    /// All that belongs to a gate.
    fn cell(&self, gate: f32) -> Rect {
        if self.across {
            let left = LANE + gate * self.step;
            Rect::from_min_size(self.origin + vec2(left, 0.0), vec2(self.step, self.size.y))
        } else {
            let top = 28.0 + gate * self.step;
            Rect::from_min_size(self.origin + vec2(0.0, top), vec2(self.size.x, self.step))
        }
    }
}

/// Draws the path. Returns the gate that was clicked.
pub fn show(ui: &mut Ui, path: &[Column], chosen: Option<Gate>) -> Option<Gate> {
    let count = u8::try_from(path.len()).unwrap_or(u8::MAX);
    let plan = Plan::new(
        ui.available_rect_before_wrap().min,
        ui.available_width(),
        f32::from(count.max(1)),
        longest(ui, path),
    );
    ui.allocate_space(plan.size);
    lane_names(ui, &plan);
    let places = || (0..count).map(f32::from);
    let mut clicked = None;
    for (at, column) in places().zip(path) {
        if cell(ui, plan.cell(at), *column, chosen == Some(column.gate)) {
            clicked = Some(column.gate);
        }
    }
    for (at, pair) in places().zip(path.windows(2)) {
        let [from, to] = pair else { continue };
        for (lane, (a, b)) in [0.0, 1.0].into_iter().zip(from.lanes.into_iter().zip(to.lanes)) {
            link(ui, plan.center(at, lane), plan.center(at + 1.0, lane), a, b);
        }
    }
    for ((at, column), odd) in places().zip(path).zip([false, true].into_iter().cycle()) {
        gate_name(ui, &plan, plan.cell(at), *column, odd);
        for (lane, passage) in [0.0, 1.0].into_iter().zip(column.lanes) {
            if column.root && passage == Passage::PredictedFail {
                let halo = Palette::of(ui).failed.pale;
                ui.painter()
                    .circle_filled(plan.center(at, lane), ICON + 4.0, halo);
            }
            paint(ui, plan.center(at, lane), ICON, mark(passage));
        }
    }
    clicked
}

/// The part of a gate that can be clicked. Tells whether it was.
fn cell(ui: &Ui, rect: Rect, column: Column, chosen: bool) -> bool {
    let id = ui.scope_id().with(("gate", column.gate.id()));
    let response = ui.interact(rect, id, Sense::click());
    let [device, laptop] = column.lanes;
    let name = tr!(
        "path-gate",
        gate = words::gate(column.gate),
        copier = device.word(),
        laptop = laptop.word(),
    );
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, chosen, &name));
    let frame = rect.shrink2(vec2(1.0, 0.0)).expand2(vec2(0.0, 8.0));
    if response.hovered() || chosen {
        ui.painter()
            .rect_filled(frame, theme::RADIUS, Palette::of(ui).hover);
    }
    super::button::focus_ring(ui, frame.shrink(2.0), &response);
    let clicked = response.clicked();
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .on_hover_text(name);
    clicked
}

/// "Copier" and "This laptop".
fn lane_names(ui: &Ui, plan: &Plan) {
    let palette = Palette::of(ui);
    for (lane, name) in [0.0, 1.0].into_iter().zip(lanes()) {
        let center = plan.center(0.0, lane);
        let (at, align) = if plan.across {
            (pos2(plan.origin.x, center.y), Align2::LEFT_CENTER)
        } else {
            (pos2(center.x, plan.origin.y + 10.0), Align2::CENTER_CENTER)
        };
        let room = if plan.across {
            LANE - space::S
        } else {
            plan.size.x / 2.0
        };
        let lines = if plan.across { 2 } else { 1 };
        caption(
            ui,
            at,
            align,
            &name,
            (theme::tag_font(), palette.text),
            (room, lines),
        );
    }
}

/// The width of the longest name.
fn longest(ui: &Ui, path: &[Column]) -> f32 {
    let width = |column: &Column| theme::width(ui, words::gate(column.gate), theme::tag_font());
    path.iter().map(width).fold(0.0, f32::max)
}

/// The word above (or beside) a gate; in the failed colour where the fault is.
fn gate_name(ui: &Ui, plan: &Plan, cell: Rect, column: Column, odd: bool) {
    let palette = Palette::of(ui);
    let failing = column.root || column.lanes.contains(&Passage::Failed);
    let (font, color) = if failing {
        (theme::tag_font(), palette.failed.strong)
    } else {
        (theme::detail_font(), palette.muted)
    };
    let (at, align) = if plan.across {
        let lower = if plan.steps && odd { LOWER } else { 0.0 };
        let at = pos2(cell.center().x, cell.top() + 6.0 + lower);
        (at, Align2::CENTER_CENTER)
    } else {
        (pos2(cell.left(), cell.center().y), Align2::LEFT_CENTER)
    };
    let room = match (plan.across, plan.steps) {
        (true, true) => plan.step * 2.0 - space::S,
        (true, false) => plan.step + space::XS,
        (false, _) => GATE,
    };
    caption(ui, at, align, &words::gate(column.gate), (font, color), (room, 1));
}

/// Words at a place, cut where there is no room for them (width and lines); the whole stands on hover.
fn caption(ui: &Ui, at: Pos2, align: Align2, text: &str, look: (FontId, Color32), room: (f32, usize)) {
    let galley = prose::fitted(ui, text, look.0, look.1, room.0, room.1);
    let rect = align.anchor_size(at, galley.size());
    ui.painter().galley(rect.min, galley, look.1);
}

/// The line between two gates: green as far as it was passed.
fn link(ui: &Ui, from: Pos2, to: Pos2, a: Passage, b: Passage) {
    let palette = Palette::of(ui);
    let along = (to - from).normalized();
    let (from, to) = (from + along * ICON, to - along * ICON);
    let middle = from + (to - from) * 0.5;
    let grey = Stroke::new(2.0, palette.line);
    let green = Stroke::new(2.0, palette.passed.strong);
    let painter = ui.painter();
    painter.line_segment([from, to], grey);
    let end = match (a.through(), b.through()) {
        (true, true) => to,
        (true, false) => middle,
        _ => return,
    };
    if a == Passage::PredictedPass || b == Passage::PredictedPass {
        painter.extend(Shape::dashed_line(&[from, end], green, space::XS, space::XS));
    } else {
        painter.line_segment([from, end], green);
    }
}
