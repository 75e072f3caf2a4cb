//! Typed facts about a case: what was seen, at which gate, of whom, by what, and when.

use crate::gate::Gate;
use crate::wire::reply::Reply;
use crate::wire::tls::{TlsVersion, VersionAnswer};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};

/// Whom a piece of evidence speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// What the copier did or can do.
    Device,
    /// What this program's own probe got.
    Laptop,
    /// What the mail service does, whoever asks.
    Service,
}

/// How a piece of evidence came to be known; it bounds how sure a verdict built on it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Measured by a probe or read from a recording.
    Observed,
    /// A *confirmed* fact of the knowledge files, such as a firmware's highest TLS version.
    KnownConfirmed,
    /// An *inferred* fact of the knowledge files.
    KnownInferred,
    /// Said by a person: a setting typed in, a symptom read from a panel.
    Stated,
}

/// A step of the SMTP dialogue, in the order in which a client takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The TCP connection.
    Connect,
    /// The server's greeting.
    Greeting,
    /// EHLO, or HELO where EHLO is unknown.
    Ehlo,
    /// The STARTTLS command and its reply.
    StartTls,
    /// The TLS handshake.
    Handshake,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// The DATA command.
    Data,
    /// The dot that ends the message.
    EndOfData,
    /// After the dialogue: a bounce, or a reply whose place is not known.
    Later,
}

impl Stage {
    /// The gate at which a reply at this stage is heard.
    pub const fn gate(self) -> Gate {
        match self {
            Self::Connect => Gate::Connect,
            Self::Greeting | Self::Ehlo => Gate::Greet,
            Self::StartTls | Self::Handshake => Gate::Encrypt,
            Self::Auth => Gate::Authenticate,
            Self::Mail => Gate::Sender,
            Self::Rcpt => Gate::Recipient,
            Self::Data | Self::EndOfData => Gate::Content,
            Self::Later => Gate::Deliver,
        }
    }

    /// What a technician calls this step, such as `RCPT TO`.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Connect => "the connection",
            Self::Greeting => "the greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::EndOfData => "the end of DATA",
            Self::Later => "delivery",
        }
    }
}

/// Why a TCP connection did not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectFailure {
    /// The host answered that nothing listens there (RST).
    Refused,
    /// No answer within the time limit.
    TimedOut,
    /// No route, or the network says that the host cannot be reached.
    Unreachable,
}

/// How a standing connection ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Nothing came within the time limit.
    TimedOut,
    /// The peer closed the connection.
    Closed,
    /// The connection was reset.
    Reset,
}

/// Why a TLS handshake failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsFailure {
    /// The peer sent this alert (RFC 8446, section 6), such as `protocol_version`.
    Alert(String),
    /// The peer answered, but with no version that both sides speak.
    NoCommonVersion,
    /// No cipher suite that both sides speak.
    NoCommonCipher,
    /// The peer closed, reset or fell silent without a word.
    BrokenOff(Loss),
    /// What came was not TLS.
    NotTls,
    /// Anything else, in the TLS library's words.
    Other(String),
}

/// What is wrong with a certificate, judged at the time of the probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateProblem {
    /// No chain to a public root or to a root of this computer.
    Untrusted,
    /// The chain ends in a root that only this computer trusts.
    Intercepted,
    /// The time of validity is over.
    Expired,
    /// The time of validity has not begun.
    NotYetValid,
    /// None of its names is the server's name.
    NameMismatch,
    /// Its key or signature is too weak for today's clients.
    Weak,
}

/// The facts of a certificate that people ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CertificateFacts {
    /// Subject distinguished name.
    pub subject: String,
    /// Issuer distinguished name.
    pub issuer: String,
    /// DNS names and addresses of the subject alternative name.
    pub names: Vec<String>,
    /// Start of validity.
    pub not_before: Option<Timestamp>,
    /// End of validity.
    pub not_after: Option<Timestamp>,
    /// Whether a chain leads to a public root, to the name, at this time.
    pub trusted: bool,
    /// What is wrong with it, most serious first.
    pub problems: Vec<CertificateProblem>,
    /// Key algorithm and size in bits, such as `RSA 2048`.
    pub key: String,
}

/// Signs that something between the two ends rewrites the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rewriting {
    /// The greeting is asterisks.
    BannerMasked,
    /// An EHLO keyword is a row of X.
    KeywordMasked,
    /// STARTTLS is not listed, yet the command is accepted, or the service always offers it.
    StartTlsStripped,
    /// AUTH is missing inside TLS on a service that always offers it.
    AuthStripped,
    /// The greeting names a mail proxy or security product instead of the service.
    ProxyGreeting,
}

