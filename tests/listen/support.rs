//! Starts the real listener, speaks to it line by line or in TLS, and reads what it concluded.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme,
    StreamOwned,
};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longest that a listener may take for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// The password of every scripted device, and the forms in which it could leak.
pub const PASSWORD: &str = "hunter2-zebra";
pub const LEAKS: [&str; 3] = [PASSWORD, "aHVudGVyMi16ZWJyYQ", "AHNjYW4AaHVudGVyMi16ZWJyYQ"];

/// Most memory that the listener may ever have held, in kilobytes.
pub const MEMORY: u64 = 60 * 1024;

/// The most memory that the process has held, in kilobytes.
pub fn peak(listener: &Listener) -> u64 {
    crate::memory::peak_of(listener.id())
}

/// A device that asks for STARTTLS and gives the certificate up for this reason.
#[track_caller]
pub fn refuse_certificate(to: SocketAddr, only_12: bool, why: CertificateError) {
    let mut session = tls(starttls(to), only_12, Judge(Some(why)));
    assert!(session.write_all(b"EHLO x\r\n").is_err());
}

/// A running `scanmedic listen --json`.
pub struct Listener {
    child: Child,
    said: Receiver<String>,
    heard: Vec<String>,
    pub plain: SocketAddr,
    pub tls: SocketAddr,
}

/// What it concluded.
pub struct Concluded {
    pub code: i32,
    pub json: Value,
    pub everything: String,
}

impl Listener {
    /// Starts with free ports on loopback, to end after the first whole dialogue.
    #[track_caller]
    pub fn once(options: &[&str]) -> Self {
        Self::start(&[options, &["--once", "--seconds", "20"]].concat())
    }

