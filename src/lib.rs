//! ScanMedic finds out why a copier's scan-to-email fails, proves it, and says how to fix it.
//!
//! `ARCHITECTURE.md` at the project's root is the map; data flows one way:
//! `case → (probe | listen | logs) → evidence → diagnose → remedy → (gui | cli | report)`.

pub mod case;
pub mod certainty;
pub mod evidence;
pub mod gate;
pub mod knowledge;
pub mod secret;
pub mod wire;
