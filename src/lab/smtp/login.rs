//! The exchange within an AUTH command (RFC 4954): challenges out, a name and a password in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smtp_proto::{AUTH_CRAM_MD5, AUTH_LOGIN, AUTH_OAUTHBEARER, AUTH_PLAIN, AUTH_XOAUTH2};

/// What the server waits for.
#[derive(Debug, PartialEq, Eq)]
pub enum Login {
    /// `LOGIN`: the user name.
    User,
    /// `LOGIN`: the password that belongs to this user name.
    Password(String),
    /// `PLAIN`: both at once (RFC 4616).
    Plain,
    /// `CRAM-MD5`: the user name and a digest of challenge and password (RFC 2195).
    Digest,
    /// `XOAUTH2`: user name and token.
    Token,
    /// `OAUTHBEARER`: the same in the standard's form (RFC 7628).
    Bearer,
    /// The client's empty answer to the reason of a refusal.
    Acknowledged,
}

/// What an answer of the client leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// One more challenge.
    Challenge(Login),
    /// Name and password are known.
    Complete {
        /// User name.
        user: String,
        /// Password or token.
        password: String,
    },
    /// The user name is known, and what proves the password without showing it.
    Proof {
        /// User name.
        user: String,
        /// HMAC-MD5 of [`CHALLENGE`] under the password, in hexadecimal digits.
        digest: String,
    },
    /// The client has heard why its token is refused.
    Acknowledged,
    /// The client gave up.
    Aborted,
    /// The answer cannot be read.
    Unreadable,
}

impl Login {
    /// Begins with a mechanism by its number; `None` where the lab does not know it.
    pub const fn begin(mechanism: u64) -> Option<Self> {
        match mechanism {
            AUTH_LOGIN => Some(Self::User),
            AUTH_PLAIN => Some(Self::Plain),
            AUTH_CRAM_MD5 => Some(Self::Digest),
            AUTH_XOAUTH2 => Some(Self::Token),
            AUTH_OAUTHBEARER => Some(Self::Bearer),
            _ => None,
        }
    }

    /// The mechanism's name in the list of extensions.
    pub const fn mechanism(&self) -> &'static str {
        match self {
            Self::User | Self::Password(_) => "LOGIN",
            Self::Plain => "PLAIN",
            Self::Digest => "CRAM-MD5",
            Self::Token | Self::Acknowledged => "XOAUTH2",
            Self::Bearer => "OAUTHBEARER",
        }
    }

    /// The challenge. `LOGIN` asks in the usual words; some copiers know no others.
    pub fn prompt(&self) -> String {
        match self {
            Self::User => "334 VXNlcm5hbWU6".to_owned(),
            Self::Password(_) => "334 UGFzc3dvcmQ6".to_owned(),
            Self::Digest => format!("334 {}", STANDARD.encode(CHALLENGE)),
            Self::Plain | Self::Token | Self::Bearer | Self::Acknowledged => "334 ".to_owned(),
        }
    }

    /// Takes the client's answer.
    pub fn answer(self, line: &[u8]) -> Progress {
        let line = line.trim_ascii();
        if line == b"*" {
            return Progress::Aborted;
        }
        let Ok(bytes) = STANDARD.decode(line) else {
            return Progress::Unreadable;
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (user, password) = match self {
            Self::User => return Progress::Challenge(Self::Password(text)),
            Self::Password(user) => (user, text),
            Self::Plain => {
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            Self::Digest => {
                let Some((user, digest)) = text.rsplit_once(' ') else {
                    return Progress::Unreadable;
                };
                let (user, digest) = (user.to_owned(), digest.to_owned());
                return Progress::Proof { user, digest };
            }
            Self::Acknowledged => return Progress::Acknowledged,
            Self::Token | Self::Bearer => {
                let part = |name: &str| {
                    let found = text.split('\u{1}').find_map(|part| part.strip_prefix(name));
                    found.unwrap_or_default().to_owned()
                };
                let named = part("user=");
                let user = if named.is_empty() {
                    part("n,a=")
                        .trim_end_matches(',')
                        .replace("=2C", ",")
                        .replace("=3D", "=")
                } else {
                    named
                };
                (user, part("auth=Bearer "))
            }
        };
        Progress::Complete { user, password }
    }
}

/// What `CRAM-MD5` has the client sign. A real server makes a new one each time; the lab guards nothing.
pub const CHALLENGE: &str = "<2017.1004@lab.scanmedic.invalid>";

#[cfg(test)]
mod tests {
    use super::*;

    /// A complete login.
    fn complete(user: &str, password: &str) -> Progress {
        Progress::Complete {
            user: user.to_owned(),
            password: password.to_owned(),
        }
    }

    #[test]
    fn each_mechanism_brings_a_name_and_a_password() {
        let plain = STANDARD.encode("\0scan\0secret");
        assert_eq!(Login::Plain.answer(plain.as_bytes()), complete("scan", "secret"));
        let token = STANDARD.encode("user=scan\u{1}auth=Bearer t0ken\u{1}\u{1}");
        assert_eq!(Login::Token.answer(token.as_bytes()), complete("scan", "t0ken"));
        let Progress::Challenge(next) = Login::User.answer(b"c2Nhbg==\r\n") else {
            panic!("no second challenge");
        };
        assert_eq!(next.prompt(), "334 UGFzc3dvcmQ6".to_owned());
        assert_eq!(next.answer(b"c2VjcmV0\r\n"), complete("scan", "secret"));
    }

    #[test]
    fn a_digest_stands_behind_the_last_space() {
        let answer = STANDARD.encode("scan er 0123abcd");
        let proof = Progress::Proof {
            user: "scan er".to_owned(),
            digest: "0123abcd".to_owned(),
        };
        assert_eq!(Login::Digest.answer(answer.as_bytes()), proof);
        assert_eq!(
            Login::Digest.answer(STANDARD.encode("scan").as_bytes()),
            Progress::Unreadable
        );
    }

    #[test]
    fn a_star_gives_up_and_nonsense_is_told() {
        assert_eq!(Login::Plain.answer(b"*\r\n"), Progress::Aborted);
        assert_eq!(Login::Plain.answer(b"not base64\r\n"), Progress::Unreadable);
        assert_eq!(Login::Plain.answer(b""), complete("", ""));
    }
}
