//! A font as it is shaped with: which letters it has, and what becomes of a text.

use harfrust::{Feature, FontRef, GlyphBuffer, ShapeOptions, ShaperData, UnicodeBuffer};
use read_fonts::TableProvider;
use read_fonts::tables::cmap::PlatformId;

/// A font's encoding for signs of its own rather than letters, on Windows.
const SYMBOLS: u16 = 0;
/// The lowest bits of `fsType`: who may embed the font.
const EMBEDDING: u16 = 0xf;
/// Nobody may, without asking its maker.
const RESTRICTED: u16 = 2;

/// A font, read from bytes that may be anybody's.
pub struct Face<'d> {
    font: FontRef<'d>,
    data: ShaperData,
}

impl<'d> Face<'d> {
    /// The font of a file, or the one of that number in a collection; nothing where it is damaged.
    pub fn from_slice(data: &'d [u8], index: u32) -> Option<Self> {
        let font = FontRef::from_index(data, index).ok()?;
        let whole = font.head().is_ok() && font.hhea().is_ok() && font.maxp().is_ok();
        whole.then(|| Self {
            data: ShaperData::new(&font),
            font,
        })
    }

    /// Whether it has a glyph for a letter, by its Unicode tables.
    pub fn has(&self, letter: char) -> bool {
        let Ok(cmap) = self.font.cmap() else { return false };
        cmap.encoding_records()
            .iter()
            .filter(|record| match record.platform_id() {
                PlatformId::Unicode => true,
                PlatformId::Windows => record.encoding_id() != SYMBOLS,
                _ => false,
            })
            .filter_map(|record| record.subtable(cmap.offset_data()).ok())
            .filter_map(|table| table.map_codepoint(letter))
            .any(|glyph| glyph.to_u32() != 0)
    }

    /// Whether its maker lets it be put into a file.
    pub fn may_be_embedded(&self) -> bool {
        let about = self.font.os2();
        !about.is_ok_and(|about| about.fs_type() & EMBEDDING == RESTRICTED)
    }

    /// The glyphs of a text, and the units of their lengths in its size.
    pub fn shape(&self, text: UnicodeBuffer, features: &[Feature]) -> (GlyphBuffer, i32) {
        let shaper = self.data.shaper(&self.font).build();
        let units = shaper.units_per_em();
        (shaper.shape(text, ShapeOptions::new().features(features)), units)
    }
}
