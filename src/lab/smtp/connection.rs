//! One client at a simulated server: greeting, dialogue, handshake, end.

use super::dialogue::{Dialogue, Next};
use super::old_tls;
use super::wire::{PATIENCE, Reader, ignore, send};
use crate::lab::behaviour::{Greeting, Handshake, Server, Tls};
use crate::wire::tls::TlsVersion;
use rustls::ServerConfig;
use std::io::Result;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A server with what it needs to speak TLS.
#[derive(Debug)]
pub struct Endpoint {
    /// Its manner.
    pub server: Server,
    /// Its TLS side; `None` where the handshake is none of the modern kind.
    pub tls: Option<Arc<ServerConfig>>,
}

/// Serves one client to its end; an error only says that the client went first.
pub async fn serve(mut stream: TcpStream, endpoint: &Endpoint) -> Result<()> {
    stream.set_nodelay(true)?;
    let server = &endpoint.server;
    let mut reader = Reader::default();
    let mut dialogue = Dialogue::new(server, false);
    if server.tls != Tls::Implicit {
        let end = match greet(&mut stream, server).await? {
            Next::Line => talk(&mut stream, &mut reader, &mut dialogue, server).await?,
            other => other,
        };
        if end != Next::Handshake {
            return leave(stream, end).await;
        }
        reader.forget();
    }
    let Some(mut inside) = shake_hands(stream, endpoint).await? else {
        return Ok(());
    };
    dialogue.enter_tls();
    let begun = if server.tls == Tls::Implicit {
        greet(&mut inside, server).await?
    } else {
        Next::Line
    };
    let end = match begun {
        Next::Line => talk(&mut inside, &mut reader, &mut dialogue, server).await?,
        other => other,
    };
    match end {
        Next::Close => inside.shutdown().await,
        Next::Silence => {
            ignore(&mut inside).await;
            Ok(())
        }
        _ => inside.get_ref().0.set_zero_linger(),
    }
}

/// The greeting; tells how it goes on.
async fn greet<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, server: &Server) -> Result<Next> {
    sleep(Duration::from_millis(server.greet_after_ms)).await;
    match &server.greeting {
        Greeting::Silent => Ok(Next::Silence),
        Greeting::Close => Ok(Next::Close),
        Greeting::Reset => Ok(Next::Reset),
        Greeting::Say(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| server.fill(line)).collect();
            send(stream, &lines, server.pace).await?;
            let busy = lines.iter().any(|line| line.starts_with("421"));
            Ok(if busy { Next::Close } else { Next::Line })
        }
    }
}

/// The dialogue, up to something that is not a dialogue.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    reader: &mut Reader,
    dialogue: &mut Dialogue<'_>,
    server: &Server,
) -> Result<Next> {
    loop {
        let Some(line) = reader.line(stream).await? else {
            return Ok(Next::Close);
        };
        let mut step = dialogue.line(&line);
        send(stream, &step.reply, server.pace).await?;
        if step.next == Next::Message {
            let Some(message) = reader.message(stream).await? else {
                return Ok(Next::Close);
            };
            step = dialogue.message(message.size, &message.head);
            send(stream, &step.reply, server.pace).await?;
        }
        if step.next != Next::Line {
            return Ok(step.next);
        }
    }
}

/// Ends a connection in plain text.
async fn leave(mut stream: TcpStream, end: Next) -> Result<()> {
    match end {
        Next::Reset => stream.set_zero_linger(),
        Next::Silence => {
            ignore(&mut stream).await;
            Ok(())
        }
        _ => stream.shutdown().await,
    }
}

/// The handshake; `None` where the server does not carry it through.
async fn shake_hands(mut stream: TcpStream, endpoint: &Endpoint) -> Result<Option<TlsStream<TcpStream>>> {
    let handshake = &endpoint.server.handshake;
    if let (Handshake::Modern(_), Some(config)) = (handshake, &endpoint.tls) {
        if let Some(version) = timeout(PATIENCE, peek_version(&stream))
            .await
            .unwrap_or(Ok(None))?
            && version < TlsVersion::Tls12.wire()
        {
            // The library would complain of a missing extension; the services name the version, or go on.
            let hello = read_record(&mut stream)
                .await?
                .and_then(|content| old_tls::parse_hello(&content));
            let last = match (&endpoint.server.old_hellos, hello) {
                (Some(old), Some(hello)) => old_tls::answer(&hello, old),
                _ => old_tls::alert("protocol_version", version),
            };
            return refuse(stream, &last).await;
        }
        let accept = TlsAcceptor::from(Arc::clone(config)).accept(stream);
        return match timeout(PATIENCE, accept).await {
            Ok(accepted) => accepted.map(Some),
            Err(_) => Ok(None),
        };
    }
    if *handshake == Handshake::Stall {
        ignore(&mut stream).await;
        return Ok(None);
    }
    let Some(content) = timeout(PATIENCE, read_record(&mut stream))
        .await
        .unwrap_or(Ok(None))?
    else {
        return Ok(None);
    };
    let hello = old_tls::parse_hello(&content);
    let answer = match (handshake, hello) {
        (Handshake::Old(old), Some(hello)) => old_tls::answer(&hello, old),
        (Handshake::Alert(name), Some(hello)) => old_tls::alert(name, hello.version),
        (Handshake::Reset, _) => {
            stream.set_zero_linger()?;
            return Ok(None);
        }
        (Handshake::Old(_) | Handshake::Alert(_), None) => old_tls::alert("decode_error", 0x0301),
        _ => Vec::new(),
    };
    refuse(stream, &answer).await
}

/// Ends a handshake with a last record.
async fn refuse(mut stream: TcpStream, last: &[u8]) -> Result<Option<TlsStream<TcpStream>>> {
    stream.write_all(last).await?;
    stream.shutdown().await?;
    // What the client still says is read, so that the answer is not lost in a reset.
    let _ = timeout(Duration::from_secs(5), ignore(&mut stream)).await;
    Ok(None)
}

/// The version field of a ClientHello that is on its way, without taking it; `None` where it is none.
async fn peek_version(stream: &TcpStream) -> Result<Option<u16>> {
    let mut start = [0; old_tls::HELLO_START];
    loop {
        let there = stream.peek(&mut start).await?;
        if there == start.len() {
            return Ok(old_tls::hello_version(&start));
        }
        if there == 0 || start.first() != Some(&old_tls::HANDSHAKE) {
            return Ok(None);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// The content of one handshake record; `None` where it is something else.
async fn read_record(stream: &mut TcpStream) -> Result<Option<Vec<u8>>> {
    let mut header = [0; old_tls::HEADER];
    stream.read_exact(&mut header).await?;
    let Some(length) = old_tls::record_length(header) else {
        return Ok(None);
    };
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await?;
    Ok(Some(content))
}
