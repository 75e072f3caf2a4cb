//! `scanmedic`: the command-line program.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "gui")]
    let wizard: Option<fn(Option<std::path::PathBuf>) -> Result<(), String>> = Some(scanmedic::gui::run);
    #[cfg(not(feature = "gui"))]
    let wizard = None;
    scanmedic::cli::run(wizard)
}
