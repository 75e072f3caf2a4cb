//! The newest of many: all are counted, only the last ones kept.

use std::collections::VecDeque;

/// The newest entries of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest<T> {
    list: VecDeque<T>,
    most: usize,
    count: u64,
}

impl<T> Newest<T> {
    /// Keeps so many.
    pub fn new(most: usize) -> Self {
        Self {
            list: VecDeque::new(),
            most,
            count: 0,
        }
    }

    /// Adds one.
    pub fn push(&mut self, entry: T) {
        if self.list.len() >= self.most {
            self.list.pop_front();
        }
        self.list.push_back(entry);
        self.count += 1;
    }

    /// Adds one that is older than all others.
    pub fn push_first(&mut self, entry: T) {
        if self.list.len() < self.most {
            self.list.push_front(entry);
        }
        self.count += 1;
    }

    /// Adds those that come behind.
    pub fn absorb(&mut self, next: Newest<T>) {
        let room = self.most.saturating_sub(next.list.len());
        self.list.drain(..self.list.len().saturating_sub(room));
        self.list.extend(next.list);
        self.count += next.count;
    }

    /// The same with other entries.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Newest<U> {
        Newest {
            list: self.list.into_iter().map(change).collect(),
            most: self.most,
            count: self.count,
        }
    }

    /// The entries that are kept, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.list.iter()
    }

    /// How many were not kept.
    pub fn left_out(&self) -> u64 {
        self.count - self.list.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn parts_give_what_one_list_gives(most in 1usize..6, first in 0u32..10, behind in 0u32..10) {
            let of = |from, to| {
                let mut list = Newest::new(most);
                (from..to).for_each(|number| list.push(number));
                list
            };
            let mut parts = of(0, first);
            parts.absorb(of(first, first + behind));
            proptest::prop_assert_eq!(parts, of(0, first + behind));
        }
    }
}
