//! The headless program.
