//! Postfix with submission, STARTTLS and SASL by Dovecot, all private to the test and on loopback.

use crate::support::{Ran, certificate, daemon, free_port, must, scanmedic, wait_for, write};
use base64::Engine as _;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

const USER: &str = "scan@example.test";
const PASSWORD: &str = "Tr0ub4dor-and-3";

/// A running Postfix: port 25's twin (opportunistic TLS, strict about HELO names) and a submission port.
struct Postfix {
    folder: TempDir,
    mx: u16,
    submission: u16,
}

impl Postfix {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pf").tempdir_in("/tmp").unwrap();
        let root = folder.path();
        let (mx, submission) = (free_port(), free_port());
        for sub in ["etc", "queue", "data", "dovecot"] {
            std::fs::create_dir(root.join(sub)).unwrap();
        }
        must("chmod", &["755", root.to_str().unwrap()]);
        must("chown", &["postfix", root.join("data").to_str().unwrap()]);
        let (cert, key) = certificate(root);
        write(&root.join("etc/main.cf"), &main_cf(root, &cert, &key));
        write(&root.join("etc/master.cf"), &master_cf(mx, submission));
        daemon(
            "postfix",
            &["-c", root.join("etc").to_str().unwrap(), "start"],
            &root.join("says"),
        );
        wait_for(mx, "postfix");
        wait_for(submission, "postfix submission");
        start_dovecot(root);
        Self {
            folder,
            mx,
            submission,
        }
    }

    fn ca(&self) -> String {
        self.folder.path().join("cert.pem").display().to_string()
    }

    /// A diagnosis against the submission port, with the options given.
    fn submit(&self, options: &[&str], password: Option<&str>) -> Ran {
        let (port, ca) = (self.submission.to_string(), self.ca());
        let mut all = vec!["diagnose", "--server", "localhost", "--port", &port, "--ca", &ca];
        all.extend_from_slice(options);
        scanmedic(&all, password)
    }

    /// A diagnosis against the port that takes mail without a login.
    fn deliver(&self, options: &[&str]) -> Ran {
        let (port, ca) = (self.mx.to_string(), self.ca());
        let mut all = vec!["diagnose", "--server", "localhost", "--port", &port, "--ca", &ca];
        all.extend_from_slice(options);
        scanmedic(&all, None)
    }
}

/// One Postfix serves all tests; it is stopped by [`stop`] when the process ends.
fn postfix() -> &'static Postfix {
    static ONE: OnceLock<Postfix> = OnceLock::new();
    ONE.get_or_init(|| {
        let started = Postfix::start();
        watch_and_stop(started.folder.path());
        started
    })
}

/// A watcher outlives the test process and stops the servers when it is gone.
#[expect(clippy::zombie_processes, reason = "the watcher outlives this process")]
fn watch_and_stop(root: &Path) {
    let script = format!(
        "while kill -0 {pid} 2>/dev/null; do sleep 0.5; done; postfix -c {root}/etc stop; \
         kill $(cat {root}/dovecot/run/master.pid); sleep 1; rm -rf {root}",
        pid = std::process::id(),
        root = root.display()
    );
    Command::new("sh")
        .args(["-c", &script])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
}

