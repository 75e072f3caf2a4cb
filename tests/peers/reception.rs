//! Postfix as the server that delivers to a copier: the lab plays the Canon in each of its settings.

use crate::support::{daemon, must, write};
use scanmedic::lab::{Library, World};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A Postfix that only sends: three ways to encrypt, one domain for each pair of copier and way.
fn start(root: &Path, routes: &[(&str, &str, u16)]) {
    for sub in ["etc", "queue", "data"] {
        std::fs::create_dir(root.join(sub)).unwrap();
    }
    must("chmod", &["755", root.to_str().unwrap()]);
    must("chown", &["postfix", root.join("data").to_str().unwrap()]);
    let table: Vec<String> = routes
        .iter()
        .map(|(domain, way, port)| format!("{{ {domain} = {way}:[127.0.0.1]:{port} }}"))
        .collect();
    let root_text = root.display();
    write(
        &root.join("etc/main.cf"),
        &format!(
            "compatibility_level = 3.6\nqueue_directory = {root_text}/queue\ndata_directory = {root_text}/data\n\
             command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmeta_directory = /etc/postfix\n\
             mail_owner = postfix\nsetgid_group = postdrop\nmyhostname = mailhub.example.test\nmydestination =\n\
             inet_interfaces = loopback-only\ninet_protocols = ipv4\nalias_maps =\nlocal_recipient_maps =\n\
             transport_maps = inline:{{ {} }}\nsmtp_tls_loglevel = 1\n\
             maillog_file_prefixes = {root_text}\nmaillog_file = {root_text}/mail.log\n",
            table.join(", ")
        ),
    );
    write(
        &root.join("etc/master.cf"),
        "plain unix - - n - - smtp\n  -o smtp_tls_security_level=none\n\
         may unix - - n - - smtp\n  -o smtp_tls_security_level=may\n\
         strict unix - - n - - smtp\n  -o smtp_tls_security_level=encrypt\n\
         cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\n\
         rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\nproxymap unix - - n - - proxymap\nerror unix - - n - - error\n\
         retry unix - - n - - error\nscache unix - - n - 1 scache\npickup unix n - n 60 1 pickup\n\
         showq unix n - n - - showq\nflush unix n - n 1000? 0 flush\npostlog unix-dgram n - n - 1 postlogd\n",
    );
    let etc = root.join("etc").display().to_string();
    daemon("postfix", &["-c", &etc, "start"], &root.join("says"));
}

/// Hands a message over to Postfix.
fn send(root: &Path, to: &str) {
    let mut child = Command::new("sendmail")
        .args([
            "-C",
            root.join("etc").to_str().unwrap(),
            "-f",
            "fax@example.test",
            to,
        ])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text = "From: fax@example.test\nSubject: page\n\nhello\n";
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// What the log has of a recipient, once it has a status.
fn logged(root: &Path, to: &str) -> String {
    let began = Instant::now();
    loop {
        let log = std::fs::read_to_string(root.join("mail.log")).unwrap_or_default();
        let line = log
            .lines()
            .find(|line| line.contains(&format!("to=<{to}>")) && line.contains("status="));
        if let Some(line) = line {
            return line.to_owned();
        }
        assert!(
            began.elapsed() < Duration::from_secs(40),
            "nothing of {to} in\n{log}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn postfix_meets_the_canon_in_every_setting_as_its_manual_has_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let library = Library::embedded().unwrap();
    let worlds: Vec<World> = [
        "canon-receive-off",
        "canon-receive-on",
        "canon-receive-ssl",
        "canon-receive-old-tls",
    ]
    .iter()
    .map(|id| {
        runtime
            .block_on(World::start(library.scenario(id).unwrap()))
            .unwrap()
    })
    .collect();
    let port = |index: usize| worlds[index].doors[0].address.port();
    let folder = tempfile::Builder::new().prefix("pr").tempdir_in("/tmp").unwrap();
    let root = folder.path();
    let cases = [
        ("off-strict.test", "strict", port(0), "was not offered"),
        ("off-may.test", "may", port(0), "status=sent"),
        ("on-plain.test", "plain", port(1), "status=sent"),
        ("on-may.test", "may", port(1), "status=sent"),
        (
            "ssl-plain.test",
            "plain",
            port(2),
            "530 Must issue a STARTTLS command first",
        ),
        ("ssl-may.test", "may", port(2), "status=sent"),
        ("old-strict.test", "strict", port(3), "Cannot start TLS"),
    ];
    let routes: Vec<(&str, &str, u16)> = cases
        .iter()
        .map(|(domain, way, port, _)| (*domain, *way, *port))
        .collect();
    start(root, &routes);
    for (domain, ..) in cases {
        send(root, &format!("ifax@{domain}"));
    }
    let lines: Vec<String> = cases
        .iter()
        .map(|(domain, ..)| logged(root, &format!("ifax@{domain}")))
        .collect();
    let log = std::fs::read_to_string(root.join("mail.log")).unwrap();
    let etc = root.join("etc").display().to_string();
    must("postfix", &["-c", &etc, "stop"]);
    for ((domain, _, _, words), line) in cases.iter().zip(&lines) {
        assert!(
            line.contains(words),
            "{domain}: {words:?} is not in {line}\n{log}"
        );
    }
    assert!(log.contains("TLS connection established"), "{log}");
    for world in worlds {
        runtime.block_on(world.stop());
    }
}
