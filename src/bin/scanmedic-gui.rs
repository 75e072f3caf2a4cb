//! ScanMedic's wizard: `scanmedic-gui [CASE]`.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let case = std::env::args_os().nth(1).map(PathBuf::from);
    match scanmedic::gui::run(case) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "scanmedic-gui: {problem}");
            ExitCode::from(2)
        }
    }
}
