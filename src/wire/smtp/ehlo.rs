//! What an EHLO reply says (RFC 5321, section 4.1.1.1): the extensions, as listed and as understood.

use crate::wire::reply::Reply;
use std::net::IpAddr;

/// The extensions of a server, in its own spelling and order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ehlo {
    /// The first line: the server's name and its greeting.
    pub hello: String,
    /// Keywords with their parameters, as listed.
    pub keywords: Vec<String>,
}

impl Ehlo {
    /// Reads a positive reply to EHLO; the reply to HELO has no keywords.
    pub fn read(reply: &Reply) -> Self {
        let mut lines = reply.lines.iter().map(|line| line.trim().to_owned());
        Self {
            hello: lines.next().unwrap_or_default(),
            keywords: lines.filter(|line| !line.is_empty()).collect(),
        }
    }

    /// Whether this keyword is listed.
    pub fn has(&self, keyword: &str) -> bool {
        self.parameters(keyword).is_some()
    }

    /// The size limit in bytes (RFC 1870); none where it is not listed, not a number, or 0 (no fixed limit).
    pub fn size(&self) -> Option<u64> {
        self.parameters("SIZE")?
            .first()?
            .parse()
            .ok()
            .filter(|&limit| limit > 0)
    }

    /// The login mechanisms, upper case, also those of the old `AUTH=` form.
    pub fn mechanisms(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for line in &self.keywords {
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            if words.next().is_some_and(|word| word.eq_ignore_ascii_case("AUTH")) {
                for word in words {
                    let word = word.to_ascii_uppercase();
                    if !all.contains(&word) {
                        all.push(word);
                    }
                }
            }
        }
        all
    }

    /// Whether AUTH is listed in either form.
    pub fn offers_auth(&self) -> bool {
        self.has("AUTH")
            || self
                .keywords
                .iter()
                .any(|k| k.get(..5).is_some_and(|h| h.eq_ignore_ascii_case("AUTH=")))
    }

    /// The client's address as the server sees it, where the first line echoes it in brackets.
    pub fn echoed_address(&self) -> Option<IpAddr> {
        let (_, rest) = self.hello.split_once('[')?;
        let (inside, _) = rest.split_once(']')?;
        inside.trim_start_matches("IPv6:").parse().ok()
    }

    /// A keyword that something on the way has overwritten with a row of X, such as `XXXXXXXA`.
    pub fn masked_keyword(&self) -> Option<&str> {
        self.keywords
            .iter()
            .filter_map(|line| line.split(' ').next())
            .find(|word| is_masked(word))
    }

    /// The parameters of a keyword; none where it is not listed.
    fn parameters(&self, keyword: &str) -> Option<Vec<&str>> {
        self.keywords.iter().find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            words
                .next()?
                .eq_ignore_ascii_case(keyword)
                .then(|| words.collect())
        })
    }
}

/// Four or more letters, all X but perhaps the last.
fn is_masked(word: &str) -> bool {
    let Some(last) = word.chars().last() else {
        return false;
    };
    word.len() >= 4
        && last.is_ascii_uppercase()
        && word.chars().take(word.chars().count() - 1).all(|c| c == 'X')
}

/// Whether a greeting is masked: more asterisks than letters.
pub fn is_masked_banner(text: &str) -> bool {
    let stars = text.chars().filter(|&c| c == '*').count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    stars >= 6 && stars > letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ehlo(lines: &[&str]) -> Ehlo {
        Ehlo::read(&Reply::new(
            250,
            lines.iter().map(|line| (*line).to_owned()).collect(),
        ))
    }

    #[test]
    fn keywords_are_kept_as_listed_and_understood() {
        let ehlo = ehlo(&[
            "mx.example.test Hello [192.0.2.7]",
            "size 157286400",
            "PIPELINING",
            "AUTH LOGIN XOAUTH2",
            "AUTH=PLAIN LOGIN",
            "X-ODD thing",
        ]);
        assert_eq!(ehlo.size(), Some(157_286_400));
        assert!(ehlo.has("pipelining") && !ehlo.has("STARTTLS"));
        assert_eq!(ehlo.mechanisms(), ["LOGIN", "XOAUTH2", "PLAIN"]);
        assert_eq!(ehlo.echoed_address(), "192.0.2.7".parse().ok());
        assert_eq!(ehlo.keywords.len(), 5);
    }

    #[test]
    fn an_ipv6_address_is_echoed_too_and_a_name_is_none() {
        assert_eq!(
            ehlo(&["mx Hello [IPv6:2001:db8::7]"]).echoed_address(),
            "2001:db8::7".parse().ok()
        );
        assert_eq!(ehlo(&["mx Hello [scanner]"]).echoed_address(), None);
    }

    #[test]
    fn a_size_of_zero_or_of_no_number_is_no_limit() {
        assert_eq!(ehlo(&["mx", "SIZE 0"]).size(), None);
        assert_eq!(ehlo(&["mx", "SIZE"]).size(), None);
        assert_eq!(ehlo(&["mx", "SIZE many"]).size(), None);
    }

    #[test]
    fn masking_is_seen_in_keywords_and_in_banners() {
        assert_eq!(
            ehlo(&["mx", "SIZE 1", "XXXXXXXA"]).masked_keyword(),
            Some("XXXXXXXA")
        );
        assert_eq!(
            ehlo(&["mx", "XEXCH50", "XCLIENT", "AUTH LOGIN"]).masked_keyword(),
            None
        );
        assert!(is_masked_banner("****************2****0*0*"));
        assert!(!is_masked_banner("mx.example.test ESMTP *** hello ***"));
    }
}
