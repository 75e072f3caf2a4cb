//! One connection's bytes: plain at first, perhaps TLS later; the first flight is read before TLS takes over.

use crate::evidence::{Loss, TlsFailure};
use crate::wire::tls::TlsVersion;
use crate::wire::tls::client_hello::{self, Flight, MAX_FLIGHT};
use rustls::{PeerIncompatible, ServerConfig};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Bytes of a command line at most.
const MAX_LINE: usize = 4096;
/// Bytes of one read.
const CHUNK: usize = 16 << 10;

/// Either kind of stream.
enum Kind {
    Plain(TcpStream),
    Tls(Box<TlsStream<Replay>>),
    /// Between the two, and after a failure.
    Gone,
}

/// A connection with its unread bytes.
pub struct Stream {
    kind: Kind,
    buffer: Vec<u8>,
    scratch: Vec<u8>,
    idle: Duration,
}

/// What a failed handshake showed.
#[derive(Debug)]
pub struct HandshakeFailure {
    /// Why.
    pub failure: TlsFailure,
    /// In words.
    pub problem: String,
}

/// How reading a line went.
#[derive(Debug, PartialEq, Eq)]
pub enum LineRead {
    /// A line, without its end.
    Line(Vec<u8>),
    /// TLS came where a line in plain text was expected; its bytes are still there.
    Tls,
    /// Longer than any command.
    TooLong,
    /// The peer closed or reset.
    Closed,
    /// Nothing came in time.
    TimedOut,
    /// The peer broke TLS off with this alert.
    Alert(String),
}

impl Stream {
    /// A fresh plain connection.
    pub fn new(stream: TcpStream, idle: Duration) -> Self {
        Self {
            kind: Kind::Plain(stream),
            buffer: Vec::new(),
            scratch: Vec::new(),
            idle,
        }
    }

    /// Whether TLS stands.
    pub fn encrypted(&self) -> bool {
        matches!(self.kind, Kind::Tls(_))
    }

    /// Version and suite of the session.
    pub fn session(&self) -> Option<(u16, String)> {
        let Kind::Tls(stream) = &self.kind else {
            return None;
        };
        let (_, session) = stream.get_ref();
        let suite = session
            .negotiated_cipher_suite()
            .map_or_else(String::new, |suite| format!("{:?}", suite.suite()));
        Some((session.protocol_version().map_or(0, u16::from), suite))
    }

    /// Sends a reply line.
    pub async fn send(&mut self, line: &str) -> io::Result<()> {
        let bytes = format!("{line}\r\n");
        let sent = async {
            match &mut self.kind {
                Kind::Plain(stream) => stream.write_all(bytes.as_bytes()).await,
                Kind::Tls(stream) => {
                    stream.write_all(bytes.as_bytes()).await?;
                    stream.flush().await
                }
                Kind::Gone => Err(io::ErrorKind::NotConnected.into()),
            }
        };
        timeout(self.idle, sent)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// The next line; a last line without end counts as closed.
    pub async fn line(&mut self) -> LineRead {
        loop {
            if !self.encrypted() && client_hello::begins(&self.buffer) {
                return LineRead::Tls;
            }
            if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return LineRead::Line(line);
            }
            if self.buffer.len() > MAX_LINE {
                return LineRead::TooLong;
            }
            if let Some(end) = self.fill().await {
                return end;
            }
        }
    }

    /// More bytes into the buffer, which `bytes` and `used` look at; says how it ended where none came.
    pub async fn fill(&mut self) -> Option<LineRead> {
        let mut chunk = std::mem::take(&mut self.scratch);
        chunk.resize(CHUNK, 0);
        let read = async {
            match &mut self.kind {
                Kind::Plain(stream) => stream.read(&mut chunk).await,
                Kind::Tls(stream) => stream.read(&mut chunk).await,
                Kind::Gone => Ok(0),
            }
        };
        let end = match timeout(self.idle, read).await {
            Err(_) => Some(LineRead::TimedOut),
            Ok(Ok(0)) => Some(LineRead::Closed),
            Ok(Err(error)) => Some(alert_in(&error).map_or(LineRead::Closed, LineRead::Alert)),
            Ok(Ok(n)) => {
                self.buffer.extend_from_slice(chunk.get(..n).unwrap_or_default());
                None
            }
        };
        self.scratch = chunk;
        end
    }

    /// Bytes that are here and not yet used.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Drops the first bytes.
    pub fn used(&mut self, count: usize) {
        self.buffer.drain(..count.min(self.buffer.len()));
    }

