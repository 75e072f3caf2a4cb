//! Devices that others wrote: net-snmp's agent, snmpsim's, and the printer of CUPS's own tests.

use crate::support::{free_port, wait_for, write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A program that ends with its test.
struct Running {
    child: Child,
    /// Goes with the program that writes into it.
    _folder: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(program: &str, arguments: &[&str], folder: TempDir) -> Running {
    start_with(program, arguments, &[], folder)
}

fn start_with(program: &str, arguments: &[&str], environment: &[(&str, &str)], folder: TempDir) -> Running {
    let child = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .env("SNMP_PERSISTENT_DIR", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|problem| panic!("{program} is needed for this suite: {problem}"));
    Running {
        child,
        _folder: folder,
    }
}

/// Asks the agent until it has come up.
fn identified(port: u16, options: &[&str], environment: &[(&str, &str)]) -> serde_json::Value {
    let port = port.to_string();
    let began = Instant::now();
    loop {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scanmedic"));
        command.args(["identify", "127.0.0.1", "--snmp-port", &port, "--json"]);
        if !options.contains(&"--ipp-port") {
            command.args(["--ipp-port", "1"]);
        }
        let done = command
            .args(["--http-port", "1"])
            .args(options)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        for (_, secret) in environment {
            assert!(
                secret.is_empty() || !out.contains(secret),
                "a password stands in the output: {out}"
            );
        }
        let found: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        let answered = found["answered"].as_array().is_some_and(|all| !all.is_empty());
        if answered || began.elapsed() > Duration::from_secs(15) {
            return found;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

const DESCRIPTION: &str =
    "Xerox WorkCentre 7845 v1; SS 072.040.004.09100, NC 072.044.09100, UI 072.040.004.09100";
const SIGNING: &str = "signing-Pa55word";
const PRIVACY: &str = "privacy-Pa55word";

/// net-snmp's agent with one v3 user and no community, on a port of its own.
fn snmpd(auth: &str, privacy: &str) -> (Running, u16) {
    let folder = TempDir::new().unwrap();
    let port = free_port();
    write(
        &folder.path().join("snmpd.conf"),
        &format!(
            "agentaddress udp:127.0.0.1:{port}\nrouser reader authPriv\nsysdescr {DESCRIPTION}\n\
             sysobjectid 1.3.6.1.4.1.253.8.62.1.37.1\n\
             createUser reader {auth} \"{SIGNING}\" {privacy} \"{PRIVACY}\"\n"
        ),
    );
    let conf = folder.path().join("snmpd.conf").display().to_string();
    let log = folder.path().join("log").display().to_string();
    (
        start("snmpd", &["-f", "-Lf", &log, "-C", "-c", &conf], folder),
        port,
    )
}

#[test]
fn a_real_agent_lets_a_v3_user_in_with_each_common_pair_of_protocols() {
    for (auth, privacy, options) in [
        ("SHA", "AES", ["sha", "aes"]),
        ("SHA-256", "AES", ["sha256", "aes"]),
        ("MD5", "DES", ["md5", "des"]),
    ] {
        let (_agent, port) = snmpd(auth, privacy);
        let found = identified(
            port,
            &[
                "--snmp-user",
                "reader",
                "--snmp-auth",
                options[0],
                "--snmp-privacy",
                options[1],
            ],
            &[
                ("SCANMEDIC_SNMP_AUTH_PASSWORD", SIGNING),
                ("SCANMEDIC_SNMP_PRIV_PASSWORD", PRIVACY),
            ],
        );
        assert_eq!(found["answered"][0], "SNMP v3", "{auth} {privacy}: {found}");
        assert_eq!(found["model"], "WorkCentre 7845", "{found}");
        assert_eq!(found["firmware"], "072.040.004.09100", "{found}");
    }
}

#[test]
fn a_refusal_of_a_v3_user_is_told_with_its_reason_and_is_no_silence() {
    let (_agent, port) = snmpd("SHA", "AES");
    let right = [
        ("SCANMEDIC_SNMP_AUTH_PASSWORD", SIGNING),
        ("SCANMEDIC_SNMP_PRIV_PASSWORD", PRIVACY),
    ];
    let wrong = [("SCANMEDIC_SNMP_AUTH_PASSWORD", "not-the-password"), right[1]];
    // net-snmp says nothing at all to what it cannot decrypt.
    let other_key = [right[0], ("SCANMEDIC_SNMP_PRIV_PASSWORD", "not-the-password")];
    let unsigned = [
        ("SCANMEDIC_SNMP_AUTH_PASSWORD", SIGNING),
        ("SCANMEDIC_SNMP_PRIV_PASSWORD", ""),
    ];
    for (user, passwords, reason) in [
        ("reader", wrong, "signing is wrong"),
        (
            "reader",
            other_key,
            "signing is right; the password or the method for encryption is wrong",
        ),
        ("visitor", right, "no such SNMP v3 user"),
        ("reader", unsigned, "may not read"),
    ] {
        let found = identified(port, &["--snmp-user", user], &passwords);
        let problems = found["problems"].to_string();
        assert!(problems.contains(reason), "{found}");
        assert!(problems.contains(&format!("v3 as {user}")), "{found}");
        assert_eq!(found["answered"][0], "SNMP (refused)", "{found}");
        assert_eq!(found["kind"], "unidentified", "{found}");
    }
}

#[test]
fn a_simulated_agent_that_only_one_community_opens_is_read() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let cache = folder.path().join("cache");
    std::fs::create_dir(&data).unwrap();
    std::fs::create_dir(&cache).unwrap();
    write(
        &data.join("scanner-room.snmprec"),
        "1.3.6.1.2.1.1.1.0|4|RICOH IM C9999 1.09 / RICOH Network Printer C model\n\
         1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.367.1.1\n1.3.6.1.2.1.1.3.0|67|4200\n\
         1.3.6.1.2.1.43.16.5.1.2.1.1|4|Cannot connect with SMTP server\n",
    );
    let port = free_port();
    let _agent = start(
        "snmpsim-command-responder",
        &[
            &format!("--data-dir={}", data.display()),
            &format!("--cache-dir={}", cache.display()),
            &format!("--agent-udpv4-endpoint=127.0.0.1:{port}"),
            "--process-user=root",
            "--process-group=root",
        ],
        folder,
    );
    let found = identified(port, &["--community", "scanner-room"], &[]);
    assert_eq!(
        (&found["vendor"], &found["firmware"]),
        (&"Ricoh".into(), &"1.09".into()),
        "{found}"
    );
    assert_eq!(found["uptime_s"], 42, "{found}");
    assert_eq!(
        found["mail_state"][0], "Cannot connect with SMTP server",
        "{found}"
    );
}

/// A message bus and a name service of this test's own: `ippeveprinter` does not start without one.
struct NameService {
    address: String,
    _daemons: [Running; 2],
}

fn name_service() -> NameService {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("bus");
    let address = format!("unix:path={}", socket.display());
    let bus = start_with(
        "dbus-daemon",
        &["--session", "--nofork", &format!("--address={address}")],
        &[],
        folder,
    );
    let began = Instant::now();
    while !socket.exists() {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "the message bus does not start"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let folder = TempDir::new().unwrap();
    let settings = folder.path().join("avahi.conf");
    write(
        &settings,
        "[server]\nallow-interfaces=lo\nenable-dbus=yes\n[publish]\npublish-workstation=no\n",
    );
    let names = start_with(
        "avahi-daemon",
        &[
            "--no-drop-root",
            "--no-chroot",
            "--no-rlimits",
            "-f",
            &settings.display().to_string(),
        ],
        &[("DBUS_SYSTEM_BUS_ADDRESS", &address)],
        folder,
    );
    NameService {
        address,
        _daemons: [names, bus],
    }
}

#[test]
fn a_printer_that_speaks_ipp_alone_is_read_and_nothing_is_printed() {
    let names = name_service();
    let folder = TempDir::new().unwrap();
    let (spool, port) = (folder.path().join("spool"), free_port());
    std::fs::create_dir(&spool).unwrap();
    // The name service takes a moment to come up; the printer ends at once without it.
    let began = Instant::now();
    let mut printer = loop {
        let (spool, port) = (spool.display().to_string(), port.to_string());
        let mut printer = start_with(
            "ippeveprinter",
            &[
                "-r",
                "off",
                "-k",
                "-d",
                &spool,
                "-n",
                "localhost",
                "-p",
                &port,
                "-M",
                "Xerox",
                "-m",
                "VersaLink C9999",
                "Front office",
            ],
            &[("DBUS_SYSTEM_BUS_ADDRESS", &names.address)],
            TempDir::new().unwrap(),
        );
        std::thread::sleep(Duration::from_millis(500));
        match printer.child.try_wait().unwrap() {
            None => break printer,
            Some(_) => assert!(
                began.elapsed() < Duration::from_secs(15),
                "ippeveprinter does not start"
            ),
        }
    };
    wait_for(port, "ippeveprinter");
    let ipp = port.to_string();
    let found = identified(1, &["--ipp-port", &ipp], &[]);
    assert_eq!(found["answered"][0], "IPP", "{found}");
    assert_eq!(
        (&found["vendor"], &found["model"]),
        (&"Xerox".into(), &"VersaLink C9999".into())
    );
    assert_eq!(found["kind"], "printer");
    assert!(
        found["sources"]["model"].as_str().unwrap().contains("IPP"),
        "{found}"
    );
    // It says since when it runs, not what time it is; near enough to see that the date was read at all.
    let skew = found["clock_skew_s"].as_i64().unwrap();
    assert!((-60..=1).contains(&skew), "{found}");
    assert!(
        printer.child.try_wait().unwrap().is_none(),
        "the question ended the printer"
    );
    assert_eq!(std::fs::read_dir(&spool).unwrap().count(), 0, "a job arrived");
}
