//! Logins (RFC 4954): PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), XOAUTH2 and OAUTHBEARER (RFC 7628), in the
//! form the server offers.

use super::command::Outgoing;
use crate::secret::Secret;
use crate::wire::reply::{Reply, clean};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use std::fmt::Write as _;

/// A login mechanism that this program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// User and password in one answer.
    Plain,
    /// User and password, each asked for.
    Login,
    /// The password as the key of a digest over the server's challenge.
    CramMd5,
    /// An OAuth 2.0 access token, in the form that Google made.
    XOAuth2,
    /// An OAuth 2.0 access token, in the standard's form.
    OAuthBearer,
}

impl Mechanism {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
            Self::XOAuth2 => "XOAUTH2",
            Self::OAuthBearer => "OAUTHBEARER",
        }
    }

    /// The mechanisms that go with a password or with a token, the best first.
    pub const fn wanted(token: bool) -> &'static [Self] {
        if token {
            &[Self::XOAuth2, Self::OAuthBearer]
        } else {
            &[Self::Plain, Self::Login, Self::CramMd5]
        }
    }

    /// The first that the server offers.
    pub fn choose(offered: &[String], token: bool) -> Option<Self> {
        Self::wanted(token)
            .iter()
            .copied()
            .find(|m| offered.iter().any(|o| o == m.name()))
    }
}

/// A login under way: what to send first, and what to answer to each `334`.
#[derive(Debug)]
pub struct Login<'a> {
    mechanism: Mechanism,
    user: &'a str,
    secret: &'a Secret,
    prompts: u8,
    answered: bool,
    reason: Option<String>,
}

/// Longest command line that every server takes (RFC 5321, section 4.5.3.1.4), without its end.
const COMMAND_LINE: usize = 510;

impl<'a> Login<'a> {
    /// A login with this mechanism.
    pub const fn new(mechanism: Mechanism, user: &'a str, secret: &'a Secret) -> Self {
        Self {
            mechanism,
            user,
            secret,
            prompts: 0,
            answered: false,
            reason: None,
        }
    }

    /// The reason that the server put into its challenge to a token, decoded and cleaned; a JSON document as a rule.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// The AUTH command, with the answer in it where the mechanism and its length allow.
    pub fn command(&mut self) -> Outgoing {
        let name = self.mechanism.name();
        let with_answer = format!("AUTH {name} {}", STANDARD.encode(self.answer()));
        let fits = match self.mechanism {
            Mechanism::Plain => with_answer.len() <= COMMAND_LINE,
            Mechanism::Login | Mechanism::CramMd5 => false,
            Mechanism::XOAuth2 | Mechanism::OAuthBearer => true,
        };
        if fits {
            self.answered = true;
            Outgoing::masked(with_answer, format!("AUTH {name} [secret]"))
        } else {
            Outgoing::line(format!("AUTH {name}"))
        }
    }

    /// The answer to a `334`; none where the server asks for more than there is to say.
    pub fn next(&mut self, challenge: &Reply) -> Option<Outgoing> {
        self.prompts += 1;
        match (self.mechanism, self.prompts) {
            (Mechanism::Login, 1) if !asks_for_password(challenge) => {
                let shown = format!("[user name] {}", self.user);
                Some(Outgoing::masked(STANDARD.encode(self.user), shown))
            }
            (Mechanism::Login, 1 | 2) if !self.answered => {
                self.answered = true;
                Some(Outgoing::masked(
                    STANDARD.encode(self.secret.expose()),
                    "[secret]",
                ))
            }
            (Mechanism::Plain, 1) if !self.answered => {
                self.answered = true;
                Some(Outgoing::masked(STANDARD.encode(self.answer()), "[secret]"))
            }
            (Mechanism::CramMd5, 1) => {
                self.answered = true;
                let digest = cram_md5(self.user, self.secret, challenge)?;
                Some(Outgoing::masked(digest, "[user name and digest]"))
            }
            // The server put its reason into the challenge; an empty line fetches the reply itself.
            (Mechanism::XOAuth2, 1) => {
                self.reason = reason(challenge);
                Some(Outgoing::line(String::new()))
            }
            // As RFC 7628, section 3.2.3, has it: one control-A.
            (Mechanism::OAuthBearer, 1) => {
                self.reason = reason(challenge);
                Some(Outgoing::line(STANDARD.encode("\u{1}")))
            }
            _ => None,
        }
    }

