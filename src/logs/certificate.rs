//! The facts of a recorded certificate.

use crate::evidence::CertificateFacts;
use jiff::Timestamp;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;

/// Reads a DER certificate; whether it was trusted cannot be known from a recording.
pub fn facts(der: &[u8]) -> Option<CertificateFacts> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let names = certificate
        .subject_alternative_name()
        .ok()
        .flatten()
        .map(|extension| {
            extension
                .value
                .general_names
                .iter()
                .filter_map(|name| match name {
                    GeneralName::DNSName(name) => Some((*name).to_owned()),
                    GeneralName::IPAddress(bytes) => Some(address(bytes)),
                    _ => None,
                })
                .take(100)
                .collect()
        })
        .unwrap_or_default();
    let validity = certificate.validity();
    Some(CertificateFacts {
        subject: tidy(&certificate.subject().to_string()),
        issuer: tidy(&certificate.issuer().to_string()),
        names,
        not_before: Timestamp::from_second(validity.not_before.timestamp()).ok(),
        not_after: Timestamp::from_second(validity.not_after.timestamp()).ok(),
        trusted: false,
        problems: Vec::new(),
        key: match certificate.public_key().parsed() {
            Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
            Ok(PublicKey::EC(key)) => format!("EC {}", key.key_size()),
            _ => "unknown".to_owned(),
        },
    })
}

fn tidy(text: &str) -> String {
    crate::wire::reply::clean(text.as_bytes())
}

fn address(bytes: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        std::net::Ipv4Addr::from(four).to_string()
    } else if let Ok(sixteen) = <[u8; 16]>::try_from(bytes) {
        std::net::Ipv6Addr::from(sixteen).to_string()
    } else {
        "?".to_owned()
    }
}
