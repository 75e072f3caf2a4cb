//! Name servers of the public, and services that stand in front of a domain's mailboxes.

use serde::Deserialize;
use std::net::IpAddr;

/// A name server that anybody may ask, and the question that tells the asker's own address.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicResolver {
    /// Who runs it.
    pub name: String,
    /// Its addresses, where it answers everybody.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// How it tells an asker's address.
    #[serde(default)]
    pub echo: Option<AddressEcho>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// A question whose answer is the asker's public address.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressEcho {
    /// Name server to ask directly; another one would tell its own address.
    pub server: String,
    /// The name.
    pub question: String,
    /// True where the answer is a text, false where it is an address record.
    #[serde(default)]
    pub text: bool,
}

/// A filter service to which a domain's MX records may point, in front of the mailboxes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailFilter {
    /// Name for people.
    pub name: String,
    /// Patterns of its mail hosts; `*.` at the front stands for any name below.
    pub hosts: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}
