//! The identify knowledge, ready for use: whose object id, whose words, what the texts say.

use super::text::plain;
use crate::knowledge::Knowledge;
use crate::knowledge::regexes::compiled;
use crate::knowledge::schema::{DeviceClass, Identify, TextKind};

/// The vendor name of the entry with the grammars that several makers share.
const SHARED: &str = "*";

/// All entries.
#[derive(Debug)]
pub struct Book<'k> {
    entries: &'k [Identify],
}

/// What a pattern or a parsed text named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Model.
    pub model: Option<String>,
    /// Firmware version.
    pub firmware: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// A model by weak evidence, such as a name that the owner may have typed.
    pub guess: Option<String>,
    /// The firmware of a network card, where the text has no other.
    pub card: Option<String>,
}

impl<'k> Book<'k> {
    /// The book of this knowledge.
    pub fn new(knowledge: &'k Knowledge) -> Self {
        Self {
            entries: &knowledge.identify,
        }
    }

    /// All entries of makers.
    pub fn makers(&self) -> impl Iterator<Item = &'k Identify> {
        self.entries
            .iter()
            .filter(|entry| entry.vendor != SHARED && entry.class != DeviceClass::NotAPrinter)
    }

    /// The grammars that several makers share.
    pub fn shared(&self) -> Option<&'k Identify> {
        self.entries.iter().find(|entry| entry.vendor == SHARED)
    }

    /// The entry with the longest prefix of this sysObjectID.
    pub fn by_object_id(&self, object_id: &str) -> Option<&'k Identify> {
        longest(self.entries, object_id, |entry| &entry.object_ids)
    }

    /// The maker whose number a printer's sysObjectID stands under, where no closer branch is known.
    pub fn by_enterprise(&self, object_id: &str) -> Option<&'k Identify> {
        longest(self.entries, object_id, |entry| &entry.enterprises)
            .filter(|entry| entry.class != DeviceClass::NotAPrinter)
    }

    /// A maker that the book does not have, by the first word of a printer's name; `None` where that word is
    /// no name, such as *Network* or *Generic*.
    pub fn unheard_of(&self, name: &str) -> Option<String> {
        let (first, rest) = name.trim().split_once([' ', ',', ';'])?;
        let shared = self.shared()?;
        let word = first.len() >= 3 && first.chars().all(|c| c.is_alphabetic() || c == '-');
        let refused = shared
            .no_model
            .iter()
            .any(|pattern| compiled(pattern).is_some_and(|regex| regex.is_match(first.as_bytes())));
        (word && !refused && rest.contains(|c: char| c.is_ascii_digit())).then(|| first.to_owned())
    }

    /// The maker whose words sysDescr begins with; the longest beginning wins.
    pub fn by_description(&self, description: &str) -> Option<&'k Identify> {
        let length = |entry: &Identify| {
            entry
                .descriptions
                .iter()
                .filter_map(|begin| {
                    Some(
                        compiled(&format!("^(?:{begin})"))?
                            .find(description.as_bytes())?
                            .end(),
                    )
                })
                .max()
        };
        self.makers()
            .filter_map(|entry| Some((length(entry)?, entry)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, entry)| entry)
    }

    /// Whether sysDescr speaks of something that is no printer, such as a camera of a maker of copiers.
    pub fn says_otherwise(&self, description: &str) -> bool {
        self.entries
            .iter()
            .filter(|entry| entry.class == DeviceClass::NotAPrinter)
            .any(|entry| any_of(&entry.descriptions, description))
    }

    /// The maker whose name a text begins with, in a 1284 id, hrDeviceDescr or an IPP answer.
    pub fn by_name(&self, text: &str) -> Option<&'k Identify> {
        let text = text.to_lowercase();
        self.makers()
            .filter_map(|entry| Some((name_length(entry, &text)?, entry)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, entry)| entry)
            .or_else(|| {
                self.makers()
                    .find(|entry| entry.lines.iter().any(|line| begins_with_word(&text, line)))
            })
    }

    /// Whether a text, an object id or a page is a Fiery print server's.
    pub fn is_fiery(&self, text: &str) -> bool {
        self.shared().is_some_and(|shared| any_of(&shared.fiery, text))
    }

    /// The lines that say something of mail.
    pub fn about_mail(&self, lines: &[String]) -> Vec<String> {
        let patterns = self.shared().map(|shared| shared.mail_words.as_slice());
        let patterns = patterns.unwrap_or_default();
        lines
            .iter()
            .filter(|line| any_of(patterns, line))
            .cloned()
            .collect()
    }

    /// The OIDs in which a maker's devices tell how their own mail went.
    pub fn mail_oids(&self, vendor: Option<&str>) -> impl Iterator<Item = &'k str> {
        let entry = self.makers().find(|entry| Some(entry.vendor.as_str()) == vendor);
        entry
            .into_iter()
            .flat_map(|entry| entry.mail_oids.iter())
            .map(String::as_str)
    }

    /// The maker whose web page this is, and what the page names.
    pub fn by_web(&self, page: &str) -> Option<(&'k Identify, Named)> {
        self.makers().find_map(|entry| {
            let hits: Vec<Named> = entry
                .web
                .iter()
                .filter_map(|pattern| captures(pattern, page))
                .collect();
            let (first, rest) = hits.split_first()?;
            let named = rest.iter().fold(first.clone(), |all, next| all.or(next.clone()));
            Some((entry, named))
        })
    }
}

