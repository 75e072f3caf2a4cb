//! The frames of a capture file: pcap and pcapng, in any byte order and time resolution.

use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{Block, PcapBlockOwned, PcapError, create_reader};
use std::io::Read;

/// Bytes read at a time; few enough to stay in the processor's cache until they are read.
const BUFFER: usize = 256 << 10;
/// Largest record that is read; a longer one is a lie.
const LARGEST_RECORD: usize = 64 << 20;

/// One frame as it was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Link type (`LINKTYPE_…` of tcpdump.org).
    pub link: i32,
    /// Microseconds since 1970; `None` where the record has no time.
    pub micros: Option<i64>,
    /// The bytes that were kept.
    pub data: &'a [u8],
}

/// How far the file could be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Frames read.
    pub frames: u64,
    /// What stopped the reading before its end, with the position.
    pub problem: Option<String>,
}

/// A recording interface of a pcapng section.
#[derive(Clone, Copy)]
struct Interface {
    link: i32,
    units: u64,
    offset: i64,
}

/// Hands every frame to `take`.
pub fn each<R: Read + Send>(source: R, mut take: impl FnMut(Frame<'_>)) -> Outcome {
    let mut outcome = Outcome::default();
    let mut reader = match create_reader(BUFFER, source) {
        Ok(reader) => reader,
        Err(error) => {
            outcome.problem = Some(format!("not a readable capture: {error}"));
            return outcome;
        }
    };
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut capacity = BUFFER;
    loop {
        match reader.next() {
            Ok((length, block)) => {
                if let Some(frame) = frame_of(&block, &mut interfaces) {
                    outcome.frames += 1;
                    take(frame);
                }
                // What is left moves to the front when the buffer is filled again, and not before.
                reader.consume_noshift(length);
            }
            Err(PcapError::Eof) => break,
            Err(PcapError::Incomplete(_) | PcapError::BufferTooSmall) => {
                if reader.data().is_empty() && reader.reader_exhausted() {
                    break;
                }
                if let Err(problem) = more(reader.as_mut(), &mut capacity) {
                    outcome.problem = Some(format!("{problem} at byte {}", reader.consumed()));
                    break;
                }
            }
            Err(PcapError::UnexpectedEof) => {
                outcome.problem = Some(format!(
                    "ends in the middle of a record at byte {}",
                    reader.consumed()
                ));
                break;
            }
            Err(_) => {
                outcome.problem = Some(format!("a damaged record at byte {}", reader.consumed()));
                break;
            }
        }
    }
    outcome
}

/// Gets more bytes for a record that is not whole yet.
fn more(reader: &mut dyn PcapReaderIterator, capacity: &mut usize) -> Result<(), &'static str> {
    let before = reader.data().len();
    if before >= *capacity {
        if *capacity >= LARGEST_RECORD {
            return Err("a record that claims more than 64 MB");
        }
        *capacity = capacity.saturating_mul(4).min(LARGEST_RECORD);
        reader.grow(*capacity);
    }
    reader.refill().map_err(|_| "the file cannot be read further")?;
    if reader.data().len() == before && before > 0 && reader.reader_exhausted() {
        return Err("ends in the middle of a record");
    }
    Ok(())
}

/// The frame of a block; interfaces are noted as they are described.
fn frame_of<'a>(block: &PcapBlockOwned<'a>, interfaces: &mut Vec<Interface>) -> Option<Frame<'a>> {
    match block {
        PcapBlockOwned::LegacyHeader(header) => {
            let units = if header.is_nanosecond_precision() {
                1_000_000_000
            } else {
                1_000_000
            };
            // The upper half of the field holds flags.
            let link = header.network.0 & 0xffff;
            *interfaces = vec![Interface {
                link,
                units,
                offset: 0,
            }];
            None
        }
        PcapBlockOwned::Legacy(record) => {
            let interface = interfaces.first()?;
            let fraction = if interface.units == 1_000_000_000 {
                record.ts_usec / 1000
            } else {
                record.ts_usec
            };
            Some(Frame {
                link: interface.link,
                micros: Some(i64::from(record.ts_sec) * 1_000_000 + i64::from(fraction)),
                data: record.data.get(..record.caplen as usize).unwrap_or(record.data),
            })
        }
        PcapBlockOwned::NG(block) => frame_of_section(block, interfaces),
    }
}

fn frame_of_section<'a>(block: &Block<'a>, interfaces: &mut Vec<Interface>) -> Option<Frame<'a>> {
    match block {
        Block::SectionHeader(_) => interfaces.clear(),
        // A section that describes thousands of interfaces is a lie.
        Block::InterfaceDescription(description) if interfaces.len() < 4096 => {
            interfaces.push(Interface {
                link: description.linktype.0,
                units: description.ts_resolution().unwrap_or(1_000_000).max(1),
                offset: description.ts_offset(),
            });
        }
        Block::EnhancedPacket(packet) => {
            let interface = interfaces.get(packet.if_id as usize)?;
            let ticks = (u128::from(packet.ts_high) << 32) | u128::from(packet.ts_low);
            let micros = i64::try_from(ticks * 1_000_000 / u128::from(interface.units)).ok();
            return Some(Frame {
                link: interface.link,
                micros: micros
                    .and_then(|micros| micros.checked_add(interface.offset.checked_mul(1_000_000)?)),
                data: packet.data.get(..packet.caplen as usize).unwrap_or(packet.data),
            });
        }
        Block::SimplePacket(packet) => {
            return Some(Frame {
                link: interfaces.first()?.link,
                micros: None,
                data: packet.data,
            });
        }
        _ => {}
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A classic capture with two frames of two bytes.
    fn small() -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&0xa1b2_c3d4_u32.to_le_bytes());
        bytes.extend_from_slice(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0]);
        for second in [10u32, 11] {
            for field in [second, 5, 2, 60] {
                bytes.extend_from_slice(&field.to_le_bytes());
            }
            bytes.extend_from_slice(&[0xaa, 0xbb]);
        }
        bytes
    }

    #[test]
    fn frames_come_with_their_time_and_link() {
        let mut seen = Vec::new();
        let outcome = each(small().as_slice(), |frame| {
            seen.push((frame.link, frame.micros, frame.data.len()));
        });
        assert_eq!(outcome.problem, None);
        assert_eq!(seen, [(1, Some(10_000_005), 2), (1, Some(11_000_005), 2)]);
    }

    #[test]
    fn a_capture_cut_in_a_record_gives_what_stands_before() {
        let whole = small();
        let outcome = each(&whole[..whole.len() - 1], |_| {});
        assert_eq!(outcome.frames, 1);
        assert!(outcome.problem.unwrap().contains("middle of a record at byte 42"));
    }

    #[test]
    fn a_lying_length_does_not_eat_memory() {
        let mut bytes = small();
        bytes[32..36].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
        let outcome = each(bytes.as_slice(), |_| {});
        assert_eq!(outcome.frames, 0);
        assert!(outcome.problem.is_some());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(
            tail in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
            next_generation: bool,
        ) {
            let mut bytes = if next_generation { vec![0x0a, 0x0d, 0x0d, 0x0a] } else { small() };
            bytes.extend_from_slice(&tail);
            each(bytes.as_slice(), |_| {});
        }
    }
}
