//! Evidence and knowledge to a diagnosis: candidates, the chain of faults, what is ruled out, what to test next.

use crate::certainty::Certainty;
use crate::evidence::Evidence;
use crate::gate::Gate;
use serde::Serialize;

/// The finding, as in the contract's `diagnose --json` (without files, remedy and probes, which are not reasoning).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// The one sentence.
    pub verdict: Verdict,
    /// The faults that stop the device, in the order in which it meets them; the first is the verdict.
    pub chain: Vec<Link>,
    /// Possible causes of this failure, most credible first.
    pub candidates: Vec<Candidate>,
    /// Causes that cannot be it.
    pub ruled_out: Vec<RuledOut>,
    /// True facts that do no harm here.
    pub harmless: Vec<Harmless>,
    /// The test that tells most while it is not certain.
    pub next_test: Option<NextTest>,
    /// Both lanes of the send path.
    pub gates: Vec<GateState>,
    /// All evidence, numbered.
    pub evidence: Vec<Evidence>,
}

/// The root cause and how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Cause id, `none` or `inconclusive`.
    pub cause: String,
    /// The cause's gate.
    pub gate: Option<Gate>,
    /// How sure.
    pub certainty: Certainty,
    /// 0 to 1.
    pub confidence: f64,
    /// One sentence.
    pub headline: String,
}

/// One fault of the chain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// Cause id.
    pub cause: String,
    /// The cause's gate.
    pub gate: Gate,
    /// How sure.
    pub certainty: Certainty,
    /// A few words.
    pub title: String,
    /// One sentence.
    pub headline: String,
    /// Ids of the evidence for it.
    pub evidence: Vec<String>,
}

/// A possible cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Cause id.
    pub cause: String,
    /// 0 to 1.
    pub confidence: f64,
    /// How sure.
    pub certainty: Certainty,
    /// Ids of the evidence for it.
    pub supporting: Vec<String>,
    /// Ids of the evidence against it.
    pub contradicting: Vec<String>,
    /// The sum, term by term: what each piece of evidence added to the log-odds.
    pub reasons: Vec<Reason>,
}

/// One term of a candidate's sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// Evidence id.
    pub evidence: String,
    /// Added log-odds.
    pub weight: f64,
    /// The evidence's sentence.
    pub summary: String,
}

/// A cause that cannot be it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuledOut {
    /// Cause id.
    pub cause: String,
    /// Ids of the evidence that rules it out.
    pub because: Vec<String>,
    /// One sentence.
    pub why: String,
}

/// A true fact that does no harm here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Harmless {
    /// The fact, in a sentence.
    pub fact: String,
    /// Why it does no harm.
    pub why: String,
    /// Ids of the evidence.
    pub evidence: Vec<String>,
}

/// A test to run next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NextTest {
    /// Probe id, `listen`, or `ask` for a question to a person.
    pub probe: String,
    /// Why.
    pub why: String,
}

/// One column of the send path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GateState {
    /// The gate.
    pub gate: Gate,
    /// This computer's passage.
    pub laptop: LaptopState,
    /// The copier's passage.
    pub device: DeviceState,
}

/// This computer's passage through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LaptopState {
    /// Through.
    Passed,
    /// Stopped there.
    Failed,
    /// Not tried.
    NotTested,
    /// Tried, and nothing could be learned.
    Unknown,
}

/// The copier's passage through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceState {
    /// Seen to get through.
    Passed,
    /// Seen to be stopped there.
    Failed,
    /// Will get through, from what is known of it.
    PredictedPass,
    /// Will be stopped there, from what is known of it.
    PredictedFail,
    /// Nothing is known.
    Unknown,
}
