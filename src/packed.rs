//! Files that are built into the program. The build script deflates them, since they would take two megabytes as they
//! are.

use std::io::Read as _;

/// Bytes of one file at most; far more than any of them has.
const LARGEST: u64 = 16 << 20;

/// A file that is built in.
#[derive(Debug, Clone, Copy)]
pub struct Packed {
    /// The file's name.
    pub name: &'static str,
    deflated: &'static [u8],
}

impl Packed {
    /// A file as the build script left it.
    pub const fn new(name: &'static str, deflated: &'static [u8]) -> Self {
        Self { name, deflated }
    }

    /// The text; damaged, which a build cannot be, it is empty or ends early.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// What the file holds; damaged it is empty or ends early.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut whole = flate2::read::DeflateDecoder::new(self.deflated).take(LARGEST);
        // What fails here fails at the parser, with the name of the file.
        let _ = whole.read_to_end(&mut bytes);
        bytes
    }
}

/// The files of a folder under `assets/`, by their names. Each is a static of its own, so that the linker can lay
/// these large pieces beside the small ones (`packaging/order.ld`).
macro_rules! packed {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$($crate::packed::Packed::new($name, {
            const FILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/", $folder, "/", $name));
            static PACKED: [u8; FILE.len()] = *include_bytes!(concat!(env!("OUT_DIR"), "/", $folder, "/", $name));
            &PACKED
        })),*]
    };
}
pub(crate) use packed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_out_as_they_stand_in_their_folders() {
        let assets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        let knowledge = crate::knowledge::built_in::files().map(|file| ("knowledge", file));
        let lab = crate::lab::EMBEDDED.iter().map(|file| ("lab", file));
        let fonts = crate::fonts::EMBEDDED.iter().map(|file| ("fonts", file));
        for (folder, file) in knowledge.chain(lab).chain(fonts) {
            let there = std::fs::read(assets.join(folder).join(file.name)).unwrap();
            assert!(file.bytes() == there, "{}", file.name);
        }
    }

    #[test]
    fn a_damaged_file_is_empty() {
        assert_eq!(Packed::new("x.ron", &[0x4b, 0xff, 0xff]).text(), "");
    }
}
