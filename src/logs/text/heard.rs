//! The record of this program's own listener: a line with the form's name, then one observation a line.

use super::{Format, Line};
use crate::listen::{self, Hearing};
use crate::logs::collect::Collector;

/// Reads such a record.
#[derive(Default)]
pub struct Heard {
    hearing: Hearing,
}

impl Format for Heard {
    fn line(&mut self, line: Line<'_>, _out: &mut Collector) -> bool {
        match listen::read_line(line.text) {
            Some(observation) => self.hearing.take(observation),
            None => return listen::is_record(line.text),
        }
        true
    }

    fn finish(&mut self, out: &mut Collector) {
        for mut evidence in self.hearing.evidence() {
            evidence.source = format!("{}, {}", out.name(), evidence.source);
            out.push(evidence);
        }
    }
}