/// The entry with the longest of its prefixes at the front of an object id.
fn longest<'k>(
    entries: &'k [Identify],
    object_id: &str,
    prefixes: impl Fn(&'k Identify) -> &'k [String],
) -> Option<&'k Identify> {
    let length = |entry: &'k Identify| {
        prefixes(entry)
            .iter()
            .filter(|prefix| {
                object_id
                    .strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .map(String::len)
            .max()
    };
    entries
        .iter()
        .filter_map(|entry| Some((length(entry)?, entry)))
        .max_by_key(|(length, _)| *length)
        .map(|(_, entry)| entry)
}

impl Named {
    /// These names, completed by others.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            model: self.model.or(other.model),
            firmware: self.firmware.or(other.firmware),
            serial: self.serial.or(other.serial),
            guess: self.guess.or(other.guess),
            card: self.card.or(other.card),
        }
    }
}

/// What an entry's patterns for this kind of text find in it; an earlier pattern outranks a later one.
pub fn read(entry: &Identify, kind: TextKind, text: &str) -> Named {
    entry
        .patterns
        .iter()
        .filter(|pattern| pattern.on == kind)
        .filter_map(|pattern| captures(&pattern.text, text))
        .fold(Named::default(), Named::or)
}

/// A model name without the maker's name before it and the decorations behind it; `None` where nothing
/// is left or where the entry says that it is no model.
pub fn model_name(entry: Option<&Identify>, text: &str) -> Option<String> {
    let mut name = text.replace("(R)", "").replace('\u{ae}', "");
    if let Some(entry) = entry {
        let refused = |name: &str| {
            entry
                .no_model
                .iter()
                .any(|pattern| compiled(pattern).is_some_and(|regex| regex.is_match(name.as_bytes())))
        };
        if refused(text) {
            return None;
        }
        for _ in 0..2 {
            let length = name_length(entry, &name.to_lowercase()).unwrap_or(0);
            if let Some(rest) = name.get(length..)
                && rest.starts_with([' ', ',', '-'])
            {
                name = rest.trim_start_matches([' ', ',', '-']).into();
            }
        }
        if refused(&name) {
            return None;
        }
    }
    // Lexmark's grammar, which its devices keep under every badge.
    if let Some((front, behind)) = name.split_once(" version ")
        && behind.contains(" kernel ")
    {
        name = front.into();
    }
    if let Some((front, behind)) = name.rsplit_once(" [")
        && behind.len() <= 20
        && behind.ends_with(']')
    {
        name = front.into();
    }
    let cut = |name: &str, tail: &str| {
        let at = name.len().checked_sub(tail.len())?;
        let (front, end) = (name.get(..at)?, name.get(at..)?);
        end.eq_ignore_ascii_case(tail)
            .then(|| front.trim_end().to_owned())
    };
    for tail in [" series", " multifunction system", " /p"] {
        name = cut(&name, tail).unwrap_or(name);
    }
    let name = name.trim().to_owned();
    (plain(&name).len() >= 2).then_some(name)
}

