//! The two-lane send path: the gates as columns, the copier and this laptop as lanes.

use super::icon::{Mark, paint};
use crate::diagnose::{DeviceState, GateState, LaptopState};
use crate::gate::Gate;
use crate::gui::theme::{self, Palette, space};
use egui::{Align2, Pos2, Rect, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

/// How a lane gets through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// Seen to get through.
    Passed,
    /// Will get through, from what is known.
    PredictedPass,
    /// Stopped there; this is the fault.
    Failed,
    /// Stopped there too, behind the fault.
    AlsoFailed,
    /// Will be stopped there, from what is known.
    PredictedFail,
    /// Being tried now.
    Running,
    /// Not tried, or nothing learned.
    Unknown,
}

impl Passage {
    /// Its icon.
    const fn mark(self) -> Mark {
        match self {
            Self::Passed => Mark::Passed,
            Self::PredictedPass => Mark::PredictedPass,
            Self::Failed => Mark::Failed,
            Self::AlsoFailed => Mark::Attention,
            Self::PredictedFail => Mark::PredictedFail,
            Self::Running => Mark::Running,
            Self::Unknown => Mark::Unknown,
        }
    }

    /// Its word for screen readers and hover.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::PredictedPass => "expected to pass",
            Self::Failed => "failed",
            Self::AlsoFailed => "refused here too",
            Self::PredictedFail => "expected to fail",
            Self::Running => "running",
            Self::Unknown => "not known",
        }
    }

    /// Whether the line goes on behind it.
    const fn through(self) -> bool {
        matches!(self, Self::Passed | Self::PredictedPass)
    }
}

/// One gate with both lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The gate.
    pub gate: Gate,
    /// The copier, then this laptop.
    pub lanes: [Passage; 2],
    /// The root cause is here.
    pub root: bool,
}

/// Names of the lanes.
pub const LANES: [&str; 2] = ["Copier", "This laptop"];

/// The columns of a diagnosis; the copier itself has one only where it is in the way. Behind the root cause the laptop's failures are marked, not shouted.
pub fn columns(gates: &[GateState], root: Option<Gate>) -> Vec<Column> {
    let stops = |state: &GateState| {
        matches!(state.device, DeviceState::Failed | DeviceState::PredictedFail)
            || state.laptop == LaptopState::Failed
    };
    gates
        .iter()
        .filter(|state| state.gate != Gate::Device || stops(state) || root == Some(Gate::Device))
        .map(|state| {
            let device = match state.device {
                DeviceState::Passed => Passage::Passed,
                DeviceState::PredictedPass => Passage::PredictedPass,
                DeviceState::Failed => Passage::Failed,
                DeviceState::PredictedFail => Passage::PredictedFail,
                DeviceState::Unknown => Passage::Unknown,
            };
            let laptop = match state.laptop {
                LaptopState::Passed => Passage::Passed,
                LaptopState::Failed if root.is_none_or(|gate| gate == state.gate) => Passage::Failed,
                LaptopState::Failed => Passage::AlsoFailed,
                LaptopState::NotTested | LaptopState::Unknown => Passage::Unknown,
            };
            Column {
                gate: state.gate,
                lanes: [device, laptop],
                root: root == Some(state.gate),
            }
        })
        .collect()
}

/// Radius of the icons.
const ICON: f32 = 12.0;
/// Below this width the path runs downwards.
const ACROSS: f32 = 560.0;

/// Where things are.
struct Plan {
    origin: Pos2,
    size: Vec2,
    step: f32,
    across: bool,
}

impl Plan {
    /// Fits the path into the width.
    fn new(origin: Pos2, width: f32, gates: f32) -> Self {
        let across = width >= ACROSS;
        if across {
            let step = (width - 88.0) / gates;
            Self {
                origin,
                size: vec2(width, 96.0),
                step,
                across,
            }
        } else {
            Self {
                origin,
                size: vec2(width, 28.0 + 36.0 * gates),
                step: 36.0,
                across,
            }
        }
    }

    /// The middle of a gate in a lane.
    fn center(&self, gate: f32, lane: f32) -> Pos2 {
        if self.across {
            let x = 88.0 + (gate + 0.5) * self.step;
            self.origin + vec2(x, 38.0 + lane * 44.0)
        } else {
            let lanes = (self.size.x - 112.0) / 2.0;
            let y = 28.0 + (gate + 0.5) * self.step;
            self.origin + vec2(112.0 + (lane + 0.5) * lanes, y)
        }
    }

    /// All that belongs to a gate.
    fn cell(&self, gate: f32) -> Rect {
        if self.across {
            let left = 88.0 + gate * self.step;
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
    for (at, column) in places().zip(path) {
        gate_name(ui, &plan, plan.cell(at), *column);
        for (lane, passage) in [0.0, 1.0].into_iter().zip(column.lanes) {
            if column.root && passage == Passage::PredictedFail {
                let halo = Palette::of(ui).failed.pale;
                ui.painter()
                    .circle_filled(plan.center(at, lane), ICON + 4.0, halo);
            }
            paint(ui, plan.center(at, lane), ICON, passage.mark());
        }
    }
    clicked
}

/// The part of a gate that can be clicked. Tells whether it was.
fn cell(ui: &Ui, rect: Rect, column: Column, chosen: bool) -> bool {
    let id = ui.scope_id().with(("gate", column.gate.id()));
    let response = ui.interact(rect, id, Sense::click());
    let [device, laptop] = column.lanes;
    let name = format!(
        "{}: copier {}, this laptop {}",
        column.gate.title(),
        device.word(),
        laptop.word()
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
    for (lane, name) in [0.0, 1.0].into_iter().zip(LANES) {
        let center = plan.center(0.0, lane);
        let (at, align) = if plan.across {
            (pos2(plan.origin.x, center.y), Align2::LEFT_CENTER)
        } else {
            (pos2(center.x, plan.origin.y + 10.0), Align2::CENTER_CENTER)
        };
        ui.painter()
            .text(at, align, name, theme::tag_font(), palette.text);
    }
}

/// The word above (or beside) a gate; in the failed colour where the fault is.
fn gate_name(ui: &Ui, plan: &Plan, cell: Rect, column: Column) {
    let palette = Palette::of(ui);
    let failing = column.root || column.lanes.contains(&Passage::Failed);
    let (font, color) = if failing {
        (theme::tag_font(), palette.failed.strong)
    } else {
        (theme::detail_font(), palette.muted)
    };
    let (at, align) = if plan.across {
        (pos2(cell.center().x, cell.top() + 6.0), Align2::CENTER_CENTER)
    } else {
        (pos2(cell.left(), cell.center().y), Align2::LEFT_CENTER)
    };
    ui.painter().text(at, align, column.gate.title(), font, color);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_root_cause_the_laptop_s_failure_is_marked_not_shouted() {
        let gate = |gate, laptop, device| GateState { gate, laptop, device };
        let path = columns(
            &[
                gate(Gate::Encrypt, LaptopState::Passed, DeviceState::Failed),
                gate(
                    Gate::Authenticate,
                    LaptopState::Failed,
                    DeviceState::PredictedFail,
                ),
            ],
            Some(Gate::Encrypt),
        );
        let lanes: Vec<_> = path.iter().map(|column| column.lanes).collect();
        assert_eq!(
            lanes,
            [
                [Passage::Failed, Passage::Passed],
                [Passage::PredictedFail, Passage::AlsoFailed]
            ]
        );
    }
}
