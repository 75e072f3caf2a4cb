//! Huffman codes of a limited length.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The length of every symbol's code, 0 where it does not occur, none longer than `limit` bits. A code of a single
/// symbol gets a second one, so that it is complete.
pub fn lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut counts = counts.to_vec();
    let used = counts.iter().filter(|count| **count > 0).count();
    if used == 0 {
        return vec![0; counts.len()];
    }
    if used == 1 {
        let free = usize::from(counts[0] > 0);
        counts[free] = 1;
    }
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|length| *length <= limit) {
            return lengths;
        }
        // Rarer symbols become relatively more frequent, and their codes shorter.
        for count in counts.iter_mut().filter(|count| **count > 0) {
            *count = (*count).div_ceil(2);
        }
    }
}

fn unlimited(counts: &[u32]) -> Vec<u8> {
    let leaves = counts.len();
    let mut parents = vec![usize::MAX; leaves];
    let mut heap: BinaryHeap<_> = (0..leaves)
        .filter(|symbol| counts[*symbol] > 0)
        .map(|symbol| Reverse((counts[symbol], symbol)))
        .collect();
    while let (Some(Reverse(one)), Some(Reverse(two))) = (heap.pop(), heap.pop()) {
        let node = parents.len();
        parents.push(usize::MAX);
        parents[one.1] = node;
        parents[two.1] = node;
        if heap.is_empty() {
            break;
        }
        heap.push(Reverse((one.0 + two.0, node)));
    }
    // A node stands behind all its children, so that its depth is known before theirs.
    let mut depths = vec![0_u8; parents.len()];
    for node in (0..parents.len()).rev() {
        if let Some(above) = depths.get(parents[node]) {
            depths[node] = above.saturating_add(1);
        }
    }
    depths.truncate(leaves);
    depths
}

/// The canonical codes of these lengths.
pub fn codes(lengths: &[u8]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
    order.sort_by_key(|symbol| (lengths[*symbol], *symbol));
    let mut codes = vec![0; lengths.len()];
    let (mut next, mut before) = (0, 0);
    for symbol in order {
        next <<= lengths[symbol] - before;
        before = lengths[symbol];
        codes[symbol] = next;
        next += 1;
    }
    codes
}
