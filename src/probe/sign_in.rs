//! The device authorisation grant (RFC 8628): the authority gives a code, a person enters it in a browser, the
//! token is asked for until it comes. Both requests are written here, over the run's own HTTPS: an OAuth
//! library would bring a second HTTP stack for them.

use super::context::Context;
use super::device::http::Answer;
use super::https::{self, Url};
use crate::case::Application;
use crate::knowledge::schema::Authority;
use crate::secret::Secret;
use crate::wire::reply::clean;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Where and as what to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Where the code is asked for.
    pub device_endpoint: String,
    /// Where the token is asked for.
    pub token_endpoint: String,
    /// The registered application.
    pub client_id: String,
    /// Permissions, separated by blanks.
    pub scope: String,
}

impl SignIn {
    /// As an application; what it leaves empty comes from the authority, where the knowledge has one.
    pub fn of(application: &Application, authority: Option<&Authority>) -> Self {
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let tenant = typed(&application.tenant);
        let known = |field: fn(&Authority) -> &String| {
            let authority = authority?;
            let tenant = tenant.as_ref().unwrap_or(&authority.tenant);
            Some(field(authority).replace("{tenant}", tenant))
        };
        let filled = |text: &str, field| typed(text).or_else(|| known(field)).unwrap_or_default();
        Self {
            device_endpoint: filled(&application.device_endpoint, |known| &known.device_endpoint),
            token_endpoint: filled(&application.token_endpoint, |known| &known.token_endpoint),
            client_id: application.client_id.trim().to_owned(),
            scope: filled(&application.scope, |known| &known.scope),
        }
    }

    /// Whether both addresses can be asked.
    pub fn check(&self) -> Result<(), String> {
        Url::parse(&self.device_endpoint)?;
        Url::parse(&self.token_endpoint)?;
        if self.client_id.trim().is_empty() {
            return Err("a sign-in needs the client id of a registered application".to_owned());
        }
        Ok(())
    }
}

/// What a person has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// The page to open.
    pub page: String,
    /// The code to enter there.
    pub code: String,
    /// Seconds until the code ends.
    pub seconds: u64,
}

/// Why no token came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoToken {
    /// The standard's word, or `unreachable` and `unreadable` for what the standard has no word.
    pub error: String,
    /// What the authority says, cleaned; may be empty.
    pub description: String,
}

impl NoToken {
    fn new(error: &str, description: impl Into<String>) -> Self {
        Self {
            error: error.to_owned(),
            description: description.into(),
        }
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        let what = match self.error.as_str() {
            "access_denied" | "authorization_declined" => "the sign-in was declined",
            "expired_token" => "the code ended before anybody entered it",
            "unreachable" => "the authority was not reached",
            "unreadable" => "the authority's answer is no answer of OAuth 2.0",
            other => return format!("the authority answers {other}: {}", self.description),
        };
        if self.description.is_empty() {
            what.to_owned()
        } else {
            format!("{what}: {}", self.description)
        }
    }
}

/// Longest life of a code that is waited for.
const LONGEST: Duration = Duration::from_mins(30);
/// Pause between two questions where the authority states none (RFC 8628, section 3.2).
const PAUSE: u64 = 5;
/// What *slow down* adds (section 3.5).
const SLOWER: u64 = 5;
/// Questions that may come to nothing one after the other.
const MAX_LOST: u32 = 5;
/// Longest text that is kept of a description.
const MAX_TEXT: usize = 400;

