//! Mail servers that the listener can play, and what a computer's user has to do so that it is heard.

use super::Mark;
use serde::Deserialize;

/// A mail server that the listener can play.
#[derive(Debug, Clone, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Stable id, such as `accept-all`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Text of the greeting; `{host}` stands for the listener's name, `{address}` for its address.
    pub greeting: String,
    /// First line of the answer to EHLO; `{host}` and `{client}` are filled.
    #[serde(default = "host")]
    pub hello: String,
    /// What the EHLO answer lists besides SIZE, STARTTLS and AUTH.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The reply to HELO or EHLO without a name; a name is not asked for where there is none.
    #[serde(default)]
    pub nameless_refusal: Option<String>,
    /// The reply to mail commands before EHLO, also after TLS began; they are accepted where there is none.
    #[serde(default)]
    pub hello_demand: Option<String>,
    /// Whether STARTTLS is offered.
    pub starttls: bool,
    /// The reply to mail commands outside TLS; they are accepted where there is none.
    #[serde(default)]
    pub plain_refusal: Option<String>,
    /// Whether the connection is closed after that reply.
    #[serde(default)]
    pub close_after_refusal: bool,
    /// Login mechanisms offered.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Whether a login is offered outside TLS, too.
    #[serde(default)]
    pub login_in_plain: bool,
    /// The reply to MAIL FROM without a login; it is accepted where there is none.
    #[serde(default)]
    pub login_demand: Option<String>,
    /// The reply to a message with bare line feeds; it is accepted where there is none.
    #[serde(default)]
    pub bare_lf_refusal: Option<String>,
    /// SIZE stated, in bytes.
    #[serde(default)]
    pub size: Option<u64>,
    /// The positive replies, where they differ from the plain ones.
    #[serde(default)]
    pub wording: Wording,
    /// Host of the real service that it stands for: what it refuses, that service would refuse as well.
    #[serde(default)]
    pub service: Option<String>,
    /// True where a copier's reception is played, so that the client is the sending mail server.
    #[serde(default)]
    pub receiving: bool,
    /// What the panel of such a copier shows after a plain mail command was refused.
    #[serde(default)]
    pub panel_plain_refused: Option<String>,
    /// What the panel of such a copier shows after a TLS negotiation failed.
    #[serde(default)]
    pub panel_tls_failed: Option<String>,
    /// What it is good for.
    pub note: String,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

fn host() -> String {
    "{host}".to_owned()
}

/// Positive replies, with their codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wording {
    /// To STARTTLS.
    pub starttls: String,
    /// To a login.
    pub login: String,
    /// To MAIL FROM.
    pub mail: String,
    /// To RCPT TO.
    pub rcpt: String,
    /// To DATA.
    pub data: String,
    /// To the end of the message.
    pub taken: String,
    /// To QUIT.
    pub quit: String,
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            starttls: "220 2.0.0 Ready to start TLS".to_owned(),
            login: "235 2.7.0 Accepted".to_owned(),
            mail: "250 2.1.0 Sender ok".to_owned(),
            rcpt: "250 2.1.5 Recipient ok".to_owned(),
            data: "354 End with a dot on a line by itself".to_owned(),
            taken: "250 2.6.0 Taken and thrown away".to_owned(),
            quit: "221 2.0.0 Goodbye".to_owned(),
        }
    }
}

/// What stands between a copier and a listening computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListenObstacle {
    /// A firewall on this computer.
    Firewall,
    /// A port that only an administrator may open.
    PrivilegedPort,
    /// A port that another program holds.
    PortInUse,
}

/// What to do about an obstacle on one kind of computer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenAdvice {
    /// Stable id.
    pub id: String,
    /// `windows`, `macos` or `linux`, as `std::env::consts::OS` says it.
    pub os: String,
    /// About what.
    pub about: ListenObstacle,
    /// What to do.
    pub title: String,
    /// How.
    pub detail: String,
    /// A command to copy; `{port}`, `{address}` and `{program}` are filled.
    #[serde(default)]
    pub command: Option<String>,
    /// A command that takes it back.
    #[serde(default)]
    pub undo: Option<String>,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}
