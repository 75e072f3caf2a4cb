//! The look in one place, and its rules. No other file names a colour or a font.
//!
//! - **Grid**: a rail of 224, a page margin of 32, 16 between cards, 20 inside a card. Spacing only from 4, 8,
//!   12, 16, 20, 24, 32 ([`space`]). Corners 12 for cards, 8 for buttons, fields and rail items. Lines of one
//!   pixel instead of shadows.
//! - **Type**: Inter in three weights; 22 the page's title, 18 the verdict, 14 text, 12 detail, and a monospaced
//!   face of 12 for codes, versions and replies. 32 only for what is typed in at the copier. Never more than
//!   three sizes on a card.
//! - **Colour** means something: accent acts, runs or is chosen; passed, failed, attention and unknown are states.
//!   Each has a pale ground of its own. Never colour alone: every state has a sign of its own shape
//!   (`widgets/icon.rs`), a choice that is made has a heavier face, a mark on the time line another form.
//! - **Contrast**: text 4.5 to 1 at least, edges of controls and signs 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11); the
//!   test below computes every pair of tokens that meets, by day and by night.
//! - **One primary button** a screen, at the bottom right, named after what happens.
//! - **Nothing moves** but what runs; nothing blinks; nothing pops up unasked. Long texts wrap, names and paths
//!   are cut in their middle with the whole on hover.
//! - **Names**: every control has one for screen readers, in the language of the wizard.

use crate::fonts::Inter;
use crate::packed::{Packed, packed};
use egui::epaint::text::{FontData, FontDefinitions};
use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, RichText, Shadow, Stroke, Style, TextStyle,
    Theme, Ui, Vec2, Visuals,
};
use std::sync::Arc;

/// The spacing scale.
pub mod space {
    /// Between a label and its detail.
    pub const XS: f32 = 4.0;
    /// Between things that belong together.
    pub const S: f32 = 8.0;
    /// Between rows of a form.
    pub const M: f32 = 12.0;
    /// Between cards.
    pub const L: f32 = 16.0;
    /// Inside a card.
    pub const XL: f32 = 20.0;
    /// Around a page at its top.
    pub const XXL: f32 = 24.0;
    /// Page margin.
    pub const PAGE: f32 = 32.0;
}

/// Height of a line of text.
pub const LINE: f32 = 20.0;
/// Width of the rail.
pub const RAIL: f32 = 224.0;
/// Width of the rail where the window is too narrow for words.
pub const RAIL_NARROW: f32 = 64.0;
/// Height of the bar with Back and the primary button.
pub const BAR: f32 = 64.0;
/// Height of buttons and fields.
pub const CONTROL: f32 = 38.0;
/// Corner radius of cards.
pub const CARD_RADIUS: u8 = 12;
/// Corner radius of buttons, fields and rail items.
pub const RADIUS: u8 = 8;

/// A colour with the pale background that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone {
    /// Text, ring or line.
    pub strong: Color32,
    /// Background.
    pub pale: Color32,
}

/// The colour tokens of one theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub page: Color32,
    /// Cards and bars.
    pub panel: Color32,
    /// The rail on the left.
    pub rail: Color32,
    /// Hovered rows and quiet buttons.
    pub hover: Color32,
    /// One-pixel lines.
    pub line: Color32,
    /// Edge of fields and buttons; strong enough to be found.
    pub edge: Color32,
    /// Text.
    pub text: Color32,
    /// Detail.
    pub muted: Color32,
    /// Text on the accent and on a filled state icon.
    pub on_accent: Color32,
    /// What acts, what runs, what is chosen.
    pub accent: Tone,
    /// Passed.
    pub passed: Tone,
    /// Failed.
    pub failed: Tone,
    /// Look at this.
    pub attention: Tone,
    /// Not known.
    pub unknown: Tone,
}

/// A tone from two numbers.
const fn tone(strong: u32, pale: u32) -> Tone {
    Tone {
        strong: rgb(strong),
        pale: rgb(pale),
    }
}