    /// Reads the client's first flight without using it up.
    pub async fn flight(&mut self) -> Flight {
        loop {
            match client_hello::read(&self.buffer) {
                Flight::Incomplete if self.buffer.len() < MAX_FLIGHT => {}
                flight => return flight,
            }
            if self.fill().await.is_some() {
                return Flight::Incomplete;
            }
        }
    }

    /// Takes TLS up, giving it the bytes that were read already.
    pub async fn encrypt(&mut self, config: Arc<ServerConfig>) -> Result<(), HandshakeFailure> {
        let kind = std::mem::replace(&mut self.kind, Kind::Gone);
        let Kind::Plain(inner) = kind else {
            self.kind = kind;
            return Ok(());
        };
        let replay = Replay {
            before: std::mem::take(&mut self.buffer),
            inner,
        };
        let failed = |failure, problem: String| HandshakeFailure { failure, problem };
        match timeout(self.idle, TlsAcceptor::from(config).accept(replay)).await {
            Ok(Ok(stream)) => {
                self.kind = Kind::Tls(Box::new(stream));
                Ok(())
            }
            Ok(Err(error)) => Err(failed(failure_in(&error), error.to_string())),
            Err(_) => Err(failed(
                TlsFailure::BrokenOff(Loss::TimedOut),
                "the device fell silent in the handshake".to_owned(),
            )),
        }
    }

    /// Answers a hello with the fatal alert *protocol_version* (RFC 5246, section 7.2.2), in the record version
    /// that the client knows.
    pub async fn refuse_version(&mut self, highest: Option<TlsVersion>) {
        let version = highest
            .map_or(TlsVersion::Tls10, |v| v.max(TlsVersion::Ssl3))
            .wire()
            .to_be_bytes();
        let alert = [21, version[0], version[1], 0, 2, 2, 70];
        let Kind::Plain(stream) = &mut self.kind else {
            return;
        };
        let _ = timeout(self.idle, stream.write_all(&alert)).await;
    }

    /// Says goodbye on the TLS and TCP levels, and takes what is still on its way, so that the last words
    /// are not lost to a reset.
    pub async fn close(&mut self) {
        let _ = timeout(Duration::from_secs(1), async {
            match &mut self.kind {
                Kind::Plain(stream) => {
                    stream.shutdown().await?;
                    let mut rest = [0; 4096];
                    while stream.read(&mut rest).await? > 0 {}
                    Ok(())
                }
                Kind::Tls(stream) => stream.shutdown().await,
                Kind::Gone => Ok::<(), io::Error>(()),
            }
        })
        .await;
    }
}

/// The alert that the peer sent, where that is what the error is.
fn alert_in(error: &io::Error) -> Option<String> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(alert) => {
            Some(crate::wire::tls::alert_name(u8::from(*alert)).to_owned())
        }
        _ => None,
    }
}

/// Why a handshake failed, in our words.
fn failure_in(error: &io::Error) -> TlsFailure {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (alert_in(error), inner, error.kind()) {
        (Some(alert), ..) => TlsFailure::Alert(alert),
        (
            None,
            Some(rustls::Error::PeerIncompatible(
                PeerIncompatible::Tls12NotOffered
                | PeerIncompatible::Tls12NotOfferedOrEnabled
                | PeerIncompatible::Tls13RequiredForQuic
                | PeerIncompatible::SupportedVersionsExtensionRequired,
            )),
            _,
        ) => TlsFailure::NoCommonVersion,
        (
            None,
            Some(rustls::Error::PeerIncompatible(
                PeerIncompatible::NoCipherSuitesInCommon
                | PeerIncompatible::NoKxGroupsInCommon
                | PeerIncompatible::NoSignatureSchemesInCommon
                | PeerIncompatible::NamedGroupsExtensionRequired
                | PeerIncompatible::EcPointsExtensionRequired,
            )),
            _,
        ) => TlsFailure::NoCommonCipher,
        (None, None, io::ErrorKind::UnexpectedEof) => TlsFailure::BrokenOff(Loss::Closed),
        (None, None, io::ErrorKind::ConnectionReset) => TlsFailure::BrokenOff(Loss::Reset),
        _ => TlsFailure::Other(error.to_string()),
    }
}

/// A TCP stream with bytes put back before it.
#[derive(Debug)]
pub struct Replay {
    before: Vec<u8>,
    inner: TcpStream,
}

impl AsyncRead for Replay {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.before.is_empty() {
            return Pin::new(&mut this.inner).poll_read(context, into);
        }
        let count = into.remaining().min(this.before.len());
        into.put_slice(this.before.get(..count).unwrap_or_default());
        this.before.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replay {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}
