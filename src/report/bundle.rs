//! A case with its evidence and its report in one archive, for a ticket.
//!
//! With stand-ins, text files are rewritten line by line; what cannot be rewritten, such as a capture, stays
//! out and is named. Names inside the archive are made here, so that unpacking it writes nowhere else.

use super::redact::{Redaction, Redactor};
use super::{Format, Order, ReportError, learn};
use crate::case::{Application, Case, atomic};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

/// Bytes of one evidence file that are taken as they are.
const MOST_RAW: u64 = 256 << 20;
/// Bytes of text that are rewritten.
const MOST_TEXT: u64 = 16 << 20;
/// Bytes of all evidence files together.
const MOST_ALL: u64 = 1 << 30;

/// What became of an evidence file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Packed {
    /// The file as the case names it.
    pub file: String,
    /// Its name in the archive; nothing where it stayed out.
    pub packed_as: Option<String>,
    /// Why it stayed out, or what was done to it.
    pub remark: String,
}

/// Packs a case: the case file, the report as a web page and as JSON, and the evidence from `folder`.
/// `name` is the case file's name. Written whole or not at all.
pub fn write(order: &Order<'_>, folder: &Path, name: &str, to: &Path) -> Result<Vec<Packed>, ReportError> {
    let redactor = order.redactor();
    let hide = order.redaction != Redaction::NONE;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut add = |name: &str, bytes: &[u8]| -> Result<(), ReportError> {
        zip.start_file(name, plain).map_err(ReportError::made)?;
        zip.write_all(bytes).map_err(ReportError::made)
    };
    let mut packed = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut all = 0;
    for file in &order.case.files {
        let shown = if hide {
            redactor.text(&last_part(file))
        } else {
            last_part(file)
        };
        let (content, remark) = match content(&folder.join(file), hide, &redactor, &mut all) {
            Ok(found) => found,
            Err(problem) => {
                packed.push(Packed {
                    file: shown,
                    packed_as: None,
                    remark: problem,
                });
                continue;
            }
        };
        let inside = unique(&safe(&shown), &names);
        names.push(inside.clone());
        add(&format!("evidence/{inside}"), &content)?;
        packed.push(Packed {
            file: shown,
            packed_as: Some(format!("evidence/{inside}")),
            remark,
        });
    }
    let case = rewritten(order.case, &packed, hide.then_some(&redactor));
    add(
        &format!("{}.case.ron", stem(name, hide)),
        case.to_ron().as_bytes(),
    )?;
    add("report.html", &order.render(Format::Html)?)?;
    add("report.json", &order.render(Format::Json)?)?;
    add("CONTENTS.txt", contents(&packed, hide).as_bytes())?;
    let bytes = zip.finish().map_err(ReportError::made)?.into_inner();
    atomic::write(to, &bytes).map_err(|problem| ReportError::Write {
        file: to.display().to_string(),
        problem: problem.to_string(),
    })?;
    Ok(packed)
}

/// What goes into the archive for a file, and a remark; or why it stays out.
fn content(
    path: &Path,
    hide: bool,
    redactor: &Redactor<'_>,
    all: &mut u64,
) -> Result<(Vec<u8>, String), String> {
    let facts = std::fs::metadata(path).map_err(|problem| format!("left out, cannot be read: {problem}"))?;
    if !facts.is_file() {
        return Err("left out, it is no ordinary file".to_owned());
    }
    let most = if hide { MOST_TEXT } else { MOST_RAW };
    if facts.len() > most || *all + facts.len() > MOST_ALL {
        return Err(format!("left out, its {} bytes are too many", facts.len()));
    }
    *all += facts.len();
    let bytes = std::fs::read(path).map_err(|problem| format!("left out, cannot be read: {problem}"))?;
    if !hide {
        return Ok((bytes, "as it is".to_owned()));
    }
    let bytes = unpacked(bytes)?;
    let text = text_of(&bytes).ok_or("left out, only text can be rewritten with stand-ins")?;
    Ok((
        redactor.with_names_of(&text).into_bytes(),
        "names replaced by stand-ins".to_owned(),
    ))
}

