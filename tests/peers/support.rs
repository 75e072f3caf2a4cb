//! Shared by the peers: free ports, running the real program, waiting for a server.

use serde_json::Value;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Waits until something listens.
pub fn wait_for(port: u16, what: &str) {
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "{what} does not listen on port {port}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a program that must be there and succeed.
pub fn must(program: &str, arguments: &[&str]) -> Output {
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|problem| panic!("{program} is needed for this suite: {problem}"));
    assert!(
        done.status.success(),
        "{program} {arguments:?}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    done
}

/// Starts a program that goes on in the background; what it says goes to a file, as a pipe would never close.
pub fn daemon(program: &str, arguments: &[&str], says: &Path) {
    let out = std::fs::File::create(says).unwrap();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(out.try_clone().unwrap())
        .stderr(out)
        .status()
        .unwrap_or_else(|problem| panic!("{program} is needed for this suite: {problem}"));
    assert!(
        status.success(),
        "{program} {arguments:?}: {}",
        std::fs::read_to_string(says).unwrap_or_default()
    );
}

/// A self-made certificate and key for `localhost` and 127.0.0.1.
pub fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    must(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            key.to_str().unwrap(),
            "-out",
            cert.to_str().unwrap(),
        ],
    );
    (cert, key)
}

/// What the real program said and how it ended.
pub struct Ran {
    pub code: i32,
    pub json: Value,
    pub everything: String,
}

impl Ran {
    pub fn cause(&self) -> &str {
        self.json["verdict"]["cause"].as_str().unwrap_or("no verdict")
    }

    pub fn certainty(&self) -> &str {
        self.json["verdict"]["certainty"].as_str().unwrap_or("none")
    }

    pub fn chain(&self) -> Vec<&str> {
        let links = self.json["chain"].as_array().map_or(&[][..], Vec::as_slice);
        links.iter().filter_map(|link| link["cause"].as_str()).collect()
    }

    /// Holds that this is the verdict, as sure as that.
    #[track_caller]
    pub fn finds(&self, cause: &str, certainty: &str) {
        assert_eq!(
            (self.cause(), self.certainty()),
            (cause, certainty),
            "{}",
            self.told()
        );
    }

    /// The verdict with everything that led to it, for a failed assertion.
    pub fn told(&self) -> String {
        format!("exit {}\n{}", self.code, self.everything)
    }
}

/// Runs `scanmedic ARGUMENTS --json -v`, the password in the environment.
pub fn scanmedic(arguments: &[&str], password: Option<&str>) -> Ran {
    scanmedic_trusting(None, arguments, password)
}

/// As [`scanmedic`], on a computer whose own trust store is this file.
pub fn scanmedic_trusting(store: Option<&Path>, arguments: &[&str], password: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanmedic"));
    if let Some(store) = store {
        command.env("SSL_CERT_FILE", store);
    }
    command
        .args(arguments)
        .args(["--json", "-v"])
        .stdin(Stdio::null())
        .env_remove("SCANMEDIC_PASSWORD");
    if let Some(password) = password {
        command.env("SCANMEDIC_PASSWORD", password);
    }
    let done = command.output().unwrap();
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    let err = String::from_utf8_lossy(&done.stderr).into_owned();
    Ran {
        code: done.status.code().unwrap_or(-1),
        json: serde_json::from_str(&out).unwrap_or(Value::Null),
        everything: out + &err,
    }
}

/// Writes a file.
pub fn write(path: &Path, text: &str) {
    std::fs::File::create(path)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
}