/// A colour from `0xRRGGBB`.
#[expect(clippy::cast_possible_truncation, reason = "each byte is cut out on purpose")]
const fn rgb(value: u32) -> Color32 {
    Color32::from_rgb((value >> 16) as u8, (value >> 8) as u8, value as u8)
}

/// By day.
pub const LIGHT: Palette = Palette {
    page: rgb(0x00F6_F7F9),
    panel: rgb(0x00FF_FFFF),
    rail: rgb(0x00EE_F0F4),
    hover: rgb(0x00F1_F3F7),
    line: rgb(0x00DD_E1E8),
    edge: rgb(0x007F_8998),
    text: rgb(0x001B_2330),
    muted: rgb(0x005B_6676),
    on_accent: rgb(0x00FF_FFFF),
    accent: tone(0x001F_5FBF, 0x00E6_EFFB),
    passed: tone(0x001E_7F4F, 0x00EA_F7EF),
    failed: tone(0x00B3_261E, 0x00FB_E7E5),
    attention: tone(0x008A_5A00, 0x00FB_F0D9),
    unknown: tone(0x007F_8998, 0x00F1_F3F6),
};

/// By night.
pub const DARK: Palette = Palette {
    page: rgb(0x0014_181F),
    panel: rgb(0x001C_222B),
    rail: rgb(0x0010_141A),
    hover: rgb(0x0023_2A34),
    line: rgb(0x002D_3642),
    edge: rgb(0x006B_7787),
    text: rgb(0x00E6_EAF0),
    muted: rgb(0x009A_A6B6),
    on_accent: rgb(0x0010_141A),
    accent: tone(0x007F_B0F5, 0x001D_3050),
    passed: tone(0x006F_CF97, 0x0016_321F),
    failed: tone(0x00F2_857D, 0x003B_1B1A),
    attention: tone(0x00E8_B65A, 0x0036_290F),
    unknown: tone(0x006B_7787, 0x0023_2A34),
};

impl Palette {
    /// The tokens of the theme that is on.
    pub fn of(ui: &Ui) -> &'static Self {
        if ui.visuals().dark_mode { &DARK } else { &LIGHT }
    }

    /// Grey, with letters that can be read.
    pub const fn unknown_words(&self) -> Tone {
        Tone {
            strong: self.muted,
            pale: self.unknown.pale,
        }
    }
}

/// Semi-bold Inter.
fn semibold_family() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Medium Inter.
fn medium_family() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// The colours of the product's sign, the same by day and by night: ground, envelope, pulse.
pub const fn brand_colours() -> (Color32, Color32, Color32) {
    (LIGHT.accent.strong, LIGHT.on_accent, DARK.passed.strong)
}

/// How wide words are in a line.
pub fn width(ui: &Ui, words: impl AsRef<str>, font: FontId) -> f32 {
    let color = Palette::of(ui).text;
    let galley = ui
        .painter()
        .layout_no_wrap(words.as_ref().to_owned(), font, color);
    galley.size().x
}

/// 32, what is read from a screen and typed in at another machine; nothing else is that large.
pub fn display_font() -> FontId {
    FontId::new(32.0, semibold_family())
}

/// 22, the page title.
pub fn title_font() -> FontId {
    FontId::new(22.0, semibold_family())
}

/// 18, the verdict.
pub fn verdict_font() -> FontId {
    FontId::new(18.0, semibold_family())
}

/// 14, text.
pub fn text_font() -> FontId {
    FontId::new(14.0, FontFamily::Proportional)
}

/// 14, names of rows, buttons.
pub fn medium_font() -> FontId {
    FontId::new(14.0, medium_family())
}

/// 14, headings of cards.
pub fn heading_font() -> FontId {
    FontId::new(14.0, semibold_family())
}

/// 12, detail.
pub fn detail_font() -> FontId {
    FontId::new(12.0, FontFamily::Proportional)
}

/// 12, tags and lane names.
pub fn tag_font() -> FontId {
    FontId::new(12.0, semibold_family())
}

/// 12, codes, versions, replies.
pub fn code_font() -> FontId {
    FontId::new(12.0, FontFamily::Monospace)
}

