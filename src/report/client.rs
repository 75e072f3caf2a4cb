//! The client summary: one to two pages that a reader without technical knowledge understands.

use super::document::{Block, Tone};
use super::model::{Report, Status};
use super::passage::{investigated, stop};
use super::proof;
use crate::certainty::Certainty;
use std::fmt::Write as _;

/// The summary's blocks.
pub fn blocks(report: &Report<'_>) -> Vec<Block> {
    let mut out = vec![lead(report)];
    heading(&mut out, "Overview");
    out.push(Block::Text(overview(report)));
    heading(&mut out, "Issue summary");
    out.push(Block::Text(issue(report)));
    heading(&mut out, "What was investigated");
    investigated(&mut out, report);
    heading(&mut out, "Root cause");
    root_cause(&mut out, report);
    heading(&mut out, "Resolution");
    fixes(&mut out, report);
    if !report.faults.is_empty() {
        heading(&mut out, "Why this works");
        out.extend(once_each(report, |plain| plain.why));
    }
    heading(&mut out, "Impact");
    impact(&mut out, report);
    heading(&mut out, "Recommendation");
    out.push(advice(report));
    heading(&mut out, "Status");
    out.push(Block::Callout {
        tone: tone(report.status),
        label: report.status.title().to_owned(),
        text: standing(report),
    });
    out
}

fn heading(out: &mut Vec<Block>, text: &str) {
    out.push(Block::Heading(text.to_owned()));
}

const fn tone(status: Status) -> Tone {
    match status {
        Status::Proposed | Status::Implemented | Status::Open => Tone::Attention,
        Status::NoFault | Status::Verified => Tone::Good,
    }
}

fn lead(report: &Report<'_>) -> Block {
    let reason = || report.faults.first().map(|fault| fault.client.clone());
    let (tone, label, text) = match (report.status, reason()) {
        (Status::Proposed | Status::Implemented, Some(reason)) => {
            (Tone::Fault, "The reason in one sentence", reason)
        }
        (Status::Verified, Some(reason)) => (
            Tone::Good,
            "The result in one sentence",
            format!(
                "{} This has been put right, and the test that failed is passed now.",
                sentence(&reason)
            ),
        ),
        (Status::NoFault, _) => (
            Tone::Good,
            "The result in one sentence",
            "Every step that a message needs was tested, and none of them failed.".to_owned(),
        ),
        (Status::Proposed | Status::Implemented | Status::Verified | Status::Open, _) => (
            Tone::Attention,
            "The reason in one sentence",
            "What was seen so far does not yet prove one cause.".to_owned(),
        ),
    };
    Block::Callout {
        tone,
        label: label.to_owned(),
        text,
    }
}

/// Letters of a message that a client is shown; the appendix has it whole.
const QUOTED: usize = 240;

/// A message, cut where it is very long.
fn short(text: &str) -> String {
    let cut: String = text.chars().take(QUOTED).collect();
    if cut.len() < text.len() { cut + "…" } else { cut }
}

/// The text with a full stop at its end.
fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end().trim_end_matches('.'))
}

fn the_device(report: &Report<'_>) -> String {
    format!("the {}", report.device())
}

fn overview(report: &Report<'_>) -> String {
    let what = if report.status == Status::NoFault {
        format!(
            "how the way of e-mail to and from {} was tested",
            the_device(report)
        )
    } else {
        let (was, did) = if report.status == Status::Verified {
            ("was", "did")
        } else {
            ("is", "does")
        };
        if report.receives() {
            format!("why e-mail sent to {} {was} not received", the_device(report))
        } else {
            format!("why {} {did} not get its scans out by e-mail", the_device(report))
        }
    };
    let many = distinct(report, |plain| plain.fix).len();
    let changes = match (report.status, many) {
        (Status::Verified, 0 | 1) => {
            "The change has been made, and the test that had failed was repeated and passed."
        }
        (Status::Verified, _) => {
            "The changes have been made, and the test that had failed was repeated and passed."
        }
        (Status::Implemented, _) => {
            "The changes are reported as made; the test that proves them is still outstanding or was not passed."
        }
        (_, 0) => "No change is proposed at this point.",
        (_, 1) => "One change is proposed; it has not been made yet.",
        _ => "Several changes are proposed; none of them has been made yet.",
    };
    let done = if report.status == Status::Verified {
        "what was done"
    } else {
        "what is to be done"
    };
    format!(
        "This report explains {what}, how this was found out, and {done}. {changes} \
         A technical appendix for the people who make the changes follows at the end."
    )
}

fn issue(report: &Report<'_>) -> String {
    let verb = if report.status == Status::Verified {
        "did"
    } else {
        "do"
    };
    let mut text = if report.receives() {
        format!("Messages that another mail server hands to the copier {verb} not arrive.")
    } else if report.case.mail.server.is_empty() {
        format!("Scans that are sent from the copier by e-mail {verb} not arrive.")
    } else {
        format!(
            "Scans that are sent from the copier by e-mail, by way of {}, {verb} not arrive.",
            report.service
        )
    };
    if let Some(symptom) = &report.case.symptom {
        let _ = write!(
            text,
            " The message that was seen reads: \u{201c}{}\u{201d}.",
            short(symptom.trim().trim_end_matches('.'))
        );
    }
    if let Some(fault) = report.faults.first() {
        let verb = if report.status == Status::Verified {
            "stopped"
        } else {
            "stops"
        };
        let _ = write!(
            text,
            " It {verb} at the point where {}.",
            stop(fault.gate, report.receives())
        );
    }
    text
}

