//! What stands between DATA and its dot: dot-stuffing (RFC 5321, section 4.5.2), in portions.

/// Doubles the dots at the beginnings of lines, over any number of portions.
#[derive(Debug)]
pub struct DotStuffer {
    line_start: bool,
    last: u8,
}

impl Default for DotStuffer {
    fn default() -> Self {
        Self {
            line_start: true,
            last: b'\n',
        }
    }
}

impl DotStuffer {
    /// One portion in the form in which it goes over the wire; bare line ends become CRLF.
    pub fn portion(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 16);
        for &byte in bytes {
            if byte == b'\n' && self.last != b'\r' {
                out.push(b'\r');
            }
            if byte == b'.' && self.line_start {
                out.push(b'.');
            }
            out.push(byte);
            self.line_start = byte == b'\n';
            self.last = byte;
        }
        out
    }

    /// The end of the message: a dot on its own line.
    pub const fn end(&self) -> &'static [u8] {
        if self.line_start { b".\r\n" } else { b"\r\n.\r\n" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stuffed(portions: &[&str]) -> String {
        let mut stuffer = DotStuffer::default();
        let mut out = Vec::new();
        for portion in portions {
            out.extend(stuffer.portion(portion.as_bytes()));
        }
        out.extend_from_slice(stuffer.end());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn dots_at_line_starts_are_doubled_and_no_others() {
        assert_eq!(stuffed(&[".a.b\r\n..\r\nc"]), "..a.b\r\n...\r\nc\r\n.\r\n");
        assert_eq!(stuffed(&["a\r\n"]), "a\r\n.\r\n");
    }

    #[test]
    fn a_bare_line_feed_becomes_a_line_end() {
        assert_eq!(stuffed(&["a\n.b\n"]), "a\r\n..b\r\n.\r\n");
    }

    proptest::proptest! {
        #[test]
        fn portions_do_not_matter(text in "[a.\r\n]{0,40}", cut in 0usize..40) {
            let (head, tail) = text.split_at(cut.min(text.len()));
            proptest::prop_assert_eq!(stuffed(&[head, tail]), stuffed(&[&text]));
        }
    }
}
