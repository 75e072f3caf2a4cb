//! Live measurements: what is asked, what runs, what comes out as evidence.

mod certificate;
pub mod context;
mod conversation;
mod copier;
pub mod desk;
pub mod device;
mod device_dns;
mod https;
mod net;
mod pace;
pub mod plan;
mod ports;
mod reception;
mod reputation;
pub mod sign_in;
pub mod target;
mod test_message;
#[cfg(test)]
mod test_server;
pub mod tls_scan;
pub mod token;
mod versions;

use crate::case::Case;
use crate::evidence::{DeviceLimits, Evidence};
use crate::secret::Secret;
use crate::wire::tls::TlsVersion;
use crate::wire::transcript::Line;
use serde::{Deserialize, Serialize};
use sign_in::SignIn;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A probe. Its id stands in JSON, on the command line and in knowledge files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeId {
    /// Is the copier there; what it says of itself.
    Device,
    /// The server's name to addresses.
    Resolve,
    /// TCP to the chosen port, all addresses.
    Connect,
    /// The other mail ports, for comparison.
    Ports,
    /// Greeting and EHLO.
    Greet,
    /// STARTTLS or implicit TLS.
    Encrypt,
    /// The server's certificate, against the public roots and this computer's.
    Certificate,
    /// Which TLS versions the server takes, one hello each.
    TlsVersions,
    /// The send with the device's own limits.
    BeTheCopier,
    /// The login.
    Authenticate,
    /// MAIL FROM and RCPT TO.
    Envelope,
    /// A whole marked message, up to the reply to its end.
    Message,
    /// The copier's own mail server: its setting for TLS, and what encrypting costs.
    Reception,
    /// Reputation and DNS records of the site and the sender domain.
    Reputation,
}

impl ProbeId {
    /// All probes in the order in which they are shown.
    pub const ALL: [Self; 14] = [
        Self::Device,
        Self::Resolve,
        Self::Connect,
        Self::Ports,
        Self::Greet,
        Self::Encrypt,
        Self::Certificate,
        Self::TlsVersions,
        Self::BeTheCopier,
        Self::Authenticate,
        Self::Envelope,
        Self::Message,
        Self::Reception,
        Self::Reputation,
    ];

    /// The stable id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Ports => "ports",
            Self::Greet => "greet",
            Self::Encrypt => "encrypt",
            Self::Certificate => "certificate",
            Self::TlsVersions => "tls-versions",
            Self::BeTheCopier => "be-the-copier",
            Self::Authenticate => "authenticate",
            Self::Envelope => "envelope",
            Self::Message => "message",
            Self::Reception => "reception",
            Self::Reputation => "reputation",
        }
    }

    /// The group on the command line: `device`, `dns`, `ports`, `tls`, `smtp` or `reputation`.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Resolve => "dns",
            Self::Connect | Self::Ports => "ports",
            Self::Encrypt | Self::Certificate | Self::TlsVersions | Self::BeTheCopier => "tls",
            Self::Greet | Self::Authenticate | Self::Envelope | Self::Message | Self::Reception => "smtp",
            Self::Reputation => "reputation",
        }
    }

    /// The row's name in the wizard.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Device => "Reach the copier",
            Self::Resolve => "Resolve the name",
            Self::Connect => "Connect",
            Self::Ports => "Other mail ports",
            Self::Greet => "Greeting and EHLO",
            Self::Encrypt => "Encrypt",
            Self::Certificate => "Certificate",
            Self::TlsVersions => "TLS versions of the server",
            Self::BeTheCopier => "Be the copier",
            Self::Authenticate => "Log in",
            Self::Envelope => "Sender and recipient",
            Self::Message => "Send a test message",
            Self::Reception => "Reception of the copier",
            Self::Reputation => "Reputation and DNS records",
        }
    }

    /// The probes that a word of the command line names: an id or a group.
    pub fn named(word: &str) -> Vec<Self> {
        Self::ALL
            .into_iter()
            .filter(|p| p.id() == word || p.group() == word)
            .collect()
    }
}

/// How far the test goes towards a real delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SendMode {
    /// Stops before MAIL FROM.
    Never,
    /// As far as RCPT TO, then RSET and QUIT.
    #[default]
    Envelope,
    /// A marked test message is delivered.
    Message,
}

impl SendMode {
    /// The word on the command line and in case files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Envelope => "envelope",
            Self::Message => "message",
        }
    }

    /// The mode of a word; nothing where there is none.
    pub fn named(word: &str) -> Option<Self> {
        [Self::Never, Self::Envelope, Self::Message]
            .into_iter()
            .find(|mode| mode.id() == word)
    }
}

/// A name and port that leads to a given address, like curl's `--resolve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolveOverride {
    /// Host name, lower case.
    pub host: String,
    /// Port asked for.
    pub port: u16,
    /// Address to use instead.
    pub address: IpAddr,
    /// Port to use instead; the same where `None`.
    pub to_port: Option<u16>,
}

