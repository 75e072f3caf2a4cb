//! Causes: what speaks for them, what to do about them.

use crate::evidence::Actor;
use crate::gate::Gate;
use serde::Deserialize;

/// A cause of failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Stable id of the contract.
    pub id: String,
    /// The gate whose business it is.
    pub gate: Gate,
    /// A few words, sentence case, no full stop.
    pub title: String,
    /// One sentence for the verdict; may hold `{device}`, `{server}`, `{port}`, `{user}`, `{from}`, `{to}`, `{device_tls}`, `{provider}`, `{detail}`.
    pub headline: String,
    /// Sentences that say it more exactly where a fact of a certain kind is among what speaks for it; the first that
    /// fits stands in place of the headline.
    #[serde(default)]
    pub told: Vec<Told>,
    /// One sentence for a client without technical knowledge.
    pub client: String,
    /// For a technician: what happens and why.
    pub explanation: String,
    /// What speaks for and against it, beyond reply texts.
    #[serde(default)]
    pub signs: Vec<Sign>,
    /// Causes that are only its shadow: where this one holds, they are not faults of their own.
    #[serde(default)]
    pub explains: Vec<String>,
    /// Causes that may stand behind this one as its reason; they come after it in the chain.
    #[serde(default)]
    pub because: Vec<String>,
    /// True where it is only named when nothing else explains the stop at the same gate.
    #[serde(default)]
    pub residual: bool,
    /// The cause to name instead where the device is the mail server.
    #[serde(default)]
    pub in_reception: Option<String>,
    /// What it is instead where the device alone meets it.
    #[serde(default)]
    pub device_alone: Option<DeviceAlone>,
    /// What to do, in the order of doing.
    pub remedy: Vec<RemedyStep>,
    /// When to stop and call for help.
    #[serde(default)]
    pub caution: Option<String>,
    /// How to see that it is mended.
    pub verify: String,
    /// The test that tells most while it is not yet certain.
    #[serde(default)]
    pub next_test: Option<NextTest>,
    /// Pages to read.
    #[serde(default)]
    pub references: Vec<String>,
    /// Where the entry's facts come from.
    pub source: String,
    /// When it was last checked, `YYYY-MM-DD`.
    pub checked: String,
}

/// A headline for one way in which a cause shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The kind of fact, or the beginning of it up to a colon.
    pub on: String,
    /// Of whom the fact must speak; any where empty.
    #[serde(default)]
    pub by: Vec<Actor>,
    /// The sentence, with the placeholders of a headline.
    pub headline: String,
}

/// What a cause is instead where the device meets it and others show that it is not so.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceAlone {
    /// Cause id.
    pub cause: String,
    /// The kind of fact by which others show it.
    pub seen: String,
    /// The kind of fact that must not be there of others.
    #[serde(default)]
    pub unseen: Option<String>,
}

/// What a kind of fact says about a cause.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The fact's kind, or the beginning of it up to a colon: `connect-failed` or `connect-failed:refused`.
    pub on: String,
    /// Of whom the fact must speak; any where empty.
    #[serde(default)]
    pub by: Vec<Actor>,
    /// Conditions of the case that must hold, such as `encryption=starttls` or `!method=receive`.
    #[serde(default)]
    pub when: Vec<String>,
    /// How much it says.
    pub weight: Weight,
}

/// How much a sign says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Rules the cause out.
    Excludes,
    /// Speaks against it.
    Against,
    /// A weak pointer.
    Hints,
    /// Speaks for it.
    Supports,
    /// Seen to happen, or stated by the failing party.
    Proves,
}

/// One step of a remedy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyStep {
    /// What to do, as an order.
    pub title: String,
    /// How, with values; may hold the headline's placeholders.
    pub detail: String,
    /// Who does it.
    pub who: Who,
    /// Where: a menu path or an admin page.
    #[serde(default)]
    pub place: Option<String>,
    /// A command to copy.
    #[serde(default)]
    pub command: Option<String>,
    /// Exact values to enter: setting (`server`, `port`, `encryption`, `auth`, `user`, `password`, `from`) and
    /// value; encryption in the words of the command line. The device's own words for them stand in its labels.
    #[serde(default)]
    pub enter: Vec<(String, String)>,
    /// What can go wrong, and for whom.
    #[serde(default)]
    pub risk: Option<String>,
    /// How long it takes.
    #[serde(default)]
    pub takes: Option<String>,
    /// How to take it back.
    #[serde(default)]
    pub undo: Option<String>,
    /// What to mind before it, and when to call for help.
    #[serde(default)]
    pub caution: Option<String>,
    /// Only for these conditions of the case, as in signs.
    #[serde(default)]
    pub when: Vec<String>,
    /// How sure its facts are, where that is not plain from its words.
    #[serde(default)]
    pub mark: Option<super::Mark>,
}

/// What holds of many steps: risk, time and the way back of a kind of step that says nothing of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habit {
    /// A few words.
    pub id: String,
    /// Who does such steps; anybody where empty.
    #[serde(default)]
    pub who: Vec<Who>,
    /// Every line of the step's command begins with one of these; any step where empty.
    #[serde(default)]
    pub commands: Vec<String>,
    /// No line of the step's command begins with one of these.
    #[serde(default)]
    pub not_commands: Vec<String>,
    /// Only steps that give values to enter.
    #[serde(default)]
    pub enters: bool,
    /// Only steps that can be undone at a place or by a command.
    #[serde(default)]
    pub acts: bool,
    /// What can go wrong.
    #[serde(default)]
    pub risk: Option<String>,
    /// How long it takes.
    #[serde(default)]
    pub takes: Option<String>,
    /// How to take it back.
    #[serde(default)]
    pub undo: Option<String>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// Who does a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// At the copier.
    Device,
    /// In the mail service's administration.
    Tenant,
    /// At the firewall, router or provider's line.
    Network,
    /// Where the domain's DNS is kept.
    Dns,
    /// At the mail server.
    Server,
    /// Somebody who uses or decides.
    #[default]
    Person,
}

/// A test to run next.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextTest {
    /// Probe id, or `ask` for a question to a person.
    pub probe: String,
    /// Why it tells most.
    pub why: String,
    /// Id of the question, where the probe is `ask` and the question has an entry of its own.
    #[serde(default)]
    pub question: Option<String>,
}
