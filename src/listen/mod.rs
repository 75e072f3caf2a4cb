//! The laptop as the mail server that the copier is pointed at: one press of Scan tells what it does.

mod dialogue;
mod hello;
mod login;
mod message;
mod observation;
mod stream;

pub use hello::{ClientHello, Flight, read as read_flight};
pub use observation::{MessageFacts, Observation, Seen, describe, describe_seen};

use crate::knowledge::Knowledge;
use dialogue::{Dialogue, Shared};
use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stream::Stream;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How the listener listens.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// The laptop's addresses to listen on; only these.
    pub addresses: Vec<IpAddr>,
    /// Ports with plain text and STARTTLS; 0 for any free one.
    pub plain_ports: Vec<u16>,
    /// Ports with TLS from the first byte.
    pub tls_ports: Vec<u16>,
    /// Which persona to play, by id.
    pub persona: String,
    /// The name in the greeting and in the certificate.
    pub host: String,
    /// Certificate chain and key (PEM files); self-made where `None`.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Folder for the messages; they are thrown away where `None`.
    pub save: Option<PathBuf>,
    /// What a rude client may cost.
    pub limits: Limits,
}

/// What a rude client may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// How long a client may be silent.
    pub idle: Duration,
    /// How long a connection may last.
    pub total: Duration,
    /// Bytes of a message that are taken.
    pub message: u64,
    /// Bytes of a message that are saved.
    pub saved: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            idle: Duration::from_mins(1),
            total: Duration::from_mins(30),
            message: 4 << 30,
            saved: 256 << 20,
        }
    }
}

impl Default for ListenOptions {
    fn default() -> Self {
        Self {
            addresses: vec![IpAddr::from([127, 0, 0, 1])],
            plain_ports: vec![2525],
            tls_ports: vec![2465],
            persona: "accept-all".to_owned(),
            host: "scanmedic.invalid".to_owned(),
            certificate: None,
            save: None,
            limits: Limits::default(),
        }
    }
}

/// Why the listener did not start; the text says what and how to mend it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ListenError {
    /// The persona is not in the knowledge.
    #[error("no persona is called {name:?}; there are {known}")]
    Persona {
        /// As asked.
        name: String,
        /// What there is.
        known: String,
    },
    /// The certificate cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// No port could be opened.
    #[error("no port could be opened: {0}")]
    Ports(String),
}

/// Listens until `cancel` is called. Every observation goes to `sender`; a slow reader slows the clients,
/// nothing is piled up.
pub async fn listen(
    options: ListenOptions,
    knowledge: &Knowledge,
    sender: Sender<Observation>,
    cancel: CancellationToken,
) -> Result<(), ListenError> {
    let persona = knowledge
        .personas
        .iter()
        .find(|persona| persona.id == options.persona)
        .cloned()
        .ok_or_else(|| ListenError::Persona {
            name: options.persona.clone(),
            known: knowledge
                .personas
                .iter()
                .map(|p| p.id.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        })?;
    let shared = Arc::new(Shared {
        persona,
        host: options.host.clone(),
        tls: Arc::new(tls_config(&options).map_err(ListenError::Certificate)?),
        limits: options.limits,
        save: options.save.clone(),
        sender,
    });
    let mut doors = Vec::new();
    let mut problems = Vec::new();
    for &address in &options.addresses {
        let plain = options.plain_ports.iter().map(|&port| (port, false));
        let tls = options.tls_ports.iter().map(|&port| (port, true));
        for (port, implicit_tls) in plain.chain(tls) {
            let endpoint = SocketAddr::new(address, port);
            match TcpListener::bind(endpoint).await {
                Ok(listener) => {
                    let endpoint = listener.local_addr().unwrap_or(endpoint);
                    tell(&shared, endpoint, Seen::Listening { implicit_tls }).await;
                    doors.push((listener, implicit_tls));
                }
                Err(error) => {
                    let problem = error.to_string();
                    problems.push(format!("{endpoint}: {problem}"));
                    tell(&shared, endpoint, Seen::CannotListen { problem }).await;
                }
            }
        }
    }
    if doors.is_empty() {
        return Err(ListenError::Ports(problems.join("; ")));
    }
    let places = Arc::new(Semaphore::new(options.limits.connections));
    let counter = Arc::new(AtomicU64::new(0));
    let mut open = JoinSet::new();
    for (listener, implicit_tls) in doors {
        let door = accept(
            listener,
            implicit_tls,
            Arc::clone(&shared),
            Arc::clone(&places),
            Arc::clone(&counter),
        );
        open.spawn(door);
    }
    cancel.cancelled().await;
    open.shutdown().await;
    Ok(())
}

/// Takes connections on one port for ever; its connections end with it.
async fn accept(
    listener: TcpListener,
    implicit_tls: bool,
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    counter: Arc<AtomicU64>,
) {
    let mut clients = JoinSet::new();
    loop {
        while clients.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
        clients.spawn(async move {
            let total = shared.limits.total;
            let stream = Stream::new(stream, shared.limits.idle);
            let dialogue = Dialogue::new(shared, stream, number, peer);
            let _ = tokio::time::timeout(total, dialogue.run(implicit_tls)).await;
            drop(place);
        });
    }
}

async fn tell(shared: &Shared, endpoint: SocketAddr, seen: Seen) {
    let _ = shared
        .sender
        .send(Observation {
            at: Timestamp::now(),
            connection: 0,
            peer: endpoint,
            seen,
        })
        .await;
}

/// TLS 1.2 and 1.3, with the given certificate or one made on the spot.
fn tls_config(options: &ListenOptions) -> Result<ServerConfig, String> {
    let (chain, key) = match &options.certificate {
        Some((chain, key)) => {
            let chain = CertificateDer::pem_file_iter(chain)
                .map_err(|e| format!("{}: {e}", chain.display()))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(|e| format!("{}: {e}", chain.display()))?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|e| format!("{}: {e}", key.display()))?;
            (chain, key)
        }
        None => self_made(options)?,
    };
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| e.to_string())
}

/// A self-signed certificate for the host name and the addresses.
fn self_made(
    options: &ListenOptions,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let mut names = vec![options.host.clone()];
    names.extend(options.addresses.iter().map(IpAddr::to_string));
    let made = rcgen::generate_simple_self_signed(names).map_err(|e| e.to_string())?;
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    Ok((vec![made.cert.der().clone()], key.into()))
}

#[cfg(test)]
mod tests;
