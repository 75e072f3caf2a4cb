//! The fragments of all reply patterns, compiled into one automaton.

use super::fold::fold_fragment;
use super::schema::ReplyPattern;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use std::collections::HashMap;

/// Finds which patterns a folded text can match, in one pass over the text.
#[derive(Debug)]
pub(super) struct Index {
    automaton: Option<AhoCorasick>,
    /// Folded fragments, in the automaton's order.
    lengths: Vec<usize>,
    /// Patterns that name the fragment among those that must or may stand in the text.
    owners: Vec<Vec<usize>>,
    patterns: Vec<Compiled>,
    /// Patterns without fragments, which look at codes alone.
    bare: Vec<usize>,
}

/// A pattern's fragments as numbers.
#[derive(Debug, Default)]
struct Compiled {
    all: Vec<usize>,
    any: Vec<usize>,
    none: Vec<usize>,
}

impl Index {
    /// Compiles the patterns; fragments that fold to nothing are left out.
    pub(super) fn new(replies: &[ReplyPattern]) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut fragments: Vec<String> = Vec::new();
        let mut number = |fragment: &String| {
            let folded = fold_fragment(fragment);
            if folded.trim().is_empty() {
                return None;
            }
            Some(*numbers.entry(folded.clone()).or_insert_with(|| {
                fragments.push(folded);
                fragments.len() - 1
            }))
        };
        let patterns: Vec<Compiled> = replies
            .iter()
            .map(|pattern| Compiled {
                all: pattern.all.iter().filter_map(&mut number).collect(),
                any: pattern.any.iter().filter_map(&mut number).collect(),
                none: pattern.none.iter().filter_map(&mut number).collect(),
            })
            .collect();
        let mut owners = vec![Vec::new(); fragments.len()];
        let mut bare = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            // A pattern that must have one fragment needs looking at only where that one is found.
            let keys = pattern
                .all
                .first()
                .map_or(pattern.any.as_slice(), std::slice::from_ref);
            if keys.is_empty() {
                bare.push(at);
            }
            for key in keys {
                if let Some(owner) = owners.get_mut(*key) {
                    owner.push(at);
                }
            }
        }
        Self {
            automaton: AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .build(&fragments)
                .ok(),
            lengths: fragments.iter().map(|fragment| fragment.trim().len()).collect(),
            owners,
            patterns,
            bare,
        }
    }

    /// The patterns whose fragments stand in the folded text, each with the number of letters matched.
    pub(super) fn matches(&self, folded: &str) -> Vec<(usize, usize)> {
        let mut seen = vec![false; self.lengths.len()];
        if let Some(automaton) = &self.automaton {
            for found in automaton.find_overlapping_iter(folded) {
                if let Some(seen) = seen.get_mut(found.pattern().as_usize()) {
                    *seen = true;
                }
            }
        }
        let is_seen = |fragment: &usize| seen.get(*fragment).copied().unwrap_or(false);
        let mut touched: Vec<usize> = self
            .owners
            .iter()
            .zip(&seen)
            .filter(|(_, seen)| **seen)
            .flat_map(|(owners, _)| owners.iter().copied())
            .chain(self.bare.iter().copied())
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let letters = |fragment: &usize| self.lengths.get(*fragment).copied().unwrap_or(0);
        touched
            .into_iter()
            .filter_map(|at| {
                let pattern = self.patterns.get(at)?;
                let longest = pattern.any.iter().filter(|f| is_seen(f)).map(letters).max();
                let fits = pattern.all.iter().all(is_seen)
                    && (pattern.any.is_empty() || longest.is_some())
                    && !pattern.none.iter().any(is_seen);
                fits.then(|| {
                    let all: usize = pattern.all.iter().map(letters).sum();
                    (at, all + longest.unwrap_or(0))
                })
            })
            .collect()
    }
}
