//! The stable word for each kind of fact.

use super::fact::Fact;
use crate::wire::failure::TlsFailure;
use serde::Serialize;
use std::net::IpAddr;

/// Seconds from which on a wait is long for most devices.
const LONG: u64 = 30;

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
            Self::NeighbourSilent { .. } => "neighbour-silent".into(),
            Self::PacketTooBig { .. } => "packet-too-big".into(),
            Self::Unacknowledged { by_device: true, .. } => "unacknowledged:from-device".into(),
            Self::Unacknowledged { .. } => "unacknowledged:to-device".into(),
            Self::WindowClosed { by_device: true, .. } => "window-closed:device".into(),
            Self::WindowClosed { .. } => "window-closed:server".into(),
            Self::LateReply { seconds, .. } if *seconds >= LONG => "late-reply:long".into(),
            Self::LateReply { .. } => "late-reply:short".into(),
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
                TlsFailure::ClientCertificate(_) => "tls-failed:client-certificate".into(),
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
            Self::ServerTlsLimit { .. } => "server-tls-limit".into(),
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
