//! The regular expressions of the knowledge files, each compiled once for the whole process.

use regex::bytes::{Regex, RegexBuilder};
use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};

/// Expressions that are kept; the knowledge has some hundreds. What comes beyond is compiled at every use.
const KEPT: usize = 4096;
/// Bytes that one compiled expression may take.
const SIZE: usize = 1 << 20;

/// Bytes, any case; `None` for what is no regular expression (the knowledge check names it).
pub fn compiled(pattern: &str) -> Option<Regex> {
    static ALL: OnceLock<RwLock<HashMap<String, Option<Regex>>>> = OnceLock::new();
    let all = ALL.get_or_init(RwLock::default);
    if let Some(known) = all.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return known.clone();
    }
    let regex = RegexBuilder::new(pattern)
        .unicode(false)
        .case_insensitive(true)
        .size_limit(SIZE)
        .build()
        .ok();
    let mut all = all.write().unwrap_or_else(PoisonError::into_inner);
    if all.len() < KEPT {
        all.insert(pattern.to_owned(), regex.clone());
    }
    regex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compiled_is_taken_again_and_what_cannot_be_is_nothing() {
        for _ in 0..2 {
            assert!(compiled(r"^WorkCentre \d+").is_some_and(|regex| regex.is_match(b"workcentre 7845")));
            assert!(compiled("(unclosed").is_none());
        }
    }
}
