//! The report: a summary that the client reads, and an appendix that the technician works with.
//!
//! One [`Report`] is made from the case and the finding; it becomes one row of blocks ([`Document`]), and every
//! format is drawn from that row. Names are replaced by pseudonyms on the way, unless a person asks for them.

mod appendix;
pub mod brand;
pub mod bundle;
mod client;
mod disputed;
mod document;
mod encoded;
mod escape;
mod html;
mod learn;
mod markdown;
mod model;
mod passage;
mod patterns;
mod pdf;
mod plain;
mod proof;
mod public;
mod records;
mod redact;
#[cfg(test)]
mod samples;
mod send_path;
mod side;
mod steps;

pub use brand::{Brand, BrandError};
pub use document::Document;
pub use model::{Names, Report, Status};
pub use redact::{Hidden, Redaction, without_secrets};

use crate::case::{Case, atomic};
use crate::knowledge::Knowledge;
use crate::session::Record;
use redact::Redactor;
use std::path::Path;

/// The formats, by the file's ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown.
    Markdown,
    /// One self-contained page.
    Html,
    /// Pages to print.
    Pdf,
    /// The finding as in `diagnose --json`, with the case's standing.
    Json,
}

impl Format {
    /// The format that a file's ending asks for.
    pub fn of(path: &Path) -> Result<Self, ReportError> {
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Ok(Self::Markdown),
            "html" | "htm" => Ok(Self::Html),
            "pdf" => Ok(Self::Pdf),
            "json" => Ok(Self::Json),
            _ => Err(ReportError::Ending(path.display().to_string())),
        }
    }
}

/// Everything that a report is made from.
#[derive(Debug)]
pub struct Order<'a> {
    /// The case.
    pub case: &'a Case,
    /// What was found; of a fault on record that run which found it.
    pub record: &'a Record,
    /// Whom it is for, by whom, of which day.
    pub names: Names,
    /// What is replaced by stand-ins.
    pub redaction: Redaction,
    /// The house of whoever hands it over.
    pub brand: Brand,
    /// What is known of providers and causes.
    pub knowledge: &'a Knowledge,
}

impl<'a> Order<'a> {
    /// A report with everything hidden, without names and brand.
    pub fn new(case: &'a Case, record: &'a Record, knowledge: &'a Knowledge) -> Self {
        Self {
            case,
            record,
            names: Names {
                customer: None,
                technician: None,
                date: jiff::Zoned::now().date(),
            },
            redaction: Redaction::FULL,
            brand: Brand::default(),
            knowledge,
        }
    }

    /// The report in a format.
    pub fn render(&self, format: Format) -> Result<Vec<u8>, ReportError> {
        let redactor = self.redactor();
        if format == Format::Json {
            let mut value = self.json();
            shorten_paths(&mut value, self.record);
            redactor.json(&mut value);
            let text = serde_json::to_string_pretty(&value).map_err(ReportError::made)?;
            return Ok((text + "\n").into_bytes());
        }
        let document = self.redacted(&redactor);
        match format {
            Format::Markdown => Ok(markdown::write(&document).into_bytes()),
            Format::Html => Ok(html::write(&document, &self.brand).into_bytes()),
            Format::Pdf | Format::Json => {
                pdf::write(&document, &self.brand, self.names.date).map_err(ReportError::made)
            }
        }
    }

    /// Everything that the report hides, with what stands in its place.
    pub fn preview(&self) -> Vec<Hidden> {
        let redactor = self.redactor();
        self.redacted(&redactor);
        redactor.hidden()
    }

    /// Writes the report so that at every moment either the old or the new file is there, whole.
    pub fn save(&self, path: &Path) -> Result<(), ReportError> {
        let bytes = self.render(Format::of(path)?)?;
        atomic::write(path, &bytes).map_err(|problem| ReportError::Write {
            file: path.display().to_string(),
            problem: problem.to_string(),
        })
    }