    /// Every form in which the secret goes over the wire, so that a server's echo can be masked.
    pub fn masks(&self) -> Vec<String> {
        masks(self.user, self.secret)
    }

    /// The whole answer of the mechanisms that give it at once.
    fn answer(&self) -> String {
        answer(self.mechanism, self.user, self.secret)
    }
}

/// The whole answer of a mechanism that gives it at once.
fn answer(mechanism: Mechanism, user: &str, secret: &Secret) -> String {
    let secret = secret.expose();
    match mechanism {
        Mechanism::Plain | Mechanism::Login | Mechanism::CramMd5 => format!("\0{user}\0{secret}"),
        Mechanism::OAuthBearer => {
            // Commas and equals signs are written otherwise in a name (RFC 5801, section 4).
            let user = user.replace('=', "=3D").replace(',', "=2C");
            format!("n,a={user},\u{1}auth=Bearer {secret}\u{1}\u{1}")
        }
        Mechanism::XOAuth2 => format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}"),
    }
}

/// Every form in which a login's secret can come back from a server, the longest first.
pub fn masks(user: &str, secret: &Secret) -> Vec<String> {
    let mut all = vec![
        secret.expose().to_owned(),
        STANDARD.encode(secret.expose()),
        STANDARD.encode(answer(Mechanism::Plain, user, secret)),
        STANDARD.encode(answer(Mechanism::XOAuth2, user, secret)),
        STANDARD.encode(answer(Mechanism::OAuthBearer, user, secret)),
    ];
    let bare: Vec<String> = all.iter().map(|m| m.trim_end_matches('=').to_owned()).collect();
    all.extend(bare);
    all.retain(|mask| mask.len() >= 4);
    all.sort_by_key(|mask| std::cmp::Reverse(mask.len()));
    all
}

/// The answer to a CRAM-MD5 challenge; none where the challenge cannot be read.
fn cram_md5(user: &str, secret: &Secret, challenge: &Reply) -> Option<String> {
    let challenge = STANDARD.decode(challenge.text().trim()).ok()?;
    let digest = cram_digest(secret.expose().as_bytes(), &challenge);
    Some(STANDARD.encode(format!("{user} {digest}")))
}

/// What CRAM-MD5 proves a password with: HMAC-MD5 of the challenge under it, in hexadecimal digits.
pub fn cram_digest(password: &[u8], challenge: &[u8]) -> String {
    let mut digest = String::new();
    // HMAC takes a key of any length.
    if let Ok(mut mac) = Hmac::<Md5>::new_from_slice(password) {
        mac.update(challenge);
        for byte in mac.finalize().into_bytes() {
            let _ = write!(digest, "{byte:02x}");
        }
    }
    digest
}

/// A challenge's text, cleaned and bounded.
fn reason(challenge: &Reply) -> Option<String> {
    let bytes = STANDARD.decode(challenge.text().trim()).ok()?;
    let text: String = clean(&bytes).chars().take(MAX_REASON).collect();
    (!text.is_empty()).then_some(text)
}

/// Characters of a reason that are kept.
const MAX_REASON: usize = 1000;

