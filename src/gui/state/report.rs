//! The report: for whom, what it hides, where it goes, and how it will look.

use super::asked::Asked;
use crate::case::Case;
use crate::report::brand::{Colour, Logo};
use crate::report::{Brand, Hidden, Names, Redaction};
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
    /// The house of whoever hands it over.
    pub house: House,
    /// How it will look.
    pub preview: Asked<Preview>,
}

/// Name, colour and logo of whoever hands reports over; kept from one case to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct House {
    /// Name; none where empty.
    pub name: String,
    /// Colour, as typed.
    pub colour: String,
    /// The logo's file, and the logo where it could be read, or why not.
    pub logo: Option<(PathBuf, Result<Logo, String>)>,
}

impl House {
    /// What is wrong with the colour as typed.
    pub fn colour_problem(&self) -> Option<String> {
        let typed = self.colour.trim();
        let problem = || Colour::parse(typed).err().map(|problem| problem.to_string());
        (!typed.is_empty()).then(problem).flatten()
    }

    /// As a report takes it; what cannot be used is left out.
    pub fn brand(&self) -> Brand {
        let name = self.name.trim();
        Brand {
            name: (!name.is_empty()).then(|| name.to_owned()),
            accent: Colour::parse(self.colour.trim()).ok(),
            logo: self.logo.as_ref().and_then(|(_, logo)| logo.clone().ok()),
        }
    }
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            customer: String::new(),
            technician: String::new(),
            redaction: Redaction::FULL,
            house: House::default(),
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
    /// Whose it is.
    pub brand: Brand,
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
