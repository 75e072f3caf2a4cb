//! The wizard. Screens draw from [`State`] and return actions; [`perform`] does them;
//! what touches the world goes out as effects, which `app` carries out.

pub mod action;
mod app;
pub mod behind;
mod check;
mod frame;
mod megabytes;
pub mod perform;
mod player;
mod report;
pub mod state;
mod steps;
pub mod text;
pub mod theme;
mod widgets;

pub use app::{Director, direct, open, run, tell};

use egui::{Frame, Margin, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};
use state::{Screen, State};
use theme::{BAR, Palette, RAIL, RAIL_NARROW, space};

/// Below this width the rail shows icons only.
const NARROW: f32 = 760.0;
/// Widest page; lines longer than this are hard to read.
const WIDEST: f32 = 1200.0;

/// Draws the whole wizard and does what was asked for; effects wait in the state's outbox.
pub fn draw(ui: &mut Ui, state: &mut State) {
    text::speak(state.language);
    let mut actions = frame::keys::pressed(ui, state);
    actions.extend(frame::drops::dropped(ui, state));
    ui.ctx().set_theme(state.theme);
    let all = ui.max_rect();
    ui.painter().rect_filled(all, 0, Palette::of(ui).page);
    match state.screen {
        Screen::Start => inside(ui, all, |ui| steps::start::show(ui, state, &mut actions)),
        Screen::Practice => inside(ui, all, |ui| steps::lab::show(ui, state, &mut actions)),
        Screen::Step(_) | Screen::Listen => {
            let step = state.step();
            let narrow = all.width() < NARROW;
            let split = all.left() + if narrow { RAIL_NARROW } else { RAIL };
            let rail = Rect::from_min_max(all.min, pos2(split, all.bottom()));
            let bar = Rect::from_min_max(pos2(split, all.bottom() - BAR), all.max);
            let page = Rect::from_min_max(pos2(split, all.top()), pos2(all.right(), bar.top()));
            inside(ui, rail, |ui| frame::rail::show(ui, state, narrow, &mut actions));
            inside(ui, page, |ui| {
                let listen = state.screen == Screen::Listen;
                let page = if listen { 0 } else { step.number() };
                scrolled(ui, (page, narrow), |ui| {
                    if listen {
                        steps::listen::show(ui, state, &mut actions);
                    } else {
                        steps::show(ui, state, step, &mut actions);
                    }
                });
            });
            inside(ui, bar, |ui| frame::bar::show(ui, state, step, &mut actions));
        }
    }
    frame::dialogs::show(ui, state, &mut actions);
    frame::toast::show(ui, state);
    frame::drops::hover(ui, state);
    for action in actions {
        perform::perform(state, action);
        ui.ctx().request_repaint();
    }
}

/// Draws into a part of the window.
fn inside(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        add(ui);
    });
}

/// A page that scrolls downwards where it must, with its margins.
fn scrolled(ui: &mut Ui, salt: (u8, bool), add: impl FnOnce(&mut Ui)) {
    let margin = if salt.1 { 16 } else { 32 };
    ScrollArea::vertical()
        .id_salt(salt.0)
        .auto_shrink(false)
        .show(ui, |ui| {
            let frame = Frame::new().inner_margin(Margin {
                left: margin,
                right: margin,
                top: 24,
                bottom: 24,
            });
            frame.show(ui, |ui| {
                ui.set_width(ui.available_width().min(WIDEST));
                ui.spacing_mut().item_spacing = vec2(space::S, space::S);
                add(ui);
            });
        });
}
