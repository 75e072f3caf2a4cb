//! Tags: a few words on a pale ground.

use super::icon::{Mark, glyph};
use crate::gui::theme::{self, Palette, Tone, space};
use egui::{CornerRadius, Response, Sense, Ui, Vec2, WidgetInfo};

/// Height of a tag.
const HEIGHT: f32 = 22.0;

/// A tag as wide as its words.
pub fn tag(ui: &mut Ui, text: impl AsRef<str>, tone: Tone) -> Response {
    draw(ui, text.as_ref(), tone, None, 0.0)
}

/// A state with its sign, in a tag of fixed width so that rows line up.
pub fn state(ui: &mut Ui, text: impl AsRef<str>, mark: Mark, width: f32) -> Response {
    let tone = mark.tone(Palette::of(ui));
    let quiet = matches!(mark, Mark::Queued | Mark::Skipped | Mark::Unknown);
    let tone = if quiet {
        let palette = Palette::of(ui);
        Tone {
            strong: palette.muted,
            pale: palette.unknown.pale,
        }
    } else {
        tone
    };
    let sign = matches!(mark, Mark::Passed | Mark::Failed | Mark::Attention).then_some(mark);
    draw(ui, text.as_ref(), tone, sign, width)
}

/// Allocates and paints.
fn draw(ui: &mut Ui, text: &str, tone: Tone, sign: Option<Mark>, width: f32) -> Response {
    let room = (ui.available_width() - 2.0 * space::S).max(40.0);
    let galley = ui
        .painter()
        .layout(text.to_owned(), theme::tag_font(), tone.strong, room);
    let sign_width = if sign.is_some() { 14.0 } else { 0.0 };
    let inner = galley.size().x + sign_width;
    let size = Vec2::new((inner + 20.0).max(width), HEIGHT.max(galley.size().y + space::S));
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, text));
    ui.painter()
        .rect_filled(rect, CornerRadius::same(theme::CARD_RADIUS - 1), tone.pale);
    let left = rect.center().x - inner / 2.0;
    if let Some(mark) = sign {
        let center = egui::pos2(left + 4.0, rect.center().y);
        glyph(ui.painter(), center, 8.0, mark, tone.strong);
    }
    let at = egui::pos2(left + sign_width, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tone.strong);
    response
}
