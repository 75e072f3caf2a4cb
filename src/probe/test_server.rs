//! A scripted server on loopback for the tests: answers by the first word of each line, plain or in TLS.

use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Pairs of a line's beginning and its answer; `!close` in an answer hangs up, an empty one stays silent.
pub type Rules = &'static [(&'static str, &'static str)];

/// What a server says.
#[derive(Clone)]
pub struct Script {
    greeting: String,
    /// Answers in plain text, or everywhere where `inside` is empty.
    pub rules: Rules,
    /// Answers inside TLS.
    pub inside: Rules,
    tls: Option<Arc<ServerConfig>>,
    implicit: bool,
    /// Whether a second client waits until the first is done.
    pub one_at_a_time: bool,
    /// Lines heard on all connections.
    pub heard: Arc<Mutex<Vec<String>>>,
}

impl Script {
    pub fn plain(greeting: &str, rules: Rules) -> Self {
        Self {
            greeting: greeting.to_owned(),
            rules,
            inside: &[],
            tls: None,
            implicit: false,
            one_at_a_time: false,
            heard: Arc::default(),
        }
    }

    pub fn tls(greeting: &str, rules: Rules) -> Self {
        Self {
            tls: Some(server_config()),
            ..Self::plain(greeting, rules)
        }
    }

    pub fn implicit(greeting: &str, rules: Rules) -> Self {
        Self {
            implicit: true,
            ..Self::tls(greeting, rules)
        }
    }
}

/// Starts a server that lives as long as the test.
pub async fn serve(script: Script) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let script = script.clone();
            let alone = script.one_at_a_time;
            let served = tokio::spawn(async move {
                let acceptor = script.tls.clone().map(TlsAcceptor::from);
                match (script.implicit, acceptor) {
                    (true, Some(acceptor)) => {
                        if let Ok(stream) = acceptor.accept(stream).await {
                            talk(stream, &script, script.rules, &script.greeting).await;
                        }
                    }
                    (_, acceptor) => {
                        let stream = talk(stream, &script, script.rules, &script.greeting).await;
                        let (Some(stream), Some(acceptor)) = (stream, acceptor) else {
                            return;
                        };
                        if let Ok(stream) = acceptor.accept(stream).await {
                            let inside = if script.inside.is_empty() {
                                script.rules
                            } else {
                                script.inside
                            };
                            talk(stream, &script, inside, "").await;
                        }
                    }
                }
            });
            if alone {
                let _ = served.await;
            }
        }
    });
    address
}

/// One dialogue; gives the stream back where TLS is to begin on it.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    script: &Script,
    rules: Rules,
    greeting: &str,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    stream.write_all(greeting.as_bytes()).await.ok()?;
    stream.flush().await.ok()?;
    let mut in_data = false;
    loop {
        let mut bytes = Vec::new();
        if stream.read_until(b'\n', &mut bytes).await.ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        script.heard.lock().unwrap().push(line.clone());
        if in_data && line != "." {
            continue;
        }
        in_data = false;
        let Some((_, answer)) = rules.iter().find(|(word, _)| line.starts_with(word)) else {
            continue;
        };
        stream
            .write_all(answer.trim_end_matches("!close").as_bytes())
            .await
            .ok()?;
        stream.flush().await.ok()?;
        if answer.ends_with("!close") {
            return None;
        }
        if line == "STARTTLS" && answer.starts_with("220") {
            return Some(stream.into_inner());
        }
        if line == "DATA" && answer.starts_with("354") {
            in_data = true;
        }
        if line == "QUIT" {
            return None;
        }
    }
}

/// TLS 1.2 and 1.3 with a certificate of its own.
fn server_config() -> Arc<ServerConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into(), "127.0.0.1".into()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(crate::wire::tls::client::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    Arc::new(config)
}
