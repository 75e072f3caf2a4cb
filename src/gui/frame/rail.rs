//! The rail: the case, the seven steps with their state, help and settings.

use super::mark;
use crate::gui::action::Action;
use crate::gui::state::{Dialog, State, Step};
use crate::gui::text::tr;
use crate::gui::theme::{self, CONTROL, Palette, RADIUS, space};
use crate::gui::widgets::{button, icon, prose};
use egui::{Label, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

/// Draws the rail.
pub fn show(ui: &mut Ui, state: &State, narrow: bool, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let all = ui.max_rect();
    ui.painter().rect_filled(all, 0, palette.rail);
    ui.painter()
        .vline(all.right() - 0.5, all.y_range(), Stroke::new(1.0, palette.line));
    let foot = 76.0;
    let low = all.height() < 470.0;
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.add_space(if low { space::M } else { 20.0 });
    if !narrow {
        head(ui, state, out);
    }
    ui.add_space(if low { space::S } else { space::L });
    let room = (all.bottom() - ui.cursor().top() - foot) / 7.0;
    let height = room.clamp(24.0, CONTROL);
    for step in Step::ALL {
        item(ui, state, step, narrow, height, out);
    }
    let bottom = Rect::from_min_max(egui::pos2(all.left(), all.bottom() - foot), all.max);
    ui.scope_builder(egui::UiBuilder::new().max_rect(bottom), |ui| {
        for (text, short, dialog) in [
            (tr!("rail-help-for-this-step"), tr!("word-help"), Dialog::Help),
            (tr!("word-settings"), tr!("rail-look"), Dialog::Settings),
        ] {
            ui.horizontal(|ui| {
                ui.add_space(if narrow { space::S } else { space::L });
                if button::quiet(ui, if narrow { short } else { text }).clicked() {
                    out.push(Action::Ask(Some(dialog)));
                }
            });
            ui.add_space(space::XS);
        }
    });
}

/// Name of the program (the way back to the start), the case, and whether it is saved.
fn head(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.add_space(space::XXL);
        ui.vertical(|ui| {
            ui.set_width(ui.available_width() - space::L);
            let name = theme::brand("ScanMedic");
            let home = ui
                .add(Label::new(name).sense(Sense::click()))
                .on_hover_text(tr!("rail-back-to-the-start-screen"))
                .on_hover_cursor(egui::CursorIcon::PointingHand);
            if home.clicked() {
                out.push(Action::Start);
            }
            ui.add_space(space::XS);
            // Always two lines, so that the steps below stand still whatever the case is called.
            ui.add(Label::new(theme::detail(ui, state.title())).truncate());
            ui.add(Label::new(theme::detail(ui, state.save_word())).truncate());
        });
    });
}

/// One step.
fn item(ui: &mut Ui, state: &State, step: Step, narrow: bool, height: f32, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let here = state.step() == step;
    let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let mark = mark::of(state, step);
    let name = step.title();
    response.widget_info(|| {
        WidgetInfo::selected(
            egui::Role::Tab,
            true,
            here,
            format!("{name}, {}", mark::word(mark)),
        )
    });
    let rect = row.shrink2(vec2(space::M, 0.0));
    if here {
        ui.painter().rect(
            rect,
            RADIUS,
            palette.panel,
            Stroke::new(1.0, palette.line),
            StrokeKind::Inside,
        );
    } else if response.hovered() {
        ui.painter()
            .rect_filled(rect, RADIUS, palette.line.gamma_multiply(0.5));
    }
    button::focus_ring(ui, rect.shrink(1.0), &response);
    let x = if narrow {
        rect.center().x
    } else {
        rect.left() + 22.0
    };
    icon::paint(ui, egui::pos2(x, rect.center().y), 10.0, mark);
    if !narrow {
        let (font, color) = if here {
            (theme::heading_font(), palette.text)
        } else {
            (theme::text_font(), palette.muted)
        };
        let at = egui::pos2(rect.left() + 44.0, rect.center().y);
        let galley = prose::fitted(ui, &name, font, color, rect.right() - at.x - space::XS, 2);
        let top = at - vec2(0.0, galley.size().y / 2.0);
        ui.painter().galley(top, galley, color);
    }
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    let response = if narrow {
        response.on_hover_text(name)
    } else {
        response
    };
    if response.clicked() {
        out.push(Action::Go(step));
    }
}
