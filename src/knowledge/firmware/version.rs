//! Dated version numbers of Xerox's network controllers: `AAA.BBB.CCY.DDDNN`.

use super::super::schema::Firmware;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::cmp::Ordering;

/// A version whose parts are known, and with them the day on which it was built.
///
/// The third group is no running number: a later build may well have the smaller one. Only
/// (year, day, build) order two versions, and only within one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XeroxVersion {
    /// Software family, three digits.
    pub family: String,
    /// Product code, three digits, or `xxx` where a bulletin speaks of all products.
    pub product: String,
    /// Branch label, the first two digits of the third group.
    pub label: u8,
    /// Year of the build.
    pub year: i16,
    /// Day of that year, from 1.
    pub day: i16,
    /// Build of that day.
    pub build: u8,
    /// The same day as a date.
    pub date: Date,
    /// A patch that was applied, such as `1057305v9`.
    pub patch: Option<String>,
}

/// Why a version is shown as it stands and not judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unjudged {
    /// Not four groups of 3, 3, 3 and 5 digits.
    #[error("the number is not of the dated shape AAA.BBB.CCY.DDDNN")]
    OtherShape,
    /// The first group is no family that is known.
    #[error("software family {0} is not known here")]
    UnknownFamily(String),
    /// The year digit gives a year in which the family had no builds.
    #[error("its year digit gives {year}, which does not fit family {family}")]
    ImpossibleYear {
        /// Family.
        family: String,
        /// The year that the digit gives.
        year: i16,
    },
    /// The day does not exist in that year.
    #[error("day {day} does not exist in {year}")]
    ImpossibleDay {
        /// Year.
        year: i16,
        /// Day of the year as written.
        day: i16,
    },
}

impl XeroxVersion {
    /// Reads the first dated version in a text such as `SS 073.040.019.14200, NC …`.
    pub fn parse(text: &str, knowledge: &Firmware) -> Result<Self, Unjudged> {
        let groups = text
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')'))
            .find_map(Groups::split)
            .ok_or(Unjudged::OtherShape)?;
        let family = knowledge
            .families
            .iter()
            .find(|family| family.id == groups.family)
            .ok_or_else(|| Unjudged::UnknownFamily(groups.family.to_owned()))?;
        let digit = i16::from(groups.year_digit);
        let year = family.first_year + (digit - family.first_year % 10).rem_euclid(10);
        if family.last_year.is_some_and(|last| year > last) {
            return Err(Unjudged::ImpossibleYear {
                family: family.id.clone(),
                year,
            });
        }
        let day = groups.day;
        let date = day_of_year(year, day).ok_or(Unjudged::ImpossibleDay { year, day })?;
        Ok(Self {
            family: groups.family.to_owned(),
            product: groups.product.to_ascii_lowercase(),
            label: groups.label,
            year,
            day,
            build: groups.build,
            date,
            patch: groups.patch.map(str::to_owned),
        })
    }

    /// Which of two versions was built later; nothing where they are for different products.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        let key = |v: &Self| (v.year, v.day, v.build);
        (self.product == other.product && self.product != ANY_PRODUCT).then(|| key(self).cmp(&key(other)))
    }

    /// Whether this version was built later than the other, for the same product.
    pub fn newer_than(&self, other: &Self) -> bool {
        self.order(other) == Some(Ordering::Greater)
    }

    /// Whether the label marks a SPAR release; nothing where labels do not tell.
    pub fn spar(&self, knowledge: &Firmware) -> Option<bool> {
        let family = knowledge
            .families
            .iter()
            .find(|family| family.id == self.family)?;
        match self.label {
            16..=19 if family.spar_by_label => Some(true),
            0..=8 if family.spar_by_label => Some(false),
            _ => None,
        }
    }
}

/// How bulletins write the product group when they mean every product.
pub const ANY_PRODUCT: &str = "xxx";

/// The groups of a dated version as they stand in the text.
struct Groups<'a> {
    family: &'a str,
    product: &'a str,
    label: u8,
    year_digit: u8,
    day: i16,
    build: u8,
    patch: Option<&'a str>,
}

