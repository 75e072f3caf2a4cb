//! `scanmedic explain`: what a reply, a log line, a bounce or a panel code means.

use super::causes::{self, INCONCLUSIVE, NONE, UNKNOWN};
use super::classify::{Rank, Reading};
use super::codes::Found;
use super::fold::codes_of;
use super::schema::ReplyPattern;
use super::units::units_of;
use super::Knowledge;
use crate::certainty::Certainty;
use crate::gate::Gate;
use serde::Serialize;

/// A panel code with more causes than this says nothing that a verdict could rest on.
const CAUSES_OF_A_CODE: usize = 3;

/// The answer to `scanmedic explain`, as the contract shapes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Cause id of the contract, or `unknown`.
    pub cause: String,
    /// How sure.
    pub certainty: Certainty,
    /// The gate whose business it is.
    pub gate: Option<Gate>,
    /// SMTP reply code.
    pub code: Option<u16>,
    /// Enhanced status code.
    pub enhanced: Option<String>,
    /// Service or software whose text it is, or the maker of the device.
    pub service: Option<String>,
    /// What it means, in a sentence.
    pub headline: String,
    /// What to do.
    pub remedy: Option<String>,
    /// Readings worth keeping, the chosen one first.
    pub candidates: Vec<Candidate>,
}

/// A reading of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Cause id.
    pub cause: String,
    /// Its gate.
    pub gate: Option<Gate>,
    /// How sure.
    pub certainty: Certainty,
    /// What it would mean.
    pub headline: String,
}

/// Explains a text; `vendor` narrows panel codes to one maker.
pub fn explain(knowledge: &Knowledge, text: &str, vendor: Option<&str>) -> Explanation {
    let text = text.trim();
    let codes = knowledge.panel_codes(text, vendor);
    if !codes.is_empty() {
        return of_codes(knowledge, &codes);
    }
    let best = best_reading(knowledge, text);
    if let Some(reading) = best.as_ref().filter(|reading| reading.score.rank > Rank::Weak) {
        return of_reading(knowledge, reading);
    }
    let mut panel = knowledge.panel_messages(text, vendor);
    if panel.is_empty() {
        panel = knowledge.marked_codes(text, vendor);
    }
    match best {
        _ if !panel.is_empty() => of_codes(knowledge, &panel),
        Some(reading) => of_reading(knowledge, &reading),
        None => without_reading(text),
    }
}

/// The most specific failing reading of the text's parts, else the best one that shows no failure.
fn best_reading<'k>(knowledge: &'k Knowledge, text: &str) -> Option<Reading<'k>> {
    let mut best: Option<(Reading<'k>, bool)> = None;
    for unit in units_of(text) {
        let Some(reading) = knowledge.read_reply(&unit.text, None, None) else {
            continue;
        };
        let better = best
            .as_ref()
            .is_none_or(|(old, old_joined)| is_better(&reading, unit.joined, old, *old_joined));
        if better {
            best = Some((reading, unit.joined));
        }
    }
    best.map(|(reading, _)| reading)
}

/// Whether a reading says more than the best so far. Among equals the earlier stays: what failed
/// first is the cause, what follows is the consequence.
fn is_better(new: &Reading<'_>, new_joined: bool, old: &Reading<'_>, old_joined: bool) -> bool {
    let standing = |reading: &Reading<'_>| {
        let fails = reading.pattern.cause != NONE;
        let coded = reading.code.is_some_and(|code| code >= 400);
        (fails, reading.score.rank, fails && coded)
    };
    let (new_standing, old_standing) = (standing(new), standing(old));
    if new_joined != old_joined {
        // Lines put together may only say more than a line alone by another kind of match.
        return (new_standing.0, new_standing.1) > (old_standing.0, old_standing.1);
    }
    (new_standing, new.score.letters) > (old_standing, old.score.letters)
}

/// The answer where no pattern fits: a positive reply shows no failure, anything else is unknown.
fn without_reading(text: &str) -> Explanation {
    let (code, enhanced) = codes_of(text);
    let positive = code.is_some_and(|code| code < 400) && enhanced.is_none_or(|code| code.0 == 2);
    let (cause, headline) = if positive {
        (NONE, "The reply is positive and shows no failure")
    } else {
        (UNKNOWN, "The text is not known and says nothing that could be placed")
    };
    Explanation {
        cause: cause.to_owned(),
        certainty: if positive { Certainty::Likely } else { Certainty::Possible },
        gate: None,
        code,
        enhanced: enhanced.map(|code| code.to_string()),
        service: None,
        headline: headline.to_owned(),
        remedy: None,
        candidates: Vec::new(),
    }
}

