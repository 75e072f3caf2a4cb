//! `scanmedic-gui [CASE]`: the door to the wizard without a console window.
//!
//! The wizard is part of `scanmedic`, so that it is on disk once; this starts it from beside itself.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::io::{self, Write as _};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let name = format!("scanmedic{}", std::env::consts::EXE_SUFFIX);
    let started = std::env::current_exe().and_then(|own| {
        let mut wizard = Command::new(own.with_file_name(&name));
        wizard
            .args(["gui", "--no-console"])
            .args(std::env::args_os().skip(1).take(1));
        become_it(wizard)
    });
    started.unwrap_or_else(|problem| {
        let _ = writeln!(
            io::stderr(),
            "scanmedic-gui: {name} does not start from beside this program: {problem}"
        );
        ExitCode::from(2)
    })
}

/// Turns this process into the wizard; comes back only where that fails.
#[cfg(unix)]
fn become_it(mut wizard: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(wizard.exec())
}

/// Runs the wizard without a console window, and ends as it ends.
#[cfg(not(unix))]
fn become_it(mut wizard: Command) -> io::Result<ExitCode> {
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt as _;
        /// Win32: a console program gets a console that has no window.
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        wizard.creation_flags(CREATE_NO_WINDOW);
    }
    let ended = wizard.status()?;
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
