//! The server's side of a login: prompts, and the user name out of the answers. Passwords are dropped unread.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};

/// Devices forget padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A login under way.
#[derive(Debug)]
pub struct Login {
    mechanism: String,
    step: u8,
    user: Option<String>,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask for more with this 334 text.
    Prompt(&'static str),
    /// It is over; the user name where one was seen.
    Done(Option<String>),
    /// A mechanism that cannot be played.
    Unknown,
}

impl Login {
    /// Begins with the arguments of AUTH: the mechanism and perhaps a first answer.
    pub fn begin(arguments: &str) -> (Self, Next) {
        let mut words = arguments.split_whitespace();
        let login = Self {
            mechanism: words.next().unwrap_or_default().to_ascii_uppercase(),
            step: 0,
            user: None,
        };
        let mut login = login;
        let first = words.next();
        let next = match (login.mechanism.as_str(), first) {
            ("LOGIN", None) => Next::Prompt("VXNlcm5hbWU6"),
            ("PLAIN" | "XOAUTH2" | "OAUTHBEARER", None) => Next::Prompt(""),
            // RFC 2195: a challenge in the form of a message id, the same every time; nothing is checked.
            ("CRAM-MD5", None) => Next::Prompt("PDEuMUBsaXN0ZW5lci5pbnZhbGlkPg=="),
            ("LOGIN" | "PLAIN" | "XOAUTH2" | "OAUTHBEARER", Some(answer)) => login.answer(answer),
            _ => Next::Unknown,
        };
        (login, next)
    }

    /// The mechanism, upper case.
    pub fn mechanism(&self) -> &str {
        &self.mechanism
    }

    /// Takes a line of the device's.
    pub fn answer(&mut self, line: &str) -> Next {
        let bytes = BASE64.decode(line.trim()).unwrap_or_default();
        self.step += 1;
        match self.mechanism.as_str() {
            "LOGIN" if self.step == 1 => {
                self.user = name(&bytes);
                Next::Prompt("UGFzc3dvcmQ6")
            }
            "LOGIN" => Next::Done(self.user.take()),
            "PLAIN" => Next::Done(bytes.split(|&b| b == 0).nth(1).and_then(name)),
            "CRAM-MD5" => Next::Done(bytes.split(|&b| b == b' ').next().and_then(name)),
            _ => Next::Done(
                bytes
                    .split(|&b| b == 1 || b == b',')
                    .find_map(|part| part.strip_prefix(b"user=").or_else(|| part.strip_prefix(b"a=")))
                    .and_then(name),
            ),
        }
    }
}

/// A user name, cleaned and cut.
fn name(bytes: &[u8]) -> Option<String> {
    let text: String = String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_in_two_steps_and_with_the_name_in_the_first_line() {
        let (mut login, next) = Login::begin("LOGIN");
        assert_eq!(next, Next::Prompt("VXNlcm5hbWU6"));
        assert_eq!(login.answer("c2Nhbg=="), Next::Prompt("UGFzc3dvcmQ6"));
        assert_eq!(login.answer("c2VjcmV0"), Next::Done(Some("scan".to_owned())));
        let (_, next) = Login::begin("login c2Nhbg");
        assert_eq!(next, Next::Prompt("UGFzc3dvcmQ6"));
    }

    #[test]
    fn plain_gives_the_user_and_never_the_password() {
        let (login, next) = Login::begin("PLAIN AHNjYW4Ac2VjcmV0");
        assert_eq!(next, Next::Done(Some("scan".to_owned())));
        assert!(!format!("{login:?}").contains("secret"));
    }

    #[test]
    fn a_token_login_gives_the_user() {
        let line = BASE64.encode("user=scan@example.test\u{1}auth=Bearer abc\u{1}\u{1}");
        let (_, next) = Login::begin(&format!("XOAUTH2 {line}"));
        assert_eq!(next, Next::Done(Some("scan@example.test".to_owned())));
    }

    #[test]
    fn ntlm_cannot_be_played() {
        assert_eq!(Login::begin("NTLM TlRMTVNTUAAB").1, Next::Unknown);
    }
}
