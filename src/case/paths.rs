//! Evidence files of a case: relative to the case file, and inside its folder unless a person says otherwise.

use super::Case;
use std::path::{Component, Path, PathBuf};

/// Why an evidence file of a case is not opened without asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// It begins at the root of a disk or names another computer.
    Absolute,
    /// It climbs out of the case's folder.
    Climbs,
    /// It is a link that leads out of the case's folder.
    Link,
}

impl Outside {
    /// The words.
    pub const fn why(&self) -> &'static str {
        match self {
            Self::Absolute => "it does not begin at the case's folder",
            Self::Climbs => "it leads out of the case's folder",
            Self::Link => "it is a link out of the case's folder",
        }
    }
}

/// Whether a path of a case stays in the case's folder; judged the same way on every system, so that a
/// case made on one is safe on another.
pub fn judge(folder: &Path, path: &Path) -> Result<(), Outside> {
    let text = path.to_string_lossy();
    let drive = text.as_bytes().get(1) == Some(&b':');
    if path.is_absolute() || text.starts_with(['/', '\\']) || drive {
        return Err(Outside::Absolute);
    }
    let climbs = path
        .components()
        .any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
        || text.split(['/', '\\']).any(|part| part == "..");
    if climbs {
        return Err(Outside::Climbs);
    }
    // Only what is there can be a link; what is missing is told when it is read.
    let (Ok(whole), Ok(home)) = (folder.join(path).canonicalize(), folder.canonicalize()) else {
        return Ok(());
    };
    if whole.starts_with(home) {
        Ok(())
    } else {
        Err(Outside::Link)
    }
}

impl Case {
    /// The evidence files that lead out of the case's folder, with the reason.
    pub fn outside(&self, folder: &Path) -> Vec<(PathBuf, Outside)> {
        let judged = self.files.iter().map(|path| (path, judge(folder, path)));
        judged
            .filter_map(|(path, verdict)| Some((path.clone(), verdict.err()?)))
            .collect()
    }

    /// Writes the paths of evidence files inside `folder` as the case file wants them: relative, with `/`.
    pub fn make_relative(&mut self, folder: &Path) {
        let home = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        for file in &mut self.files {
            if !file.is_absolute() {
                continue;
            }
            let whole = file.canonicalize().unwrap_or_else(|_| file.clone());
            if let Ok(inner) = whole.strip_prefix(&home) {
                let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
                *file = PathBuf::from(parts.join("/"));
            }
        }
    }
}
