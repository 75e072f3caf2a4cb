//! What one press of Scan showed, as it happens; each observation becomes evidence about the device.

use super::hello::ClientHello;
use crate::evidence::{Actor, Evidence, Fact, Stage, TlsFailure};
use crate::gate::Gate;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::suites::suite_named;
use jiff::Timestamp;
use serde::Serialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A device's clock that is off by more than this is told as evidence.
const SKEW_LIMIT: i64 = 300;

/// One thing seen, with its time and its connection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observation {
    /// When.
    pub at: Timestamp,
    /// Connections are numbered from 1.
    pub connection: u64,
    /// The client; the listener's own address for `Listening`.
    pub peer: SocketAddr,
    /// What.
    pub seen: Seen,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "seen", rename_all = "kebab-case")]
pub enum Seen {
    /// A port is open and waits.
    Listening {
        /// TLS from the first byte.
        implicit_tls: bool,
    },
    /// A port could not be opened.
    CannotListen {
        /// What the system says.
        problem: String,
    },
    /// A client connected.
    Connected {
        /// TLS from the first byte.
        implicit_tls: bool,
    },
    /// EHLO or HELO.
    Ehlo {
        /// The name given.
        name: String,
        /// EHLO rather than HELO.
        extended: bool,
        /// Inside TLS.
        encrypted: bool,
    },
    /// STARTTLS was asked for.
    StartTls,
    /// The ClientHello.
    Hello(Box<ClientHello>),
    /// A hello in the form of SSL 2.0.
    OldHello {
        /// The highest version it names.
        highest: Option<TlsVersion>,
    },
    /// What came where TLS was expected is not TLS.
    NotTls,
    /// A TLS session stands.
    TlsEstablished {
        /// Version.
        version: Option<TlsVersion>,
        /// Suite.
        suite: String,
    },
    /// No TLS session.
    TlsFailed {
        /// Why; an alert is one that the device sent.
        failure: TlsFailure,
        /// In the TLS library's words.
        problem: String,
    },
    /// A login; the password was thrown away unread.
    Login {
        /// Mechanism.
        mechanism: String,
        /// User name.
        user: Option<String>,
        /// Inside TLS.
        encrypted: bool,
    },
    /// MAIL FROM was accepted.
    From {
        /// Address.
        address: String,
        /// SIZE stated, in bytes.
        size: Option<u64>,
    },
    /// RCPT TO was accepted.
    To {
        /// Address.
        address: String,
    },
    /// A whole message.
    Message(Box<MessageFacts>),
    /// The persona refused a command.
    Refused {
        /// At which step.
        stage: Stage,
        /// The reply.
        reply: String,
    },
    /// A line that is no SMTP command, or a wrong one at its place.
    Odd {
        /// The line, cleaned and cut.
        line: String,
    },
    /// The connection is over.
    Ended {
        /// The last step seen.
        stage: Stage,
        /// True where the device said QUIT.
        quit: bool,
        /// True where every reply before was positive.
        all_positive: bool,
        /// True where we ended it.
        by_us: bool,
    },
}

/// What is told of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MessageFacts {
    /// Bytes on the wire, without dots added.
    pub bytes: u64,
    /// Date header as sent.
    pub date: Option<String>,
    /// The Date header against our clock in seconds; positive where the device is ahead.
    pub skew_seconds: Option<i64>,
    /// X-Mailer or User-Agent.
    pub mailer: Option<String>,
    /// From header.
    pub from: Option<String>,
    /// Content types in the order of the parts.
    pub structure: Vec<String>,
    /// Where it was saved.
    pub saved: Option<PathBuf>,
}

impl Observation {
    /// What it says about the device.
    pub fn evidence(&self) -> Vec<Evidence> {
        let text = describe_seen(&self.seen);
        let seen = |gate: Gate, fact: Fact| {
            Evidence::observed(gate, Actor::Device, "listen", fact, text.clone()).at(self.at)
        };
        let note = |gate: Gate| seen(gate, Fact::Note { text: text.clone() });
        match &self.seen {
            Seen::Listening { .. } | Seen::CannotListen { .. } => Vec::new(),
            Seen::Connected { .. } => vec![
                seen(
                    Gate::Device,
                    Fact::DeviceAnswered {
                        protocol: "SMTP client".to_owned(),
                    },
                ),
                note(Gate::Connect),
            ],
            Seen::Ehlo { name, extended, .. } => vec![seen(
                Gate::Greet,
                Fact::DeviceHello {
                    name: Some(name.clone()),
                    extended: *extended,
                },
            )],
            Seen::Odd { .. } => vec![note(Gate::Greet)],
            Seen::Hello(hello) => {
                let suites: Vec<u16> = hello.suites.iter().filter_map(|name| suite_named(name)).collect();
                let limit = hello
                    .highest
                    .map(|max| seen(Gate::Encrypt, Fact::DeviceTlsLimit { max }));
                vec![
                    limit.unwrap_or_else(|| note(Gate::Encrypt)),
                    seen(Gate::Encrypt, Fact::DeviceSuites { suites }),
                ]
            }
            Seen::OldHello { highest: Some(max) } => {
                vec![seen(Gate::Encrypt, Fact::DeviceTlsLimit { max: *max })]
            }
            Seen::NotTls => vec![seen(
                Gate::Encrypt,
                Fact::TlsFailed {
                    failure: TlsFailure::NotTls,
                },
            )],
            Seen::TlsEstablished {
                version: Some(version),
                suite,
            } => vec![seen(
                Gate::Encrypt,
                Fact::TlsEstablished {
                    version: *version,
                    suite: suite.clone(),
                },
            )],
            Seen::StartTls
            | Seen::OldHello { highest: None }
            | Seen::TlsEstablished { version: None, .. } => {
                vec![note(Gate::Encrypt)]
            }
            Seen::TlsFailed {
                failure: TlsFailure::Alert(alert),
                ..
            } => vec![seen(
                alert_gate(alert),
                Fact::DeviceAlert { alert: alert.clone() },
            )],
            Seen::TlsFailed { failure, .. } => {
                let failure = failure.clone();
                vec![seen(Gate::Encrypt, Fact::TlsFailed { failure })]
            }
            Seen::Login { .. } => vec![note(Gate::Authenticate)],
            Seen::From { .. } => vec![note(Gate::Sender)],
            Seen::To { .. } => vec![note(Gate::Recipient)],
            Seen::Message(facts) => {
                let mut evidence = vec![note(Gate::Content)];
                if let Some(seconds) = facts.skew_seconds.filter(|skew| skew.abs() > SKEW_LIMIT) {
                    evidence.push(seen(Gate::Certificate, Fact::DeviceClockSkew { seconds }));
                }
                evidence
            }
            Seen::Ended {
                stage,
                quit: false,
                all_positive: true,
                by_us: false,
            } if *stage != Stage::Handshake => {
                vec![seen(Gate::Device, Fact::DeviceGaveUp { stage: *stage })]
            }
            Seen::Refused { stage, .. } | Seen::Ended { stage, .. } => vec![note(stage.gate())],
        }
    }
}

