//! A block: its codes, then its tokens, whose bits end at a whole word behind every frame.

use crate::bits::BitWriter;
use crate::huffman;
use crate::slots;
use crate::token::{Counts, FRAME, LENGTHS, MAIN, Token, split_length};

/// Bits of a main or length code at most.
const LIMIT: u8 = 16;

/// `1` verbatim, `2` aligned offsets.
const VERBATIM: u32 = 1;
const ALIGNED: u32 = 2;

/// The code lengths of a block, against which the next block's are written.
pub struct Lengths {
    main: Vec<u8>,
    length: Vec<u8>,
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            main: vec![0; MAIN],
            length: vec![0; LENGTHS],
        }
    }
}

/// Lengths and codes side by side.
struct Code {
    lengths: Vec<u8>,
    codes: Vec<u32>,
}

impl Code {
    fn new(lengths: Vec<u8>) -> Self {
        Self {
            codes: huffman::codes(&lengths),
            lengths,
        }
    }

    fn put(&self, bits: &mut BitWriter, symbol: usize) {
        bits.put(self.codes[symbol], u32::from(self.lengths[symbol]));
    }
}

/// Writes a block, gives `frame` the bits and the size of every frame, and tells the block's code lengths.
pub fn write(
    bits: &mut BitWriter,
    tokens: &[Token],
    before: &Lengths,
    mut frame: impl FnMut(Vec<u8>, usize),
) -> Lengths {
    let counts = Counts::of(tokens);
    let main = Code::new(huffman::lengths(&counts.main, LIMIT));
    let length = Code::new(huffman::lengths(&counts.length, LIMIT));
    let aligned = Code::new(huffman::lengths(&counts.aligned, 7));
    let saved: i64 = (0..8)
        .map(|low| i64::from(counts.aligned[low]) * (3 - i64::from(aligned.lengths[low])))
        .sum();
    let is_aligned = saved > 24;

    bits.put(if is_aligned { ALIGNED } else { VERBATIM }, 3);
    bits.put(tokens.iter().map(Token::size).sum::<usize>() as u32, 24);
    if is_aligned {
        for length in &aligned.lengths {
            bits.put(u32::from(*length), 3);
        }
    }
    write_lengths(bits, &before.main[..256], &main.lengths[..256]);
    write_lengths(bits, &before.main[256..], &main.lengths[256..]);
    write_lengths(bits, &before.length, &length.lengths);

    let mut done = 0;
    for token in tokens {
        match *token {
            Token::Literal(byte) => main.put(bits, usize::from(byte)),
            Token::Match {
                length: count,
                offset,
            } => {
                let (slot, extra, value) = slots::slot(offset);
                let (header, footer) = split_length(count);
                main.put(bits, 256 + slot * 8 + header);
                if let Some(symbol) = footer {
                    length.put(bits, symbol);
                }
                if is_aligned && extra >= 3 {
                    bits.put(value >> 3, extra - 3);
                    aligned.put(bits, (value & 7) as usize);
                } else {
                    bits.put(value, extra);
                }
            }
        }
        done += token.size();
        if done == FRAME {
            frame(bits.take(), done);
            done = 0;
        }
    }
    if done > 0 {
        frame(bits.take(), done);
    }
    Lengths {
        main: main.lengths,
        length: length.lengths,
    }
}

/// What stands for code lengths: a difference to the block before, or a run.
enum Item {
    Change(u8),
    Zeros(usize),
    Same(usize, u8),
}

/// Writes code lengths as differences to those before, modulo 17, in a code of their own.
fn write_lengths(bits: &mut BitWriter, before: &[u8], new: &[u8]) {
    let change = |at: usize| (before[at] + 17 - new[at]) % 17;
    let mut items = Vec::new();
    let mut at = 0;
    while at < new.len() {
        let run = new[at..].iter().take_while(|length| **length == new[at]).count();
        let taken = match (new[at], run) {
            (0, 4..) => run.min(51),
            (_, 4..) => run.min(5),
            _ => 1,
        };
        items.push(match (new[at], taken) {
            (_, 1) => Item::Change(change(at)),
            (0, _) => Item::Zeros(taken),
            _ => Item::Same(taken, change(at)),
        });
        at += taken;
    }
    let mut counts = [0; 20];
    for item in &items {
        match item {
            Item::Change(value) => counts[usize::from(*value)] += 1,
            Item::Zeros(..20) => counts[17] += 1,
            Item::Zeros(_) => counts[18] += 1,
            Item::Same(_, value) => {
                counts[19] += 1;
                counts[usize::from(*value)] += 1;
            }
        }
    }
    let code = Code::new(huffman::lengths(&counts, 15));
    for length in &code.lengths {
        bits.put(u32::from(*length), 4);
    }
    for item in items {
        match item {
            Item::Change(value) => code.put(bits, usize::from(value)),
            Item::Zeros(run @ ..20) => {
                code.put(bits, 17);
                bits.put(run as u32 - 4, 4);
            }
            Item::Zeros(run) => {
                code.put(bits, 18);
                bits.put(run as u32 - 20, 5);
            }
            Item::Same(run, value) => {
                code.put(bits, 19);
                bits.put(run as u32 - 4, 1);
                code.put(bits, usize::from(value));
            }
        }
    }
}