/// The answer that a reply pattern gives.
fn of_reading(knowledge: &Knowledge, reading: &Reading<'_>) -> Explanation {
    let pattern = reading.pattern;
    let decided = causes::is_fault(&pattern.cause);
    let chosen = decided.then(|| candidate(knowledge, &pattern.cause, reading.certainty, &pattern.note));
    let others = pattern
        .also
        .iter()
        .map(|cause| candidate(knowledge, cause, Certainty::Possible, ""));
    Explanation {
        cause: pattern.cause.clone(),
        certainty: reading.certainty,
        gate: causes::gate_of(&pattern.cause),
        code: reading.code,
        enhanced: reading.enhanced.map(|code| code.to_string()),
        service: service_of(pattern),
        headline: headline(knowledge, &pattern.cause, &pattern.note),
        remedy: decided.then(|| remedy(knowledge, &pattern.cause)).flatten(),
        candidates: chosen.into_iter().chain(others).collect(),
    }
}

/// The answer that a maker's code table gives, or those of several makers.
fn of_codes(knowledge: &Knowledge, found: &[Found<'_>]) -> Explanation {
    let mut candidates: Vec<Candidate> = Vec::new();
    for entry in found {
        let sure = sureness(entry, found.len());
        for cause in &entry.code.causes {
            if !candidates.iter().any(|known| known.cause == *cause) {
                candidates.push(candidate(knowledge, cause, sure, ""));
            }
        }
    }
    let first = candidates.first().map(|first| (first.cause.clone(), first.certainty));
    let agree = found.iter().all(|entry| entry.code.causes.first() == first.as_ref().map(|(cause, _)| cause));
    let vague = found.iter().any(|entry| entry.code.echoes_reply) || candidates.len() > CAUSES_OF_A_CODE;
    let (cause, certainty) = match first {
        None => (NONE.to_owned(), Certainty::Likely),
        Some(first) if agree && !vague => first,
        Some(_) => (INCONCLUSIVE.to_owned(), Certainty::Possible),
    };
    for candidate in &mut candidates {
        candidate.certainty = candidate.certainty.min(certainty);
    }
    let single = found.first().filter(|_| found.len() == 1);
    Explanation {
        gate: causes::gate_of(&cause),
        cause,
        certainty,
        code: None,
        enhanced: None,
        service: single.map(|entry| entry.table.vendor.clone()),
        headline: join(found.iter().map(|entry| {
            format!("{} {}: {}", entry.table.vendor, entry.code.code, entry.code.meaning)
        })),
        remedy: Some(join(found.iter().map(|entry| entry.code.advice.clone()))),
        candidates,
    }
}

/// A code from a panel is told by a person, so it is never proof; several readings are guesses.
fn sureness(entry: &Found<'_>, makers: usize) -> Certainty {
    if makers > 1 || entry.code.causes.len() > 1 {
        Certainty::Possible
    } else {
        entry.code.mark.certainty().min(Certainty::Likely)
    }
}

/// A candidate with its gate and headline.
fn candidate(knowledge: &Knowledge, cause: &str, certainty: Certainty, note: &str) -> Candidate {
    Candidate {
        cause: cause.to_owned(),
        gate: causes::gate_of(cause),
        certainty,
        headline: headline(knowledge, cause, note),
    }
}

/// What it means: the pattern's own note, else the cause's sentence or title, else the id in words.
fn headline(knowledge: &Knowledge, cause: &str, note: &str) -> String {
    if !note.is_empty() {
        return note.to_owned();
    }
    match knowledge.cause(cause) {
        Some(entry) if !entry.headline.is_empty() && !entry.headline.contains('{') => entry.headline.clone(),
        Some(entry) if !entry.title.is_empty() => entry.title.clone(),
        _ => causes::words_of(cause),
    }
}

/// The titles of the cause's remedy steps as one line.
fn remedy(knowledge: &Knowledge, cause: &str) -> Option<String> {
    let steps = &knowledge.cause(cause)?.remedy;
    let steps = steps.iter().filter(|step| step.when.is_empty() && !step.title.contains('{'));
    let text = join(steps.map(|step| step.title.clone()));
    (!text.is_empty()).then_some(text)
}

/// The service of a pattern, where it is of one.
fn service_of(pattern: &ReplyPattern) -> Option<String> {
    (pattern.service != "any").then(|| pattern.service.clone())
}

/// Different sentences as one text.
fn join(parts: impl Iterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
    kept.join("; ")
}
