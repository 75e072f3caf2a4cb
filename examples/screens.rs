//! Opens the real wizard with a canned run on a chosen step: `screens -- STEP [light|dark] [running]`.
//! STEP is start, device, mail, probes, evidence, diagnosis, fix or verify.

#[path = "../tests/canned/mod.rs"]
mod canned;

use scanmedic::gui::action::Action;
use scanmedic::gui::open;
use scanmedic::gui::perform::{perform, take};
use scanmedic::gui::state::{Screen, State, Step};
use std::sync::Arc;

fn main() -> Result<(), String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    open(move |state| prepare(state, &words))
}

/// Brings the wizard to the step.
fn prepare(state: &mut State, words: &[String]) {
    let has = |word: &str| words.iter().any(|w| w == word);
    let theme = match () {
        () if has("dark") => egui::ThemePreference::Dark,
        () if has("light") => egui::ThemePreference::Light,
        () => egui::ThemePreference::System,
    };
    if has("start") {
        state.theme = theme;
        return;
    }
    state.knowledge = Arc::new(canned::knowledge());
    let file = std::env::temp_dir().join("front-office.case.ron");
    state.set_case(canned::case(), Some(file));
    state.theme = theme;
    perform(state, Action::Run(Vec::new()));
    let events = if has("running") {
        canned::first(state.run.id, 7)
    } else {
        canned::whole(state.run.id)
    };
    for event in events {
        take(state, event);
    }
    state.outbox.clear();
    state.saving = scanmedic::gui::state::Phase::Known;
    state.stored = state.case.clone();
    let step = Step::ALL
        .into_iter()
        .zip([
            "device",
            "mail",
            "probes",
            "evidence",
            "diagnosis",
            "fix",
            "verify",
        ])
        .find(|(_, name)| has(name))
        .map_or(Step::Diagnosis, |(step, _)| step);
    state.screen = Screen::Step(step);
}
