//! The real program, run in a folder of its own.

use std::path::Path;
use std::process::{Command, Output};

/// The program as nobody has set it up: no password and no brand from whoever runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanmedic"));
    command
        .env_remove("SCANMEDIC_PASSWORD")
        .env_remove("SCANMEDIC_BRAND");
    command
}

/// Runs it in a folder to its end.
#[expect(clippy::expect_used, reason = "a helper of tests")]
pub fn scanmedic(folder: &Path, arguments: &[&str]) -> Output {
    program()
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the program runs")
}
