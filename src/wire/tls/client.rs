//! A TLS client that finishes the handshake with any certificate and hands it over for judgement afterwards.

use super::TlsVersion;
use super::certificate::{self, KeyKind};
use super::failure;
use super::suites::suite_name;
use crate::wire::failure::{Loss, TlsFailure};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme, SupportedProtocolVersion,
};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A TLS session that stands.
#[derive(Debug)]
pub struct Session<S> {
    /// The stream inside it.
    pub stream: TlsStream<Tap<S>>,
    /// Negotiated version.
    pub version: TlsVersion,
    /// Negotiated suite, in the RFC's name.
    pub suite: String,
    /// The server's chain as sent, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
}

/// A handshake that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Why.
    pub failure: TlsFailure,
    /// The peer's first bytes, where there were any.
    pub first: Vec<u8>,
}

impl From<TlsFailure> for Broken {
    fn from(failure: TlsFailure) -> Self {
        Self {
            failure,
            first: Vec::new(),
        }
    }
}

/// The cryptography used everywhere in this program.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A configuration that takes any certificate, for TLS 1.2 and 1.3.
pub fn config() -> Result<Arc<ClientConfig>, Error> {
    config_for(rustls::DEFAULT_VERSIONS)
}

/// A configuration that takes any certificate, for these versions.
pub fn config_for(versions: &[&'static SupportedProtocolVersion]) -> Result<Arc<ClientConfig>, Error> {
    let provider = provider();
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// A configuration with a device's limits: no version above `highest`, and of the suites only those that it
/// has, where they are known. None where this library speaks nothing of what is left.
pub fn config_limited(highest: TlsVersion, suites: Option<&[u16]>) -> Option<Arc<ClientConfig>> {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites.retain(|suite| {
        let newest = suite.tls13().is_some();
        let wanted = suites.is_none_or(|suites| suites.contains(&u16::from(suite.suite())));
        wanted && (!newest || highest >= TlsVersion::Tls13)
    });
    let versions: Vec<&'static SupportedProtocolVersion> = [
        (&rustls::version::TLS12, TlsVersion::Tls12),
        (&rustls::version::TLS13, TlsVersion::Tls13),
    ]
    .into_iter()
    .filter(|(ours, version)| {
        let usable = provider
            .cipher_suites
            .iter()
            .any(|suite| suite.version() == *ours);
        *version <= highest && usable
    })
    .map(|(ours, _)| ours)
    .collect();
    if versions.is_empty() {
        return None;
    }
    let provider = Arc::new(provider);
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions)
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    Some(Arc::new(config))
}

/// Shakes hands within the limit. `host` is a name or an address.
pub async fn connect<S>(
    stream: S,
    host: &str,
    config: Arc<ClientConfig>,
    limit: Duration,
) -> Result<Session<S>, Broken>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = server_name(host)
        .ok_or_else(|| TlsFailure::Other(format!("{host:?} is no name that TLS can ask for")))?;
    let tap = Tap {
        stream,
        first: Vec::new(),
    };
    let asked = Arc::new(AskedForOurs::default());
    let mut config = ClientConfig::clone(&config);
    config.client_auth_cert_resolver = Arc::clone(&asked) as Arc<dyn ResolvesClientCert>;
    let connecting = TlsConnector::from(Arc::new(config))
        .connect(name, tap)
        .into_fallible();
    let stream = match timeout(limit, connecting).await {
        Err(_) => return Err(TlsFailure::BrokenOff(Loss::TimedOut).into()),
        Ok(Err((error, tap))) => {
            let mut failure = failure::of_handshake(&error, &tap.first);
            if asked.0.load(Ordering::Relaxed) {
                failure = failure::without_our_certificate(failure);
            }
            return Err(Broken {
                failure,
                first: tap.first,
            });
        }
        Ok(Ok(stream)) => stream,
    };
    let (_, connection) = stream.get_ref();
    let version = connection
        .protocol_version()
        .and_then(|version| TlsVersion::from_wire(u16::from(version)))
        .unwrap_or(TlsVersion::Tls12);
    let suite = connection
        .negotiated_cipher_suite()
        .map(|suite| suite_name(u16::from(suite.suite())))
        .unwrap_or_default();
    let chain = connection
        .peer_certificates()
        .map(|chain| chain.iter().map(|one| one.clone().into_owned()).collect())
        .unwrap_or_default();
    Ok(Session {
        stream,
        version,
        suite,
        chain,
    })
}

