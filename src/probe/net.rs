//! TCP connections: all addresses of a host, staggered, the first one wins (RFC 8305).

use crate::evidence::ConnectFailure;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Head start of each address before the next one is tried.
const STAGGER: Duration = Duration::from_millis(250);
/// Most addresses tried.
const MAX_ADDRESSES: usize = 8;

/// Connects to the first address that answers; each may take `limit`.
pub async fn connect(
    addresses: &[SocketAddr],
    limit: Duration,
) -> Result<(Wire, SocketAddr), ConnectFailure> {
    let mut running = JoinSet::new();
    let mut waiting = addresses.iter().copied().take(MAX_ADDRESSES);
    let mut worst: Option<ConnectFailure> = None;
    let mut next = waiting.next();
    loop {
        if let Some(address) = next.take() {
            running.spawn(async move { (address, attempt(address, limit).await) });
            next = waiting.next();
        }
        let ended = if next.is_some() {
            tokio::select! {
                ended = running.join_next() => ended,
                () = sleep(STAGGER) => continue,
            }
        } else {
            running.join_next().await
        };
        match ended {
            Some(Ok((address, Ok(stream)))) => return Ok((stream, address)),
            Some(Ok((_, Err(failure)))) => {
                worst = Some(worst.map_or(failure, |old| more_telling(old, failure)));
            }
            None if next.is_none() => return Err(worst.unwrap_or(ConnectFailure::Unreachable)),
            Some(Err(_)) | None => {}
        }
    }
}

/// One attempt.
async fn attempt(address: SocketAddr, limit: Duration) -> Result<Wire, ConnectFailure> {
    match timeout(limit, TcpStream::connect(address)).await {
        Err(_) => Err(ConnectFailure::TimedOut),
        Ok(Ok(stream)) => {
            // Every step is one small write that must not wait for company.
            let _ = stream.set_nodelay(true);
            Ok(Wire(stream))
        }
        Ok(Err(error)) => Err(match error.kind() {
            io::ErrorKind::ConnectionRefused => ConnectFailure::Refused,
            io::ErrorKind::ConnectionReset => ConnectFailure::Reset,
            io::ErrorKind::TimedOut => ConnectFailure::TimedOut,
            _ => ConnectFailure::Unreachable,
        }),
    }
}

/// A TCP stream that acknowledges at once. A server that collects small writes until the last one is
/// acknowledged (Nagle) would otherwise sit out our delayed acknowledgement, 40 ms for every such step.
#[derive(Debug)]
pub struct Wire(TcpStream);

impl Wire {
    /// The address of this computer's end.
    pub fn local_address(&self) -> Option<std::net::IpAddr> {
        self.0.local_addr().ok().map(|address| address.ip())
    }

    /// Asks for acknowledgements at once; the system forgets it, so it is asked again after each read.
    fn hurry(&self) {
        #[cfg(target_os = "linux")]
        let _ = self.0.set_quickack(true);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.0).poll_read(context, buffer);
        self.hurry();
        result
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// Of two failures the one that says more: a refusal is an answer, a missing route often only means
/// that this computer has no IPv6.
const fn more_telling(a: ConnectFailure, b: ConnectFailure) -> ConnectFailure {
    match (a, b) {
        (ConnectFailure::Reset, _) | (_, ConnectFailure::Reset) => ConnectFailure::Reset,
        (ConnectFailure::Refused, _) | (_, ConnectFailure::Refused) => ConnectFailure::Refused,
        (ConnectFailure::TimedOut, _) | (_, ConnectFailure::TimedOut) => ConnectFailure::TimedOut,
        _ => ConnectFailure::Unreachable,
    }
}

/// What a failure is called.
pub const fn failure_words(failure: ConnectFailure) -> &'static str {
    match failure {
        ConnectFailure::Refused => "refused",
        ConnectFailure::Reset => "open, and reset at once",
        ConnectFailure::TimedOut => "no answer",
        ConnectFailure::Unreachable => "unreachable",
        ConnectFailure::Prohibited => "prohibited on the way",
    }
}

/// Whether an address can be one of the internet; inside a network, servers echo private ones.
pub fn is_public(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => !(four.is_private() || four.is_loopback() || four.is_link_local()),
        IpAddr::V6(six) => !(six.is_loopback() || six.is_unique_local() || six.is_unicast_link_local()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_refused_address_gives_way_to_the_next_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = {
            let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
            other.local_addr().unwrap()
        };
        let started = std::time::Instant::now();
        let (_, address) = connect(&[closed, open], Duration::from_secs(2)).await.unwrap();
        assert_eq!(address, open);
        assert!(started.elapsed() < STAGGER);
    }

    #[tokio::test]
    async fn a_closed_port_is_refused() {
        let closed = {
            let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
            other.local_addr().unwrap()
        };
        let result = connect(&[closed], Duration::from_secs(2)).await;
        assert_eq!(result.err(), Some(ConnectFailure::Refused));
    }

    #[test]
    fn the_failure_that_says_more_is_told() {
        assert_eq!(
            more_telling(ConnectFailure::Unreachable, ConnectFailure::TimedOut),
            ConnectFailure::TimedOut
        );
    }
}
