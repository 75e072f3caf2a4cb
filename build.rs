//! Deflates the texts and fonts that are built in, gives the Windows programs their icon, version and manifest, and has
//! the Linux program laid out so that a test takes little memory.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

const ICON: &str = "assets/icon/scanmedic.ico";
const MANIFEST: &str = "wix/scanmedic.manifest";
const ORDER: &str = "packaging/order.ld";
/// Folders that `src/packed.rs` reads.
const PACKED: [&str; 4] = ["fonts", "knowledge", "lab", "text"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in ["build.rs", ICON, MANIFEST, ORDER] {
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
    lay_out()?;
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

/// Has the linker lay side by side what a test of the send path touches: the list of `packaging/order.py`, which holds
/// for release builds on this platform. Another linker than rustc's own may not know the script and goes without.
fn lay_out() -> Result<(), Box<dyn Error>> {
    let usual = std::env::var_os("RUSTC_LINKER").is_none()
        && !std::env::var("CARGO_ENCODED_RUSTFLAGS")?.contains("link");
    let ours = std::env::var("TARGET")? == "x86_64-unknown-linux-gnu"
        && std::env::var("HOST")? == std::env::var("TARGET")?
        && std::env::var("PROFILE")? == "release";
    let order = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join(ORDER);
    if !usual || !ours || order.metadata().map_or(0, |file| file.len()) == 0 {
        return Ok(());
    }
    println!("cargo::rustc-link-arg-bin=scanmedic=-T{}", order.display());
    if glibc_minor().is_some_and(|minor| minor >= 36) {
        // A loader before 2.36 does not know packed relocations; three megabytes of plain ones are read at each start.
        println!("cargo::rustc-link-arg-bin=scanmedic=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}

/// The number behind the 2 of this machine's C library, where it is glibc.
fn glibc_minor() -> Option<u32> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    told.trim()
        .strip_prefix("glibc 2.")?
        .split('.')
        .next()?
        .parse()
        .ok()
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
