//! Buttons: one primary a screen, the others secondary or quiet.

use crate::gui::theme::{self, CONTROL, Palette, RADIUS, space};
use egui::{Color32, CornerRadius, FontId, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

/// The one thing that happens next.
pub fn primary(ui: &mut Ui, text: impl AsRef<str>) -> Response {
    let look = primary_look(ui);
    draw(ui, text.as_ref(), &look)
}

/// Filled with the accent.
fn primary_look(ui: &Ui) -> Look {
    let palette = Palette::of(ui);
    Look {
        fill: palette.accent.strong,
        hover: palette.accent.strong.lerp_to_gamma(palette.text, 0.12),
        edge: palette.accent.strong,
        ink: palette.on_accent,
        font: theme::medium_font(),
        height: CONTROL,
        padding: space::L,
        least: 0.0,
    }
}

/// An edge on the panel.
fn secondary_look(ui: &Ui) -> Look {
    let palette = Palette::of(ui);
    Look {
        fill: palette.panel,
        hover: palette.hover,
        edge: palette.edge,
        ink: palette.text,
        font: theme::medium_font(),
        height: CONTROL,
        padding: space::L,
        least: 0.0,
    }
}

/// Anything else one can do.
pub fn secondary(ui: &mut Ui, text: impl AsRef<str>) -> Response {
    let text = text.as_ref();
    named(ui, text, text)
}

/// A secondary button among others of the same words, with a name of its own for screen readers.
pub fn named(ui: &mut Ui, text: impl AsRef<str>, name: impl AsRef<str>) -> Response {
    let look = secondary_look(ui);
    let response = paint(ui, text.as_ref(), &look);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, name.as_ref()));
    response
}

/// How wide a secondary button with these words is.
pub fn width(ui: &Ui, text: impl AsRef<str>) -> f32 {
    theme::width(ui, text, theme::medium_font()) + 2.0 * space::L
}

/// How wide a [`choice`] with these words is.
pub fn choice_width(ui: &Ui, text: impl AsRef<str>, chosen: bool) -> f32 {
    let look = choice_look(ui, chosen);
    theme::width(ui, text, look.font) + 2.0 * look.padding
}

/// A button of a given width, for a column of them; the primary one or a secondary one.
pub fn of_width(ui: &mut Ui, text: impl AsRef<str>, width: f32, main: bool) -> Response {
    let text = text.as_ref();
    let look = if main {
        primary_look(ui)
    } else {
        secondary_look(ui)
    };
    let look = Look { least: width, ..look };
    draw(ui, text, &look)
}

/// How wide a small button with these words is.
pub fn small_width(ui: &Ui, text: impl AsRef<str>) -> f32 {
    theme::width(ui, text, theme::detail_font()) + 2.0 * space::M
}

/// A small button inside a row, such as Copy.
pub fn small(ui: &mut Ui, text: impl AsRef<str>) -> Response {
    let text = text.as_ref();
    small_named(ui, text, text)
}

/// A small button among others of the same words, with a name of its own for screen readers.
pub fn small_named(ui: &mut Ui, text: impl AsRef<str>, name: impl AsRef<str>) -> Response {
    let palette = Palette::of(ui);
    let look = Look {
        fill: palette.panel,
        hover: palette.hover,
        edge: palette.edge,
        ink: palette.text,
        font: theme::detail_font(),
        height: 28.0,
        padding: space::M,
        least: 0.0,
    };
    let response = paint(ui, text.as_ref(), &look);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, name.as_ref()));
    response
}

/// A word that acts.
pub fn quiet(ui: &mut Ui, text: impl AsRef<str>) -> Response {
    let palette = Palette::of(ui);
    let look = Look {
        fill: Color32::TRANSPARENT,
        hover: palette.line,
        edge: Color32::TRANSPARENT,
        ink: palette.muted,
        font: theme::detail_font(),
        height: 28.0,
        padding: space::S,
        least: 0.0,
    };
    draw(ui, text.as_ref(), &look)
}

/// One of several, all in sight. Returns whether it was chosen now.
pub fn choice(ui: &mut Ui, text: impl AsRef<str>, chosen: bool) -> bool {
    let response = paint(ui, text.as_ref(), &choice_look(ui, chosen));
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(egui::Role::RadioButton, enabled, chosen, text.as_ref()));
    response.clicked()
}

/// Chosen or not; told apart by the weight of the edge too.
fn choice_look(ui: &Ui, chosen: bool) -> Look {
    let palette = Palette::of(ui);
    let (fill, hover, edge, ink) = if chosen {
        let tone = palette.accent;
        (tone.pale, tone.pale, tone.strong, tone.strong)
    } else {
        (palette.panel, palette.hover, palette.edge, palette.text)
    };
    Look {
        fill,
        hover,
        edge,
        ink,
        font: if chosen {
            theme::medium_font()
        } else {
            theme::text_font()
        },
        height: CONTROL,
        padding: space::M,
        least: 0.0,
    }
}

/// Something that is on or off, beside others of its kind. Returns whether it was clicked.
pub fn toggle(ui: &mut Ui, text: impl AsRef<str>, on: bool) -> bool {
    let response = paint(ui, text.as_ref(), &choice_look(ui, on));
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(egui::Role::CheckBox, enabled, on, text.as_ref()));
    response.clicked()
}

/// How a button looks.
struct Look {
    fill: Color32,
    hover: Color32,
    edge: Color32,
    ink: Color32,
    font: FontId,
    height: f32,
    padding: f32,
    /// Least width.
    least: f32,
}

/// A button with its name for screen readers.
fn draw(ui: &mut Ui, text: &str, look: &Look) -> Response {
    let response = paint(ui, text, look);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, enabled, text));
    response
}

/// Allocates and paints.
fn paint(ui: &mut Ui, text: &str, look: &Look) -> Response {
    // In a row that wraps, a button goes to the next line before its words are broken.
    let row = if ui.layout().main_wrap() {
        ui.max_rect().width()
    } else {
        ui.available_width()
    };
    let room = (row - 2.0 * look.padding).max(24.0);
    let galley = ui
        .painter()
        .layout(text.to_owned(), look.font.clone(), look.ink, room);
    let size = Vec2::new(
        (galley.size().x + 2.0 * look.padding).max(look.least),
        look.height.max(galley.size().y + space::S),
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    if ui.is_rect_visible(rect) {
        let fill = if response.hovered() { look.hover } else { look.fill };
        ui.painter().rect(
            rect,
            CornerRadius::same(RADIUS),
            fill,
            Stroke::new(1.0, look.edge),
            StrokeKind::Inside,
        );
        let at = rect.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, look.ink);
        focus_ring(ui, rect, &response);
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// The ring around what has the keyboard.
pub fn focus_ring(ui: &Ui, rect: Rect, response: &Response) {
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect.expand(2.0),
            CornerRadius::same(RADIUS + 2),
            Stroke::new(2.0, Palette::of(ui).accent.strong),
            StrokeKind::Outside,
        );
    }
}