/// Everything a run of probes needs to know.
#[derive(Debug, Clone)]
pub struct Request {
    /// The case.
    pub case: Case,
    /// Password or access token.
    pub secret: Option<Secret>,
    /// Where to get an access token from before anything else.
    pub sign_in: Option<SignIn>,
    /// Logins that were refused before in this session.
    pub refused: RefusedLogins,
    /// How far to go.
    pub send: SendMode,
    /// Only these; all that make sense where empty.
    pub only: Vec<ProbeId>,
    /// Not these.
    pub skip: Vec<ProbeId>,
    /// Limit of each network step.
    pub timeout: Duration,
    /// Names that lead elsewhere.
    pub resolve: Vec<ResolveOverride>,
    /// Name server instead of the system's.
    pub dns: Option<SocketAddr>,
    /// Extra trust root (PEM file).
    pub ca: Option<PathBuf>,
    /// EHLO name; the computer's own where `None`.
    pub helo: Option<String>,
    /// Ports and community for the device.
    pub device: DevicePorts,
    /// What is known already, such as what the listener heard; the diagnosis takes it in beside the probes.
    pub heard: Vec<Evidence>,
    /// Whether this repeats a part of the session's last run: what that found elsewhere stands, and all of it is
    /// diagnosed together. It counts only while the mail settings and the device are the same.
    pub again: bool,
    /// What the device can do at most, as far as files, firmware knowledge and the case tell.
    pub limits: DeviceLimits,
}

impl Request {
    /// A run with the default limits.
    pub fn new(case: Case) -> Self {
        Self {
            case,
            secret: None,
            sign_in: None,
            refused: RefusedLogins::default(),
            send: SendMode::default(),
            only: Vec::new(),
            skip: Vec::new(),
            timeout: Duration::from_secs(10),
            resolve: Vec::new(),
            dns: None,
            ca: None,
            helo: None,
            device: DevicePorts::default(),
            heard: Vec::new(),
            again: false,
            limits: DeviceLimits::default(),
        }
    }

    /// Highest TLS version of the device: as handed in, else as the case states it.
    pub fn device_limit(&self) -> Option<TlsVersion> {
        let stated = self.case.device.max_tls.as_deref();
        let known = self.limits.tls.as_ref().map(|known| known.value);
        known.or_else(|| stated.and_then(TlsVersion::parse))
    }

    /// Whether a probe is wanted by `only` and `skip`.
    pub fn wants(&self, probe: ProbeId) -> bool {
        (self.only.is_empty() || self.only.contains(&probe)) && !self.skip.contains(&probe)
    }
}

/// Logins that a server has refused, so that none of them is repeated by itself and locks an account. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct RefusedLogins(Arc<Mutex<(RandomState, HashSet<u64>)>>);

impl RefusedLogins {
    /// Remembers a login. Only a keyed digest of it is kept.
    pub fn remember(&self, host: &str, user: &str, secret: &Secret) {
        if let Ok(mut known) = self.0.lock() {
            let digest = known.0.hash_one((host, user, secret.expose()));
            known.1.insert(digest);
        }
    }

    /// Whether this very login was refused before.
    pub fn has(&self, host: &str, user: &str, secret: &Secret) -> bool {
        self.0.lock().is_ok_and(|known| {
            let digest = known.0.hash_one((host, user, secret.expose()));
            known.1.contains(&digest)
        })
    }
}

/// Where the device's own services are asked.
#[derive(Debug, Clone)]
pub struct DevicePorts {
    /// SNMP over UDP.
    pub snmp: u16,
    /// SNMP v1/v2c community.
    pub community: String,
    /// SNMP v3 user; v2c and v1 are asked only where it does not get in.
    pub user: Option<device::SnmpUser>,
    /// IPP.
    pub ipp: u16,
    /// Web page; 443 and 80 where `None`.
    pub http: Option<u16>,
}

impl Default for DevicePorts {
    fn default() -> Self {
        Self {
            snmp: 161,
            community: "public".to_owned(),
            user: None,
            ipp: 631,
            http: None,
        }
    }
}

/// How a probe ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It got what it asked for.
    Passed,
    /// It met a fault.
    Failed,
    /// It was not wanted, or what it needs was not there.
    Skipped,
    /// It was stopped.
    Cancelled,
}

/// What a probe brought.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which.
    pub probe: ProbeId,
    /// How it ended.
    pub status: Status,
    /// How long it took.
    pub elapsed: Duration,
    /// A few words for the row: what was found.
    pub summary: String,
    /// What it found.
    pub evidence: Vec<Evidence>,
    /// The dialogue, where there was one.
    pub transcript: Vec<Line>,
}

/// What a run tells while it goes on.
#[derive(Debug, Clone)]
pub enum Update {
    /// The plan: these will run.
    Planned(Vec<ProbeId>),
    /// One began.
    Started(ProbeId),
    /// One ended.
    Finished(Box<Outcome>),
}
