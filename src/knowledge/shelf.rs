//! The entries of one kind: what is built in, read when it is first asked for, and what a user's files add to it.

use super::schema::{
    self, Authority, Blocklist, Cause, CodeTable, Device, Disagreement, EventTable, File, Firmware,
    FirmwareNote, Habit, Identify, Interference, ListenAdvice, MailFilter, Milestone, Persona, Provider,
    PublicResolver, Question, ReplyPattern, SendingMethod, Test,
};
use crate::packed::Packed;
use std::ops::Deref;
use std::sync::OnceLock;

/// One entry of a kind of knowledge.
pub trait Entry: Clone {
    /// What it is known by: a later entry of the same key takes an earlier one's place.
    fn key(&self) -> &str;
    /// The entries of a file, where the file is of this kind.
    fn of(file: File) -> Option<Vec<Self>>;
}

/// The entries of one kind, as a slice.
#[derive(Debug)]
pub struct Shelf<T> {
    built_in: &'static [Packed],
    added: Vec<T>,
    all: OnceLock<Vec<T>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self::of(&[])
    }
}

impl<T> Shelf<T> {
    /// A shelf of files that are built in.
    pub const fn of(built_in: &'static [Packed]) -> Self {
        Self {
            built_in,
            added: Vec::new(),
            all: OnceLock::new(),
        }
    }
}

impl<T: Entry> Shelf<T> {
    /// Adds entries; one whose key is there already takes the old one's place.
    pub fn add(&mut self, entries: Vec<T>) {
        self.all = OnceLock::new();
        put(&mut self.added, entries);
    }

    fn read(&self) -> Vec<T> {
        let mut all = Vec::new();
        for file in self.built_in {
            // That each of them reads, and is of this kind, a test holds.
            let entries = schema::parse(&file.text(), file.name).ok().and_then(T::of);
            put(&mut all, entries.unwrap_or_default());
        }
        put(&mut all, self.added.clone());
        all
    }
}

impl<T: Entry> Deref for Shelf<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.all.get_or_init(|| self.read())
    }
}

impl<'a, T: Entry> IntoIterator for &'a Shelf<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn put<T: Entry>(all: &mut Vec<T>, new: Vec<T>) {
    for entry in new {
        match all.iter_mut().find(|old| old.key() == entry.key()) {
            Some(old) => *old = entry,
            None => all.push(entry),
        }
    }
}

/// The entries of a kind: their type, the field that is their key, and how they stand in a file.
macro_rules! kind {
    ($entry:ty, $key:ident, $variant:ident($held:ident) => $entries:expr) => {
        impl Entry for $entry {
            fn key(&self) -> &str {
                &self.$key
            }

            fn of(file: File) -> Option<Vec<Self>> {
                match file {
                    File::$variant($held) => Some($entries),
                    _ => None,
                }
            }
        }
    };
}

kind!(Cause, id, Causes(all) => all);
kind!(ReplyPattern, id, Replies(set) => set.into_patterns());
kind!(CodeTable, vendor, Codes(table) => vec![table]);
kind!(Provider, id, Providers(all) => all);
kind!(Device, vendor, Devices(all) => all);
kind!(Identify, vendor, Identify(all) => all);
kind!(Firmware, vendor, Firmware(one) => vec![one]);
kind!(FirmwareNote, text, FirmwareNotes(all) => all);
kind!(EventTable, vendor, Events(table) => vec![table]);
kind!(Persona, id, Personas(all) => all);
kind!(Habit, id, Habits(all) => all);
kind!(ListenAdvice, id, ListenAdvice(all) => all);
kind!(Blocklist, zone, Blocklists(all) => all);
kind!(Question, id, Questions(all) => all);
kind!(Milestone, id, Dates(all) => all);
kind!(Test, probe, Tests(all) => all);
kind!(Disagreement, id, Disagreements(all) => all);
kind!(MailFilter, name, Filters(all) => all);
kind!(PublicResolver, name, Resolvers(all) => all);
kind!(Authority, id, Authorities(all) => all);
kind!(SendingMethod, id, Methods(all) => all);
kind!(Interference, id, Interference(all) => all);

#[cfg(test)]
mod tests {
    use super::super::{Knowledge, built_in};
    use super::*;

    /// Counts the entries of a kind file by file, and fails where a file does not read.
    fn entries<T: Entry>(shelf: &Shelf<T>) -> usize {
        let each = shelf.built_in.iter().map(|file| {
            let read = schema::parse(&file.text(), file.name).unwrap_or_else(|error| panic!("{error}"));
            T::of(read)
                .unwrap_or_else(|| panic!("{} is of another kind", file.name))
                .len()
        });
        each.sum()
    }

    macro_rules! all_read {
        ($knowledge:ident: $($kind:ident),*) => {{
            let mut files = 0;
            $(
                assert_eq!($knowledge.$kind.len(), entries(&$knowledge.$kind), stringify!($kind));
                assert!(!$knowledge.$kind.is_empty(), stringify!($kind));
                files += $knowledge.$kind.built_in.len();
            )*
            files
        }};
    }

    #[test]
    fn what_is_built_in_reads_and_stands_on_its_own_shelf() {
        let all = Knowledge::embedded();
        let files = all_read!(
            all: causes, replies, codes, providers, devices, identify, firmware, firmware_notes, events, personas,
            listen_advice, blocklists, questions, dates, tests, disagreements, filters, resolvers, authorities,
            methods, interference, habits
        );
        assert_eq!(files, built_in::files().count());
    }

    #[test]
    fn an_entry_of_a_user_takes_the_place_of_the_one_with_its_key() {
        let mut all = Knowledge::embedded();
        let (before, key) = (all.tests.len(), all.tests[1].probe.clone());
        let mut own = all.tests[1].clone();
        own.why = "own".into();
        all.tests.add(vec![own]);
        assert_eq!(all.tests.len(), before);
        assert_eq!(
            (all.tests[1].probe.as_str(), all.tests[1].why.as_str()),
            (key.as_str(), "own")
        );
    }
}
