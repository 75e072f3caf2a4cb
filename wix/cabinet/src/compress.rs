//! A whole stream: calls translated, frames of 32 KiB, two of them to a block.

use crate::bits::BitWriter;
use crate::block::{self, Lengths};
use crate::matches::Finder;
use crate::parse::{self, Costs};
use crate::slots::Recent;
use crate::token::FRAME;

/// Bytes that share their codes; 1, 4 and 8 frames make the programs larger.
const BLOCK: usize = 2 * FRAME;

/// How often a block is parsed, each time with the costs that the last time showed.
const ROUNDS: usize = 3;

/// One frame as the cabinet holds it.
pub struct Frame {
    /// Its bits.
    pub packed: Vec<u8>,
    /// Bytes that it stands for.
    pub size: usize,
}

/// LZX with the largest window.
pub fn compress(plain: &[u8]) -> Vec<Frame> {
    let mut data = plain.to_vec();
    translate_calls(&mut data);
    let mut bits = BitWriter::default();
    bits.put(1, 1);
    bits.put(data.len() as u32, 32);

    let mut finder = Finder::new(&data);
    let mut recent = Recent::default();
    let mut costs = Costs::default();
    let mut lengths = Lengths::default();
    let mut frames = Vec::new();
    for start in (0..data.len()).step_by(BLOCK) {
        let block = start..data.len().min(start + BLOCK);
        let found = finder.matches(block.clone());
        let mut parsed = (Vec::new(), recent);
        for _ in 0..ROUNDS {
            parsed = parse::block(&data, block.clone(), &found, &costs, recent);
            costs = Costs::of(&parsed.0);
        }
        let tokens;
        (tokens, recent) = parsed;
        lengths = block::write(&mut bits, &tokens, &lengths, |packed, size| {
            frames.push(Frame { packed, size });
        });
    }
    frames
}

/// Makes the relative targets of x86 calls absolute, which repeat far more often.
fn translate_calls(data: &mut [u8]) {
    let size = data.len() as i32;
    for (number, frame) in data.chunks_mut(FRAME).enumerate() {
        let mut at = 0;
        while at + 10 < frame.len() {
            if frame[at] != 0xe8 {
                at += 1;
                continue;
            }
            let here = (number * FRAME + at) as i32;
            let field = &mut frame[at + 1..at + 5];
            let relative = i32::from_le_bytes([field[0], field[1], field[2], field[3]]);
            let absolute = match relative {
                _ if (-here..size - here).contains(&relative) => relative + here,
                _ if (size - here..size).contains(&relative) => relative - size,
                _ => relative,
            };
            field.copy_from_slice(&absolute.to_le_bytes());
            at += 5;
        }
    }
}
