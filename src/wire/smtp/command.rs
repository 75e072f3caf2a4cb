//! Command lines: what goes over the wire and what of it may be shown.

use std::fmt;

/// A line to send, and the form in which a transcript shows it.
#[derive(Clone)]
pub struct Outgoing {
    wire: String,
    shown: Option<String>,
}

impl Outgoing {
    /// A line that may be shown as it is. Line ends inside are dropped, so that one line stays one command.
    pub fn line(text: impl Into<String>) -> Self {
        let mut wire = text.into();
        wire.retain(|c| !matches!(c, '\r' | '\n' | '\0'));
        Self { wire, shown: None }
    }

    /// A line that is shown otherwise, because it holds a secret.
    pub fn masked(wire: impl Into<String>, shown: impl Into<String>) -> Self {
        Self {
            shown: Some(shown.into()),
            ..Self::line(wire)
        }
    }

    /// What goes over the wire, without line end.
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// What a person may see.
    pub fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.wire)
    }
}

/// Shows what may be shown.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

/// EHLO with this name (RFC 5321, section 4.1.1.1).
pub fn ehlo(name: &str) -> Outgoing {
    Outgoing::line(format!("EHLO {name}"))
}

/// HELO with this name.
pub fn helo(name: &str) -> Outgoing {
    Outgoing::line(format!("HELO {name}"))
}

/// MAIL FROM, with the size in bytes where the server takes it (RFC 1870, section 6).
pub fn mail(from: &str, size: Option<u64>) -> Outgoing {
    let from = bare(from);
    Outgoing::line(match size {
        Some(size) => format!("MAIL FROM:<{from}> SIZE={size}"),
        None => format!("MAIL FROM:<{from}>"),
    })
}

/// RCPT TO.
pub fn rcpt(to: &str) -> Outgoing {
    Outgoing::line(format!("RCPT TO:<{}>", bare(to)))
}

/// An address without the brackets and the display name people type.
pub fn bare(address: &str) -> &str {
    let inside = address
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(address, |(inside, _)| inside);
    inside.trim()
}

/// Bytes that `size` bytes take as base64 in lines of 76 (RFC 2045, section 6.8), with two kilobytes for
/// header and text.
pub const fn encoded_size(size: u64) -> u64 {
    let letters = size.div_ceil(3).saturating_mul(4);
    letters
        .saturating_add(letters.div_ceil(76).saturating_mul(2))
        .saturating_add(2048)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_cannot_smuggle_a_second_command() {
        let line = mail("a@example.test>\r\nRCPT TO:<b@example.test", None);
        assert!(!line.wire().contains(['\r', '\n']), "{line:?}");
    }

    #[test]
    fn names_and_brackets_are_taken_off() {
        assert_eq!(
            rcpt("Front office <it@example.test>").wire(),
            "RCPT TO:<it@example.test>"
        );
        assert_eq!(
            mail(" scan@example.test ", Some(5)).wire(),
            "MAIL FROM:<scan@example.test> SIZE=5"
        );
    }

    #[test]
    fn the_encoded_size_counts_line_ends() {
        assert_eq!(encoded_size(57), 76 + 2 + 2048);
        assert_eq!(encoded_size(0), 2048);
        assert_eq!(encoded_size(u64::MAX), u64::MAX);
    }
}
