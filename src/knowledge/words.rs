//! The words that entries may use: kinds of fact, conditions of a case.

use super::Knowledge;
use crate::case::{Encryption, Method};
use crate::evidence::Stage;
use crate::wire::tls::alert_name;

/// The kinds of fact that signs may ask for; what follows `*` is free.
pub const KINDS: &[&str] = &[
    "resolved",
    "name-not-found",
    "dns-unreachable",
    "device-dns-fails",
    "connected",
    "connect-failed:refused",
    "connect-failed:timed-out",
    "connect-failed:unreachable",
    "connect-failed:prohibited",
    "other-port:open",
    "other-port:refused",
    "other-port:timed-out",
    "other-port:unreachable",
    "port-speaks:plain",
    "port-speaks:starttls",
    "port-speaks:implicit-tls",
    "port-speaks:turned-away",
    "port-speaks:other-protocol",
    "port-speaks:silent",
    "connection-lost:timed-out",
    "connection-lost:closed",
    "connection-lost:reset",
    "neighbour-silent",
    "packet-too-big",
    "unacknowledged:from-device",
    "unacknowledged:to-device",
    "window-closed:device",
    "window-closed:server",
    "late-reply:short",
    "late-reply:long",
    "not-smtp",
    "wrong-port-type:implicit-tls",
    "wrong-port-type:plain",
    "rewritten:banner-masked",
    "rewritten:keyword-masked",
    "rewritten:start-tls-stripped",
    "rewritten:start-tls-unlisted",
    "rewritten:auth-stripped",
    "rewritten:proxy-greeting",
    "rewritten:transparent-proxy",
    "rewritten:answers-for-nobody",
    "protocol-violation",
    "accepted:*",
    "starttls-not-offered",
    "plain-text-accepted",
    "plain-text-injected",
    "tls-established",
    "tls-failed:alert:*",
    "tls-failed:broken-off",
    "tls-failed:no-common-version",
    "tls-failed:no-common-cipher",
    "tls-failed:not-tls",
    "tls-failed:client-certificate",
    "tls-failed:other",
    "server-tls-limit",
    "device-suites",
    "cipher-family:rsa-cbc:accepted",
    "cipher-family:rsa-cbc:refused",
    "certificate-problem:untrusted",
    "certificate-problem:intercepted",
    "certificate-problem:expired",
    "certificate-problem:not-yet-valid",
    "certificate-problem:name-mismatch",
    "certificate-problem:weak",
    "auth-not-offered:encrypted",
    "auth-not-offered:plain",
    "auth-mechanism-mismatch",
    "access-token:fits",
    "access-token:opaque",
    "access-token:expired",
    "access-token:not-yet-valid",
    "access-token:other-account",
    "access-token:wrong-audience",
    "access-token:wrong-scope",
    "token-refused",
    "sign-in-failed",
    "listed:policy",
    "listed:spam",
    "not-listed",
    "blocklist-refused",
    "reverse-dns:confirmed",
    "reverse-dns:unconfirmed",
    "no-reverse-dns",
    "mail-hosts",
    "alias",
    "mail-filter",
    "mail-host-differs",
    "public-address",
    "mta-sts:enforce",
    "mta-sts:testing",
    "mta-sts:none",
    "mta-sts:broken",
    "mta-sts:other-hosts",
    "dane:authenticated",
    "dane:unauthenticated",
    "size-over-limit",
    "setting-unfit:port-and-encryption",
    "setting-unfit:encryption-needed",
    "setting-unfit:login-not-there",
    "setting-unfit:login-needed",
    "reception:off",
    "reception:optional",
    "reception:required",
    "reception:offered",
    "device-answered",
    "device-silent",
    "device-alert:*",
    "device-gave-up",
    "device-left:*",
    "device-hello:ehlo:invalid",
    "device-encryption:none",
    "device-encryption:unoffered",
    "device-encryption:starttls",
    "device-encryption:tls",
    "device-login:encrypted",
    "device-login:plain",
    "device-checks-certificate:no",
    "device-checks-certificate:yes:*",
    "device-message",
    "message-flaw:bare-lf",
    "message-flaw:bare-cr",
    "message-flaw:long-line",
    "message-flaw:nul",
    "message-flaw:no-date",
    "message-flaw:no-from",
    "message-flaw:several-from",
    "device-job:succeeded",
    "device-job:failed",
];

/// Whether a sign's word is a kind of fact, or the beginning of one up to a colon.
pub fn is_kind(on: &str) -> bool {
    let alert = |name: &str| (0..=u8::MAX).any(|code| alert_name(code) == name);
    let stage = |name: &str| STAGES.iter().any(|stage| serde_json::json!(stage) == name);
    KINDS.iter().any(|kind| match kind.strip_suffix('*') {
        Some(front) => on
            .strip_prefix(front)
            .is_some_and(|rest| alert(rest) || stage(rest)),
        None => *kind == on,
    } || kind.starts_with(&format!("{on}:")))
}

/// The stages of the dialogue.
pub const STAGES: &[Stage] = &[
    Stage::Greeting,
    Stage::Ehlo,
    Stage::StartTls,
    Stage::Auth,
    Stage::Mail,
    Stage::Rcpt,
    Stage::Data,
    Stage::EndOfData,
];

/// Whether a condition has a meaning.
pub fn is_condition(knowledge: &Knowledge, condition: &str) -> bool {
    let condition = condition.trim_start_matches('!');
    let Some((key, value)) = condition.split_once('=') else {
        return false;
    };
    match key {
        "encryption" => [
            Encryption::None,
            Encryption::StartTlsIfAvailable,
            Encryption::StartTls,
            Encryption::Tls,
        ]
        .iter()
        .any(|encryption| encryption.id() == value),
        "method" => [
            Method::Submission,
            Method::DirectSend,
            Method::Relay,
            Method::Receive,
            Method::Unknown,
        ]
        .iter()
        .any(|method| method.id() == value),
        "auth" => ["none", "password", "oauth"].contains(&value),
        "validates" => ["yes", "no", "unknown"].contains(&value),
        "port" => value.parse::<u16>().is_ok(),
        "firmware-plan" | "measured" => value == "yes",
        "device-says" => value == "helo",
        "device-tls" | "device-address" => value == "known",
        "device" => ["known", "unknown"].contains(&value),
        "controller" => ["built-in", "fiery", "unknown"].contains(&value),
        "provider" => knowledge.providers.iter().any(|provider| provider.id == value),
        _ => false,
    }
}