impl<'a> Groups<'a> {
    /// Splits a word of the exact shape; anything else is nothing.
    fn split(word: &'a str) -> Option<Self> {
        let mut parts = word.split('.');
        let (family, product, third, fourth) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        let product_fits = digits(product, 3) || product.eq_ignore_ascii_case(ANY_PRODUCT);
        let patch = parts.next();
        if patch.is_some_and(|patch| !is_patch(patch))
            || parts.next().is_some()
            || !digits(family, 3)
            || !product_fits
            || !digits(third, 3)
            || !digits(fourth, 5)
        {
            return None;
        }
        Some(Self {
            family,
            product,
            label: third.get(..2)?.parse().ok()?,
            year_digit: third.get(2..)?.parse().ok()?,
            day: fourth.get(..3)?.parse().ok()?,
            build: fourth.get(3..)?.parse().ok()?,
            patch,
        })
    }
}

/// Whether a fifth group names an applied patch: a number, `v`, its version.
fn is_patch(group: &str) -> bool {
    group.split_once('v').is_some_and(|(number, version)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits(number) && digits(version)
    })
}

/// The date in a stamp of twelve digits: year, month, day, hour, minute.
pub fn stamp(text: &str) -> Option<Date> {
    let digits = text.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
    let fits = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize, to: usize| digits.get(from..to).filter(|_| fits);
    let (year, month, day) = (
        part(0, 4)?.parse().ok()?,
        part(4, 6)?.parse().ok()?,
        part(6, 8)?.parse().ok()?,
    );
    let clock = (
        part(8, 10)?.parse::<u8>().ok()?,
        part(10, 12)?.parse::<u8>().ok()?,
    );
    Date::new(year, month, day)
        .ok()
        .filter(|_| clock.0 < 24 && clock.1 < 60)
}

