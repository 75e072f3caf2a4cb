//! The engine: commands in, events out. The only door of the command line and the wizard to the work.
//!
//! Commands and events are plain enums on bounded channels; each run carries an id, so that a late
//! answer of a stopped run can be told from one of the present run.

mod copier;
mod engine;
mod finding;
mod judge;
mod outlet;
mod record;
mod run;
pub mod tables;

pub use crate::knowledge::Knowledge;
pub use crate::listen::{ListenOptions, Observation};
pub use crate::logs::rows::{self, Rows};
pub use crate::logs::{FileReport, Reading};
pub use crate::probe::tls_scan::TlsScan;
pub use crate::probe::{DevicePorts, Request};
pub use copier::Copier;
pub use finding::{Finding, ProbeReport};
pub use record::{Record, Row};

use crate::probe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::sync::mpsc::Sender;

/// Numbers a run; chosen by the asker.
pub type RunId = u64;

/// What the engine can be asked to do.
#[derive(Debug)]
pub enum Command {
    /// Probe, read the case's files, diagnose.
    Diagnose {
        /// Number of the run.
        run: RunId,
        /// What to do.
        request: Box<probe::Request>,
        /// Read files only; touch no network.
        offline: bool,
        /// Folder against which the case's files are taken.
        folder: PathBuf,
    },
    /// Repeat the test that failed, after the fix, and hold it against the fault on record in the case.
    Verify {
        /// Number of the run.
        run: RunId,
        /// What to do; the case in it holds the fault and the settings as they stand now.
        request: Box<probe::Request>,
        /// Folder against which the case's files are taken.
        folder: PathBuf,
        /// What the copier itself was heard to do by the listener.
        heard: Vec<Observation>,
        /// Whether a person saw a scan of the copier arrive.
        arrived: Option<bool>,
    },
    /// Stop the present run at once.
    Cancel,
    /// Ask a device what it is.
    Identify {
        /// Number of the run.
        run: RunId,
        /// Name or address.
        address: String,
        /// Where to ask.
        ports: probe::DevicePorts,
    },
    /// Ask a server which TLS versions it takes.
    ScanTls {
        /// Number of the run.
        run: RunId,
        /// Host.
        host: String,
        /// Port.
        port: u16,
        /// Speak SMTP first and ask for STARTTLS.
        starttls: bool,
        /// Ask for the families of cipher suites too.
        ciphers: bool,
        /// Limits, detours and trust roots; its case is not looked at.
        request: Box<probe::Request>,
    },
    /// Get an access token and tell what it is; the token itself is thrown away.
    SignIn {
        /// Number of the run.
        run: RunId,
        /// Where to sign in, as whom, and the limits; nothing else of it is looked at.
        request: Box<probe::Request>,
    },
    /// Be the mail server, until cancelled.
    Listen {
        /// Number of the run.
        run: RunId,
        /// How.
        options: Box<ListenOptions>,
    },
    /// From now on an interrupt from the keyboard stops the present run.
    StopOnInterrupt,
    /// End the engine.
    Shutdown,
}

/// What the engine tells.
#[derive(Debug, Clone)]
pub enum Event {
    /// A probe was planned, began or ended.
    Probe(RunId, probe::Update),
    /// One of the case's files is being read: its path, bytes read, of how many.
    Reading(RunId, PathBuf, u64, u64),
    /// One of the case's files was read.
    FileRead(RunId, Arc<Reading>),
    /// The run is over; this is what was found.
    Diagnosed(RunId, Box<Finding>),
    /// The repeated test is over; this is how it ended.
    Verified(RunId, Box<Verified>),
    /// What a device is.
    Identified(RunId, Box<serde_json::Value>),
    /// What a server's TLS is.
    TlsScanned(RunId, Box<TlsScan>),
    /// A person has to enter a code in a browser for the run to go on.
    EnterCode(RunId, Box<probe::sign_in::Prompt>),
    /// What the access token is that the sign-in brought.
    SignedIn(RunId, Box<probe::token::TokenReading>),
    /// Why the sign-in brought no token.
    NotSignedIn(RunId, Box<probe::sign_in::NoToken>),
    /// What a client of the listener did.
    Heard(RunId, Box<Observation>),
    /// The run was stopped.
    Cancelled(RunId),
    /// The run could not be done; the text says what, where and how to mend it.
    Failed(RunId, String),
}

/// A repeated test: the judgement, and the finding that it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The judgement, to be kept in the case.
    pub verification: crate::case::Verification,
    /// What the repeated test found.
    pub finding: Finding,
}

/// Commands that may wait for the engine.
const COMMANDS: usize = 64;
/// Events that may wait for a slow listener before the engine waits for it.
const EVENTS: usize = 1024;

/// A running engine. Dropping it ends the engine.
#[derive(Debug)]
pub struct Session {
    commands: Sender<Command>,
}

impl Session {
    /// Starts the engine on its own threads. `wake` is called after every event, from any thread.
    pub fn start(
        knowledge: Arc<Knowledge>,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> (Self, Receiver<Event>) {
        let (events, heard) = sync_channel(EVENTS);
        let (commands, orders) = tokio::sync::mpsc::channel(COMMANDS);
        let outlet = outlet::Outlet::new(events, Arc::new(wake));
        let failed = outlet.clone();
        let started = std::thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || engine::run(orders, &outlet, &knowledge));
        if let Err(problem) = started {
            failed.tell(Event::Failed(
                0,
                format!("the engine cannot start a thread: {problem}"),
            ));
        }
        (Self { commands }, heard)
    }

    /// Asks the engine to do something; never blocks. A flood of commands is cut off at the bound.
    pub fn send(&self, command: Command) {
        let _ = self.commands.try_send(command);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.commands.try_send(Command::Shutdown);
    }
}
