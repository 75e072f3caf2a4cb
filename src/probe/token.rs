//! An access token held against the account and the service it is meant for.

use crate::evidence::TokenState;
use crate::knowledge::schema::Authority;
use crate::secret::Secret;
use crate::wire::token::{self, Claims};
use jiff::Timestamp;
use serde::Serialize;

/// What a token says of itself, without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenReading {
    /// The account it is made out for.
    pub account: Option<String>,
    /// The services it is made out for.
    pub audiences: Vec<String>,
    /// Its permissions.
    pub permissions: Vec<String>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// What it comes to, most serious first, each in a sentence.
    pub findings: Vec<(TokenState, String)>,
}

/// Reads a token for an account (any where empty) and an authority (any where none) at a time.
pub fn judge(token: &Secret, user: &str, authority: Option<&Authority>, now: Timestamp) -> TokenReading {
    let Some(claims) = token::read(token) else {
        let words = "The token cannot be read from outside; only its maker can";
        return TokenReading {
            account: None,
            audiences: Vec::new(),
            permissions: Vec::new(),
            expires: None,
            findings: vec![(TokenState::Opaque, words.to_owned())],
        };
    };
    let mut findings = problems(&claims, user, authority, now);
    if findings.is_empty() {
        let until = claims
            .expires
            .map_or_else(String::new, |end| format!(", valid until {end}"));
        let whom = claims.account.as_deref().unwrap_or("an account it does not name");
        findings.push((
            TokenState::Fits,
            format!("The token is made out for {whom}{until}"),
        ));
    }
    TokenReading {
        permissions: [claims.scopes.clone(), claims.roles.clone()].concat(),
        account: claims.account,
        audiences: claims.audiences,
        expires: claims.expires,
        findings,
    }
}

fn problems(
    claims: &Claims,
    user: &str,
    authority: Option<&Authority>,
    now: Timestamp,
) -> Vec<(TokenState, String)> {
    let mut found = Vec::new();
    if let Some(end) = claims.expires.filter(|end| *end <= now) {
        found.push((TokenState::Expired, format!("The token ended at {end}")));
    }
    if let Some(begin) = claims.not_before.filter(|begin| *begin > now) {
        let words = format!("The token is valid from {begin} only; a clock may be wrong");
        found.push((TokenState::NotYetValid, words));
    }
    if let Some(authority) = authority {
        let same = |one: &String, other: &String| {
            one.trim_end_matches('/')
                .eq_ignore_ascii_case(other.trim_end_matches('/'))
        };
        let fits = claims
            .audiences
            .iter()
            .any(|own| authority.audiences.iter().any(|one| same(own, one)));
        if !authority.audiences.is_empty() && !claims.audiences.is_empty() && !fits {
            let words = format!(
                "The token is made out for {}, not for mail ({})",
                claims.audiences.join(", "),
                authority.audiences.first().map_or("", String::as_str)
            );
            found.push((TokenState::WrongAudience, words));
        }
        let holds = |own: &[String], wanted: &[String]| {
            own.iter().any(|one| {
                let bare = one.rsplit('/').next().unwrap_or(one);
                wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(bare))
            })
        };
        let has = [claims.scopes.clone(), claims.roles.clone()].concat();
        let permitted = holds(&claims.scopes, &authority.scopes) || holds(&claims.roles, &authority.roles);
        if !authority.scopes.is_empty() && !has.is_empty() && !permitted {
            let words = format!(
                "The token holds {}; sending mail needs {}",
                has.join(", "),
                authority
                    .scopes
                    .iter()
                    .chain(&authority.roles)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" or ")
            );
            found.push((TokenState::WrongScope, words));
        }
    }
    if let Some(account) = claims
        .account
        .as_deref()
        .filter(|account| !user.is_empty() && !account.eq_ignore_ascii_case(user))
    {
        let words = format!("The token is made out for {account}, and the user name is {user}");
        found.push((TokenState::OtherAccount, words));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn states(claims: &str) -> Vec<TokenState> {
        let knowledge = Knowledge::embedded();
        let token = Secret::new(format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)));
        let now: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        let authority = knowledge.authority_for("smtp.office365.com");
        assert!(authority.is_some());
        let reading = judge(&token, "scan@contoso.com", authority, now);
        reading.findings.into_iter().map(|(state, _)| state).collect()
    }

    #[test]
    fn a_token_is_held_against_account_service_permission_and_clock() {
        use TokenState::{Expired, Fits, NotYetValid, OtherAccount, WrongAudience, WrongScope};
        let good = r#"{"aud":"https://outlook.office.com/","scp":"SMTP.Send","upn":"Scan@contoso.com","exp":1895780000}"#;
        assert_eq!(states(good), [Fits]);
        assert_eq!(states(r#"{"exp":1600000000}"#), [Expired]);
        assert_eq!(states(r#"{"nbf":1895780000}"#), [NotYetValid]);
        assert_eq!(states(r#"{"upn":"boss@contoso.com"}"#), [OtherAccount]);
        assert_eq!(
            states(r#"{"aud":"https://graph.microsoft.com","scp":"Mail.Send"}"#),
            [WrongAudience, WrongScope]
        );
        assert_eq!(
            states(r#"{"aud":"https://outlook.office.com","roles":["SMTP.SendAsApp"]}"#),
            [Fits]
        );
        assert_eq!(states("no json"), [TokenState::Opaque]);
    }
}
