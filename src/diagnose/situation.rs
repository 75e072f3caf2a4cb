//! The case as conditions that signs and remedies can ask for.

use crate::case::{Auth, Case, Controller, Encryption, Method};
use crate::evidence::{Actor, Basis, DeviceLimits, Evidence, Fact, current};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::knowledge::schema::Provider;
use crate::wire::tls::TlsVersion;

/// What is known of the case before any sign is read.
#[derive(Debug)]
pub struct Situation<'a> {
    /// The case.
    pub case: &'a Case,
    /// The way of sending, worked out where it is not stated.
    pub method: Method,
    /// The mail service, where its host is known.
    pub provider: Option<&'a Provider>,
    /// The port of the mail server: as set, else the one at which the device was seen, else the usual one.
    pub port: u16,
    /// The device's highest TLS version for e-mail, from the best evidence there is.
    pub device_tls: Option<DeviceTls<'a>>,
    /// Whether the device checks the server's certificate, where a person knows it.
    pub validates: Option<bool>,
    /// Everything that bounds the device's side of the dialogue.
    pub limits: DeviceLimits,
    tokens: Vec<String>,
}

/// The device's highest TLS version and where it is known from.
#[derive(Debug, Clone, Copy)]
pub struct DeviceTls<'a> {
    /// Highest version.
    pub max: TlsVersion,
    /// The evidence.
    pub evidence: &'a Evidence,
}

impl<'a> Situation<'a> {
    /// Reads the case and the evidence.
    pub fn new(case: &'a Case, evidence: &'a [Evidence], knowledge: &'a Knowledge) -> Self {
        let provider = knowledge.provider_of(&case.mail.server);
        let method = method(case);
        let port = port_seen(case, evidence).unwrap_or_else(|| port(case));
        let mut tokens = vec![
            format!("method={}", method.id()),
            format!("encryption={}", case.mail.encryption.id()),
            format!("port={port}"),
            format!("auth={}", auth_word(&case.mail.auth)),
            format!("validates={}", validates_word(validates(case))),
            format!(
                "device={}",
                if device_is_known(case) { "known" } else { "unknown" }
            ),
        ];
        if evidence.iter().any(is_of_the_dialogue) {
            tokens.push("measured=yes".to_owned());
        }
        if device_tls(evidence).is_some() {
            tokens.push("device-tls=known".to_owned());
        }
        if case
            .device
            .address
            .as_deref()
            .is_some_and(|address| !address.trim().is_empty())
        {
            tokens.push("device-address=known".to_owned());
        }
        tokens.push(format!("controller={}", controller_word(case.device.controller)));
        if firmware_is_readable(case, knowledge) {
            tokens.push("firmware-plan=yes".to_owned());
        }
        if let Some(provider) = provider {
            tokens.push(format!("provider={}", provider.id));
        }
        if let Some(vendor) = &case.device.vendor {
            tokens.push(format!("vendor={}", vendor.to_lowercase().replace(' ', "-")));
        }
        let limits = DeviceLimits::of(evidence);
        if limits.says_helo_only() {
            tokens.push("device-says=helo".to_owned());
        }
        Self {
            case,
            method,
            provider,
            port,
            device_tls: device_tls(evidence),
            validates: validates(case),
            limits,
            tokens,
        }
    }

    /// Whether all conditions hold; `!` at the front negates one.
    pub fn holds(&self, conditions: &[String]) -> bool {
        conditions
            .iter()
            .all(|condition| match condition.strip_prefix('!') {
                Some(negated) => !self.has(negated),
                None => self.has(condition),
            })
    }

    /// Whether the device wants TLS at all.
    pub fn wants_tls(&self) -> bool {
        self.case.mail.encryption != Encryption::None
    }

    /// Whether anything at all is known of the device.
    pub fn device_is_known(&self) -> bool {
        device_is_known(self.case)
    }

    /// Whether one condition holds.
    pub fn has(&self, token: &str) -> bool {
        self.tokens.iter().any(|t| t == token)
    }
}

/// The way of sending; where it is not stated, what the settings amount to.
pub fn method(case: &Case) -> Method {
    let server_is_device = case
        .device
        .address
        .as_deref()
        .is_some_and(|address| !address.is_empty() && address.eq_ignore_ascii_case(&case.mail.server));
    match case.mail.method {
        Method::Unknown if server_is_device => Method::Receive,
        Method::Unknown if case.mail.auth != Auth::None => Method::Submission,
        Method::Unknown if port(case) == 25 => Method::DirectSend,
        Method::Unknown => Method::Submission,
        stated => stated,
    }
}

