//! OpenSSL's own server, limited to versions that modern clients no longer speak.

use crate::support::{Ran, certificate, free_port, scanmedic};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running `openssl s_server`; it ends when dropped.
struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (cert, key) = certificate(folder.path());
        let port = free_port();
        let mut child = Command::new("openssl")
            .args(["s_server", "-quiet", "-accept", &format!("127.0.0.1:{port}")])
            .args(["-cert", cert.to_str().unwrap(), "-key", key.to_str().unwrap()])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl is needed for this suite");
        std::thread::sleep(Duration::from_millis(600));
        assert!(
            child.try_wait().unwrap().is_none(),
            "openssl s_server {arguments:?} ended by itself"
        );
        Self { child, port, folder }
    }

    fn scan(&self) -> Ran {
        scanmedic(&["tls", &format!("127.0.0.1:{}", self.port)], None)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const OLD: [&str; 2] = ["-cipher", "ALL:@SECLEVEL=0"];

#[test]
fn each_version_is_found_where_the_server_takes_it_and_only_there() {
    let cases: [(&[&str], [&str; 4]); 4] = [
        (
            &["-tls1", OLD[0], OLD[1]],
            ["accepted", "refused", "refused", "refused"],
        ),
        (
            &["-tls1_1", OLD[0], OLD[1]],
            ["refused", "accepted", "refused", "refused"],
        ),
        (&["-tls1_2"], ["refused", "refused", "accepted", "refused"]),
        (&["-tls1_3"], ["refused", "refused", "refused", "accepted"]),
    ];
    for (arguments, wanted) in cases {
        let server = Server::start(arguments);
        let ran = server.scan();
        let got: Vec<&str> = ["TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"]
            .into_iter()
            .map(|version| ran.json["versions"][version].as_str().unwrap_or("missing"))
            .collect();
        assert_eq!(got, wanted, "{arguments:?}: {}", ran.told());
        assert_eq!(ran.json["versions"]["SSL3.0"], "refused", "{arguments:?}");
    }
}

#[test]
fn the_certificate_is_read_from_a_server_that_speaks_tls_1_0_only() {
    let server = Server::start(&["-tls1", OLD[0], OLD[1]]);
    let ran = server.scan();
    let subject = ran.json["certificate"]["subject"].as_str().unwrap_or_default();
    assert!(subject.contains("localhost"), "{}", ran.told());
}

#[test]
fn a_server_of_tls_1_0_and_1_1_is_too_old_for_a_modern_client() {
    for version in ["-tls1", "-tls1_1"] {
        let server = Server::start(&[version, OLD[0], OLD[1]]);
        let port = server.port.to_string();
        let ran = scanmedic(
            &[
                "diagnose",
                "--server",
                "127.0.0.1",
                "--port",
                &port,
                "--encryption",
                "tls",
                "--timeout",
                "5",
            ],
            None,
        );
        assert_eq!(ran.cause(), "server-tls-too-old", "{version}: {}", ran.told());
    }
}

#[test]
fn a_device_of_the_same_age_gets_along_with_such_a_server() {
    let server = Server::start(&["-tls1", OLD[0], OLD[1]]);
    let port = server.port.to_string();
    let ca = server.folder.path().join("cert.pem").display().to_string();
    let ran = scanmedic(
        &[
            "diagnose",
            "--ca",
            &ca,
            "--server",
            "127.0.0.1",
            "--port",
            &port,
            "--encryption",
            "tls",
            "--timeout",
            "5",
            "--vendor",
            "Xerox",
            "--model",
            "WorkCentre 7845",
            "--firmware",
            "072.040.004.09100",
        ],
        None,
    );
    assert_eq!((ran.cause(), ran.code), ("inconclusive", 3), "{}", ran.told());
}
