//! What may be typed: commands and options, each with its help.

mod casework;
mod device;
mod diagnose;
mod listen;
mod network;

pub use casework::{CaseCommand, KeepArg, ReportArgs, VerifyArgs, WriteArgs, YesNo};
pub use device::DeviceArgs;
pub use diagnose::DiagnoseArgs;
pub use listen::ListenArgs;
pub use network::{NetworkArgs, SignInArgs, sign_in_for};

use crate::case::Controller;
use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Finds out why a copier's scan-to-email fails, proves it, and says how to fix it.
#[derive(Debug, Parser)]
#[command(name = "scanmedic", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do; the wizard opens where nothing is said and a display exists
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder with knowledge files that add to or replace the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    pub knowledge: Option<PathBuf>,
    /// Say more on standard error
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the wizard
    Gui {
        /// Case file to open
        case: Option<PathBuf>,
        /// Nobody reads a console: say in a message box what goes wrong
        #[arg(long, hide = true)]
        no_console: bool,
    },
    /// Start the built-in lab on loopback, diagnose one scenario live, stop the lab
    Demo {
        /// Scenario; `scanmedic lab --list` names them
        scenario: Option<String>,
        /// Go the whole way: the fault, the fix applied in the lab, the repeated test
        #[arg(long)]
        fix: bool,
        /// Write the case with all that was found to this file
        #[arg(long, value_name = "CASE")]
        save: Option<PathBuf>,
        /// Reports to write
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Write the report of a case, as .md, .html, .pdf or .json
    Report(Box<ReportArgs>),
    /// Repeat the test that failed after the fix, and hold it against the fault on record in the case
    Verify(Box<VerifyArgs>),
    /// Show how a case stands, tick steps, add notes, pack it for a ticket
    Case {
        /// What to do with it
        #[command(subcommand)]
        command: CaseCommand,
    },
    /// Probe and read files, then diagnose
    Diagnose(Box<DiagnoseArgs>),
    /// Say offline what logs, transcripts, captures and bounces show
    Analyze {
        /// Files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Explain one reply line, a bounce text or a panel error code; `-` reads standard input
    Explain {
        /// The text
        #[arg(required = true)]
        text: Vec<String>,
        /// Maker of the device, for panel codes that several makers use
        #[arg(long)]
        vendor: Option<String>,
    },
    /// Say what a device on the network is
    Identify {
        /// Name or address
        address: String,
        /// Where and how to ask
        #[command(flatten)]
        ports: DeviceArgs,
    },
    /// Be the mail server that the copier is pointed at, and tell what it does
    Listen(Box<ListenArgs>),
    /// Show which TLS versions a server takes, with cipher and certificate
    Tls {
        /// HOST:PORT
        target: String,
        /// Speak SMTP first and ask for STARTTLS
        #[arg(long)]
        starttls: bool,
        /// Ask too which families of cipher suites it takes that old copiers need: five more connections
        #[arg(long)]
        ciphers: bool,
        /// Limits and detours
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Sign in with a device code and say what the access token is; the token itself is never shown
    Token {
        /// Account that shall send
        #[arg(long, value_name = "U")]
        user: Option<String>,
        /// Mail server for which the token is meant; that of the first authority known where not given
        #[arg(long, value_name = "HOST")]
        server: Option<String>,
        /// Where to sign in
        #[command(flatten)]
        sign_in: SignInArgs,
        /// Limits and detours
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Say what a firmware version is, and whether it can do TLS 1.2 for e-mail
    Firmware {
        /// Model, such as `WorkCentre 7845`
        model: String,
        /// Version as the device writes it
        version: String,
        /// Check this downloaded package (.DLM or .zip) offline: is it whole, and for this device?
        #[arg(long, value_name = "FILE")]
        package: Option<PathBuf>,
        /// Controller of the device: the packages differ
        #[arg(long, value_enum)]
        controller: Option<ControllerArg>,
    },
    /// Run a lab scenario until interrupted, or list them
    Lab {
        /// Scenario
        scenario: Option<String>,
        /// List the scenarios
        #[arg(long)]
        list: bool,
        /// Press Scan on a simulated copier instead: healthy, old-tls, wrong-clock, refuses-unknown-roots, plain, …
        #[arg(long, value_name = "NAME", requires = "at")]
        copier: Option<String>,
        /// Where that copier sends to
        #[arg(long, value_name = "ADDR:PORT", requires = "copier")]
        at: Option<SocketAddr>,
        /// Name under which the copier knows that server, for its certificate
        #[arg(long, value_name = "HOST", default_value = "scanmedic.invalid")]
        host: String,
    },
    /// Work on the knowledge files
    Knowledge {
        /// What to do with them
        #[command(subcommand)]
        command: KnowledgeCommand,
    },
}

/// Which controller drives the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ControllerArg {
    /// The device's own
    BuiltIn,
    /// A separate print server
    Fiery,
}

impl From<ControllerArg> for Controller {
    fn from(arg: ControllerArg) -> Self {
        match arg {
            ControllerArg::BuiltIn => Self::BuiltIn,
            ControllerArg::Fiery => Self::Fiery,
        }
    }
}

/// What can be done with knowledge files.
#[derive(Debug, Subcommand)]
pub enum KnowledgeCommand {
    /// Find faults in the built-in files, or in the files of a folder laid over them
    Check {
        /// Folder
        dir: Option<PathBuf>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
