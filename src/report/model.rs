//! What every format of a report is made from: the case, the finding, names and dates.

use super::plain::{self, Plain};
use crate::case::{Case, Mail, Method};
use crate::certainty::Certainty;
use crate::diagnose::situation;
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::session::Record;
use jiff::civil::Date;

/// Whom a report is for and by whom, and of which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The client.
    pub customer: Option<String>,
    /// Who did the work.
    pub technician: Option<String>,
    /// The day of the report.
    pub date: Date,
}

/// What every format is made from.
#[derive(Debug)]
pub struct Report<'a> {
    /// The case.
    pub case: &'a Case,
    /// What was found.
    pub record: &'a Record,
    /// Whom it is for.
    pub names: Names,
    /// The faults, in the order in which the device meets them.
    pub faults: Vec<Fault>,
    /// The mail service in a client's words.
    pub service: String,
    /// How the case stands.
    pub status: Status,
}

/// One fault of the chain, with the words for both readers.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Cause id.
    pub cause: String,
    /// Its gate.
    pub gate: Gate,
    /// How sure.
    pub certainty: Certainty,
    /// For a technician, a few words.
    pub title: String,
    /// For a technician, one sentence.
    pub headline: String,
    /// For a technician, what happens and why.
    pub explanation: String,
    /// For the client, one sentence.
    pub client: String,
    /// For the client: what to do about it, and why.
    pub plain: Plain,
}

/// How the case stands. Nothing is called verified that was not tested again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// A fault is known and a way to mend it; nothing was changed yet.
    Proposed,
    /// The changes were made; the test that failed is not passed, or was not repeated.
    Implemented,
    /// No certain cause yet.
    Open,
    /// No fault, and none was known before.
    NoFault,
    /// The test that failed was repeated after the changes, and passed.
    Verified,
}

impl Status {
    /// The words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Proposed => "Resolution proposed",
            Self::Implemented => "Implemented, not verified",
            Self::Open => "Cause not yet established",
            Self::NoFault => "No fault found",
            Self::Verified => "Resolved and verified",
        }
    }

    /// How a case with such a record stands. Only a passed test of the fault on record resolves it.
    pub fn of(case: &Case, record: &Record) -> Self {
        match record.verdict.cause.as_str() {
            "none" => Self::NoFault,
            "inconclusive" => Self::Open,
            cause => {
                let about_it = case.fault().is_some_and(|fault| fault.cause == cause);
                if about_it && case.is_verified() {
                    Self::Verified
                } else if about_it && (case.work.implemented.is_some() || case.verification.is_some()) {
                    Self::Implemented
                } else {
                    Self::Proposed
                }
            }
        }
    }
}

impl<'a> Report<'a> {
    /// Gathers what the formats need.
    pub fn new(case: &'a Case, record: &'a Record, names: Names, knowledge: &Knowledge) -> Self {
        let faults = record
            .chain
            .iter()
            .map(|link| {
                let known = knowledge.cause(&link.cause);
                Fault {
                    cause: link.cause.clone(),
                    gate: link.gate,
                    certainty: link.certainty,
                    title: link.title.clone(),
                    headline: link.headline.clone(),
                    explanation: known.map(|known| known.explanation.clone()).unwrap_or_default(),
                    client: known.map_or_else(|| link.headline.clone(), |known| known.client.clone()),
                    plain: plain::words(&link.cause, link.gate),
                }
            })
            .collect();
        let service = knowledge
            .provider_of(&case.mail.server)
            .map_or_else(|| "the mail service".to_owned(), |provider| provider.name.clone());
        Self {
            case,
            record,
            names,
            faults,
            service,
            status: Status::of(case, record),
        }
    }

    /// The mail settings with which the fault showed.
    pub fn mail_then(&self) -> &Mail {
        let then = self.case.fault().and_then(|fault| fault.settings.as_ref());
        then.map_or(&self.case.mail, |settings| &settings.mail)
    }

    /// The device is the mail server, and mail to it is what fails.
    pub fn receives(&self) -> bool {
        situation::method(self.case) == Method::Receive
    }

    /// The device's name as far as it is known.
    pub fn device(&self) -> String {
        let device = &self.case.device;
        let vendor = device.vendor.as_deref().unwrap_or_default();
        let model = device.model.as_deref().unwrap_or_default();
        let name = if model.to_lowercase().contains(&vendor.to_lowercase()) {
            model.to_owned()
        } else {
            format!("{vendor} {model}")
        };
        match name.trim() {
            "" => "copier".to_owned(),
            name => name.to_owned(),
        }
    }

    /// The report's title.
    pub fn title(&self) -> String {
        if !self.case.title.is_empty() {
            return self.case.title.clone();
        }
        let device = self.device();
        let device = if device == "copier" {
            "the copier".to_owned()
        } else {
            device
        };
        if self.receives() {
            format!("E-mail reception by {device}")
        } else {
            format!("Scan to e-mail from {device}")
        }
    }

    /// The day in words.
    pub fn day(&self) -> String {
        self.names.date.strftime("%-d %B %Y").to_string()
    }
}