/// A gzip file's content within the bound, or the bytes themselves.
fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .take(MOST_TEXT + 1)
        .read_to_end(&mut out)
        .map_err(|problem| format!("left out, cannot be unpacked: {problem}"))?;
    if u64::try_from(out.len()).unwrap_or(u64::MAX) > MOST_TEXT {
        return Err("left out, it is too long once it is unpacked".to_owned());
    }
    Ok(out)
}

/// The bytes as text, where they are text.
fn text_of(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return Some(encoding.decode(bytes).0.into_owned());
    }
    if bytes.contains(&0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => Some(encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned()),
    }
}

/// The case as it stands in the archive: files by their new names, and stand-ins where they are wanted.
fn rewritten(case: &Case, packed: &[Packed], redactor: Option<&Redactor<'_>>) -> Case {
    let mut case = case.clone();
    case.files = packed
        .iter()
        .filter_map(|one| one.packed_as.as_ref().map(PathBuf::from))
        .collect();
    let Some(redactor) = redactor else { return case };
    let blank = |case: &mut Case| {
        // These fields hold addresses and nothing else, so no stand-in fits.
        case.site.public_address = None;
        case.application = Application::default();
        case.device.dns_servers.clear();
        for results in [&mut case.fault, &mut case.results].into_iter().flatten() {
            if let Some(settings) = &mut results.settings {
                settings.device.dns_servers.clear();
            }
        }
    };
    blank(&mut case);
    let files = std::mem::take(&mut case.files);
    let mut value = serde_json::to_value(&case).unwrap_or(Value::Null);
    redactor.json(&mut value);
    let mut case: Case = serde_json::from_value(value).unwrap_or_default();
    case.files = files;
    case
}

fn contents(packed: &[Packed], hide: bool) -> String {
    let mut out = String::from("A ScanMedic case: the case file, its report, and its evidence.\n\n");
    out.push_str(if hide {
        "Names, addresses and serial numbers are replaced by stand-ins, everywhere by the same ones.\n\n"
    } else {
        "Nothing is replaced: it holds names and addresses. Pass it on with care.\n\n"
    });
    for one in packed {
        let place = one.packed_as.as_deref().unwrap_or("(not in here)");
        let _ = writeln!(out, "{}: {place}, {}", one.file, one.remark);
    }
    out
}

fn last_part(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// A name that is one on every system and leads nowhere.
fn safe(name: &str) -> String {
    let kept: String = name
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || "._-".contains(letter) {
                letter
            } else {
                '_'
            }
        })
        .take(100)
        .collect();
    let mut out = kept.trim_matches('.').to_owned();
    let reserved = ["con", "prn", "aux", "nul", "com1", "lpt1"];
    let stem = out.split('.').next().unwrap_or_default().to_lowercase();
    if out.is_empty() || reserved.contains(&stem.as_str()) {
        out.insert_str(0, "file_");
    }
    out
}

fn unique(name: &str, known: &[String]) -> String {
    let taken = |name: &str| known.iter().any(|one| one.eq_ignore_ascii_case(name));
    if !taken(name) {
        return name.to_owned();
    }
    (2..=known.len() + 2)
        .map(|number| format!("{number}-{name}"))
        .find(|name| !taken(name))
        .unwrap_or_default()
}

/// The case's name; a name that a person gave can name the customer.
fn stem(name: &str, hide: bool) -> String {
    let stem = name.trim_end_matches(".ron").trim_end_matches(".case");
    if hide || stem.is_empty() {
        "shared".to_owned()
    } else {
        safe(stem)
    }
}

impl Redactor<'_> {
    /// The text with stand-ins, the names that it holds itself learned first.
    fn with_names_of(&self, text: &str) -> String {
        let mut with = self.clone();
        for line in text.lines() {
            learn::from_text(&mut with, line);
        }
        with.compile();
        let shown = text.split_inclusive('\n').collect::<Vec<_>>();
        // Some lines at a time: an answer to a prompt is known by the line before it.
        let out = shown.chunks(64).map(|lines| with.text(&lines.concat())).collect();
        self.take_stand_ins(with);
        out
    }
}

#[cfg(test)]
#[path = "bundle_tests.rs"]
mod tests;
