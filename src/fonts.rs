//! Inter in three weights, for the wizard and for reports.

use crate::packed::{Packed, packed};
use std::sync::OnceLock;

/// The files; their order is that of [`Inter`].
pub const EMBEDDED: &[Packed] =
    packed!["fonts": "Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf"];

/// One weight of Inter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inter {
    /// For text.
    Regular,
    /// For labels.
    Medium,
    /// For headings.
    SemiBold,
}

impl Inter {
    /// The OpenType file, inflated once; empty where it is damaged, which a build cannot be.
    pub fn bytes(self) -> &'static [u8] {
        static INFLATED: [OnceLock<Vec<u8>>; 3] = [const { OnceLock::new() }; 3];
        let place = self as usize;
        let (Some(inflated), Some(file)) = (INFLATED.get(place), EMBEDDED.get(place)) else {
            return &[];
        };
        inflated.get_or_init(|| file.bytes())
    }
}
