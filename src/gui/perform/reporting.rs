//! Reports: asking for one, and what came of it.

use super::say;
use crate::gui::state::effect::{Effect, Pick};
use crate::gui::state::report::{Destination, Job, Made};
use crate::gui::state::{Phase, State};
use crate::gui::text::tr;
use crate::report::Redaction;
use std::path::PathBuf;

/// Asks for a report.
pub fn ask(state: &mut State, to: Destination) {
    let Some(finding) = state.finding.value.clone() else {
        return;
    };
    if to == Destination::Screen {
        state.report.preview.phase = Phase::Pending;
    }
    let job = Job {
        case: state.case.clone(),
        finding,
        names: state.report.names(),
        brand: state.report.house.brand(),
        redaction: state.report.redaction,
        to,
        folder: state.folder(),
    };
    state.outbox.push(Effect::Report(Box::new(job)));
}

/// What a report hides was changed: what is shown of it is made anew.
pub fn hide(state: &mut State, what: Redaction) {
    state.report.redaction = what;
    if state.report.preview.value.is_some() {
        ask(state, Destination::Screen);
    }
}

/// A file was chosen for it.
pub fn chosen(state: &mut State, pick: Pick, path: PathBuf) {
    let to = if pick == Pick::Bundle {
        Destination::Bundle(path)
    } else {
        Destination::File(path)
    };
    ask(state, to);
}

/// It is made, or could not be.
pub fn made(state: &mut State, made: Result<Made, String>) {
    match made {
        Ok(Made::Preview(preview)) => {
            state.report.preview.phase = Phase::Known;
            state.report.preview.value = Some(preview);
        }
        Ok(Made::Written(path)) => {
            say(
                state,
                tr!("verify-written", path = path.display().to_string()),
                false,
            );
        }
        Ok(Made::Packed(path, 0)) => {
            say(
                state,
                tr!("verify-packed", path = path.display().to_string()),
                false,
            );
        }
        Ok(Made::Packed(path, count)) => {
            let path = path.display().to_string();
            say(
                state,
                tr!("verify-packed-without", path = path, count = count),
                false,
            );
        }
        Err(problem) => {
            state.report.preview.phase = Phase::NotAsked;
            say(state, problem, true);
        }
    }
}