/// Whether a LOGIN prompt asks for the password although none was asked for before.
fn asks_for_password(challenge: &Reply) -> bool {
    STANDARD
        .decode(challenge.text())
        .is_ok_and(|text| text.to_ascii_lowercase().starts_with(b"pass"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(text: &str) -> Reply {
        Reply::new(334, vec![STANDARD.encode(text)])
    }

    #[test]
    fn a_token_wants_xoauth2_and_a_password_the_others() {
        let offered = ["LOGIN".to_owned(), "XOAUTH2".to_owned()];
        assert_eq!(Mechanism::choose(&offered, false), Some(Mechanism::Login));
        assert_eq!(Mechanism::choose(&offered, true), Some(Mechanism::XOAuth2));
        assert_eq!(Mechanism::choose(&["GSSAPI".to_owned()], false), None);
    }

    #[test]
    fn plain_answers_at_once_and_never_shows_it() {
        let secret = Secret::new("hunter2");
        let out = Login::new(Mechanism::Plain, "scan", &secret).command();
        assert_eq!(out.wire(), "AUTH PLAIN AHNjYW4AaHVudGVyMg==");
        assert_eq!(out.shown(), "AUTH PLAIN [secret]");
        assert!(!format!("{out:?}").contains("AHNjYW4AaHVudGVyMg"));
    }

    #[test]
    fn a_long_password_waits_for_the_prompt() {
        let secret = Secret::new("p".repeat(500));
        let mut login = Login::new(Mechanism::Plain, "scan", &secret);
        assert_eq!(login.command().wire(), "AUTH PLAIN");
        assert_eq!(login.next(&prompt("")).unwrap().shown(), "[secret]");
        assert!(login.next(&prompt("")).is_none());
    }

    #[test]
    fn login_gives_user_then_password_whatever_the_prompts_say() {
        let secret = Secret::new("hunter2");
        let mut login = Login::new(Mechanism::Login, "scan", &secret);
        assert_eq!(login.command().wire(), "AUTH LOGIN");
        assert_eq!(login.next(&prompt("User Name\0")).unwrap().wire(), "c2Nhbg==");
        let password = login.next(&prompt("Password:")).unwrap();
        assert_eq!((password.wire(), password.shown()), ("aHVudGVyMg==", "[secret]"));
        assert!(login.next(&prompt("More:")).is_none());
    }

    #[test]
    fn xoauth2_fetches_the_reason_with_an_empty_line() {
        let token = Secret::new("ya29.token");
        let mut login = Login::new(Mechanism::XOAuth2, "scan", &token);
        assert_eq!(login.command().shown(), "AUTH XOAUTH2 [secret]");
        assert_eq!(login.next(&prompt("{\"status\":\"400\"}")).unwrap().wire(), "");
        assert_eq!(login.reason(), Some("{\"status\":\"400\"}"));
        assert!(login.next(&prompt("")).is_none());
    }

    #[test]
    fn cram_md5_answers_the_example_of_its_standard() {
        let secret = Secret::new("tanstaaftanstaaf");
        let mut login = Login::new(Mechanism::CramMd5, "tim", &secret);
        assert_eq!(login.command().wire(), "AUTH CRAM-MD5");
        let challenge = prompt("<1896.697170952@postoffice.reston.mci.net>");
        let answer = login.next(&challenge).unwrap();
        let answer = STANDARD.decode(answer.wire()).unwrap();
        assert_eq!(answer, b"tim b913a602c7eda7a495b4e6e7334d3890");
        assert!(login.next(&challenge).is_none());
    }

    #[test]
    fn the_standards_token_form_escapes_the_name_and_ends_a_refusal_as_it_asks() {
        let token = Secret::new("ya29.token");
        let mut login = Login::new(Mechanism::OAuthBearer, "a,b=c", &token);
        let line = login.command();
        let sent = line.wire().strip_prefix("AUTH OAUTHBEARER ").unwrap();
        let sent = String::from_utf8(STANDARD.decode(sent).unwrap()).unwrap();
        assert_eq!(sent, "n,a=a=2Cb=3Dc,\u{1}auth=Bearer ya29.token\u{1}\u{1}");
        assert_eq!(
            login
                .next(&prompt("{\"status\":\"invalid_token\"}"))
                .unwrap()
                .wire(),
            "AQ=="
        );
        assert!(
            login
                .masks()
                .iter()
                .any(|mask| line.wire().contains(mask.as_str()))
        );
    }

    #[test]
    fn a_server_with_only_a_challenge_mechanism_or_tickets_is_told_apart() {
        let offered = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            Mechanism::choose(&offered(&["CRAM-MD5"]), false),
            Some(Mechanism::CramMd5)
        );
        assert_eq!(
            Mechanism::choose(&offered(&["OAUTHBEARER"]), true),
            Some(Mechanism::OAuthBearer)
        );
        for only in [&["NTLM", "GSSAPI"][..], &["SCRAM-SHA-256"], &["XOAUTH2"]] {
            assert_eq!(Mechanism::choose(&offered(only), false), None, "{only:?}");
        }
        assert_eq!(Mechanism::choose(&offered(&["LOGIN", "PLAIN"]), true), None);
    }
}
