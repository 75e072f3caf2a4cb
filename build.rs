//! Gives the Windows programs their icon, version and manifest; does nothing for other systems.

use std::error::Error;

const ICON: &str = "assets/icon/scanmedic.ico";
const MANIFEST: &str = "wix/scanmedic.manifest";

fn main() -> Result<(), Box<dyn Error>> {
    for file in ["build.rs", ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={file}");
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
