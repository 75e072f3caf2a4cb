//! A mail server in a few lines that behaves well up to a chosen step, and badly there.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

/// The steps of a conversation at which a server can misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    StartTls,
    Handshake,
    EhloInside,
    Auth,
    Mail,
    Rcpt,
    Data,
    EndOfData,
}

impl Step {
    pub const ALL: [Self; 10] = [
        Self::Greeting,
        Self::Ehlo,
        Self::StartTls,
        Self::Handshake,
        Self::EhloInside,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::EndOfData,
    ];
}

/// What the server does there instead of its part.
#[derive(Debug, Clone)]
pub enum Act {
    Close,
    Reset,
    Silence,
    Say(String),
    /// Says this in place of the reply and goes on as if nothing were.
    SayAndGoOn(String),
}

/// Serves every connection with `serve`, each in a thread of its own, until the test process ends.
pub fn serve(serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(8)));
            let _ = stream.set_nodelay(true);
            std::thread::spawn(move || {
                let _ = serve(stream);
            });
        }
    });
    port
}

/// A mail server that does `act` at `step` and is right in everything else.
pub fn misbehaving(step: Step, act: Act) -> u16 {
    serve(move |stream| talk(stream, &|now| (now == step).then(|| act.clone())))
}

/// A mail server whose part at each step may be replaced.
pub fn talk(mut stream: TcpStream, plan: &dyn Fn(Step) -> Option<Act>) -> io::Result<()> {
    if let Some(act) = plan(Step::Greeting) {
        return misbehave(stream, None, act);
    }
    stream.write_all(b"220 mail.example.test ESMTP\r\n")?;
    let mut inside = None;
    loop {
        let line = match &mut inside {
            None => read_line(&mut stream)?,
            Some(tls) => read_line(tls)?,
        };
        let encrypted = inside.is_some();
        let word = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        let (step, reply) = match word.as_str() {
            "EHLO" if encrypted => (
                Some(Step::EhloInside),
                "250-mail\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 999999\r\n",
            ),
            "EHLO" => (Some(Step::Ehlo), "250-mail\r\n250 STARTTLS\r\n"),
            "STAR" => (Some(Step::StartTls), "220 go ahead\r\n"),
            "AUTH" => (Some(Step::Auth), "235 2.7.0 welcome\r\n"),
            "MAIL" => (Some(Step::Mail), "250 2.1.0 sender ok\r\n"),
            "RCPT" => (Some(Step::Rcpt), "250 2.1.5 recipient ok\r\n"),
            "DATA" => (Some(Step::Data), "354 go on\r\n"),
            "QUIT" => (None, "221 bye\r\n"),
            _ => (None, "250 ok\r\n"),
        };
        match step.and_then(plan) {
            None => say(&mut stream, inside.as_mut(), reply)?,
            Some(Act::SayAndGoOn(text)) => say(&mut stream, inside.as_mut(), &text)?,
            Some(act) => return misbehave(stream, inside, act),
        }
        match word.as_str() {
            "STAR" => {
                if let Some(act) = plan(Step::Handshake) {
                    return misbehave(stream, None, act);
                }
                inside = Some(StreamOwned::new(
                    ServerConnection::new(tls()).unwrap(),
                    stream.try_clone()?,
                ));
            }
            "DATA" => {
                while let Some(tls) = &mut inside {
                    if read_line(tls)? == "." {
                        break;
                    }
                }
                if let Some(act) = plan(Step::EndOfData) {
                    return misbehave(stream, inside, act);
                }
                say(&mut stream, inside.as_mut(), "250 2.0.0 queued\r\n")?;
            }
            "QUIT" => return Ok(()),
            _ => {}
        }
    }
}

type Inside = StreamOwned<ServerConnection, TcpStream>;

fn say(stream: &mut TcpStream, inside: Option<&mut Inside>, text: &str) -> io::Result<()> {
    match inside {
        None => stream.write_all(text.as_bytes()),
        Some(tls) => tls.write_all(text.as_bytes()).and_then(|()| tls.flush()),
    }
}

fn misbehave(mut stream: TcpStream, mut inside: Option<Inside>, act: Act) -> io::Result<()> {
    match act {
        Act::Close => stream.shutdown(std::net::Shutdown::Both),
        Act::Reset => {
            drop(inside);
            reset(stream)
        }
        Act::Silence => {
            std::thread::sleep(Duration::from_secs(8));
            Ok(())
        }
        Act::Say(text) | Act::SayAndGoOn(text) => {
            say(&mut stream, inside.as_mut(), &text)?;
            linger(&mut stream)
        }
    }
}

/// Closes with a reset instead of an orderly end.
fn reset(stream: TcpStream) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let _inside = runtime.enter();
    tokio::net::TcpStream::from_std(stream)?.set_zero_linger()
}

/// Reads until the other side has gone, so that an early end on ours is not what it meets.
pub fn linger(stream: &mut TcpStream) -> io::Result<()> {
    io::copy(stream, &mut io::sink()).map(drop)
}

/// One line without its end; the end of the stream is an error.
pub fn read_line(stream: &mut impl Read) -> io::Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        stream.read_exact(&mut byte)?;
        match byte {
            [b'\n'] => break,
            [other] => line.push(other),
        }
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// A root of our own making in a file, and a TLS server with a certificate of it.
fn world() -> &'static (PathBuf, Arc<ServerConfig>) {
    static WORLD: OnceLock<(PathBuf, Arc<ServerConfig>)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.distinguished_name
            .push(DnType::CommonName, "Hostile test root");
        let pem = root.self_signed(&root_key).unwrap().pem();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile-root.pem");
        std::fs::write(&path, pem).unwrap();
        let mut leaf = CertificateParams::new(vec![super::program::HOST.to_owned()]).unwrap();
        leaf.not_after = (SystemTime::now() + Duration::from_hours(24 * 90)).into();
        let leaf = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key);
        (path, Arc::new(config.unwrap()))
    })
}

/// The file with the root that signed the server's certificate.
pub fn root() -> &'static Path {
    &world().0
}

fn tls() -> Arc<ServerConfig> {
    Arc::clone(&world().1)
}
