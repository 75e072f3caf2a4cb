//! `scanmedic`: the command-line program, with the wizard in it.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(feature = "gui")]
    let wizard = Some(scanmedic::cli::Wizard {
        open: scanmedic::gui::run,
        tell: scanmedic::gui::tell,
    });
    #[cfg(not(feature = "gui"))]
    let wizard = None;
    scanmedic::cli::run(wizard)
}
