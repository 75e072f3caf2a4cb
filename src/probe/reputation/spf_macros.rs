//! Macros of SPF records filled in (RFC 7208, section 7).

use std::net::IpAddr;

/// Longest name that a macro may give; labels are dropped from its left end (section 7.3).
const LONGEST_NAME: usize = 253;

/// What macros stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    /// The sender's address, as in MAIL FROM.
    pub sender: &'a str,
    /// The domain whose record is read.
    pub domain: &'a str,
    /// The address that sends.
    pub address: IpAddr,
}

/// Why a macro cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unfilled {
    /// It asks for what only a message shows, such as the name of the HELO command.
    NeedsMessage,
    /// It is no macro of the standard.
    Broken,
}

/// The domain that a text with macros names.
pub(super) fn expand(text: &str, values: Values) -> Result<String, Unfilled> {
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        name.push_str(before);
        let mut next = behind.chars();
        match next.next() {
            Some('%') => name.push('%'),
            Some('_') => name.push(' '),
            Some('-') => name.push_str("%20"),
            Some('{') => {
                let (inside, behind) = next.as_str().split_once('}').ok_or(Unfilled::Broken)?;
                name.push_str(&filled(inside, values)?);
                rest = behind;
                continue;
            }
            _ => return Err(Unfilled::Broken),
        }
        rest = next.as_str();
    }
    name.push_str(rest);
    while name.len() > LONGEST_NAME {
        let (_, shorter) = name.split_once('.').ok_or(Unfilled::Broken)?;
        name = shorter.to_owned();
    }
    Ok(name)
}

/// What stands between the braces: a letter, how many labels from the right, whether turned round, and at which
/// characters the value is cut.
fn filled(inside: &str, values: Values) -> Result<String, Unfilled> {
    let mut characters = inside.chars();
    let letter = characters.next().ok_or(Unfilled::Broken)?;
    let rest = characters.as_str();
    let end_of_digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at_checked(end_of_digits).ok_or(Unfilled::Broken)?;
    let (turned, delimiters) = match rest.strip_prefix(['r', 'R']) {
        Some(delimiters) => (true, delimiters),
        None => (false, rest),
    };
    if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return Err(Unfilled::Broken);
    }
    let value = value(letter.to_ascii_lowercase(), values)?;
    let cut = |c: char| {
        if delimiters.is_empty() {
            c == '.'
        } else {
            delimiters.contains(c)
        }
    };
    let mut labels: Vec<&str> = value.split(cut).collect();
    if turned {
        labels.reverse();
    }
    let keep = match digits {
        "" => labels.len(),
        digits => match digits.parse::<usize>() {
            Ok(0) => return Err(Unfilled::Broken),
            Ok(count) => count.min(labels.len()),
            Err(_) => labels.len(),
        },
    };
    let kept = labels.split_off(labels.len() - keep).join(".");
    Ok(if letter.is_ascii_uppercase() {
        escaped(&kept)
    } else {
        kept
    })
}

/// The value of a letter (section 7.2). The sender's host name (`p`) is one that nobody shall rely on.
fn value(letter: char, values: Values) -> Result<String, Unfilled> {
    let (local, domain) = values
        .sender
        .rsplit_once('@')
        .unwrap_or(("postmaster", values.sender));
    Ok(match letter {
        's' => format!("{local}@{domain}"),
        'l' => local.to_owned(),
        'o' => domain.to_owned(),
        'd' => values.domain.to_owned(),
        'i' => dotted(values.address),
        'p' => "unknown".to_owned(),
        'v' if values.address.is_ipv4() => "in-addr".to_owned(),
        'v' => "ip6".to_owned(),
        'h' => return Err(Unfilled::NeedsMessage),
        _ => return Err(Unfilled::Broken),
    })
}

/// An address with dots: IPv6 as its 32 hexadecimal digits (section 7.3).
fn dotted(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let digits = format!("{:032x}", u128::from(address));
            let digits: Vec<String> = digits.chars().map(String::from).collect();
            digits.join(".")
        }
    }
}

/// With what is no unreserved character as `%` and two digits (RFC 3986, section 2.3).
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(address: &str) -> Values<'static> {
        Values {
            sender: "strong-bad@email.example.com",
            domain: "email.example.com",
            address: address.parse().unwrap(),
        }
    }

    /// The examples of RFC 7208, section 7.4.
    #[test]
    fn the_standard_s_own_examples_come_out() {
        for (text, wanted) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{o}", "email.example.com"),
            ("%{d}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d3}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr}", "strong-bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            (
                "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
                "bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
            ),
            (
                "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
                "3.2.0.192.in-addr.strong.lp._spf.example.com",
            ),
            (
                "%{d2}.trusted-domains.example.net",
                "example.com.trusted-domains.example.net",
            ),
            ("%{S}%%%_%-", "strong-bad%40email.example.com% %20"),
        ] {
            assert_eq!(expand(text, values("192.0.2.3")).as_deref(), Ok(wanted), "{text}");
        }
        let six = "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com";
        let found = expand("%{ir}.%{v}._spf.%{d2}", values("2001:db8::cb01"));
        assert_eq!(found.as_deref(), Ok(six));
    }

    #[test]
    fn what_needs_a_message_and_what_is_broken_are_told_apart() {
        let found = |text| expand(text, values("192.0.2.3"));
        assert_eq!(found("%{h}.example.com"), Err(Unfilled::NeedsMessage));
        for text in ["%{x}", "%{d0}", "%{d2!}", "%{", "%a", "%"] {
            assert_eq!(found(text), Err(Unfilled::Broken), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_a_name_of_bounded_length_or_none(text in "[ -~]{0,300}") {
            if let Ok(name) = expand(&text, values("192.0.2.3")) {
                prop_assert!(name.len() <= LONGEST_NAME);
            }
        }
    }
}
