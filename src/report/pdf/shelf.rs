//! Letters that the embedded family lacks, borrowed from this computer's own fonts for one file.
//!
//! Fonts are looked for only where a report holds such letters, each file is opened once at most, and both the
//! number of files and their sizes are bounded. A font whose maker does not allow embedding is left alone.

use super::face::Face;
use krilla::text::Font;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that are opened for one report.
const OPENED: usize = 80;
/// Fonts that are kept for one report.
const KEPT: usize = 8;
/// Bytes of one file; collections for Chinese, Japanese and Korean have up to 80 million.
const LARGEST: u64 = 96 << 20;
/// Bytes read altogether.
const ALTOGETHER: u64 = 512 << 20;
/// Faces of a collection that are looked at.
const FACES: u32 = 16;
/// Names that are looked at in the folders of fonts.
const NAMES: usize = 6000;
/// Folders inside each other.
const DEPTH: usize = 6;

/// File names that go first, in lower case: wide ones of each system, then those of the scripts with most letters.
const FIRST: [&str; 14] = [
    "segoeui.ttf",
    "arial.ttf",
    "arial unicode.ttf",
    "dejavusans.ttf",
    "notosanshebrew-regular.ttf",
    "notosansarabic-regular.ttf",
    "msyh.ttc",
    "simsun.ttc",
    "notosanscjk-regular.ttc",
    "notosanscjksc-regular.otf",
    "wqy-microhei.ttc",
    "droidsansfallbackfull.ttf",
    "pingfang.ttc",
    "nirmala.ttc",
];
/// Those that go first where the text holds kana, so that its characters have their Japanese shapes.
const JAPANESE: [&str; 7] = [
    "yugothm.ttc",
    "meiryo.ttc",
    "msgothic.ttc",
    "notosanscjkjp-regular.otf",
    "ipag.ttf",
    "takaogothic.ttf",
    "hiragino sans gb.ttc",
];
/// Those that go first where the text holds hangul.
const KOREAN: [&str; 4] = [
    "malgun.ttf",
    "notosanscjkkr-regular.otf",
    "nanumgothic.ttf",
    "applesdgothicneo.ttc",
];

/// A font of this computer.
pub struct Borrowed {
    data: Arc<Vec<u8>>,
    index: u32,
    /// For the file.
    pub font: Font,
}

impl Borrowed {
    /// For shaping; nothing where the font is damaged.
    pub fn face(&self) -> Option<Face<'_>> {
        Face::from_slice(&self.data, self.index)
    }

    /// One of a file's faces that has some of these letters, and the letters that it has.
    fn of(data: &Arc<Vec<u8>>, wanted: &BTreeSet<char>) -> Option<(Self, BTreeSet<char>)> {
        (0..faces(data)).find_map(|index| {
            let face = Face::from_slice(data, index)?;
            let had = |letter: &&char| face.has(**letter);
            let has: BTreeSet<char> = wanted.iter().filter(had).copied().collect();
            if has.is_empty() || !face.may_be_embedded() {
                return None;
            }
            let font = Font::new(Arc::clone(data).into(), index)?;
            let data = Arc::clone(data);
            Some((Self { data, index, font }, has))
        })
    }
}

/// Faces of a file that are looked at: one, or those of a collection whose own header holds that many places.
fn faces(data: &[u8]) -> u32 {
    if !data.starts_with(b"ttcf") {
        return 1;
    }
    let count = data.get(8..12).and_then(|four| four.try_into().ok());
    let count = count.map_or(0, u32::from_be_bytes);
    let places = usize::try_from(count).ok().and_then(|count| count.checked_mul(4));
    let whole = places.is_some_and(|places| data.len() / 2 > places);
    if whole { count.min(FACES) } else { 0 }
}

/// Fonts for these letters, from the folders of this system.
pub fn of_system(wanted: &BTreeSet<char>) -> Vec<Borrowed> {
    if wanted.is_empty() {
        return Vec::new();
    }
    choose(files(&folders()), wanted)
}