/// The port that the settings lead to.
pub fn port(case: &Case) -> u16 {
    match (case.mail.port, case.mail.method, case.mail.encryption) {
        (0, Method::DirectSend | Method::Relay | Method::Receive, _) => 25,
        (0, _, Encryption::Tls) => 465,
        (0, _, _) => 587,
        (stated, _, _) => stated,
    }
}

/// The one port at which the device was seen, where the case names none.
fn port_seen(case: &Case, evidence: &[Evidence]) -> Option<u16> {
    let of_device = |item: &&Evidence| item.actor == Actor::Device && item.basis == Basis::Observed;
    let mut ports = evidence
        .iter()
        .filter(of_device)
        .filter_map(|item| match item.fact {
            Fact::Connected { endpoint } => Some(endpoint.port()),
            Fact::ConnectFailed { port, .. } => Some(port),
            _ => None,
        });
    let first = ports.next().filter(|_| case.mail.port == 0)?;
    ports.all(|port| port == first).then_some(first)
}

/// Whether a fact was seen of a dialogue with the server, or of the failure to have one.
fn is_of_the_dialogue(item: &Evidence) -> bool {
    item.basis == Basis::Observed && !matches!(item.gate, Gate::Device | Gate::Resolve)
}

/// Whether the device checks certificates: as the case has it, else as a person answered.
fn validates(case: &Case) -> Option<bool> {
    let answered = || match case.answers.get("checks-certificates")?.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    case.device.validates_certificates.or_else(answered)
}

/// The best evidence of the device's limit: seen, then known for its firmware, then said; the newest of equals.
fn device_tls(evidence: &[Evidence]) -> Option<DeviceTls<'_>> {
    current(evidence)
        .filter_map(|item| match item.fact {
            Fact::DeviceTlsLimit { max } => Some(DeviceTls { max, evidence: item }),
            Fact::TlsEstablished { version, .. } if item.actor == Actor::Device => Some(DeviceTls {
                max: version,
                evidence: item,
            }),
            _ => None,
        })
        .max_by_key(|limit| (limit.evidence.basis.rank(), limit.evidence.at))
}

fn device_is_known(case: &Case) -> bool {
    let device = &case.device;
    device.address.is_some() || device.vendor.is_some() || device.model.is_some() || device.firmware.is_some()
}

fn auth_word(auth: &Auth) -> &'static str {
    match auth {
        Auth::None => "none",
        Auth::Password { .. } => "password",
        Auth::OAuth { .. } => "oauth",
    }
}

/// Whether the firmware's numbering is known, so that there is a plan of its own for it.
fn firmware_is_readable(case: &Case, knowledge: &Knowledge) -> bool {
    let words = [case.device.vendor.as_deref(), case.device.model.as_deref()];
    let model = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let version = case.device.firmware.as_deref();
    version.is_some_and(|version| knowledge.firmware(&model, version).family.is_some())
}

const fn controller_word(controller: Controller) -> &'static str {
    match controller {
        Controller::BuiltIn => "built-in",
        Controller::Fiery => "fiery",
        Controller::Unknown => "unknown",
    }
}

fn validates_word(validates: Option<bool>) -> &'static str {
    match validates {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_sending_follows_from_the_settings() {
        let mut case = Case::default();
        case.mail.port = 25;
        assert_eq!(method(&case), Method::DirectSend);
        case.mail.auth = Auth::Password {
            user: "a@example.test".into(),
        };
        assert_eq!(method(&case), Method::Submission);
        case.device.address = Some("192.0.2.40".into());
        case.mail.server = "192.0.2.40".into();
        assert_eq!(method(&case), Method::Receive);
    }

    #[test]
    fn a_port_that_nobody_set_is_the_one_at_which_the_device_was_seen() {
        let connected = |endpoint: &str| {
            let endpoint = endpoint.parse().unwrap();
            let fact = Fact::Connected { endpoint };
            Evidence::observed(Gate::Connect, Actor::Device, "a.pcap, stream 0", fact, "x")
        };
        let seen = [connected("192.0.2.1:465")];
        let two = [connected("192.0.2.1:465"), connected("192.0.2.1:25")];
        let knowledge = Knowledge::default();
        let mut case = Case::default();
        case.mail.port = 0;
        assert_eq!(Situation::new(&case, &seen, &knowledge).port, 465);
        assert_eq!(Situation::new(&case, &two, &knowledge).port, 587);
        case.mail.port = 2525;
        assert_eq!(Situation::new(&case, &seen, &knowledge).port, 2525);
    }

    #[test]
    fn conditions_can_be_negated() {
        let case = Case::default();
        let knowledge = Knowledge::default();
        let situation = Situation::new(&case, &[], &knowledge);
        assert!(situation.holds(&["encryption=starttls".into(), "!method=receive".into()]));
        assert!(!situation.holds(&["!encryption=starttls".into()]));
    }
}
