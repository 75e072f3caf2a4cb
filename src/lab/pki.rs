//! The lab's certificate authority: made anew at each start, never written but for its public part.

use super::LabError;
use super::behaviour::Certificate;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// An authority that signs the servers' certificates.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

impl Authority {
    /// Makes a new authority with a key of its own.
    pub fn new(name: &str) -> Result<Self, LabError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        between(&mut params, -900, 365);
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        })
    }

    /// The authority's certificate as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A TLS server that shows the wanted certificate for `names` and speaks `versions` (`1.2`, `1.3`).
    pub fn server(
        &self,
        names: &[String],
        wanted: &Certificate,
        versions: &[String],
    ) -> Result<Arc<ServerConfig>, LabError> {
        let (chain, key) = self.certificate(names, wanted)?;
        let versions: Vec<_> = versions
            .iter()
            .filter_map(|version| match version.as_str() {
                "1.2" => Some(&rustls::version::TLS12),
                "1.3" => Some(&rustls::version::TLS13),
                _ => None,
            })
            .collect();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&versions)?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Arc::new(config))
    }

    /// The chain and its key.
    fn certificate(
        &self,
        names: &[String],
        wanted: &Certificate,
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), LabError> {
        let names = match wanted {
            Certificate::Named(others) => others,
            _ => names,
        };
        let mut params = CertificateParams::new(names.to_vec())?;
        params.distinguished_name = named(names.first().map_or("lab", String::as_str));
        match wanted {
            Certificate::Expired(days) => between(&mut params, -i64::from(*days) - 90, -i64::from(*days)),
            Certificate::NotYetValid(days) => between(&mut params, i64::from(*days), i64::from(*days) + 90),
            _ => between(&mut params, -10, 90),
        }
        let key = KeyPair::generate()?;
        if *wanted == Certificate::WithoutIntermediate {
            params.custom_extensions.push(issuer_on_the_web());
        }
        let chain = match wanted {
            Certificate::WithoutIntermediate => {
                let (between, _) = self.intermediate(365)?;
                vec![params.signed_by(&key, &between)?.der().clone()]
            }
            Certificate::IntermediateExpired(days) => {
                let (between, der) = self.intermediate(-i64::from(*days))?;
                vec![params.signed_by(&key, &between)?.der().clone(), der]
            }
            Certificate::SelfSigned => vec![params.self_signed(&key)?.der().clone()],
            Certificate::IssuedBy(name) => {
                let stranger = Self::new(name)?;
                vec![
                    params.signed_by(&key, &stranger.issuer)?.der().clone(),
                    stranger.der,
                ]
            }
            _ => vec![
                params.signed_by(&key, &self.issuer)?.der().clone(),
                self.der.clone(),
            ],
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok((chain, key))
    }

    /// An authority below this one, and its certificate, which ends in so many days.
    fn intermediate(
        &self,
        ends: i64,
    ) -> Result<(Issuer<'static, KeyPair>, CertificateDer<'static>), LabError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.distinguished_name = named("ScanMedic Lab Intermediate CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        between(&mut params, ends - 395, ends);
        let der = params.signed_by(&key, &self.issuer)?.der().clone();
        Ok((Issuer::new(params, key), der))
    }
}

/// The extension that says where the issuer's certificate can be fetched (RFC 5280, section 4.2.2.1).
fn issuer_on_the_web() -> CustomExtension {
    const PLACE: &[u8] = b"http://pki.example/intermediate.crt";
    const CA_ISSUERS: [u8; 10] = [0x06, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2];
    let length = |bytes: usize| u8::try_from(bytes).unwrap_or(u8::MAX);
    let inner = length(CA_ISSUERS.len() + 2 + PLACE.len());
    let mut der = vec![0x30, inner + 2, 0x30, inner];
    der.extend(CA_ISSUERS);
    der.extend([0x86, length(PLACE.len())]);
    der.extend(PLACE);
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], der)
}

/// A distinguished name with a common name only.
fn named(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

/// Sets the time of validity, in days from now.
fn between(params: &mut CertificateParams, from: i64, to: i64) {
    params.not_before = day(from).into();
    params.not_after = day(to).into();
}

/// A day counted from now.
fn day(days: i64) -> SystemTime {
    let span = Duration::from_secs(days.unsigned_abs() * 86_400);
    let now = SystemTime::now();
    if days < 0 { now - span } else { now + span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::*;

    /// The first certificate of a chain.
    fn leaf(wanted: &Certificate) -> Vec<u8> {
        let authority = Authority::new("Lab CA").unwrap();
        let (chain, _) = authority
            .certificate(&["smtp.example.test".to_owned()], wanted)
            .unwrap();
        chain[0].to_vec()
    }

    #[test]
    fn an_expired_certificate_ended_when_the_scenario_says() {
        let der = leaf(&Certificate::Expired(12));
        let (_, certificate) = X509Certificate::from_der(&der).unwrap();
        let ended = certificate.validity().not_after.timestamp();
        let now = i64::try_from(day(0).duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()).unwrap();
        assert!((now - ended - 12 * 86_400).abs() < 5);
    }

    #[test]
    fn a_self_signed_certificate_is_its_own_issuer_and_a_strange_one_names_the_stranger() {
        let der = leaf(&Certificate::SelfSigned);
        let (_, own) = X509Certificate::from_der(&der).unwrap();
        assert_eq!(own.issuer(), own.subject());
        let der = leaf(&Certificate::IssuedBy("Firewall CA".to_owned()));
        let (_, strange) = X509Certificate::from_der(&der).unwrap();
        assert_eq!(strange.issuer().to_string(), "CN=Firewall CA");
    }
}
