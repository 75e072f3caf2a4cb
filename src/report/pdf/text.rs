//! The letters of the file: shaping, measuring, breaking into lines.

use super::face::Face;
use super::order;
use super::shelf::Borrowed;
use crate::fonts::Inter;
use harfrust::{Direction, Feature, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

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

/// The embedded family, and fonts of this computer for letters that it lacks.
pub struct Letters<'s> {
    regular: Cut,
    medium: Cut,
    semibold: Cut,
    borrowed: Vec<(Face<'s>, &'s Borrowed)>,
    /// Which borrowed font writes a sign; looked up once.
    hands: RefCell<HashMap<char, Option<Hand>>>,
    features: Vec<Feature>,
    /// Whether a sign was met that none of the letters have.
    unwritten: Cell<bool>,
    measured: RefCell<HashMap<(Weight, String), f32>>,
}

/// Which letters a piece of text is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// The embedded ones.
    Own,
    /// A borrowed font, by its number.
    Borrowed(usize),
}

/// A part of a line in one font and one direction; lengths are in units of its size.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its font.
    pub hand: Hand,
    /// The text, for searching and copying.
    pub text: String,
    /// The glyphs, from left to right.
    pub glyphs: Vec<KrillaGlyph>,
    /// The width.
    pub width: f32,
}

/// A text of one line, ready to be drawn; lengths are in units of its size.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its parts, from left to right.
    pub pieces: Vec<Piece>,
    /// The width.
    pub width: f32,
}

#[cfg(test)]
impl Line {
    /// The text, in the order in which it stands.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

impl<'s> Letters<'s> {
    /// The letters that came with the program; nothing where they are damaged.
    pub fn embedded() -> Option<Self> {
        let cut = |data: &'static [u8]| {
            Some(Cut {
                shaper: Face::from_slice(data, 0)?,
                font: Font::new(data.into(), 0)?,
            })
        };
        Some(Self {
            regular: cut(Inter::Regular.bytes())?,
            medium: cut(Inter::Medium.bytes())?,
            semibold: cut(Inter::SemiBold.bytes())?,
            borrowed: Vec::new(),
            hands: RefCell::default(),
            // Versions, codes and replies must look as they were written: no arrows made of `->`.
            features: ["calt=0", "liga=0"]
                .iter()
                .filter_map(|text| text.parse().ok())
                .collect(),
            unwritten: Cell::new(false),
            measured: RefCell::default(),
        })
    }

    /// With fonts for what the embedded letters lack.
    #[must_use]
    pub fn with(self, borrowed: &'s [Borrowed]) -> Self {
        let faces = borrowed.iter().filter_map(|one| Some((one.face()?, one)));
        Self {
            borrowed: faces.collect(),
            ..self
        }
    }

    /// Whether any font is borrowed.
    pub const fn borrows(&self) -> bool {
        !self.borrowed.is_empty()
    }

    /// The letters of a text that the embedded ones lack.
    pub fn lacking<'t>(&'t self, text: &'t str) -> impl Iterator<Item = char> + 't {
        text.chars().filter(|letter| !self.has(*letter))
    }

