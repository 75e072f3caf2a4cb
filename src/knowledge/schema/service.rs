//! Mail services.

use super::Mark;
use serde::Deserialize;

/// A mail service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable id, such as `microsoft-365`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Host names; `*.` at the front stands for any name below.
    pub hosts: Vec<String>,
    /// Ways of sending it offers.
    pub endpoints: Vec<Endpoint>,
    /// Fragments, lower case, by which its greeting is known.
    #[serde(default)]
    pub greeting: Vec<String>,
    /// Whether every one of its hosts offers STARTTLS, so that its absence is interference.
    #[serde(default)]
    pub always_starttls: bool,
    /// Whether its submission hosts always offer AUTH inside TLS.
    #[serde(default)]
    pub always_auth: bool,
    /// Lowest TLS version with which a message is accepted, `1.0` to `1.3`.
    #[serde(default)]
    pub min_tls: Option<String>,
    /// How sure `min_tls` is.
    #[serde(default)]
    pub min_tls_mark: Mark,
    /// Login mechanisms offered.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Cipher suites that it takes up to TLS 1.2, by number (IANA); not known where empty.
    #[serde(default)]
    pub suites: Vec<u16>,
    /// What people ask and run into.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// One way of sending that a provider offers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// What it is called.
    pub name: String,
    /// Host, or a description where every customer has an own one.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Connection encryption.
    pub encryption: crate::case::Encryption,
    /// Way of sending.
    pub method: crate::case::Method,
    /// Whether a login is needed.
    pub login: bool,
    /// Limits worth knowing.
    #[serde(default)]
    pub limits: Vec<String>,
}
