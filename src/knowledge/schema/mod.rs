//! The shapes of the knowledge files. Every file holds one [`File`] in RON.

mod authority;
mod cause;
mod device;
mod dns;
mod firmware;
mod listen;
mod method;
mod question;
mod reply;
mod service;

pub use super::blocklists::{Blocklist, ListCode};
pub use super::interference::Interference;
pub use authority::{Authority, AuthorityError};
pub use cause::{Cause, DeviceAlone, Habit, NextTest, RemedyStep, Sign, Weight, Who};
pub use device::{
    AuditEvent, Device, DeviceClass, EventTable, Example, FieldLimit, Identify, Labels, MailLimit, Menu,
    Reception, ReceptionMoment, ReceptionNote, TextKind, TextPattern,
};
pub use dns::{AddressEcho, MailFilter, PublicResolver};
pub use firmware::{Family, Firmware, FirmwareNote, Product, Release, Shape, TlsRule};
pub use listen::{ListenAdvice, ListenObstacle, Persona, Wording};
pub use method::{AddressNeed, Credential, Door, Effect, Obstacle, Reach, Seen, SendingMethod};
pub use question::{AnswerOption, Disagreement, Milestone, Question, Says, Test};
pub use reply::{CodeTable, PanelCode, ReplyPattern, ReplySet, StageName};
pub use service::{Endpoint, Provider};

use super::KnowledgeError;
use serde::Deserialize;

/// One knowledge file.
#[derive(Debug, Clone, Deserialize)]
pub enum File {
    /// Causes of failure.
    Causes(Vec<Cause>),
    /// Reply texts of one service or one kind of server.
    Replies(ReplySet),
    /// Panel codes and messages of one vendor.
    Codes(CodeTable),
    /// Mail services.
    Providers(Vec<Provider>),
    /// Devices: what their settings are called and where they are.
    Devices(Vec<Device>),
    /// How to recognise devices on the network.
    Identify(Vec<Identify>),
    /// Firmware numbering of one vendor.
    Firmware(Firmware),
    /// What is known of makers' firmware without a list of versions.
    FirmwareNotes(Vec<FirmwareNote>),
    /// Events of the audit logs of one vendor.
    Events(EventTable),
    /// Mail servers that the listener can play.
    Personas(Vec<Persona>),
    /// What holds of many remedy steps.
    Habits(Vec<Habit>),
    /// What stands between a copier and the listener.
    ListenAdvice(Vec<ListenAdvice>),
    /// Block lists that are asked by DNS.
    Blocklists(Vec<Blocklist>),
    /// Questions to a person.
    Questions(Vec<Question>),
    /// Dates that mail services have announced.
    Dates(Vec<Milestone>),
    /// Tests that can be run next.
    Tests(Vec<Test>),
    /// What to say where two pieces of evidence disagree.
    Disagreements(Vec<Disagreement>),
    /// Filter services in front of mailboxes.
    Filters(Vec<MailFilter>),
    /// Name servers of the public.
    Resolvers(Vec<PublicResolver>),
    /// Authorities that hand out access tokens.
    Authorities(Vec<Authority>),
    /// Ways of sending and what each needs.
    Methods(Vec<SendingMethod>),
    /// Products that stand between a copier and its mail service.
    Interference(Vec<Interference>),
}

/// Reads a knowledge file; `name` stands in the error.
pub fn parse(text: &str, name: &str) -> Result<File, KnowledgeError> {
    options().from_str(text).map_err(|error| KnowledgeError {
        file: name.to_owned(),
        line: error.span.start.line,
        column: error.span.start.col,
        problem: error.code.to_string(),
    })
}

/// RON with optional values written bare.
fn options() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}

/// How sure an entry is; the program never says more than this allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Read in a source that is named.
    Confirmed,
    /// One third-party source.
    Reported,
    /// Worked out, or common knowledge of the trade.
    #[default]
    Inferred,
    /// Looked for and not found.
    Unknown,
}
