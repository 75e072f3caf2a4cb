//! A device's page that speaks only TLS of another age: it cannot be opened, but its hello and certificate tell.

use crate::evidence::Loss;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::answer::AnswerReader;
use crate::wire::tls::client::provider;
use crate::wire::tls::hello::HelloSpec;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// The lines that patterns are tried on: the version, and whom the certificate names. `None` where no old
/// hello is answered either.
pub async fn page(target: SocketAddr, host: &str) -> Option<String> {
    let mut stream = TcpStream::connect(target).await.ok()?;
    let mut random = [0; 96];
    provider().secure_random.fill(&mut random).ok()?;
    let hello = HelloSpec::broad(TlsVersion::Tls11, host).record(&random);
    stream.write_all(&hello).await.ok()?;
    let mut reader = AnswerReader::default();
    let mut portion = [0; 4096];
    let answer = loop {
        match stream.read(&mut portion).await {
            Ok(0) => break reader.lost(Loss::Closed),
            Err(_) => break reader.lost(Loss::Reset),
            Ok(count) => {
                if let Some(answer) = reader.push(portion.get(..count).unwrap_or_default()) {
                    break answer;
                }
            }
        }
    };
    let version = answer.version()?;
    let subject = answer.chain.first().and_then(|der| {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        super::text::readable(certificate.subject().to_string().as_bytes())
    });
    Some(format!(
        "Status: speaks no TLS newer than {version}, so its page was not opened\nCertificate: {}\n",
        subject.unwrap_or_else(|| "cannot be read".to_owned())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_of_tls_1_0_is_told_as_such_and_a_silent_one_is_none() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for answers in [true, false] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut hello = [0; 1024];
                let _ = stream.read(&mut hello).await;
                if answers {
                    // ServerHello of TLS 1.0 and ServerHelloDone.
                    let mut record = vec![22, 3, 1, 0, 46, 2, 0, 0, 38, 3, 1];
                    record.extend([9; 32]);
                    record.extend([0, 0x00, 0x2f, 0, 14, 0, 0, 0]);
                    let _ = stream.write_all(&record).await;
                }
            }
        });
        let text = page(target, "copier").await.unwrap();
        assert!(text.contains("no TLS newer than TLS 1.0"), "{text}");
        assert_eq!(page(target, "copier").await, None);
    }
}
