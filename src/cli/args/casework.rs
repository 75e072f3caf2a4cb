//! Options of the commands that work on a case and its report.

use super::DiagnoseArgs;
use super::network::seconds;
use clap::{Args, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What can be done with a case file.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Show the status, the steps with their ticks, and the notes
    Show {
        /// Case file
        case: PathBuf,
    },
    /// Tick steps of the plan
    Done {
        /// Case file
        case: PathBuf,
        /// Numbers or keys of steps, as `case show` lists them
        steps: Vec<String>,
        /// Take the ticks away
        #[arg(long)]
        undo: bool,
        /// All that is needed was carried out; `verify` has to prove it
        #[arg(long)]
        all: bool,
    },
    /// Add a note
    Note {
        /// Case file
        case: PathBuf,
        /// The note
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Pack the case, its report and its evidence into one archive for a ticket
    Bundle(Box<BundleArgs>),
}

/// Options of `case bundle`.
#[derive(Debug, Clone, Args)]
pub struct BundleArgs {
    /// Case file
    pub case: PathBuf,
    /// The archive to write, a .zip file
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Open evidence files outside the case's folder too
    #[arg(long)]
    pub trust_paths: bool,
    /// What is replaced in it
    #[command(flatten)]
    pub write: WriteArgs,
}

/// Options of `verify`: those of `diagnose`, which say what was changed by the fix.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Hear one scan of the copier itself: wait at this address for it to send
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// How long to wait for it
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, value_parser = seconds, requires = "listen")]
    pub wait: f64,
    /// Whether a scan that the copier sent to a real recipient arrived
    #[arg(long, value_enum)]
    pub arrived: Option<YesNo>,
    /// The case and what the fix changed in it; the case file is written back unless --save names another
    #[command(flatten)]
    pub diagnose: DiagnoseArgs,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// Yes
    Yes,
    /// No
    No,
}

/// What a report may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeepArg {
    /// Account names, people, mail addresses
    Accounts,
    /// Addresses of the network
    Addresses,
    /// Names of machines, domains and organisations
    Hosts,
    /// Serial numbers and hardware addresses
    Serials,
}

/// Which reports are written, and for whom.
#[derive(Debug, Clone, Default, Args)]
pub struct WriteArgs {
    /// Write the report of this run; .md, .html, .pdf or .json; may be repeated
    #[arg(long, value_name = "FILE")]
    pub report: Vec<PathBuf>,
    /// Leave names, addresses and serial numbers in the report
    #[arg(long)]
    pub no_redact: bool,
    /// Leave only these in the report, separated by commas
    #[arg(
        long,
        value_enum,
        value_name = "WHAT,…",
        value_delimiter = ',',
        conflicts_with = "no_redact"
    )]
    pub keep: Vec<KeepArg>,
    /// Name, logo and colour for the report: a RON file such as (name: "…", accent: "#1f5fbf", logo: "logo.png")
    #[arg(long, value_name = "FILE", env = "SCANMEDIC_BRAND")]
    pub brand: Option<PathBuf>,
    /// Whom the report is for
    #[arg(long, value_name = "NAME")]
    pub customer: Option<String>,
    /// Who did the work
    #[arg(long, value_name = "NAME")]
    pub technician: Option<String>,
}

/// Options of `report`: those of `diagnose`. A case that holds a finding is reported as it stands; otherwise, and
/// where something is typed that changes it, it is diagnosed from its files alone, or live with `--live`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Where to write it; the ending decides the format; may be repeated
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Write nothing; show what is hidden in the report, and what stands for it
    #[arg(long, conflicts_with = "output")]
    pub preview: bool,
    /// Run the probes as well
    #[arg(long, conflicts_with = "offline")]
    pub live: bool,
    /// The case and what overrules it
    #[command(flatten)]
    pub diagnose: DiagnoseArgs,
}
