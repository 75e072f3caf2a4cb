//! OpenSSL's own server, limited to versions that modern clients no longer speak.

use crate::support::{Ran, certificate, free_port, must, scanmedic, scanmedic_trusting};
use std::path::Path;
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
        certificate(folder.path());
        Self::with_certificate(folder, arguments)
    }

    /// A server with the certificate and key that lie in the folder.
    fn with_certificate(folder: tempfile::TempDir, arguments: &[&str]) -> Self {
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
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
    let cases: [(&[&str], [&str; 4]); 8] = [
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
        // What a narrow choice of groups or suites turns down is not the version.
        (
            &["-tls1_3", "-groups", "P-521"],
            ["refused", "refused", "refused", "accepted"],
        ),
        (
            &["-tls1_3", "-groups", "ffdhe3072"],
            ["refused", "refused", "refused", "accepted"],
        ),
        (
            &["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"],
            ["refused", "refused", "refused", "accepted"],
        ),
        (
            &["-tls1_2", "-cipher", "ARIA128:AES256-CCM"],
            ["refused", "refused", "accepted", "refused"],
        ),
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

/// Makes a certificate for localhost in the folder, with further options of `openssl req`.
fn make_certificate(folder: &Path, options: &[&str]) {
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let mut arguments = vec!["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=localhost"];
    arguments.extend(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
    arguments.extend(["-keyout", key.to_str().unwrap(), "-out", cert.to_str().unwrap()]);
    arguments.extend(options);
    must("openssl", &arguments);
}

/// `diagnose` against a server with TLS from the first byte, for a device that checks certificates.
fn diagnose(server: &Server, store: Option<&Path>, options: &[&str]) -> Ran {
    let case = server.folder.path().join("checks.case.ron");
    let text = format!(
        "(version: 1, device: (validates_certificates: Some(true)), mail: (server: \"127.0.0.1\", port: {}, encryption: Tls))",
        server.port
    );
    crate::support::write(&case, &text);
    let mut arguments = vec![
        "diagnose",
        case.to_str().unwrap(),
        "--timeout",
        "5",
        "--only",
        "certificate",
    ];
    arguments.extend(options);
    scanmedic_trusting(store, &arguments, None)
}

#[test]
fn a_short_key_and_an_old_signature_make_a_weak_certificate() {
    let kinds: [(&[&str], &str); 2] = [
        (&["-newkey", "rsa:1024", "-sha256"], "RSA key of 1024 bits"),
        (&["-newkey", "rsa:2048", "-sha1"], "signed with SHA-1"),
    ];
    for (options, words) in kinds {
        let folder = tempfile::tempdir().unwrap();
        make_certificate(folder.path(), options);
        let server = Server::with_certificate(folder, &OLD);
        let ca = server.folder.path().join("cert.pem").display().to_string();
        let ran = diagnose(&server, None, &["--ca", &ca]);
        assert_eq!(ran.cause(), "certificate-weak", "{options:?}: {}", ran.told());
        assert!(ran.everything.contains(words), "{options:?}: {}", ran.told());
    }
}

#[test]
fn a_root_that_only_this_computer_trusts_is_interception() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (ca, ca_key, request) = (path("ca.pem"), path("ca.key"), path("leaf.csr"));
    let (cert, key, names) = (path("cert.pem"), path("key.pem"), path("names"));
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
            "/CN=Branch office gateway",
            "-addext",
            "keyUsage=critical,keyCertSign",
            "-keyout",
            &ca_key,
            "-out",
            &ca,
        ],
    );
    must(
        "openssl",
        &[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-keyout",
            &key,
            "-out",
            &request,
        ],
    );
    std::fs::write(&names, "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    must(
        "openssl",
        &[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            "20",
            "-extfile",
            &names,
            "-out",
            &cert,
        ],
    );
    let server = Server::with_certificate(folder, &[]);
    let store = server.folder.path().join("ca.pem");
    let ran = diagnose(&server, Some(&store), &[]);
    assert_eq!(ran.cause(), "tls-intercepted", "{}", ran.told());
    assert!(ran.everything.contains("Branch office gateway"), "{}", ran.told());
    // Without that root in the computer's store, nobody knows the authority.
    let ran = diagnose(&server, None, &[]);
    assert_eq!(ran.cause(), "certificate-untrusted", "{}", ran.told());
}

#[test]
fn the_families_of_cipher_suites_are_told_as_the_server_takes_them() {
    let families = |arguments: &[&str]| {
        let server = Server::start(arguments);
        let target = format!("127.0.0.1:{}", server.port);
        let ran = scanmedic(&["tls", &target, "--ciphers"], None);
        ["rsa-cbc", "rsa-key-exchange", "cbc", "3des", "rc4"].map(|family| {
            let answer = ran.json["ciphers"][family].as_str();
            answer.unwrap_or("missing").to_owned()
        })
    };
    let modern = families(&["-tls1_2", "-cipher", "ECDHE+AESGCM"]);
    assert_eq!(modern, ["refused"; 5]);
    let old = families(&["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"]);
    assert_eq!(old, ["accepted", "accepted", "accepted", "refused", "refused"]);
}

#[test]
fn a_device_with_suites_of_another_age_fails_for_its_suites_and_one_that_shares_some_does_not() {
    let device = |suites: &str, server: &Server| {
        let case = server.folder.path().join("suites.case.ron");
        let text = format!(
            "(version: 1, device: (max_tls: Some(\"1.2\"), suites: [{suites}]), \
             mail: (server: \"127.0.0.1\", port: {}, encryption: Tls))",
            server.port
        );
        crate::support::write(&case, &text);
        let arguments = [
            "diagnose",
            case.to_str().unwrap(),
            "--timeout",
            "5",
            "--only",
            "tls",
        ];
        scanmedic(&arguments, None)
    };
    let server = Server::start(&["-tls1_2", "-cipher", "ECDHE+AESGCM"]);
    let ran = device("\"TLS_RSA_WITH_AES_128_CBC_SHA\", \"0x000a\"", &server);
    assert_eq!(ran.cause(), "no-common-cipher", "{}", ran.told());
    assert_eq!(ran.certainty(), "likely", "a person said so: {}", ran.told());
    let ran = device("\"0x002f\", \"0xc02f\"", &server);
    assert_ne!(ran.cause(), "no-common-cipher", "{}", ran.told());
}
