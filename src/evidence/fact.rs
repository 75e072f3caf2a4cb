//! The facts themselves.

use super::failure::{ConnectFailure, MessageFlaw, Secured, Stage};
use super::words::{PortKind, ReceptionSetting, Rewriting, SpfResult, TokenState, Unfit};
use crate::wire::failure::{Loss, TlsFailure};
use crate::wire::reply::Reply;
use crate::wire::tls::shown::{CertificateFacts, CertificateProblem};
use crate::wire::tls::suites::SuiteFamily;
use crate::wire::tls::{TlsVersion, VersionAnswer};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

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

    /// A station of the own network was asked for and did not answer (ARP, neighbour discovery).
    NeighbourSilent {
        /// Who asked.
        asker: IpAddr,
        /// For whom.
        target: IpAddr,
        /// How often.
        times: u64,
    },
    /// A router said that packets are too big for the way (ICMP).
    PacketTooBig {
        /// Bytes that fit; zero where it does not say.
        mtu: u32,
    },
    /// Data was sent again and again and never acknowledged.
    Unacknowledged {
        /// Whether the device sent it; else the server.
        by_device: bool,
        /// How often again.
        times: u32,
        /// Bytes of the largest such segment.
        bytes: usize,
    },
    /// One end took no more data: its TCP window stayed closed.
    WindowClosed {
        /// Whether it was the device's; else the server's.
        by_device: bool,
        /// Seconds.
        seconds: u64,
    },
    /// The server took long to answer: at least as long as devices with a short time limit wait.
    LateReply {
        /// At which step.
        stage: Stage,
        /// Seconds waited.
        seconds: u64,
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
    /// The server chose this version of a hello that offered newer ones, and the device broke the handshake off.
    ServerTlsLimit {
        /// The version chosen, which is the server's highest (RFC 5246, section 7.4.1.3).
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
