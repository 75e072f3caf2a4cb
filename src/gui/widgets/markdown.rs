//! A report's Markdown on the screen: headings, paragraphs, lists, tables, code. Only what reports hold.

use super::{card, prose};
use crate::gui::theme::{self, Palette, space};
use egui::{Frame, Label, Margin, Ui};

/// Draws a text.
pub fn show(ui: &mut Ui, text: &str) {
    ui.spacing_mut().item_spacing.y = space::XS;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = quoted(line);
        let bare = line.trim_start();
        if let Some(title) = bare.strip_prefix("# ") {
            ui.add_space(space::XS);
            ui.add(Label::new(theme::title(plain(title))).wrap().selectable(true));
        } else if let Some(title) = bare.strip_prefix("## ") {
            ui.add_space(space::M);
            ui.add(Label::new(theme::verdict(plain(title))).wrap().selectable(true));
        } else if bare.starts_with('#') {
            ui.add_space(space::S);
            let title = plain(bare.trim_start_matches('#').trim());
            ui.add(Label::new(theme::heading(title)).wrap().selectable(true));
        } else if bare.starts_with("```") {
            let mut code = Vec::new();
            for line in lines.by_ref() {
                if line.trim_start().starts_with("```") {
                    break;
                }
                code.push(line);
            }
            block(ui, &code.join("\n"));
        } else if bare.starts_with('|') {
            row(ui, bare);
        } else if let Some(item) = item(bare) {
            let indent = f32::from(u8::try_from(line.len() - bare.len()).unwrap_or(0)) * 6.0;
            ui.horizontal_top(|ui| {
                ui.add_space(indent);
                ui.label(theme::text(item.0));
                ui.vertical(|ui| {
                    let _ = prose::text(ui, &plain(item.1));
                });
            });
        } else if bare.is_empty() {
            ui.add_space(space::XS);
        } else {
            let _ = prose::text(ui, &plain(bare));
        }
    }
}

/// A line without the sign of a quotation; a report quotes only its leading sentence.
fn quoted(line: &str) -> &str {
    match line.trim_start().strip_prefix('>') {
        Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
        None => line,
    }
}

/// The sign and the words of a list's item.
fn item(line: &str) -> Option<(String, &str)> {
    if let Some(words) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
        return Some(("–".to_owned(), words));
    }
    let (number, words) = line.split_once(". ")?;
    let digits = !number.is_empty() && number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| (format!("{number}."), words))
}

/// A table's row; the one that only draws the line is left out.
fn row(ui: &mut Ui, line: &str) {
    let cells: Vec<String> = line
        .trim_matches('|')
        .split('|')
        .map(|cell| plain(cell.trim()))
        .collect();
    if cells.iter().all(|cell| cell.chars().all(|c| "-: ".contains(c))) {
        return;
    }
    card::line(ui);
    match cells.as_slice() {
        [only] => {
            let _ = prose::text(ui, only);
        }
        [first, rest @ ..] => card::fact_row(ui, first, rest.join(" · ")),
        [] => {}
    }
}

/// Code on a ground of its own.
fn block(ui: &mut Ui, code: &str) {
    Frame::new()
        .fill(Palette::of(ui).page)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(theme::code(code)).wrap().selectable(true));
        });
}

/// Words without the signs for bold, code and escapes.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            '*' | '`' => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_go_and_escaped_ones_stay() {
        assert_eq!(plain("**Bold** and `code`, 3 \\* 4"), "Bold and code, 3 * 4");
        assert_eq!(item("12. Tick"), Some(("12.".to_owned(), "Tick")));
        assert_eq!(item("2025. was a year"), None);
        assert_eq!(
            ["> **Reason**", ">", "a > b"].map(quoted),
            ["**Reason**", "", "a > b"]
        );
    }
}
