//! What goes out of the wizard, and what comes back.

use super::practice::{Item, Order, Stage};
use super::report::{Job, Made};
use crate::case::Case;
use crate::listen::{Hearing, Place};
use crate::report::brand::Logo;
use crate::session::{Command, Rows};
use std::net::IpAddr;
use std::path::PathBuf;

/// What the program around the wizard shall do.
#[derive(Debug)]
pub enum Effect {
    /// Ask the engine.
    Send(Command),
    /// Ask the lab.
    Lab(Order),
    /// Let a person choose files.
    Pick(Pick),
    /// Read a case.
    Load(PathBuf),
    /// Write a case.
    Save(PathBuf, Box<Case>),
    /// Put a case that has no file aside; nothing any more where none.
    Aside(Option<Box<Case>>),
    /// Tell this computer's addresses, the best for this device first.
    Places(Option<IpAddr>),
    /// Open a file's rows; the first is its name in the case.
    Rows(PathBuf, PathBuf),
    /// Write what was heard.
    KeepHearing(PathBuf, Box<Hearing>),
    /// Read the house's logo.
    Logo(PathBuf),
    /// Make a report.
    Report(Box<Job>),
    /// Put on the clipboard.
    Copy(String),
    /// Close the window.
    Close,
}

/// What files are chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// A case to open.
    Case,
    /// Where to write the case.
    SaveAs,
    /// Evidence.
    Evidence,
    /// Where to keep what was heard.
    Hearing,
    /// The house's logo.
    Logo,
    /// Where to write the report.
    Report,
    /// Where to pack everything.
    Bundle,
}

/// What came of an effect.
#[derive(Debug)]
pub enum Answer {
    /// Files were chosen; none where the dialog was left.
    Picked(Pick, Vec<PathBuf>),
    /// This system has no dialog for files.
    NoPicker(Pick),
    /// A case was read.
    Loaded(PathBuf, Result<Box<Case>, String>),
    /// A case was written.
    Saved(PathBuf, Box<Case>, Result<(), String>),
    /// This computer's addresses.
    Places(Vec<Place>),
    /// A file's rows are open, or why not.
    Rows(PathBuf, Result<Rows, String>),
    /// What was heard is kept.
    HearingKept(PathBuf, Result<(), String>),
    /// The house's logo was read, or why not.
    Logo(PathBuf, Result<Logo, String>),
    /// A report was made, or why not.
    Report(Result<Made, String>),
    /// What the lab can play.
    Scenarios(Result<Vec<Item>, String>),
    /// A scenario's world stands, or why not.
    Played(u64, Result<Box<Stage>, String>),
}
