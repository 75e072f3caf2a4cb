//! What goes out of the wizard, and what comes back.

use super::practice::{Item, Order, Stage};
use crate::case::Case;
use crate::session::Command;
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
}

/// What came of an effect.
#[derive(Debug)]
pub enum Answer {
    /// Files were chosen; none where the dialog was left.
    Picked(Pick, Vec<PathBuf>),
    /// A case was read.
    Loaded(PathBuf, Result<Box<Case>, String>),
    /// A case was written.
    Saved(PathBuf, Box<Case>, Result<(), String>),
    /// What the lab can play.
    Scenarios(Result<Vec<Item>, String>),
    /// A scenario's world stands, or why not.
    Played(u64, Result<Box<Stage>, String>),
}
