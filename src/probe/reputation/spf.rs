//! SPF records read: terms, their qualifiers and arguments (RFC 7208, sections 4.6 and 5).

use crate::evidence::SpfResult;
use std::net::IpAddr;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Record {
    /// Mechanisms in their order.
    pub directives: Vec<Directive>,
    /// Where to go on when none matches (section 6.1).
    pub redirect: Option<String>,
}

/// A mechanism and what follows when it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// The qualifier, as the result it gives.
    pub result: SpfResult,
    /// The mechanism.
    pub mechanism: Mechanism,
}

/// What an address is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// Every address.
    All,
    /// The addresses that another domain's record lets pass. This name, and those below, may hold macros.
    Include(String),
    /// The domain's own addresses; the current domain where none is named.
    A(Option<String>, Prefixes),
    /// The addresses of the domain's mail hosts.
    Mx(Option<String>, Prefixes),
    /// A network.
    Network(IpAddr, u8),
    /// Any address, where this name has one.
    Exists(String),
    /// Addresses whose reverse DNS name is in the domain; the current domain where none is named.
    Ptr(Option<String>),
}

/// Lengths of network prefixes for both families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefixes {
    /// For IPv4.
    pub four: u8,
    /// For IPv6.
    pub six: u8,
}

impl Prefixes {
    /// Whether both addresses are in the same network.
    pub fn contain(self, network: IpAddr, address: IpAddr) -> bool {
        let length = if network.is_ipv4() { self.four } else { self.six };
        same_network(network, address, length)
    }
}

/// Whether the first `length` bits of two addresses of one family are equal.
pub(super) fn same_network(network: IpAddr, address: IpAddr, length: u8) -> bool {
    match (network, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let differ = u32::from(a) ^ u32::from(b);
            u32::from(length) <= differ.leading_zeros()
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            let differ = u128::from(a) ^ u128::from(b);
            u32::from(length) <= differ.leading_zeros()
        }
        _ => false,
    }
}

/// Whether a text is an SPF record at all (section 4.5).
pub(super) fn is_record(text: &str) -> bool {
    let mut words = text.split(' ');
    words
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("v=spf1"))
}

/// Reads a record; the error is what a `permerror` is about.
pub(super) fn parse(text: &str) -> Result<Record, String> {
    if !is_record(text) {
        return Err("it does not begin with v=spf1".to_owned());
    }
    if !text.chars().all(|c| (' '..='~').contains(&c)) {
        return Err("it holds characters that are not printable ASCII".to_owned());
    }
    let mut record = Record::default();
    let mut explained = false;
    for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
        match modifier(term) {
            Some(("redirect", target)) => {
                if record.redirect.replace(argument(Some(target), term)?).is_some() {
                    return Err("redirect= stands twice".to_owned());
                }
            }
            Some(("exp", target)) => {
                argument(Some(target), term)?;
                if std::mem::replace(&mut explained, true) {
                    return Err("exp= stands twice".to_owned());
                }
            }
            // What is not known is passed over (section 6).
            Some((_, value)) if are_macros(value) => {}
            Some(_) => return Err(format!("{term:?} has a broken macro")),
            None => record.directives.push(directive(term)?),
        }
    }
    Ok(record)
}

/// A term `name=value` in front of which no `:` or `/` stands.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !begins || !name.chars().all(word) {
        return None;
    }
    let known = ["redirect", "exp"];
    let known = known.into_iter().find(|known| name.eq_ignore_ascii_case(known));
    Some((known.unwrap_or(name), value))
}