/// Has no certificate to show, and knows whether the server asked for one.
#[derive(Debug, Default)]
struct AskedForOurs(AtomicBool);

impl ResolvesClientCert for AskedForOurs {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// A host as TLS names it.
pub fn server_name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(host.trim_end_matches('.').to_owned()).ok()
}

/// How many of the peer's first bytes are kept, to say what it was if the handshake fails.
const KEPT: usize = 512;

/// A stream that keeps the first bytes that came.
#[derive(Debug)]
pub struct Tap<S> {
    stream: S,
    first: Vec<u8>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        let room = KEPT.saturating_sub(self.first.len());
        if room > 0 {
            let new = buffer.filled().iter().skip(before).take(room);
            self.first.extend(new);
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Takes every certificate: it is judged afterwards, so that the dialogue behind it can be seen too.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        holds_its_key(message, cert, dss, || {
            rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
        })
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        holds_its_key(message, cert, dss, || {
            rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut all = self.0.signature_verification_algorithms.supported_schemes();
        all.extend([
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED448,
            SignatureScheme::RSA_PKCS1_SHA1,
        ]);
        all
    }
}

/// Refuses who shows a certificate without holding its key. What `usual` cannot check is checked here as far as it
/// can be, and let pass beyond: the dialogue behind is wanted, and the key is judged apart.
fn holds_its_key(
    message: &[u8],
    cert: &CertificateDer<'_>,
    dss: &DigitallySignedStruct,
    usual: impl FnOnce() -> Result<HandshakeSignatureValid, Error>,
) -> Result<HandshakeSignatureValid, Error> {
    let forged = Err(CertificateError::BadSignature.into());
    let fine = Ok(HandshakeSignatureValid::assertion());
    match (dss.scheme, certificate::key_kind(cert)) {
        (SignatureScheme::RSA_PKCS1_SHA1, KeyKind::Rsa { key, .. }) => {
            let rule = &ring::signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY;
            let checked = ring::signature::UnparsedPublicKey::new(rule, key).verify(message, dss.signature());
            if checked.is_ok() { fine } else { forged }
        }
        // Nobody's library here knows these, nor short keys of RSA.
        (SignatureScheme::ECDSA_NISTP521_SHA512, KeyKind::P521)
        | (SignatureScheme::ED448, KeyKind::Ed448)
        | (_, KeyKind::Rsa { bits: ..2048, .. }) => fine,
        _ => usual().or_else(|error| match error {
            Error::InvalidCertificate(CertificateError::BadSignature) | Error::PeerMisbehaved(_) => {
                Err(error)
            }
            Error::PeerIncompatible(_) => forged,
            // A certificate that cannot be read is told by those who judge it.
            _ => fine,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;

    #[test]
    fn a_device_s_limits_leave_what_both_have_or_nothing() {
        assert!(config_limited(TlsVersion::Tls11, None).is_none());
        assert!(config_limited(TlsVersion::Tls12, Some(&[0x002f, 0x0035])).is_none());
        assert!(config_limited(TlsVersion::Tls12, Some(&[0x1301])).is_none());
        assert!(config_limited(TlsVersion::Tls12, Some(&[0x002f, 0xc02f])).is_some());
        let config = config_limited(TlsVersion::Tls13, Some(&[0xc02f, 0x1301])).unwrap();
        assert_eq!(config.crypto_provider().cipher_suites.len(), 2);
    }

    #[tokio::test]
    async fn a_server_that_speaks_text_is_not_tls() {
        let (ours, mut theirs) = tokio::io::duplex(4096);
        theirs.write_all(b"220 mx.example.test ESMTP\r\n").await.unwrap();
        let result = connect(ours, "mx.example.test", config().unwrap(), Duration::from_secs(2)).await;
        assert_eq!(
            result.err().map(|broken| broken.failure),
            Some(TlsFailure::NotTls)
        );
    }

    #[tokio::test]
    async fn silence_and_closing_are_told_apart() {
        let (ours, _theirs) = tokio::io::duplex(4096);
        let result = connect(
            ours,
            "mx.example.test",
            config().unwrap(),
            Duration::from_millis(30),
        )
        .await;
        assert_eq!(
            result.err().map(|broken| broken.failure),
            Some(TlsFailure::BrokenOff(Loss::TimedOut))
        );
        let (ours, theirs) = tokio::io::duplex(4096);
        drop(theirs);
        let result = connect(ours, "mx.example.test", config().unwrap(), Duration::from_secs(2)).await;
        assert_eq!(
            result.err().map(|broken| broken.failure),
            Some(TlsFailure::BrokenOff(Loss::Closed))
        );
    }

    #[tokio::test]
    async fn a_server_hello_of_tls_1_0_means_no_common_version() {
        let (ours, mut theirs) = tokio::io::duplex(4096);
        let mut hello = vec![22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
        hello.extend([9; 32]);
        hello.extend([0, 0x00, 0x2f, 0]);
        theirs.write_all(&hello).await.unwrap();
        let result = connect(ours, "mx.example.test", config().unwrap(), Duration::from_secs(2)).await;
        assert_eq!(
            result.err().map(|broken| broken.failure),
            Some(TlsFailure::NoCommonVersion)
        );
    }

    /// A key of its own and a certificate for it.
    fn identity() -> (CertificateDer<'static>, rustls::pki_types::PrivateKeyDer<'static>) {
        let made = rcgen::generate_simple_self_signed(vec!["mx.example.test".to_owned()]).unwrap();
        (made.cert.into(), made.signing_key.into())
    }

    /// Shakes hands with a server of the TLS library.
    async fn against(server: rustls::ServerConfig) -> Result<Session<tokio::io::DuplexStream>, Broken> {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let served = tokio::spawn(tokio_rustls::TlsAcceptor::from(Arc::new(server)).accept(theirs));
        let ended = connect(ours, "mx.example.test", config().unwrap(), Duration::from_secs(5)).await;
        drop(served.await);
        ended
    }

    #[derive(Debug)]
    struct Shows(Arc<CertifiedKey>);

    impl rustls::server::ResolvesServerCert for Shows {
        fn resolve(&self, _hello: rustls::server::ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }

    #[tokio::test]
    async fn who_shows_a_certificate_without_its_key_is_refused() {
        let ((certificate, _), (_, other)) = (identity(), identity());
        let key = provider().key_provider.load_private_key(other).unwrap();
        let shown = CertifiedKey::new(vec![certificate], key);
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let server = rustls::ServerConfig::builder_with_provider(provider())
                .with_protocol_versions(&[version])
                .unwrap()
                .with_no_client_auth()
                .with_cert_resolver(Arc::new(Shows(Arc::new(shown.clone()))));
            let failure = against(server).await.err().unwrap().failure;
            assert!(
                matches!(&failure, TlsFailure::Other(text) if text.contains("BadSignature")),
                "{failure}"
            );
        }
    }

    #[tokio::test]
    async fn a_server_that_wants_our_certificate_is_told_as_such() {
        let (certificate, key) = identity();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let verifier =
            rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
                .build()
                .unwrap();
        let server = rustls::ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS12])
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let failure = against(server).await.err().unwrap().failure;
        let told = failure.to_string();
        assert!(
            told.starts_with("the server wants a certificate of its clients, and ended it with the alert"),
            "{told}"
        );
    }
}