/// The first fonts of a row of files that have some of the letters; each is asked only for what is still wanted.
fn choose(mut files: Vec<PathBuf>, wanted: &BTreeSet<char>) -> Vec<Borrowed> {
    files.sort_by_cached_key(|path| rank(path, wanted));
    let (mut wanted, mut kept, mut left) = (wanted.clone(), Vec::new(), ALTOGETHER);
    for path in files.into_iter().take(OPENED) {
        if wanted.is_empty() || kept.len() >= KEPT {
            break;
        }
        let size = std::fs::metadata(&path).map_or(u64::MAX, |about| about.len());
        if size > LARGEST.min(left) {
            continue;
        }
        left -= size;
        let Ok(data) = std::fs::read(&path) else { continue };
        if let Some((font, has)) = Borrowed::of(&Arc::new(data), &wanted) {
            wanted.retain(|letter| !has.contains(letter));
            kept.push(font);
        }
    }
    kept
}

/// Where in the row a file stands: named ones first, upright ones of normal weight before others.
fn rank(path: &Path, wanted: &BTreeSet<char>) -> (usize, bool, PathBuf) {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let any = |from: char, to: char| wanted.range(from..=to).next().is_some();
    let japanese = any('\u{3040}', '\u{30ff}');
    let korean = any('\u{ac00}', '\u{d7a3}');
    let place = |row: &[&str]| row.iter().position(|known| *known == name);
    let first = place(&JAPANESE)
        .filter(|_| japanese)
        .or_else(|| place(&KOREAN).filter(|_| korean))
        .or_else(|| place(&FIRST).map(|at| at + JAPANESE.len()))
        .unwrap_or(usize::MAX);
    let odd = [
        "bold",
        "italic",
        "oblique",
        "light",
        "thin",
        "black",
        "mono",
        "serif",
        "condensed",
    ];
    (first, odd.iter().any(|word| name.contains(word)), path.to_owned())
}

/// The folders in which systems keep fonts.
fn folders() -> Vec<PathBuf> {
    let of = |name: &str, below: &str| {
        let base = std::env::var_os(name).filter(|value| !value.is_empty());
        base.map(|base| PathBuf::from(base).join(below))
    };
    let own = [
        of("WINDIR", "Fonts"),
        of("LOCALAPPDATA", "Microsoft/Windows/Fonts"),
        of("HOME", ".local/share/fonts"),
        of("HOME", ".fonts"),
        of("HOME", "Library/Fonts"),
    ];
    let fixed = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
    ];
    let own = own.into_iter().flatten();
    own.chain(fixed.map(PathBuf::from)).collect()
}

/// Files whose names are those of fonts. Fonts of coloured pictures are left out: they hold no outlines.
fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let (mut all, mut seen) = (Vec::new(), 0);
    let mut open: Vec<(PathBuf, usize)> = folders.iter().rev().map(|folder| (folder.clone(), 0)).collect();
    while let Some((folder, depth)) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            seen += 1;
            if seen > NAMES {
                return all;
            }
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && depth < DEPTH {
                open.push((path, depth + 1));
            } else if is_font(&path) {
                all.push(path);
            }
        }
    }
    all
}

fn is_font(path: &Path) -> bool {
    let ending = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    matches!(ending.as_str(), "ttf" | "otf" | "ttc" | "otc")
        && !name.contains("emoji")
        && !name.contains("color")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_and_foreign_files_are_passed_over_and_nothing_is_made_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let font: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
        for (name, bytes) in [
            ("a.ttf", b"not a font".as_slice()),
            ("b.ttc", b"ttcf\0\x01\0\0\xff\xff\xff\xff".as_slice()),
            ("c.otf", font.get(..20_000).unwrap()),
            ("d.txt", font),
            ("NotoColorEmoji.ttf", font),
        ] {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let wanted = BTreeSet::from(['ж', '山']);
        let found = files(&[folder.path().to_owned(), "/nowhere".into()]);
        assert_eq!(found.len(), 3);
        assert!(choose(found, &wanted).is_empty());
        std::fs::write(folder.path().join("e.otf"), font).unwrap();
        let kept = choose(files(&[folder.path().to_owned()]), &wanted);
        assert_eq!(kept.len(), 1);
        let face = kept.first().unwrap().face().unwrap();
        assert!(face.has('ж'));
    }

    #[test]
    fn kana_ask_for_japanese_shapes_first() {
        let at = |name: &str, text: &str| rank(Path::new(name), &text.chars().collect());
        assert!(at("YuGothM.ttc", "山たろう") < at("msyh.ttc", "山たろう"));
        assert!(at("YuGothM.ttc", "山") > at("msyh.ttc", "山"));
        assert!(at("Some-Regular.ttf", "山") < at("Some-Bold.ttf", "山"));
    }
}
