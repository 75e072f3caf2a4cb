//! The fragments of all reply patterns, looked for one by one in the first texts, then by one automaton.

use super::fold::fold_fragment;
use super::schema::ReplyPattern;
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Texts that are searched fragment by fragment before the automaton is built: most runs read a reply or two, and
/// building it takes longer than that.
const ONE_BY_ONE: usize = 12;

/// Finds which patterns a folded text can match.
#[derive(Debug)]
pub(super) struct Index {
    /// Folded fragments.
    fragments: Vec<String>,
    /// Texts searched so far.
    searched: AtomicUsize,
    /// All fragments at once, in their order; built when there is much to read.
    automaton: OnceLock<Option<AhoCorasick>>,
    /// Letters of each fragment.
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
    with: Vec<usize>,
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
                with: pattern.with.iter().filter_map(&mut number).collect(),
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
            searched: AtomicUsize::new(0),
            automaton: OnceLock::new(),
            lengths: fragments.iter().map(|fragment| fragment.trim().len()).collect(),
            owners,
            patterns,
            bare,
            fragments,
        }
    }

    /// Which fragments stand in the folded text.
    fn seen(&self, folded: &str) -> Vec<bool> {
        if self.searched.fetch_add(1, Ordering::Relaxed) < ONE_BY_ONE {
            let stands = |fragment: &String| memmem::find(folded.as_bytes(), fragment.as_bytes()).is_some();
            return self.fragments.iter().map(stands).collect();
        }
        let automaton = self.automaton.get_or_init(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .build(&self.fragments)
                .ok()
        });
        let mut seen = vec![false; self.fragments.len()];
        for found in automaton
            .iter()
            .flat_map(|automaton| automaton.find_overlapping_iter(folded))
        {
            if let Some(seen) = seen.get_mut(found.pattern().as_usize()) {
                *seen = true;
            }
        }
        seen
    }

    /// The patterns whose fragments stand in the folded text, each with the number of letters matched.
    pub(super) fn matches(&self, folded: &str) -> Vec<(usize, usize)> {
        let seen = self.seen(folded);
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
                // Letters of the longest of a list that is seen; of an empty list nothing is asked.
                let longest = |list: &[usize]| {
                    let seen = list.iter().filter(|f| is_seen(f)).map(letters).max();
                    if list.is_empty() { Some(0) } else { seen }
                };
                if !pattern.all.iter().all(is_seen) || pattern.none.iter().any(is_seen) {
                    return None;
                }
                let all: usize = pattern.all.iter().map(letters).sum();
                Some((at, all + longest(&pattern.any)? + longest(&pattern.with)?))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn a_thing_and_what_is_said_of_it_must_both_stand_in_the_text() {
        let own = "Replies((service: \"own\", source: \"x\", checked: \"2026-11-28\", replies: [(id: \"own\", any: [\"zebra\", \"gnu\"], with: [\"is lame\", \"has left\"], cause: \"policy-rejected\", example: \"550 The gnu has left\")]))";
        let mut knowledge = Knowledge::default();
        knowledge.add(crate::knowledge::schema::parse(own, "own.ron").unwrap());
        let index = Index::new(&knowledge.replies);
        assert_eq!(
            index.matches(" the gnu has left"),
            [(0, "gnu".len() + "has left".len())]
        );
        for text in [" the gnu is here", " the lion is lame", " left"] {
            assert_eq!(index.matches(text), [], "{text}");
        }
    }

    #[test]
    fn both_ways_of_searching_find_the_same() {
        let knowledge = Knowledge::embedded();
        let index = Index::new(&knowledge.replies);
        let text = "550 5 7 1 unable to relay for someone the mailbox is full";
        let first = index.matches(text);
        assert!(!first.is_empty());
        for _ in 0..ONE_BY_ONE {
            assert_eq!(index.matches(text), first);
        }
        assert!(index.automaton.get().is_some());
        assert_eq!(index.matches(text), first);
    }
}
