//! What is missing or over in the chain above a server's certificate.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::oid_registry::asn1_rs::{Oid, oid};
use x509_parser::prelude::{FromDer as _, GeneralName, ParsedExtension, X509Certificate};

/// The access method of an issuer's certificate (RFC 5280, section 4.2.2.1).
const CA_ISSUERS: Oid<'static> = oid!(1.3.6.1.5.5.7.48.2);
/// Most links that are followed.
const LINKS: usize = 10;

/// A certificate that the server did not send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Whose it is: the issuer of the last one that was sent.
    pub issuer: String,
    /// Whether the one that was sent says where on the web it can be fetched, as those of public authorities do.
    pub published: bool,
}

/// The link that is missing between what was sent and a root; none where what was sent ends in a root of its own.
pub fn missing(chain: &[CertificateDer<'_>]) -> Option<Missing> {
    let parsed: Vec<X509Certificate<'_>> = parsed(chain);
    let mut top = parsed.first()?;
    for _ in 0..LINKS {
        if top.subject() == top.issuer() {
            return None;
        }
        match parsed.iter().find(|above| above.subject() == top.issuer()) {
            Some(above) => top = above,
            None => {
                return Some(Missing {
                    issuer: top.issuer().to_string(),
                    published: is_published(top),
                });
            }
        }
    }
    None
}

/// A certificate of an authority among those that were sent whose validity is over, with its name and end.
pub fn ended(chain: &[CertificateDer<'_>], now: Timestamp) -> Option<(String, Timestamp)> {
    parsed(chain).iter().skip(1).find_map(|one| {
        let end = Timestamp::from_second(one.validity().not_after.timestamp()).ok()?;
        (now > end).then(|| (one.subject().to_string(), end))
    })
}

fn parsed<'a>(chain: &'a [CertificateDer<'_>]) -> Vec<X509Certificate<'a>> {
    chain
        .iter()
        .take(LINKS)
        .filter_map(|der| X509Certificate::from_der(der).ok())
        .map(|(_, certificate)| certificate)
        .collect()
}

/// Whether a certificate names a place on the web where its issuer's can be fetched.
fn is_published(certificate: &X509Certificate<'_>) -> bool {
    certificate
        .extensions()
        .iter()
        .any(|extension| match extension.parsed_extension() {
            ParsedExtension::AuthorityInfoAccess(access) => access.accessdescs.iter().any(|place| {
                place.access_method == CA_ISSUERS
                    && matches!(&place.access_location, GeneralName::URI(uri) if uri.starts_with("http"))
            }),
            _ => false,
        })
}