    fn redactor(&self) -> Redactor<'a> {
        Redactor::new(self.case, self.record, self.knowledge, self.redaction)
    }

    /// The report as blocks, with stand-ins in the places of names.
    fn redacted(&self, redactor: &Redactor<'_>) -> Document {
        let mut document = self.document();
        document.change_texts(&|text| redactor.text(&without_folders(text, self.record)));
        document
    }

    /// The finding as in `diagnose --json`, with the standing of the case beside it.
    fn json(&self) -> serde_json::Value {
        let report = Report::new(self.case, self.record, self.names.clone(), self.knowledge);
        let mut value = self.record.to_value();
        if let Some(fields) = value.as_object_mut() {
            let mut verification = serde_json::to_value(&self.case.verification).unwrap_or_default();
            if let Some(verification) = verification.as_object_mut() {
                verification.remove("found");
            }
            fields.insert(
                "report".to_owned(),
                serde_json::json!({
                    "status": report.status.title(),
                    "title": report.title(),
                    "customer": self.names.customer,
                    "technician": self.names.technician,
                    "date": self.names.date.to_string(),
                    "work": self.case.work,
                    "verification": verification,
                }),
            );
        }
        value
    }

    /// The report as blocks, with all names in it.
    fn document(&self) -> Document {
        let report = Report::new(self.case, self.record, self.names.clone(), self.knowledge);
        let mut facts = Vec::new();
        let mut fact = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                facts.push((name.to_owned(), value));
            }
        };
        fact("Prepared for", self.names.customer.clone());
        fact(
            "Prepared by",
            self.names.technician.clone().or_else(|| self.brand.name.clone()),
        );
        fact("Date", Some(report.day()));
        fact("Status", Some(report.status.title().to_owned()));
        let mut blocks = client::blocks(&report);
        blocks.extend(appendix::blocks(&report));
        let made = self.brand.name.as_ref().map_or_else(
            || "Made with ScanMedic.".to_owned(),
            |name| format!("{name}. Made with ScanMedic."),
        );
        let hint = match self.redaction {
            Redaction::FULL => "Names, addresses and serial numbers are replaced by stand-ins.",
            Redaction::NONE => "Holds names and addresses; pass it on with care.",
            _ => "Holds some names or addresses; pass it on with care.",
        };
        Document {
            title: report.title(),
            kind: "Diagnosis report".to_owned(),
            facts,
            blocks,
            foot: format!("{made} {hint}"),
        }
    }
}

/// Evidence files by their names only: a folder's name can hold a person's.
fn without_folders(text: &str, record: &Record) -> String {
    record.files.iter().fold(text.to_owned(), |text, file| {
        let name = file.path.rsplit(['/', '\\']).next().unwrap_or_default();
        if name.is_empty() || name == file.path {
            text
        } else {
            text.replace(&file.path, name)
        }
    })
}

fn shorten_paths(value: &mut serde_json::Value, record: &Record) {
    match value {
        serde_json::Value::String(text) => *text = without_folders(text, record),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| shorten_paths(item, record)),
        serde_json::Value::Object(fields) => {
            fields.values_mut().for_each(|item| shorten_paths(item, record));
        }
        _ => {}
    }
}

/// Why a report could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The ending names no format.
    #[error("{0}: a report ends in .md, .html, .pdf or .json")]
    Ending(String),
    /// The format could not be made.
    #[error("the report cannot be made: {0}")]
    Made(String),
    /// The file cannot be written.
    #[error("{file}: cannot be written: {problem}")]
    Write {
        /// File.
        file: String,
        /// What the system says.
        problem: String,
    },
}

impl ReportError {
    fn made(problem: impl std::fmt::Display) -> Self {
        Self::Made(problem.to_string())
    }
}

#[cfg(test)]
#[path = "attack_tests.rs"]
mod attack_tests;
#[cfg(test)]
#[path = "edge_tests.rs"]
mod edge_tests;
