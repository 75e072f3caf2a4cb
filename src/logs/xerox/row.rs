//! The columns of an audit log's row: index, date, time, event number, event, up to five details.

/// The first five columns, and the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Index as written, digits only.
    pub index: &'a [u8],
    /// Date as written.
    pub date: &'a [u8],
    /// Time as written.
    pub time: &'a [u8],
    /// Event number.
    pub event: u32,
    /// Event in words.
    pub name: &'a [u8],
    /// The details, still joined by the separator.
    pub details: &'a [u8],
}

/// Reads a row; `None` where the line is none.
pub fn row(line: &[u8], separator: u8) -> Option<Row<'_>> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let first = memchr::memchr(separator, line)?;
    let index = line.get(..first)?;
    if !index.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let rest = line.get(first + 1..)?;
    // The usual widths, `mm/dd/yy` and `hh:mm:ss`, save two searches.
    let (date, time, rest) = if rest.get(8) == Some(&separator) && rest.get(17) == Some(&separator) {
        (rest.get(..8)?, rest.get(9..17)?, rest.get(18..)?)
    } else {
        let (date, rest) = cell(rest, separator)?;
        let (time, rest) = cell(rest, separator)?;
        (date, time, rest)
    };
    memchr::memchr(b':', time)?;
    let mut event = 0u32;
    let mut digits = 0;
    for byte in rest {
        if !byte.is_ascii_digit() || digits > 6 {
            break;
        }
        event = event * 10 + u32::from(byte - b'0');
        digits += 1;
    }
    if digits == 0 || rest.get(digits) != Some(&separator) {
        return None;
    }
    let rest = rest.get(digits + 1..)?;
    let (name, details) = match memchr::memchr(separator, rest) {
        Some(end) => (rest.get(..end)?, rest.get(end + 1..)?),
        None => (rest, &[][..]),
    };
    Some(Row {
        index,
        date,
        time,
        event,
        name,
        details,
    })
}

/// The cells of a row's details.
pub struct Cells<'a>(Option<&'a [u8]>, u8);

impl<'a> Cells<'a> {
    /// The cells of this text.
    pub fn of(text: &'a [u8], separator: u8) -> Self {
        Self(Some(text), separator)
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        let Some(end) = memchr::memchr(self.1, rest) else {
            self.0 = None;
            return Some(rest);
        };
        self.0 = rest.get(end + 1..);
        rest.get(..end)
    }
}

fn cell(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(separator, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_date_forms_and_both_separators_are_read() {
        let old = row(b"7\t03/14/25\t09:02:17\t9\tEmail\ta\tb", b'\t').unwrap();
        assert_eq!(
            (old.event, old.name, old.details),
            (9, &b"Email"[..], &b"a\tb"[..])
        );
        let new = row(b"7,2025-03-14,9:02:17,125,Secure Protocol Log", b',').unwrap();
        assert_eq!(
            (new.date, new.event, new.details),
            (&b"2025-03-14"[..], 125, &b""[..])
        );
    }

    #[test]
    fn heads_and_scraps_are_no_rows() {
        for line in [
            "",
            "Index\tDate\tTime",
            "12\t03/14/25",
            "a\tb\tc\td\te",
            "1\t2\t3\t4\t5",
        ] {
            assert_eq!(row(line.as_bytes(), b'\t'), None, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            row(&bytes, b'\t');
            row(&[b"1\t03/14/25\t", bytes.as_slice()].concat(), b'\t');
        }
    }
}
