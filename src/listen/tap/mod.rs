//! The tap: everything is passed on to the real server unchanged, and what can be seen from outside is told.

mod smtp;
mod tls;
mod watch;
mod witness;

use super::Limits;
use super::observation::{Seen, Side};
use super::teller::Teller;
use crate::evidence::{ConnectFailure, Loss};
use crate::wire::tls::certificate::{Roots, judge};
use jiff::Timestamp;
use std::io;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use watch::Watch;
use witness::Witness;

/// Bytes of one read.
const CHUNK: usize = 16 << 10;
/// How long the real server may take to answer the connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the second half of a connection may be silent once the first is closed.
const LINGER: Duration = Duration::from_secs(30);

/// The real server behind the tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// `HOST:PORT`; an IPv6 address stands in brackets.
impl FromStr for Upstream {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?}: give HOST:PORT, an IPv6 address in brackets");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let host = host
            .strip_prefix('[')
            .map_or(Some(host), |inner| inner.strip_suffix(']'));
        let host = host.filter(|host| !host.is_empty() && !host.contains(char::is_whitespace));
        match (host, port.parse::<u16>()) {
            (Some(host), Ok(port)) if port > 0 => Ok(Self {
                host: host.to_owned(),
                port,
            }),
            _ => Err(wrong()),
        }
    }
}

/// Passes connections on.
#[derive(Debug)]
pub struct Tap {
    upstream: Upstream,
    limits: Limits,
}

impl Tap {
    /// A tap before this server.
    pub const fn new(upstream: Upstream, limits: Limits) -> Self {
        Self { upstream, limits }
    }

    /// Passes one connection on, both ways, until both ends are done.
    pub async fn pass(&self, client: TcpStream, implicit_tls: bool, teller: Teller) {
        teller.tell(Seen::Connected { implicit_tls }).await;
        let server = match self.reach(&client).await {
            Ok(server) => server,
            Err(problem) => {
                let port = self.upstream.port;
                let (failure, problem) = (failure_of(&problem), problem.to_string());
                teller
                    .tell(Seen::ServerUnreachable {
                        port,
                        failure,
                        problem,
                    })
                    .await;
                return;
            }
        };
        let _ = server.set_nodelay(true);
        if let Ok(server) = server.peer_addr() {
            teller.tell(Seen::ServerConnected { server }).await;
        }
        let watch = Mutex::new(Watch::new(implicit_tls));
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let listener = Ear {
            watch: &watch,
            teller: &teller,
            host: &self.upstream.host,
        };
        let up = listener.carry(from_client, to_server, Side::Client);
        let down = listener.carry(from_server, to_client, Side::Server);
        tokio::pin!(up, down);
        // Once one end is done, the other gets a while to say its last words.
        let (first, loss) = tokio::select! {
            loss = &mut up => { let _ = tokio::time::timeout(LINGER, &mut down).await; (Side::Client, loss) }
            loss = &mut down => { let _ = tokio::time::timeout(LINGER, &mut up).await; (Side::Server, loss) }
        };
        let last = with(&watch, |watch| watch.end(first, loss));
        for seen in last {
            teller.tell(seen).await;
        }
    }

    /// The real server; an address that leads back to the tap itself is refused before anything is sent there.
    async fn reach(&self, client: &TcpStream) -> io::Result<TcpStream> {
        let Upstream { host, port } = &self.upstream;
        let own = client.local_addr()?;
        let connecting = async {
            let all: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), *port)).await?.collect();
            if all.contains(&own) {
                return Err(io::Error::other(format!(
                    "{host}:{port} is this listener itself; name the real mail server"
                )));
            }
            TcpStream::connect(all.as_slice()).await
        };
        tokio::time::timeout(CONNECT.min(self.limits.total), connecting)
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

/// Why the real server could not be reached.
fn failure_of(problem: &io::Error) -> ConnectFailure {
    match problem.kind() {
        io::ErrorKind::ConnectionRefused => ConnectFailure::Refused,
        io::ErrorKind::ConnectionReset => ConnectFailure::Reset,
        io::ErrorKind::TimedOut => ConnectFailure::TimedOut,
        _ => ConnectFailure::Unreachable,
    }
}

/// Works on the watch; a panic elsewhere cannot happen while it is held, so poison is no matter.
fn with<T>(watch: &Mutex<Watch>, work: impl FnOnce(&mut Watch) -> T) -> T {
    work(&mut watch.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Carries one direction and tells what is seen in it.
struct Ear<'a> {
    watch: &'a Mutex<Watch>,
    teller: &'a Teller,
    host: &'a str,
}

impl Ear<'_> {
    /// Passes bytes on until this side ends; gives how it ended.
    async fn carry(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, side: Side) -> Loss {
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = match from.read(&mut chunk).await {
                Ok(0) => {
                    let _ = to.shutdown().await;
                    return Loss::Closed;
                }
                Ok(count) => count,
                Err(_) => {
                    let _ = to.shutdown().await;
                    return Loss::Reset;
                }
            };
            let bytes = chunk.get(..count).unwrap_or_default();
            // Looked at before it is passed on, so that the answer can never be seen before its question.
            let witness = with(self.watch, |watch| watch.pass(side, bytes));
            self.tell(witness).await;
            if to.write_all(bytes).await.is_err() {
                return Loss::Reset;
            }
        }
    }

    async fn tell(&self, witness: Witness) {
        for seen in witness.seen {
            self.teller.tell(seen).await;
        }
        if witness.chain.is_empty() {
            return;
        }
        // Asking the system's store may touch files, so it is done beside the traffic.
        let (host, teller) = (self.host.to_owned(), self.teller.clone());
        let chain: Vec<_> = witness.chain.into_iter().map(Into::into).collect();
        let judging =
            tokio::task::spawn_blocking(move || judge(&chain, &host, &Roots::mozilla(), Timestamp::now()));
        if let Ok(Some(judged)) = judging.await {
            teller.tell(Seen::ServerCertificate(Box::new(judged.facts))).await;
        }
    }
}
