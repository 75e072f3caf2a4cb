//! What must be there before the first client: certificate, open ports, clear words where it cannot be.

use super::{ListenError, ListenOptions, Shown};
use crate::knowledge::Knowledge;
use crate::knowledge::schema::{ListenObstacle, Persona};
use jiff::{Timestamp, ToSpan as _};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// How long the certificate made on the spot is valid, around now.
const VALID_BEFORE_DAYS: i64 = 2;
const VALID_AFTER_DAYS: i64 = 90;

/// The persona that is asked for.
pub fn persona(options: &ListenOptions, knowledge: &Knowledge) -> Result<Persona, ListenError> {
    let known = || {
        let ids: Vec<&str> = knowledge.personas.iter().map(|p| p.id.as_str()).collect();
        ids.join(", ")
    };
    let found = knowledge
        .personas
        .iter()
        .find(|persona| persona.id == options.persona);
    found.cloned().ok_or_else(|| ListenError::Persona {
        name: options.persona.clone(),
        known: known(),
    })
}

/// TLS 1.2 and 1.3, with the given certificate or one made on the spot.
pub fn tls(options: &ListenOptions) -> Result<(Arc<ServerConfig>, Shown), ListenError> {
    let (chain, key, shown) = if let Some((chain, key)) = &options.certificate {
        let problem = |path: &std::path::Path, error: String| {
            ListenError::Certificate(format!("{}: {error}; give PEM files", path.display()))
        };
        let certificates = CertificateDer::pem_file_iter(chain)
            .map_err(|e| problem(chain, e.to_string()))?
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| problem(chain, e.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|e| problem(key, e.to_string()))?;
        (certificates, key, Shown::Given)
    } else {
        let (chain, key) = self_made(options).map_err(ListenError::Certificate)?;
        (chain, key, Shown::SelfMade)
    };
    let failed = |error: rustls::Error| ListenError::Certificate(error.to_string());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(failed)?;
    Ok((Arc::new(config), shown))
}

/// A self-signed certificate for the host name and the addresses, valid around now, so that a device that
/// finds it expired has a wrong clock.
fn self_made(
    options: &ListenOptions,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let mut names = vec![options.host.clone()];
    names.extend(options.addresses.iter().map(IpAddr::to_string));
    let mut wanted = rcgen::CertificateParams::new(names).map_err(|e| e.to_string())?;
    let mut subject = rcgen::DistinguishedName::new();
    subject.push(rcgen::DnType::CommonName, options.host.clone());
    wanted.distinguished_name = subject;
    let day = |days: i64| {
        let zoned = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let date = zoned.checked_add(days.days()).unwrap_or(zoned).date();
        let part = |number: i8| u8::try_from(number).unwrap_or(1);
        rcgen::date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day()))
    };
    wanted.not_before = day(-VALID_BEFORE_DAYS);
    wanted.not_after = day(VALID_AFTER_DAYS);
    let key = rcgen::KeyPair::generate().map_err(|e| e.to_string())?;
    let made = wanted.self_signed(&key).map_err(|e| e.to_string())?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((vec![made.der().clone()], key.into()))
}

/// Why a port cannot be opened, and the way on.
pub fn door_problem(error: &io::Error, door: SocketAddr, knowledge: &Knowledge) -> String {
    let port = door.port();
    let (words, obstacle) = match error.kind() {
        io::ErrorKind::AddrInUse => (
            format!(
                "port {port} is in use by another program; stop it, or choose another port here and on the copier"
            ),
            Some(ListenObstacle::PortInUse),
        ),
        io::ErrorKind::PermissionDenied => (
            format!(
                "this user may not open port {port}; choose another, such as 2525, here and on the copier"
            ),
            Some(ListenObstacle::PrivilegedPort),
        ),
        io::ErrorKind::AddrNotAvailable => {
            let own: Vec<String> = super::places(None)
                .iter()
                .map(|place| place.address.to_string())
                .collect();
            let own = own.join(", ");
            (
                format!("this computer has no address {}; it has {own}", door.ip()),
                None,
            )
        }
        _ => (error.to_string(), None),
    };
    let advice = obstacle
        .map(|about| knowledge.listen_advice(std::env::consts::OS, about, door))
        .unwrap_or_default();
    let command = advice
        .into_iter()
        .find_map(|advice| Some((advice.title, advice.command?)));
    match command {
        Some((title, command)) => format!("{words} ({title}: {command})"),
        None => words,
    }
}
