//! Pieces that the screens share.

pub mod brand;
pub mod button;
pub mod card;
pub mod field;
pub mod grid;
pub mod icon;
pub mod long_list;
pub mod markdown;
pub mod progress;
pub mod prose;
pub mod send_path;
pub mod tag;
