//! The wizard with the real engine and the real lab behind it.

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use scanmedic::gui::action::Action;
use scanmedic::gui::behind::Behind;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::{Phase, State};
use scanmedic::gui::{draw, theme};
use scanmedic::knowledge::Knowledge;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The wizard with the real engine and the real lab behind it.
pub struct Live {
    pub harness: Harness<'static, State>,
    behind: Behind,
}

impl Live {
    /// The start screen, with the program's own knowledge.
    pub fn start() -> Self {
        let knowledge = Arc::new(Knowledge::embedded());
        let mut state = State::new(Arc::clone(&knowledge));
        state.theme = egui::ThemePreference::Light;
        let harness = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_context_setup(theme::install)
            .build_ui_state(draw, state);
        let behind = Behind::start(knowledge, Arc::new(|| {}));
        Self { harness, behind }
    }

    /// Goes on until this is so, and fails where it is not so in time.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&Harness<'static, State>) -> bool) {
        let began = Instant::now();
        loop {
            self.behind.hear(self.harness.state_mut());
            let _ = self.behind.carry_out(self.harness.state_mut());
            self.harness.run_steps(1);
            if is_so(&self.harness) {
                return;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "waited for: {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses what has this name.
    pub fn press(&mut self, name: &str) {
        self.harness.get_by_role_and_label(Role::Button, name).click();
        self.harness.run_steps(2);
    }

    /// Presses what has this name, also where the page must be scrolled to reach it.
    pub fn reach(&mut self, name: &str) {
        self.harness
            .get_by_role_and_label(Role::Button, name)
            .click_accesskit();
        self.harness.run_steps(2);
    }

    /// Goes through the start screen into a scenario.
    pub fn practise(&mut self, scenario: &str) {
        self.press("Practise");
        self.until("the list of scenarios", |h| {
            h.state().practice.listed == Phase::Known
        });
        self.harness
            .get_by_role_and_label(Role::TextInput, "Search the scenarios")
            .type_text(scenario);
        self.harness.run_steps(2);
        self.press(&format!("Practise {scenario}"));
        self.until("the lab", |h| h.query_by_label("Practice").is_some());
    }
}

#[test]
fn a_scenario_of_the_lab_runs_through_the_real_engine_to_its_verdict() {
    let mut live = Live::start();
    live.practise("xerox-tls10");
    live.press("Run the probes");
    live.until("the verdict", |h| !h.state().run.running());
    live.harness.get_by_label_contains("Be the copier: Failed");
    live.press("See the diagnosis");
    live.until("the diagnosis", |h| {
        h.query_by_label("Root cause · confirmed").is_some()
    });
    let page = &live.harness;
    page.get_by_label("The WorkCentre 7845 offers TLS 1.0 at most; smtp.office365.com does not accept that");
    page.get_by_label("Connect: copier expected to pass, this laptop passed");
    page.get_by_label("Encrypt: copier expected to fail, this laptop passed");
    page.get_by_label("Log in: copier expected to fail, this laptop refused here too");
    page.get_by_label("Next behind it");
    live.press("Build the fix plan");
    live.harness.run_steps(2);
    live.harness.get_by_label_contains("done, in the order of doing");
    live.harness.run();
}

#[test]
fn another_scenario_ends_the_one_before() {
    let mut live = Live::start();
    live.practise("xerox-tls10");
    let folder = live.harness.state().folder();
    assert!(folder.is_dir());
    perform(live.harness.state_mut(), Action::Start);
    live.harness.run_steps(2);
    live.practise("reputation-cured");
    live.until("the end of the first world", |_| !folder.exists());
    let second = live.harness.state().folder();
    assert!(second.is_dir());
    perform(live.harness.state_mut(), Action::New);
    live.until("the end of the second world", |_| !second.exists());
    assert!(live.harness.state().template.ca.is_none());
}
