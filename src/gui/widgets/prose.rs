//! Sentences in which codes, versions and addresses stand in the monospaced face.

use crate::gui::theme::{self, Palette};
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Galley, Label, Response, Ui};
use std::sync::Arc;

/// A sentence of normal size; it wraps and can be selected.
pub fn text(ui: &mut Ui, sentence: &str) -> Response {
    let color = Palette::of(ui).text;
    show(ui, sentence, &theme::text_font(), 20.0, color)
}

/// A small muted sentence; it wraps and can be selected.
pub fn detail(ui: &mut Ui, sentence: &str) -> Response {
    let color = Palette::of(ui).muted;
    show(ui, sentence, &theme::detail_font(), 16.0, color)
}

/// A name or path of at most so many letters, shortened in its middle; both ends tell most.
pub fn shorten(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let tail = most / 2;
    let head = most.saturating_sub(tail + 1);
    let first = text.chars().take(head);
    let last = text.chars().skip(count - tail);
    first.chain(std::iter::once('…')).chain(last).collect()
}

/// A text laid out in so many lines of this width at most, cut with an ellipsis where it is longer.
pub fn fitted(ui: &Ui, text: &str, font: FontId, color: Color32, width: f32, lines: usize) -> Arc<Galley> {
    let format = TextFormat {
        font_id: font,
        color,
        ..TextFormat::default()
    };
    let mut job = LayoutJob::single_section(text.to_owned(), format);
    job.wrap = TextWrapping {
        max_width: width.max(0.0),
        max_rows: lines,
        break_anywhere: lines == 1,
        overflow_character: Some('…'),
    };
    ui.painter().layout_job(job)
}

/// Lays the sentence out, word by word.
fn show(ui: &mut Ui, sentence: &str, font: &FontId, height: f32, color: Color32) -> Response {
    let format = |font_id: FontId| TextFormat {
        font_id,
        color,
        line_height: Some(height),
        ..TextFormat::default()
    };
    let mut job = LayoutJob::default();
    let words: Vec<&str> = sentence.split_inclusive(' ').collect();
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).copied().unwrap_or_default();
        let (core, rest) = word.split_at(bare(word).len());
        if is_code(core) || (is_reply(core) && is_code(bare(next))) {
            job.append(core, 0.0, format(theme::code_font()));
            job.append(rest, 0.0, format(font.clone()));
        } else {
            job.append(word, 0.0, format(font.clone()));
        }
    }
    ui.add(Label::new(job).wrap().selectable(true))
}

/// A word without what ends it.
fn bare(word: &str) -> &str {
    word.trim_end_matches([' ', ',', ';', '.', ':', ')'])
}

/// `5.7.139`, `072.040.004.09100`, `203.0.113.25`, `protocol_version`.
fn is_code(word: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let version = word.split('.').count() >= 3 && word.split('.').all(digits);
    let name = word.contains('_') && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    version || name
}

/// `535`
fn is_reply(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(shorten("audit.txt", 12), "audit.txt");
        let short = shorten("copier-0042-auditfile-2025-03-14.txt.gz", 20);
        assert_eq!(
            (short.as_str(), short.chars().count()),
            ("copier-00…-14.txt.gz", 20)
        );
    }

    #[test]
    fn codes_are_told_from_words_and_plain_numbers() {
        for code in ["5.7.139", "072.040.004.09100", "protocol_version"] {
            assert!(is_code(code), "{code}");
        }
        for word in ["1.2", "TLS", "2017", "smtp.example.test", "…"] {
            assert!(!is_code(word), "{word}");
        }
    }
}