/// The date of a day of the year, from 1; nothing where the year has no such day.
fn day_of_year(year: i16, day: i16) -> Option<Date> {
    if day < 1 {
        return None;
    }
    let date = Date::new(year, 1, 1)
        .ok()?
        .checked_add((i64::from(day) - 1).days())
        .ok()?;
    (date.year() == year).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn xerox() -> Firmware {
        Knowledge::embedded().firmware[0].clone()
    }

    fn read(text: &str) -> Result<XeroxVersion, Unjudged> {
        XeroxVersion::parse(text, &xerox())
    }

    /// Every version that was found in public documents, with the date worked out from it.
    const DATED: &[(&str, &str)] = &[
        ("061.090.220.19700", "2010-07-16"),
        ("061.070.100.24201", "2010-08-30"),
        ("061.132.221.21403", "2011-08-02"),
        ("081.150.103.05600", "2013-02-25"),
        ("071.010.103.15600", "2013-06-05"),
        ("081.140.103.22600", "2013-08-14"),
        ("072.040.004.09100", "2014-04-01"),
        ("072.030.004.09101", "2014-04-01"),
        ("061.121.224.18803", "2014-07-07"),
        ("072.040.165.14201", "2015-05-22"),
        ("061.121.225.14700", "2015-05-27"),
        ("073.040.035.24100", "2015-08-29"),
        ("061.070.105.25200", "2015-09-09"),
        ("073.030.075.34540", "2015-12-11"),
        ("073.xxx.086.15410", "2016-06-02"),
        ("072.040.196.34301", "2016-12-08"),
        ("073.020.167.17200", "2017-06-21"),
        ("073.xxx.197.28500", "2017-10-12"),
        ("100.001.028.05200", "2018-02-21"),
        ("100.002.008.05702", "2018-02-26"),
        ("073.xxx.048.15000", "2018-05-30"),
        ("101.001.008.27400", "2018-10-01"),
        ("072.xxx.009.07200", "2019-03-13"),
        ("073.040.019.14200", "2019-05-22"),
        ("101.002.089.22600", "2019-08-14"),
        ("073.xxx.000.02300", "2020-01-23"),
        ("103.001.020.23120", "2020-08-18"),
        ("103.002.011.14100", "2021-05-21"),
        ("103.008.032.23400", "2022-08-22"),
        ("075.xxx.013.29000", "2023-10-17"),
        ("120.010.023.30800", "2023-11-04"),
    ];

    #[test]
    fn every_known_version_decodes_to_its_date() {
        let knowledge = xerox();
        for (version, date) in DATED {
            let read = XeroxVersion::parse(version, &knowledge);
            assert_eq!(
                read.map(|v| v.date.to_string()),
                Ok((*date).to_owned()),
                "{version}"
            );
        }
    }

    #[test]
    fn a_smaller_third_group_can_be_the_newer_build() {
        let newest = read("073.040.019.14200").unwrap();
        assert!(newest.newer_than(&read("073.040.197.28500").unwrap()));
        assert!(newest.newer_than(&read("073.040.048.15000").unwrap()));
    }

    #[test]
    fn two_products_are_not_compared() {
        let (a, b) = (
            read("073.040.019.14200").unwrap(),
            read("073.010.048.15000").unwrap(),
        );
        assert_eq!(a.order(&b), None);
        assert!(!a.newer_than(&b));
    }

    #[test]
    fn builds_of_one_day_are_ordered_by_their_number() {
        let (a, b) = (
            read("072.030.004.09101").unwrap(),
            read("072.030.004.09100").unwrap(),
        );
        assert!(a.newer_than(&b));
    }

    #[test]
    fn only_the_families_072_and_073_tell_spar_by_the_label() {
        let knowledge = xerox();
        let spar = |text: &str| XeroxVersion::parse(text, &knowledge).unwrap().spar(&knowledge);
        for text in [
            "072.040.165.14201",
            "072.040.196.34301",
            "073.020.167.17200",
            "073.040.197.28500",
        ] {
            assert_eq!(spar(text), Some(true), "{text}");
        }
        assert_eq!(spar("073.040.019.14200"), Some(false));
        assert_eq!(spar("061.121.225.14700"), None);
        assert_eq!(spar("101.002.089.22600"), None);
    }

    #[test]
    fn a_patch_is_a_suffix_and_no_other_version() {
        let patched = read("100.002.008.05702.1057305v9").unwrap();
        assert_eq!(patched.patch.as_deref(), Some("1057305v9"));
        assert_eq!(patched.date, read("100.002.008.05702").unwrap().date);
        assert_eq!(read("100.002.008.05702.9"), Err(Unjudged::OtherShape));
    }

    #[test]
    fn what_cannot_be_is_not_judged_and_says_why() {
        let day = |year, day| Err(Unjudged::ImpossibleDay { year, day });
        assert_eq!(read("073.040.019.36600"), day(2019, 366));
        assert_eq!(read("073.040.019.00000"), day(2019, 0));
        assert_eq!(
            read("999.040.019.14200"),
            Err(Unjudged::UnknownFamily("999".into()))
        );
        assert!(matches!(
            read("071.030.100.06400"),
            Err(Unjudged::ImpossibleYear { year: 2020, .. })
        ));
        for text in [
            "",
            "65.31.81",
            "073.040.0487.15000",
            "CXLBL.081.215",
            "51.004.05.000",
            "073.04é.019.14200",
        ] {
            assert_eq!(read(text), Err(Unjudged::OtherShape), "{text}");
        }
    }

    #[test]
    fn a_version_is_found_inside_the_device_s_own_sentence() {
        let text = "Xerox WorkCentre 7845 v1; SS 073.040.019.14200, NC 073.049.14200, UI 1";
        assert_eq!(read(text).unwrap().date.to_string(), "2019-05-22");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}", a in 0..1000u16, y in 0..1000u16, d in 0..100_000u32) {
            let knowledge = xerox();
            let _ = XeroxVersion::parse(&text, &knowledge);
            let _ = XeroxVersion::parse(&format!("{a:03}.040.{y:03}.{d:05}"), &knowledge);
        }
    }
}
