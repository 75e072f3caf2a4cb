//! Web hosts of the lab over HTTPS: an authority's endpoints, a published policy.

use super::LabError;
use super::door::listen;
use super::scenario::{Page, PageAnswer};
use super::tasks::Tasks;
use rustls::ServerConfig;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Longest request that is read.
const MAX_REQUEST: usize = 16 << 10;

/// Pages, and how often each was asked for.
struct Site {
    pages: Vec<(Page, AtomicUsize)>,
}

/// Puts a web host up.
pub async fn open(
    host: IpAddr,
    pages: &[Page],
    tls: Arc<ServerConfig>,
    tasks: &Tasks,
) -> Result<SocketAddr, LabError> {
    let pages = pages.iter().map(|page| (page.clone(), AtomicUsize::new(0)));
    let site = Arc::new(Site {
        pages: pages.collect(),
    });
    let acceptor = TlsAcceptor::from(tls);
    listen(host, tasks, move |stream| {
        let (site, acceptor) = (Arc::clone(&site), acceptor.clone());
        async move {
            let work = async {
                let mut stream = acceptor.accept(stream).await?;
                let request = head(&mut stream).await?;
                stream.write_all(site.answer(&request).as_bytes()).await?;
                stream.shutdown().await
            };
            let _ = timeout(Duration::from_secs(10), work).await;
        }
    })
    .await
}

/// A request with as much body as its head states.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut portion = [0; 1024];
    loop {
        let count = stream.read(&mut portion).await?;
        bytes.extend_from_slice(portion.get(..count).unwrap_or_default());
        let text = String::from_utf8_lossy(&bytes);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            });
            body.len() >= length.unwrap_or(0)
        });
        if count == 0 || whole || bytes.len() > MAX_REQUEST {
            return Ok(text.into_owned());
        }
    }
}

impl Site {
    /// The answer to a request, as it goes over the wire.
    fn answer(&self, request: &str) -> String {
        let path = request.split_whitespace().nth(1).unwrap_or_default();
        let page = self.pages.iter().find(|(page, _)| page.path == path);
        let missing = PageAnswer {
            status: 404,
            kind: String::new(),
            body: "not found".to_owned(),
        };
        let answer = page
            .and_then(|(page, asked)| {
                let turn = asked.fetch_add(1, Ordering::Relaxed);
                page.answers.get(turn).or(page.answers.last())
            })
            .unwrap_or(&missing);
        let kind = if answer.kind.is_empty() {
            "text/plain"
        } else {
            &answer.kind
        };
        format!(
            "HTTP/1.1 {} lab\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
            answer.status,
            answer.body.len(),
            answer.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_answers_in_turn_and_keeps_the_last() {
        let answer = |status, body: &str| PageAnswer {
            status,
            kind: String::new(),
            body: body.to_owned(),
        };
        let page = Page {
            path: "/token".to_owned(),
            answers: vec![answer(400, "wait"), answer(200, "done")],
        };
        let site = Site {
            pages: vec![(page, AtomicUsize::new(0))],
        };
        let ask = || site.answer("POST /token HTTP/1.1\r\n\r\n");
        assert!(ask().ends_with("wait"));
        assert!(ask().ends_with("done") && ask().ends_with("done"));
        assert!(site.answer("GET /other HTTP/1.1").starts_with("HTTP/1.1 404"));
    }
}
