//! A downloaded firmware package, checked offline: is it whole, and is it for this device?
//!
//! A `.DLM` begins with a text header between `%%XRXbegin` and `%%XRXend`, one newline, and a gzip stream. The
//! archive from the support site holds one or more of them. Names carry the version as 14 digits or with dots.

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

/// The header stands within so many bytes.
const HEADER: usize = 1000;
/// Members of an archive that are looked at.
const MEMBERS: usize = 2000;
/// Unpacked bytes after which a stream is taken for a bomb; an image has several hundred megabytes.
const UNPACKED: u64 = 8 << 30;

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

/// The header's fields.
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    name: Option<String>,
    version: Option<String>,
    signature: Option<String>,
    is_module: bool,
    /// Where the stream behind it begins.
    end: usize,
}

impl Header {
    fn begins(start: &[u8]) -> bool {
        memchr::memmem::find(start, b"%%XRXbegin").is_some()
    }

    /// Reads the header; nothing where its end is not within the first bytes.
    fn read(start: &[u8]) -> Option<Self> {
        let mark = b"%%XRXend";
        let end = memchr::memmem::find(start, mark)? + mark.len();
        let text = clean_lines(start.get(..end)?);
        let mut header = Self {
            // One line end follows, with or without a carriage return.
            end: end + usize::from(start.get(end) == Some(&b'\r')),
            ..Self::default()
        };
        header.end += usize::from(start.get(header.end) == Some(&b'\n'));
        for line in text {
            let Some((key, value)) = line.trim_start_matches("%%").split_once(char::is_whitespace) else {
                continue;
            };
            let value = value.trim().trim_matches('"').to_owned();
            match key {
                "OID_ATT_DLM_NAME" => header.name = Some(value),
                "OID_ATT_DLM_VERSION" => header.version = Some(value),
                "OID_ATT_DLM_SIGNATURE" => header.signature = Some(value),
                "OID_ATT_JOB_TYPE" => header.is_module = value == "OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE",
                _ => {}
            }
        }
        Some(header)
    }
}

/// Lines of the header, cleaned.
fn clean_lines(bytes: &[u8]) -> Vec<String> {
    bytes.split(|byte| *byte == b'\n').map(clean).collect()
}