fn start_dovecot(root: &Path) {
    let root_text = root.display();
    write(
        &root.join("dovecot/users"),
        &format!("{USER}:{{PLAIN}}{PASSWORD}\n"),
    );
    write(
        &root.join("dovecot/dovecot.conf"),
        &format!(
            "base_dir = {root_text}/dovecot/run\nstate_dir = {root_text}/dovecot/state\nlog_path = {root_text}/dovecot/log\n\
             protocols =\nssl = no\nauth_mechanisms = plain login\n\
             default_internal_user = dovecot\ndefault_login_user = dovenull\n\
             passdb {{\n driver = passwd-file\n args = {root_text}/dovecot/users\n}}\n\
             userdb {{\n driver = static\n args = uid=nobody gid=nogroup home=/tmp\n}}\n\
             service auth {{\n unix_listener {root_text}/queue/private/auth {{\n  mode = 0666\n }}\n}}\n\
             service anvil {{\n chroot =\n}}\n"
        ),
    );
    let configuration = root.join("dovecot/dovecot.conf");
    daemon(
        "dovecot",
        &["-c", configuration.to_str().unwrap()],
        &root.join("dovecot/says"),
    );
    let socket = root.join("queue/private/auth");
    for _ in 0..100 {
        if socket.exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("dovecot did not open {}", socket.display());
}

fn main_cf(root: &Path, cert: &Path, key: &Path) -> String {
    let (root, cert, key) = (root.display(), cert.display(), key.display());
    format!(
        "compatibility_level = 3.6\nqueue_directory = {root}/queue\ndata_directory = {root}/data\n\
         command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmeta_directory = /etc/postfix\n\
         mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mail.example.test\nmydestination = example.test\n\
         inet_interfaces = loopback-only\ninet_protocols = ipv4\nmynetworks = 192.0.2.1/32\n\
         local_transport = discard:\ndefault_transport = discard:\nlocal_recipient_maps = inline:{{it@example.test=ok,full@example.test=ok}}\n\
         alias_maps =\nsmtpd_recipient_restrictions = check_recipient_access inline:{{ {{slow@example.test = 450 4.2.0 Greylisted, see the postmaster}} }}, permit_sasl_authenticated, reject_unauth_destination\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\nsmtpd_sender_login_maps = inline:{{scan@example.test=scan@example.test,boss@example.test=boss@example.test}}\n\
         smtpd_tls_security_level = may\nsmtpd_tls_cert_file = {cert}\nsmtpd_tls_key_file = {key}\n\
         smtpd_tls_protocols = >=TLSv1.2\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\n\
         smtpd_helo_required = yes\nsmtpd_helo_restrictions = reject_invalid_helo_hostname\nsmtpd_delay_reject = no\n\
         message_size_limit = 10240000\nmaillog_file_prefixes = {root}\nmaillog_file = {root}/mail.log\n"
    )
}

fn master_cf(mx: u16, submission: u16) -> String {
    format!(
        "127.0.0.1:{mx} inet n - n - - smtpd\n127.0.0.1:{submission} inet n - n - - smtpd\n\
         \x20 -o smtpd_tls_security_level=encrypt\n  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_sasl_type=dovecot\n\
         \x20 -o smtpd_sasl_path=private/auth\n  -o smtpd_tls_auth_only=yes\n\
         \x20 -o smtpd_client_restrictions=\n  -o smtpd_sender_restrictions=reject_sender_login_mismatch\n\
         cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\n\
         rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\nverify unix - - n - 1 verify\nproxymap unix - - n - - proxymap\n\
         error unix - - n - - error\nretry unix - - n - - error\ndiscard unix - - n - - discard\nanvil unix - - n - 1 anvil\n\
         scache unix - - n - 1 scache\npickup unix n - n 60 1 pickup\nshowq unix n - n - - showq\n\
         flush unix n - n 1000? 0 flush\npostlog unix-dgram n - n - 1 postlogd\n"
    )
}

const ENVELOPE: [&str; 4] = ["--from", USER, "--to", "it@example.test"];

fn with_login<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec![
        "--encryption",
        "starttls",
        "--method",
        "submission",
        "--user",
        USER,
    ];
    all.extend_from_slice(more);
    all
}

#[test]
fn the_right_login_passes_up_to_the_recipient() {
    let ran = postfix().submit(&with_login(&ENVELOPE), Some(PASSWORD));
    assert_eq!((ran.cause(), ran.code), ("none", 0), "{}", ran.told());
    assert_eq!(ran.chain(), Vec::<&str>::new());
}

#[test]
fn a_wrong_password_is_named_and_never_shown() {
    let wrong = "S3cret-wr0ng-Passw0rd";
    let ran = postfix().submit(&with_login(&ENVELOPE), Some(wrong));
    assert_eq!(
        (ran.cause(), ran.certainty(), ran.code),
        ("credentials-rejected", "confirmed", 1),
        "{}",
        ran.told()
    );
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    for form in [
        wrong.to_owned(),
        encode(wrong),
        encode(&format!("\0{USER}\0{wrong}")),
    ] {
        assert!(!ran.everything.contains(&form), "the password shows as {form}");
    }
}

#[test]
fn plain_text_where_tls_is_demanded_is_starttls_required() {
    let mut options = vec!["--encryption", "none", "--method", "submission", "--user", USER];
    options.extend_from_slice(&ENVELOPE);
    let ran = postfix().submit(&options, Some(PASSWORD));
    ran.finds("starttls-required", "confirmed");
}

