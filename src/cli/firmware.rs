//! `scanmedic firmware`: what a version is, the update plan, and whether a downloaded package is for the device.

use super::{Failure, Outcome, exit, print, print_json, print_text};
use crate::case::Controller;
use crate::knowledge::Knowledge;
use crate::knowledge::firmware::{FirmwareReading, PackageReading};
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

/// What is printed as JSON: the contract's keys, and the package where one was given.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    reading: FirmwareReading,
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<PackageReading>,
}

/// Reads the version of a device (model, version, controller), and checks the package.
pub fn run(
    device: (&str, &str, Controller),
    package: Option<&Path>,
    knowledge: &Knowledge,
    json: bool,
) -> Outcome {
    let (model, version, controller) = device;
    let reading = knowledge.firmware_on(model, version, controller);
    let package = package.map(|path| check(device, path, knowledge)).transpose()?;
    let code = match package.as_ref().map(|package| package.fits) {
        Some("no") => exit::FAULT,
        Some("unknown") => exit::INCONCLUSIVE,
        _ => exit::NO_FAULT,
    };
    if json {
        print_json(&Document { reading, package })?;
    } else {
        let text = package.as_ref().map_or_else(|| print::firmware(&reading), words);
        print_text(&text);
    }
    Ok(code)
}

fn check(
    device: (&str, &str, Controller),
    path: &Path,
    knowledge: &Knowledge,
) -> Result<PackageReading, Failure> {
    let failed = |problem: std::io::Error| Failure(format!("{}: cannot be read: {problem}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let (model, version, controller) = device;
    knowledge
        .firmware_package(model, version, controller, &name, &mut file)
        .map_err(failed)
}

/// A package in words.
fn words(package: &PackageReading) -> String {
    let mut out = String::new();
    let fits = match package.fits {
        "yes" => "fits this device",
        "no" => "must not be installed on this device",
        _ => "cannot be told from the file alone",
    };
    let _ = writeln!(out, "{}: {fits}", package.file);
    let version = package.version.as_deref().unwrap_or("not named");
    let _ = writeln!(
        out,
        "  version    {version}{}",
        package
            .against_installed
            .map_or_else(String::new, |how| match how {
                "same" => " (the one that is installed)".to_owned(),
                how => format!(" ({how} than the installed one)"),
            })
    );
    if !package.models.is_empty() {
        let _ = writeln!(out, "  made for   {}", package.models.join(", "));
    }
    if let Some(module) = &package.module {
        let _ = writeln!(out, "  module     {module}");
    }
    let _ = writeln!(out, "  whole      {}", if package.whole { "yes" } else { "no" });
    let _ = writeln!(
        out,
        "  signature  {}",
        if package.signed {
            "there (not verified)"
        } else {
            "none"
        }
    );
    for problem in &package.problems {
        let _ = writeln!(out, "  ! {problem}");
    }
    for note in &package.notes {
        let _ = writeln!(out, "  - {note}");
    }
    out
}
