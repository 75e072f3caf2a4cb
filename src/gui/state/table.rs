//! The Evidence step's table: what it shows, what is looked for, and the file whose rows are open.

use crate::evidence::Evidence;
use crate::gate::Gate;
use crate::session::Rows;
use crate::session::rows::{Filter, Hits, Level};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// All about the table.
#[derive(Debug, Default)]
pub struct Table {
    /// Words that a row holds.
    pub search: String,
    /// Faults only.
    pub faults: bool,
    /// Only this gate.
    pub gate: Option<Gate>,
    /// Only this time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Where a drag over the time line began.
    pub dragged: Option<f64>,
    /// The piece of evidence that is marked, by id.
    pub marked: Option<String>,
    /// Bring it into sight once.
    pub reveal: bool,
    /// The file whose rows are shown; all that is known where none.
    pub file: Option<PathBuf>,
    /// The line to go to once they are open.
    pub wanted: Option<String>,
    /// Its rows, once they are open.
    pub opened: Option<Opened>,
    /// Why they could not be opened.
    pub problem: Option<String>,
}

/// Where a long list stands: the number of the topmost row, with a part of a row behind the point.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scroll {
    /// Topmost row.
    pub top: f64,
}

/// A file whose rows can be shown.
#[derive(Debug)]
pub struct Opened {
    /// The file as the case names it.
    pub path: PathBuf,
    /// Its rows.
    pub rows: Rows,
    /// What is looked for in them.
    pub filter: Filter,
    /// The rows found; all rows where nothing is looked for.
    pub hits: Option<Hits>,
    /// Where the list stands.
    pub scroll: Scroll,
    /// The row that is marked.
    pub marked: Option<u64>,
    /// A source such as `audit.txt, line 12` to go to once it is found.
    pub wanted: Option<String>,
}

impl Table {
    /// What is looked for, as the rows of a file understand it.
    pub fn filter(&self) -> Filter {
        Filter {
            text: self.search.trim().to_owned(),
            level: self.faults.then_some(Level::Fault),
            gate: self.gate,
            from: self.span.map(|(from, _)| from),
            to: self.span.map(|(_, to)| to),
        }
    }

    /// Whether a piece of evidence is among what is looked for; `text` is all that its row says.
    pub fn passes(&self, item: &Evidence, text: &str) -> bool {
        let text = text.to_lowercase();
        let words = self.search.to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
            && self.gate.is_none_or(|gate| item.gate == gate)
            && (!self.faults || is_fault(item))
            && self
                .span
                .is_none_or(|(from, to)| item.at.is_some_and(|at| at >= from && at <= to))
    }

    /// Whether anything is looked for.
    pub fn narrowed(&self) -> bool {
        !self.filter().is_empty()
    }
}

/// Whether a piece of evidence speaks of something that went wrong.
pub fn is_fault(item: &Evidence) -> bool {
    crate::logs::is_failure(&item.fact)
}

/// The file of a case that a source such as `audit.txt.gz, line 12` names; an archive where no name fits.
pub fn file_of<'a>(files: &'a [PathBuf], source: &str) -> Option<&'a PathBuf> {
    let (name, _) = source
        .rsplit_once(", line ")
        .or_else(|| source.rsplit_once(", stream "))?;
    let named = |path: &&PathBuf| {
        path.file_name()
            .is_some_and(|file| name.starts_with(&*file.to_string_lossy()))
    };
    let archive = |path: &&PathBuf| {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        matches!(ending.as_deref(), Some("zip" | "gz"))
    };
    files.iter().find(named).or_else(|| files.iter().find(archive))
}

/// A path's last part, for people.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_leads_to_its_file_and_a_probe_to_none() {
        let files = [PathBuf::from("logs/smtp.log"), PathBuf::from("audit.zip")];
        assert_eq!(file_of(&files, "smtp.log, line 3"), Some(&files[0]));
        assert_eq!(file_of(&files, "auditfile.txt, line 9"), Some(&files[1]));
        assert_eq!(file_of(&files, "greet"), None);
    }
}
