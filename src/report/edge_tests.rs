//! Reports at their edges: nothing known, very much known, very long words, a logo, words with umlauts.
//! With `SCANMEDIC_REPORTS=FOLDER` the files are written there, to be looked at.

use super::*;
use crate::report::brand::Colour;
use serde_json::json;

/// A picture of this size, wide stripes, as PNG without compression.
fn logo(width: u32, height: u32) -> brand::Logo {
    let mut raw = Vec::new();
    for line in 0..height {
        raw.push(0);
        for at in 0..width {
            let on = (at / 12 + line / 12) % 2 == 0;
            raw.extend(if on {
                [0x0b, 0x5c, 0x3b]
            } else {
                [0xe8, 0xf1, 0xec]
            });
        }
    }
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(data);
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length, name.as_slice(), data, &crc.sum().to_be_bytes()].concat()
    };
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &raw).unwrap();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logo.png");
    let bytes = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &packed.finish().unwrap()),
        chunk(b"IEND", &[]),
    ];
    std::fs::write(&path, bytes.concat()).unwrap();
    brand::Logo::load(&path).unwrap()
}

/// Every format of a report, and its pages as text.
fn rendered(name: &str, order: &Order<'_>) -> String {
    let folder = std::env::var_os("SCANMEDIC_REPORTS");
    for (format, ending) in [
        (Format::Markdown, "md"),
        (Format::Html, "html"),
        (Format::Pdf, "pdf"),
        (Format::Json, "json"),
    ] {
        let bytes = order.render(format).unwrap();
        assert!(!bytes.is_empty(), "{name}.{ending}");
        if let Some(folder) = &folder {
            std::fs::write(Path::new(folder).join(format!("{name}.{ending}")), bytes).unwrap();
        }
    }
    pdf::plain_text(&order.redacted(&order.redactor()))
}

#[test]
fn nothing_known_is_a_short_honest_report() {
    let knowledge = Knowledge::embedded();
    let (case, record) = (Case::default(), samples::empty());
    let text = rendered("empty", &Order::new(&case, &record, &knowledge));
    assert!(text.contains("Cause not yet established"), "{text}");
}

#[test]
fn a_wide_and_a_high_logo_leave_the_title_alone() {
    let knowledge = Knowledge::embedded();
    let (case, record) = samples::xerox(&knowledge);
    for (name, width, height) in [("logo-wide", 400, 60), ("logo-high", 60, 400)] {
        let mut order = Order::new(&case, &record, &knowledge);
        order.brand = Brand {
            name: Some("Copier Care Stuttgart GmbH & Co. KG".into()),
            accent: Some(Colour(0x0b, 0x5c, 0x3b)),
            logo: Some(logo(width, height)),
        };
        order.names.customer = Some("Contoso Papierwaren und Bürobedarf Süd AG".into());
        order.names.technician = Some("Jürgen Größlein".into());
        assert!(rendered(name, &order).contains("Größlein"));
    }
}

#[test]
fn very_long_words_and_sentences_stay_on_the_page() {
    let knowledge = Knowledge::embedded();
    let (mut case, mut record) = samples::xerox(&knowledge);
    case.title =
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ".repeat(4);
    case.symptom = Some("0123456789abcdef".repeat(60));
    case.mail.server = format!(
        "{}.example.test",
        "very-long-label-of-a-host-name-that-never-ends".repeat(5)
    );
    record.verdict.headline = "A sentence that goes on and on, since its host has many words. ".repeat(12);
    for row in &mut record.evidence {
        row.summary = format!("{} {}", row.summary, "x".repeat(300));
    }
    record.more.insert(
        "side_by_side".into(),
        json!([{ "step": "encrypt", "laptop": "y".repeat(400), "copier": "word ".repeat(200) }]),
    );
    let mut order = Order::new(&case, &record, &knowledge);
    order.redaction = Redaction::NONE;
    order.names.customer =
        Some("Bundesamt für Bauwesen und Raumordnung im Bundesministerium des Innern ".repeat(2));
    assert!(rendered("long", &order).contains("Raumordnung"));
}

#[test]
fn forty_causes_are_told_in_order() {
    let knowledge = Knowledge::embedded();
    let (case, mut record) = samples::xerox(&knowledge);
    let first = record.chain.first().cloned().unwrap();
    let more = knowledge
        .causes
        .iter()
        .filter(|cause| cause.id != first.cause)
        .take(39);
    record.chain.extend(more.map(|cause| {
        let mut link = first.clone();
        link.cause.clone_from(&cause.id);
        link.gate = cause.gate;
        link.title.clone_from(&cause.title);
        link.headline.clone_from(&cause.title);
        link
    }));
    record.chain.truncate(40);
    let text = rendered("forty", &Order::new(&case, &record, &knowledge));
    assert!(text.contains("40. "));
}
