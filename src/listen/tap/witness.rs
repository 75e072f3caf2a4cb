//! What the tap tells of the bytes that it passes on.

use crate::listen::observation::Seen;

/// What a portion of bytes showed.
#[derive(Debug, Default)]
pub struct Witness {
    /// What is told.
    pub seen: Vec<Seen>,
    /// The real server's certificates, where its chain was among the bytes.
    pub chain: Vec<Vec<u8>>,
}