/// An address to be typed in at the copier.
pub fn display(text: impl Into<String>) -> RichText {
    RichText::new(text).font(display_font())
}

/// A page title.
pub fn title(text: impl Into<String>) -> RichText {
    RichText::new(text).font(title_font())
}

/// The program's name in the rail.
pub fn brand(text: impl Into<String>) -> RichText {
    RichText::new(text).font(FontId::new(16.0, semibold_family()))
}

/// What lies between a dialog and the wizard.
pub fn backdrop() -> Color32 {
    Color32::from_black_alpha(110)
}

/// The verdict's sentence.
pub fn verdict(text: impl Into<String>) -> RichText {
    RichText::new(text).font(verdict_font()).line_height(Some(26.0))
}

/// Text that may be longer than a line.
pub fn text(text: impl Into<String>) -> RichText {
    RichText::new(text).font(text_font()).line_height(Some(20.0))
}

/// A card's heading.
pub fn heading(text: impl Into<String>) -> RichText {
    RichText::new(text).font(heading_font())
}

/// A row's name.
pub fn medium(text: impl Into<String>) -> RichText {
    RichText::new(text).font(medium_font())
}

/// Muted text of normal size.
pub fn muted(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .font(text_font())
        .line_height(Some(20.0))
        .color(Palette::of(ui).muted)
}

/// Muted small text.
pub fn detail(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .font(detail_font())
        .line_height(Some(16.0))
        .color(Palette::of(ui).muted)
}

/// A word above small text.
pub fn strong_detail(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .font(tag_font())
        .line_height(Some(16.0))
        .color(Palette::of(ui).text)
}

/// A code, version or reply.
pub fn code(text: impl Into<String>) -> RichText {
    RichText::new(text).font(code_font())
}

/// A patch of a colour that a person chose.
pub fn swatch(ui: &mut Ui, [red, green, blue]: [u8; 3]) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(LINE), egui::Sense::hover());
    ui.painter()
        .rect_filled(rect, RADIUS / 2, Color32::from_rgb(red, green, blue));
}

/// Installs fonts and both themes.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    ctx.options_mut(|options| options.fallback_theme = Theme::Light);
    ctx.set_style_of(Theme::Light, style(&LIGHT, Visuals::light()));
    ctx.set_style_of(Theme::Dark, style(&DARK, Visuals::dark()));
}

/// Hack and the signs of egui's own widgets, as egui brings them.
const OTHERS: &[Packed] = packed!["fonts": "Hack-Regular.ttf", "egui-icons.ttf"];

/// Inter in three weights, Hack for what must stand in columns, and the signs of egui's own widgets behind them.
fn fonts() -> FontDefinitions {
    let mut all = FontDefinitions::empty();
    for (name, face) in [
        ("Inter-Regular", Inter::Regular),
        ("Inter-Medium", Inter::Medium),
        ("Inter-SemiBold", Inter::SemiBold),
    ] {
        let data = FontData::from_static(face.bytes());
        all.font_data.insert(name.to_owned(), Arc::new(data));
    }
    for (name, file) in ["Hack", "egui-icons"].into_iter().zip(OTHERS) {
        let data = FontData::from_owned(file.bytes());
        all.font_data.insert(name.to_owned(), Arc::new(data));
    }
    for (family, row) in [
        (FontFamily::Proportional, ["Inter-Regular", "Hack"]),
        (medium_family(), ["Inter-Medium", "Hack"]),
        (semibold_family(), ["Inter-SemiBold", "Hack"]),
        (FontFamily::Monospace, ["Hack", "Inter-Regular"]),
    ] {
        let row = row.into_iter().chain(["egui-icons"]);
        all.families.insert(family, row.map(str::to_owned).collect());
    }
    all
}

