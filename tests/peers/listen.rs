//! The listener and the tap between programs that nobody here wrote: swaks and `openssl s_client` as the
//! copier, Postfix as the server that delivers to a copier and as the real server behind the tap.

use crate::support::{daemon, free_port, must, wait_for, write};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const PASSWORD: &str = "Tr0ub4dor-and-3";

/// A listener on a port, with its first line waited for.
struct Listener {
    child: Child,
    says: std::thread::JoinHandle<String>,
}

impl Listener {
    fn start(port: u16, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_scanmedic"))
            .args([
                "listen",
                "--json",
                "--once",
                "--seconds",
                "30",
                "--port",
                &port.to_string(),
            ])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("waits for SMTP") {
            line.clear();
            assert!(
                errors.read_line(&mut line).unwrap() > 0,
                "the listener did not start"
            );
        }
        let says = std::thread::spawn(move || {
            let mut rest = String::new();
            let _ = errors.read_to_string(&mut rest);
            rest
        });
        Self { child, says }
    }

    /// What it concluded; the password must be nowhere in it.
    fn conclude(mut self) -> (Value, String) {
        let mut out = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut out)
            .unwrap();
        self.child.wait().unwrap();
        let all = out.clone() + &self.says.join().unwrap();
        assert!(!all.contains(PASSWORD), "the password is in the output: {all}");
        (serde_json::from_str(&out).unwrap_or(Value::Null), all)
    }
}

fn verdict(json: &Value) -> (&str, &str) {
    let verdict = &json["diagnosis"]["verdict"];
    (
        verdict["cause"].as_str().unwrap_or("none"),
        verdict["certainty"].as_str().unwrap_or("none"),
    )
}

