//! Names in other scripts: with a font of this computer where there is one, by numbers where there is none.

use super::*;
use crate::report::document::Block;

const NAMES: [&str; 6] = [
    "株式会社山田製作所 営業部のスキャン担当者様宛て",
    "上海复印机服务有限公司",
    "대한민국 서울 복합기 관리팀",
    "שלום עולם (copier 2)",
    "مرحبا بالعالم",
    "Ελληνικά, Москва, Žižkov",
];

fn document() -> Document {
    Document {
        title: NAMES.join(", "),
        kind: "Test".into(),
        facts: NAMES
            .map(|name| ("Prepared for".to_owned(), name.to_owned()))
            .to_vec(),
        blocks: NAMES
            .map(|name| Block::Text(format!("{name}: {}", name.repeat(8))))
            .to_vec(),
        foot: NAMES.first().copied().unwrap_or_default().into(),
    }
}

/// All that is written, whatever is installed here: no sign becomes an empty box, and no line is too wide.
#[test]
fn every_name_is_written_or_told_by_its_numbers() {
    let document = document();
    let own = Letters::embedded().unwrap();
    let lacking = lacking(&document, &own);
    assert!(lacking.contains(&'山') && lacking.contains(&'ש') && !lacking.contains(&'Ж'));
    let borrowed = shelf::of_system(&lacking);
    let letters = own.with(&borrowed);
    let (pages, _) = lay_out(&document, &Brand::default(), &letters);
    let mut any = 0;
    for item in pages.iter().flatten() {
        if let Stroked::Text(line, _, size, at, _) = &item.drawn {
            let glyphs = line.pieces.iter().flat_map(|piece| &piece.glyphs);
            assert!(
                glyphs.into_iter().all(|glyph| glyph.glyph_id.to_u32() != 0),
                "{}",
                line.text()
            );
            assert!(
                at.x + line.width * size <= WIDTH - MARGIN + 1.0,
                "{}",
                line.text()
            );
            any += 1;
        }
    }
    assert!(any > NAMES.len());
    if let Some(folder) = std::env::var_os("SCANMEDIC_REPORTS") {
        let bytes = write(&document, &Brand::default(), jiff::civil::date(2026, 11, 27)).unwrap();
        std::fs::write(std::path::Path::new(&folder).join("foreign.pdf"), bytes).unwrap();
    }
}

#[test]
fn without_a_font_the_numbers_stand_and_the_note_says_so() {
    let letters = Letters::embedded().unwrap();
    let (pages, _) = lay_out(&document(), &Brand::default(), &letters);
    let lines: Vec<String> = pages
        .iter()
        .flatten()
        .filter_map(|item| match &item.drawn {
            Stroked::Text(line, ..) => Some(line.text()),
            _ => None,
        })
        .collect();
    let text = lines.concat();
    assert!(text.contains("[U+5C71]") && text.contains("Unicode number"));
}