    /// Starts with free ports on loopback.
    #[track_caller]
    pub fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scanmedic"))
            .args(["listen", "--json", "--port", "0", "--tls-port", "0"])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, said) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut listener = Self {
            child,
            said,
            heard: Vec::new(),
            plain: nowhere,
            tls: nowhere,
        };
        listener.plain = listener.wait("waits for SMTP");
        listener.tls = listener.wait("waits for TLS");
        listener
    }

    /// The address in the line that says this.
    #[track_caller]
    fn wait(&mut self, words: &str) -> SocketAddr {
        loop {
            let line = self.said.recv_timeout(PATIENCE).expect("the listener starts");
            self.heard.push(line.clone());
            if line.contains(words) {
                return line.split_whitespace().nth(1).unwrap().parse().unwrap();
            }
        }
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn conclude(mut self) -> Concluded {
        let mut out = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < PATIENCE, "the listener does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        self.heard.extend(self.said.try_iter());
        let everything = out.clone() + &self.heard.join("\n");
        for leak in LEAKS {
            assert!(
                !everything.contains(leak),
                "the password is in the output: {everything}"
            );
        }
        assert!(!everything.contains("panicked"), "{everything}");
        Concluded {
            code: status.code().unwrap_or(-1),
            json: serde_json::from_str(&out).unwrap_or(Value::Null),
            everything,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Concluded {
    pub fn cause(&self) -> &str {
        self.json["diagnosis"]["verdict"]["cause"]
            .as_str()
            .unwrap_or("no verdict")
    }

    pub fn certainty(&self) -> &str {
        self.json["diagnosis"]["verdict"]["certainty"]
            .as_str()
            .unwrap_or("none")
    }

    /// The kinds of all evidence.
    pub fn kinds(&self) -> Vec<&str> {
        let all = self.json["evidence"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().filter_map(|one| one["kind"].as_str()).collect()
    }

    /// The first observation of this kind.
    #[track_caller]
    pub fn seen(&self, kind: &str) -> &Value {
        let all = self.json["observations"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let found = all
            .iter()
            .map(|one| &one["seen"])
            .find(|seen| seen["seen"] == kind);
        found.unwrap_or_else(|| panic!("{kind} was not seen: {}", self.everything))
    }

    #[track_caller]
    pub fn expect(&self, cause: &str, certainty: &str) {
        assert_eq!(
            (self.cause(), self.certainty()),
            (cause, certainty),
            "{}",
            self.everything
        );
    }

    #[track_caller]
    pub fn shows(&self, kind: &str) {
        assert!(
            self.kinds().contains(&kind),
            "{kind} is not among {:?}",
            self.kinds()
        );
    }
}

/// A scripted device over any stream.
pub struct Device<S: Read + Write> {
    reader: BufReader<S>,
}

impl Device<TcpStream> {
    /// Connects and reads the greeting.
    #[track_caller]
    pub fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut device = Self {
            reader: BufReader::new(stream),
        };
        device.reply();
        device
    }

    /// The bare connection, after what was said on it.
    pub fn into_stream(self) -> TcpStream {
        self.reader.into_inner()
    }
}

impl<S: Read + Write> Device<S> {
    /// A device on a stream that stands already.
    pub fn on(stream: S) -> Self {
        Self {
            reader: BufReader::new(stream),
        }
    }

    /// One reply with all its lines; empty where the other side has gone.
    pub fn reply(&mut self) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line).unwrap_or(0) == 0 {
                return all;
            }
            let more = line.as_bytes().get(3) == Some(&b'-');
            all.push_str(&line);
            if !more {
                return all;
            }
        }
    }

    /// Sends a line and reads the reply.
    pub fn say(&mut self, line: &str) -> String {
        self.raw(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    /// Sends bytes.
    pub fn raw(&mut self, bytes: &[u8]) {
        let stream = self.reader.get_mut();
        let _ = stream.write_all(bytes).and_then(|()| stream.flush());
    }

    /// EHLO, login, envelope, the given message, QUIT.
    pub fn scan(&mut self, message: &[u8]) -> String {
        self.say("EHLO copier.example.test");
        self.login();
        self.say("MAIL FROM:<scan@example.test>");
        self.say("RCPT TO:<it@example.test>");
        self.say("DATA");
        self.raw(message);
        let end = self.reply();
        self.say("QUIT");
        end
    }

    /// An envelope and a message of about this many bytes; gives the reply at its end.
    pub fn deliver(&mut self, bytes: usize) -> String {
        self.say("EHLO copier");
        self.say("MAIL FROM:<scan@example.test>");
        self.say("RCPT TO:<it@example.test>");
        self.say("DATA");
        self.raw(b"From: <scan@example.test>\r\n\r\n");
        let line = b"JVBERi0xLjQKJVBERi0xLjQKJVBERi0xLjQKJVBERi0xLjQKJVBERi0xLjQKJVBERi0xLjQKAAAA\r\n";
        let block = line.repeat(800);
        for _ in 0..bytes / block.len() {
            self.raw(&block);
        }
        self.raw(b".\r\n");
        self.reply()
    }

    /// AUTH LOGIN with the password of all devices.
    pub fn login(&mut self) -> String {
        self.say("AUTH LOGIN");
        self.say("c2Nhbg==");
        self.say("aHVudGVyMi16ZWJyYQ==")
    }
}

/// How a device judges a certificate.
#[derive(Debug)]
pub struct Judge(pub Option<rustls::CertificateError>);

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match &self.0 {
            Some(problem) => Err(Error::InvalidCertificate(problem.clone())),
            None => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A TLS client on a stream; TLS 1.2 alone where asked, and with this judgement of certificates.
pub fn tls(stream: TcpStream, only_12: bool, judge: Judge) -> StreamOwned<ClientConnection, TcpStream> {
    let versions: &[&rustls::SupportedProtocolVersion] = if only_12 {
        &[&rustls::version::TLS12]
    } else {
        rustls::ALL_VERSIONS
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(judge))
        .with_no_client_auth();
    let name = ServerName::try_from("mail.example.test").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

/// STARTTLS up to the point where the hello is due.
pub fn starttls(to: SocketAddr) -> TcpStream {
    let mut device = Device::connect(to);
    device.say("EHLO copier.example.test");
    assert!(device.say("STARTTLS").starts_with("220 "));
    device.into_stream()
}

/// A hello without extensions: record of the version, one old suite (RFC 2246).
pub fn old_hello(version: [u8; 2]) -> Vec<u8> {
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.extend([0, 0, 2, 0x00, 0x2f, 1, 0]);
    let length = u8::try_from(body.len()).unwrap();
    let mut hello = vec![22, version[0], version[1], 0, length + 4, 1, 0, 0, length];
    hello.extend(body);
    hello
}

/// A message as a copier builds it, dated `offset` seconds from now.
pub fn message(offset: i64) -> Vec<u8> {
    let now = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(offset);
    let date = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    format!(
        "From: <scan@example.test>\r\nDate: {date}\r\nX-Mailer: Copier 1\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nscan\r\n--cut\r\n\
         Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--cut--\r\n.\r\n"
    )
    .into_bytes()
}
