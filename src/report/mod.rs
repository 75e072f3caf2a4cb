//! The report: a summary that the client reads, and an appendix that the technician works with.
//!
//! One [`Report`] is made from the case and the finding; it becomes one row of blocks ([`Document`]), and every
//! format is drawn from that row. Names are replaced by pseudonyms on the way, unless a person asks for them.

mod appendix;
mod client;
mod document;
mod html;
mod markdown;
mod model;
mod passage;
mod patterns;
mod pdf;
mod plain;
mod records;
mod redact;
#[cfg(test)]
mod samples;
mod send_path;

pub use document::Document;
pub use model::{Names, Report, Status};

use crate::case::Case;
use crate::knowledge::Knowledge;
use crate::session::Finding;
use redact::Redactor;
use std::io::Write as _;
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
    /// The finding as in `diagnose --json`.
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
    /// What was found.
    pub finding: &'a Finding,
    /// Whom it is for, by whom, of which day.
    pub names: Names,
    /// Whether names are replaced by pseudonyms.
    pub redacted: bool,
    /// What is known of providers and causes.
    pub knowledge: &'a Knowledge,
}

impl Order<'_> {
    /// The report in a format.
    pub fn render(&self, format: Format) -> Result<Vec<u8>, ReportError> {
        let redactor = self
            .redacted
            .then(|| Redactor::new(self.case, self.finding, self.knowledge));
        if format == Format::Json {
            let mut value = serde_json::to_value(self.finding).map_err(ReportError::made)?;
            if let Some(redactor) = &redactor {
                shorten_paths(&mut value, self.finding);
                redactor.json(&mut value);
            }
            let text = serde_json::to_string_pretty(&value).map_err(ReportError::made)?;
            return Ok((text + "\n").into_bytes());
        }
        let mut document = self.document();
        if let Some(redactor) = &redactor {
            document.change_texts(&|text| redactor.text(&without_folders(text, self.finding)));
        }
        match format {
            Format::Markdown => Ok(markdown::write(&document).into_bytes()),
            Format::Html => Ok(html::write(&document).into_bytes()),
            Format::Pdf | Format::Json => pdf::write(&document, self.names.date).map_err(ReportError::made),
        }
    }

    /// Writes the report so that at every moment either the old or the new file is there, whole.
    pub fn save(&self, path: &Path) -> Result<(), ReportError> {
        let bytes = self.render(Format::of(path)?)?;
        let failed = |problem: std::io::Error| ReportError::Write {
            file: path.display().to_string(),
            problem: problem.to_string(),
        };
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// The report as blocks, with all names in it.
    fn document(&self) -> Document {
        let report = Report::new(self.case, self.finding, self.names.clone(), self.knowledge);
        let mut facts = Vec::new();
        let mut fact = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                facts.push((name.to_owned(), value));
            }
        };
        fact("Prepared for", self.names.customer.clone());
        fact("Prepared by", self.names.technician.clone());
        fact("Date", Some(report.day()));
        fact("Status", Some(report.status.title().to_owned()));
        let mut blocks = client::blocks(&report);
        blocks.extend(appendix::blocks(&report));
        let foot = if self.redacted {
            "Made by ScanMedic. Names, addresses and serial numbers are replaced by stand-ins."
        } else {
            "Made by ScanMedic. Holds names and addresses; pass it on with care."
        };
        Document {
            title: report.title(),
            kind: "Diagnosis report".to_owned(),
            facts,
            blocks,
            foot: foot.to_owned(),
        }
    }
}

/// Evidence files by their names only: a folder's name can hold a person's.
fn without_folders(text: &str, finding: &Finding) -> String {
    finding.files.iter().fold(text.to_owned(), |text, file| {
        match Path::new(&file.path).file_name().and_then(|name| name.to_str()) {
            Some(name) if name != file.path => text.replace(&file.path, name),
            _ => text,
        }
    })
}

fn shorten_paths(value: &mut serde_json::Value, finding: &Finding) {
    match value {
        serde_json::Value::String(text) => *text = without_folders(text, finding),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| shorten_paths(item, finding)),
        serde_json::Value::Object(fields) => {
            fields.values_mut().for_each(|item| shorten_paths(item, finding));
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