/// A typed fact. Its kind (`kind()`) is the stable word in JSON and in the signs of knowledge files.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fact {
    // --- resolve
    /// The name has these addresses.
    Resolved {
        /// The name asked.
        name: String,
        /// All addresses.
        addresses: Vec<IpAddr>,
    },
    /// The name does not exist or has no address.
    NameNotFound {
        /// The name asked.
        name: String,
    },
    /// No name server answered.
    DnsUnreachable {
        /// The name asked.
        name: String,
        /// What went wrong.
        detail: String,
    },
    /// The device's own name server fails where the laptop's succeeds.
    DeviceDnsFails {
        /// The name server set on the device.
        server: IpAddr,
        /// What went wrong.
        detail: String,
    },

    // --- connect
    /// A TCP connection stands.
    Connected {
        /// Where.
        endpoint: SocketAddr,
    },
    /// No TCP connection to the chosen port.
    ConnectFailed {
        /// Port tried.
        port: u16,
        /// Why.
        failure: ConnectFailure,
    },
    /// Another port of the same host, for comparison.
    OtherPort {
        /// Port tried.
        port: u16,
        /// `None` where it is open.
        failure: Option<ConnectFailure>,
    },
    /// The connection broke off or timed out in the middle of the dialogue.
    ConnectionLost {
        /// At which step.
        stage: Stage,
        /// How.
        how: Loss,
    },

    // --- greet
    /// What greeted is not an SMTP server.
    NotSmtp {
        /// The protocol it looks like, where known.
        protocol: Option<String>,
    },
    /// The extensions that the server lists.
    Extensions {
        /// Keywords with their parameters, as listed.
        keywords: Vec<String>,
        /// Whether the list was given inside TLS.
        encrypted: bool,
        /// The client's public address, where the server's EHLO reply echoes it.
        public_address: Option<IpAddr>,
    },
    /// The port speaks the other kind: TLS where plain SMTP was expected, or plain where TLS was.
    WrongPortType {
        /// True where the port speaks TLS from the first byte.
        implicit_tls: bool,
    },
    /// Something rewrites the dialogue on its way.
    Rewritten {
        /// Which sign.
        sign: Rewriting,
    },
    /// A line or reply that breaks the protocol.
    ProtocolViolation {
        /// At which step.
        stage: Stage,
        /// What was wrong.
        detail: String,
    },

    // --- replies, at any stage
    /// A positive reply.
    Accepted {
        /// At which step.
        stage: Stage,
        /// The reply.
        reply: Reply,
    },
    /// A negative reply. Its meaning comes from the reply knowledge.
    Refused {
        /// At which step.
        stage: Stage,
        /// The reply.
        reply: Reply,
    },

    // --- encrypt
    /// STARTTLS is not in the list of extensions.
    StartTlsNotOffered,
    /// The server offers STARTTLS and still answers mail commands in plain text.
    PlainTextAccepted,
    /// The server offers STARTTLS and refuses mail commands in plain text; asked beside an encrypted test.
    PlainTextRefused {
        /// The refusal.
        reply: Reply,
    },
    /// A TLS session stands.
    TlsEstablished {
        /// Negotiated version.
        version: TlsVersion,
        /// Negotiated cipher suite, in the RFC's name.
        suite: String,
    },
    /// No TLS session.
    TlsFailed {
        /// Why.
        failure: TlsFailure,
    },
    /// The server's answer to a hello that offers just one version.
    TlsVersionAnswer {
        /// The version offered.
        version: TlsVersion,
        /// What the server did.
        answer: VersionAnswer,
    },
    /// Plain text came in behind the STARTTLS reply; it was thrown away (RFC 3207, section 6).
    PlainTextInjected {
        /// How many bytes.
        bytes: usize,
    },

    // --- certificate
    /// The server's certificate.
    Certificate(CertificateFacts),
    /// A problem with the server's certificate.
    CertificateProblem {
        /// Which.
        problem: CertificateProblem,
        /// In words, with names or dates.
        detail: String,
    },

    // --- authenticate
    /// AUTH is not in the list of extensions although a login is wanted.
    AuthNotOffered {
        /// Whether the list was given inside TLS.
        encrypted: bool,
    },
    /// No login mechanism in common.
    AuthMechanismMismatch {
        /// What the server offers.
        offered: Vec<String>,
        /// What the client could do.
        wanted: Vec<String>,
    },

    // --- content
    /// The server states a size limit that the message is over (RFC 1870).
    SizeOverLimit {
        /// Bytes on the wire, after encoding.
        needed: u64,
        /// The limit stated, in bytes.
        limit: u64,
    },

    // --- device
    /// The device answered on this protocol.
    DeviceAnswered {
        /// Such as `SNMP` or `TCP 443`.
        protocol: String,
    },
    /// The device answered on no protocol.
    DeviceSilent,
    /// The highest TLS version that the device offers for e-mail.
    DeviceTlsLimit {
        /// Highest version.
        max: TlsVersion,
    },
    /// What the device's firmware version says.
    DeviceFirmware {
        /// The version as the device writes it.
        version: String,
        /// In words: build date, family, what it can do.
        reading: String,
    },
    /// The device's clock against ours.
    DeviceClockSkew {
        /// Seconds; positive where the device is ahead.
        seconds: i64,
    },
    /// A TLS alert that the device sent.
    DeviceAlert {
        /// Such as `unknown_ca`.
        alert: String,
    },
    /// The device ended a dialogue in which every reply was positive.
    DeviceGaveUp {
        /// The last step seen.
        stage: Stage,
    },
    /// An e-mail job of the device as its log has it.
    DeviceJob {
        /// Whether the job ended well.
        succeeded: bool,
        /// The device's own word for the end state.
        state: String,
    },
    /// What a person read from the panel or in a report.
    Symptom {
        /// The text as given.
        text: String,
    },
    /// A log line whose words point at a cause; the reply knowledge reads it.
    LogLine {
        /// The step it speaks of, where known.
        stage: Option<Stage>,
        /// The text.
        text: String,
    },
    /// Anything told for completeness that no sign looks at.
    Note {
        /// The text.
        text: String,
    },
}

