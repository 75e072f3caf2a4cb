//! The device's clock against ours, with care for time zones that are not told.
//!
//! A copier that tells its local time without saying so is hours away from UTC and still right. Such a difference
//! is no wrong clock: it counts as the zone as far as zones go, and only what is left of it is told.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// A device's clock, as one source tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Seconds by which the clock is ahead of ours.
    pub seconds: i64,
    /// Whether the source told the zone, so that the hours can be believed.
    pub zone: bool,
}

/// Reads a DateAndTime (RFC 2579: 8 octets, or 11 with the zone) against `now`.
pub fn date_and_time(octets: &[u8], now: &Zoned) -> Option<Reading> {
    let (offset, date) = match octets {
        [date @ .., sign @ (b'+' | b'-'), hours, minutes] if octets.len() == 11 => {
            let seconds = i32::from(*hours) * 3600 + i32::from(*minutes) * 60;
            let signed = if *sign == b'-' { -seconds } else { seconds };
            (Some(Offset::from_seconds(signed).ok()?), date)
        }
        _ if octets.len() == 8 => (None, octets),
        _ => return None,
    };
    let [year_high, year_low, month, day, hour, minute, second, _] = date else {
        return None;
    };
    let small = |byte: &u8| i8::try_from(*byte).ok();
    let local = DateTime::new(
        i16::try_from(u16::from_be_bytes([*year_high, *year_low])).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?.min(59),
        0,
    )
    .ok()?;
    let there = TimeZone::fixed(offset.unwrap_or(Offset::UTC))
        .to_timestamp(local)
        .ok()?;
    let ahead = there.as_second() - now.timestamp().as_second();
    Some(match offset {
        None => zoneless(ahead, QUARTER, WHOLE_QUARTER, now),
        Some(offset) => told(ahead, offset == Offset::UTC, now),
    })
}

/// Reads the `Date` line of a web page (RFC 9110, section 6.6.1) against `now`.
pub fn page_date(lines: &str, now: &Zoned) -> Option<Reading> {
    let date = lines.lines().find_map(|line| line.strip_prefix("Date: "))?;
    let there: Timestamp = jiff::fmt::rfc2822::parse(date.trim()).ok()?.timestamp();
    Some(told(there.as_second() - now.timestamp().as_second(), true, now))
}

/// Reads an IPP `dateTime`, written as ISO 8601 with its offset, against `now`.
pub fn iso(text: &str, now: &Zoned) -> Option<Reading> {
    let there: Timestamp = text.parse().ok()?;
    let zero = text.ends_with("+00:00") || text.ends_with("-00:00");
    Some(told(there.as_second() - now.timestamp().as_second(), zero, now))
}

/// A time with its zone. A zone of zero is often one that nobody set: a difference of whole half hours is its local time.
fn told(ahead: i64, zero: bool, now: &Zoned) -> Reading {
    let left = nearest(ahead, HALF_HOUR);
    if zero && left.abs() <= CLOSE && ahead.abs() > CLOSE && ZONES.contains(&ahead) {
        return zoneless(ahead, HALF_HOUR, CLOSE, now);
    }
    Reading {
        seconds: ahead,
        zone: true,
    }
}

/// A local time that was read as UTC. Within the zones of the world only what is over a step of zones counts.
fn zoneless(ahead: i64, step: i64, close: i64, now: &Zoned) -> Reading {
    let left = nearest(ahead, step);
    let seconds = if ZONES.contains(&ahead) && left.abs() <= close {
        left
    } else {
        ahead - i64::from(now.offset().seconds())
    };
    Reading { seconds, zone: false }
}

/// What is over the nearest multiple of a step.
const fn nearest(seconds: i64, step: i64) -> i64 {
    let over = seconds.rem_euclid(step);
    if over > step / 2 { over - step } else { over }
}

/// The zones of the world, UTC−12 to UTC+14, with a little on both sides.
const ZONES: std::ops::RangeInclusive<i64> = -12 * 3600 - CLOSE..=14 * 3600 + CLOSE;
/// The steps in which zones differ.
const QUARTER: i64 = 900;
/// All of a quarter of an hour on either side.
const WHOLE_QUARTER: i64 = QUARTER;
const HALF_HOUR: i64 = 1800;
/// A clock that is this close is right.
const CLOSE: i64 = 120;

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Zoned {
        "2026-01-02T10:00:00+01:00[Europe/Berlin]".parse().unwrap()
    }

    /// 2 January 2026 at an hour and minute, without a zone.
    fn local(hour: u8, minute: u8) -> [u8; 8] {
        [7, 234, 1, 2, hour, minute, 0, 0]
    }

    fn seconds(octets: &[u8]) -> Option<i64> {
        date_and_time(octets, &now()).map(|reading| reading.seconds)
    }

    #[test]
    fn local_time_of_any_zone_without_a_zone_is_no_wrong_clock() {
        for hour in [0, 4, 9, 10, 17, 22] {
            assert_eq!(seconds(&local(hour, 0)), Some(0), "{hour}");
        }
        assert_eq!(seconds(&local(14, 45)), Some(0));
        assert_eq!(seconds(&local(10, 3)), Some(180));
    }

    #[test]
    fn a_clock_that_is_years_behind_is_wrong_with_and_without_a_zone() {
        let day = 86_400;
        let behind = seconds(&[7, 216, 1, 2, 10, 0, 0, 0]).unwrap();
        assert!(behind < -17 * 365 * day, "{behind}");
        let zoned = seconds(&[7, 216, 1, 2, 10, 0, 0, 0, b'+', 1, 0]).unwrap();
        assert!((zoned - behind).abs() < 2, "{zoned}");
    }

    #[test]
    fn a_stated_zone_is_believed_unless_it_is_zero_and_the_hours_fit_another() {
        let zoned = |hour: u8, zone: u8| seconds(&[7, 234, 1, 2, hour, 0, 0, 0, b'+', zone, 0]);
        assert_eq!(zoned(12, 2), Some(3600));
        assert_eq!(zoned(11, 2), Some(0));
        // 09:00 UTC is now; a copier in Berlin that says 10:00 and zone zero has its zone not set.
        assert_eq!(zoned(10, 0), Some(0));
        let half = [7, 234, 1, 2, 9, 10, 0, 0, b'+', 0, 0];
        assert_eq!(seconds(&half), Some(600));
        assert_eq!(seconds(&[7, 234, 99, 2, 11, 0, 0, 0]), None);
    }

    #[test]
    fn a_page_s_date_tells_the_clock_too() {
        let page = "Status: HTTP/1.1 200 OK\nDate: Fri, 02 Jan 2026 09:20:00 GMT\n";
        let reading = page_date(page, &now()).unwrap();
        assert_eq!((reading.seconds, reading.zone), (1200, true));
        let local = page_date("Date: Fri, 02 Jan 2026 10:00:00 GMT\n", &now()).unwrap();
        assert_eq!((local.seconds, local.zone), (0, false));
        assert_eq!(page_date("Date: yesterday\n", &now()), None);
        let ipp = iso("2026-01-02T11:30:00+02:00", &now()).unwrap();
        assert_eq!((ipp.seconds, ipp.zone), (1800, true));
        assert_eq!(iso("2026-13-02T11:30:00x02:00", &now()), None);
    }

    proptest::proptest! {
        #[test]
        fn no_octets_make_the_clock_panic(octets in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..16)) {
            let _ = date_and_time(&octets, &now());
        }
    }
}
