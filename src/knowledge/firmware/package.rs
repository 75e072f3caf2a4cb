//! A downloaded firmware package, checked offline: is it whole, and is it for this device?
//!
//! A `.DLM` begins with a text header between `%%XRXbegin` and `%%XRXend`, one newline, and a gzip stream. The
//! archive from the support site holds one or more of them. Names carry the version as 14 digits or with dots.

mod read;

use self::read::{HEADER, Header, archive, module};
use super::super::Knowledge;
use super::super::schema::Firmware;
use super::model::ModelName;
use super::rules::contradiction;
use super::version::XeroxVersion;
use crate::case::Controller;
use crate::wire::reply::clean;
use serde::Serialize;
use std::cmp::Ordering;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// What a package is and whether it fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PackageReading {
    /// File name.
    pub file: String,
    /// `dlm`, `zip` or `unknown`.
    pub kind: &'static str,
    /// The module inside the archive that was read.
    pub module: Option<String>,
    /// `OID_ATT_DLM_NAME` of its header.
    pub name: Option<String>,
    /// `OID_ATT_DLM_VERSION` of its header.
    pub header_version: Option<String>,
    /// Whether the header has a signature of 64 hexadecimal digits; how strictly devices check it differs.
    pub signed: bool,
    /// The version out of header or name, written with dots.
    pub version: Option<String>,
    /// Models for which that version is published.
    pub models: Vec<String>,
    /// Bytes of the file.
    pub bytes: u64,
    /// True where every stream in it could be unpacked to its end.
    pub whole: bool,
    /// `yes`, `no` or `unknown`.
    pub fits: &'static str,
    /// Whether it is `newer`, `older` or the `same` as what is installed, where they can be compared.
    pub against_installed: Option<&'static str>,
    /// What speaks against installing it.
    pub problems: Vec<String>,
    /// What a person should know besides.
    pub notes: Vec<String>,
}

impl Knowledge {
    /// Checks a package for a device: `model` and `installed` as the device writes them, `file` the package's
    /// name. Reads the whole file once, in bounded memory; an error is one of reading.
    pub fn firmware_package(
        &self,
        model: &str,
        installed: &str,
        controller: Controller,
        file: &str,
        source: &mut (impl Read + Seek),
    ) -> io::Result<PackageReading> {
        let mut reading = PackageReading {
            file: clean(file.as_bytes()),
            kind: "unknown",
            fits: "unknown",
            bytes: source.seek(SeekFrom::End(0))?,
            ..PackageReading::default()
        };
        source.rewind()?;
        let mut start = Vec::new();
        source.by_ref().take(HEADER as u64).read_to_end(&mut start)?;
        source.rewind()?;
        if start.starts_with(b"PK") {
            reading.kind = "zip";
            archive(&mut reading, source);
        } else if Header::begins(&start) {
            reading.kind = "dlm";
            module(&mut reading, source);
        } else {
            let name = file.to_ascii_lowercase();
            reading.problems.push(if Path::new(&name).extension().is_some_and(|ending| ending == "dlm") {
                "the file is called .DLM, but it has no header %%XRXbegin: it is damaged, or no software of this maker".to_owned()
            } else {
                "the file is neither a .DLM module nor a zip archive".to_owned()
            });
        }
        self.judge(&mut reading, model, installed, controller);
        Ok(reading)
    }

    /// Whether it is for this device.
    fn judge(&self, reading: &mut PackageReading, model: &str, installed: &str, controller: Controller) {
        let Some(table) = self.firmware.first() else {
            return;
        };
        let mut name = ModelName::read(self, model);
        if controller != Controller::Unknown {
            name.controller = controller;
        }
        if name
            .vendor
            .as_deref()
            .is_some_and(|vendor| vendor != table.vendor)
        {
            let vendor = name.vendor.clone().unwrap_or_default();
            reading.problems.push(format!(
                "this is a package form of {}, and the device is a {vendor}",
                table.vendor
            ));
        }
        reading.version = [
            &reading.header_version,
            &reading.module,
            &Some(reading.file.clone()),
        ]
        .into_iter()
        .flatten()
        .find_map(|text| version_in(text, table));
        judge_version(reading, table, &name, installed);
        judge_controller(reading, name.controller);
        let damaged = !reading.problems.is_empty();
        reading.fits = match (&reading.version, damaged) {
            (_, true) => "no",
            (Some(_), false) if name.catalogue.is_some() => "yes",
            _ => "unknown",
        };
    }
}