impl Fact {
    /// The stable word for this kind of fact, optionally with the detail that signs may ask for,
    /// such as `connect-failed:timed-out` or `tls-failed:alert:protocol_version`.
    pub fn kind(&self) -> String {
        match self {
            Self::Resolved { .. } => "resolved".into(),
            Self::NameNotFound { .. } => "name-not-found".into(),
            Self::DnsUnreachable { .. } => "dns-unreachable".into(),
            Self::DeviceDnsFails { .. } => "device-dns-fails".into(),
            Self::Connected { .. } => "connected".into(),
            Self::ConnectFailed { failure, .. } => format!("connect-failed:{}", word(failure)),
            Self::OtherPort { failure: None, .. } => "other-port:open".into(),
            Self::OtherPort {
                failure: Some(failure),
                ..
            } => format!("other-port:{}", word(failure)),
            Self::ConnectionLost { how, .. } => format!("connection-lost:{}", word(how)),
            Self::NotSmtp { .. } => "not-smtp".into(),
            Self::Extensions { .. } => "extensions".into(),
            Self::WrongPortType { implicit_tls: true } => "wrong-port-type:implicit-tls".into(),
            Self::WrongPortType { implicit_tls: false } => "wrong-port-type:plain".into(),
            Self::Rewritten { sign } => format!("rewritten:{}", word(sign)),
            Self::ProtocolViolation { .. } => "protocol-violation".into(),
            Self::Accepted { stage, .. } => format!("accepted:{}", word(stage)),
            Self::Refused { stage, .. } => format!("refused:{}", word(stage)),
            Self::StartTlsNotOffered => "starttls-not-offered".into(),
            Self::PlainTextAccepted => "plain-text-accepted".into(),
            Self::PlainTextRefused { .. } => "plain-text-refused".into(),
            Self::TlsEstablished { .. } => "tls-established".into(),
            Self::TlsFailed { failure } => match failure {
                TlsFailure::Alert(name) => format!("tls-failed:alert:{name}"),
                TlsFailure::BrokenOff(_) => "tls-failed:broken-off".into(),
                TlsFailure::NoCommonVersion => "tls-failed:no-common-version".into(),
                TlsFailure::NoCommonCipher => "tls-failed:no-common-cipher".into(),
                TlsFailure::NotTls => "tls-failed:not-tls".into(),
                TlsFailure::Other(_) => "tls-failed:other".into(),
            },
            Self::TlsVersionAnswer { answer, .. } => format!("tls-version:{}", answer.id()),
            Self::PlainTextInjected { .. } => "plain-text-injected".into(),
            Self::Certificate(_) => "certificate".into(),
            Self::CertificateProblem { problem, .. } => format!("certificate-problem:{}", word(problem)),
            Self::AuthNotOffered { encrypted: true } => "auth-not-offered:encrypted".into(),
            Self::AuthNotOffered { encrypted: false } => "auth-not-offered:plain".into(),
            Self::AuthMechanismMismatch { .. } => "auth-mechanism-mismatch".into(),
            Self::SizeOverLimit { .. } => "size-over-limit".into(),
            Self::DeviceAnswered { .. } => "device-answered".into(),
            Self::DeviceSilent => "device-silent".into(),
            Self::DeviceTlsLimit { .. } => "device-tls-limit".into(),
            Self::DeviceFirmware { .. } => "device-firmware".into(),
            Self::DeviceClockSkew { .. } => "device-clock-skew".into(),
            Self::DeviceAlert { alert } => format!("device-alert:{alert}"),
            Self::DeviceGaveUp { .. } => "device-gave-up".into(),
            Self::DeviceJob { succeeded: true, .. } => "device-job:succeeded".into(),
            Self::DeviceJob { succeeded: false, .. } => "device-job:failed".into(),
            Self::Symptom { .. } => "symptom".into(),
            Self::LogLine { .. } => "log-line".into(),
            Self::Note { .. } => "note".into(),
        }
    }
}

