//! Reading and writing the case file.

use super::{Case, VERSION, atomic, migrate};
use serde::Deserialize;
use std::path::Path;

/// A case with its whole finding takes some hundred kilobytes; more than this is something else.
const MAX_FILE: u64 = 8 << 20;

impl Case {
    /// Reads a case from RON text. `name` is the file's name for the error.
    pub fn parse(text: &str, name: &str) -> Result<Self, CaseError> {
        /// Only the version, so that a newer file is told apart from a broken one.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let wrong = |error: ron::error::SpannedError| CaseError::Syntax {
            file: name.to_owned(),
            line: error.span.start.line,
            column: error.span.start.col,
            problem: error.code.to_string(),
        };
        let version = migrate::reader()
            .from_str::<Head>(text)
            .ok()
            .map(|head| head.version);
        if let Some(version) = version
            && version > VERSION
        {
            let (line, column) = position_of(text, "version");
            return Err(CaseError::Newer {
                file: name.to_owned(),
                line,
                column,
                version,
            });
        }
        let case = match version {
            Some(0) => migrate::from_sheet(text).map_err(wrong)?,
            _ => migrate::reader().from_str(text).map_err(wrong)?,
        };
        case.checked(text, name)
    }

    /// Reads a case file.
    pub fn load(path: &Path) -> Result<Self, CaseError> {
        let name = path.display().to_string();
        let read = |problem: std::io::Error| CaseError::Read {
            file: name.clone(),
            problem: problem.to_string(),
        };
        let facts = std::fs::metadata(path).map_err(read)?;
        let length = facts.len();
        if !facts.is_file() {
            return Err(CaseError::Read {
                file: name,
                problem: "it is no ordinary file".to_owned(),
            });
        }
        if length > MAX_FILE {
            return Err(CaseError::Read {
                file: name,
                problem: format!("the file has {length} bytes, a case file has at most {MAX_FILE}"),
            });
        }
        let text = std::fs::read_to_string(path).map_err(read)?;
        Self::parse(&text, &name)
    }

    /// The case as RON text, in a form that reads well in a diff.
    pub fn to_ron(&self) -> String {
        let config = ron::ser::PrettyConfig::new()
            .depth_limit(4)
            .new_line("\n")
            .indentor("    ".to_owned());
        ron::ser::to_string_pretty(self, config).unwrap_or_default() + "\n"
    }

    /// Writes the case file so that at every moment either the old or the new file is there, whole.
    pub fn save(&self, path: &Path) -> Result<(), CaseError> {
        let failed = |problem: String| CaseError::Write {
            file: path.display().to_string(),
            problem,
        };
        let text = self.to_ron();
        // What cannot be read again is not written over what can.
        if let Err(problem) = Self::parse(&text, "the new file") {
            return Err(failed(problem.to_string()));
        }
        atomic::write(path, text.as_bytes()).map_err(|problem| failed(problem.to_string()))
    }

    /// Checks what the type system cannot: values with a fixed set of words.
    fn checked(self, text: &str, name: &str) -> Result<Self, CaseError> {
        if let Some(max) = &self.device.max_tls
            && crate::wire::tls::TlsVersion::parse(max).is_none()
        {
            let (line, column) = position_of(text, "max_tls");
            return Err(CaseError::Syntax {
                file: name.to_owned(),
                line,
                column,
                problem: format!("max_tls is {max:?}; it can be \"1.0\", \"1.1\", \"1.2\" or \"1.3\""),
            });
        }
        Ok(self)
    }
}

/// Line and column (from 1) of the first place where `word` stands.
fn position_of(text: &str, word: &str) -> (usize, usize) {
    let offset = text.find(word).unwrap_or(0);
    let before = text.get(..offset).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// Why a case could not be read or written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CaseError {
    /// The file cannot be read at all.
    #[error("{file}: cannot be read: {problem}")]
    Read {
        /// File.
        file: String,
        /// What the system says.
        problem: String,
    },
    /// The file is no valid case.
    #[error("{file}:{line}:{column}: {problem}")]
    Syntax {
        /// File.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// The file was written by a newer program.
    #[error(
        "{file}:{line}:{column}: version {version} was written by a newer ScanMedic; this one reads up to version {VERSION}"
    )]
    Newer {
        /// File.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The version found.
        version: u32,
    },
    /// The file cannot be written.
    #[error("{file}: cannot be written: {problem}")]
    Write {
        /// File.
        file: String,
        /// What the system says.
        problem: String,
    },
}
