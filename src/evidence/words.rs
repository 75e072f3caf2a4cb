//! The small words that facts are made of, each a stable word in JSON and in signs.

use serde::Serialize;

/// Signs that something between the two ends rewrites the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rewriting {
    /// The greeting is asterisks.
    BannerMasked,
    /// An EHLO keyword is a row of X.
    KeywordMasked,
    /// STARTTLS is not listed, although the service always offers it.
    StartTlsStripped,
    /// STARTTLS is not listed, yet the command is accepted: taken out on the way, or a server that keeps it quiet.
    StartTlsUnlisted,
    /// AUTH is missing inside TLS on a service that always offers it.
    AuthStripped,
    /// The greeting names a mail proxy or security product instead of the service.
    ProxyGreeting,
    /// An address at which nobody is (RFC 5737) greets as a mail server.
    AnswersForNobody,
    /// A port that the service does not have answers with the service's own greeting.
    TransparentProxy,
}

/// What an open port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PortKind {
    /// SMTP in plain text, without STARTTLS in its list.
    Plain,
    /// SMTP in plain text that offers STARTTLS.
    #[serde(rename = "starttls")]
    StartTls,
    /// TLS from the first byte.
    ImplicitTls,
    /// SMTP that turns this computer away before it lists anything.
    TurnedAway,
    /// Something that is not SMTP.
    OtherProtocol,
    /// Neither a greeting nor an answer to a TLS hello within the time limit.
    Silent,
}

impl PortKind {
    /// In words, for a row of a table.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Plain => "SMTP without STARTTLS",
            Self::StartTls => "SMTP with STARTTLS",
            Self::ImplicitTls => "TLS from the first byte",
            Self::TurnedAway => "SMTP, and turns us away",
            Self::OtherProtocol => "not SMTP",
            Self::Silent => "open and silent",
        }
    }
}

/// In which way settings do not fit each other or the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unfit {
    /// The port does not speak that kind of encryption, or is not offered at all.
    PortAndEncryption,
    /// The service demands encryption there, and none is set.
    EncryptionNeeded,
    /// The service has no login there, and one is set.
    LoginNotThere,
    /// The service demands a login there, and none is set.
    LoginNeeded,
}

/// How a copier's own mail server is set to use TLS, from what it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceptionSetting {
    /// STARTTLS is not offered.
    Off,
    /// STARTTLS is offered, plain text is taken too.
    Optional,
    /// Plain text is refused with 530.
    Required,
    /// STARTTLS is offered; whether plain text is taken was not seen.
    Offered,
}

/// What an SPF record says of an address (RFC 7208, section 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpfResult {
    /// There is no record.
    None,
    /// The record says nothing either way.
    Neutral,
    /// The address may send for the domain.
    Pass,
    /// The address may not send for the domain.
    Fail,
    /// The address probably may not.
    SoftFail,
    /// DNS failed for the moment.
    TempError,
    /// The record cannot be read, or asks for more look-ups than are allowed.
    PermError,
    /// The record hangs on what only a real message shows: a macro, `exists` or `ptr`.
    Undecided,
}

/// What an access token says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenState {
    /// Nothing speaks against it.
    Fits,
    /// It cannot be read; only its maker can.
    Opaque,
    /// It has ended.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// It is made out for another account than the user name.
    OtherAccount,
    /// It is made out for another service.
    WrongAudience,
    /// It does not hold the permission to send mail.
    WrongScope,
}
