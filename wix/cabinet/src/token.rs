//! What a stream consists of, and the symbols that stand for it.

use crate::slots::{self, Formatted, SLOTS};

/// Bytes of a frame; no match reaches over its end, and its bits end at a whole word.
pub const FRAME: usize = 32 << 10;

/// The longest match that LZX can write.
pub const LONGEST: usize = 257;

/// Symbols of the main code: bytes, then slots with the beginning of a length.
pub const MAIN: usize = 256 + SLOTS * 8;
/// Symbols of the code for the rest of a length.
pub const LENGTHS: usize = 249;

/// A literal or a match.
#[derive(Debug, Clone, Copy)]
pub enum Token {
    /// A byte as it is.
    Literal(u8),
    /// Bytes that stood before.
    Match {
        /// How many, 2 to 257.
        length: u32,
        /// Where.
        offset: Formatted,
    },
}

impl Token {
    /// Bytes that it stands for.
    pub fn size(&self) -> usize {
        match *self {
            Self::Literal(_) => 1,
            Self::Match { length, .. } => length as usize,
        }
    }
}

/// The part of a length that the main symbol tells, and the symbol of the rest.
pub fn split_length(length: u32) -> (usize, Option<usize>) {
    let beyond = length as usize - 2;
    (beyond.min(7), beyond.checked_sub(7))
}

/// How often each symbol occurs.
pub struct Counts {
    /// Of the main code.
    pub main: Vec<u32>,
    /// Of the length code.
    pub length: Vec<u32>,
    /// The lowest three bits of offsets with more than two bits behind their slot.
    pub aligned: Vec<u32>,
}

impl Counts {
    /// Those of these tokens.
    pub fn of(tokens: &[Token]) -> Self {
        let mut counts = Self {
            main: vec![0; MAIN],
            length: vec![0; LENGTHS],
            aligned: vec![0; 8],
        };
        for token in tokens {
            match *token {
                Token::Literal(byte) => counts.main[usize::from(byte)] += 1,
                Token::Match { length, offset } => {
                    let (slot, bits, value) = slots::slot(offset);
                    let (header, footer) = split_length(length);
                    counts.main[256 + slot * 8 + header] += 1;
                    if let Some(symbol) = footer {
                        counts.length[symbol] += 1;
                    }
                    if bits >= 3 {
                        counts.aligned[(value & 7) as usize] += 1;
                    }
                }
            }
        }
        counts
    }
}
