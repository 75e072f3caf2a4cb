//! Evidence and knowledge to a diagnosis: candidates, the chain of faults, what is ruled out, what to test next.

mod answers;
mod candidates;
mod chain;
pub mod contradictions;
mod derive;
mod information;
pub mod learn;
mod limits;
pub mod methods;
mod next_test;
mod open;
mod outrank;
mod passage;
mod reading;
mod reputation;
mod settings;
pub mod situation;
pub mod stated;
mod term;
mod weigh;
pub mod whose;
pub mod words;

use crate::case::Case;
use crate::certainty::Certainty;
use crate::evidence::Evidence;
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use serde::{Deserialize, Serialize};
use situation::Situation;
pub use term::PRIOR;

/// Reasons over the evidence. It must be numbered already (`evidence::number`).
pub fn diagnose(case: &Case, evidence: Vec<Evidence>, knowledge: &Knowledge) -> Diagnosis {
    let evidence = whose::told_apart(case, evidence);
    let situation = Situation::new(case, &evidence, knowledge);
    let mut terms = weigh::terms(&situation, &evidence, knowledge);
    weigh::by_the_device_alone(&mut terms, &evidence, knowledge);
    terms.extend(derive::terms(&situation, &evidence));
    terms.extend(limits::terms(&situation, &evidence));
    let spoken = reputation::terms(&situation, &evidence, &terms);
    terms.extend(spoken);
    terms.extend(answers::terms(&situation, &evidence, knowledge));
    whose::doubt(case, &mut terms, &evidence);
    let (weighed, ruled_out) = candidates::sum_up(terms, &evidence, knowledge);
    let links = chain::links(&situation, &weighed, &evidence, knowledge);
    let gates = passage::lanes(&situation, &evidence, &links);
    let verdict = chain::verdict(&situation, &links, &weighed, &gates, &evidence);
    let open = open::causes(&verdict, &weighed, &ruled_out, &gates, knowledge);
    let unexplained = links.is_empty()
        && next_test::device_is_said_to_fail(&evidence, &gates)
        && passage::all_needed_passed(&situation, &gates);
    let contradictions =
        contradictions::find(&situation, &evidence, &links, &weighed, unexplained, knowledge);
    let questions = answers::questions(&situation, &open, knowledge);
    let next_test = next_test::choose(&situation, &verdict, &open, &gates, &evidence, knowledge);
    let shown: Vec<Candidate> = weighed.into_iter().map(|candidate| candidate.shown).collect();
    let methods = methods::advise(&situation, &evidence, &links, &gates, knowledge);
    let harmless = derive::harmless(&situation, &evidence)
        .into_iter()
        .chain(reputation::harmless(&situation, &evidence, &links))
        .filter_map(|(position, harm)| {
            let item = evidence.get(position)?;
            Some(Harmless {
                fact: words::plain_fact(item, knowledge),
                why: harm.why().to_owned(),
                evidence: vec![item.id.clone()],
            })
        })
        .collect();
    let ruled_out = ruled_out
        .into_iter()
        .filter(|out| links.iter().all(|link| link.cause != out.cause))
        .collect();
    let dates = dates(&situation, &links, knowledge);
    Diagnosis {
        verdict,
        chain: links,
        candidates: shown,
        ruled_out,
        harmless,
        dates,
        contradictions,
        questions,
        next_test,
        methods,
        gates,
        evidence,
    }
}

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
    /// Dates that the service has announced and that may explain a fault of the chain.
    pub dates: Vec<AnnouncedDate>,
    /// Evidence that does not agree.
    pub contradictions: Vec<Contradiction>,
    /// What a person has answered, and the few questions that would tell most.
    pub questions: Vec<Question>,
    /// The test that tells most while it is not certain.
    pub next_test: Option<NextTest>,
    /// Ways of sending, judged for this site, what works first.
    pub methods: Vec<methods::MethodAdvice>,
    /// Both lanes of the send path.
    pub gates: Vec<GateState>,
    /// All evidence, numbered.
    pub evidence: Vec<Evidence>,
}

/// The root cause and how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Evidence id.
    pub evidence: String,
    /// Added log-odds.
    pub weight: f64,
    /// The evidence's sentence.
    pub summary: String,
}

/// A cause that cannot be it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuledOut {
    /// Cause id.
    pub cause: String,
    /// Ids of the evidence that rules it out.
    pub because: Vec<String>,
    /// One sentence.
    pub why: String,
}

/// A true fact that does no harm here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Harmless {
    /// The fact, in a sentence.
    pub fact: String,
    /// Why it does no harm.
    pub why: String,
    /// Ids of the evidence.
    pub evidence: Vec<String>,
}

/// A date that the mail service has announced.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnnouncedDate {
    /// When, in words.
    pub date: String,
    /// What happens then.
    pub what: String,
    /// As of which day it was known so.
    pub as_of: String,
    /// Who announced it.
    pub source: String,
}

/// The announced dates of the case's service that belong to a fault of the chain.
fn dates(situation: &Situation<'_>, links: &[Link], knowledge: &Knowledge) -> Vec<AnnouncedDate> {
    let Some(provider) = situation.provider else {
        return Vec::new();
    };
    knowledge
        .dates
        .iter()
        .filter(|date| date.provider == provider.id)
        .filter(|date| links.iter().any(|link| date.causes.contains(&link.cause)))
        .map(|date| AnnouncedDate {
            date: date.date.clone(),
            what: date.what.clone(),
            as_of: date.checked.clone(),
            source: date.source.clone(),
        })
        .collect()
}

/// Two sides of the evidence that do not agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contradiction {
    /// What it is about, in a sentence.
    pub about: String,
    /// Ids of the evidence on one side.
    pub one: Vec<String>,
    /// Ids of the evidence on the other side.
    pub other: Vec<String>,
    /// How to settle it.
    pub advice: String,
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Question {
    /// Stable id; the key of the answer in the case file (`Case::answers`).
    pub id: String,
    /// The question.
    pub text: String,
    /// What the answer tells.
    pub why: String,
    /// The answers to choose from.
    pub options: Vec<Choice>,
    /// The answer given so far: the value of a choice.
    pub answer: Option<String>,
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Stable word; what is stored.
    pub value: String,
    /// What a person reads.
    pub text: String,
}

/// A test to run next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextTest {
    /// Probe id, `listen`, or `ask` for a question to a person.
    pub probe: String,
    /// Why.
    pub why: String,
    /// The id of the question to ask, where `probe` is `ask`.
    pub question: Option<String>,
}

/// One column of the send path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GateState {
    /// The gate.
    pub gate: Gate,
    /// This computer's passage.
    pub laptop: LaptopState,
    /// The copier's passage.
    pub device: DeviceState,
}

/// This computer's passage through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
