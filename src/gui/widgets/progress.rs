//! How far something is, as a bar.

use crate::gui::state::run::Reading;
use crate::gui::state::table::file_name;
use crate::gui::text::tr;
use crate::gui::theme::{CONTROL, Palette};
use crate::gui::widgets::prose;
use egui::{CornerRadius, Rect, Sense, Ui, WidgetInfo, vec2};

/// Draws a bar of this width; `share` is 0 to 1, `name` is for screen readers.
pub fn bar(ui: &mut Ui, width: f32, share: f32, name: impl AsRef<str>) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, CONTROL), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::ProgressIndicator, true, name.as_ref()));
    let bar = Rect::from_center_size(rect.center(), vec2(rect.width(), 6.0));
    ui.painter().rect_filled(bar, 3, palette.line);
    let done = Rect::from_min_size(bar.min, vec2(bar.width() * share.clamp(0.0, 1.0), bar.height()));
    ui.painter()
        .rect_filled(done, CornerRadius::same(3), palette.accent.strong);
}

/// How far a file is read, in words.
pub fn reading(one: &Reading) -> String {
    let name = prose::shorten(&file_name(&one.path), 28);
    tr!("evidence-reading", name = name, percent = one.percent())
}
