//! The columns of an audit log's row: index, date, time, event number, event, up to five details.

/// The columns that decide what a row is, and the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// Index as written, digits only.
    pub index: &'a [u8],
    /// Date as written.
    pub date: &'a [u8],
    /// Time as written.
    pub time: &'a [u8],
    /// Event number.
    pub event: u32,
    /// The event in words and the details, still joined by the separator.
    pub rest: &'a [u8],
}

/// The first five columns, and the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
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
    let head = head(line, separator)?;
    let (name, details) = cell(head.rest, separator).unwrap_or((head.rest, &[]));
    Some(Row {
        date: head.date,
        time: head.time,
        event: head.event,
        name,
        details,
    })
}

/// Reads the beginning of a row; `None` where the line is none.
#[inline]
pub fn head(line: &[u8], separator: u8) -> Option<Head<'_>> {
    let digits = line.iter().position(|byte| !byte.is_ascii_digit())?;
    if digits == 0 || line.get(digits) != Some(&separator) {
        return None;
    }
    let (index, rest) = (line.get(..digits)?, line.get(digits + 1..)?);
    // The usual widths, `mm/dd/yy` and `hh:mm:ss`, save two searches.
    let usual = match (rest.get(..8), rest.get(9..17), rest.get(18..)) {
        (Some(date), Some(time), Some(events))
            if rest.get(8) == Some(&separator)
                && rest.get(17) == Some(&separator)
                && !date.contains(&separator)
                && !time.contains(&separator) =>
        {
            Some((date, time, events))
        }
        _ => None,
    };
    let (date, time, rest) = if let Some(columns) = usual {
        columns
    } else {
        let (date, rest) = cell(rest, separator)?;
        let (time, rest) = cell(rest, separator)?;
        (date, time, rest)
    };
    if time.get(2) != Some(&b':') {
        memchr::memchr(b':', time)?;
    }
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
    Some(Head {
        index,
        date,
        time,
        event,
        rest: rest.get(digits + 1..)?,
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
        let Some((first, rest)) = cell(rest, self.1) else {
            self.0 = None;
            return Some(rest);
        };
        self.0 = Some(rest);
        Some(first)
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

    /// The columns by nothing but splitting.
    fn split(line: &str) -> Option<Row<'_>> {
        let columns: Vec<&str> = line.splitn(5, '\t').collect();
        let &[index, date, time, event, rest] = columns.as_slice() else {
            return None;
        };
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !number(index) || !time.contains(':') || !number(event) || event.len() > 7 {
            return None;
        }
        let (name, details) = rest.split_once('\t').unwrap_or((rest, ""));
        Some(Row {
            date: date.as_bytes(),
            time: time.as_bytes(),
            event: event.parse().ok()?,
            name: name.as_bytes(),
            details: details.as_bytes(),
        })
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            row(&bytes, b'\t');
            row(&[b"1\t03/14/25\t", bytes.as_slice()].concat(), b'\t');
        }

        #[test]
        fn the_columns_are_those_of_a_plain_split(
            line in "[0-9x]{0,9}\t([0-9/]{8}|[0-9/-]{0,10})\t([0-9:]{8}|[0-9:]{0,9})\t[0-9]{0,8}\t?[a-z\t]{0,12}",
        ) {
            proptest::prop_assert_eq!(row(line.as_bytes(), b'\t'), split(&line));
        }
    }
}
