//! What names, addresses and secrets look like in a text, and how they are replaced there.

use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A pattern of this file; the tests compile each.
pub type Pattern = LazyLock<Option<Regex>>;

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub static $name: Pattern = LazyLock::new(|| Regex::new($text).ok());)*
        /// Every pattern, for the tests.
        #[cfg(test)]
        pub const ALL: &[&Pattern] = &[$(&$name),*];
    };
}

patterns! {
    /// A mail address; `@` may be written as `%40`.
    MAIL = r#"(?i)(?:"[^"\s]{1,64}"|[\w.%+*!#$?^{}|~-]+?)(?:@|%40)(\[?[\w:-]+(?:\.[\w-]+)*\]?)"#;
    /// A person's name in front of a mail address in angle brackets.
    PERSON = r#"("[^"<>@]{2,64}"|(?:\w[\w'’.-]*[ \t]+){0,3}\w[\w'’.-]*)([ \t]*<[^<>\s]*@)"#;
    /// A name with dots whose last part is letters.
    HOST = r"(?i)\b[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.[a-z](?:[a-z0-9-]*[a-z0-9])+\b";
    /// An address of four numbers, and what follows.
    V4 = r"\b((?:[0-9]{1,3}\.){3}[0-9]{1,3})\b(\.[A-Za-z])?";
    /// An address of four numbers inside a host's name, with hyphens.
    V4_HYPHENS = r"\b[0-9]{1,3}(?:-[0-9]{1,3}){3}\b";
    /// What may be an address of the sixth version.
    V6 = r"(?i)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:%[a-z0-9]+)?";
    /// An address of the sixth version in a reverse zone or a block list's question.
    V6_REVERSED = r"(?i)\b(?:[0-9a-f]\.){16,31}[0-9a-f]\b";
    /// A network card.
    MAC = r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b";
    /// A serial number behind its word.
    SERIAL = r"(?i)\b(serial(?:[ _]?(?:number|no\.?))?\s*(?:is|[:=#])?\s*)([a-z0-9-]*[0-9][a-z0-9-]{3,})";
    /// The name with which a machine greets.
    GREETS = r"(?i)\b(?:EHLO|HELO|sysName|host ?name)[ =:]+([\w.-]{2,64})";
    /// The number of a delivery at Microsoft's servers.
    TRACE = r"\[[A-Z0-9]{6,}\.[\w.-]+ [0-9T:.Z-]{10,} [0-9A-F]{8,}\]";
    /// A queue's number for a message.
    QUEUED = r"(?i)\b(queued (?:mail for delivery )?as |id=|message-id:? ?)(<?[\w.@$+-]{6,}>?)";
    /// A login on one line.
    LOGIN = r"(?i)\b(AUTH (?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER|CRAM-MD5|DIGEST-MD5|NTLM|GSSAPI) )([a-z0-9+/]{4,}=*)";
    /// The answer to a login prompt on the line behind it.
    PROMPTED = r"(334 [A-Za-z0-9+/=]*[^\n]*\n[^\n]*?)([A-Za-z0-9+/]{4,}={0,2})([ \t\r]*(?:\n|$))";
    /// A secret behind its word.
    SECRET = r"(?i)\b((?:pass(?:word|wort|phrase|wd)?|kennwort|pwd|mot de passe|contraseña|client[-_ ]?secret|api[-_ ]?key|(?:access|refresh)[-_ ]?token)[ \t]*[:=][ \t]*)([^\s(<,;][^\s,;]*)";
    /// A token of OAuth.
    TOKEN = r"(?i)\b(bearer[ \t]+[a-z0-9._~+/-]{8,}=*|eyj[a-z0-9_-]{8,}\.[a-z0-9_.-]+)";
    /// What may be text in base64.
    BASE64 = r"[A-Za-z0-9+/_-]{8,}={0,2}";
    /// What may be text in hexadecimal digits.
    HEX = r"\b(?:[0-9A-Fa-f]{2}){6,}\b";
    /// A word with percent signs as in web addresses.
    PERCENT = r#"[^\s"<>]*%[0-9A-Fa-f]{2}[^\s"<>]*"#;
    /// A word.
    WORD = r"\w+";
}

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

/// Endings of files that look like the end of a host's name.
pub fn is_file_ending(label: &str) -> bool {
    const ENDINGS: [&str; 34] = [
        "txt", "gz", "log", "csv", "tsv", "pcap", "pcapng", "cap", "eml", "msg", "ron", "zip", "dlm", "json",
        "html", "htm", "pdf", "md", "xml", "exe", "php", "dhtml", "pem", "crt", "cer", "key", "der", "ini",
        "cfg", "conf", "png", "jpg", "tif", "rs",
    ];
    ENDINGS.contains(&label)
}

/// A part of what was found.
pub fn group<'t>(found: &Captures<'t>, number: usize) -> &'t str {
    found.get(number).map_or("", |part| part.as_str())
}

/// Changes each thing found.
pub fn each(pattern: &Pattern, text: &str, change: impl Fn(&Captures<'_>) -> String) -> String {
    match pattern.as_ref() {
        Some(pattern) => pattern.replace_all(text, change).into_owned(),
        None => text.to_owned(),
    }
}

/// All that a pattern finds, as its group.
pub fn all<'t>(pattern: &Pattern, text: &'t str, number: usize) -> Vec<&'t str> {
    let Some(pattern) = pattern.as_ref() else {
        return Vec::new();
    };
    let found = pattern.captures_iter(text);
    found
        .filter_map(|one| one.get(number))
        .map(|part| part.as_str())
        .collect()
}

/// Words as one pattern; only behind a word that names somebody where `named` is true.
pub fn words<'w>(words: impl Iterator<Item = &'w str>, named: bool) -> Option<Regex> {
    let words: Vec<String> = words.map(regex::escape).collect();
    if words.is_empty() {
        return None;
    }
    let before = if named {
        r#"((?:\b(?:user(?:name)?|login|account|mailbox|as|identity|owner|for|by)[ :=]+|[<"'(\[\\/])["'<]?)"#
    } else {
        "()"
    };
    Regex::new(&format!("(?i){before}({})", words.join("|"))).ok()
}

/// Replaces each word that the pattern of [`words`] finds standing alone.
pub fn replace_words(text: &str, pattern: &Regex, with: impl Fn(&str) -> String) -> String {
    let change = |found: &Captures<'_>| {
        let place = found.get(2).map_or(0..0, |whole| whole.range());
        let before = text.get(..place.start).and_then(|t| t.chars().next_back());
        let after = text.get(place.end..).and_then(|t| t.chars().next());
        let inside = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        if inside(before) || inside(after) {
            group(found, 0).to_owned()
        } else {
            format!("{}{}", group(found, 1), with(group(found, 2)))
        }
    };
    pattern.replace_all(text, change).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_is_one() {
        assert!(super::ALL.iter().all(|pattern| pattern.is_some()));
    }
}
