//! Runs the real program, watches its time and memory, and holds what every run must keep.

use crate::memory::peak_of;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The login of every run.
pub const USER: &str = "scan@example.test";
pub const PASSWORD: &str = "Zebra-Quokka/47~lang";
/// The server's name, led to loopback by `--resolve`.
pub const HOST: &str = "mail.example.test";

/// A run is many steps of at most one second each; this is what all of them together may take.
const BOUND: Duration = Duration::from_secs(6);
/// What a run may take whose steps have the usual limit, for servers that are only slow.
const PATIENT: Duration = Duration::from_mins(1);
/// Most memory a run may ever have held, in kilobytes.
const MEMORY: u64 = if cfg!(debug_assertions) {
    80 * 1024
} else {
    40 * 1024
};

/// What the program said, how it ended and what it took.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub json: Value,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn cause(&self) -> &str {
        self.json["verdict"]["cause"].as_str().unwrap_or("no verdict")
    }

    pub fn certainty(&self) -> &str {
        self.json["verdict"]["certainty"].as_str().unwrap_or("none")
    }

    /// How a probe ended.
    pub fn status(&self, probe: &str) -> &str {
        let all = self.json["probes"].as_array().map_or(&[][..], Vec::as_slice);
        let found = all.iter().find(|one| one["id"] == probe);
        found
            .and_then(|one| one["status"].as_str())
            .unwrap_or("not there")
    }

    /// Whether a piece of evidence says this.
    pub fn tells(&self, words: &str) -> bool {
        let all = self.json["evidence"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter()
            .any(|one| one["summary"].as_str().is_some_and(|s| s.contains(words)))
    }

    /// Holds the verdict against the causes that are true here.
    #[track_caller]
    pub fn expect(&self, story: &str, causes: &[&str]) {
        assert!(
            causes.contains(&self.cause()),
            "{story}: {} where {causes:?} is true\n{}\n{}",
            self.cause(),
            self.stdout,
            self.stderr
        );
    }
}

/// `diagnose` against a server on loopback with the usual login and envelope, and further options.
#[track_caller]
pub fn diagnose(port: u16, options: &[&str]) -> Ran {
    let lead = format!("{HOST}:587:127.0.0.1:{port}");
    let mut arguments = vec!["diagnose", "--server", HOST, "--port", "587", "--resolve", &lead];
    arguments.extend(["--user", USER, "--to", "it@example.test"]);
    if !options.contains(&"--from") {
        arguments.extend(["--from", USER]);
    }
    let root = super::script::root().to_str().unwrap();
    arguments.extend(["--ca", root]);
    if !options.contains(&"--timeout") {
        arguments.extend(["--timeout", "1"]);
    }
    if !options.contains(&"--encryption") {
        arguments.extend(["--encryption", "starttls"]);
    }
    arguments.extend(options);
    let ran = run(&arguments);
    assert!(matches!(ran.code, 0 | 1 | 3), "exit {}: {}", ran.code, ran.stderr);
    assert_eq!(ran.json["schema"], 1, "no diagnosis: {}", ran.stdout);
    let code = match ran.cause() {
        "none" => 0,
        "inconclusive" => 3,
        _ => 1,
    };
    assert_eq!(ran.code, code, "the exit code belongs to {}", ran.cause());
    ran
}

/// Runs the program with `--json -v` and holds its bounds and the secrecy of the password.
#[track_caller]
pub fn run(arguments: &[&str]) -> Ran {
    let quick = arguments.windows(2).any(|pair| pair == ["--timeout", "1"]);
    let bound = if quick { BOUND } else { PATIENT };
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_scanmedic"))
        .args(arguments)
        .args(["--json", "-v"])
        .env("SCANMEDIC_PASSWORD", PASSWORD)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = collect(child.stdout.take().unwrap());
    let stderr = collect(child.stderr.take().unwrap());
    let mut peak = 0;
    let status = loop {
        peak = peak.max(peak_of(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if began.elapsed() > bound {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(4));
    };
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    let Some(status) = status else {
        panic!("no end within {bound:?}\n{stdout}\n{stderr}");
    };
    let story = format!("{arguments:?}\n{stdout}\n{stderr}");
    assert!(!stderr.contains("panicked"), "{story}");
    assert!(peak < MEMORY, "{peak} kB of memory: {story}");
    hold_secret(&stdout, &stderr);
    Ran {
        code: status.code().unwrap_or(-1),
        json: serde_json::from_str(&stdout).unwrap_or(Value::Null),
        stdout,
        stderr,
    }
}

/// No form of the password may stand in the output.
#[track_caller]
fn hold_secret(stdout: &str, stderr: &str) {
    let plain = format!("\0{USER}\0{PASSWORD}");
    let forms = [
        PASSWORD.to_owned(),
        STANDARD.encode(PASSWORD),
        URL_SAFE.encode(PASSWORD),
        STANDARD.encode(plain),
        // A piece that a cut-off line might leave.
        "Zebra-Quok".to_owned(),
    ];
    for form in forms {
        let form = form.trim_end_matches('=');
        for output in [stdout, stderr] {
            assert!(!output.contains(form), "the password stands there: {output}");
        }
    }
}

/// Reads a stream to its end beside the run.
fn collect(mut stream: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
