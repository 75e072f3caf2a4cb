//! What a run found, in the shape of the contract's JSON and without the raw facts: what a case keeps and a
//! report is made from.

use super::finding::{Finding, ProbeReport};
use crate::diagnose::{Candidate, GateState, Harmless, Link, NextTest, RuledOut, Verdict};
use crate::evidence::Actor;
use crate::gate::Gate;
use crate::logs::FileReport;
use crate::remedy::Remedy;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Pieces of evidence that are kept; what the verdict rests on always is.
const ROWS: usize = 500;
/// Lines of a dialogue that are kept.
const LINES: usize = 200;

/// What a run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the shape.
    #[serde(default)]
    pub schema: u32,
    /// The one sentence.
    pub verdict: Verdict,
    /// The faults in the order in which the device meets them.
    #[serde(default)]
    pub chain: Vec<Link>,
    /// Possible causes, most credible first.
    #[serde(default)]
    pub candidates: Vec<Candidate>,
    /// Causes that cannot be it.
    #[serde(default)]
    pub ruled_out: Vec<RuledOut>,
    /// True facts that do no harm here.
    #[serde(default)]
    pub harmless: Vec<Harmless>,
    /// Evidence files.
    #[serde(default)]
    pub files: Vec<FileReport>,
    /// The test that tells most.
    #[serde(default)]
    pub next_test: Option<NextTest>,
    /// What to do.
    #[serde(default)]
    pub remedy: Option<Remedy>,
    /// Both lanes of the send path.
    #[serde(default)]
    pub gates: Vec<GateState>,
    /// The evidence, as rows.
    #[serde(default)]
    pub evidence: Vec<Row>,
    /// What ran.
    #[serde(default)]
    pub probes: Vec<ProbeReport>,
    /// The whole run, in milliseconds.
    #[serde(default)]
    pub elapsed_ms: u64,
    /// What else the finding holds, such as contradictions and questions.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// One piece of evidence as a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// `e1` onwards.
    pub id: String,
    /// The gate it speaks of.
    pub gate: Gate,
    /// Whom it speaks of.
    pub actor: Actor,
    /// How it came to be known.
    #[serde(default)]
    pub basis: String,
    /// Where it came from.
    pub source: String,
    /// The kind of fact.
    #[serde(default)]
    pub kind: String,
    /// One sentence.
    pub summary: String,
    /// When it was seen.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// The fact itself, kept of certificates alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<Value>,
}

impl Record {
    /// The record of a finding.
    pub fn of(finding: &Finding) -> Result<Self, serde_json::Error> {
        Self::from_value(&serde_json::to_value(finding)?)
    }

    /// The record out of a JSON document in the shape of `diagnose --json`.
    pub fn from_value(value: &Value) -> Result<Self, serde_json::Error> {
        let mut record = Self::deserialize(value)?;
        record.trim();
        Ok(record)
    }

    /// As a JSON document, for a case.
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Leaves out what nobody reads: raw facts, and what is beyond the bounds.
    fn trim(&mut self) {
        for row in &mut self.evidence {
            if row.kind != "certificate" {
                row.fact = None;
            }
        }
        for probe in &mut self.probes {
            let over = probe.transcript.len().saturating_sub(LINES);
            if over > 0 {
                probe.transcript.truncate(LINES);
                probe.transcript.push(format!("… {over} more lines"));
            }
        }
        if self.evidence.len() > ROWS {
            let cited: BTreeSet<&str> = self
                .chain
                .iter()
                .flat_map(|link| &link.evidence)
                .chain(self.candidates.iter().take(3).flat_map(|c| &c.supporting))
                .chain(self.harmless.iter().flat_map(|harmless| &harmless.evidence))
                .chain(self.ruled_out.iter().flat_map(|out| &out.because))
                .map(String::as_str)
                .collect();
            let mut room = ROWS.saturating_sub(cited.len().min(ROWS / 2));
            let kept: Vec<bool> = self
                .evidence
                .iter()
                .map(|row| {
                    let wanted = cited.contains(row.id.as_str());
                    let free = !wanted && room > 0;
                    room -= usize::from(free);
                    wanted || free
                })
                .collect();
            let mut kept = kept.into_iter();
            self.evidence.retain(|_| kept.next().unwrap_or(false));
            self.evidence.truncate(ROWS * 2);
        }
    }
}