/// Whether one of the patterns is found in a text.
fn any_of(patterns: &[String], text: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| compiled(pattern).is_some_and(|regex| regex.is_match(text.as_bytes())))
}

/// Length of the maker's name at the beginning of a lower-case text, where it ends with a word.
fn name_length(entry: &Identify, text: &str) -> Option<usize> {
    let vendor = entry.vendor.to_lowercase();
    entry
        .names
        .iter()
        .map(String::as_str)
        .chain([vendor.as_str()])
        .filter(|name| begins_with_word(text, name))
        .map(str::len)
        .max()
}

/// Whether the text begins with this word or these words, whole.
fn begins_with_word(text: &str, words: &str) -> bool {
    text.strip_prefix(words)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// The named groups of the first match; `None` where the pattern does not match at all.
fn captures(pattern: &str, text: &str) -> Option<Named> {
    let regex = compiled(pattern)?;
    let found = regex.captures(text.as_bytes())?;
    let group = |name: &str| {
        let text = String::from_utf8_lossy(found.name(name)?.as_bytes())
            .trim()
            .to_owned();
        (!text.is_empty()).then_some(text)
    };
    Some(Named {
        model: group("model"),
        firmware: group("firmware"),
        serial: group("serial"),
        guess: group("guess"),
        card: group("card"),
    })
}

/// Patterns of the identify knowledge that are no regular expressions, with the entry's vendor.
pub fn unreadable(knowledge: &Knowledge) -> Vec<(String, String)> {
    let all = |entry: &Identify| -> Vec<String> {
        let own = entry.patterns.iter().map(|pattern| &pattern.text);
        let lists = entry.descriptions.iter().chain(&entry.no_model).chain(&entry.web);
        let state = entry.fiery.iter().chain(&entry.mail_words);
        own.chain(lists).chain(state).cloned().collect()
    };
    knowledge
        .identify
        .iter()
        .flat_map(|entry| {
            all(entry)
                .into_iter()
                .map(|pattern| (entry.vendor.clone(), pattern))
        })
        .filter(|(_, pattern)| compiled(pattern).is_none())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(knowledge: &Knowledge) -> Book<'_> {
        Book::new(knowledge)
    }

    #[test]
    fn every_pattern_of_the_knowledge_is_a_regular_expression() {
        let knowledge = Knowledge::embedded();
        assert_eq!(unreadable(&knowledge), Vec::new());
    }

    #[test]
    fn an_object_id_prefix_ends_at_a_dot() {
        let knowledge = Knowledge::embedded();
        let book = book(&knowledge);
        assert_eq!(book.by_object_id("1.3.6.1.4.1.367.1.1").unwrap().vendor, "Ricoh");
        assert!(book.by_object_id("1.3.6.1.4.1.36700.1").is_none());
    }

    #[test]
    fn a_maker_s_name_must_end_with_a_word() {
        let knowledge = Knowledge::embedded();
        let book = book(&knowledge);
        assert_eq!(book.by_name("HP Color LaserJet 9999").unwrap().vendor, "HP");
        assert!(book.by_name("HPX-9000").is_none());
        assert_eq!(book.by_name("TASKalfa 9999ci").unwrap().vendor, "Kyocera");
    }

    #[test]
    fn a_model_loses_the_maker_and_the_decorations() {
        let knowledge = Knowledge::embedded();
        let book = book(&knowledge);
        let brother = book.by_name("brother");
        assert_eq!(
            model_name(brother, "Brother MFC-9999DW series [0011223344ff]").as_deref(),
            Some("MFC-9999DW")
        );
        assert_eq!(model_name(brother, "Brother NC-9999h"), None);
    }
}
