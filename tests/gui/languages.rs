//! The wizard in other languages, and with longer words.

use crate::{canned, play, run, wizard};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::{Screen, State, Step};
use scanmedic::gui::text::Language;
use scanmedic::gui::theme;

/// What can be clicked or typed into.
const CONTROLS: [Role; 6] = [
    Role::Button,
    Role::RadioButton,
    Role::CheckBox,
    Role::TextInput,
    Role::ComboBox,
    Role::Tab,
];

#[test]
fn the_language_changes_at_once_and_back() {
    let mut harness = wizard([1280.0, 800.0], egui::Theme::Light);
    harness.run();
    harness.get_by_label("Settings").click();
    harness.run();
    harness.get_by_label("Deutsch").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Schließen").click();
    harness.run();
    harness.get_by_role_and_label(Role::Button, "Neuer Fall");
    perform(harness.state_mut(), Action::Language(Language::English));
    harness.run();
    harness.get_by_role_and_label(Role::Button, "New case");
}

#[test]
fn texts_40_percent_longer_fit_into_the_smallest_window() {
    // As narrow as the smallest window, and as high as the longest page, so that nothing lies under the bar.
    let [width, height] = [1024.0, 2600.0];
    let mut harness = wizard([width, height], egui::Theme::Light);
    harness.run();
    harness.state_mut().set_case(canned::case(), None);
    harness.state_mut().screen = Screen::Step(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    harness.state_mut().language = Language::Stretched;
    let steps = Step::ALL.map(Screen::Step);
    for screen in steps.into_iter().chain([Screen::Start, Screen::Listen]) {
        harness.state_mut().screen = screen;
        harness.run_steps(6);
        fits(&harness, &format!("{screen:?}"), [width, height - theme::BAR]);
    }
}

/// No control reaches over the window's edge or over another control.
fn fits(harness: &Harness<'_, State>, what: &str, [width, page]: [f32; 2]) {
    let mut all: Vec<(String, egui::Rect)> = Vec::new();
    for role in CONTROLS {
        for node in harness.query_all_by_role(role) {
            let rect = node.rect();
            let name = format!("{what}: {role:?} {:?}", node.accesskit_node().label());
            assert!(
                rect.left() >= 0.0 && rect.right() <= width + 0.5,
                "{name} at {rect:?}"
            );
            let in_bar = rect.top() >= page || rect.right() < theme::RAIL;
            assert!(
                in_bar || rect.bottom() <= page,
                "{name} lies under the bar at {rect:?}"
            );
            // A row that opens holds its own controls, and so does a reason that leads to its evidence.
            if !name.contains("Show:") && !name.contains("ShowSh") {
                all.push((name, rect));
            }
        }
    }
    for (index, (name, rect)) in all.iter().enumerate() {
        for (other, over) in all.iter().skip(index + 1) {
            let both = rect.shrink(1.0).intersect(over.shrink(1.0));
            assert!(!both.is_positive(), "{name} at {rect:?} and {other} at {over:?}");
        }
    }
}
