//! The embedded letters: shaping, measuring, breaking into lines.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Face, Feature, UnicodeBuffer};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Weights of the embedded family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Sentences that lead.
    Medium,
    /// Headings.
    SemiBold,
}

/// Letters in one weight, for measuring and for the file.
struct Cut {
    shaper: Face<'static>,
    font: Font,
}

/// The embedded family.
pub struct Letters {
    regular: Cut,
    medium: Cut,
    semibold: Cut,
    features: Vec<Feature>,
    /// Whether a sign was met that the letters do not have.
    unwritten: Cell<bool>,
    measured: RefCell<HashMap<(Weight, String), f32>>,
}

/// A text of one line, ready to be drawn; lengths are in units of its size.
#[derive(Debug, Clone)]
pub struct Line {
    /// The text, for searching and copying.
    pub text: String,
    /// The glyphs.
    pub glyphs: Vec<KrillaGlyph>,
    /// The width.
    pub width: f32,
}

impl Letters {
    /// The letters that came with the program; nothing where they are damaged.
    pub fn embedded() -> Option<Self> {
        let cut = |data: &'static [u8]| {
            Some(Cut {
                shaper: Face::from_slice(data, 0)?,
                font: Font::new(data.into(), 0)?,
            })
        };
        Some(Self {
            regular: cut(include_bytes!("../../../assets/fonts/Inter-Regular.otf"))?,
            medium: cut(include_bytes!("../../../assets/fonts/Inter-Medium.otf"))?,
            semibold: cut(include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"))?,
            // Versions, codes and replies must look as they were written: no arrows made of `->`.
            features: ["calt=0", "liga=0"]
                .iter()
                .filter_map(|text| text.parse().ok())
                .collect(),
            unwritten: Cell::new(false),
            measured: RefCell::default(),
        })
    }

    const fn cut(&self, weight: Weight) -> &Cut {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Medium => &self.medium,
            Weight::SemiBold => &self.semibold,
        }
    }

    /// The font of a weight.
    pub fn font(&self, weight: Weight) -> Font {
        self.cut(weight).font.clone()
    }

    /// One line without breaks.
    pub fn line(&self, weight: Weight, text: &str) -> Line {
        let cut = self.cut(weight);
        let em = length(cut.shaper.units_per_em());
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(&cut.shaper, &self.features, buffer);
        let starts: Vec<usize> = shaped
            .glyph_infos()
            .iter()
            .map(|info| place(info.cluster))
            .collect();
        let mut width = 0.0;
        let glyphs = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let start = place(info.cluster);
                let end = starts
                    .iter()
                    .copied()
                    .filter(|next| *next > start)
                    .min()
                    .unwrap_or(text.len());
                let advance = length(position.x_advance) / em;
                width += advance;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    advance,
                    length(position.x_offset) / em,
                    length(position.y_offset) / em,
                    0.0,
                    start..end,
                    None,
                )
            })
            .collect();
        Line {
            text: text.to_owned(),
            glyphs,
            width,
        }
    }

    /// The text in lines that are no wider than `width` at a size; a word that is wider is broken.
    pub fn lines(&self, weight: Weight, size: f32, width: f32, text: &str) -> Vec<Line> {
        // A hair less than there is, for what letters do to each other over a gap between words.
        let text = self.written(text);
        let room = width / size - 0.05;
        let space = self.width(weight, " ");
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut now = String::new();
            let mut filled = 0.0;
            for word in paragraph.split_whitespace() {
                for piece in self.pieces(weight, room, word) {
                    let wide = self.width(weight, &piece);
                    if now.is_empty() {
                        filled = wide;
                    } else if filled + space + wide <= room {
                        now.push(' ');
                        filled += space + wide;
                    } else {
                        lines.push(self.line(weight, &now));
                        now.clear();
                        filled = wide;
                    }
                    now.push_str(&piece);
                }
            }
            lines.push(self.line(weight, &now));
        }
        lines
    }

    /// The text as it can be written: a sign that the letters lack by its Unicode number, never as an empty box.
    fn written<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let has = |letter: char| letter.is_whitespace() || self.regular.shaper.glyph_index(letter).is_some();
        if text.chars().all(has) {
            return Cow::Borrowed(text);
        }
        self.unwritten.set(true);
        let mut out = String::new();
        for letter in text.chars() {
            if has(letter) {
                out.push(letter);
            } else {
                let _ = write!(out, "[U+{:04X}]", u32::from(letter));
            }
        }
        Cow::Owned(out)
    }

    /// Whether a sign was met that the letters do not have.
    pub const fn left_out(&self) -> bool {
        self.unwritten.get()
    }

    /// The width of a word, each measured once.
    fn width(&self, weight: Weight, word: &str) -> f32 {
        let known = self.measured.borrow().get(&(weight, word.to_owned())).copied();
        known.unwrap_or_else(|| {
            let width = self.line(weight, word).width;
            self.measured
                .borrow_mut()
                .insert((weight, word.to_owned()), width);
            width
        })
    }

    /// A word in pieces that fit; nearly always the word itself.
    fn pieces(&self, weight: Weight, room: f32, word: &str) -> Vec<String> {
        if self.width(weight, word) <= room {
            return vec![word.to_owned()];
        }
        let mut pieces = Vec::new();
        let mut now = String::new();
        for letter in word.chars() {
            now.push(letter);
            if self.line(weight, &now).width > room && now.chars().count() > 1 {
                now.pop();
                // A name breaks behind its own joints where there is one near.
                let joint = now
                    .rfind(['.', '-', '_', '/', '@', ':', ',', '='])
                    .filter(|joint| *joint * 2 > now.len());
                let rest = joint.map_or_else(String::new, |joint| now.split_off(joint + 1));
                pieces.push(std::mem::replace(&mut now, rest));
                now.push(letter);
            }
        }
        pieces.push(now);
        pieces
    }
}

/// Font units as a length.
fn length(units: i32) -> f32 {
    i16::try_from(units).map_or(0.0, f32::from)
}

/// A place in a text.
fn place(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_column_even_where_a_word_is() {
        let letters = Letters::embedded().unwrap();
        let text =
            "to contoso-com.mail.protection.outlook.com with TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 and so on";
        let lines = letters.lines(Weight::Regular, 9.0, 70.0, text);
        assert!(lines.iter().all(|line| line.width * 9.0 <= 70.0));
        let whole: String = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(whole.replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn a_name_in_other_letters_is_written_by_numbers_and_not_as_boxes() {
        let letters = Letters::embedded().unwrap();
        assert!(!letters.left_out());
        let lines = letters.lines(Weight::Regular, 9.0, 400.0, "Herr Müller, 山田 and שלום");
        let whole: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert!(whole.join(" ").contains("Müller, [U+5C71][U+7530]"), "{whole:?}");
        assert!(letters.left_out());
        let drawn = lines.iter().flat_map(|line| &line.glyphs);
        assert!(drawn.into_iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
    }

    #[test]
    fn what_was_written_as_an_arrow_of_two_signs_stays_two_signs() {
        let letters = Letters::embedded().unwrap();
        assert_eq!(letters.line(Weight::Regular, "->").glyphs.len(), 2);
    }
}