/// One line for a terminal.
pub fn describe(observation: &Observation) -> String {
    let time = observation
        .at
        .to_zoned(jiff::tz::TimeZone::system())
        .strftime("%H:%M:%S");
    let what = describe_seen(&observation.seen);
    match observation.connection {
        0 => format!("{time} {} {what}", observation.peer),
        number => format!("{time} #{number} {} {what}", observation.peer.ip()),
    }
}

/// What was seen, as a clause that begins small.
pub fn describe_seen(seen: &Seen) -> String {
    let inside = |encrypted: bool| if encrypted { "inside TLS" } else { "in plain text" };
    match seen {
        Seen::Listening { implicit_tls: true } => "waits for TLS from the first byte".to_owned(),
        Seen::Listening { implicit_tls: false } => "waits for SMTP".to_owned(),
        Seen::CannotListen { problem } => format!("cannot be opened: {problem}"),
        Seen::Connected { implicit_tls } => {
            let port = if *implicit_tls {
                "the TLS port"
            } else {
                "the plain port"
            };
            format!("the device connects to {port}")
        }
        Seen::Ehlo {
            name,
            extended,
            encrypted,
        } => {
            let verb = if *extended { "EHLO" } else { "HELO" };
            format!("the device greets with {verb} {name} {}", inside(*encrypted))
        }
        Seen::StartTls => "the device asks for STARTTLS".to_owned(),
        Seen::Hello(hello) => {
            let highest = hello
                .highest
                .map_or_else(|| "an unknown version".to_owned(), |version| version.to_string());
            let name = hello.sni.as_deref().unwrap_or("no server name");
            format!(
                "the device offers at most {highest}, {} cipher suites, {name}",
                hello.suites.len()
            )
        }
        Seen::OldHello { highest } => {
            let highest = highest.map_or_else(|| "an unknown version".to_owned(), |v| v.to_string());
            format!("the device says hello in the form of SSL 2.0 and offers at most {highest}")
        }
        Seen::NotTls => "what came is not TLS: the device speaks plain text where TLS is expected".to_owned(),
        Seen::TlsEstablished { version, suite } => {
            let version = version.map_or_else(|| "TLS".to_owned(), |v| v.to_string());
            format!("a TLS session stands: {version}, {suite}")
        }
        Seen::TlsFailed {
            failure: TlsFailure::Alert(alert),
            ..
        } => format!("the device breaks the TLS handshake off with the alert {alert}"),
        Seen::TlsFailed { problem, .. } => format!("the TLS handshake fails: {problem}"),
        Seen::Login {
            mechanism,
            user,
            encrypted,
        } => {
            let user = user.as_deref().unwrap_or("(no name seen)");
            format!(
                "the device logs in by {mechanism} as {user} {}",
                inside(*encrypted)
            )
        }
        Seen::From { address, size } => {
            let size = size.map_or_else(String::new, |size| format!(", {size} bytes announced"));
            format!("from <{address}>{size}")
        }
        Seen::To { address } => format!("to <{address}>"),
        Seen::Message(facts) => {
            let mailer = facts.mailer.as_deref().unwrap_or("an unnamed mailer");
            let clock = facts.skew_seconds.map_or_else(
                || "no readable date".to_owned(),
                |skew| format!("its date is {skew} s off our clock"),
            );
            format!(
                "a message of {} bytes by {mailer}; {clock}; parts: {}",
                facts.bytes,
                facts.structure.join(", ")
            )
        }
        Seen::Refused { stage, reply } => format!("refused at {}: {reply}", stage.title()),
        Seen::Odd { line } => format!("a line that is no command at its place: {line}"),
        Seen::Ended { quit: true, .. } => "the device says QUIT".to_owned(),
        Seen::Ended {
            stage, by_us: true, ..
        } => format!("we end the connection after {}", stage.title()),
        Seen::Ended { stage, .. } => format!(
            "the device ends the connection after {} without a word",
            stage.title()
        ),
    }
}

/// An alert about the certificate belongs to the gate of the certificate.
fn alert_gate(alert: &str) -> Gate {
    if alert.contains("certificate") || alert == "unknown_ca" {
        Gate::Certificate
    } else {
        Gate::Encrypt
    }
}
