//! ScanMedic's wizard: `scanmedic-gui [CASE]`.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let case = std::env::args_os().nth(1).map(PathBuf::from);
    match scanmedic::gui::run(case) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tell(&problem);
            ExitCode::from(2)
        }
    }
}

/// Says why there is no window. On Windows nobody sees standard error, so the system's own message box says it;
/// that needs no OpenGL.
fn tell(problem: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "scanmedic-gui: {problem}");
    #[cfg(windows)]
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("ScanMedic")
        .set_description(problem)
        .show();
}
