//! Typed facts about a case: what was seen, at which gate, of whom, by what, and when.

mod client;
mod fact;
mod failure;
mod harm;
mod kind;
mod limits;
mod words;

pub use crate::wire::failure::{Loss, TlsFailure};
pub use crate::wire::tls::shown::{CertificateFacts, CertificateProblem};
pub use client::Client;
pub use fact::Fact;
pub use failure::{ConnectFailure, MessageFlaw, Secured, Stage};
pub use harm::Harm;
pub use limits::{DeviceLimits, Greets, Known, current};
pub use words::{PortKind, ReceptionSetting, Rewriting, SpfResult, TokenState, Unfit};

use crate::gate::Gate;
use jiff::Timestamp;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

/// Whom a piece of evidence speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// What the copier did or can do.
    Device,
    /// What this program's own probe got.
    Laptop,
    /// What the mail service does, whoever asks.
    Service,
}

/// How a piece of evidence came to be known; it bounds how sure a verdict built on it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Measured by a probe or read from a recording.
    Observed,
    /// A *confirmed* fact of the knowledge files, such as a firmware's highest TLS version.
    KnownConfirmed,
    /// An *inferred* fact of the knowledge files.
    KnownInferred,
    /// Said by a person: a setting typed in, a symptom read from a panel.
    Stated,
}

impl Basis {
    /// How much it counts where two pieces of evidence say different things of the device.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Observed => 4,
            Self::KnownConfirmed => 3,
            Self::Stated => 2,
            Self::KnownInferred => 1,
        }
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// `e1`, `e2`, … in the order of arrival; empty until the case's store numbers it.
    pub id: String,
    /// The gate it speaks of.
    pub gate: Gate,
    /// Whom it speaks of.
    pub actor: Actor,
    /// How it came to be known.
    pub basis: Basis,
    /// Where it came from: a probe id, or a file with its line.
    pub source: String,
    /// The fact.
    pub fact: Fact,
    /// One sentence for a person.
    pub summary: String,
    /// When it was seen, where known.
    pub at: Option<Timestamp>,
    /// Of which client it speaks, where it comes from a file that holds several.
    pub client: Option<Client>,
    /// Whether it speaks of a mail server's own delivery to the next one, behind the session in which it took the mail.
    pub onward: bool,
}

/// As the contract writes it: the kind stands beside the sentence, the whole fact behind it.
impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_struct("Evidence", 9)?;
        row.serialize_field("id", &self.id)?;
        row.serialize_field("gate", &self.gate)?;
        row.serialize_field("actor", &self.actor)?;
        row.serialize_field("basis", &self.basis)?;
        row.serialize_field("source", &self.source)?;
        row.serialize_field("kind", &self.fact.kind())?;
        row.serialize_field("summary", &self.summary)?;
        row.serialize_field("at", &self.at)?;
        row.serialize_field("fact", &self.fact)?;
        row.end()
    }
}

impl Evidence {
    /// The source of what was done with the device's limits instead of this computer's own.
    pub const AS_THE_DEVICE: &str = "be-the-copier";

    /// Evidence that a probe of this program observed.
    pub fn observed(gate: Gate, actor: Actor, source: &str, fact: Fact, summary: impl Into<String>) -> Self {
        Self {
            id: String::new(),
            gate,
            actor,
            basis: Basis::Observed,
            source: source.to_owned(),
            fact,
            summary: summary.into(),
            at: None,
            client: None,
            onward: false,
        }
    }

    /// The same evidence with another basis.
    #[must_use]
    pub fn on(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }

    /// The same evidence as of a mail server's own delivery to the next one, which is no passage of the device's.
    #[must_use]
    pub fn onward(mut self) -> Self {
        self.actor = Actor::Service;
        self.onward = true;
        self.summary = format!("in the mail server's onward delivery: {}", self.summary);
        self
    }

    /// The same evidence with the time at which it was seen.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }
}

/// Gives every piece of evidence its id, `e1` onwards, in the order given.
pub fn number(evidence: &mut [Evidence]) {
    for (index, item) in evidence.iter_mut().enumerate() {
        item.id = format!("e{}", index + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_carry_the_detail_that_signs_ask_for() {
        let fact = Fact::ConnectFailed {
            port: 25,
            failure: ConnectFailure::TimedOut,
        };
        assert_eq!(fact.kind(), "connect-failed:timed-out");
        let fact = Fact::TlsFailed {
            failure: TlsFailure::Alert("protocol_version".into()),
        };
        assert_eq!(fact.kind(), "tls-failed:alert:protocol_version");
    }

    #[test]
    fn a_greeting_tells_by_its_kind_whether_the_name_can_be_one() {
        let kind = |name: &str| {
            let name = Some(name.to_owned());
            Fact::DeviceHello { name, extended: true }.kind()
        };
        for name in [
            "copier",
            "mfp-2f.example.test",
            "[192.0.2.9]",
            "[IPv6:2001:db8::1]",
        ] {
            assert_eq!(kind(name), "device-hello:ehlo", "{name}");
        }
        for name in ["", "front office", "mfp_2f", "-a.test", "[copier]", "a..b"] {
            assert_eq!(kind(name), "device-hello:ehlo:invalid", "{name}");
        }
    }

    #[test]
    fn the_kind_stands_beside_the_sentence() {
        let one = Evidence::observed(
            Gate::Device,
            Actor::Device,
            "device",
            Fact::DeviceSilent,
            "no answer",
        );
        let row = serde_json::to_value(&one).unwrap();
        assert_eq!(
            (row["kind"].as_str(), row["summary"].as_str()),
            (Some("device-silent"), Some("no answer"))
        );
    }

    #[test]
    fn numbering_follows_the_order_given() {
        let mut all = vec![
            Evidence::observed(Gate::Device, Actor::Device, "t", Fact::DeviceSilent, "a"),
            Evidence::observed(Gate::Encrypt, Actor::Laptop, "t", Fact::StartTlsNotOffered, "b"),
        ];
        number(&mut all);
        assert_eq!((all[0].id.as_str(), all[1].id.as_str()), ("e1", "e2"));
    }
}
