//! ScanMedic finds out why a copier's scan-to-email fails, proves it, and says how to fix it.
//!
//! `ARCHITECTURE.md` at the project's root is the map; data flows one way:
//! `case → (probe | listen | logs) → evidence → diagnose → remedy → (gui | cli | report)`.

pub mod case;
pub mod certainty;
pub mod cli;
pub mod diagnose;
pub mod evidence;
mod fonts;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod gate;
#[cfg(feature = "gui")]
pub mod gui;
pub mod knowledge;
pub mod lab;
pub mod listen;
pub mod logs;
mod packed;
pub mod probe;
pub mod remedy;
pub mod report;
pub mod secret;
pub mod session;
pub mod wire;
