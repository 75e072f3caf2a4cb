//! Observations as evidence about the device.

use super::observation::{MessageFacts, Observation, Seen, Shown, Side};
use super::words;
use crate::evidence::{Actor, Basis, CertificateFacts, Evidence, Fact, Secured, Stage, TlsFailure};
use crate::gate::Gate;
use crate::wire::tls::suites::suite_named;

/// A device's clock that is off by more than this is told as evidence, in seconds.
const SKEW_LIMIT: i64 = 300;
/// The source of all evidence of the listener.
pub const SOURCE: &str = "listen";

/// Alerts with which a client rejects a certificate (RFC 8446, section 6.2).
const CERTIFICATE_ALERTS: [&str; 6] = [
    "unknown_ca",
    "bad_certificate",
    "unsupported_certificate",
    "certificate_revoked",
    "certificate_expired",
    "certificate_unknown",
];

impl Observation {
    /// What it says about the device, or about the sending server where a copier's reception is played.
    ///
    /// What this program's own listener accepted says nothing of the real service, so it never becomes an
    /// *accepted* fact; what went through the tap is the real service's word.
    pub fn evidence(&self) -> Vec<Evidence> {
        let teller = Teller {
            observation: self,
            text: words::describe_seen(&self.seen),
        };
        teller.tell()
    }
}

struct Teller<'a> {
    observation: &'a Observation,
    text: String,
}

