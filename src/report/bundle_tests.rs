use super::*;
use crate::knowledge::Knowledge;
use crate::report::samples;

/// Packs the sample case with these files; gives the archive's names and texts.
fn pack(files: &[(&str, &[u8])], redaction: Redaction) -> (Vec<Packed>, Vec<(String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let knowledge = Knowledge::embedded();
    let (mut case, record) = samples::xerox(&knowledge);
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        case.files.push(PathBuf::from(name));
    }
    let mut order = Order::new(&case, &record, &knowledge);
    order.redaction = redaction;
    let to = folder.path().join("out.zip");
    let packed = write(&order, folder.path(), "contoso.case.ron", &to).unwrap();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&to).unwrap()).unwrap();
    let mut texts = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        texts.push((
            file.name().unwrap().into_owned(),
            String::from_utf8_lossy(&bytes).into_owned(),
        ));
    }
    (packed, texts)
}

#[test]
fn a_bundle_for_strangers_names_nobody_and_its_case_opens_again() {
    let log = b"2026-11-27 scan@contoso.com from 10.1.2.3 via mfp9.contoso.com\n334 UGFzc3dvcmQ6\nc2VjcmV0UGFzcw==\n";
    let (packed, texts) = pack(
        &[("contoso-audit.txt", log), ("wire.pcap", b"\0\x01\x02")],
        Redaction::FULL,
    );
    for (name, text) in &texts {
        for word in ["contoso", "10.1.2.3", "c2VjcmV0UGFzcw"] {
            assert!(
                !text.to_lowercase().contains(&word.to_lowercase()),
                "{name}: {word}"
            );
            assert!(!name.contains(word), "{name}");
        }
    }
    assert!(
        packed[1].packed_as.is_none() && packed[1].remark.contains("only text"),
        "{packed:?}"
    );
    let case = texts
        .iter()
        .find(|(name, _)| name.ends_with(".case.ron"))
        .unwrap();
    let case = Case::parse(&case.1, "bundle").unwrap();
    assert_eq!(case.files.len(), 1);
    assert_eq!(case.device.firmware.as_deref(), Some("072.040.004.09100"));
}

#[test]
fn a_bundle_for_oneself_holds_everything_as_it_is() {
    let (_, texts) = pack(&[("wire.pcap", b"\0\x01\x02")], Redaction::NONE);
    assert!(
        texts
            .iter()
            .any(|(name, text)| name == "evidence/wire.pcap" && text == "\0\x01\x02")
    );
    assert!(texts.iter().any(|(name, _)| name == "contoso.case.ron"));
}

#[test]
fn names_inside_lead_nowhere() {
    for name in [
        "..",
        "../../etc/passwd",
        "a\\..\\b",
        "C:x",
        "NUL.txt",
        "",
        "x\u{202e}txt.exe",
    ] {
        let inside = safe(&last_part(Path::new(name)));
        let plain = |c: char| c.is_alphanumeric() || "._-".contains(c);
        assert!(
            !inside.is_empty() && !inside.starts_with('.') && inside.chars().all(plain),
            "{name}: {inside}"
        );
    }
    assert_eq!(unique("A.txt", &["a.txt".into()]), "2-A.txt");
}