/// Signs in; `show` is called once with what a person has to do. Dropping the future stops it at once.
pub async fn fetch(
    sign_in: &SignIn,
    context: &Context,
    show: impl FnOnce(Prompt),
) -> Result<Secret, NoToken> {
    let unreachable = |problem: String| NoToken::new("unreachable", problem);
    let device = Url::parse(&sign_in.device_endpoint).map_err(unreachable)?;
    let token = Url::parse(&sign_in.token_endpoint).map_err(unreachable)?;
    let limit = context.timeout;
    let form = https::form(&[("client_id", &sign_in.client_id), ("scope", &sign_in.scope)]);
    let answer = https::ask(context, &device, Some(&form), limit)
        .await
        .map_err(unreachable)?;
    let grant = read_grant(&answer)?;
    let ends = Instant::now() + Duration::from_secs(grant.prompt.seconds).min(LONGEST);
    show(grant.prompt);
    let form = https::form(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", grant.device_code.expose()),
        ("client_id", &sign_in.client_id),
    ]);
    let (mut pause, mut lost) = (grant.pause, 0);
    loop {
        let next = Instant::now() + Duration::from_secs(pause);
        if next > ends {
            return Err(NoToken::new("expired_token", ""));
        }
        sleep_until(next).await;
        match https::ask(context, &token, Some(&form), limit).await {
            Ok(answer) => match read_token(&answer) {
                Poll::Token(token) => return Ok(token),
                Poll::Pending => lost = 0,
                Poll::Slower => {
                    pause = (pause + SLOWER).min(60);
                    lost = 0;
                }
                Poll::Failed(why) => return Err(why),
            },
            // As section 3.5 asks: back off where the authority is not reached.
            Err(problem) => {
                lost += 1;
                pause = (pause * 2).min(60);
                if lost >= MAX_LOST {
                    return Err(unreachable(problem));
                }
            }
        }
    }
}

/// What the authority grants: codes and how often to ask.
struct Grant {
    device_code: Secret,
    prompt: Prompt,
    pause: u64,
}

/// The answer to the first request (section 3.2).
fn read_grant(answer: &Answer) -> Result<Grant, NoToken> {
    let body = json(answer)?;
    if answer.status != 200 {
        return Err(failure(&body, answer.status));
    }
    let text = |name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let page = text("verification_uri").or_else(|| text("verification_url"));
    let (Some(device_code), Some(code), Some(page)) = (text("device_code"), text("user_code"), page) else {
        return Err(NoToken::new("unreadable", "codes or page are missing"));
    };
    // What a person is told to open must be a page of the web, not a program of this computer.
    if !page.starts_with("https://") {
        return Err(NoToken::new("unreadable", "the page to open is no https address"));
    }
    let number = |name: &str| body.get(name).and_then(Value::as_u64);
    Ok(Grant {
        device_code: Secret::new(device_code),
        prompt: Prompt {
            page: short(page),
            code: short(code),
            seconds: number("expires_in").unwrap_or(900),
        },
        pause: number("interval").unwrap_or(PAUSE).clamp(1, 60),
    })
}

/// What an answer to the second request means.
#[derive(Debug)]
enum Poll {
    Token(Secret),
    Pending,
    Slower,
    Failed(NoToken),
}

/// The answer to the second request (RFC 6749, section 5; RFC 8628, section 3.5).
fn read_token(answer: &Answer) -> Poll {
    let body = match json(answer) {
        Ok(body) => body,
        Err(why) => return Poll::Failed(why),
    };
    if answer.status == 200 {
        return match body.get("access_token").and_then(Value::as_str) {
            Some(token) if !token.is_empty() => Poll::Token(Secret::new(token)),
            _ => Poll::Failed(NoToken::new("unreadable", "there is no access token in it")),
        };
    }
    match body.get("error").and_then(Value::as_str) {
        Some("authorization_pending") => Poll::Pending,
        Some("slow_down") => Poll::Slower,
        _ => Poll::Failed(failure(&body, answer.status)),
    }
}

fn json(answer: &Answer) -> Result<Value, NoToken> {
    serde_json::from_slice(&answer.body)
        .map_err(|_| NoToken::new("unreadable", format!("HTTP {}", answer.status)))
}

