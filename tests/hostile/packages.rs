//! Firmware packages that lie, are cut, or were made to hurt: told, bounded, never a panic.

use super::program::{Ran, run};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MODEL: &str = "WorkCentre 7845";
const INSTALLED: &str = "072.040.004.09100";

fn written(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{name}"));
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Checks a package for one device; nothing of it may reach the terminal as a control character.
#[track_caller]
fn checked(name: &str, bytes: &[u8]) -> Ran {
    let path = written(name, bytes);
    let ran = run(&["firmware", MODEL, INSTALLED, "--package", path.to_str().unwrap()]);
    assert!(matches!(ran.code, 0 | 1 | 3), "{ran:?}");
    let foreign = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!ran.stdout.contains(foreign), "{:?}", ran.stdout);
    assert!(ran.json["package"].is_object(), "{}", ran.stdout);
    ran
}

/// A module with this header text and this much behind it, unpacked.
fn module(header: &str, unpacked: usize) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..unpacked >> 20 {
        gzip.write_all(&zeros).unwrap();
    }
    let head = format!(
        "%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n{header}\n%%XRXend\n"
    );
    [head.into_bytes(), gzip.finish().unwrap()].concat()
}

fn archive(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in members {
        zip.start_file(name.as_str(), stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_header_without_end_with_escape_codes_or_endless_lines_is_told_and_cleaned() {
    for (name, bytes) in [
        ("no-end.dlm", b"%%XRXbegin\n%%OID_ATT_DLM_NAME \"x\"\n".repeat(40)),
        (
            "long-line.dlm",
            [b"%%XRXbegin\n".to_vec(), vec![b'a'; 4 << 20]].concat(),
        ),
        ("nothing-behind.dlm", b"%%XRXbegin\n%%XRXend".to_vec()),
        ("empty.dlm", Vec::new()),
        ("noise.zip", (0..=255u8).cycle().take(70_000).collect()),
        ("only-magic.zip", b"PK\x03\x04".to_vec()),
        (
            "escape.dlm",
            module(
                "%%OID_ATT_DLM_NAME \"\u{1b}[31m\u{202e}evil\"\n%%OID_ATT_DLM_VERSION \"\u{7}999.999.999.99999\"",
                0,
            ),
        ),
    ] {
        let ran = checked(name, &bytes);
        assert_ne!(ran.json["package"]["fits"], "yes", "{name}: {}", ran.stdout);
    }
}

#[test]
fn a_stream_that_grows_is_read_through_in_little_memory() {
    let bomb = module("%%OID_ATT_DLM_VERSION \"073.040.019.14200\"", 64 << 20);
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    let whole = checked("grows.dlm", &bomb);
    assert_eq!(whole.json["package"]["whole"], true, "{}", whole.stdout);
    let cut = checked("grows-cut.dlm", &bomb[..bomb.len() / 2]);
    assert_eq!(cut.json["package"]["whole"], false, "{}", cut.stdout);
    assert!(!cut.json["package"]["problems"].as_array().unwrap().is_empty());
}

#[test]
fn an_archive_of_many_odd_members_is_bounded_and_writes_nothing() {
    let mut members: Vec<_> = (0..5_000).map(|n| (format!("{n}.txt"), Vec::new())).collect();
    members.insert(
        0,
        ("../../../tmp/hostile-escaped.dlm".to_owned(), module("", 1 << 20)),
    );
    members.insert(1, ("dir/\u{1b}[2J.DLM".to_owned(), b"%%XRXbegin".to_vec()));
    let bytes = archive(&members);
    checked("many.zip", &bytes);
    assert!(!Path::new("/tmp/hostile-escaped.dlm").exists());
    for end in [1, bytes.len() / 3, bytes.len() - 30] {
        checked("many-cut.zip", &bytes[..end]);
    }
}

#[test]
fn what_is_no_file_is_a_usage_error_that_names_it() {
    for path in [env!("CARGO_TARGET_TMPDIR"), "/nowhere/at/all.dlm"] {
        let ran = run(&["firmware", MODEL, INSTALLED, "--package", path]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(path), "{}", ran.stderr);
    }
}
