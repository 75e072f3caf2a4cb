//! The facts themselves, and the stable word for each kind.

use super::failure::{
    CertificateFacts, CertificateProblem, ConnectFailure, Loss, MessageFlaw, Secured, Stage, TlsFailure,
};
use crate::wire::reply::Reply;
use crate::wire::tls::suites::SuiteFamily;
use crate::wire::tls::{TlsVersion, VersionAnswer};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

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
    /// What another open port of the same host speaks.
    PortSpeaks {
        /// Port asked.
        port: u16,
        /// What it speaks.
        speaks: PortKind,
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
    /// The server's answer to a hello that offers the cipher suites of one family only.
    CipherFamily {
        /// The family.
        family: SuiteFamily,
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

    /// What the access token says of itself (RFC 7519), read without its signature. The token is never part of it.
    AccessToken {
        /// In a word.
        state: TokenState,
        /// In words.
        detail: String,
    },
    /// The reason that a server put into its challenge to a token (RFC 7628, section 3.2.2).
    TokenRefused {
        /// The server's word, such as `400`, `401` or `invalid_token`.
        status: String,
        /// The permission it names, where it does.
        scope: Option<String>,
    },
    /// The authority gave no token (RFC 6749, section 5.2; RFC 8628, section 3.5).
    SignInFailed {
        /// The standard's word, such as `access_denied`.
        error: String,
        /// What the authority says of it.
        description: String,
    },

    // --- sender: what the world knows of the site's address and of the sender's domain
    /// The site's public address stands on a block list (RFC 5782).
    Listed {
        /// The address.
        address: IpAddr,
        /// The list's zone.
        zone: String,
        /// The answer, which says on which part of the list.
        code: Ipv4Addr,
        /// The answer in words.
        meaning: String,
        /// Whether the entry only says that the range should not send directly, and nothing of spam.
        policy_only: bool,
    },
    /// The site's public address does not stand on a block list that was seen to work.
    NotListed {
        /// The address.
        address: IpAddr,
        /// The list's zone.
        zone: String,
    },
    /// A block list gave no usable answer to this computer's name server; never a listing.
    BlocklistRefused {
        /// The list's zone.
        zone: String,
        /// Why.
        detail: String,
    },
    /// The name of the site's public address.
    ReverseDns {
        /// The address.
        address: IpAddr,
        /// The name.
        name: String,
        /// Whether that name leads back to the address.
        confirmed: bool,
    },
    /// The site's public address has no name.
    NoReverseDns {
        /// The address.
        address: IpAddr,
    },
    /// The mail hosts of the sender's domain; none where there is no MX record.
    MailHosts {
        /// The domain.
        domain: String,
        /// Names, most preferred first.
        hosts: Vec<String>,
        /// Whether the domain has an address of its own.
        has_address: bool,
    },
    /// The domain's SPF record, evaluated for the site's public address.
    Spf {
        /// The domain.
        domain: String,
        /// The address.
        address: IpAddr,
        /// The result.
        result: SpfResult,
        /// Terms that caused look-ups (RFC 7208, section 4.6.4, allows ten).
        lookups: usize,
        /// Look-ups that came to nothing (two are allowed).
        void: usize,
        /// The way through the record, term by term.
        path: Vec<String>,
    },
    /// What the domain asks receivers to do with mail that fails (RFC 7489).
    Dmarc {
        /// The domain.
        domain: String,
        /// `none`, `quarantine` or `reject`; nothing where there is no record.
        policy: Option<String>,
        /// The domain whose record it is: the domain itself or one above it.
        found_at: Option<String>,
    },
    /// Which DKIM selectors of Microsoft 365 the domain has.
    Dkim {
        /// The domain.
        domain: String,
        /// Such as `selector1`.
        selectors: Vec<String>,
    },

    /// The server's name is an alias (CNAME).
    Alias {
        /// The name.
        name: String,
        /// Where it leads in the end.
        target: String,
    },
    /// The domain's mail goes to a filter service first.
    MailFilter {
        /// The domain.
        domain: String,
        /// The service's name.
        service: String,
        /// Its mail host.
        host: String,
    },
    /// The mail host that is set on the device is not one of the domain's any more.
    OtherMailHost {
        /// The host that is set.
        server: String,
        /// The domain.
        domain: String,
        /// Its mail hosts now.
        hosts: Vec<String>,
    },
    /// The site's public address, from elsewhere than a mail server.
    PublicAddress {
        /// The address.
        address: IpAddr,
        /// Who told it.
        by: String,
    },
    /// The domain's MTA-STS policy (RFC 8461), which binds mail servers that deliver to it.
    MtaSts {
        /// The domain.
        domain: String,
        /// `enforce`, `testing` or `none`; nothing where the policy cannot be read.
        mode: Option<String>,
        /// Whether it names all of the domain's mail hosts.
        covers: bool,
        /// Why it cannot be read.
        problem: Option<String>,
    },
    /// DANE records of a mail host (RFC 7672), which bind mail servers that deliver to it.
    Dane {
        /// The mail host.
        host: String,
        /// How many.
        records: usize,
        /// Whether the name server vouches for them (DNSSEC); nothing where it could not be asked.
        authenticated: Option<bool>,
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
    /// The cipher suites that the device offers, in its own order (IANA numbers).
    DeviceSuites {
        /// Suites.
        suites: Vec<u16>,
    },
    /// The login mechanisms that the device can do.
    DeviceMechanisms {
        /// Names as in AUTH, upper case.
        mechanisms: Vec<String>,
    },
    /// How the device introduces itself.
    DeviceHello {
        /// The name it gives, where known.
        name: Option<String>,
        /// EHLO; with HELO alone it never sees STARTTLS or AUTH (RFC 5321, section 2.2.1).
        extended: bool,
    },
    /// What the device's firmware version says.
    DeviceFirmware {
        /// The version as the device writes it.
        version: String,
        /// In words: build date, family, what it can do.
        reading: String,
    },
    /// How the device's own mail server is set, and how long it takes to be ready for mail.
    Reception {
        /// Its setting for TLS.
        setting: ReceptionSetting,
        /// Milliseconds from the connect to the EHLO reply in plain text.
        ready_ms: Option<u64>,
        /// The same inside TLS; the difference is what encrypting costs.
        ready_encrypted_ms: Option<u64>,
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
    /// As [`Self::DeviceGaveUp`], and seen to be the device's own doing: it closed the connection to this computer.
    DeviceLeft {
        /// The last step seen.
        stage: Stage,
    },
    /// How the device carried its mail.
    DeviceEncryption {
        /// How.
        how: Secured,
    },
    /// The login that the device chose.
    DeviceLogin {
        /// Mechanism, upper case.
        mechanism: String,
        /// User name, where one was seen.
        user: Option<String>,
        /// Whether inside TLS.
        encrypted: bool,
    },
    /// Whether the device checks certificates: it took or refused one that nobody can trust but that is valid now.
    DeviceChecksCertificate {
        /// Whether it does.
        checks: bool,
        /// The alert with which it refused.
        alert: Option<String>,
    },
    /// A whole message of the device.
    DeviceMessage {
        /// Bytes on the wire.
        bytes: u64,
    },
    /// The device's message breaks the form.
    MessageFlaw {
        /// How.
        flaw: MessageFlaw,
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
    /// What a person answered to one of the program's questions.
    Answer {
        /// The question's id.
        question: String,
        /// The answer's word.
        value: String,
    },
    /// Settings of the case that do not fit, by knowledge alone.
    SettingUnfit {
        /// In which way.
        unfit: Unfit,
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
            Self::PortSpeaks { speaks, .. } => format!("port-speaks:{}", word(speaks)),
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
            Self::CipherFamily { family, answer } => format!("cipher-family:{}:{}", family.id(), answer.id()),
            Self::PlainTextInjected { .. } => "plain-text-injected".into(),
            Self::Certificate(_) => "certificate".into(),
            Self::CertificateProblem { problem, .. } => format!("certificate-problem:{}", word(problem)),
            Self::AuthNotOffered { encrypted: true } => "auth-not-offered:encrypted".into(),
            Self::AuthNotOffered { encrypted: false } => "auth-not-offered:plain".into(),
            Self::AuthMechanismMismatch { .. } => "auth-mechanism-mismatch".into(),
            Self::AccessToken { state, .. } => format!("access-token:{}", word(state)),
            Self::TokenRefused { .. } => "token-refused".into(),
            Self::SignInFailed { .. } => "sign-in-failed".into(),
            Self::Listed {
                policy_only: true, ..
            } => "listed:policy".into(),
            Self::Listed { .. } => "listed:spam".into(),
            Self::NotListed { .. } => "not-listed".into(),
            Self::BlocklistRefused { .. } => "blocklist-refused".into(),
            Self::ReverseDns { confirmed: true, .. } => "reverse-dns:confirmed".into(),
            Self::ReverseDns { .. } => "reverse-dns:unconfirmed".into(),
            Self::NoReverseDns { .. } => "no-reverse-dns".into(),
            Self::MailHosts { .. } => "mail-hosts".into(),
            Self::Spf { result, .. } => format!("spf:{}", word(result)),
            Self::Dmarc { policy, .. } => format!("dmarc:{}", policy.as_deref().unwrap_or("missing")),
            Self::Alias { .. } => "alias".into(),
            Self::MailFilter { .. } => "mail-filter".into(),
            Self::OtherMailHost { .. } => "mail-host-differs".into(),
            Self::PublicAddress { .. } => "public-address".into(),
            Self::MtaSts { mode: None, .. } => "mta-sts:broken".into(),
            Self::MtaSts { covers: false, .. } => "mta-sts:other-hosts".into(),
            Self::MtaSts { mode: Some(mode), .. } => format!("mta-sts:{mode}"),
            Self::Dane {
                authenticated: Some(true),
                ..
            } => "dane:authenticated".into(),
            Self::Dane { .. } => "dane:unauthenticated".into(),
            Self::Dkim { selectors, .. } if selectors.is_empty() => "dkim:missing".into(),
            Self::Dkim { .. } => "dkim:found".into(),
            Self::SizeOverLimit { .. } => "size-over-limit".into(),
            Self::DeviceAnswered { .. } => "device-answered".into(),
            Self::DeviceSilent => "device-silent".into(),
            Self::DeviceTlsLimit { .. } => "device-tls-limit".into(),
            Self::DeviceSuites { .. } => "device-suites".into(),
            Self::DeviceMechanisms { .. } => "device-mechanisms".into(),
            Self::DeviceHello {
                name: Some(name),
                extended: true,
            } if !is_host(name) => "device-hello:ehlo:invalid".into(),
            Self::DeviceHello { extended: true, .. } => "device-hello:ehlo".into(),
            Self::DeviceHello { extended: false, .. } => "device-hello:helo".into(),
            Self::DeviceFirmware { .. } => "device-firmware".into(),
            Self::Reception { setting, .. } => format!("reception:{}", word(setting)),
            Self::DeviceClockSkew { .. } => "device-clock-skew".into(),
            Self::DeviceAlert { alert } => format!("device-alert:{alert}"),
            Self::DeviceGaveUp { .. } => "device-gave-up".into(),
            Self::DeviceLeft { stage } => format!("device-left:{}", word(stage)),
            Self::DeviceEncryption { how } => format!("device-encryption:{}", word(how)),
            Self::DeviceLogin { encrypted: true, .. } => "device-login:encrypted".into(),
            Self::DeviceLogin { .. } => "device-login:plain".into(),
            Self::DeviceChecksCertificate { checks: false, .. } => "device-checks-certificate:no".into(),
            Self::DeviceChecksCertificate { alert: None, .. } => "device-checks-certificate:yes".into(),
            Self::DeviceChecksCertificate {
                alert: Some(alert), ..
            } => format!("device-checks-certificate:yes:{alert}"),
            Self::DeviceMessage { .. } => "device-message".into(),
            Self::MessageFlaw { flaw } => format!("message-flaw:{}", word(flaw)),
            Self::DeviceJob { succeeded: true, .. } => "device-job:succeeded".into(),
            Self::DeviceJob { succeeded: false, .. } => "device-job:failed".into(),
            Self::Symptom { .. } => "symptom".into(),
            Self::Answer { question, value } => format!("answer:{question}:{value}"),
            Self::SettingUnfit { unfit } => format!("setting-unfit:{}", word(unfit)),
            Self::LogLine { .. } => "log-line".into(),
            Self::Note { .. } => "note".into(),
        }
    }
}

impl Fact {
    /// Whether the fact shows that a dialogue or a job came to a stop.
    pub const fn shows_a_stop(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::LogLine { .. }
                | Self::ConnectFailed { .. }
                | Self::ConnectionLost { .. }
                | Self::NameNotFound { .. }
                | Self::DnsUnreachable { .. }
                | Self::TlsFailed { .. }
                | Self::StartTlsNotOffered
                | Self::DeviceAlert { .. }
                | Self::DeviceGaveUp { .. }
                | Self::DeviceJob { succeeded: false, .. }
                | Self::AuthNotOffered { .. }
                | Self::AuthMechanismMismatch { .. }
        )
    }

    /// Whether the fact can only be there because the device spoke.
    pub const fn shows_the_device(&self) -> bool {
        matches!(
            self,
            Self::DeviceAnswered { .. }
                | Self::DeviceAlert { .. }
                | Self::DeviceJob { .. }
                | Self::DeviceGaveUp { .. }
                | Self::DeviceLeft { .. }
                | Self::DeviceMessage { .. }
                | Self::Connected { .. }
                | Self::Accepted { .. }
                | Self::Refused { .. }
                | Self::TlsFailed { .. }
                | Self::TlsEstablished { .. }
        )
    }
}

/// Whether a name may stand behind EHLO: labels of letters, digits and hyphens, or an address in brackets
/// (RFC 5321, section 4.1.2).
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let literal = name.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    match literal {
        Some(inner) => inner.trim_start_matches("IPv6:").parse::<IpAddr>().is_ok(),
        None => name.len() <= 255 && name.trim_end_matches('.').split('.').all(label),
    }
}

/// The kebab-case word that serde gives a field-less variant.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}
