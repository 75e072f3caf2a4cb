//! What stands around the steps: the rail, the bar at the bottom, dialogs, the keyboard.

pub mod bar;
pub mod dialogs;
pub mod drops;
mod help;
pub mod keys;
mod mark;
pub mod rail;
pub mod toast;
