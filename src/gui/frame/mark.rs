//! What the rail shows beside each step.

use crate::gui::check;
use crate::gui::state::run::Run;
use crate::gui::state::{Phase, State, Step};
use crate::gui::text::tr;
use crate::gui::widgets::icon::Mark;

/// A step's icon.
pub fn of(state: &State, step: Step) -> Mark {
    let here = state.step() == step;
    let found = state.finding.value.as_ref();
    let verdict = found.map(|finding| finding.diagnosis.verdict.cause.as_str());
    let settled = match step {
        Step::Device => device(state),
        Step::Mail => mail(state),
        Step::Probes if state.listening.running() => Some(Mark::Running),
        Step::Probes => probes(&state.run),
        Step::Evidence if state.run.offline && state.run.running() => Some(Mark::Running),
        Step::Evidence => evidence(state),
        Step::Diagnosis => match verdict {
            Some("inconclusive") => Some(Mark::Attention),
            Some(_) => Some(Mark::Passed),
            None => None,
        },
        Step::Fix => found
            .and_then(|finding| finding.remedy.as_ref())
            .filter(|remedy| {
                !remedy.steps.is_empty() && remedy.steps.iter().all(|step| state.case.work.is_done(&step.key))
            })
            .map(|_| Mark::Passed),
        Step::Verify if state.case.is_verified() => Some(Mark::Passed),
        Step::Verify => None,
    };
    match settled {
        Some(mark) if !here || mark == Mark::Running => mark,
        _ => Mark::Number(step.number(), here),
    }
}

/// A word for screen readers.
pub fn word(mark: Mark) -> String {
    match mark {
        Mark::Passed | Mark::PredictedPass => tr!("mark-done"),
        Mark::Failed | Mark::PredictedFail => tr!("word-failed"),
        Mark::Attention => tr!("mark-needs-a-look"),
        Mark::Running => tr!("word-running"),
        Mark::Unknown | Mark::Queued | Mark::Skipped | Mark::Number(..) => tr!("mark-to-do"),
    }
}

/// Done where model or firmware is known.
fn device(state: &State) -> Option<Mark> {
    let device = &state.case.device;
    if state.identity.phase == Phase::Pending {
        return Some(Mark::Running);
    }
    (device.model.is_some() || device.firmware.is_some()).then_some(Mark::Passed)
}

/// Done where server and port are there and nothing looks wrong.
fn mail(state: &State) -> Option<Mark> {
    let mail = &state.case.mail;
    if mail.server.trim().is_empty() {
        return None;
    }
    let clean = check::warnings(&state.case, &state.knowledge).is_empty();
    Some(if clean { Mark::Passed } else { Mark::Attention })
}

/// How the run goes or went.
fn probes(run: &Run) -> Option<Mark> {
    match &run.phase {
        Phase::Pending if run.offline => None,
        Phase::Pending => Some(Mark::Running),
        Phase::Failed(_) => Some(Mark::Failed),
        Phase::NotAsked | Phase::Known if run.rows.is_empty() => None,
        Phase::NotAsked => Some(Mark::Attention),
        Phase::Known if run.any_failed() => Some(Mark::Attention),
        Phase::Known => Some(Mark::Passed),
    }
}

/// Done where all files of the case were read.
fn evidence(state: &State) -> Option<Mark> {
    let finding = state.finding.value.as_ref()?;
    if finding.files.is_empty() {
        return None;
    }
    let whole = finding.files.iter().all(|file| file.problem.is_none());
    Some(if whole { Mark::Passed } else { Mark::Attention })
}
