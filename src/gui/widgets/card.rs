//! Cards, columns, lines, and the page's head.

use crate::gui::theme::{self, CARD_RADIUS, Palette, space};
use egui::epaint::RectShape;
use egui::{Frame, Label, Margin, Rect, Shape, Stroke, StrokeKind, Ui, UiBuilder, Vec2};

/// Below this width two columns become one.
const TWO_COLUMNS: f32 = 660.0;

/// A card as wide as there is room.
pub fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    framed(ui, Margin::same(20), add)
}

/// A card whose rows reach its edges.
pub fn flush<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> R {
    framed(ui, Margin::ZERO, add)
}

/// The card's frame.
fn framed<R>(ui: &mut Ui, margin: Margin, add: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = Palette::of(ui);
    let frame = Frame::new()
        .fill(palette.panel)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CARD_RADIUS)
        .inner_margin(margin);
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui)
        })
        .inner
}

/// Title and one line below it.
pub fn page_head(ui: &mut Ui, title: impl Into<String>, below: impl AsRef<str>) {
    let below = below.as_ref();
    ui.add(Label::new(theme::title(title)).wrap());
    if !below.is_empty() {
        ui.add(Label::new(theme::muted(ui, below)).wrap());
    }
    ui.add_space(space::L);
}

/// As [`page_head`], with something of this width at its right side.
pub fn page_head_beside<R>(
    ui: &mut Ui,
    title: impl Into<String>,
    below: impl Into<String>,
    width: f32,
    right: impl FnOnce(&mut Ui) -> R,
) -> R {
    let spacing = ui.spacing().item_spacing.y;
    let left = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.y = spacing;
        ui.add(Label::new(theme::title(title)).wrap());
        ui.add(Label::new(theme::muted(ui, below)).wrap());
    };
    let out = beside(ui, width, left, right);
    ui.add_space(space::L);
    out
}

/// Two columns where there is room for them, else one below the other. `share` is the left one's.
pub fn columns(ui: &mut Ui, share: f32, mut add: impl FnMut(&mut Ui, usize)) {
    let width = ui.available_width();
    if width < TWO_COLUMNS {
        add(ui, 0);
        ui.add_space(space::L - ui.spacing().item_spacing.y);
        add(ui, 1);
        return;
    }
    let left = ((width - space::L) * share).round();
    let origin = ui.available_rect_before_wrap().min;
    let mut bottom = origin.y;
    for (index, (x, room)) in [(0.0, left), (left + space::L, width - space::L - left)]
        .into_iter()
        .enumerate()
    {
        let rect = Rect::from_min_size(origin + Vec2::new(x, 0.0), Vec2::new(room, f32::INFINITY));
        let used = ui
            .scope_builder(UiBuilder::new().max_rect(rect).id_salt(index), |ui| {
                add(ui, index);
                ui.min_rect().bottom()
            })
            .inner;
        bottom = bottom.max(used);
    }
    let all = Rect::from_min_max(origin, egui::pos2(origin.x + width, bottom));
    ui.advance_cursor_after_rect(all);
}

/// Two cards of the same height side by side, or one below the other where there is no room.
pub fn pair(ui: &mut Ui, mut add: impl FnMut(&mut Ui, usize)) {
    if ui.available_width() < TWO_COLUMNS {
        columns(ui, 0.5, |ui, index| card(ui, |ui| add(ui, index)));
        return;
    }
    // The grounds are painted last, once both heights are known, and lie under all that was drawn meanwhile.
    let grounds = [0, 1].map(|_| ui.painter().add(Shape::Noop));
    let mut all = [Rect::NOTHING; 2];
    columns(ui, 0.5, |ui, index| {
        // As inside a card: the line and the room within it.
        let inner = Frame::new().inner_margin(Margin::same(21)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui, index);
        });
        if let Some(rect) = all.get_mut(index) {
            *rect = inner.response.rect;
        }
    });
    let bottom = all.iter().map(Rect::bottom).fold(0.0, f32::max);
    let palette = Palette::of(ui);
    for (ground, rect) in grounds.into_iter().zip(all) {
        let rect = Rect::from_min_max(rect.min, egui::pos2(rect.right(), bottom));
        let line = Stroke::new(1.0, palette.line);
        let shape = RectShape::new(rect, CARD_RADIUS, palette.panel, line, StrokeKind::Inside);
        ui.painter().set(ground, shape);
    }
}

/// The room between two cards of one column.
pub fn gap(ui: &mut Ui) {
    ui.add_space(space::L - ui.spacing().item_spacing.y);
}

/// A one-pixel line over the whole width.
pub fn line(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 1.0), egui::Sense::hover());
    let stroke = Stroke::new(1.0, Palette::of(ui).line);
    ui.painter().hline(rect.x_range(), rect.center().y, stroke);
}

/// Text on the left that may wrap, and something of this width in the middle of its right side.
pub fn beside<R>(ui: &mut Ui, width: f32, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui) -> R) -> R {
    let room = (ui.available_width() - width - space::M).max(60.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        ui.vertical(|ui| {
            ui.set_width(room);
            ui.spacing_mut().item_spacing.y = 2.0;
            left(ui);
        });
        right(ui)
    })
    .inner
}

/// A short detail on the left, a text that wraps on the right.
pub fn fact_row(ui: &mut Ui, left: impl AsRef<str>, right: impl AsRef<str>) {
    ui.horizontal_top(|ui| {
        let most = if ui.available_width() > 700.0 {
            190.0
        } else {
            124.0
        };
        let width = (ui.available_width() * 0.25).clamp(72.0, most);
        ui.scope(|ui| {
            ui.set_width(width);
            ui.vertical(|ui| {
                ui.add_space(2.0);
                ui.add(
                    Label::new(theme::detail(ui, left.as_ref()))
                        .wrap()
                        .selectable(true),
                );
            });
        });
        ui.vertical(|ui| {
            let _ = super::prose::text(ui, right.as_ref());
        });
    });
}
