//! What names and addresses look like in a text, and how they are replaced there.

use regex::{Captures, Regex};
use std::sync::LazyLock;

// The patterns are constants of this file and are compiled by its tests.
/// A mail address.
pub static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[a-z0-9._%+'=/-]+@([a-z0-9-]+(?:\.[a-z0-9-]+)*)").ok());
/// A name with dots.
pub static HOST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+\b").ok()
});
/// An address of four numbers.
pub static V4: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b").ok());
/// What may be an address of the sixth version.
pub static V6: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%[a-z0-9]+)?").ok());
/// A network card.
pub static MAC: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b").ok());
/// A serial number behind its word.
pub static SERIAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(serial(?: ?(?:number|no\.?))?\s*(?:is|[:=#])?\s*)([a-z0-9-]*[0-9][a-z0-9-]{3,})").ok()
});
/// A login on one line.
pub static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(AUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5|NTLM) )([a-z0-9+/]{4,}=*)").ok()
});

/// The part of a name that somebody owns: two labels, three below a country's second level.
pub fn owned_part(host: &str) -> Option<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let (last, second) = (labels.last()?, labels.iter().rev().nth(1)?);
    let take = if last.len() == 2 && second.len() <= 3 && labels.len() > 2 {
        3
    } else {
        2
    };
    Some(
        labels
            .iter()
            .skip(labels.len() - take)
            .copied()
            .collect::<Vec<_>>()
            .join("."),
    )
}

/// Names that only a site's own network knows.
pub fn is_local(host: &str) -> bool {
    [
        ".local",
        ".lan",
        ".internal",
        ".intranet",
        ".corp",
        ".home",
        ".arpa",
    ]
    .iter()
    .any(|end| host.ends_with(end))
}

/// A part of what was found.
pub fn group<'t>(found: &Captures<'t>, number: usize) -> &'t str {
    found.get(number).map_or("", |part| part.as_str())
}

/// Changes each thing found.
pub fn each(pattern: Option<&Regex>, text: &str, change: impl Fn(&Captures<'_>) -> String) -> String {
    match pattern {
        Some(pattern) => pattern.replace_all(text, change).into_owned(),
        None => text.to_owned(),
    }
}

/// Replaces a word where it stands alone, whatever its case.
pub fn replace_word(text: &str, word: &str, with: impl Fn() -> String) -> String {
    if !text.to_lowercase().contains(word) {
        return text.to_owned();
    }
    match Regex::new(&format!("(?i){}", regex::escape(word))) {
        Ok(pattern) => pattern
            .replace_all(text, |found: &Captures<'_>| {
                let place = found.get(0).map_or(0..0, |whole| whole.range());
                let before = text.get(..place.start).and_then(|t| t.chars().next_back());
                let after = text.get(place.end..).and_then(|t| t.chars().next());
                let inside = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
                if inside(before) || inside(after) {
                    group(found, 0).to_owned()
                } else {
                    with()
                }
            })
            .into_owned(),
        Err(_) => text.to_owned(),
    }
}
