//! A server's certificate: its facts, and what is wrong with it, judged for a name at a time.

use super::chain;
use super::client::{provider, server_name};
use super::shown::{CertificateFacts, CertificateProblem};
use jiff::Timestamp;
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use x509_parser::prelude::{FromDer as _, GeneralName, ParsedExtension, X509Certificate};
use x509_parser::public_key::PublicKey;

/// The roots that count as public: Mozilla's and those the user added.
#[derive(Debug, Clone)]
pub struct Roots {
    store: RootCertStore,
    extra: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// Mozilla's roots and the certificates of a PEM text.
    pub fn with_pem(pem: &[u8]) -> Result<Self, String> {
        let extra: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?;
        if extra.is_empty() {
            return Err("no certificate is in it".to_owned());
        }
        let mut roots = Self::mozilla();
        // A root that webpki cannot use as one may still be the very certificate a server shows.
        roots.store.add_parsable_certificates(extra.iter().cloned());
        roots.extra = extra;
        Ok(roots)
    }

    /// A client configuration that takes only certificates that lead to these roots and fit the name.
    pub fn verifying_client(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(self.store.clone())
            .with_no_client_auth();
        Ok(Arc::new(config))
    }

    /// Mozilla's roots alone.
    pub fn mozilla() -> Self {
        Self {
            store: RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            },
            extra: Vec::new(),
        }
    }
}

/// A certificate with all that is wrong with it, each problem in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Its facts.
    pub facts: CertificateFacts,
    /// Its problems, most serious first.
    pub problems: Vec<(CertificateProblem, String)>,
    /// Whether the interception is read from the issuer's name alone.
    pub by_name: bool,
}

/// Judges a chain for a host at a time. Asking the system's store may take long and touch files: call it
/// where blocking is allowed. None where there is no certificate or it cannot be read.
pub fn judge(chain: &[CertificateDer<'static>], host: &str, roots: &Roots, now: Timestamp) -> Option<Judged> {
    let (leaf, intermediates) = chain.split_first()?;
    let (_, parsed) = X509Certificate::from_der(leaf).ok()?;
    let not_before = instant(parsed.validity().not_before.timestamp());
    let not_after = instant(parsed.validity().not_after.timestamp());
    let names = names(&parsed);
    let mut problems = Vec::new();

    // Trust is asked for a moment inside the validity, so that an expired certificate is not also called untrusted.
    let within = match (not_before, not_after) {
        (Some(start), Some(end)) if end > start => now.clamp(start, end),
        _ => now,
    };
    let known = roots.extra.contains(leaf);
    let mut old_signature = false;
    if !known && let Err(reason) = chains_to_root(leaf, intermediates, roots, within) {
        let issuer = parsed.issuer().to_string();
        let by_system = system_trusts(leaf, intermediates, host, &names, roots, within);
        let missing = chain::missing(chain);
        // The server's own certificate is in time at this moment, so what has ended is one above it.
        let over = chain::ended(chain, within).filter(|_| {
            use rustls::CertificateError::{Expired, ExpiredContext};
            matches!(
                reason,
                rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. })
            )
        });
        // Only an issuer that was found by its name can have its signature looked at: what fails is the old form of
        // signature, which is told below.
        old_signature = is_old_signature(&reason) && weakness(chain).is_some();
        problems.push(match by_system {
            _ if over.is_some() => {
                let (whose, end) = over.unwrap_or_default();
                (
                    CertificateProblem::Expired,
                    format!("the certificate of its issuer ({whose}), which the server sends along, was valid until {end}"),
                )
            }
            // A system that fetches what is missing trusts it, and a copier does not fetch.
            _ if missing.as_ref().is_some_and(|missing| missing.published) => (
                CertificateProblem::Untrusted,
                format!(
                    "the chain is incomplete: the server does not send the certificate of {}, and not every client fetches it",
                    missing.map_or(issuer, |missing| missing.issuer)
                ),
            ),
            Some(true) => (
                CertificateProblem::Intercepted,
                format!("the chain ends in a root that only this computer trusts; issuer: {issuer}"),
            ),
            _ if parsed.subject() == parsed.issuer() => {
                (CertificateProblem::Untrusted, "it is signed by itself".to_owned())
            }
            _ => (
                CertificateProblem::Untrusted,
                format!("no chain to a public root ({reason}); issuer: {issuer}"),
            ),
        });
    }
    if old_signature {
        problems.retain(|(problem, _)| *problem != CertificateProblem::Untrusted);
    }
    match (not_before, not_after) {
        (_, Some(end)) if now > end => {
            problems.retain(|(problem, _)| *problem != CertificateProblem::Expired);
            problems.push((CertificateProblem::Expired, format!("it was valid until {end}")));
        }
        (Some(start), _) if now < start => {
            problems.push((
                CertificateProblem::NotYetValid,
                format!("it is valid from {start}"),
            ));
        }
        _ => {}
    }
    if !fits(leaf, host) {
        let listed = if names.is_empty() {
            "it lists none".to_owned()
        } else {
            format!("it lists {}", names.join(", "))
        };
        problems.push((
            CertificateProblem::NameMismatch,
            format!("it is not made out for {host}; {listed}"),
        ));
    }
    let trusted = problems.is_empty() && !old_signature;
    if let Some(why) = weakness(chain) {
        problems.push((CertificateProblem::Weak, why));
    }
    let facts = CertificateFacts {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names,
        not_before,
        not_after,
        trusted,
        problems: problems.iter().map(|(problem, _)| *problem).collect(),
        key: key(&parsed),
    };
    Some(Judged {
        facts,
        problems,
        by_name: false,
    })
}

