//! The case file: what is known of the device, the mail settings and the fault, as versioned RON.

pub mod atomic;
mod file;
mod migrate;
pub mod paths;
mod work;

pub use file::CaseError;
pub use work::{Note, Outcome, Proof, Results, Settings, SideBySide, Tick, Verification, Work, is_fault};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

/// The case-file version this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// A case: one device, one way of sending, one complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Schema version; the only field that must be there.
    pub version: u32,
    /// A person's name for the case.
    #[serde(default)]
    pub title: String,
    /// The copier.
    #[serde(default)]
    pub device: Device,
    /// The place the copier stands in.
    #[serde(default)]
    pub site: Site,
    /// How the copier is set to send (or, for `Receive`, how others send to it).
    #[serde(default)]
    pub mail: Mail,
    /// As which application a sign-in for an access token goes. Left out while nothing was named.
    #[serde(default, skip_serializing_if = "Application::is_empty")]
    pub application: Application,
    /// An error code or message seen on the panel.
    #[serde(default)]
    pub symptom: Option<String>,
    /// Evidence files, relative to the case file.
    #[serde(default)]
    pub files: Vec<PathBuf>,
    /// What a person answered: question id to answer. Left out while nothing was asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// What the last run found, where it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
    /// The fault that is being mended, once a later run has taken its place in `results`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Results>,
    /// What was done about it: ticks and notes.
    #[serde(default, skip_serializing_if = "Work::is_empty")]
    pub work: Work,
    /// The test that was repeated after the fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<Verification>,
}

/// The copier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// Name or address on the network.
    pub address: Option<String>,
    /// Maker.
    pub vendor: Option<String>,
    /// Model name.
    pub model: Option<String>,
    /// Firmware version as the device writes it.
    pub firmware: Option<String>,
    /// Built-in controller or a separate print server.
    pub controller: Controller,
    /// Highest TLS version for e-mail, `1.0` to `1.3`, where a person knows it.
    pub max_tls: Option<String>,
    /// Cipher suites that it offers for e-mail, where a person knows them: IANA names, or numbers such as `0x002f`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suites: Vec<String>,
    /// Login mechanisms that it can do, where a person knows them, such as `CRAM-MD5`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mechanisms: Vec<String>,
    /// The name with which it greets, where a person knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helo: Option<String>,
    /// Whether the device checks the mail server's certificate.
    pub validates_certificates: Option<bool>,
    /// Name servers as set on the device.
    pub dns_servers: Vec<IpAddr>,
}

/// Which controller drives the device; firmware packages differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Controller {
    /// The vendor's own, built in.
    BuiltIn,
    /// A Fiery (EFI) print server.
    Fiery,
    /// Not known.
    #[default]
    Unknown,
}

/// The place the copier stands in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Site {
    /// The public address under which the site's mail leaves.
    pub public_address: Option<IpAddr>,
}

/// Mail settings as they stand on the device.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Server name or address.
    pub server: String,
    /// Port; 0 where not stated.
    pub port: u16,
    /// Connection encryption.
    pub encryption: Encryption,
    /// Login.
    pub auth: Auth,
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The way of sending.
    pub method: Method,
    /// Size of the scan in bytes, before encoding.
    pub size: Option<u64>,
}

/// Connection encryption.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encryption {
    /// Plain text.
    None,
    /// STARTTLS where offered, else plain text.
    StartTlsIfAvailable,
    /// STARTTLS or nothing.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Encryption {
    /// The word on the command line and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTlsIfAvailable => "starttls-if-available",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// Login as set on the device. The password is never part of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// No login.
    #[default]
    None,
    /// User name and password.
    Password {
        /// User name.
        user: String,
    },
    /// OAuth 2.0 access token (XOAUTH2).
    OAuth {
        /// User name.
        user: String,
    },
}

impl Auth {
    /// The user name, where there is a login.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Password { user } | Self::OAuth { user } => Some(user),
        }
    }
}

/// The application that is registered for the copier at an authority (RFC 6749, section 2.2), and where it signs in.
/// Nothing of it is secret; a token is never part of a case. What is empty comes from the knowledge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Application {
    /// Its client id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_id: String,
    /// Organisation at the authority; its usual one where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tenant: String,
    /// Where the code is asked for, where the authority is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device_endpoint: String,
    /// Where the token is asked for, where the authority is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub token_endpoint: String,
    /// Permissions to ask for, separated by blanks, where the authority is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
}

impl Application {
    /// Whether nothing was named.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The way of sending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// With a login, to a submission server.
    Submission,
    /// Without login, to the recipient domain's own server, port 25.
    DirectSend,
    /// Without login, through a server that knows the site's address or certificate.
    Relay,
    /// The device is the mail server; the fault is in mail to it.
    Receive,
    /// Not stated.
    #[default]
    Unknown,
}

impl Method {
    /// The word on the command line and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::DirectSend => "direct-send",
            Self::Relay => "relay",
            Self::Receive => "receive",
            Self::Unknown => "unknown",
        }
    }
}

impl Default for Case {
    fn default() -> Self {
        Self {
            version: VERSION,
            title: String::new(),
            device: Device::default(),
            site: Site::default(),
            mail: Mail::default(),
            application: Application::default(),
            symptom: None,
            files: Vec::new(),
            answers: BTreeMap::new(),
            results: None,
            fault: None,
            work: Work::default(),
            verification: None,
        }
    }
}

#[cfg(test)]
#[path = "case/tests.rs"]
mod tests;
