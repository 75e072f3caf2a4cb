//! Where the bytes at a position stood before: one binary tree for each beginning of three bytes.

use std::ops::Range;

use crate::slots::WINDOW_BITS;
use crate::token::{FRAME, LONGEST};

const WINDOW: usize = 1 << WINDOW_BITS;
const HASH_BITS: u32 = 18;
/// Steps down a tree at most.
const DEPTH: usize = 128;
const NOWHERE: u32 = u32::MAX;

/// A length and the shortest distance at which it stands.
#[derive(Debug, Clone, Copy)]
pub struct Match {
    /// Bytes that are equal.
    pub length: u32,
    /// How far back.
    pub offset: u32,
}

/// The matches of a run of positions, each position's longer ones behind its shorter.
pub struct Found {
    all: Vec<Match>,
    ends: Vec<u32>,
}

impl Found {
    /// Those of the position `index` behind the run's start.
    pub fn at(&self, index: usize) -> &[Match] {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start as usize..self.ends[index] as usize]
    }
}

/// Goes through the data once.
pub struct Finder<'d> {
    data: &'d [u8],
    roots: Vec<u32>,
    children: Vec<[u32; 2]>,
}

impl<'d> Finder<'d> {
    /// At the data's start.
    pub fn new(data: &'d [u8]) -> Self {
        Self {
            data,
            roots: vec![NOWHERE; 1 << HASH_BITS],
            children: vec![[NOWHERE; 2]; WINDOW],
        }
    }

    /// The matches of these positions, which must follow the last ones.
    pub fn matches(&mut self, positions: Range<usize>) -> Found {
        let mut found = Found {
            all: Vec::new(),
            ends: Vec::new(),
        };
        for at in positions {
            let frame_end = self.data.len().min((at / FRAME + 1) * FRAME);
            self.insert(at, frame_end - at, &mut found.all);
            found.ends.push(found.all.len() as u32);
        }
        found
    }

    /// Puts a position on top of its tree, and tells what stood there; the tree below is split by what is smaller
    /// and what is larger than the bytes from here.
    fn insert(&mut self, at: usize, limit: usize, found: &mut Vec<Match>) {
        let ahead = &self.data[at..self.data.len().min(at + LONGEST)];
        let &[one, two, three, ..] = ahead else { return };
        let beginning = u32::from_le_bytes([one, two, three, 0]);
        let hash = beginning.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS);
        let mut node = std::mem::replace(&mut self.roots[hash as usize], at as u32);
        // Where the next smaller and the next larger position go, and how much of them is known to be equal.
        let mut open = [(at, 0), (at, 1)];
        let mut equal = [0, 0];
        let mut best = 2;
        for _ in 0..DEPTH {
            // A match may reach back as far as the window less three bytes, as the last slot ends there.
            if node == NOWHERE || at - node as usize > WINDOW - 3 {
                break;
            }
            let candidate = node as usize;
            let mut length = equal[0].min(equal[1]);
            while length < ahead.len() && self.data[candidate + length] == ahead[length] {
                length += 1;
            }
            if length.min(limit) > best {
                best = length.min(limit);
                found.push(Match {
                    length: best as u32,
                    offset: (at - candidate) as u32,
                });
            }
            if length == ahead.len() {
                let taken = self.children[candidate % WINDOW];
                self.set(open[0], taken[0]);
                self.set(open[1], taken[1]);
                return;
            }
            let side = usize::from(self.data[candidate + length] > ahead[length]);
            self.set(open[side], node);
            open[side] = (candidate, 1 - side);
            equal[side] = length;
            node = self.children[candidate % WINDOW][1 - side];
        }
        self.set(open[0], NOWHERE);
        self.set(open[1], NOWHERE);
    }

    fn set(&mut self, (position, side): (usize, usize), node: u32) {
        self.children[position % WINDOW][side] = node;
    }
}
