//! Where the lab's services stand: open, closed or walled-up ports of loopback.

use super::LabError;
use super::scenario::Device;
use super::smtp::connection::{Endpoint, serve};
use super::tasks::Tasks;
use jiff::{SignedDuration, Timestamp};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// A mail server.
pub async fn open(host: IpAddr, endpoint: Endpoint, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let endpoint = Arc::new(endpoint);
    listen(host, tasks, move |stream| {
        let endpoint = Arc::clone(&endpoint);
        async move {
            let _ = serve(stream, &endpoint).await;
        }
    })
    .await
}

/// A device's web server, which shows one page and tells the time by the device's clock.
pub async fn web(host: IpAddr, device: &Device, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let device = Arc::new(device.clone());
    listen(host, tasks, move |mut stream| {
        let device = Arc::clone(&device);
        async move {
            let mut request = [0; 4096];
            if let Ok(Ok(1..)) = timeout(Duration::from_secs(10), stream.read(&mut request)).await {
                let _ = stream.write_all(page(&device).as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        }
    })
    .await
}

/// A server that gives every request the same answer.
pub async fn answering(host: IpAddr, answer: Vec<u8>, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let answer = Arc::new(answer);
    listen(host, tasks, move |mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            let mut request = [0; 4096];
            if let Ok(Ok(1..)) = timeout(Duration::from_secs(10), stream.read(&mut request)).await {
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        }
    })
    .await
}

/// The web server's answer.
fn page(device: &Device) -> String {
    let time = Timestamp::now()
        .checked_add(SignedDuration::from_secs(device.clock_skew_s))
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let date = if device.web_date {
        format!("Date: {}\r\n", time.strftime("%a, %d %b %Y %H:%M:%S GMT"))
    } else {
        String::new()
    };
    format!(
        "HTTP/1.1 200 OK\r\n{date}Content-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        device.web_page.len(),
        device.web_page,
    )
}

/// A port that is taken, so that nobody else gets it, and refuses every connection as long as the world stands.
pub fn closed(host: IpAddr, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let socket = TcpSocket::new_v4().map_err(LabError::listen)?;
    socket.bind((host, 0).into()).map_err(LabError::listen)?;
    let address = socket.local_addr().map_err(LabError::listen)?;
    tasks.spawn(async move {
        std::future::pending::<()>().await;
        drop(socket);
    });
    Ok(address)
}

/// A port that answers nothing: its queue is full, so the system drops whoever else knocks.
///
/// Windows refuses instead, after some tries of its own; there the fault looks like a refused connection.
pub async fn dropped(host: IpAddr, tasks: &Tasks) -> Result<SocketAddr, LabError> {
    let socket = TcpSocket::new_v4().map_err(LabError::listen)?;
    socket.bind((host, 0).into()).map_err(LabError::listen)?;
    let listener = socket.listen(1).map_err(LabError::listen)?;
    let address = listener.local_addr().map_err(LabError::listen)?;
    let mut fillers = Vec::new();
    for _ in 0..FILLERS {
        match timeout(FILL_WAIT, TcpStream::connect(address)).await {
            Ok(Ok(filler)) => fillers.push(filler),
            _ => break,
        }
    }
    tasks.spawn(async move {
        std::future::pending::<()>().await;
        drop((listener, fillers));
    });
    Ok(address)
}

/// Takes connections on a free port, a bounded number at a time, each for a bounded time.
pub async fn listen<F, W>(host: IpAddr, tasks: &Tasks, work: F) -> Result<SocketAddr, LabError>
where
    F: Fn(TcpStream) -> W + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((host, 0)).await.map_err(LabError::listen)?;
    let address = listener.local_addr().map_err(LabError::listen)?;
    let slots = Arc::new(Semaphore::new(MAX_CLIENTS));
    let connections = tasks.clone();
    tasks.spawn(async move {
        loop {
            let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = listener.accept().await else {
                sleep(Duration::from_millis(50)).await;
                continue;
            };
            let one = work(stream);
            connections.spawn(async move {
                let _ = timeout(LONGEST, one).await;
                drop(slot);
            });
        }
    });
    Ok(address)
}

/// Clients of one service at one time.
const MAX_CLIENTS: usize = 64;
/// Longest connection.
const LONGEST: Duration = Duration::from_mins(5);
/// Connections that fill a queue of one.
const FILLERS: usize = 8;
/// How long a filler waits before the queue counts as full.
const FILL_WAIT: Duration = Duration::from_millis(150);

#[cfg(test)]
mod tests {
    use super::*;

    /// Loopback.
    const HOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_closed_port_refuses_at_once() {
        let tasks = Tasks::default();
        let address = closed(HOST, &tasks).unwrap();
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
        tasks.end().await;
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_dropped_port_says_nothing() {
        let tasks = Tasks::default();
        let address = dropped(HOST, &tasks).await.unwrap();
        let knock = timeout(Duration::from_millis(600), TcpStream::connect(address)).await;
        assert!(knock.is_err(), "{knock:?}");
        tasks.end().await;
    }
}
