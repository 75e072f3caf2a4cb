//! One direction of a TCP connection put together again: order, repetition, overlap, loss.

use std::collections::BTreeMap;

/// Most bytes that may wait for a segment before them.
const WAITING_BYTES: usize = 256 * 1024;
/// Most segments that may wait for a segment before them.
const WAITING_SEGMENTS: usize = 128;

/// What comes out, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The next bytes.
    Data(&'a [u8]),
    /// So many bytes that the recording does not have.
    Gap(u64),
}

/// Segment data that arrived too early: its bytes, and how many more the recording cut off.
type Early = (Vec<u8>, usize);

/// One direction. Positions are counted from the first byte, so that sequence numbers may wrap.
#[derive(Debug, Default)]
pub struct Direction {
    /// Sequence number of position 0.
    start: Option<u32>,
    /// Position of the next byte to give out.
    next: i64,
    early: BTreeMap<i64, Early>,
    early_bytes: usize,
}

impl Direction {
    /// Notes the sequence number of a SYN.
    pub fn open(&mut self, sequence: u32) {
        if self.start.is_none() {
            self.start = Some(sequence.wrapping_add(1));
        }
    }

    /// Takes a segment's data in; `cut` bytes behind it were not recorded.
    pub fn push(&mut self, sequence: u32, data: &[u8], cut: usize, out: &mut impl FnMut(Piece<'_>)) {
        if data.is_empty() && cut == 0 {
            return;
        }
        let start = *self.start.get_or_insert(sequence);
        let position = self.position(start, sequence);
        if position > self.next {
            self.keep(position, data, cut);
            if self.early_bytes > WAITING_BYTES || self.early.len() > WAITING_SEGMENTS {
                self.skip_gap(out);
            }
            return;
        }
        self.give(position, data, cut, out);
        self.drain(out);
    }

    /// Gives out what still waits, with the gaps before it.
    pub fn finish(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        while !self.early.is_empty() {
            self.skip_gap(out);
        }
    }

    /// The position of a sequence number, taken as the one nearest to the next byte.
    fn position(&self, start: u32, sequence: u32) -> i64 {
        let [a, b, c, d, ..] = self.next.to_le_bytes();
        let expected = start.wrapping_add(u32::from_le_bytes([a, b, c, d]));
        self.next + i64::from(sequence.wrapping_sub(expected).cast_signed())
    }

    fn keep(&mut self, position: i64, data: &[u8], cut: usize) {
        let old = self.early.get(&position).map_or(0, |(old, _)| old.len());
        if !self.early.contains_key(&position) || old < data.len() {
            self.early_bytes = self.early_bytes.saturating_sub(old) + data.len();
            self.early.insert(position, (data.to_vec(), cut));
        }
    }

    /// Gives out the part of a segment that is new.
    fn give(&mut self, position: i64, data: &[u8], cut: usize, out: &mut impl FnMut(Piece<'_>)) {
        let known = usize::try_from(self.next - position).unwrap_or(0);
        if let Some(new) = data.get(known..).filter(|new| !new.is_empty()) {
            out(Piece::Data(new));
            self.next += length(new.len());
        }
        let end = position + length(data.len()) + length(cut);
        if cut > 0 && end > self.next {
            out(Piece::Gap(u64::try_from(end - self.next).unwrap_or(0)));
            self.next = end;
        }
    }

    fn drain(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        while let Some(entry) = self.early.first_entry() {
            if *entry.key() > self.next {
                break;
            }
            let (position, (data, cut)) = entry.remove_entry();
            self.early_bytes = self.early_bytes.saturating_sub(data.len());
            self.give(position, &data, cut, out);
        }
    }

    fn skip_gap(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        if let Some((position, _)) = self.early.first_key_value() {
            let lost = position.saturating_sub(self.next);
            self.next = self.next.max(*position);
            if lost > 0 {
                out(Piece::Gap(u64::try_from(lost).unwrap_or(0)));
            }
        }
        self.drain(out);
    }
}

fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays segments (sequence, data) and writes what comes out; `|` is a gap.
    fn play(isn: Option<u32>, segments: &[(u32, &str)]) -> String {
        let mut direction = Direction::default();
        let mut text = String::new();
        let mut out = |piece: Piece<'_>| match piece {
            Piece::Data(data) => text.push_str(&String::from_utf8_lossy(data)),
            Piece::Gap(_) => text.push('|'),
        };
        if let Some(isn) = isn {
            direction.open(isn);
        }
        for (sequence, data) in segments {
            direction.push(*sequence, data.as_bytes(), 0, &mut out);
        }
        direction.finish(&mut out);
        text
    }

    #[test]
    fn order_is_restored_and_repetition_dropped() {
        assert_eq!(
            play(Some(99), &[(100, "ab"), (104, "ef"), (102, "cd"), (100, "ab")]),
            "abcdef"
        );
    }

    #[test]
    fn an_overlap_keeps_what_came_first() {
        assert_eq!(play(Some(99), &[(100, "abcd"), (102, "XXef")]), "abcdef");
    }

    #[test]
    fn a_loss_is_told_once_and_the_rest_is_read() {
        assert_eq!(play(Some(99), &[(100, "ab"), (110, "xy"), (112, "z")]), "ab|xyz");
    }

    #[test]
    fn without_a_syn_the_first_segment_is_the_beginning() {
        assert_eq!(play(None, &[(5000, "ab"), (5002, "c")]), "abc");
    }

    #[test]
    fn sequence_numbers_may_wrap() {
        assert_eq!(
            play(Some(u32::MAX - 2), &[(u32::MAX - 1, "abcd"), (2, "ef")]),
            "abcdef"
        );
    }

    #[test]
    fn a_keep_alive_before_the_first_byte_harms_nothing() {
        assert_eq!(play(Some(99), &[(100, "ab"), (101, "b"), (102, "c")]), "abc");
    }

    proptest::proptest! {
        #[test]
        fn any_order_and_overlap_gives_the_text_back(
            isn: u32,
            cuts in proptest::collection::vec((0usize..200, 1usize..60), 0..40),
        ) {
            let text: String = (0..200u8).map(|n| char::from(b'a' + n % 26)).collect();
            let first = isn.wrapping_add(1);
            let mut segments: Vec<(u32, &str)> = cuts
                .iter()
                .map(|(from, long)| (first.wrapping_add(u32::try_from(*from).unwrap()), &text[*from..(*from + *long).min(200)]))
                .collect();
            segments.push((first, &text));
            proptest::prop_assert_eq!(play(Some(isn), &segments).replace('|', ""), text);
        }
    }
}
