//! The headless program: what was typed, what it means, the work, the exit code.

#![expect(clippy::print_stderr, reason = "printing is this room's job")]

mod args;
mod casework;
mod diagnose;
mod firmware;
mod lab;
mod listen;
mod meter;
mod offline;
mod password;
mod print;
mod probing;
mod report;
mod sign_in;
mod verify;
mod whole_way;
mod write;

use crate::knowledge::Knowledge;
use args::{Cli, Command, KnowledgeCommand};
use clap::Parser;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The wizard, where this build has one.
#[derive(Debug, Clone, Copy)]
pub struct Wizard {
    /// Opens it, with a case where one is named; ends with it.
    pub open: fn(Option<PathBuf>) -> Result<(), String>,
    /// Tells a problem to somebody who has no console to read it from.
    pub tell: fn(&str),
}

/// The exit codes of the contract.
mod exit {
    /// No fault found.
    pub const NO_FAULT: u8 = 0;
    /// A fault was diagnosed.
    pub const FAULT: u8 = 1;
    /// Usage, or input that cannot be read.
    pub const USAGE: u8 = 2;
    /// Nothing certain.
    pub const INCONCLUSIVE: u8 = 3;
    /// Stopped from the keyboard.
    pub const INTERRUPTED: u8 = 130;
}

/// Why a command could not be carried out: what, where, and how to mend it.
struct Failure(String);

impl<T: std::fmt::Display> From<T> for Failure {
    fn from(problem: T) -> Self {
        Self(problem.to_string())
    }
}

/// How a command ends.
type Outcome = Result<u8, Failure>;

/// Runs the program; `wizard` opens the wizard where this build has one.
pub fn run(wizard: Option<Wizard>) -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli, wizard) {
        Ok(code) => ExitCode::from(code),
        Err(Failure(message)) => {
            eprintln!("scanmedic: {message}");
            ExitCode::from(exit::USAGE)
        }
    }
}

fn dispatch(cli: Cli, wizard: Option<Wizard>) -> Outcome {
    let json = cli.json;
    let Some(command) = cli.command else {
        return open_wizard(None, false, wizard);
    };
    match command {
        Command::Gui { case, no_console } => open_wizard(case, no_console, wizard),
        Command::Knowledge {
            command: KnowledgeCommand::Check { dir },
        } => offline::check(dir.as_deref(), json),
        Command::Lab {
            copier: Some(copier),
            at: Some(at),
            host,
            ..
        } => lab::press_scan(&copier, at, &host, json),
        Command::Lab { scenario, list, .. } => match scenario {
            Some(id) if !list => lab::play(&id),
            _ => lab::show(json),
        },
        other => {
            let knowledge = Arc::new(load(cli.knowledge.as_deref())?);
            match other {
                Command::Explain { text, vendor } => {
                    offline::explain(&text, vendor.as_deref(), &knowledge, json)
                }
                Command::Firmware {
                    model,
                    version,
                    package,
                    controller,
                } => {
                    let device = (
                        model.as_str(),
                        version.as_str(),
                        controller.map(Into::into).unwrap_or_default(),
                    );
                    firmware::run(device, package.as_deref(), &knowledge, json)
                }
                Command::Analyze { files } => offline::analyze(&files, knowledge, json, cli.verbose),
                Command::Identify { address, ports } => {
                    probing::identify(address, password::device_ports(&ports)?, knowledge, json)
                }
                Command::Listen(args) => listen::run(&args, knowledge, json),
                Command::Tls {
                    target,
                    starttls,
                    ciphers,
                    network,
                } => probing::tls(&target, starttls, ciphers, &network, knowledge, json),
                Command::Token {
                    user,
                    server,
                    sign_in,
                    network,
                } => sign_in::run(user, server, &sign_in, &network, knowledge, json),
                Command::Demo {
                    scenario,
                    fix,
                    save,
                    write,
                } => {
                    let show = lab::Show {
                        write: &write,
                        save: save.as_deref(),
                        json,
                        verbose: cli.verbose,
                    };
                    if fix {
                        whole_way::demo(scenario.as_deref(), &show, &knowledge)
                    } else {
                        lab::demo(scenario.as_deref(), &show, &knowledge)
                    }
                }
                Command::Report(args) => report::run(&args, &knowledge, json, cli.verbose),
                Command::Verify(args) => verify::run(&args, &knowledge, json, cli.verbose),
                Command::Case { command } => casework::run(&command, &knowledge, json),
                Command::Diagnose(args) => diagnose::run(&args, &knowledge, json, cli.verbose),
                Command::Gui { .. } | Command::Knowledge { .. } | Command::Lab { .. } => Ok(exit::USAGE),
            }
        }
    }
}

/// The built-in knowledge, with a folder's laid over it.
fn load(folder: Option<&Path>) -> Result<Knowledge, Failure> {
    let mut knowledge = Knowledge::embedded();
    if let Some(folder) = folder {
        knowledge.overlay(folder)?;
    }
    Ok(knowledge)
}

fn open_wizard(case: Option<PathBuf>, no_console: bool, wizard: Option<Wizard>) -> Outcome {
    let how_on =
        "on the command line go on with `scanmedic demo`, `scanmedic diagnose --help` or `scanmedic --help`";
    let Some(wizard) = wizard else {
        return Err(Failure(format!("this build has no wizard; {how_on}")));
    };
    if !display_exists() {
        return Err(Failure(format!(
            "there is no display to open the wizard on; {how_on}"
        )));
    }
    // On Windows the wizard would hold the console's window open as long as it runs.
    if cfg!(windows) && !no_console && start_without_console(case.as_deref()) {
        return Ok(exit::NO_FAULT);
    }
    (wizard.open)(case).map_err(|problem| {
        let problem = format!("the wizard cannot open: {problem}; {how_on}");
        if no_console {
            (wizard.tell)(&problem);
        }
        Failure(problem)
    })?;
    Ok(exit::NO_FAULT)
}

/// Starts the wizard by its own door, which is installed beside this program, and does not wait for it; whether
/// that went well.
fn start_without_console(case: Option<&Path>) -> bool {
    let door = format!("scanmedic-gui{}", std::env::consts::EXE_SUFFIX);
    std::env::current_exe().is_ok_and(|own| {
        let mut wizard = std::process::Command::new(own.with_file_name(door));
        wizard.args(case).spawn().is_ok()
    })
}

/// On Windows and macOS there always is a display; elsewhere the session says so.
fn display_exists() -> bool {
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()))
}

/// Prints the one JSON document.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    // Written piece by piece: the answer on a large capture is long.
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match serde_json::to_writer_pretty(&mut out, value) {
        Err(problem) if !problem.is_io() => return Err(problem.into()),
        // A reader that has gone away is no fault.
        _ => {
            let _ = out.write_all(b"\n").and_then(|()| out.flush());
        }
    }
    Ok(())
}

/// Prints to standard output; a reader that has gone away is no fault.
fn print_text(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
