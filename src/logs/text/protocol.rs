//! Protocol logs that a device writes about its own secure connections. No maker documents the form of
//! the lines, so they are read as free text: a time, an address, a version, words of trouble.

use super::talk::push_words;
use super::{Format, Line, find, when};
use crate::evidence::Stage;
use crate::logs::collect::Collector;
use jiff::Timestamp;

/// Most lines kept for tying to failed jobs.
const KEPT: usize = 500;

/// Parts of the names of such logs.
const NAMES: [&str; 4] = ["tls", "https", "ssh", "ipsec"];

/// The protocol that a file's name stands for, in lower case.
pub fn protocol_of(name: &str) -> Option<&'static str> {
    let name = name.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    if name.contains("audit") {
        return None;
    }
    NAMES.into_iter().find(|word| name.contains(word))
}

/// A line that tells of a connection that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drop {
    /// When.
    pub at: Timestamp,
    /// The line's number.
    pub line: u64,
    /// The line.
    pub text: String,
}

/// Reads such a log.
pub struct Protocol {
    /// Whether this log may speak of mail: the one about TLS.
    mail: bool,
    written: Option<Timestamp>,
    /// Lines with a time that tell of a failed connection.
    pub drops: Vec<Drop>,
    /// Lines that are not empty.
    pub lines: u64,
}

impl Protocol {
    /// A reader for the log of this protocol.
    pub fn new(protocol: &str, written: Option<Timestamp>) -> Self {
        Self {
            mail: protocol == "tls",
            written,
            drops: Vec::new(),
            lines: 0,
        }
    }
}

impl Format for Protocol {
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool {
        let text = line.text.trim();
        if text.is_empty() {
            return false;
        }
        self.lines += 1;
        if self.mail && find::is_trouble(text) {
            let at = when::of_line(text, self.written).or_else(|| {
                let mut words = text.split(|c: char| c.is_whitespace() || c == ',');
                when::audit(words.next()?, words.next()?)
            });
            if let Some(at) = at {
                if self.drops.len() >= KEPT {
                    self.drops.remove(0);
                }
                self.drops.push(Drop {
                    at,
                    line: line.number,
                    text: text.chars().take(300).collect(),
                });
            }
            push_words(text, Some(Stage::Handshake), line.number, at, out);
        }
        true
    }
}