/// egui's style, made of our tokens.
fn style(palette: &Palette, visuals: Visuals) -> Style {
    let mut style = Style {
        visuals: self::visuals(palette, visuals),
        ..Style::default()
    };
    style.text_styles = [
        (TextStyle::Heading, title_font()),
        (TextStyle::Body, text_font()),
        (TextStyle::Button, medium_font()),
        (TextStyle::Monospace, code_font()),
        (TextStyle::Small, detail_font()),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(space::S, space::S);
    spacing.button_padding = Vec2::new(space::L, space::S);
    spacing.menu_margin = Margin::same(6);
    spacing.interact_size = Vec2::new(40.0, 24.0);
    spacing.combo_width = 120.0;
    spacing.combo_height = 320.0;
    spacing.icon_width = 18.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = space::S;
    spacing.tooltip_width = 420.0;
    spacing.scroll = ScrollStyle {
        foreground_color: false,
        ..ScrollStyle::floating()
    };
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.3;
    style.animation_time = 0.0;
    style
}

/// egui's colours, made of our tokens.
fn visuals(palette: &Palette, mut visuals: Visuals) -> Visuals {
    let radius = CornerRadius::same(RADIUS);
    let widget = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets = Widgets {
        noninteractive: widget(palette.panel, palette.line, palette.text),
        inactive: widget(palette.panel, palette.edge, palette.text),
        hovered: widget(palette.hover, palette.muted, palette.text),
        active: widget(palette.hover, palette.accent.strong, palette.text),
        open: widget(palette.hover, palette.accent.strong, palette.text),
    };
    visuals.selection = Selection {
        bg_fill: palette.accent.pale,
        stroke: Stroke::new(2.0, palette.accent.strong),
    };
    visuals.weak_text_color = Some(palette.muted);
    visuals.hyperlink_color = palette.accent.strong;
    visuals.faint_bg_color = palette.hover;
    visuals.extreme_bg_color = palette.panel;
    visuals.text_edit_bg_color = Some(palette.panel);
    visuals.code_bg_color = palette.hover;
    visuals.warn_fg_color = palette.attention.strong;
    visuals.error_fg_color = palette.failed.strong;
    visuals.window_corner_radius = CornerRadius::same(CARD_RADIUS);
    visuals.menu_corner_radius = radius;
    visuals.window_fill = palette.panel;
    visuals.panel_fill = palette.page;
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent.strong);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours after WCAG 2.2.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let light = |c: Color32| {
            let linear = |v: u8| {
                let v = f32::from(v) / 255.0;
                if v <= 0.04045 {
                    v / 12.92
                } else {
                    ((v + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b())
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Text wants 4.5 to 1 (WCAG 2.2, 1.4.3); edges of controls and signs want 3 to 1 (1.4.11).
    #[test]
    fn every_pair_of_tokens_that_meets_has_contrast_enough() {
        for (name, palette) in [("light", LIGHT), ("dark", DARK)] {
            let grounds = [palette.page, palette.panel, palette.rail, palette.hover];
            let tones = [palette.accent, palette.passed, palette.failed, palette.attention];
            let mut pairs: Vec<(&str, Color32, Color32, f32)> = Vec::new();
            for ground in grounds {
                pairs.push(("text", palette.text, ground, 7.0));
                pairs.push(("muted", palette.muted, ground, 4.5));
                pairs.push(("edge", palette.edge, ground, 3.0));
                pairs.push(("sign of the unknown", palette.unknown.strong, ground, 3.0));
                for tone in tones {
                    pairs.push(("sign of a tone", tone.strong, ground, 3.0));
                }
            }
            for tone in tones {
                pairs.push(("tone on its own ground", tone.strong, tone.pale, 4.5));
                pairs.push(("tone on a card", tone.strong, palette.panel, 4.5));
                pairs.push(("text on a tone", palette.text, tone.pale, 4.5));
                pairs.push(("ink on a filled sign", palette.on_accent, tone.strong, 4.5));
            }
            let unknown = palette.unknown_words();
            pairs.push(("words of the unknown", unknown.strong, unknown.pale, 4.5));
            for (what, ink, ground, least) in pairs {
                let found = contrast(ink, ground);
                assert!(
                    found >= least,
                    "{name}, {what}: {ink:?} on {ground:?} is {found:.2} to 1"
                );
            }
        }
    }
}
