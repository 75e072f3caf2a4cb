//! Deflates the texts and fonts that are built in, and gives the Windows programs their icon, version and manifest.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;

const ICON: &str = "assets/icon/scanmedic.ico";
const MANIFEST: &str = "wix/scanmedic.manifest";
/// Folders that `src/packed.rs` reads.
const PACKED: [&str; 4] = ["fonts", "knowledge", "lab", "text"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in ["build.rs", ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={file}");
    }
    for folder in PACKED {
        pack(folder)?;
    }
    // For columns, and for the signs of egui's own widgets.
    #[cfg(feature = "gui")]
    {
        use epaint_default_fonts::{EGUI_ICONS, HACK_REGULAR};
        let fonts = Path::new(&std::env::var("OUT_DIR")?).join("fonts");
        std::fs::write(fonts.join("Hack-Regular.ttf"), deflate(HACK_REGULAR)?)?;
        std::fs::write(fonts.join("egui-icons.ttf"), deflate(EGUI_ICONS)?)?;
    }
    if std::env::var("CARGO_CFG_TARGET_OS")? != "windows" {
        return Ok(());
    }
    winresource::WindowsResource::new()
        .set_icon(ICON)
        .set_manifest_file(MANIFEST)
        .set("ProductName", "ScanMedic")
        .set("FileDescription", "ScanMedic")
        .set("CompanyName", "ScanMedic maintainers")
        .set("LegalCopyright", "MIT or Apache-2.0")
        .compile()?;
    Ok(())
}

/// Deflates every file of a folder under `assets/`, licences aside, into a file of the same name.
fn pack(folder: &str) -> Result<(), Box<dyn Error>> {
    let from = Path::new("assets").join(folder);
    let to = Path::new(&std::env::var("OUT_DIR")?).join(folder);
    println!("cargo::rerun-if-changed={}", from.display());
    std::fs::create_dir_all(&to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path
            .file_name()
            .filter(|_| path.extension().is_some_and(|ending| ending != "txt"))
        else {
            continue;
        };
        std::fs::write(to.join(name), deflate(&std::fs::read(&path)?)?)?;
    }
    Ok(())
}

fn deflate(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    packed.finish()
}
