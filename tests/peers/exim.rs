//! Exim. Its Debian package conflicts with Postfix's, so it is unpacked into a folder of its own.

use crate::support::{Ran, certificate, free_port, must, scanmedic, wait_for, write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Where the unpacked package stands, once a machine.
fn unpacked() -> PathBuf {
    let folder = std::env::temp_dir().join("scanmedic-peers-exim4");
    let program = folder.join("usr/sbin/exim4");
    if !program.exists() || !folder.join("usr/lib/x86_64-linux-gnu/libidn.so.12").exists() {
        let work = tempfile::tempdir().unwrap();
        let script = format!(
            "cd {work} && (apt-get download {PACKAGES} || (apt-get update -qq && apt-get download {PACKAGES})) \
             && for deb in *.deb; do dpkg -x \"$deb\" {folder}.new; done && rm -rf {folder} && mv {folder}.new {folder}",
            work = work.path().display(),
            folder = folder.display(),
        );
        must("sh", &["-c", &script]);
    }
    // The program looks for the user that its package would have made.
    must(
        "sh",
        &[
            "-c",
            "id Debian-exim >/dev/null 2>&1 || useradd --system --no-create-home Debian-exim",
        ],
    );
    program
}

/// The program, and the one library of its that a plain Debian lacks.
const PACKAGES: &str = "exim4-daemon-light libidn12";

struct Exim {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

impl Exim {
    fn start() -> Self {
        let program = unpacked();
        let folder = tempfile::Builder::new()
            .prefix("exim")
            .tempdir_in("/tmp")
            .unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("spool")).unwrap();
        let (cert, key) = certificate(root);
        let port = free_port();
        write(&root.join("exim.conf"), &configuration(root, &cert, &key));
        must("chmod", &["-R", "a+rX", root.to_str().unwrap()]);
        must("chmod", &["a+rwX", root.join("spool").to_str().unwrap()]);
        must(
            "chown",
            &["-R", "mail:mail", root.join("spool").to_str().unwrap()],
        );
        let libraries = program.ancestors().nth(2).unwrap().join("lib/x86_64-linux-gnu");
        let child = Command::new(program)
            .env("LD_LIBRARY_PATH", libraries)
            .args([
                "-C",
                root.join("exim.conf").to_str().unwrap(),
                "-bdf",
                "-oX",
                &format!("127.0.0.1.{port}"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("exim is needed for this suite");
        wait_for(port, "exim");
        Self { child, port, folder }
    }

    fn diagnose(&self, options: &[&str]) -> Ran {
        let port = self.port.to_string();
        let ca = self.folder.path().join("cert.pem").display().to_string();
        let mut all = vec!["diagnose", "--server", "localhost", "--port", &port, "--ca", &ca];
        all.extend_from_slice(options);
        scanmedic(&all, Some("wrong-Passw0rd"))
    }
}

fn configuration(root: &Path, cert: &Path, key: &Path) -> String {
    let (root, cert, key) = (root.display(), cert.display(), key.display());
    format!(
        "primary_hostname = exim.example.test\nexim_user = mail\nexim_group = mail\nnever_users =\n\
         spool_directory = {root}/spool\nlog_file_path = {root}/spool/%slog\npid_file_path = {root}/spool/pid\n\
         domainlist local_domains = example.test\ndaemon_smtp_ports = 25\nhost_lookup =\nrfc1413_hosts =\n\
         tls_advertise_hosts = *\ntls_certificate = {cert}\ntls_privatekey = {key}\n\
         auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}\nacl_smtp_rcpt = acl_rcpt\nacl_smtp_data = acl_data\n\
         message_size_limit = 5M\n\
         begin acl\nacl_rcpt:\n  deny message = relay not permitted\n    !domains = +local_domains\n\
         \x20 deny message = Unrouteable address\n    local_parts = nobody\n  accept\n\
         acl_data:\n  deny message = This message scored too high, it looks like spam\n    condition = ${{if match{{$recipients}}{{spam@}}}}\n  accept\n\
         begin routers\nall:\n  driver = accept\n  transport = nowhere\n\
         begin transports\nnowhere:\n  driver = appendfile\n  file = /dev/null\n  user = mail\n\
         begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  server_prompts = :\n\
         \x20 server_condition = ${{if eq{{$auth3}}{{right}}{{yes}}{{no}}}}\n  server_set_id = $auth2\n"
    )
}

#[expect(clippy::zombie_processes, reason = "the watcher outlives this process")]
fn exim() -> &'static Exim {
    static ONE: OnceLock<Exim> = OnceLock::new();
    ONE.get_or_init(|| {
        let started = Exim::start();
        let script = format!(
            "while kill -0 {} 2>/dev/null; do sleep 0.5; done; kill {}; rm -rf {}",
            std::process::id(),
            started.child.id(),
            started.folder.path().display()
        );
        Command::new("sh")
            .args(["-c", &script])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        started
    })
}

#[test]
fn a_delivered_message_is_healthy_direct_send() {
    let ran = exim().diagnose(&[
        "--method",
        "direct-send",
        "--encryption",
        "starttls",
        "--from",
        "scan@example.test",
        "--to",
        "it@example.test",
        "--send",
        "message",
    ]);
    assert_eq!((ran.cause(), ran.code), ("none", 0), "{}", ran.told());
}

#[test]
fn an_outside_recipient_is_relay_denied() {
    let ran = exim().diagnose(&[
        "--method",
        "relay",
        "--encryption",
        "starttls",
        "--from",
        "scan@example.test",
        "--to",
        "a@elsewhere.test",
    ]);
    ran.finds("relay-denied", "confirmed");
}

#[test]
fn a_wrong_password_is_credentials_rejected() {
    let ran = exim().diagnose(&[
        "--method",
        "submission",
        "--encryption",
        "starttls",
        "--user",
        "scan",
        "--from",
        "scan@example.test",
        "--to",
        "it@example.test",
    ]);
    ran.finds("credentials-rejected", "confirmed");
}

#[test]
fn a_login_that_is_there_only_inside_tls_is_starttls_required() {
    let ran = exim().diagnose(&[
        "--method",
        "submission",
        "--encryption",
        "none",
        "--user",
        "scan",
        "--from",
        "scan@example.test",
        "--to",
        "it@example.test",
    ]);
    ran.finds("starttls-required", "confirmed");
}

#[test]
fn a_refusal_at_the_end_of_data_shows_only_when_a_message_is_sent() {
    let options = [
        "--method",
        "direct-send",
        "--encryption",
        "starttls",
        "--from",
        "scan@example.test",
        "--to",
        "spam@example.test",
    ];
    let ran = exim().diagnose(&options);
    assert_eq!(ran.cause(), "inconclusive", "{}", ran.told());
    let mut sending = options.to_vec();
    sending.extend_from_slice(&["--send", "message"]);
    let ran = exim().diagnose(&sending);
    assert_eq!(ran.cause(), "content-rejected", "{}", ran.told());
}
