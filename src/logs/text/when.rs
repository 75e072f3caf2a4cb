//! Times at the beginning of log lines.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Names of months as syslog writes them (RFC 3164, section 4.1.2).
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The time in the first part of a line. Where no zone is written UTC is taken; where no year is
/// written the newest year is taken in which the day is not after `written`, the file's own time.
pub fn of_line(text: &str, written: Option<Timestamp>) -> Option<Timestamp> {
    let head: String = text.chars().take(80).collect();
    iso(&head).or_else(|| syslog(&head, written?))
}

/// `2026-11-20T08:15:01.102Z`, `2026-11-20 08:15:01 +0100` and their relatives.
pub fn iso(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'-', bytes) {
        let Some(start) = at.checked_sub(4) else { continue };
        let part = text.get(start..)?;
        let Some(moment) = civil(part) else { continue };
        let rest = part.get(19..).unwrap_or("");
        let rest = rest.trim_start_matches(|c: char| c == '.' || c == ',' || c.is_ascii_digit());
        return zoned(moment, offset(rest.trim_start()));
    }
    None
}

/// `03/14/25` or `03/14/2025` or `2025-03-14`, and `09:15:40`, as device local time taken as UTC.
pub fn audit(date: &str, time: &str) -> Option<Timestamp> {
    let numbers: Vec<i16> = date
        .split(['/', '-', '.'])
        .map(|part| part.trim().parse().ok())
        .collect::<Option<_>>()?;
    let &[a, b, c] = numbers.as_slice() else {
        return None;
    };
    let (year, month, day) = if a > 31 { (a, b, c) } else { (c, a, b) };
    let year = if year < 100 { year + 2000 } else { year };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let time: jiff::civil::Time = time.trim().parse().ok()?;
    zoned(date.to_datetime(time), None)
}

/// Nineteen characters of date and time.
fn civil(text: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let mark = |at: usize, ok: &[u8]| text.as_bytes().get(at).is_some_and(|byte| ok.contains(byte));
    if !(mark(4, b"-") && mark(7, b"-") && mark(10, b"T _") && mark(13, b":") && mark(16, b":")) {
        return None;
    }
    let small = |from: usize, to: usize| i8::try_from(number(from, to)?).ok();
    DateTime::new(
        number(0, 4)?,
        small(5, 7)?,
        small(8, 10)?,
        small(11, 13)?,
        small(14, 16)?,
        small(17, 19)?,
        0,
    )
    .ok()
}

/// `Nov 20 08:15:01`.
fn syslog(text: &str, written: Timestamp) -> Option<Timestamp> {
    let start = MONTHS
        .iter()
        .enumerate()
        .filter_map(|(index, name)| text.find(name).map(|at| (at, index + 1)))
        .min()?;
    let part = text.get(start.0..)?;
    let mut words = part.split_ascii_whitespace().skip(1);
    let day: i8 = words.next()?.parse().ok()?;
    let time: jiff::civil::Time = words.next()?.parse().ok()?;
    let month = i8::try_from(start.1).ok()?;
    let newest = written.checked_add(24.hours()).ok()?;
    let year = newest.to_zoned(TimeZone::UTC).year();
    (0..4)
        .filter_map(|back| Date::new(year - back, month, day).ok())
        .filter_map(|date| zoned(date.to_datetime(time), None))
        .find(|moment| *moment <= newest)
}

fn zoned(moment: DateTime, offset: Option<i32>) -> Option<Timestamp> {
    let utc = moment.to_zoned(TimeZone::UTC).ok()?.timestamp();
    utc.checked_sub(i64::from(offset.unwrap_or(0)).seconds()).ok()
}

/// `+01:00` or `-0500` in seconds.
fn offset(text: &str) -> Option<i32> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text
        .chars()
        .skip(1)
        .take(5)
        .filter(char::is_ascii_digit)
        .collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        let written = "2026-01-10T00:00:00Z".parse().unwrap();
        of_line(text, Some(written)).map_or_else(|| "none".into(), |time| time.to_string())
    }

    #[test]
    fn the_usual_stamps_are_read() {
        assert_eq!(at("2026-11-20T08:15:01.102Z,EX,"), "2026-11-20T08:15:01Z");
        assert_eq!(at("2026-11-20 08:15:01.5 +0100 [9] x"), "2026-11-20T07:15:01Z");
        assert_eq!(
            at("web_1 | 2026-11-20T08:15:01+01:00 relay x"),
            "2026-11-20T07:15:01Z"
        );
        assert_eq!(at("Jan  9 08:15:01 relay x"), "2026-01-09T08:15:01Z");
    }

    #[test]
    fn a_day_after_the_file_was_written_belongs_to_the_year_before() {
        assert_eq!(at("Nov 20 08:15:01 relay x"), "2025-11-20T08:15:01Z");
    }

    #[test]
    fn days_that_do_not_exist_are_no_times() {
        assert_eq!(at("2026-02-30T08:15:01Z x"), "none");
        assert_eq!(at("Feb 30 08:15:01 relay x"), "none");
        assert_eq!(audit("02/30/25", "08:00:00"), None);
        assert!(audit("02/28/25", "08:00:00").is_some());
    }
}
