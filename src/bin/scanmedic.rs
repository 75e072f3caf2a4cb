//! `scanmedic`: the command-line program.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "gui")]
    let wizard: Option<scanmedic::cli::Wizard> = Some(scanmedic::gui::run);
    #[cfg(not(feature = "gui"))]
    let wizard = None;
    scanmedic::cli::run(wizard)
}
