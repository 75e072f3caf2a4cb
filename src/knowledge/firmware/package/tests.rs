//! Packages made by hand, read and judged.

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
    let knowledge = Knowledge::embedded();
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
    let knowledge = Knowledge::embedded();
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
        thread_local!(static ALL: Knowledge = Knowledge::embedded());
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
