//! What a scenario file says: a case, the world it meets, and what a right diagnosis of it is.

use super::behaviour::Behaviour;
use super::capture::Connection;
use super::copier::Copier;
use crate::case::Case;
use crate::certainty::Certainty;
use crate::gate::Gate;
use crate::probe::SendMode;
use crate::probe::device::{SnmpAuth, SnmpPrivacy, SnmpUser};
use crate::secret::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One thing to play: a copier, its mail settings, the servers that it meets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Stable id, also the word on the command line.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Two to four sentences for somebody who learns the trade.
    pub story: String,
    /// The case, with server names as in real life.
    pub case: Case,
    /// The servers.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Web hosts, such as an OAuth authority or the host of a published policy.
    #[serde(default)]
    pub web: Vec<WebHost>,
    /// What name servers say.
    #[serde(default)]
    pub dns: Dns,
    /// The copier's own network side, where it has one here.
    #[serde(default)]
    pub device: Option<Device>,
    /// The password that the copier has; a lab password, no secret.
    #[serde(default)]
    pub password: Option<String>,
    /// How far the test goes.
    #[serde(default)]
    pub send: Send,
    /// How the run is made.
    #[serde(default)]
    pub options: RunOptions,
    /// Evidence files to write beside the case.
    #[serde(default)]
    pub files: Vec<EvidenceFile>,
    /// The world after the fix, where the lab plays it too.
    #[serde(default)]
    pub fixed: Option<Fixed>,
    /// The right diagnosis.
    pub expect: Expect,
}

/// The fix of a scenario, and the world after it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// What was done, in a sentence.
    pub done: String,
    /// The scenario that plays the world after it.
    pub scenario: String,
    /// A copier of the lab that presses Scan after it, for faults that only the copier itself can show to be gone.
    #[serde(default)]
    pub copier: Option<String>,
}

/// A simulated server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Names under which the case and others know it; the first one stands in its replies.
    pub names: Vec<String>,
    /// Port as the case sees it.
    pub port: u16,
    /// What TCP does there.
    #[serde(default)]
    pub listen: Listen,
    /// A named behaviour of `services.ron` to start from.
    #[serde(default)]
    pub like: Option<String>,
    /// What differs from it.
    #[serde(default)]
    pub smtp: Behaviour,
}

/// A simulated web host; HTTPS with the lab's certificate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebHost {
    /// Its names.
    pub names: Vec<String>,
    /// Port as others know it; 443 where left out.
    #[serde(default = "https")]
    pub port: u16,
    /// The certificate.
    #[serde(default)]
    pub certificate: Option<super::behaviour::Certificate>,
    /// What it answers; any other path is not found.
    pub pages: Vec<Page>,
}

/// A page of a web host.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Path, beginning with `/`.
    pub path: String,
    /// Answers in the order in which it is asked; the last one stays.
    pub answers: Vec<PageAnswer>,
}

/// One answer of a page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageAnswer {
    /// Status code.
    pub status: u16,
    /// Content type.
    #[serde(default)]
    pub kind: String,
    /// Body.
    pub body: String,
}

const fn https() -> u16 {
    443
}

/// A sign-in before the probes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabSignIn {
    /// Where the device code is asked for.
    pub device_endpoint: String,
    /// Where the token is asked for.
    pub token_endpoint: String,
    /// The registered application.
    pub client_id: String,
    /// Permissions.
    pub scope: String,
}

/// What TCP does at a port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Listen {
    /// Connections are taken.
    #[default]
    Answer,
    /// Nothing listens: connections are refused.
    Refused,
    /// No answer at all, as behind a firewall that drops.
    Dropped,
}

/// The name server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dns {
    /// What it does with a question.
    pub mode: DnsMode,
    /// Records as `name TYPE data`; addresses of the services are added. Any other name does not exist.
    pub records: Vec<String>,
    /// Names that the services have but the name server does not know.
    pub unknown: Vec<String>,
    /// Name servers of others in whose place it stands too, such as one that tells who asks.
    pub also: Vec<String>,
    /// Whether it vouches for its answers, as a resolver does that has checked DNSSEC.
    pub vouches: bool,
}

/// What the name server does with a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum DnsMode {
    /// Answers from the records.
    #[default]
    Answer,
    /// Never answers.
    Silent,
    /// Answers SERVFAIL.
    ServFail,
    /// Answers REFUSED.
    Refused,
}

/// The copier's own network side. It stands on loopback; the case's device address is set to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// The page of its web server.
    pub web_page: String,
    /// How far its clock is ahead, in seconds; negative where it is behind. Web server and SNMP agent tell the time.
    pub clock_skew_s: i64,
    /// Whether the SNMP agent tells the time with its zone.
    pub clock_zone: bool,
    /// Whether the web server tells the time.
    pub web_date: bool,
    /// The SNMP agent's objects by OID; no agent where empty.
    pub snmp: BTreeMap<String, Object>,
    /// The community that the agent answers; none where it has a v3 user.
    pub community: String,
    /// The v3 user that the agent lets in, and nobody else.
    pub snmp_user: Option<SnmpLogin>,
    /// As whom the technician asks; as the agent's own user where not said.
    pub asked_as: Option<SnmpLogin>,
    /// The attributes that IPP tells; no IPP where empty.
    pub ipp: BTreeMap<String, String>,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            web_page: String::new(),
            clock_skew_s: 0,
            clock_zone: true,
            web_date: true,
            snmp: BTreeMap::new(),
            community: "public".to_owned(),
            snmp_user: None,
            asked_as: None,
            ipp: BTreeMap::new(),
        }
    }
}