    const fn cut(&self, weight: Weight) -> &Cut {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Medium => &self.medium,
            Weight::SemiBold => &self.semibold,
        }
    }

    /// The font of a piece.
    pub fn font(&self, hand: Hand, weight: Weight) -> Font {
        let borrowed = match hand {
            Hand::Own => None,
            Hand::Borrowed(number) => self.borrowed.get(number),
        };
        borrowed
            .map_or(&self.cut(weight).font, |(_, one)| &one.font)
            .clone()
    }

    /// Whether the embedded letters have a sign.
    fn has(&self, letter: char) -> bool {
        letter.is_whitespace() || self.regular.shaper.has(letter)
    }

    /// Who writes a sign; nobody where no font has it.
    fn hand(&self, letter: char) -> Option<Hand> {
        if self.has(letter) {
            return Some(Hand::Own);
        }
        let has = |(face, _): &(Face<'_>, &Borrowed)| face.has(letter);
        let mut known = self.hands.borrow_mut();
        *known
            .entry(letter)
            .or_insert_with(|| self.borrowed.iter().position(has).map(Hand::Borrowed))
    }

    /// One line without breaks.
    pub fn line(&self, weight: Weight, text: &str) -> Line {
        let mut pieces = Vec::new();
        if order::plain(text) && text.chars().all(|letter| self.has(letter)) {
            pieces.push(self.piece(Hand::Own, weight, text, false));
        } else {
            for (run, right) in order::runs(text) {
                let run = text.get(run).unwrap_or_default();
                let mut parts: Vec<Piece> = self
                    .hands(run)
                    .into_iter()
                    .map(|(hand, part)| self.piece(hand, weight, part, right))
                    .collect();
                if right {
                    parts.reverse();
                }
                pieces.extend(parts);
            }
        }
        Line {
            width: pieces.iter().map(|piece| piece.width).sum(),
            pieces,
        }
    }

    /// A run in parts that are each written with one font.
    fn hands<'t>(&self, run: &'t str) -> Vec<(Hand, &'t str)> {
        let mut parts: Vec<(Hand, Range<usize>)> = Vec::new();
        for (at, letter) in run.char_indices() {
            let end = at + letter.len_utf8();
            let last = parts.last_mut();
            match last {
                Some((_, range)) if order::joins(letter) => range.end = end,
                last => {
                    let hand = self.hand(letter).unwrap_or(Hand::Own);
                    match last {
                        Some((same, range)) if *same == hand => range.end = end,
                        _ => parts.push((hand, at..end)),
                    }
                }
            }
        }
        parts
            .into_iter()
            .filter_map(|(hand, range)| Some((hand, run.get(range)?)))
            .collect()
    }

    /// A part, shaped.
    fn piece(&self, hand: Hand, weight: Weight, text: &str, right: bool) -> Piece {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if right {
            Direction::RightToLeft
        } else {
            Direction::LeftToRight
        });
        let foreign = match hand {
            Hand::Own => None,
            Hand::Borrowed(number) => self.borrowed.get(number).map(|(face, _)| face),
        };
        let own = &self.cut(weight).shaper;
        let face = foreign.unwrap_or(own);
        // What a foreign script needs to be read, its ligatures among it, is left on.
        let features: &[Feature] = if foreign.is_some() { &[] } else { &self.features };
        let (shaped, units) = face.shape(buffer, features);
        let em = length(units).max(1.0);
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
        Piece {
            hand,
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
                let mut gap = true;
                for part in parts(word) {
                    for piece in self.pieces(weight, room, part) {
                        let wide = self.width(weight, &piece);
                        let before = if gap { space } else { 0.0 };
                        if now.is_empty() {
                            filled = wide;
                        } else if filled + before + wide <= room {
                            if gap {
                                now.push(' ');
                            }
                            filled += before + wide;
                        } else {
                            lines.push(self.line(weight, &now));
                            now.clear();
                            filled = wide;
                        }
                        now.push_str(&piece);
                        gap = false;
                    }
                }
            }
            lines.push(self.line(weight, &now));
        }
        lines
    }

    /// The text as it can be written: a sign that no font at hand has by its Unicode number, never as an empty box.
    fn written<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.chars().all(|letter| self.has(letter)) {
            return Cow::Borrowed(text);
        }
        let mut out = String::new();
        for letter in text.chars() {
            if self.hand(letter).is_some() || (order::joins(letter) && self.borrows()) {
                out.push(letter);
            } else {
                self.unwritten.set(true);
                let _ = write!(out, "[U+{:04X}]", u32::from(letter));
            }
        }
        Cow::Owned(out)
    }

    /// Whether a sign was met that no font at hand has.
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
        // By the letters' own widths, each measured once; a hair less than there is, for what kerning adds.
        let room = room * 0.99;
        let (mut pieces, mut now, mut filled) = (Vec::new(), String::new(), 0.0);
        for letter in word.chars() {
            let wide = self.width(weight, letter.encode_utf8(&mut [0; 4]));
            if filled + wide > room && !now.is_empty() {
                // A name breaks behind its own joints where there is one near.
                let joint = now
                    .rfind(['.', '-', '_', '/', '@', ':', ',', '='])
                    .filter(|joint| *joint * 2 > now.len());
                let rest = joint.map_or_else(String::new, |joint| now.split_off(joint + 1));
                filled = self.width(weight, &rest);
                pieces.push(std::mem::replace(&mut now, rest));
            }
            now.push(letter);
            filled += wide;
        }
        pieces.push(now);
        pieces
    }
}

/// A word in parts between which a line may end: itself, but for scripts that have no gaps between words.
fn parts(word: &str) -> Vec<&str> {
    if !word.chars().any(order::breaks) {
        return vec![word];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, letter) in word.char_indices() {
        let may = order::breaks(letter) || before.is_some_and(order::breaks);
        if at > start && may && !order::joins(letter) {
            parts.extend(word.get(start..at));
            start = at;
        }
        before = Some(letter);
    }
    parts.extend(word.get(start..));
    parts
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
        let whole: String = lines.iter().map(Line::text).collect();
        assert_eq!(whole.replace(' ', ""), text.replace(' ', ""));
    }

    #[test]
    fn a_name_in_other_letters_is_written_by_numbers_and_not_as_boxes() {
        let letters = Letters::embedded().unwrap();
        assert!(!letters.left_out());
        let lines = letters.lines(Weight::Regular, 9.0, 400.0, "Herr Müller, 山田 and שלום");
        let whole: Vec<String> = lines.iter().map(Line::text).collect();
        assert!(whole.join(" ").contains("Müller, [U+5C71][U+7530]"), "{whole:?}");
        assert!(letters.left_out());
        let pieces = lines.iter().flat_map(|line| &line.pieces);
        let drawn = pieces.flat_map(|piece| &piece.glyphs);
        assert!(drawn.into_iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
    }

    #[test]
    fn greek_and_cyrillic_are_among_the_embedded_letters() {
        let letters = Letters::embedded().unwrap();
        assert_eq!(letters.lacking("Ελλάδα Привет Żółć Ñandú ß").count(), 0);
        assert_eq!(letters.lacking("山 ש").collect::<String>(), "山ש");
    }

    #[test]
    fn a_text_without_gaps_fills_its_lines() {
        assert_eq!(parts("ab山田cd"), ["ab", "山", "田", "cd"]);
        assert_eq!(parts("smtp.example"), ["smtp.example"]);
        let letters = Letters::embedded().unwrap();
        let lines = letters.lines(Weight::Regular, 9.0, 60.0, "ab cd");
        assert_eq!(lines.first().map(Line::text).as_deref(), Some("ab cd"));
    }

    #[test]
    fn what_was_written_as_an_arrow_of_two_signs_stays_two_signs() {
        let letters = Letters::embedded().unwrap();
        let line = letters.line(Weight::Regular, "->");
        assert_eq!(line.pieces.first().unwrap().glyphs.len(), 2);
    }
}