/// Whether a chain fails for a form of signature that clients of today do not take.
const fn is_old_signature(reason: &rustls::Error) -> bool {
    use rustls::CertificateError::UnsupportedSignatureAlgorithmContext;
    matches!(
        reason,
        rustls::Error::InvalidCertificate(UnsupportedSignatureAlgorithmContext { .. })
    )
}

/// Whether a chain leads from the leaf to one of the roots.
fn chains_to_root(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &Roots,
    now: Timestamp,
) -> Result<(), rustls::Error> {
    let parsed = ParsedCertificate::try_from(leaf)?;
    let algorithms = provider().signature_verification_algorithms.all;
    verify_server_cert_signed_by_trust_anchor(&parsed, &roots.store, intermediates, unix(now), algorithms)
}

/// Whether this computer's own store trusts the chain; none where the store cannot be asked.
fn system_trusts(
    leaf: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    host: &str,
    names: &[String],
    roots: &Roots,
    now: Timestamp,
) -> Option<bool> {
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(roots.extra.iter().cloned(), provider())
            .ok()?;
    // The name has a judgement of its own; here one that fits is asked for, so that only trust decides.
    let name: ServerName<'static> = if fits(leaf, host) {
        server_name(host)?
    } else {
        names
            .iter()
            .find_map(|name| server_name(&name.replace('*', "any")))?
    };
    let result = verifier.verify_server_cert(leaf, intermediates, &name, &[], unix(now));
    Some(result.is_ok())
}

/// Whether the certificate is made out for the host.
fn fits(leaf: &CertificateDer<'_>, host: &str) -> bool {
    let (Ok(parsed), Some(name)) = (ParsedCertificate::try_from(leaf), server_name(host)) else {
        return false;
    };
    verify_server_name(&parsed, &name).is_ok()
}

/// The names and addresses for which a certificate is made out.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for extension in certificate.extensions() {
        if let ParsedExtension::SubjectAlternativeName(list) = extension.parsed_extension() {
            for name in list.general_names.iter().take(200) {
                match name {
                    GeneralName::DNSName(name) => all.push((*name).to_owned()),
                    GeneralName::IPAddress(bytes) => all.extend(address(bytes)),
                    _ => {}
                }
            }
        }
    }
    all
}

/// The address of four or sixteen bytes.
fn address(bytes: &[u8]) -> Option<String> {
    let four: Result<[u8; 4], _> = bytes.try_into();
    let sixteen: Result<[u8; 16], _> = bytes.try_into();
    match (four, sixteen) {
        (Ok(bytes), _) => Some(std::net::Ipv4Addr::from(bytes).to_string()),
        (_, Ok(bytes)) => Some(std::net::Ipv6Addr::from(bytes).to_string()),
        _ => None,
    }
}

/// Key algorithm and size in bits.
fn key(certificate: &X509Certificate<'_>) -> String {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa_bits(rsa.modulus)),
        Ok(PublicKey::EC(point)) => format!("EC {}", point.key_size()),
        Ok(PublicKey::DSA(_)) => "DSA".to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// What kind of key a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA.
    Rsa {
        /// The key as PKCS #1 has it.
        key: Vec<u8>,
        /// Its length.
        bits: usize,
    },
    /// The curve P-521.
    P521,
    /// Ed448.
    Ed448,
    /// Any other, or a certificate that cannot be read.
    Other,
}

/// The kind of a certificate's key.
pub fn key_kind(certificate: &CertificateDer<'_>) -> KeyKind {
    let Ok((_, leaf)) = X509Certificate::from_der(certificate) else {
        return KeyKind::Other;
    };
    let info = leaf.public_key();
    let curve = || info.algorithm.parameters.as_ref()?.as_oid().ok();
    match info.parsed() {
        Ok(PublicKey::RSA(rsa)) => KeyKind::Rsa {
            key: info.subject_public_key.data.to_vec(),
            bits: rsa_bits(rsa.modulus),
        },
        _ if info.algorithm.algorithm.to_id_string() == "1.3.101.113" => KeyKind::Ed448,
        _ if curve().is_some_and(|curve| curve.to_id_string() == "1.3.132.0.35") => KeyKind::P521,
        _ => KeyKind::Other,
    }
}

/// The bits of an RSA modulus, without leading zeros.
fn rsa_bits(modulus: &[u8]) -> usize {
    let significant = modulus.iter().skip_while(|&&byte| byte == 0);
    significant.count() * 8
}

/// Why today's clients find the chain too weak: RSA below 2048 bits in the leaf, SHA-1 or MD5 below the root.
fn weakness(chain: &[CertificateDer<'_>]) -> Option<String> {
    for (index, der) in chain.iter().enumerate() {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else {
            continue;
        };
        if let Ok(PublicKey::RSA(rsa)) = certificate.public_key().parsed()
            && rsa_bits(rsa.modulus) < 2048
        {
            return Some(format!(
                "an RSA key of {} bits; clients want 2048 or more",
                rsa_bits(rsa.modulus)
            ));
        }
        // A root is trusted for being known, not for its signature.
        let is_root = index > 0 && certificate.subject() == certificate.issuer();
        if !is_root && let Some(hash) = old_hash(&certificate.signature_algorithm.algorithm.to_id_string()) {
            return Some(format!("signed with {hash}"));
        }
    }
    None
}

/// The name of an outdated hash in a signature algorithm (RFC 3279, RFC 5758).
fn old_hash(oid: &str) -> Option<&'static str> {
    match oid {
        "1.2.840.113549.1.1.4" => Some("MD5"),
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" => Some("SHA-1"),
        _ => None,
    }
}

/// A moment given in seconds since 1970.
fn instant(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

/// A moment as webpki counts.
fn unix(time: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(time.as_second()).unwrap_or(0)))
}

#[cfg(test)]
#[path = "certificate_tests.rs"]
mod tests;
