//! Which of a server's rules fits a moment of the dialogue.

use crate::lab::behaviour::{At, Rule};

/// All that a rule may look at.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// The step.
    pub at: At,
    /// EHLO name.
    pub helo: Option<&'a str>,
    /// Inside TLS.
    pub inside_tls: bool,
    /// Logged in.
    pub logged_in: bool,
    /// User name.
    pub user: Option<&'a str>,
    /// Password.
    pub password: Option<&'a str>,
    /// Envelope sender.
    pub from: Option<&'a str>,
    /// The recipient in question.
    pub to: Option<&'a str>,
    /// Recipients with this one.
    pub recipients: usize,
    /// Size declared or received.
    pub size: Option<u64>,
    /// The beginning of the message.
    pub text: Option<&'a str>,
}

/// The first rule that fits.
pub fn find<'r>(rules: impl IntoIterator<Item = &'r Rule>, moment: &Moment<'_>) -> Option<&'r Rule> {
    rules.into_iter().find(|rule| fits(rule, moment))
}

/// Whether every condition that a rule states holds.
fn fits(rule: &Rule, moment: &Moment<'_>) -> bool {
    let at = rule.at == moment.at
        || (rule.at == At::Any && matches!(moment.at, At::Ehlo | At::Auth | At::Mail | At::Rcpt | At::Data));
    at && holds(rule.tls.as_ref(), |&wanted| wanted == moment.inside_tls)
        && holds(rule.logged_in.as_ref(), |&wanted| wanted == moment.logged_in)
        && holds(rule.from.as_ref(), |pattern| matches(pattern, moment.from))
        && holds(rule.to.as_ref(), |pattern| matches(pattern, moment.to))
        && holds(rule.user.as_ref(), |pattern| matches(pattern, moment.user))
        && holds(rule.helo.as_ref(), |pattern| matches(pattern, moment.helo))
        && holds(rule.password.as_ref(), |wanted| moment.password == Some(wanted))
        && holds(rule.over.as_ref(), |&limit| {
            moment.size.is_some_and(|size| size > limit)
        })
        && holds(rule.recipients_over.as_ref(), |&limit| moment.recipients > limit)
        && holds(rule.text.as_ref(), |words| {
            let words = words.to_ascii_lowercase();
            moment
                .text
                .is_some_and(|text| text.to_ascii_lowercase().contains(&words))
        })
}

/// A condition that is not stated holds.
fn holds<T>(condition: Option<&T>, test: impl FnOnce(&T) -> bool) -> bool {
    condition.is_none_or(test)
}

/// `!` turns a pattern round, `*` at its beginning stands for anything; case of letters does not matter.
fn matches(pattern: &str, value: Option<&str>) -> bool {
    if let Some(not) = pattern.strip_prefix('!') {
        return !matches(not, value);
    }
    let Some(value) = value.map(str::to_ascii_lowercase) else {
        return false;
    };
    let pattern = pattern.to_ascii_lowercase();
    match pattern.strip_prefix('*') {
        Some(end) => value.ends_with(end),
        None => value == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_name_one_address_a_domain_or_all_others() {
        assert!(matches("scan@contoso.com", Some("Scan@Contoso.com")));
        assert!(matches("*@contoso.com", Some("scan@contoso.com")));
        assert!(!matches("!*@contoso.com", Some("scan@contoso.com")));
        assert!(matches("!*@contoso.com", Some("guest@fabrikam.example")));
        assert!(!matches("scan@contoso.com", None));
    }
}
