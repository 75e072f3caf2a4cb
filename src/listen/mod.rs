//! The laptop as the mail server that the copier is pointed at: one press of Scan tells what it does.
//!
//! # How a screen uses it
//!
//! 1. [`places`] proposes the address to type in at the copier (it sends nothing and may run in any thread), the
//!    personas stand in `Knowledge::personas`, what a firewall needs comes from `Knowledge::listen_advice`.
//! 2. `session::Command::Listen { run, options }` starts. Each thing seen comes as `session::Event::Heard(run,
//!    observation)`: first one [`Seen::Listening`] or [`Seen::CannotListen`] a port, then what clients do.
//!    [`describe`] gives the line for a list; [`Observation::evidence`] says what it means for the device.
//!    Where no port could be opened at all, `Event::Failed(run, words)` comes, and the words tell the way on.
//! 3. Put every observation into a [`Hearing`]: it is bounded and keeps what a diagnosis needs.
//! 4. `Command::Cancel` stops: all ports are closed and all clients dropped before `Event::Cancelled(run)` comes.
//!    Any other command that starts a run stops the listener too, so ports never stay open behind a step.
//! 5. For the next diagnosis put [`Hearing::evidence`] into `Request::heard`; the run then knows the device's hello,
//!    login, clock and greeting, and fills what the case left open. [`Hearing::save`] writes the record to a file
//!    that a case can name under `files` and that `diagnose --file` reads.

mod dialogue;
mod dots;
mod hearing;
mod login;
mod message;
mod observation;
mod place;
mod setup;
mod stream;
mod tap;
mod tell;
mod teller;
mod words;

pub use hearing::{FORMAT, Hearing, is_record, read_line};
pub use observation::{MessageFacts, Observation, Part, Seen, Shown, Side};
pub use place::{Nearness, Place, places};
pub use tap::Upstream;
pub use words::{describe, describe_seen};

use crate::evidence::Actor;
use crate::knowledge::Knowledge;
use dialogue::{Dialogue, Shared};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stream::Stream;
use tap::Tap;
use teller::Teller;
use tokio::net::{TcpListener, TcpStream};
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
    /// Pass everything on to this server unchanged, and only watch; no persona is played then.
    pub tap: Option<Upstream>,
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
    /// Connections at a time; more are turned away with 421.
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
            tap: None,
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
    /// The folder for the messages cannot be written to.
    #[error("messages cannot be kept in {0}; give a folder that is there and can be written to")]
    Folder(String),
    /// No port could be opened.
    #[error("no port could be opened: {0}")]
    Ports(String),
}

/// What is done with a connection.
#[derive(Debug, Clone)]
enum Role {
    /// The persona answers.
    Play(Arc<Shared>),
    /// The real server answers.
    Tap(Arc<Tap>),
}

/// Listens until `cancel` is called. Every observation goes to `sender`; a slow reader slows the clients,
/// nothing is piled up.
pub async fn listen(
    options: ListenOptions,
    knowledge: &Knowledge,
    sender: Sender<Observation>,
    cancel: CancellationToken,
) -> Result<(), ListenError> {
    let (role, client) = role(&options, knowledge)?;
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
                    let teller = Teller::new(sender.clone(), 0, endpoint, client);
                    teller.tell(Seen::Listening { implicit_tls }).await;
                    doors.push((listener, implicit_tls));
                }
                Err(error) => {
                    let problem = setup::door_problem(&error, endpoint, knowledge);
                    problems.push(format!("{endpoint}: {problem}"));
                    let teller = Teller::new(sender.clone(), 0, endpoint, client);
                    teller.tell(Seen::CannotListen { problem }).await;
                }
            }
        }
    }
    if doors.is_empty() {
        return Err(ListenError::Ports(problems.join("; ")));
    }
    let desk = Arc::new(Desk {
        role,
        client,
        limits: options.limits,
        places: Arc::new(Semaphore::new(options.limits.connections)),
        counter: AtomicU64::new(0),
        sender,
    });
    let mut open = JoinSet::new();
    for (listener, implicit_tls) in doors {
        open.spawn(accept(listener, implicit_tls, Arc::clone(&desk)));
    }
    cancel.cancelled().await;
    open.shutdown().await;
    Ok(())
}

/// What is done with connections, and who their clients are.
fn role(options: &ListenOptions, knowledge: &Knowledge) -> Result<(Role, Actor), ListenError> {
    if let Some(folder) = options.save.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(ListenError::Folder(folder.display().to_string()));
    }
    if let Some(upstream) = &options.tap {
        let tap = Tap::new(upstream.clone(), options.limits);
        return Ok((Role::Tap(Arc::new(tap)), Actor::Device));
    }
    let persona = setup::persona(options, knowledge)?;
    let (tls, shown) = setup::tls(options)?;
    let shared = Shared {
        persona,
        host: options.host.clone(),
        tls,
        shown,
        limits: options.limits,
        save: options.save.clone(),
    };
    let client = shared.client();
    Ok((Role::Play(Arc::new(shared)), client))
}

/// What all ports share.
#[derive(Debug)]
struct Desk {
    role: Role,
    client: Actor,
    limits: Limits,
    places: Arc<Semaphore>,
    counter: AtomicU64,
    sender: Sender<Observation>,
}

/// Takes connections on one port for ever; its connections end with it.
async fn accept(listener: TcpListener, implicit_tls: bool, desk: Arc<Desk>) {
    let mut clients = JoinSet::new();
    loop {
        while clients.try_join_next().is_some() {}
        let Ok((stream, peer)) = listener.accept().await else {
            // Out of handles or the like: it may pass.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let number = desk.counter.fetch_add(1, Ordering::Relaxed) + 1;
        let teller = Teller::new(desk.sender.clone(), number, peer, desk.client);
        let Ok(place) = Arc::clone(&desk.places).try_acquire_owned() else {
            turn_away(&stream);
            teller.tell(Seen::TurnedAway).await;
            continue;
        };
        let desk = Arc::clone(&desk);
        clients.spawn(async move {
            let work = serve(stream, implicit_tls, &desk, teller);
            let _ = tokio::time::timeout(desk.limits.total, work).await;
            drop(place);
        });
    }
}

async fn serve(stream: TcpStream, implicit_tls: bool, desk: &Desk, teller: Teller) {
    let _ = stream.set_nodelay(true);
    match &desk.role {
        Role::Play(shared) => {
            let Ok(here) = stream.local_addr() else { return };
            let stream = Stream::new(stream, desk.limits.idle);
            let dialogue = Dialogue::new(Arc::clone(shared), stream, teller, here);
            dialogue.run(implicit_tls).await;
        }
        Role::Tap(tap) => tap.pass(stream, implicit_tls, teller).await,
    }
}

/// Says so and closes, without waiting for anything.
fn turn_away(stream: &TcpStream) {
    let _ = stream.try_write(b"421 4.3.2 Too many connections, try again later\r\n");
}

#[cfg(test)]
mod tests;
