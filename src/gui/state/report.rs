//! The report: for whom, what it hides, where it goes, and how it will look.

use super::asked::Asked;
use crate::case::Case;
use crate::report::{Hidden, Names, Redaction};
use crate::session::Finding;
use std::path::PathBuf;

/// What is asked of a report.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Whom it is for.
    pub customer: String,
    /// Whose work it is.
    pub technician: String,
    /// What is hidden behind stand-ins.
    pub redaction: Redaction,
    /// How it will look.
    pub preview: Asked<Preview>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            customer: String::new(),
            technician: String::new(),
            redaction: Redaction::FULL,
            preview: Asked::default(),
        }
    }
}

impl Wishes {
    /// Whom it is for, by whom, of today.
    pub fn names(&self) -> Names {
        let given = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Names {
            customer: given(&self.customer),
            technician: given(&self.technician),
            date: jiff::Zoned::now().date(),
        }
    }
}

/// How a report will look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The text, as Markdown.
    pub markdown: String,
    /// What is hidden in it.
    pub hidden: Vec<Hidden>,
}

/// A report to be made; all that it needs, so that it can be made on another thread.
#[derive(Debug)]
pub struct Job {
    /// The case.
    pub case: Case,
    /// What was found.
    pub finding: Finding,
    /// Whom it is for.
    pub names: Names,
    /// What is hidden.
    pub redaction: Redaction,
    /// Where it goes.
    pub to: Destination,
    /// Folder of the case's files.
    pub folder: PathBuf,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Onto the screen.
    Screen,
    /// Into a file whose ending says the format.
    File(PathBuf),
    /// Into an archive with the case and its evidence.
    Bundle(PathBuf),
}

/// What came of it.
#[derive(Debug)]
pub enum Made {
    /// It can be looked at.
    Preview(Preview),
    /// It is written.
    Written(PathBuf),
    /// It is packed, and so many files had to stay out.
    Packed(PathBuf, usize),
}