/// A mechanism with its qualifier.
fn directive(term: &str) -> Result<Directive, String> {
    let (result, rest) = match term.as_bytes().first() {
        Some(b'+') => (SpfResult::Pass, term.get(1..)),
        Some(b'-') => (SpfResult::Fail, term.get(1..)),
        Some(b'~') => (SpfResult::SoftFail, term.get(1..)),
        Some(b'?') => (SpfResult::Neutral, term.get(1..)),
        _ => (SpfResult::Pass, Some(term)),
    };
    let rest = rest.unwrap_or_default();
    let split = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, tail) = rest.split_at_checked(split).unwrap_or((rest, ""));
    let value = tail.strip_prefix(':');
    let mechanism = match name.to_ascii_lowercase().as_str() {
        "all" if tail.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(argument(value, term)?),
        "a" => hosts(tail, term, Mechanism::A)?,
        "mx" => hosts(tail, term, Mechanism::Mx)?,
        "ip4" => network(value, term, true)?,
        "ip6" => network(value, term, false)?,
        "exists" => Mechanism::Exists(argument(value, term)?),
        "ptr" if tail.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(argument(value, term)?)),
        _ => return Err(format!("{term:?} is no mechanism")),
    };
    Ok(Directive { result, mechanism })
}

/// A domain that must be there and be one (section 7.1).
fn argument(value: Option<&str>, term: &str) -> Result<String, String> {
    let domain = value.unwrap_or_default();
    let domain = domain.strip_suffix('.').unwrap_or(domain).to_ascii_lowercase();
    let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let named = top.chars().all(word)
        && top.chars().any(|c| c.is_ascii_alphabetic() || c == '-')
        && !top.starts_with('-')
        && !top.ends_with('-');
    let macros = domain.contains('%');
    if (macros && are_macros(&domain)) || (!macros && named) {
        Ok(domain)
    } else {
        Err(format!("{term:?} names no domain"))
    }
}

/// Whether every `%` begins a macro or stands for a character (section 7.1).
fn are_macros(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('%') {
        let next = match behind.as_bytes().first() {
            Some(b'%' | b'_' | b'-') => behind.get(1..),
            Some(b'{') => behind.split_once('}').map(|(_, next)| next),
            _ => None,
        };
        let Some(next) = next else { return false };
        rest = next;
    }
    true
}

/// `[:domain][/four][//six]` (section 5.3).
fn hosts(
    tail: &str,
    term: &str,
    make: impl FnOnce(Option<String>, Prefixes) -> Mechanism,
) -> Result<Mechanism, String> {
    let (rest, six) = length_behind(tail, "//");
    let (rest, four) = length_behind(rest, "/");
    let domain = match rest.strip_prefix(':') {
        Some(domain) => Some(argument(Some(domain), term)?),
        None if rest.is_empty() => None,
        None => return Err(format!("{term:?} has no valid prefix length")),
    };
    let prefixes = Prefixes {
        four: length(four, 32, term)?,
        six: length(six, 128, term)?,
    };
    Ok(make(domain, prefixes))
}

/// A number behind the last mark, where one stands; a domain may hold slashes of its own.
fn length_behind<'t>(text: &'t str, mark: &str) -> (&'t str, Option<&'t str>) {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.rsplit_once(mark) {
        Some((rest, length)) if number(length) => (rest, Some(length)),
        _ => (text, None),
    }
}

/// `address[/length]` (section 5.6).
fn network(value: Option<&str>, term: &str, four: bool) -> Result<Mechanism, String> {
    let value = value.unwrap_or_default();
    let (address, rest) = match value.split_once('/') {
        Some((address, rest)) => (address, Some(rest)),
        None => (value, None),
    };
    match address.parse::<IpAddr>() {
        Ok(address) if address.is_ipv4() == four => {
            let length = length(rest, if four { 32 } else { 128 }, term)?;
            Ok(Mechanism::Network(address, length))
        }
        _ => Err(format!("{term:?} has no valid address")),
    }
}

/// A prefix length; the whole address where none is written.
fn length(text: Option<&str>, most: u8, term: &str) -> Result<u8, String> {
    let Some(text) = text else { return Ok(most) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    match text.parse::<u8>() {
        Ok(length) if digits && !leading_zero && length <= most => Ok(length),
        _ => Err(format!("{term:?} has no valid prefix length")),
    }
}

#[cfg(test)]
#[path = "spf_tests.rs"]
mod tests;
