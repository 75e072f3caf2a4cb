//! The cabinet round the compressed frames: header, folder, the old list of files, data with checksums.

use crate::compress::Frame;
use crate::slots::WINDOW_BITS;

const HEADER: usize = 36;
const FOLDER: usize = 8;
/// `tcompTYPE_LZX`.
const LZX: u16 = 3;

/// The old cabinet's list of files around new data.
///
/// # Errors
/// Where the cabinet has more than one folder, or is one of a series.
pub fn repack(old: &[u8], frames: Vec<Frame>) -> Result<Vec<u8>, &'static str> {
    let short = "the cabinet ends early";
    let number = |at: usize| -> Result<u32, &'static str> {
        let bytes = old.get(at..at + 4).ok_or(short)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    let (folders, files) = (number(26)? & 0xffff, number(26)? >> 16);
    let flags = number(30)? & 0xffff;
    if folders != 1 || flags != 0 {
        return Err("only a cabinet that stands alone, with one folder, can be packed anew");
    }
    let first = number(16)? as usize;
    let mut end = first;
    for _ in 0..files {
        let name = old.get(end + 16..).ok_or(short)?;
        end += 16 + name.iter().position(|byte| *byte == 0).ok_or(short)? + 1;
    }

    let list = &old[first..end];
    let data_at = HEADER + FOLDER + list.len();
    let size = data_at + frames.iter().map(|frame| 8 + frame.packed.len()).sum::<usize>();
    let mut new = old[..HEADER].to_vec();
    new[8..12].copy_from_slice(&(size as u32).to_le_bytes());
    new[16..20].copy_from_slice(&((HEADER + FOLDER) as u32).to_le_bytes());
    new.extend_from_slice(&(data_at as u32).to_le_bytes());
    new.extend_from_slice(&(frames.len() as u16).to_le_bytes());
    new.extend_from_slice(&(LZX | (WINDOW_BITS as u16) << 8).to_le_bytes());
    new.extend_from_slice(list);
    for Frame { packed, size } in frames {
        let sizes = (packed.len() as u32) | (size as u32) << 16;
        let sum = checksum(&packed) ^ sizes;
        new.extend_from_slice(&sum.to_le_bytes());
        new.extend_from_slice(&sizes.to_le_bytes());
        new.extend_from_slice(&packed);
    }
    Ok(new)
}

/// The words of a block, and the bytes behind them, laid over each other by XOR.
fn checksum(bytes: &[u8]) -> u32 {
    let words = bytes.chunks_exact(4);
    let rest = words
        .remainder()
        .iter()
        .fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    words.fold(rest, |sum, word| {
        sum ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]])
    })
}
