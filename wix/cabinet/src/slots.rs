//! How a match's offset is written: a slot, and bits within it.

/// Bits of the window's size: 2 MiB, the largest.
pub const WINDOW_BITS: u32 = 21;

/// Slots that this window needs.
pub const SLOTS: usize = 50;

/// An offset in the form that is written: 0, 1 and 2 are the last three offsets, all others are moved up by two.
pub type Formatted = u32;

/// The form of an offset that is not among the last three.
pub fn formatted(offset: u32) -> Formatted {
    offset + 2
}

/// The slot of a formatted offset, how many bits stand behind it, and what they say.
pub fn slot(of: Formatted) -> (usize, u32, u32) {
    if of < 4 {
        return (of as usize, 0, 0);
    }
    // Two slots for each power of two, until a slot has 17 bits; then all are of that size.
    let bits = (of.ilog2() - 1).min(17);
    let slot = if bits < 17 {
        2 * bits + (of >> bits)
    } else {
        34 + (of >> 17)
    };
    (slot as usize, bits, of & ((1 << bits) - 1))
}

/// The last three offsets, the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recent(pub [u32; 3]);

impl Default for Recent {
    fn default() -> Self {
        Self([1; 3])
    }
}

impl Recent {
    /// The distance that a formatted offset means, and the three behind it.
    pub fn after(mut self, of: Formatted) -> (u32, Self) {
        match of {
            0..=2 => self.0.swap(0, of as usize),
            _ => self.0 = [of - 2, self.0[0], self.0[1]],
        }
        (self.0[0], self)
    }
}
