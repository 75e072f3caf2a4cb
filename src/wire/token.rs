//! What an access token says of itself: the claims of a JSON Web Token (RFC 7519), read without its signature.
//!
//! A client cannot check the signature and need not: the claims only help to say why a server refuses the token.

use crate::secret::Secret;
use crate::wire::reply::clean;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

/// Longest token that is read, in characters.
const MAX_TOKEN: usize = 64 << 10;
/// Longest text of a claim that is kept, in characters.
const MAX_TEXT: usize = 200;
/// Most entries of a list.
const MAX_LIST: usize = 50;

/// The claims that matter for mail. What a token does not state is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// For whom it was made: the account's name.
    pub account: Option<String>,
    /// The services it is made out for.
    pub audiences: Vec<String>,
    /// Permissions of a person's sign-in.
    pub scopes: Vec<String>,
    /// Permissions of an application's own.
    pub roles: Vec<String>,
    /// From when it is valid.
    pub not_before: Option<Timestamp>,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

/// The claims of a token; none where it is no JSON Web Token or is encrypted.
pub fn read(token: &Secret) -> Option<Claims> {
    let text = token.expose();
    if text.len() > MAX_TOKEN {
        return None;
    }
    let mut parts = text.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    // Five parts are an encrypted one (RFC 7516).
    if parts.next().is_some() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&bytes).ok()?;
    let claims = claims.as_object()?;
    let texts = |name: &str| -> Vec<String> {
        match claims.get(name) {
            Some(Value::String(one)) => vec![short(one)],
            Some(Value::Array(all)) => all
                .iter()
                .filter_map(Value::as_str)
                .take(MAX_LIST)
                .map(short)
                .collect(),
            _ => Vec::new(),
        }
    };
    let words = |name: &str| -> Vec<String> {
        let all = texts(name);
        let words = all.iter().flat_map(|text| text.split_whitespace());
        words.take(MAX_LIST).map(str::to_owned).collect()
    };
    let instant = |name: &str| claims.get(name)?.as_f64().and_then(seconds);
    let account = ["upn", "preferred_username", "unique_name", "email"]
        .iter()
        .find_map(|name| texts(name).into_iter().next());
    Some(Claims {
        account,
        audiences: texts("aud"),
        scopes: [words("scp"), words("scope")].concat(),
        roles: texts("roles"),
        not_before: instant("nbf"),
        expires: instant("exp"),
    })
}

/// Foreign text, cleaned and bounded.
fn short(text: &str) -> String {
    clean(text.as_bytes()).chars().take(MAX_TEXT).collect()
}

/// A date as the standard counts it; fractions are allowed and mean nothing here.
fn seconds(value: f64) -> Option<Timestamp> {
    #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked before")]
    let whole = (0.0..1e11).contains(&value).then_some(value as i64)?;
    Timestamp::from_second(whole).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(claims: &str) -> Secret {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        Secret::new(format!(
            "{}.{}.{}",
            part("{\"alg\":\"none\"}"),
            part(claims),
            part("sig")
        ))
    }

    #[test]
    fn account_audience_permissions_and_dates_are_read() {
        let found = read(&token(
            r#"{"aud":"https://outlook.office.com","scp":"SMTP.Send User.Read","upn":"scan@contoso.com","exp":1764230400,"nbf":1764226800}"#,
        ))
        .unwrap();
        assert_eq!(found.account.as_deref(), Some("scan@contoso.com"));
        assert_eq!(found.audiences, ["https://outlook.office.com"]);
        assert_eq!(found.scopes, ["SMTP.Send", "User.Read"]);
        assert_eq!(found.expires.unwrap().as_second(), 1_764_230_400);
    }

    #[test]
    fn what_is_no_token_of_this_kind_is_not_read() {
        for text in ["", "ya29.opaque", "a.b.c", "a.b.c.d.e", "..", "e30.W10.e30"] {
            assert_eq!(read(&Secret::new(text)), None, "{text:?}");
        }
    }

    #[test]
    fn foreign_text_in_a_claim_is_cleaned_and_bounded() {
        let long = format!("{{\"upn\":\"\\u001b[31m{}\"}}", "x".repeat(5000));
        let account = read(&token(&long)).unwrap().account.unwrap();
        assert!(!account.contains('\u{1b}') && account.chars().count() <= MAX_TEXT);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,300}") {
            let _ = read(&Secret::new(text.clone()));
            let _ = read(&token(&text));
        }
    }
}
