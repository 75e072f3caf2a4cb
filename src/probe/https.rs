//! One bounded HTTPS question through the run's own names, detours and roots, for what stands beside mail:
//! OAuth authorities and published policies. No redirect is followed and no other scheme is spoken.

use super::context::Context;
use super::device::http::{self, Answer, Ask};
use super::net;
use crate::evidence::ConnectFailure;
use rustls::pki_types::ServerName;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// An address of the web, as far as it is taken here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub host: String,
    pub port: u16,
    pub path: String,
}

impl Url {
    /// Reads `https://host[:port]/path`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no address of the form https://HOST[:PORT]/PATH");
        let rest = text.trim().strip_prefix("https://").ok_or_else(wrong)?;
        let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (place, 443),
        };
        let good = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        let path_good = path.chars().all(|c| c.is_ascii_graphic());
        if host.is_empty() || !host.chars().all(good) || !path_good {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_ascii_lowercase(),
            port,
            path: format!("/{path}"),
        })
    }
}

/// Asks once, within `limit` for the whole; `form` makes it a POST. The error is in words.
pub(super) async fn ask(
    context: &Context,
    url: &Url,
    form: Option<&[u8]>,
    limit: Duration,
) -> Result<Answer, String> {
    let work = async {
        let addresses = context
            .addresses(&url.host, url.port)
            .await
            .map_err(|fault| format!("{}: {fault}", url.host))?;
        let (stream, target) =
            net::connect(&addresses, context.timeout)
                .await
                .map_err(|failure: ConnectFailure| {
                    format!("{} port {}: {}", url.host, url.port, net::failure_words(failure))
                })?;
        let name = ServerName::try_from(url.host.clone()).map_err(|problem| problem.to_string())?;
        // Tokens and policies go over this connection, so the certificate must be right.
        let config = context
            .roots
            .verifying_client()
            .map_err(|problem| problem.to_string())?;
        let stream = TlsConnector::from(config)
            .connect(name, stream)
            .await
            .map_err(|problem| format!("{}: no trusted TLS session: {problem}", url.host))?;
        let ask = Ask {
            target,
            tls: true,
            host: &url.host,
            path: &url.path,
            post: form.map(|form| ("application/x-www-form-urlencoded", form)),
        };
        http::exchange(stream, ask).await
    };
    timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(format!("{}: no answer within the time limit", url.host)))
}

/// Fields as a form writes them (RFC 6749, appendix B).
pub(super) fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut out = String::new();
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_https_addresses_are_taken() {
        let url = Url::parse("https://Login.Example.test:8443/a/b?c=d").unwrap();
        assert_eq!(
            (url.host.as_str(), url.port, url.path.as_str()),
            ("login.example.test", 8443, "/a/b?c=d")
        );
        assert_eq!(Url::parse("https://example.test").unwrap().path, "/");
        for bad in [
            "http://example.test/",
            "https:///x",
            "https://a b/",
            "https://u@example.test/",
            "https://x:99999/",
            "https://x/\r\nHost: y",
        ] {
            assert!(Url::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_form_escapes_what_could_end_a_field() {
        assert_eq!(form(&[("a", "x y&z=ä"), ("b", "1")]), b"a=x%20y%26z%3D%C3%A4&b=1");
    }
}
