//! Panel codes and messages: which entries of which maker's table a text names.

use super::Knowledge;
use super::fold::fold;
use super::schema::{CodeTable, PanelCode};

/// Longest text, in words, that is read as a panel code with a few words around it.
const WORDS: usize = 8;

/// An entry with the table that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Found<'k> {
    /// The maker's table.
    pub table: &'k CodeTable,
    /// The entry.
    pub code: &'k PanelCode,
}

impl Knowledge {
    /// Entries whose code the text is, or names in a few words; only of `vendor` where it is given.
    pub fn panel_codes(&self, text: &str, vendor: Option<&str>) -> Vec<Found<'_>> {
        let folded = fold(text);
        let named = self.vendor_in(&folded);
        let vendor = vendor.or(named);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() || words.len() > WORDS {
            return Vec::new();
        }
        let alone = words.len() == 1;
        self.entries(vendor)
            .filter(|found| !is_message(&found.code.code))
            .filter(|found| {
                words
                    .iter()
                    .any(|word| same_code(&found.code.code, word, vendor.is_some() || alone))
            })
            .filter(|found| alone || vendor.is_some() || announced(&folded) || has_mark(&found.code.code))
            .collect()
    }

    /// Entries whose message stands in the text, longest message first.
    pub fn panel_messages(&self, text: &str, vendor: Option<&str>) -> Vec<Found<'_>> {
        let folded = fold(text);
        let mut found: Vec<(usize, Found<'_>)> = self
            .entries(vendor)
            .filter(|found| is_message(&found.code.code))
            .filter_map(|found| {
                let message = fold(&found.code.code);
                (message.len() > 1 && folded.contains(&message)).then_some((message.len(), found))
            })
            .collect();
        let longest = found.iter().map(|(length, _)| *length).max().unwrap_or(0);
        found.retain(|(length, _)| *length == longest);
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// Entries named inside a longer text by a code that cannot be mistaken, such as `#801` or `016-766`.
    pub fn marked_codes(&self, text: &str, vendor: Option<&str>) -> Vec<Found<'_>> {
        let words: Vec<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || "#-".contains(c)))
            .filter(|word| word.len() > 3)
            .collect();
        self.entries(vendor)
            .filter(|found| has_mark(&found.code.code) && found.code.code.starts_with('#'))
            .filter(|found| {
                words
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case(&found.code.code))
            })
            .collect()
    }

    /// All entries, or those of the maker and of the tables it shares.
    fn entries(&self, vendor: Option<&str>) -> impl Iterator<Item = Found<'_>> {
        let vendor = vendor.map(fold);
        self.codes
            .iter()
            .filter(move |table| vendor.as_ref().is_none_or(|vendor| is_of(table, vendor)))
            .flat_map(|table| table.codes.iter().map(move |code| Found { table, code }))
    }

    /// A maker whose name stands in the folded text.
    fn vendor_in(&self, folded: &str) -> Option<&str> {
        self.codes
            .iter()
            .flat_map(|table| std::iter::once(&table.vendor).chain(&table.shared_with))
            .filter(|name| folded.contains(&fold(name)))
            .max_by_key(|name| name.len())
            .map(String::as_str)
    }
}

/// Whether the table is the maker's; `vendor` is folded.
fn is_of(table: &CodeTable, vendor: &str) -> bool {
    std::iter::once(&table.vendor)
        .chain(&table.shared_with)
        .map(|name| fold(name))
        .any(|name| vendor.starts_with(&name) || name.starts_with(vendor))
}

/// Whether a message is most of the text that it stands in.
pub(super) fn is_most_of(message: &str, text: &str) -> bool {
    fold(message).len() * 10 >= fold(text).len() * 6
}

/// A message rather than a code: it has several words.
fn is_message(code: &str) -> bool {
    code.split_whitespace().count() > 1
}

/// Whether a word is this code: as written, or loosely where the maker or nothing else is given.
fn same_code(code: &str, word: &str, loose: bool) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    if code.eq_ignore_ascii_case(word) {
        return true;
    }
    let word = word.strip_prefix("0x").unwrap_or(word);
    loose && (code.eq_ignore_ascii_case(word) || code.strip_prefix('#').is_some_and(|code| code == word))
}

/// Whether the code has a form that ordinary numbers and words do not have.
fn has_mark(code: &str) -> bool {
    code.contains(['#', '-']) || (code.len() == 4 && code.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a folded text says that a number in it is an error code.
fn announced(folded: &str) -> bool {
    [" error", " code", " fault", " ng"]
        .iter()
        .any(|word| folded.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, vendor: Option<&str>) -> Vec<String> {
        let knowledge = Knowledge::embedded();
        let found = knowledge.panel_codes(text, vendor);
        found
            .iter()
            .map(|found| format!("{} {}", found.table.vendor, found.code.code))
            .collect()
    }

    #[test]
    fn a_code_is_found_alone_with_its_maker_and_among_a_few_words() {
        assert_eq!(codes("2c71", None), ["Toshiba 2C71"]);
        assert_eq!(codes("Kyocera error 1102", None), ["Kyocera 1102"]);
        assert_eq!(codes("Utax: 1102", None), ["Kyocera 1102"]);
        assert_eq!(codes("801", Some("Canon Inc.")), ["Canon #801"]);
        assert_eq!(codes("Fuji Xerox 016-767", None), ["Fujifilm 016-767"]);
        assert_eq!(codes("016-767", Some("Xerox")), ["Xerox 016-767"]);
    }

    #[test]
    fn an_ordinary_number_in_a_sentence_is_no_code() {
        assert!(codes("the fax has 1102 pages left", None).is_empty());
        assert!(codes("550", None).is_empty());
    }

    #[test]
    fn a_message_is_found_inside_a_sentence() {
        let knowledge = Knowledge::embedded();
        let found = knowledge.panel_messages(
            "It says: Authentication with the destination has failed. Check settings.",
            None,
        );
        assert_eq!(
            found.first().map(|found| found.table.vendor.as_str()),
            Some("Ricoh")
        );
    }
}
