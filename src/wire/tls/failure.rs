//! Why a handshake failed: the library's error and the peer's first bytes, read together.

use super::TlsVersion;
use super::answer::{Answer, AnswerReader, Ending};
use crate::wire::failure::{Loss, TlsFailure};
use rustls::{AlertDescription, Error, PeerIncompatible};
use std::io;

/// The failure of a handshake whose peer began with `first`.
pub fn of_handshake(error: &io::Error, first: &[u8]) -> TlsFailure {
    let mut reader = AnswerReader::default();
    let answer = reader.push(first).unwrap_or_else(|| reader.lost(Loss::Closed));
    if let Some(failure) = shown_by(&answer, first) {
        return failure;
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(tls) => of_library(tls),
        None => TlsFailure::BrokenOff(match error.kind() {
            io::ErrorKind::TimedOut => Loss::TimedOut,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => Loss::Closed,
            _ => Loss::Reset,
        }),
    }
}

/// The failure that the TLS library reports.
pub fn of_library(error: &Error) -> TlsFailure {
    match error {
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled,
        ) => TlsFailure::NoCommonVersion,
        Error::PeerIncompatible(
            PeerIncompatible::NoCipherSuitesInCommon | PeerIncompatible::NoKxGroupsInCommon,
        ) => TlsFailure::NoCommonCipher,
        Error::AlertReceived(alert) => TlsFailure::Alert(super::alert_name(u8::from(*alert)).to_owned()),
        other => TlsFailure::Other(other.to_string()),
    }
}

/// The failure of a handshake in which the server asked this client for a certificate, and got none.
pub fn without_our_certificate(failure: TlsFailure) -> TlsFailure {
    let then = match failure {
        TlsFailure::Alert(name) => format!("ended it with the alert {name}"),
        TlsFailure::BrokenOff(_) => "broke it off".to_owned(),
        other => return other,
    };
    TlsFailure::ClientCertificate(format!(
        "the server wants a certificate of its clients, and {then} without one"
    ))
}

/// The failure that the first bytes show without doubt.
fn shown_by(answer: &Answer, first: &[u8]) -> Option<TlsFailure> {
    match &answer.ending {
        Ending::NotTls if !first.is_empty() => Some(TlsFailure::NotTls),
        Ending::Alert("protocol_version") => Some(TlsFailure::NoCommonVersion),
        Ending::Alert(name) => Some(TlsFailure::Alert((*name).to_owned())),
        Ending::Hello(hello) if hello.version < TlsVersion::Tls12.wire() => Some(TlsFailure::NoCommonVersion),
        Ending::Hello(hello) if answer.version().is_none() => Some(TlsFailure::Other(format!(
            "the server chose version {:#06x}, which does not exist",
            hello.version
        ))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eof() -> io::Error {
        io::ErrorKind::UnexpectedEof.into()
    }

    #[test]
    fn text_in_place_of_tls_is_told_from_a_broken_handshake() {
        assert_eq!(of_handshake(&eof(), b"220 mx ESMTP\r\n"), TlsFailure::NotTls);
        assert_eq!(of_handshake(&eof(), b""), TlsFailure::BrokenOff(Loss::Closed));
    }

    #[test]
    fn a_version_that_nobody_offered_is_not_taken_for_an_old_one() {
        let hello = |version: [u8; 2]| {
            let mut bytes = vec![22, 3, 1, 0, 42, 2, 0, 0, 38];
            bytes.extend(version);
            bytes.extend([9; 32]);
            bytes.extend([0, 0x00, 0x2f, 0]);
            of_handshake(&eof(), &bytes)
        };
        assert_eq!(hello([3, 2]), TlsFailure::NoCommonVersion);
        assert!(matches!(hello([3, 9]), TlsFailure::Other(text) if text.contains("0x0309")));
    }

    #[test]
    fn alerts_have_their_names_and_protocol_version_is_about_versions() {
        let alert = |code| of_handshake(&eof(), &[21, 3, 1, 0, 2, 2, code]);
        assert_eq!(alert(40), TlsFailure::Alert("handshake_failure".into()));
        assert_eq!(alert(70), TlsFailure::NoCommonVersion);
    }
}
