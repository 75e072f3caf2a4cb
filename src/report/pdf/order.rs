//! The order in which letters stand on paper: runs of one direction, from left to right (Unicode Annex 9).

use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};

/// Whether a text holds only letters that run from the left, so that its order is that of its letters.
pub fn plain(text: &str) -> bool {
    text.chars().all(|letter| u32::from(letter) < 0x590)
}

/// The runs of a line as they stand from left to right, each with whether it runs from the right.
pub fn runs(text: &str) -> Vec<(Range<usize>, bool)> {
    // The report is English, so a line begins at the left whatever its first letter is.
    let info = BidiInfo::new(text, Some(Level::ltr()));
    let mut all = Vec::new();
    for paragraph in &info.paragraphs {
        let (levels, runs) = info.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let right = levels.get(run.start).is_some_and(Level::is_rtl);
            all.push((run, right));
        }
    }
    all
}

/// Whether a line may end before or behind this letter without a gap between words.
pub fn breaks(letter: char) -> bool {
    matches!(u32::from(letter), 0x2e80..=0x2fdf | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff
        | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// Whether a letter sits on the one before it and is written with the same font.
pub fn joins(letter: char) -> bool {
    matches!(u32::from(letter), 0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x610..=0x61a | 0x64b..=0x65f
        | 0x1ab0..=0x1aff | 0x200c..=0x200d | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xe0100..=0xe01ef)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hebrew_between_latin_words_is_one_run_from_the_right() {
        let text = "to שלום עולם ok";
        let told: Vec<_> = runs(text)
            .into_iter()
            .map(|(run, right)| (text.get(run).unwrap(), right))
            .collect();
        assert_eq!(told, [("to ", false), ("שלום עולם", true), (" ok", false)]);
        assert!(plain("Müller, Ελλάδα, Москва") && !plain(text));
    }
}
