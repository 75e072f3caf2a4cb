//! IP fragments put together again (RFC 791, section 3.2; RFC 8200, section 4.5), in bounded memory.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

/// Most datagrams that may wait for their rest.
const WAITING: usize = 256;
/// Most bytes of one datagram (the field in the header allows no more).
const LARGEST: usize = 65_535;

/// Where a fragment belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// Identification of the datagram.
    pub id: u32,
    /// Position in bytes.
    pub offset: usize,
    /// Whether others follow.
    pub more: bool,
}

type Key = (IpAddr, IpAddr, u32);

#[derive(Debug, Default)]
struct Datagram {
    parts: Vec<(usize, Vec<u8>)>,
    length: Option<usize>,
    bytes: usize,
}

/// Datagrams that wait for their rest.
#[derive(Debug, Default)]
pub struct Fragments {
    waiting: HashMap<Key, Datagram>,
    order: VecDeque<Key>,
}

impl Fragments {
    /// Adds a fragment; gives the whole payload where it was the last one missing.
    pub fn add(
        &mut self,
        source: IpAddr,
        destination: IpAddr,
        fragment: Fragment,
        bytes: &[u8],
    ) -> Option<Vec<u8>> {
        if fragment.offset + bytes.len() > LARGEST {
            return None;
        }
        let key = (source, destination, fragment.id);
        if !self.waiting.contains_key(&key) {
            if self.order.len() >= WAITING
                && let Some(oldest) = self.order.pop_front()
            {
                self.waiting.remove(&oldest);
            }
            self.order.push_back(key);
        }
        let datagram = self.waiting.entry(key).or_default();
        if !fragment.more {
            datagram.length = Some(fragment.offset + bytes.len());
        }
        datagram.bytes += bytes.len();
        if datagram.bytes > 2 * LARGEST {
            self.forget(&key);
            return None;
        }
        datagram.parts.push((fragment.offset, bytes.to_vec()));
        let whole = datagram.assemble()?;
        self.forget(&key);
        Some(whole)
    }

    fn forget(&mut self, key: &Key) {
        self.waiting.remove(key);
        self.order.retain(|other| other != key);
    }
}

impl Datagram {
    /// The payload, where no byte is missing; of overlapping bytes the first to come stand.
    fn assemble(&self) -> Option<Vec<u8>> {
        let length = self.length?;
        let mut whole = vec![0; length];
        let mut known = vec![false; length];
        for (offset, bytes) in &self.parts {
            for (position, byte) in bytes.iter().enumerate() {
                if let (Some(slot), Some(seen)) =
                    (whole.get_mut(offset + position), known.get_mut(offset + position))
                    && !*seen
                {
                    *slot = *byte;
                    *seen = true;
                }
            }
        }
        known.iter().all(|seen| *seen).then_some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(all: &mut Fragments, id: u32, offset: usize, more: bool, bytes: &[u8]) -> Option<Vec<u8>> {
        let host: IpAddr = "192.0.2.1".parse().unwrap();
        all.add(host, host, Fragment { id, offset, more }, bytes)
    }

    #[test]
    fn parts_in_any_order_make_the_whole() {
        let mut all = Fragments::default();
        assert_eq!(add(&mut all, 1, 8, false, b"rest"), None);
        assert_eq!(
            add(&mut all, 1, 0, true, b"12345678"),
            Some(b"12345678rest".to_vec())
        );
        assert!(all.waiting.is_empty());
    }

    #[test]
    fn an_overlap_does_not_rewrite_what_came_first() {
        let mut all = Fragments::default();
        add(&mut all, 1, 0, true, b"12345678");
        assert_eq!(add(&mut all, 1, 6, false, b"XXok"), Some(b"12345678ok".to_vec()));
    }

    #[test]
    fn a_flood_of_first_parts_is_bounded() {
        let mut all = Fragments::default();
        for id in 0..5000 {
            add(&mut all, id, 0, true, b"12345678");
        }
        assert!(all.waiting.len() <= WAITING && all.order.len() <= WAITING);
    }
}
