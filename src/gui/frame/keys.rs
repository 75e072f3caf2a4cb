//! The keyboard: Alt with the arrows, Ctrl+S, Ctrl+O, F1, F5, Esc.

use crate::gui::action::Action;
use crate::gui::state::{Dialog, Screen, State};
use egui::{Key, KeyboardShortcut, Modifiers, Ui};

/// What the keys pressed now ask for.
pub fn pressed(ui: &Ui, state: &State) -> Vec<Action> {
    let mut all = Vec::new();
    if state.dialog.is_some() {
        return all;
    }
    let hit = |modifiers: Modifiers, key: Key| {
        ui.input_mut(|i| i.consume_shortcut(&KeyboardShortcut::new(modifiers, key)))
    };
    if hit(Modifiers::NONE, Key::F1) {
        all.push(Action::Ask(Some(Dialog::Help)));
    }
    if hit(Modifiers::COMMAND, Key::O) {
        all.push(Action::Open);
    }
    let step = match state.screen {
        Screen::Step(step) => step,
        Screen::Listen => {
            if hit(Modifiers::ALT, Key::ArrowLeft) {
                all.push(Action::Go(state.step()));
            }
            if state.listening.running() && hit(Modifiers::NONE, Key::Escape) {
                all.push(Action::ListenStop);
            }
            state.step()
        }
        Screen::Start | Screen::Practice => return all,
    };
    if hit(Modifiers::ALT, Key::ArrowLeft)
        && let Some(back) = step.back()
    {
        all.push(Action::Go(back));
    }
    if hit(Modifiers::ALT, Key::ArrowRight)
        && let Some(next) = step.next()
    {
        all.push(Action::Go(next));
    }
    if hit(Modifiers::COMMAND | Modifiers::SHIFT, Key::S) {
        all.push(Action::SaveAs);
    }
    if hit(Modifiers::COMMAND, Key::S) {
        all.push(Action::Save);
    }
    if hit(Modifiers::NONE, Key::F5) {
        all.push(Action::Run(Vec::new()));
    }
    if state.run.running() && hit(Modifiers::NONE, Key::Escape) {
        all.push(Action::Stop);
    }
    all
}