#[test]
fn implicit_tls_on_a_starttls_port_is_the_wrong_port() {
    let mut options = vec!["--encryption", "tls", "--method", "submission", "--user", USER];
    options.extend_from_slice(&ENVELOPE);
    let ran = postfix().submit(&options, Some(PASSWORD));
    assert_eq!(ran.cause(), "wrong-port-for-encryption", "{}", ran.told());
}

#[test]
fn old_firmware_fails_at_encrypt_and_the_login_behind_it_is_still_seen() {
    let old = [
        "--vendor",
        "Xerox",
        "--model",
        "WorkCentre 7845",
        "--firmware",
        "072.040.004.09100",
    ];
    let mut options = with_login(&ENVELOPE);
    options.extend_from_slice(&old);
    let ran = postfix().submit(&options, Some("not-the-password"));
    ran.finds("device-tls-too-old", "confirmed");
    assert_eq!(
        ran.chain(),
        ["device-tls-too-old", "credentials-rejected"],
        "{}",
        ran.told()
    );
}

#[test]
fn a_limit_that_a_person_states_is_likely_at_most() {
    let mut options = with_login(&ENVELOPE);
    options.extend_from_slice(&["--device-max-tls", "1.0"]);
    let ran = postfix().submit(&options, Some(PASSWORD));
    ran.finds("device-tls-too-old", "likely");
}

#[test]
fn somebody_else_s_sender_address_is_send_as_denied() {
    let ran = postfix().submit(
        &with_login(&["--from", "boss@example.test", "--to", "it@example.test"]),
        Some(PASSWORD),
    );
    ran.finds("send-as-denied", "confirmed");
}

#[test]
fn no_login_for_an_outside_recipient_is_relay_denied() {
    let ran = postfix().deliver(&[
        "--method",
        "relay",
        "--encryption",
        "starttls-if-available",
        "--from",
        USER,
        "--to",
        "a@elsewhere.test",
    ]);
    ran.finds("relay-denied", "confirmed");
}

#[test]
fn an_unknown_mailbox_is_recipient_rejected() {
    let ran = postfix().deliver(&[
        "--method",
        "direct-send",
        "--encryption",
        "starttls-if-available",
        "--from",
        USER,
        "--to",
        "nobody@example.test",
    ]);
    ran.finds("recipient-rejected", "confirmed");
}

#[test]
fn a_put_off_recipient_is_greylisted() {
    let ran = postfix().deliver(&[
        "--method",
        "direct-send",
        "--encryption",
        "none",
        "--from",
        USER,
        "--to",
        "slow@example.test",
    ]);
    assert_eq!(ran.cause(), "greylisted", "{}", ran.told());
}

#[test]
fn a_bad_ehlo_name_is_helo_rejected() {
    let mut options = vec![
        "--method",
        "direct-send",
        "--encryption",
        "none",
        "--helo",
        "front office!",
    ];
    options.extend_from_slice(&ENVELOPE);
    let ran = postfix().deliver(&options);
    assert_eq!(ran.cause(), "helo-rejected", "{}", ran.told());
}

#[test]
fn direct_send_is_healthy_only_when_a_message_was_taken() {
    let mut options = vec!["--method", "direct-send", "--encryption", "starttls"];
    options.extend_from_slice(&ENVELOPE);
    let ran = postfix().deliver(&options);
    assert_eq!((ran.cause(), ran.code), ("inconclusive", 3), "{}", ran.told());
    assert_eq!(ran.json["next_test"]["probe"], "message");
    options.extend_from_slice(&["--send", "message"]);
    let ran = postfix().deliver(&options);
    assert_eq!((ran.cause(), ran.code), ("none", 0), "{}", ran.told());
}

#[test]
fn a_scan_over_the_stated_size_is_message_too_large() {
    let mut options = with_login(&ENVELOPE);
    options.extend_from_slice(&["--size", "12000000"]);
    let ran = postfix().submit(&options, Some(PASSWORD));
    assert_eq!(ran.cause(), "message-too-large", "{}", ran.told());
}

#[test]
fn a_certificate_that_no_root_vouches_for_is_told_as_the_device_checks_it() {
    let port = postfix().submission.to_string();
    let base = ["diagnose", "--server", "localhost", "--port", &port];
    let mut options = base.to_vec();
    let login = with_login(&ENVELOPE);
    options.extend_from_slice(&login);
    let ran = scanmedic(&options, Some(PASSWORD));
    ran.finds("certificate-untrusted", "likely");
}
