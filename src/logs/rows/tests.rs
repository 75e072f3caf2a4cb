//! Rows of whole files, as a screen asks for them.

use super::{Filter, Level, Rows, State};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn open(path: &Path) -> Rows {
    Rows::open(path, Arc::new(Knowledge::embedded()), || {}).unwrap()
}

fn settled(rows: &Rows) -> State {
    let began = Instant::now();
    while !rows.state().whole {
        assert!(began.elapsed() < Duration::from_mins(1), "{:?}", rows.state());
        std::thread::sleep(Duration::from_millis(2));
    }
    rows.state()
}

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn audit(rows: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        let state = if row % 1000 == 7 {
            "comp-error"
        } else {
            "comp-normal"
        };
        writeln!(
            text,
            "{row}\t03/14/25\t09:{:02}:{:02}\t9\tEmail Job\tscan{row}.pdf\tuser\t{state}\t\tr@example.test\r",
            row / 60 % 60,
            row % 60
        )
        .unwrap();
    }
    text
}

#[test]
fn any_part_of_a_long_log_is_read_by_its_numbers() {
    let (_folder, path) = file("auditfile.txt", audit(200_000).as_bytes());
    let rows = open(&path);
    let state = settled(&rows);
    assert_eq!((state.rows, state.format.as_str()), (200_000, "Xerox audit log"));
    for first in [0, 1, 127, 65_000, 199_998] {
        let part = rows.fetch(first, 3);
        assert_eq!(part.len(), 3.min(200_000 - usize::try_from(first).unwrap()));
        for (offset, row) in part.iter().enumerate() {
            assert_eq!(row.number, first + offset as u64);
            assert!(row.text.starts_with(&format!("{}\t", row.number)), "{}", row.text);
        }
    }
    assert_eq!(rows.row_of("auditfile.txt, line 1008"), Some(1007));
    assert_eq!(rows.fetch(1007, 1)[0].level, Level::Fault);
    assert!(rows.fetch(200_000, 5).is_empty());
}

#[test]
fn a_view_never_waits_and_fills_itself() {
    let (_folder, path) = file("auditfile.txt", audit(20_000).as_bytes());
    let rows = open(&path);
    settled(&rows);
    let began = Instant::now();
    while rows.view(15_000, 40).iter().any(Option::is_none) {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(1));
    }
    let view = rows.view(15_000, 40);
    assert_eq!(view.len(), 40);
    assert_eq!(view[39].as_ref().unwrap().number, 15_039);
}

#[test]
fn a_search_finds_by_words_level_gate_and_time() {
    let (_folder, path) = file("auditfile.txt", audit(20_000).as_bytes());
    let rows = open(&path);
    let all = |filter: Filter| {
        let hits = rows.find(filter);
        let began = Instant::now();
        while !hits.progress().done {
            assert!(began.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(2));
        }
        (
            hits.numbers(0, 5),
            hits.progress().found,
            hits.step(1007, true),
            hits.step(1007, false),
        )
    };
    let words = Filter {
        text: "COMP-ERROR".into(),
        ..Filter::default()
    };
    assert_eq!(
        all(words),
        (vec![7, 1007, 2007, 3007, 4007], 20, Some(2007), Some(7))
    );
    let faults = Filter {
        level: Some(Level::Fault),
        gate: Some(Gate::Device),
        to: Some("2025-03-14T09:00:30Z".parse().unwrap()),
        ..Filter::default()
    };
    assert_eq!(all(faults).0, [7, 18_007]);
    assert_eq!(all(Filter::default()).1, 20_000);
}

#[test]
fn members_of_a_packed_archive_stand_under_their_names() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let wide: Vec<u8> = "\u{feff}first\r\nsecond"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        ("Auditfile.txt", audit(3).as_bytes()),
        ("tls.log", wide.as_slice()),
        ("c.txt", b"last\n"),
    ] {
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    let (_folder, path) = file("a.zip", &writer.finish().unwrap().into_inner());
    let rows = open(&path);
    settled(&rows);
    let texts: Vec<String> = rows.fetch(0, 20).into_iter().map(|row| row.text).collect();
    assert_eq!(texts[0], "── Auditfile.txt ──");
    assert_eq!(
        &texts[4..],
        ["── tls.log ──", "first", "second", "── c.txt ──", "last"]
    );
    assert_eq!(rows.row_of("a.zip/tls.log, line 2"), Some(6));
}

#[test]
fn a_line_without_end_harms_neither_its_neighbours_nor_the_memory() {
    let mut bytes = b"before\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 5 << 20));
    bytes.extend_from_slice(b"\nafter\n");
    let (_folder, path) = file("a.log", &bytes);
    let rows = open(&path);
    assert_eq!(settled(&rows).rows, 3);
    let all = rows.fetch(0, 10);
    assert_eq!(all[0].text, "before");
    assert_eq!((all[1].text.len(), all[1].cut), (super::row::LONGEST, true));
    assert_eq!((all[2].text.as_str(), all[2].cut), ("after", false));
}

#[test]
fn the_first_rows_of_a_large_file_are_there_at_once() {
    let (_folder, path) = file("auditfile.txt", audit(600_000).as_bytes());
    let began = Instant::now();
    let rows = open(&path);
    while rows.fetch(0, 40).len() < 40 {
        assert!(began.elapsed() < Duration::from_secs(5));
        std::thread::yield_now();
    }
    let first = began.elapsed();
    assert!(first < Duration::from_secs(1), "{first:?}");
    drop(rows);
}

#[test]
fn what_is_broken_off_is_told_and_the_rest_is_there() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(audit(50_000).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let (_folder, path) = file("a.txt.gz", &packed[..packed.len() / 2]);
    let rows = open(&path);
    let state = settled(&rows);
    assert!(state.rows > 1000 && state.rows < 50_000);
    assert!(state.problem.unwrap().contains("breaks off"));
    assert!(open_missing());
}

fn open_missing() -> bool {
    Rows::open(Path::new("no/such/file"), Arc::new(Knowledge::default()), || {}).is_err()
}
