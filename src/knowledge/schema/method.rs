//! Ways of sending: what each needs, whom it reaches, what stands against it.

use super::Mark;
use crate::case::{Encryption, Method};
use serde::Deserialize;

/// One way of sending through one service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendingMethod {
    /// Stable id, such as `microsoft-365-direct-send`.
    pub id: String,
    /// Name for people, in the service's own words.
    pub name: String,
    /// The service, by the id of its entry among the providers; empty where it is no service of others.
    #[serde(default)]
    pub service: String,
    /// For customers of these providers; for everybody where empty.
    #[serde(default)]
    pub customers_of: Vec<String>,
    /// Way of sending in the program's words.
    pub way: Method,
    /// Host as it is typed in, or a description where every customer has an own one.
    pub host: String,
    /// Patterns of its hosts; `*.` at the front stands for any name below.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Ports with their encryption, the advised one first.
    #[serde(default)]
    pub ports: Vec<Door>,
    /// Whether mail is taken only inside TLS.
    #[serde(default)]
    pub tls_required: bool,
    /// Lowest TLS version with which mail is taken, `1.0` to `1.3`.
    #[serde(default)]
    pub min_tls: Option<String>,
    /// How sure `min_tls` is.
    #[serde(default)]
    pub min_tls_mark: Mark,
    /// What the device may log in with; nothing is needed where empty.
    #[serde(default)]
    pub login: Vec<Credential>,
    /// Login mechanisms offered.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Characters of the user name, where the service makes it and it is long.
    #[serde(default)]
    pub user_length: Option<u16>,
    /// Characters of the password or key, where the service makes it.
    #[serde(default)]
    pub secret_length: Option<u16>,
    /// Whom it reaches.
    #[serde(default)]
    pub reaches: Reach,
    /// What it asks of the site's public address.
    #[serde(default)]
    pub address: AddressNeed,
    /// What a message may weigh on the wire, in bytes, with its encoding.
    #[serde(default)]
    pub size: Option<u64>,
    /// Recipients of one message.
    #[serde(default)]
    pub recipients: Option<usize>,
    /// What was seen that bars it, has to be done first, or makes it doubtful.
    #[serde(default)]
    pub obstacles: Vec<Obstacle>,
    /// What has to be there or be done in any case.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Limits worth knowing before choosing it.
    #[serde(default)]
    pub limits: Vec<String>,
    /// Announced dates, by their ids.
    #[serde(default)]
    pub dates: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// A port and how it is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Port.
    pub port: u16,
    /// Encryption on it.
    pub encryption: Encryption,
}

/// What a device logs in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// User name and password (or a key in its place).
    Password,
    /// An OAuth 2.0 access token.
    Token,
}

/// Whom a way of sending reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Anybody.
    #[default]
    Anyone,
    /// Only mailboxes in the domains of the same organisation.
    OwnOrganisation,
    /// Only mailboxes of the same service, whoever's they are.
    SameService,
}

/// What a way of sending asks of the site's public address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressNeed {
    /// Nothing.
    #[default]
    Any,
    /// It had better be static and in the SPF record.
    StaticAdvised,
    /// It must be static, not shared, and an IPv4 address.
    StaticIpv4,
    /// It must be static and not shared.
    Static,
}

/// Something that was seen, and what it means for a way of sending.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obstacle {
    /// `cause:` with the id of a fault that was found, or the kind of a fact; details after `:` may be left out.
    pub on: String,
    /// Words, lower case, one of which must stand in the evidence; any evidence will do where empty.
    #[serde(default)]
    pub said: Vec<String>,
    /// Where it must have been seen to count.
    #[serde(default)]
    pub seen: Seen,
    /// Counts only where the device is to log in with this.
    #[serde(default)]
    pub with: Option<Credential>,
    /// What it means.
    pub then: Effect,
    /// Why, or what has to be done first, in one sentence.
    pub says: String,
}

/// Where an obstacle must have been seen to count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// At one of the way's own hosts.
    Hosts,
    /// At any server of the same service.
    #[default]
    Service,
    /// Wherever it was.
    Anywhere,
}

/// What an obstacle means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It cannot work here.
    Bars,
    /// It can work once something is done.
    First,
    /// It may not work.
    Doubts,
}
