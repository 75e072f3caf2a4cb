//! The cheapest way through a block: literals and matches by what they cost in bits.

use std::ops::Range;

use crate::matches::{Found, Match};
use crate::slots::{self, Formatted, Recent};
use crate::token::{Counts, FRAME, LENGTHS, LONGEST, MAIN, Token, split_length};

/// A match of this length is taken without looking for something cheaper.
const LONG: usize = 96;

/// What everything costs, in 1/64 bits.
pub struct Costs {
    main: Vec<u32>,
    length: Vec<u32>,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            main: vec![9 * 64; MAIN],
            length: vec![6 * 64; LENGTHS],
        }
    }
}

impl Costs {
    /// What these tokens would have cost.
    pub fn of(tokens: &[Token]) -> Self {
        let counts = Counts::of(tokens);
        Self {
            main: entropy(&counts.main),
            length: entropy(&counts.length),
        }
    }

    fn of_match(&self, length: usize, offset: Formatted) -> u32 {
        let (slot, bits, _) = slots::slot(offset);
        let (header, footer) = split_length(length as u32);
        self.main[256 + slot * 8 + header] + bits * 64 + footer.map_or(0, |symbol| self.length[symbol])
    }
}

fn entropy(counts: &[u32]) -> Vec<u32> {
    let total: u32 = counts.iter().sum();
    let whole = f64::from(total.max(1)).log2();
    counts
        .iter()
        .map(|count| ((whole - f64::from(*count).max(0.4).log2()) * 64.0) as u32)
        .collect()
}

/// Where a position is reached from.
#[derive(Clone, Copy)]
struct Step {
    cost: u32,
    token: Token,
    recent: Recent,
}

/// The tokens of a block, frame by frame, and the last offsets behind it.
pub fn block(
    data: &[u8],
    block: Range<usize>,
    found: &Found,
    costs: &Costs,
    mut recent: Recent,
) -> (Vec<Token>, Recent) {
    let mut tokens = Vec::new();
    for start in block.clone().step_by(FRAME) {
        let end = block.end.min(start + FRAME);
        let steps = steps(&data[..end], start, costs, recent, |at| {
            found.at(at - block.start)
        });
        recent = steps[end - start].recent;
        let first = tokens.len();
        let mut index = end - start;
        while index > 0 {
            tokens.push(steps[index].token);
            index -= steps[index].token.size();
        }
        tokens[first..].reverse();
    }
    (tokens, recent)
}

/// The cheapest step to every position from `start` to the end of the data.
fn steps<'f>(
    data: &[u8],
    start: usize,
    costs: &Costs,
    recent: Recent,
    found: impl Fn(usize) -> &'f [Match],
) -> Vec<Step> {
    let size = data.len() - start;
    let mut steps = vec![
        Step {
            cost: u32::MAX,
            token: Token::Literal(0),
            recent
        };
        size + 1
    ];
    steps[0].cost = 0;
    let mut index = 0;
    while index < size {
        let here = steps[index];
        let at = start + index;
        let mut reach = |token: Token, cost: u32, recent: Recent| {
            let there = &mut steps[index + token.size()];
            let cost = here.cost + cost;
            if cost < there.cost {
                *there = Step { cost, token, recent };
            }
        };
        reach(
            Token::Literal(data[at]),
            costs.main[usize::from(data[at])],
            here.recent,
        );

        let room = LONGEST.min(size - index);
        let mut longest = 0;
        let mut reach_matches = |lengths: Range<usize>, offset: Formatted| {
            let (_, after) = here.recent.after(offset);
            let longer = lengths.end - 1;
            longest = longer.max(longest);
            for length in if longer >= LONG {
                longer..lengths.end
            } else {
                lengths
            } {
                let token = Token::Match {
                    length: length as u32,
                    offset,
                };
                reach(token, costs.of_match(length, offset), after);
            }
        };
        for (which, distance) in (0..).zip(here.recent.0) {
            if let Some(earlier) = at.checked_sub(distance as usize) {
                let pairs = data[at..at + room].iter().zip(&data[earlier..]);
                let length = pairs.take_while(|(one, two)| one == two).count();
                reach_matches(2..length + 1, which);
            }
        }
        let mut shortest = 2;
        for candidate in found(at) {
            let length = candidate.length as usize;
            reach_matches(shortest..length + 1, slots::formatted(candidate.offset));
            shortest = length + 1;
        }
        // Within a long match nothing else is looked for.
        index += if longest >= LONG { longest } else { 1 };
    }
    steps
}
