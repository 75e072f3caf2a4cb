//! What the name of a device's archive tells.

/// Seconds ahead of UTC in the name of a device's archive: serial number, day, offset, time, each with
/// hyphens or underscores between.
pub fn offset_of(name: &str) -> Option<i64> {
    let bytes = name.as_bytes();
    for (at, _) in name.match_indices(['+', '-']) {
        let digits = name.get(at + 1..at + 5)?;
        let ends = bytes.get(at + 5).is_none_or(|byte| !byte.is_ascii_digit());
        let after_mark = at > 0 && matches!(bytes.get(at - 1), Some(b'-' | b'_'));
        if after_mark && ends && digits.bytes().all(|b| b.is_ascii_digit()) {
            let hours: i64 = digits.get(..2)?.parse().ok()?;
            let minutes: i64 = digits.get(2..)?.parse().ok()?;
            let seconds = hours * 3600 + minutes * 60;
            let sign = if bytes.get(at) == Some(&b'-') { -1 } else { 1 };
            return (hours <= 14 && minutes < 60).then_some(sign * seconds);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_name_tells_the_offset() {
        assert_eq!(
            offset_of("SYN000001_2025-03-14--0500-100512_auditfile.zip"),
            Some(-18000)
        );
        assert_eq!(
            offset_of("SYN000001_2025-03-14-+0130-100512_auditfile.zip"),
            Some(5400)
        );
        assert_eq!(offset_of("auditfile.txt"), None);
    }
}
