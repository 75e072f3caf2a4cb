//! Writing a file so that at every moment either the old or the new one is there, whole.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path` by way of a file beside it. A kill at any moment leaves the old or the new file.
/// A link is followed, and the permissions of a file that is there already are kept.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut file = beside(&folder)?;
    file.write_all(bytes)?;
    if let Ok(old) = std::fs::metadata(&target) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&target).map_err(|failed| failed.error)?;
    // The new name itself has to reach the disk as well; not every file system can be asked for it.
    if cfg!(unix)
        && let Ok(folder) = std::fs::File::open(&folder)
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// An empty file in the folder, with the permissions that a new file commonly gets.
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".scanmedic-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
