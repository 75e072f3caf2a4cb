//! A small HTTP/1.1 client for a device's own pages: one request, one bounded answer, one connection.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Bytes read of one answer at most.
pub const MAX_ANSWER: usize = 256 << 10;

/// An answer, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Status code; 0 where the status line is odd.
    pub status: u16,
    /// The head: status line and fields, as sent.
    pub head: String,
    /// The body, without chunk marks.
    pub body: Vec<u8>,
    /// True where the body went on beyond the limit.
    pub cut: bool,
}

impl Answer {
    /// The value of a header field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Address and port.
    pub target: SocketAddr,
    /// Inside TLS; any certificate is taken, because a device's page is only read and nothing is entered.
    pub tls: bool,
    /// Host field.
    pub host: &'a str,
    /// Path, beginning with `/`.
    pub path: &'a str,
    /// For POST: content type and body.
    pub post: Option<(&'a str, &'a [u8])>,
}

/// Asks once. The error is in words, and says whether the connection was refused.
pub async fn ask(ask: Ask<'_>) -> Result<Answer, String> {
    let stream = TcpStream::connect(ask.target)
        .await
        .map_err(|e| format!("no connection: {e}"))?;
    if ask.tls {
        let connector = TlsConnector::from(Arc::new(trusting_anything()?));
        let name = ServerName::from(ask.target.ip());
        let stream = connector
            .connect(name, stream)
            .await
            .map_err(|e| format!("no TLS session: {e}"))?;
        exchange(stream, ask).await
    } else {
        exchange(stream, ask).await
    }
}

/// One request and its answer over a stream that stands.
pub async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    ask: Ask<'_>,
) -> Result<Answer, String> {
    let method = if ask.post.is_some() { "POST" } else { "GET" };
    let mut request = format!(
        "{method} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: ScanMedic\r\nAccept: */*\r\nConnection: close\r\n",
        ask.path, ask.host
    );
    if let Some((kind, body)) = ask.post {
        request = format!(
            "{request}Content-Type: {kind}\r\nContent-Length: {}\r\n",
            body.len()
        );
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    if let Some((_, body)) = ask.post {
        bytes.extend_from_slice(body);
    }
    stream
        .write_all(&bytes)
        .await
        .map_err(|e| format!("the request was not taken: {e}"))?;
    let mut answer = Vec::new();
    let mut buffer = vec![0; 8192];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => break,
            Ok(n) => answer.extend_from_slice(buffer.get(..n).unwrap_or_default()),
            Err(_) if !answer.is_empty() => break,
            Err(error) => return Err(format!("no answer: {error}")),
        }
        if answer.len() > MAX_ANSWER || whole(&answer) {
            break;
        }
    }
    parse(&answer).ok_or_else(|| "the answer is not HTTP".to_owned())
}

/// Reads an answer's bytes; `None` where they do not begin as HTTP does.
pub fn parse(bytes: &[u8]) -> Option<Answer> {
    if !bytes.starts_with(b"HTTP/") {
        return None;
    }
    let (head_end, body_start) = head_end(bytes).unwrap_or((bytes.len().min(MAX_ANSWER), bytes.len()));
    let head: String = String::from_utf8_lossy(bytes.get(..head_end)?).into_owned();
    let status = head
        .split_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    let raw = bytes.get(body_start..).unwrap_or_default();
    let mut answer = Answer {
        status,
        head,
        body: Vec::new(),
        cut: bytes.len() > MAX_ANSWER,
    };
    answer.body = match answer.field("Transfer-Encoding") {
        Some(coding) if coding.eq_ignore_ascii_case("chunked") => unchunked(raw),
        _ => raw.get(..MAX_ANSWER).unwrap_or(raw).to_vec(),
    };
    Some(answer)
}

/// Whether the whole body is there, by the length that the head states or the last chunk's mark.
fn whole(bytes: &[u8]) -> bool {
    let Some((_, start)) = head_end(bytes) else {
        return false;
    };
    let Some(answer) = parse(bytes) else { return false };
    match answer
        .field("Content-Length")
        .and_then(|n| n.parse::<usize>().ok())
    {
        Some(length) => bytes.len().saturating_sub(start) >= length,
        None => answer.field("Transfer-Encoding").is_some() && bytes.ends_with(b"\r\n0\r\n\r\n"),
    }
}

/// Where the head ends and where the body begins.
fn head_end(bytes: &[u8]) -> Option<(usize, usize)> {
    let find = |mark: &[u8]| memchr::memmem::find(bytes, mark).map(|at| (at, at + mark.len()));
    find(b"\r\n\r\n").or_else(|| find(b"\n\n"))
}

/// A chunked body without its marks, as far as the marks make sense.
fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, after) = rest.split_at(end);
        let line = String::from_utf8_lossy(line);
        let size = line.trim().split(';').next().unwrap_or_default();
        let Ok(size) = usize::from_str_radix(size, 16) else {
            break;
        };
        let after = after.get(1..).unwrap_or_default();
        if size == 0 || body.len() > MAX_ANSWER {
            break;
        }
        let take = size.min(after.len());
        body.extend_from_slice(after.get(..take).unwrap_or_default());
        rest = after.get(take..).unwrap_or_default();
        rest = rest
            .strip_prefix(b"\r\n")
            .or_else(|| rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
    }
    body
}

/// TLS settings for reading a device's own page: copiers carry self-made certificates.
fn trusting_anything() -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    Ok(ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything(provider)))
        .with_no_client_auth())
}

/// Takes every certificate, checks that the peer holds its key.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_page_is_put_together() {
        let raw =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<tit\r\n3;x=y\r\nle>\r\n0\r\n\r\n";
        let answer = parse(raw).unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, b"<title>".as_slice())
        );
    }

    #[test]
    fn a_chunk_mark_that_lies_about_its_size_gives_what_is_there() {
        let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc";
        assert_eq!(parse(raw).unwrap().body, b"abc");
    }

    #[test]
    fn fields_are_found_in_any_case() {
        let answer = parse(b"HTTP/1.0 401 No\r\nserver: X/1\r\n\r\n").unwrap();
        assert_eq!(answer.field("Server"), Some("X/1"));
    }

    #[tokio::test]
    async fn a_page_without_end_is_cut_at_the_limit() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        });
        let answer = ask(Ask {
            target,
            tls: false,
            host: "copier",
            path: "/",
            post: None,
        })
        .await
        .unwrap();
        assert!(answer.cut);
        assert_eq!(answer.body.len(), MAX_ANSWER);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            answer.extend_from_slice(&bytes);
            let _ = (parse(&answer), parse(&bytes), whole(&answer));
        }
    }
}
