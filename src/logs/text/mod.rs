//! Text files: lines in any encoding, the format they are in, and a reader for each.

pub mod detect;
pub mod find;
pub mod frames;
pub mod lines;
pub mod talk;
pub mod when;

pub mod clients;
pub mod codes;
pub mod exchange;
pub mod heard;
pub mod iis;
pub mod mta;
pub mod openssl;
pub mod protocol;
pub mod sessions;
pub mod trace;
pub mod transcript;

use super::collect::Collector;

/// One line of a text file.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The text, cleaned of control characters.
    pub text: &'a str,
    /// Its number, from 1.
    pub number: u64,
}

/// Reads a format line by line.
pub trait Format {
    /// Takes a line in; says whether it was one of the format's records.
    fn line(&mut self, line: Line<'_>, out: &mut Collector) -> bool;

    /// Tells what only the whole file shows.
    fn finish(&mut self, _out: &mut Collector) {}
}