/// A refusal in the authority's words.
fn failure(body: &Value, status: u16) -> NoToken {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(short);
    NoToken {
        error: text("error").unwrap_or_else(|| "unreadable".to_owned()),
        description: text("error_description").unwrap_or_else(|| format!("HTTP {status}")),
    }
}

fn short(text: &str) -> String {
    clean(text.as_bytes()).chars().take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.as_bytes().to_vec(),
            ..Answer::default()
        }
    }

    #[test]
    fn codes_and_pace_come_from_the_authority_within_bounds() {
        let body = r#"{"device_code":"secret-code","user_code":"ABCD-EFGH","verification_uri":"https://example.test/device","expires_in":600,"interval":900}"#;
        let grant = read_grant(&answer(200, body)).ok().unwrap();
        assert_eq!((grant.prompt.code.as_str(), grant.pause), ("ABCD-EFGH", 60));
        let shown = format!("{:?}", grant.device_code);
        assert_eq!(shown, "[secret]");
    }

    #[test]
    fn a_page_that_is_no_web_page_is_not_shown() {
        for page in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "http://example.test/",
        ] {
            let body = format!(r#"{{"device_code":"c","user_code":"u","verification_uri":"{page}"}}"#);
            assert_eq!(read_grant(&answer(200, &body)).err().unwrap().error, "unreadable");
        }
    }

    #[test]
    fn every_word_of_the_standard_is_read() {
        let poll = |status, error: &str| read_token(&answer(status, &format!("{{\"error\":\"{error}\"}}")));
        assert!(matches!(poll(400, "authorization_pending"), Poll::Pending));
        assert!(matches!(poll(400, "slow_down"), Poll::Slower));
        for word in [
            "access_denied",
            "expired_token",
            "invalid_grant",
            "invalid_client",
        ] {
            assert!(
                matches!(poll(400, word), Poll::Failed(why) if why.error == word),
                "{word}"
            );
        }
        let token = read_token(&answer(200, r#"{"access_token":"t0ken","token_type":"Bearer"}"#));
        assert!(matches!(&token, Poll::Token(secret) if secret.expose() == "t0ken"));
        assert!(!format!("{token:?}").contains("t0ken"));
    }

    #[test]
    fn what_is_no_answer_of_oauth_is_said_so() {
        for (status, body) in [(200, "<html>portal</html>"), (200, "{}"), (502, ""), (200, "[]")] {
            assert!(
                matches!(read_token(&answer(status, body)), Poll::Failed(why) if why.error == "unreadable"),
                "{body}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_answer_of_an_authority_is_shown_at_length_or_with_commands(
            status in proptest::num::u16::ANY,
            field in proptest::sample::select(vec!["error", "error_description", "user_code", "verification_uri", "interval"]),
            value in "\\PC{0,900}|[\u{0}-\u{1f}\u{202e}]{0,40}",
        ) {
            let mut body = serde_json::json!({
                "device_code": "c", "user_code": "u", "verification_uri": "https://example.test/", "error": "e",
            });
            body[field] = value.into();
            let answer = answer(status, &body.to_string());
            let shown = match read_grant(&answer) {
                Ok(grant) => {
                    proptest::prop_assert!((1..=60).contains(&grant.pause));
                    proptest::prop_assert!(grant.prompt.page.starts_with("https://"));
                    grant.prompt.page + &grant.prompt.code
                }
                Err(why) => why.error + &why.description,
            };
            proptest::prop_assert!(shown.chars().count() <= 2 * MAX_TEXT);
            let harmful = shown.contains(['\u{1b}', '\u{0}', '\u{202e}', '\n']);
            proptest::prop_assert!(!harmful);
            let _ = read_token(&answer);
        }

        #[test]
        fn no_bytes_make_the_reading_of_an_authority_panic(
            status in proptest::num::u16::ANY,
            body in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
        ) {
            let answer = Answer { status, body, ..Answer::default() };
            let _ = (read_grant(&answer).is_ok(), read_token(&answer));
        }
    }
}