/// Reads one module to its end.
fn module(reading: &mut PackageReading, source: &mut impl Read) {
    let mut start = Vec::new();
    if let Err(problem) = source.by_ref().take(HEADER as u64).read_to_end(&mut start) {
        reading.problems.push(format!("it cannot be read: {problem}"));
        return;
    }
    let Some(header) = Header::read(&start) else {
        reading
            .problems
            .push("its header has no end (%%XRXend) within the first 1000 bytes".to_owned());
        return;
    };
    if !header.is_module {
        reading
            .problems
            .push("its header does not say that it is a loadable module".to_owned());
    }
    reading.name = header.name;
    reading.header_version = header.version.filter(|version| !version.is_empty());
    reading.signed = header
        .signature
        .is_some_and(|text| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !reading.signed {
        reading.notes.push(
            "its header has no signature of 64 hexadecimal digits; newer devices refuse such a module, commonly".to_owned(),
        );
    }
    let behind = start.get(header.end..).unwrap_or_default().to_vec();
    if !behind.starts_with(&[0x1f, 0x8b]) {
        reading
            .problems
            .push("behind the header there is no gzip stream (1F 8B): it is cut off or damaged".to_owned());
        return;
    }
    match unpack(behind.chain(source)) {
        Ok(_) => reading.whole = true,
        Err(problem) => reading.problems.push(format!("it is not whole: {problem}")),
    }
}

/// Unpacks a gzip stream to its end and throws it away; gives the bytes that were in it.
fn unpack(source: impl Read) -> Result<u64, String> {
    let mut bounded = flate2::read::MultiGzDecoder::new(source).take(UNPACKED);
    let count = io::copy(&mut bounded, &mut io::sink()).map_err(|problem| problem.to_string())?;
    if count == UNPACKED {
        return Err("it unpacks to more than any image has".to_owned());
    }
    Ok(count)
}

/// Reads the modules of an archive.
fn archive(reading: &mut PackageReading, source: &mut (impl Read + Seek)) {
    let mut archive = match zip::ZipArchive::new(source) {
        Ok(archive) => archive,
        Err(problem) => {
            reading.problems.push(format!(
                "the archive cannot be opened ({problem}): the download broke off, commonly"
            ));
            return;
        }
    };
    let mut modules = Vec::new();
    for index in 0..archive.len().min(MEMBERS) {
        if let Ok(member) = archive.by_index_raw(index) {
            let name = clean(member.name_raw()).chars().take(300).collect::<String>();
            if name.to_ascii_lowercase().ends_with(".dlm") {
                modules.push((index, name));
            }
        }
    }
    let Some((index, name)) = modules.first().cloned() else {
        reading
            .problems
            .push("there is no .DLM module in the archive".to_owned());
        return;
    };
    if modules.len() > 1 {
        let others: Vec<&str> = modules
            .iter()
            .skip(1)
            .take(5)
            .map(|(_, name)| name.as_str())
            .collect();
        reading
            .notes
            .push(format!("there are further modules in it: {}", others.join(", ")));
    }
    reading.module = Some(name);
    match archive.by_index(index) {
        Ok(mut member) => module(reading, &mut member),
        Err(problem) => reading
            .problems
            .push(format!("the module in the archive cannot be read: {problem}")),
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
mod tests {
    use super::*;
    use std::io::{Cursor, Write as _};

    fn dlm(version: &str, signature: &str) -> Vec<u8> {
        let mut bytes = format!(
            "%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n%%OID_ATT_DLM_NAME \"system\"\n\
             %%OID_ATT_DLM_VERSION \"{version}\"\n%%OID_ATT_DLM_SIGNATURE \"{signature}\"\n\
             %%OID_ATT_DLM_EXTRACTION_CRITERIA \"extract /tmp/x\"\n%%XRXend\n"
        )
        .into_bytes();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&vec![7; 50_000]).unwrap();
        bytes.extend(packed.finish().unwrap());
        bytes
    }

    fn check(model: &str, installed: &str, file: &str, bytes: Vec<u8>) -> PackageReading {
        let knowledge = Knowledge::embedded().unwrap();
        knowledge
            .firmware_package(
                model,
                installed,
                Controller::BuiltIn,
                file,
                &mut Cursor::new(bytes),
            )
            .unwrap()
    }

    const OLD: &str = "072.040.004.09100";

    #[test]
    fn a_module_for_the_model_fits_and_is_whole() {
        let file = "system-sw#07304001914200#ENG_MOD.DLM";
        let reading = check(
            "WorkCentre 7845",
            OLD,
            file,
            dlm("NO_DLM_VERSION_CHECK", &"a0".repeat(32)),
        );
        assert_eq!(
            (reading.fits, reading.whole, reading.signed),
            ("yes", true, true),
            "{reading:?}"
        );
        assert_eq!(reading.version.as_deref(), Some("073.040.019.14200"));
        assert_eq!(reading.against_installed, Some("newer"));
        assert!(reading.models.contains(&"WorkCentre 7855".to_owned()));
    }

    #[test]
    fn another_product_an_older_build_and_another_maker_are_named() {
        let whole = || dlm("", &"a0".repeat(32));
        let reading = check(
            "WorkCentre 7845",
            OLD,
            "WorkCentre_7970-system-sw075.200.013.29000.DLM",
            whole(),
        );
        assert_eq!(reading.fits, "no");
        assert!(
            reading.problems.iter().any(|p| p.contains("WorkCentre 7970")),
            "{:?}",
            reading.problems
        );
        let reading = check(
            "WorkCentre 7845",
            "073.040.019.14200",
            "sw#07304004815000#.DLM",
            whole(),
        );
        assert_eq!((reading.fits, reading.against_installed), ("no", Some("older")));
        let reading = check("Canon iR 2270", "1.0", "sw#07304004815000#.DLM", whole());
        assert_eq!(reading.fits, "no");
    }

    #[test]
    fn a_cut_file_is_not_whole() {
        let bytes = dlm("", &"a0".repeat(32));
        let cut = bytes[..bytes.len() - 9].to_vec();
        let reading = check("WorkCentre 7845", OLD, "sw#07304001914200#.DLM", cut);
        assert_eq!((reading.fits, reading.whole), ("no", false));
        let header = memchr::memmem::find(&bytes, b"%%XRXend").unwrap() + 9;
        let reading = check(
            "WorkCentre 7845",
            OLD,
            "sw#07304001914200#.DLM",
            bytes[..header].to_vec(),
        );
        assert!(reading.problems[0].contains("1F 8B"), "{:?}", reading.problems);
        let reading = check("WorkCentre 7845", OLD, "a.DLM", b"GIF89a".to_vec());
        assert_eq!((reading.kind, reading.fits), ("unknown", "no"));
    }

    #[test]
    fn an_archive_is_read_through_to_its_module() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file("readme.txt", options).unwrap();
        writer
            .start_file("dlms/WC78/system-sw#07504001329000#ENG_MOD.DLM", options)
            .unwrap();
        writer.write_all(&dlm("", &"b1".repeat(32))).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let reading = check(
            "WC 7855",
            OLD,
            "WorkCentre_7845-55_Manual_Upgrade.zip",
            bytes.clone(),
        );
        assert_eq!(
            (reading.kind, reading.fits, reading.whole),
            ("zip", "yes", true),
            "{reading:?}"
        );
        assert_eq!(reading.version.as_deref(), Some("075.040.013.29000"));
        let reading = check("WC 7855", OLD, "x.zip", bytes[..bytes.len() / 2].to_vec());
        assert_eq!((reading.fits, reading.whole), ("no", false));
    }

    #[test]
    fn a_device_with_a_print_server_is_warned() {
        let knowledge = Knowledge::embedded().unwrap();
        let mut bytes = Cursor::new(dlm("", &"a0".repeat(32)));
        let file = "sw#07304001914200#.DLM";
        let reading = knowledge
            .firmware_package("WorkCentre 7845", OLD, Controller::Fiery, file, &mut bytes)
            .unwrap();
        assert!(
            reading.notes.iter().any(|note| note.contains("print server")),
            "{:?}",
            reading.notes
        );
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), at in 0usize..300, name in ".{0,30}") {
            thread_local!(static ALL: Knowledge = Knowledge::embedded().unwrap());
            ALL.with(|all| {
                let mut hurt = dlm("073.040.019.14200", "x");
                let at = at.min(hurt.len());
                hurt.splice(at..at, bytes.iter().copied());
                for content in [bytes.clone(), hurt] {
                    let _ = all.firmware_package("WC 7845", OLD, Controller::Unknown, &name, &mut Cursor::new(content));
                }
            });
        }
    }
}