impl Fact {
    /// Whether the fact can only be there because the device spoke.
    pub const fn shows_the_device(&self) -> bool {
        matches!(
            self,
            Self::DeviceAnswered { .. }
                | Self::DeviceAlert { .. }
                | Self::DeviceJob { .. }
                | Self::DeviceGaveUp { .. }
                | Self::Connected { .. }
                | Self::Accepted { .. }
                | Self::Refused { .. }
                | Self::TlsFailed { .. }
                | Self::TlsEstablished { .. }
        )
    }
}

/// Why a true fact does no harm in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Harm {
    /// The device sends without encryption.
    NotEncrypted,
    /// The device does not check it.
    NotChecked,
    /// What came was thrown away.
    Discarded,
    /// A firewall masks words, and everything works all the same.
    Cosmetic,
}

impl Harm {
    /// One sentence.
    pub const fn why(self) -> &'static str {
        match self {
            Self::NotEncrypted => {
                "The device is set to send without encryption, so it does not matter for this send"
            }
            Self::NotChecked => "The device does not check the server's certificate",
            Self::Cosmetic => {
                "A firewall on the way masks some words of the dialogue, and mail gets through all the same"
            }
            Self::Discarded => {
                "What came in plain text behind the STARTTLS reply was discarded, as RFC 3207 asks"
            }
        }
    }
}

/// The kebab-case word that serde gives a field-less variant.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// `e1`, `e2`, … in the order of arrival; empty until the case's store numbers it.
    pub id: String,
    /// The gate it speaks of.
    pub gate: Gate,
    /// Whom it speaks of.
    pub actor: Actor,
    /// How it came to be known.
    pub basis: Basis,
    /// Where it came from: a probe id, or a file with its line.
    pub source: String,
    /// The fact.
    pub fact: Fact,
    /// One sentence for a person.
    pub summary: String,
    /// When it was seen, where known.
    pub at: Option<Timestamp>,
}

impl Evidence {
    /// The source of what was done with the device's limits instead of this computer's own.
    pub const AS_THE_DEVICE: &str = "be-the-copier";

    /// Evidence that a probe of this program observed.
    pub fn observed(gate: Gate, actor: Actor, source: &str, fact: Fact, summary: impl Into<String>) -> Self {
        Self {
            id: String::new(),
            gate,
            actor,
            basis: Basis::Observed,
            source: source.to_owned(),
            fact,
            summary: summary.into(),
            at: None,
        }
    }

    /// The same evidence with another basis.
    #[must_use]
    pub fn on(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    /// The same evidence with the time at which it was seen.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }
}

/// Gives every piece of evidence its id, `e1` onwards, in the order given.
pub fn number(evidence: &mut [Evidence]) {
    for (index, item) in evidence.iter_mut().enumerate() {
        item.id = format!("e{}", index + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_carry_the_detail_that_signs_ask_for() {
        let fact = Fact::ConnectFailed {
            port: 25,
            failure: ConnectFailure::TimedOut,
        };
        assert_eq!(fact.kind(), "connect-failed:timed-out");
        let fact = Fact::TlsFailed {
            failure: TlsFailure::Alert("protocol_version".into()),
        };
        assert_eq!(fact.kind(), "tls-failed:alert:protocol_version");
    }

    #[test]
    fn numbering_follows_the_order_given() {
        let mut all = vec![
            Evidence::observed(Gate::Device, Actor::Device, "t", Fact::DeviceSilent, "a"),
            Evidence::observed(Gate::Encrypt, Actor::Laptop, "t", Fact::StartTlsNotOffered, "b"),
        ];
        number(&mut all);
        assert_eq!((all[0].id.as_str(), all[1].id.as_str()), ("e1", "e2"));
    }
}