impl Teller<'_> {
    fn seen(&self, gate: Gate, fact: Fact) -> Evidence {
        let who = self.observation.client;
        Evidence::observed(gate, who, SOURCE, fact, self.text.clone()).at(self.observation.at)
    }

    fn note(&self, gate: Gate) -> Evidence {
        let text = self.text.clone();
        self.seen(gate, Fact::Note { text })
    }

    fn about_device(&self) -> bool {
        self.observation.client == Actor::Device
    }

    fn tell(&self) -> Vec<Evidence> {
        match &self.observation.seen {
            Seen::Listening { .. } | Seen::CannotListen { .. } | Seen::TurnedAway => Vec::new(),
            Seen::Connected { .. } if self.about_device() => vec![
                self.seen(
                    Gate::Device,
                    Fact::DeviceAnswered {
                        protocol: "SMTP client".to_owned(),
                    },
                ),
                self.note(Gate::Connect),
            ],
            Seen::Connected { .. } => vec![self.note(Gate::Connect)],
            Seen::ServerConnected { server } => {
                vec![self.laptop(Gate::Connect, Fact::Connected { endpoint: *server })]
            }
            Seen::ServerUnreachable { port, failure, .. } => vec![self.laptop(
                Gate::Connect,
                Fact::ConnectFailed {
                    port: *port,
                    failure: *failure,
                },
            )],
            Seen::Ehlo { name, extended, .. } => vec![self.seen(
                Gate::Greet,
                Fact::DeviceHello {
                    name: Some(name.clone()).filter(|name| !name.is_empty()),
                    extended: *extended,
                },
            )],
            Seen::Extensions { keywords } => vec![self.seen(
                Gate::Greet,
                Fact::Extensions {
                    keywords: keywords.clone(),
                    encrypted: false,
                    public_address: None,
                },
            )],
            Seen::StartTlsMissing => vec![self.seen(Gate::Encrypt, Fact::StartTlsNotOffered)],
            Seen::StartTls => vec![self.encryption(Secured::Starttls)],
            Seen::TlsAtOnce => vec![self.encryption(Secured::Tls)],
            Seen::Hello(hello) | Seen::OldHello(hello) if self.about_device() => {
                let suites = hello.suites.iter().filter_map(|name| suite_named(name)).collect();
                let limit = hello
                    .highest
                    .map(|max| self.seen(Gate::Encrypt, Fact::DeviceTlsLimit { max }));
                vec![
                    limit.unwrap_or_else(|| self.note(Gate::Encrypt)),
                    self.seen(Gate::Encrypt, Fact::DeviceSuites { suites }),
                ]
            }
            Seen::NotTls => vec![self.failed(&TlsFailure::NotTls)],
            Seen::Hello(_) | Seen::OldHello(_) | Seen::ServerHello { .. } | Seen::Panel { .. } => {
                vec![self.note(Gate::Encrypt)]
            }
            Seen::ServerCertificate(facts) => self.certificate(facts),
            Seen::Alert { by, fatal, name } => self.alert(*by, *fatal, name),
            Seen::TlsEstablished {
                version,
                suite,
                shown,
            } => {
                let fact = match (version, shown) {
                    (Some(version), Shown::Server) => Fact::TlsEstablished {
                        version: *version,
                        suite: suite.clone(),
                    },
                    (_, Shown::SelfMade) => Fact::DeviceChecksCertificate {
                        checks: false,
                        alert: None,
                    },
                    _ => return vec![self.note(Gate::Encrypt)],
                };
                vec![self.seen(Gate::Encrypt, fact)]
            }
            Seen::TlsFailed { failure, shown, .. } => self.tls_failed(failure, *shown),
            Seen::Login {
                mechanism,
                user,
                encrypted,
            } => vec![self.seen(
                Gate::Authenticate,
                Fact::DeviceLogin {
                    mechanism: mechanism.clone(),
                    user: user.clone(),
                    encrypted: *encrypted,
                },
            )],
            Seen::From {
                encrypted: false,
                tls_offered: true,
                ..
            } => {
                vec![self.note(Gate::Sender), self.encryption(Secured::None)]
            }
            Seen::From { encrypted: false, .. } => {
                vec![self.note(Gate::Sender), self.encryption(Secured::Unoffered)]
            }
            Seen::From { .. } => vec![self.note(Gate::Sender)],
            Seen::To { .. } => vec![self.note(Gate::Recipient)],
            Seen::Message(facts) => self.message(facts),
            Seen::Refused {
                stage,
                reply,
                as_service: true,
            } => vec![self.seen(
                stage.gate(),
                Fact::Refused {
                    stage: *stage,
                    reply: reply.clone(),
                },
            )],
            Seen::Reply { stage, reply } => self.reply(*stage, reply),
            Seen::ServerLeft { stage, how } => vec![self.seen(
                Gate::Connect,
                Fact::ConnectionLost {
                    stage: *stage,
                    how: *how,
                },
            )],
            Seen::Odd { .. } => vec![self.note(Gate::Greet)],
            Seen::Ended {
                stage,
                all_positive: true,
                by_us: false,
                delivered: false,
                ..
            } if *stage != Stage::Handshake && self.about_device() => {
                let stage = *stage;
                vec![
                    self.seen(Gate::Device, Fact::DeviceGaveUp { stage }),
                    self.seen(Gate::Device, Fact::DeviceLeft { stage }),
                ]
            }
            Seen::Refused { stage, .. } | Seen::Ended { stage, .. } => vec![self.note(stage.gate())],
        }
    }

    /// Evidence of what this computer itself got on the way to the real server.
    fn laptop(&self, gate: Gate, fact: Fact) -> Evidence {
        let mut evidence = self.seen(gate, fact);
        evidence.actor = Actor::Laptop;
        evidence
    }

    fn encryption(&self, how: Secured) -> Evidence {
        if self.about_device() {
            self.seen(Gate::Encrypt, Fact::DeviceEncryption { how })
        } else {
            self.note(Gate::Encrypt)
        }
    }

    fn failed(&self, failure: &TlsFailure) -> Evidence {
        let failure = failure.clone();
        self.seen(Gate::Encrypt, Fact::TlsFailed { failure })
    }

    fn certificate(&self, facts: &CertificateFacts) -> Vec<Evidence> {
        let of_service = |fact| {
            let mut one = self.seen(Gate::Certificate, fact);
            one.actor = Actor::Service;
            one
        };
        let problems = facts.problems.iter().map(|&problem| {
            let detail = self.text.clone();
            of_service(Fact::CertificateProblem { problem, detail })
        });
        std::iter::once(of_service(Fact::Certificate(facts.clone())))
            .chain(problems)
            .collect()
    }

    fn alert(&self, by: Side, fatal: bool, name: &str) -> Vec<Evidence> {
        let alert = name.to_owned();
        match by {
            _ if !fatal => vec![self.note(Gate::Encrypt)],
            Side::Client if self.about_device() => {
                vec![self.seen(alert_gate(name), Fact::DeviceAlert { alert })]
            }
            Side::Client => vec![self.failed(&TlsFailure::Other(format!("the sending server: {name}")))],
            Side::Server => vec![self.failed(&TlsFailure::Alert(alert))],
        }
    }

    /// A handshake that failed with this program's own TLS, or behind the tap with the real server's.
    fn tls_failed(&self, failure: &TlsFailure, shown: Shown) -> Vec<Evidence> {
        match failure {
            TlsFailure::Alert(alert) if !self.about_device() => {
                vec![self.failed(&TlsFailure::Other(format!("the sending server: {alert}")))]
            }
            TlsFailure::Alert(alert) if CERTIFICATE_ALERTS.contains(&alert.as_str()) => {
                let checks = Fact::DeviceChecksCertificate {
                    checks: true,
                    alert: Some(alert.clone()),
                };
                let mut found = vec![self.seen(Gate::Certificate, checks)];
                if shown != Shown::SelfMade {
                    let alert = alert.clone();
                    found.push(self.seen(Gate::Certificate, Fact::DeviceAlert { alert }));
                }
                found
            }
            // Our versions and suites are not the real server's, so this is a sign and no proof.
            TlsFailure::Alert(alert) => {
                let failure = TlsFailure::Other(format!("the device's alert {alert} to this listener"));
                vec![self.failed(&failure).on(Basis::KnownInferred)]
            }
            TlsFailure::NoCommonVersion => vec![self.failed(failure)],
            _ if shown == Shown::Server => vec![self.failed(failure)],
            _ => vec![self.failed(failure).on(Basis::KnownInferred)],
        }
    }

    fn message(&self, facts: &MessageFacts) -> Vec<Evidence> {
        let mut found = vec![self.seen(Gate::Content, Fact::DeviceMessage { bytes: facts.bytes })];
        if let Some(seconds) = facts.skew_seconds.filter(|skew| skew.abs() > SKEW_LIMIT)
            && self.about_device()
        {
            found.push(self.seen(Gate::Certificate, Fact::DeviceClockSkew { seconds }));
        }
        for flaw in &facts.flaws {
            let mut one = self.seen(Gate::Content, Fact::MessageFlaw { flaw: *flaw });
            one.summary = format!("The device's message has {}", flaw.words());
            found.push(one);
        }
        found
    }

    fn reply(&self, stage: Stage, reply: &crate::wire::reply::Reply) -> Vec<Evidence> {
        let reply = reply.clone();
        let fact = match (reply.is_positive(), stage) {
            (true, Stage::Later) => return vec![self.note(Gate::Deliver)],
            (true, _) => Fact::Accepted { stage, reply },
            (false, _) => Fact::Refused { stage, reply },
        };
        vec![self.seen(stage.gate(), fact)]
    }
}

/// An alert about the certificate belongs to the gate of the certificate.
fn alert_gate(alert: &str) -> Gate {
    if CERTIFICATE_ALERTS.contains(&alert) {
        Gate::Certificate
    } else {
        Gate::Encrypt
    }
}
