//! Form rows: a label, an input with that label as its name, and sentences below it.

use super::icon::{Mark, icon};
use crate::gui::text::tr;
use crate::gui::theme::{self, CONTROL, Palette, space};
use egui::{ComboBox, Label, Layout, Margin, Response, TextEdit, Ui, Vec2};

/// Greatest width of the labels.
const LABEL: f32 = 156.0;
/// Below this width the label stands above its input.
const SIDE_BY_SIDE: f32 = 330.0;

/// What stands below an input.
#[derive(Debug, Clone, Copy, Default)]
pub struct Below<'a> {
    /// A remark, such as where the value came from.
    pub note: &'a str,
    /// Sentences of warning.
    pub warnings: &'a [String],
}

/// One row of a form; `add` draws the input, which gets the label as its accessible name.
pub fn row<R>(ui: &mut Ui, label: impl AsRef<str>, below: Below<'_>, add: impl FnOnce(&mut Ui) -> R) -> R {
    let label = label.as_ref();
    ui.add_space(space::XS);
    if ui.available_width() < SIDE_BY_SIDE {
        ui.vertical(|ui| {
            ui.add(Label::new(theme::muted(ui, label)).wrap());
            body(ui, label, below, add)
        })
        .inner
    } else {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            let width = (ui.available_width() * 0.38).min(LABEL);
            let size = Vec2::new(width, CONTROL);
            ui.allocate_ui_with_layout(size, Layout::left_to_right(egui::Align::Center), |ui| {
                ui.set_width(width);
                ui.set_min_height(CONTROL);
                ui.add(Label::new(theme::muted(ui, label)).wrap());
            });
            ui.vertical(|ui| body(ui, label, below, add)).inner
        })
        .inner
    }
}

/// The input and what stands below it.
fn body<R>(ui: &mut Ui, label: &str, below: Below<'_>, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.spacing_mut().item_spacing.y = space::XS;
    let out = ui.name_inputs(label, |ui| {
        ui.spacing_mut().interact_size.y = CONTROL;
        add(ui)
    });
    if !below.note.is_empty() {
        ui.add(Label::new(theme::detail(ui, below.note)).wrap());
    }
    for text in below.warnings {
        warning(ui, text);
    }
    out
}

/// A sentence of warning with its sign.
pub fn warning(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        icon(ui, Mark::Attention, 8.0, tr!("field-attention"));
        let color = Palette::of(ui).attention.strong;
        ui.add(Label::new(egui::RichText::new(text).font(theme::detail_font()).color(color)).wrap());
    });
}

/// What went wrong, with its sign; the text can be selected.
pub fn failure(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        icon(ui, Mark::Failed, 8.0, tr!("word-failed-2"));
        let color = Palette::of(ui).failed.strong;
        ui.add(
            Label::new(egui::RichText::new(text).color(color))
                .wrap()
                .selectable(true),
        );
    });
}

/// A line of text, for callers that need more of it than [`line`] gives.
pub fn text(value: &mut dyn egui::TextBuffer, hint: impl Into<String>) -> TextEdit<'_> {
    TextEdit::singleline(value)
        .hint_text(hint.into())
        .font(theme::text_font())
        .margin(Margin::symmetric(12, 10))
        .align(egui::Align2::LEFT_CENTER)
        .desired_width(f32::INFINITY)
}

/// A line of text under this name; a hint alone is no name.
pub fn line(
    ui: &mut Ui,
    name: impl AsRef<str>,
    value: &mut dyn egui::TextBuffer,
    hint: impl Into<String>,
) -> Response {
    let name = name.as_ref();
    ui.add(text(value, hint).id_salt(name)).accessible_name(name)
}

/// A line of text for a value that may be absent.
pub fn optional(
    ui: &mut Ui,
    name: impl AsRef<str>,
    value: &mut Option<String>,
    hint: impl Into<String>,
) -> Response {
    let mut now = value.clone().unwrap_or_default();
    let response = line(ui, name, &mut now, hint);
    if response.changed() {
        *value = (!now.is_empty()).then_some(now);
    }
    response
}

/// The sign of a list that opens downwards.
fn chevron(ui: &Ui, rect: egui::Rect) {
    let stroke = egui::Stroke::new(1.5, Palette::of(ui).muted);
    let at = |x: f32, y: f32| rect.center() + Vec2::new(x, y);
    let points = vec![at(-4.5, -2.0), at(0.0, 2.5), at(4.5, -2.0)];
    ui.painter().add(egui::Shape::line(points, stroke));
}

/// One of a list. Returns what was chosen now.
pub fn pick<S: AsRef<str>>(
    ui: &mut Ui,
    salt: impl AsRef<str>,
    now: impl AsRef<str>,
    all: &[S],
) -> Option<usize> {
    let now = now.as_ref();
    let width = ui.available_width();
    let mut chosen = None;
    ui.spacing_mut().interact_size.y = CONTROL;
    ui.spacing_mut().button_padding.x = space::M;
    ComboBox::from_id_salt(salt.as_ref())
        .width(width)
        .truncate()
        .icon(|ui, rect, _, _| chevron(ui, rect))
        .selected_text(now)
        .show_ui(ui, |ui| {
            ui.set_min_width((width - 12.0).max(80.0));
            for (index, name) in all.iter().map(AsRef::as_ref).enumerate() {
                if ui.selectable_label(name == now, name).clicked() {
                    chosen = Some(index);
                }
            }
        });
    chosen
}
