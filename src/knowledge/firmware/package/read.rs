//! The bytes of a package: header, module, archive, each read once and in bounded memory.

use super::PackageReading;
use crate::wire::reply::clean;
use std::io::{self, Read, Seek};

/// The header stands within so many bytes.
pub const HEADER: usize = 1000;
/// Members of an archive that are looked at.
const MEMBERS: usize = 2000;
/// Unpacked bytes after which a stream is taken for a bomb; an image has several hundred megabytes.
const UNPACKED: u64 = 8 << 30;

/// The header's fields.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Header {
    name: Option<String>,
    version: Option<String>,
    signature: Option<String>,
    is_module: bool,
    /// Where the stream behind it begins.
    end: usize,
}

impl Header {
    pub fn begins(start: &[u8]) -> bool {
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
pub fn module(reading: &mut PackageReading, source: &mut impl Read) {
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
pub fn archive(reading: &mut PackageReading, source: &mut (impl Read + Seek)) {
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
