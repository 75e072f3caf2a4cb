//! Where the rows of a text begin: a thinned list of places, of bounded length however long the text is.

use super::row::LONGEST;

/// Rows between two places at the beginning; doubled whenever the list is full.
const STRIDE: u64 = 64;
/// Most places.
const PLACES: usize = 1 << 16;
/// Bytes behind which a place is noted even where few rows lie between.
const FAR: u64 = 256 * 1024;

/// A row's number and the position of its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Row, from 0.
    pub row: u64,
    /// Position in bytes.
    pub at: u64,
}

/// The places known so far.
#[derive(Debug)]
pub struct Index {
    places: Vec<Place>,
    stride: u64,
    /// Whole rows.
    rows: u64,
    /// Position behind the last byte seen.
    bytes: u64,
    /// Position at which the row that is not whole yet begins.
    open: u64,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            places: vec![Place { row: 0, at: 0 }],
            stride: STRIDE,
            rows: 0,
            bytes: 0,
            open: 0,
        }
    }
}

impl Index {
    /// Takes the next bytes of the text in.
    pub fn feed(&mut self, bytes: &[u8]) {
        for end in memchr::memchr_iter(b'\n', bytes) {
            self.rows += 1;
            self.open = self.bytes + end as u64 + 1;
            let last = self.places.last().copied().unwrap_or(Place { row: 0, at: 0 });
            if self.rows - last.row >= self.stride || self.open - last.at >= FAR {
                self.places.push(Place {
                    row: self.rows,
                    at: self.open,
                });
                if self.places.len() > PLACES {
                    self.thin();
                }
            }
        }
        self.bytes += bytes.len() as u64;
    }

    /// The text is whole: what stands behind the last line feed is a row too.
    pub fn finish(&mut self) {
        if self.bytes > self.open {
            self.rows += 1;
            self.open = self.bytes;
        }
    }

    /// Rows that can be shown: whole ones, and the last one as soon as it is longer than what is shown of a row.
    pub fn rows(&self) -> u64 {
        self.rows + u64::from(self.shows_open())
    }

    /// Position behind the last row that can be shown, as far as it is known.
    pub fn end(&self) -> u64 {
        if self.shows_open() { self.bytes } else { self.open }
    }

    fn shows_open(&self) -> bool {
        self.bytes - self.open > LONGEST as u64
    }

    /// The last place at or before a row, and the one behind it.
    pub fn around(&self, row: u64) -> (Place, Option<Place>) {
        let behind = self.places.partition_point(|place| place.row <= row);
        let place = behind.checked_sub(1).and_then(|at| self.places.get(at));
        (
            place.copied().unwrap_or(Place { row: 0, at: 0 }),
            self.places.get(behind).copied(),
        )
    }

    /// Leaves out every second place, but none behind a long stretch of bytes.
    fn thin(&mut self) {
        self.stride *= 2;
        let mut kept: Vec<Place> = Vec::with_capacity(PLACES / 2 + 1);
        for (at, place) in self.places.iter().enumerate() {
            let near = kept.last().is_some_and(|last| {
                place.row - last.row < self.stride
                    && self.places.get(at + 1).is_none_or(|next| next.at - last.at < FAR)
            });
            if !near {
                kept.push(*place);
            }
        }
        self.places = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_whatever_the_pieces() {
        let text = b"a\nbb\n\nlast";
        for size in 1..text.len() {
            let mut index = Index::default();
            for piece in text.chunks(size) {
                index.feed(piece);
            }
            assert_eq!((index.rows(), index.end()), (3, 6));
            index.finish();
            assert_eq!((index.rows(), index.end()), (4, 10));
        }
    }

    #[test]
    fn the_list_stays_short_and_places_stay_true() {
        let mut index = Index::default();
        let block = b"x\n".repeat(100_000);
        for _ in 0..200 {
            index.feed(&block);
        }
        assert!(index.places.len() <= PLACES);
        for row in [0, 1, 63, 64, 999_999, 19_999_999] {
            let (place, next) = index.around(row);
            assert!(place.row <= row && place.at == 2 * place.row, "{row}");
            assert!(next.is_none_or(|next| next.row > row));
            assert!(row - place.row <= index.stride);
        }
    }

    #[test]
    fn a_row_without_end_shows_before_its_end_is_known() {
        let mut index = Index::default();
        index.feed(b"short\n");
        index.feed(&[b'x'; LONGEST]);
        assert_eq!((index.rows(), index.end()), (1, 6));
        index.feed(b"x");
        assert_eq!((index.rows(), index.end()), (2, 7 + LONGEST as u64));
        index.feed(b"x\nlast");
        assert_eq!((index.rows(), index.end()), (2, 9 + LONGEST as u64));
        index.finish();
        assert_eq!(index.rows(), 3);
    }

    #[test]
    fn a_long_row_is_followed_by_a_place() {
        let mut index = Index::default();
        index.feed(&vec![b'x'; 3 << 20]);
        index.feed(b"\nshort\n");
        assert_eq!(
            index.around(1).0,
            Place {
                row: 1,
                at: (3 << 20) + 1
            }
        );
    }
}
