//! Xerox audit logs and the protocol logs that come with them: read each for itself, then side by side.

pub mod archive_name;
pub mod audit;
pub mod blocks;
mod clock;
mod job;
mod meaning;
mod newest;
pub mod reader;
pub mod row;
mod told;

use super::collect::Collector;
use super::text::protocol::Drop;
use crate::evidence::{Actor, Evidence, Fact};
use crate::gate::Gate;
use jiff::Timestamp;

/// Seconds between a failed job and a dropped connection that belong together.
const TOGETHER: i64 = 180;
/// Most ties that are told.
const TOLD: usize = 100;

/// What the logs of one archive say that only shows side by side.
#[derive(Debug, Default)]
pub struct Together {
    /// Times of failed e-mail jobs with the job's line.
    pub failed: Vec<(Timestamp, u64)>,
    /// Connections that the TLS log tells to have failed.
    pub drops: Vec<Drop>,
    /// The last state of the protocol log's switch.
    pub switched_on: Option<bool>,
    /// Lines of the TLS log, where there is one.
    pub tls_lines: Option<u64>,
    /// Seconds that the device's local time is ahead of UTC, by which the audit log's times are set.
    pub offset: i64,
}

impl Together {
    /// Tells what belongs together.
    pub fn tell(&self, out: &mut Collector) {
        let mut told = 0;
        for drop in &self.drops {
            let near = self
                .failed
                .iter()
                .map(|(at, line)| {
                    // The protocol log may write local time or UTC.
                    let apart = at.as_second() - drop.at.as_second();
                    (apart.abs().min((apart + self.offset).abs()), *line)
                })
                .min();
            if let Some((apart, line)) = near.filter(|(apart, _)| *apart <= TOGETHER)
                && told < TOLD
            {
                told += 1;
                let text = format!(
                    "a secure connection failed {apart} s from the failed e-mail job on line {line} of the audit log: {}",
                    drop.text
                );
                note(Gate::Encrypt, text, Some(drop.at), out);
            }
        }
        if self.tls_lines == Some(0) {
            let text = match self.switched_on {
                Some(true) => {
                    "the TLS protocol log is switched on and still empty: the device was probably not restarted after it was switched on"
                }
                Some(false) => "the TLS protocol log is empty: it is switched off",
                None => {
                    "the TLS protocol log is empty: it is off, or the device was not restarted after it was switched on"
                }
            };
            note(Gate::Device, text.to_owned(), None, out);
        }
    }
}

/// Something told for completeness.
fn note(gate: Gate, text: String, at: Option<Timestamp>, out: &mut Collector) {
    let name = out.name().to_owned();
    let mut evidence = Evidence::observed(
        gate,
        Actor::Device,
        &name,
        Fact::Note { text: text.clone() },
        text,
    );
    evidence.at = at;
    out.push(evidence);
}