fn kinds(json: &Value) -> Vec<&str> {
    let all = json["evidence"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter().filter_map(|one| one["kind"].as_str()).collect()
}

#[test]
fn swaks_as_the_copier() {
    let port = free_port();
    let listener = Listener::start(port, &["--persona", "like-microsoft-365"]);
    let server = format!("127.0.0.1:{port}");
    let done = must(
        "swaks",
        &[
            "--server",
            &server,
            "--tls",
            "--auth",
            "LOGIN",
            "--auth-user",
            "scan@example.test",
            "--auth-password",
            PASSWORD,
            "--from",
            "scan@example.test",
            "--to",
            "it@example.test",
            "--ehlo",
            "copier.example.test",
        ],
    );
    assert!(String::from_utf8_lossy(&done.stdout).contains("250 2.6.0"));
    let (json, all) = listener.conclude();
    for kind in [
        "device-login:encrypted",
        "device-checks-certificate:no",
        "device-encryption:starttls",
        "device-message",
    ] {
        assert!(kinds(&json).contains(&kind), "{kind}: {all}");
    }
    assert!(
        all.contains("as scan@example.test inside TLS") && all.contains("swaks"),
        "{all}"
    );
}

#[test]
fn openssl_with_tls_1_0_alone_as_an_old_copier() {
    let port = free_port();
    let listener = Listener::start(port, &["--persona", "like-microsoft-365"]);
    let to = format!("127.0.0.1:{port}");
    let done = Command::new("openssl")
        .args([
            "s_client",
            "-starttls",
            "smtp",
            "-connect",
            &to,
            "-tls1",
            "-cipher",
            "ALL:@SECLEVEL=0",
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.contains("alert protocol version"), "{said}");
    let (json, all) = listener.conclude();
    assert_eq!(verdict(&json), ("device-tls-too-old", "confirmed"), "{all}");
    assert!(all.contains("offers at most TLS 1.0"), "{all}");
}

/// A Postfix that takes mail from loopback and passes it on by the recipient's domain.
struct Postfix {
    folder: TempDir,
    port: u16,
}

impl Postfix {
    /// `routes`: domain, port on loopback, TLS level towards it.
    fn start(routes: &[(&str, u16, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("pl").tempdir_in("/tmp").unwrap();
        let root = folder.path();
        let port = free_port();
        for sub in ["etc", "queue", "data"] {
            std::fs::create_dir(root.join(sub)).unwrap();
        }
        must("chmod", &["755", root.to_str().unwrap()]);
        must("chown", &["postfix", root.join("data").to_str().unwrap()]);
        let join = |each: &dyn Fn(&(&str, u16, &str)) -> String| {
            routes.iter().map(each).collect::<Vec<_>>().join(", ")
        };
        let transports = join(&|(domain, port, _)| format!("{{{domain} = smtp:[127.0.0.1]:{port}}}"));
        let levels = join(&|(_, port, level)| format!("{{[127.0.0.1]:{port} = {level}}}"));
        let at = root.display();
        write(
            &root.join("etc/main.cf"),
            &format!(
                "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
                 command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmeta_directory = /etc/postfix\n\
                 mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mailhub.example.test\nmydestination =\n\
                 inet_interfaces = loopback-only\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\n\
                 default_transport = discard:\nalias_maps =\nsmtpd_relay_restrictions = permit_mynetworks, reject\n\
                 transport_maps = inline:{{ {transports} }}\nsmtp_tls_policy_maps = inline:{{ {levels} }}\n\
                 smtp_tls_security_level = may\nsmtp_destination_rate_delay = 0\n\
                 maillog_file_prefixes = {at}\nmaillog_file = {at}/mail.log\n"
            ),
        );
        write(
            &root.join("etc/master.cf"),
            &format!(
                "127.0.0.1:{port} inet n - n - - smtpd\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n\
                 tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n\
                 defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\nproxymap unix - - n - - proxymap\n\
                 smtp unix - - n - - smtp\nerror unix - - n - - error\nretry unix - - n - - error\n\
                 discard unix - - n - - discard\nanvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n\
                 showq unix n - n - - showq\nflush unix n - n 1000? 0 flush\npostlog unix-dgram n - n - 1 postlogd\n"
            ),
        );
        daemon(
            "postfix",
            &["-c", root.join("etc").to_str().unwrap(), "start"],
            &root.join("says"),
        );
        wait_for(port, "postfix");
        Self { folder, port }
    }

    fn send(&self, to: &str) {
        let server = format!("127.0.0.1:{}", self.port);
        must(
            "swaks",
            &["--server", &server, "--from", "ifax@example.test", "--to", to],
        );
    }

    /// Waits until its log says this.
    fn logs(&self, words: &str) -> String {
        let mut log = String::new();
        for _ in 0..200 {
            log = std::fs::read_to_string(self.folder.path().join("mail.log")).unwrap_or_default();
            if log.contains(words) {
                return log;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the log never says {words:?}: {log}");
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = self.folder.path().join("etc");
        let _ = Command::new("postfix")
            .args(["-c", etc.to_str().unwrap(), "stop"])
            .output();
    }
}

#[test]
fn postfix_delivers_to_canon_s_reception_in_its_three_settings() {
    let ports: Vec<u16> = (0..5).map(|_| free_port()).collect();
    let postfix = Postfix::start(&[
        ("ssl-plain.test", ports[0], "none"),
        ("ssl-tls.test", ports[1], "encrypt"),
        ("on-plain.test", ports[2], "none"),
        ("off-plain.test", ports[3], "may"),
        ("off-tls.test", ports[4], "encrypt"),
    ]);
    let deliver = |index: usize, persona: &str, domain: &str| {
        let listener = Listener::start(ports[index], &["--persona", persona]);
        postfix.send(&format!("fax@{domain}"));
        listener.conclude()
    };

    let (json, all) = deliver(0, "canon-ssl", "ssl-plain.test");
    assert_eq!(
        verdict(&json),
        ("smtp-receive-tls-required", "confirmed"),
        "{all}"
    );
    assert!(all.contains("SSL Error (SMTP RX Reject)"), "{all}");
    postfix.logs("530 Must issue a STARTTLS command first");

    let (json, all) = deliver(1, "canon-ssl", "ssl-tls.test");
    assert!(
        all.contains("a TLS session stands") && kinds(&json).contains(&"device-message"),
        "{all}"
    );
    postfix.logs("to=<fax@ssl-tls.test>");

    let (json, all) = deliver(2, "canon-on", "on-plain.test");
    assert!(
        kinds(&json).contains(&"device-message") && !all.contains("a TLS session stands"),
        "{all}"
    );

    let (json, all) = deliver(3, "canon-off", "off-plain.test");
    assert!(kinds(&json).contains(&"device-message"), "{all}");

    let (json, all) = deliver(4, "canon-off", "off-tls.test");
    assert!(!kinds(&json).contains(&"device-message"), "{all}");
    postfix.logs("TLS is required, but was not offered");
}

#[test]
fn the_tap_before_postfix_changes_no_byte_of_the_message() {
    let (kept_port, tap_port) = (free_port(), free_port());
    let postfix = Postfix::start(&[("kept.test", kept_port, "none")]);
    let folder = tempfile::tempdir().unwrap();
    let keeper = Listener::start(kept_port, &["--messages", folder.path().to_str().unwrap()]);
    let tap = Listener::start(tap_port, &["--tap", &format!("127.0.0.1:{}", postfix.port)]);
    let message = scan(folder.path());
    let server = format!("127.0.0.1:{tap_port}");
    let data = format!("@{}", folder.path().join("scan.txt").display());
    must(
        "swaks",
        &[
            "--server",
            &server,
            "--from",
            "scan@example.test",
            "--to",
            "it@kept.test",
            "--data",
            &data,
        ],
    );
    let (json, all) = tap.conclude();
    for kind in [
        "extensions",
        "accepted:mail",
        "accepted:rcpt",
        "accepted:end-of-data",
        "device-message",
    ] {
        assert!(kinds(&json).contains(&kind), "{kind}: {all}");
    }
    keeper.conclude();
    let kept = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .unwrap();
    let kept = std::fs::read(kept).unwrap();
    // swaks puts a line end of its own behind what it reads.
    assert!(
        kept.trim_ascii_end().ends_with(message.trim_ascii_end()),
        "{}",
        String::from_utf8_lossy(&kept)
    );
}

/// A message with dots at line beginnings, long lines and a base64 part, and what arrives of it.
fn scan(folder: &Path) -> Vec<u8> {
    let head = "From: <scan@example.test>\nTo: <it@kept.test>\nDate: Fri, 27 Nov 2026 10:00:00 +0000\nMessage-Id: <1@example.test>\nSubject: scan\n\n";
    let body = format!(
        ".dot\n..two\n.\tx\n{}\n{}\nend\n",
        "x".repeat(900),
        "QUJD".repeat(19)
    );
    let text = head.to_owned() + &body;
    std::fs::File::create(folder.join("scan.txt"))
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    body.replace('\n', "\r\n").into_bytes()
}