/// Holds the version that the package names against the device.
fn judge_version(reading: &mut PackageReading, table: &Firmware, name: &ModelName, installed: &str) {
    let Some(version) = &reading.version else {
        if reading.kind != "unknown" {
            reading.notes.push(
                "no version stands in the header or in the names, so whether it is for this model has to be read \
                 in the instructions that came with it"
                    .to_owned(),
            );
        }
        return;
    };
    let Ok(parsed) = XeroxVersion::parse(version, table) else {
        return;
    };
    reading.models = table
        .products
        .iter()
        .filter(|product| product.code == parsed.product && product.families.contains(&parsed.family))
        .flat_map(|product| product.models.clone())
        .collect();
    reading.problems.extend(contradiction(table, name, &parsed));
    let Ok(before) = XeroxVersion::parse(installed, table) else {
        reading.notes.push(
            "the installed version is not of the dated shape, so the two cannot be compared".to_owned(),
        );
        return;
    };
    match parsed.order(&before) {
        None => reading.problems.push(format!(
            "the package is for product code {}, and the device runs {}: the second group must be the same",
            parsed.product, before.product
        )),
        Some(Ordering::Greater) if parsed.family < before.family => reading.notes.push(
            "it was built later but is of an older family, which does not mean that it can do more"
                .to_owned(),
        ),
        Some(_) => {}
    }
    reading.against_installed = parsed.order(&before).map(|order| match order {
        Ordering::Less => "older",
        Ordering::Equal => "same",
        Ordering::Greater => "newer",
    });
    if reading.against_installed == Some("older") {
        reading.problems.push(
            "it is older than what is installed; devices commonly refuse to go back, and it takes abilities away".to_owned(),
        );
    }
}

/// Whether names tell the controller: a package for a separate print server has its name in it, commonly.
fn judge_controller(reading: &mut PackageReading, device: Controller) {
    let names = format!(
        "{} {}",
        reading.file,
        reading.module.as_deref().unwrap_or_default()
    )
    .to_ascii_lowercase();
    let for_server = ["fiery", "_efi", "-efi", "freeflow", "_dfe"]
        .iter()
        .any(|word| names.contains(word));
    match (for_server, device) {
        (true, Controller::BuiltIn) => reading
            .problems
            .push("its name speaks of a separate print server, and this device has the built-in controller".to_owned()),
        (false, Controller::Fiery) => reading.notes.push(
            "nothing in it says that it is the edition for a separate print server, which this device has: with the \
             wrong edition the print server can become unreliable, so make sure of it first"
                .to_owned(),
        ),
        (_, Controller::Unknown) if reading.kind != "unknown" => reading
            .notes
            .push("which controller drives the device is not known here, and the packages differ".to_owned()),
        _ => {}
    }
}

/// The version in a text: with dots, or as 14 digits together.
fn version_in(text: &str, table: &Firmware) -> Option<String> {
    let dotted = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .map(|word| {
            word.trim_start_matches(|c: char| !c.is_ascii_digit())
                .trim_matches('.')
        })
        .map(|word| {
            word.trim_end_matches(|c: char| !c.is_ascii_digit())
                .trim_end_matches('.')
        })
        .find(|word| XeroxVersion::parse(word, table).is_ok());
    if let Some(word) = dotted {
        return Some(word.to_owned());
    }
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 14)
        .filter_map(|digits| {
            let part = |from: usize, to: usize| digits.get(from..to);
            Some(format!(
                "{}.{}.{}.{}",
                part(0, 3)?,
                part(3, 6)?,
                part(6, 9)?,
                part(9, 14)?
            ))
        })
        .find(|version| XeroxVersion::parse(version, table).is_ok())
}

#[cfg(test)]
mod tests;
