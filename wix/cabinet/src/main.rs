//! `cabinet OLD NEW`: packs a cabinet anew with LZX, reads it back and compares.
//!
//! The installers are packed so by WiX on Windows; nothing on Debian does it. The order, names, times and attributes
//! of the files stay. \[MS-CAB\] is the form of a cabinet, \[MS-PATCH\] that of LZX.

mod bits;
mod block;
mod compress;
mod container;
mod huffman;
mod matches;
mod parse;
mod slots;
mod token;

use std::error::Error;
use std::io::{Cursor, Read as _};

fn main() -> Result<(), Box<dyn Error>> {
    let mut names = std::env::args_os().skip(1);
    let (Some(old), Some(new), None) = (names.next(), names.next(), names.next()) else {
        return Err("usage: cabinet OLD NEW".into());
    };
    std::fs::write(new, repack(&std::fs::read(old)?)?)?;
    Ok(())
}

fn repack(old: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let whole = contents(old)?;
    let new = container::repack(old, compress::compress(&whole))?;
    if contents(&new)? != whole {
        return Err("the new cabinet does not give back what the old one held".into());
    }
    Ok(new)
}

/// What all files hold, one behind the other, as the cabinet orders them.
fn contents(cabinet: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut reader = cab::Cabinet::new(Cursor::new(cabinet))?;
    let names: Vec<String> = reader
        .folder_entries()
        .flat_map(|folder| folder.file_entries().map(|file| file.name().to_owned()))
        .collect();
    let mut whole = Vec::new();
    for name in names {
        reader.read_file(&name)?.read_to_end(&mut whole)?;
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cabinet as other tools make it, of files with these contents.
    fn cabinet(files: &[Vec<u8>]) -> Vec<u8> {
        let mut builder = cab::CabinetBuilder::new();
        let folder = builder.add_folder(cab::CompressionType::MsZip);
        for number in 0..files.len() {
            folder.add_file(format!("file{number}"));
        }
        let mut writer = builder.build(Cursor::new(Vec::new())).unwrap();
        for file in files {
            std::io::copy(&mut &file[..], &mut writer.next_file().unwrap().unwrap()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// Bytes without a pattern, the same ones every time.
    fn noise(size: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let next = |()| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        std::iter::repeat_n((), size).map(next).collect()
    }

    #[test]
    fn every_kind_of_content_comes_back() {
        let calls: Vec<u8> = (0..30_000_u32)
            .flat_map(|n| [0xe8, n as u8, (n >> 8) as u8, 0, (n % 3 == 0) as u8])
            .collect();
        let far: Vec<u8> = [noise(70_000), vec![7; 2 << 20], noise(70_000)].concat();
        let words = "the scan leaves, the scan comes back; "
            .repeat(4_000)
            .into_bytes();
        for files in [
            vec![words.clone()],
            vec![noise(100_000)],
            vec![calls, words],
            vec![far],
            vec![vec![1], vec![2, 2]],
        ] {
            let old = cabinet(&files);
            let new = repack(&old).unwrap();
            assert_eq!(contents(&new).unwrap(), files.concat());
        }
    }

    #[test]
    fn calls_to_one_place_become_equal() {
        let mut code = noise(200_000);
        for at in (0..190_000_i32).step_by(50) {
            code[at as usize] = 0xe8;
            code[at as usize + 1..at as usize + 5].copy_from_slice(&(150_000 - at).to_le_bytes());
        }
        let old = cabinet(&[code]);
        assert!(repack(&old).unwrap().len() + 10_000 < old.len());
    }

    #[test]
    fn what_is_no_single_cabinet_is_refused() {
        assert!(repack(b"MSCF").is_err());
        let mut series = cabinet(&[vec![1; 100]]);
        series[30] = 1;
        assert!(repack(&series).is_err());
    }
}