impl Device {
    /// As whom the technician asks by SNMP v3.
    pub fn asker(&self) -> Option<&SnmpLogin> {
        self.asked_as.as_ref().or(self.snmp_user.as_ref())
    }
}

/// A user of SNMP v3 with made-up passwords.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnmpLogin {
    /// User name.
    pub name: String,
    /// How it signs, and with what.
    pub signing: (SnmpAuth, String),
    /// How it encrypts, and with what.
    pub privacy: (SnmpPrivacy, String),
}

impl SnmpLogin {
    /// As a probe asks.
    pub fn user(&self) -> SnmpUser {
        let secret = |text: &String| Secret::new(text.clone());
        SnmpUser {
            name: self.name.clone(),
            auth: Some((self.signing.0, secret(&self.signing.1))),
            privacy: Some((self.privacy.0, secret(&self.privacy.1))),
            context: String::new(),
        }
    }
}

/// The value of an SNMP object.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub enum Object {
    /// OCTET STRING, as text.
    Text(String),
    /// OBJECT IDENTIFIER, dotted.
    Oid(String),
    /// INTEGER.
    Number(i32),
    /// OCTET STRING, as octets.
    Octets(Vec<u8>),
}

/// How far the test goes; the words of `--send`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Send {
    /// Stops before MAIL FROM.
    Never,
    /// As far as RCPT TO.
    #[default]
    Envelope,
    /// A marked message is sent.
    Message,
}

impl Send {
    /// The probe's own word for it.
    pub const fn mode(self) -> SendMode {
        match self {
            Self::Never => SendMode::Never,
            Self::Envelope => SendMode::Envelope,
            Self::Message => SendMode::Message,
        }
    }

    /// The word on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Envelope => "envelope",
            Self::Message => "message",
        }
    }
}

/// How the run is made.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunOptions {
    /// Limit of each network step in milliseconds; 3000 where it is 0.
    pub timeout_ms: u64,
    /// Probe ids or groups; all where empty.
    pub only: Vec<String>,
    /// Probe ids or groups to leave out.
    pub skip: Vec<String>,
    /// Read files only.
    pub offline: bool,
    /// How the server's name leads to the lab.
    pub lookup: Lookup,
    /// EHLO name.
    pub helo: Option<String>,
    /// Where a token is got from before the probes begin.
    pub sign_in: Option<LabSignIn>,
}

/// How the server's name leads to the lab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Lookup {
    /// Name and port lead to the lab's address and port, as with curl's `--resolve`.
    #[default]
    Override,
    /// The name is asked of the lab's name server; the case's port becomes the lab's port.
    Dns,
}

/// An evidence file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// File name, without a folder.
    pub name: String,
    /// Content, where it is a text.
    #[serde(default)]
    pub text: String,
    /// Recorded connections, where it is a capture.
    #[serde(default)]
    pub capture: Vec<Connection>,
}

/// The right diagnosis, to hold `diagnose --json` against.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Cause id of the verdict.
    pub cause: String,
    /// Its gate; none for `none` and `inconclusive`.
    #[serde(default)]
    pub gate: Option<Gate>,
    /// The verdict is at least this sure.
    #[serde(default = "possible")]
    pub certainty: Certainty,
    /// The verdict is at most this sure.
    #[serde(default)]
    pub at_most: Option<Certainty>,
    /// The whole chain; just the cause where left out, empty for `none` and `inconclusive`.
    #[serde(default)]
    pub chain: Option<Vec<String>>,
    /// More faults may follow those of the chain.
    #[serde(default)]
    pub chain_may_go_on: bool,
    /// Causes that must not be candidates.
    #[serde(default)]
    pub not_candidates: Vec<String>,
    /// Causes that must be ruled out.
    #[serde(default)]
    pub ruled_out: Vec<String>,
    /// Words, each of which must stand in a fact that is called harmless.
    #[serde(default)]
    pub harmless: Vec<String>,
    /// The probe that is named as the next test.
    #[serde(default)]
    pub next_test: Option<String>,
    /// Ways of sending and how each must be judged: `works`, `possible`, `unknown` or `cannot`.
    #[serde(default)]
    pub methods: BTreeMap<String, String>,
    /// Words, each of which must stand in a contradiction that is told.
    #[serde(default)]
    pub contradictions: Vec<String>,
}

/// The least that can be asked for.
const fn possible() -> Certainty {
    Certainty::Possible
}

impl Expect {
    /// The exit code that goes with the verdict.
    pub fn exit_code(&self) -> i32 {
        match self.cause.as_str() {
            "none" => 0,
            "inconclusive" => 3,
            _ => 1,
        }
    }

    /// The chain that is looked for.
    pub fn chain(&self) -> Vec<String> {
        match &self.chain {
            Some(chain) => chain.clone(),
            None if self.exit_code() == 1 => vec![self.cause.clone()],
            None => Vec::new(),
        }
    }
}

/// One file of `assets/lab/`.
#[derive(Debug, Clone, Deserialize)]
pub enum File {
    /// Behaviours with a name, for scenarios to start from.
    Services(BTreeMap<String, Behaviour>),
    /// Copiers as clients, by name.
    Copiers(BTreeMap<String, Copier>),
    /// Scenarios.
    Scenarios(Vec<Scenario>),
}

/// Reads one file; `name` stands in the error.
pub fn parse(text: &str, name: &str) -> Result<File, super::LabError> {
    ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .from_str(text)
        .map_err(|error| super::LabError::File {
            file: name.to_owned(),
            line: error.span.start.line,
            column: error.span.start.col,
            problem: error.code.to_string(),
        })
}