fn root_cause(out: &mut Vec<Block>, report: &Report<'_>) {
    let Some((root, behind)) = report.faults.split_first() else {
        let text = match report.status {
            Status::NoFault => "There is no fault to explain at present.",
            _ => {
                "The cause is not established yet. The recommendation below names the test that would tell most."
            }
        };
        return out.push(Block::Text(text.to_owned()));
    };
    let sure = match root.certainty {
        Certainty::Confirmed => {
            "This is established: it was observed, or said by the side that refuses, or follows from a proven property of the device."
        }
        Certainty::Likely => "This is the most likely explanation by far; a last proof is still outstanding.",
        Certainty::Possible => "This fits what was seen, but other explanations are still possible.",
    };
    out.push(Block::Text(format!("{} {sure}", root.client)));
    if !behind.is_empty() {
        let text = match (behind.len(), report.status == Status::Verified) {
            (1, true) => "Behind it stood one more obstacle, which has been removed as well:",
            (_, true) => "Behind it stood further obstacles, which have been removed as well:",
            (1, false) => {
                "Behind it waits one more obstacle, which would show as soon as the first is out of the way:"
            }
            (_, false) => "Behind it wait further obstacles, which would show one after the other:",
        };
        out.push(Block::Text(text.to_owned()));
        out.push(Block::Bullets(
            behind.iter().map(|fault| fault.client.clone()).collect(),
        ));
    }
}

fn fixes(out: &mut Vec<Block>, report: &Report<'_>) {
    if report.faults.is_empty() {
        let text = match report.status {
            Status::NoFault => "Nothing needs to be changed.",
            _ => "A resolution can be proposed once the cause is established.",
        };
        return out.push(Block::Text(text.to_owned()));
    }
    match report.status {
        Status::Verified => out.push(Block::Text(
            "Carried out, and proven by the repeated test:".to_owned(),
        )),
        Status::Implemented => out.push(Block::Text("Reported as carried out:".to_owned())),
        _ => {}
    }
    let texts = distinct(report, |plain| plain.fix);
    out.push(match texts.as_slice() {
        [only] => Block::Text(only.clone()),
        _ => Block::Numbers(texts),
    });
}

/// One kind of sentence of every fault, each said once.
fn distinct(report: &Report<'_>, pick: impl Fn(&super::plain::Plain) -> &'static str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for fault in &report.faults {
        let text = pick(&fault.plain);
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
    texts
}

fn once_each(report: &Report<'_>, pick: impl Fn(&super::plain::Plain) -> &'static str) -> Option<Block> {
    let texts = distinct(report, pick);
    (!texts.is_empty()).then(|| Block::Text(texts.join(" ")))
}

fn impact(out: &mut Vec<Block>, report: &Report<'_>) {
    if report.faults.is_empty() {
        let text = match report.status {
            Status::NoFault => "None at present.",
            _ => "As long as messages do not get through, documents have to be passed on in another way.",
        };
        return out.push(Block::Text(text.to_owned()));
    }
    if report.status == Status::Verified {
        let text = if report.receives() {
            "Until the change was made, messages to the copier did not come in. They do now."
        } else {
            "Until the change was made, scans did not leave the copier by e-mail. They do now."
        };
        return out.push(Block::Text(text.to_owned()));
    }
    let now = if report.receives() {
        "Until the change is made, messages to the copier do not come in. Its other work does not use this path."
    } else {
        "Until the change is made, scans do not leave the copier by e-mail. Its other work does not use this path."
    };
    out.push(Block::Text(now.to_owned()));
    let effort = distinct(report, |plain| plain.effort);
    if let [only] = effort.as_slice() {
        out.push(Block::Text(format!("What the change takes: {}", lower(only))));
    } else {
        out.push(Block::Text("What the changes take:".to_owned()));
        out.push(Block::Bullets(effort));
    }
}

/// The sentence with a small letter in front, for the place behind a colon.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

fn advice(report: &Report<'_>) -> Block {
    let mut texts = distinct(report, |plain| plain.advice);
    if texts.is_empty() {
        texts.push(match report.status {
            Status::Open | Status::Proposed | Status::Implemented => "Carry out the next test that the appendix names; it is the one that tells most.".to_owned(),
            Status::NoFault | Status::Verified => "Keep a copy of the working settings, so that they can be put back after a repair or an update.".to_owned(),
        });
    }
    match texts.as_slice() {
        [only] => Block::Text(only.clone()),
        _ => Block::Bullets(texts),
    }
}

fn standing(report: &Report<'_>) -> String {
    let day = report.day();
    match report.status {
        Status::Proposed => format!(
            "As of {day} the cause is described and the changes are proposed. They have not been carried out or verified. \
             After the changes the test that failed is repeated; the matter counts as resolved only when it is passed."
        ),
        Status::Open => format!("As of {day} no change is proposed yet; one more test is needed."),
        Status::NoFault => format!("On {day} every step that a message needs was passed."),
        Status::Implemented => match &report.case.verification {
            Some(test) => format!(
                "On {} the test that had failed was repeated. {}. The matter does not yet count as resolved.",
                proof::day_of(&test.at),
                test.headline.trim_end_matches('.')
            ),
            None => format!(
                "As of {day} the changes are reported as made. The test that had failed has not been repeated yet; \
                 the matter counts as resolved only when it is passed."
            ),
        },
        Status::Verified => {
            let test = report.case.verification.as_ref();
            let at = test.map_or_else(|| day.clone(), |test| proof::day_of(&test.at));
            format!(
                "On {at} the test that had failed was repeated and passed. {}",
                proof::in_plain_words(test)
            )
        }
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
