//! The bar at the bottom: Back, a notice, and the one primary button, named after what happens.

use crate::gui::action::Action;
use crate::gui::state::{Screen, State, Step};
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::button;
use crate::gui::widgets::icon::{Mark, icon};
use egui::{Align, Label, Layout, RichText, Stroke, Ui};

/// Draws the bar.
pub fn show(ui: &mut Ui, state: &State, step: Step, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let all = ui.max_rect();
    ui.painter().rect_filled(all, 0, palette.panel);
    ui.painter()
        .hline(all.x_range(), all.top() + 0.5, Stroke::new(1.0, palette.line));
    let margin = if all.width() < 600.0 {
        space::L
    } else {
        space::PAGE
    };
    let inner = all.shrink2(egui::vec2(margin, 0.0));
    let layout = Layout::left_to_right(Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(inner).layout(layout), |ui| {
        ui.set_min_height(inner.height());
        let listen = state.screen == Screen::Listen;
        let back = if listen { Some(step) } else { step.back() };
        if let Some(back) = back
            && button::secondary(ui, tr!("word-back")).clicked()
        {
            out.push(Action::Go(back));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (text, action, enabled) = if listen {
                let heard = state.listening.hearing.heard_anyone() && !state.run.running();
                (tr!("listen-diagnose"), Action::ListenDiagnose, heard)
            } else {
                primary(state, step)
            };
            ui.add_enabled_ui(enabled, |ui| {
                if button::primary(ui, text).clicked() {
                    out.push(action);
                }
            });
            notice(ui, state, out);
        });
    });
}

/// What went wrong; it stands until it is dismissed.
fn notice(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let Some(notice) = state.notice.as_ref().filter(|notice| notice.bad) else {
        return;
    };
    ui.add_space(space::S);
    if button::quiet(ui, tr!("bar-dismiss")).clicked() {
        out.push(Action::Dismiss);
    }
    let text = RichText::new(&notice.text)
        .font(theme::detail_font())
        .color(Palette::of(ui).failed.strong);
    ui.with_layout(
        Layout::left_to_right(Align::Center).with_main_align(Align::Max),
        |ui| {
            icon(ui, Mark::Failed, 7.0, tr!("word-failed-2"));
            ui.add(Label::new(text).truncate()).on_hover_text(&notice.text);
        },
    );
}

/// The primary button of a step: its words, what it does, whether it can.
fn primary(state: &State, step: Step) -> (String, Action, bool) {
    let found = state.finding.value.as_ref();
    let run = (
        tr!("bar-run-the-probes"),
        Action::Run(Vec::new()),
        state.can_run(),
    );
    match step {
        Step::Device => (
            tr!("common-enter-the-mail-settings"),
            Action::Go(Step::Mail),
            true,
        ),
        Step::Probes if state.run.running() || found.is_some() => (
            tr!("common-see-the-diagnosis"),
            Action::Go(Step::Diagnosis),
            found.is_some() && !state.run.running(),
        ),
        Step::Evidence if state.unread() => (tr!("bar-read-the-files"), Action::Read, !state.run.running()),
        Step::Evidence if found.is_some() => {
            (tr!("common-see-the-diagnosis"), Action::Go(Step::Diagnosis), true)
        }
        Step::Evidence => (tr!("word-add-files"), Action::AddFiles, true),
        Step::Diagnosis if found.is_some_and(|f| f.remedy.is_some()) => {
            (tr!("bar-build-the-fix-plan"), Action::Go(Step::Fix), true)
        }
        Step::Diagnosis if found.is_some_and(|f| f.diagnosis.verdict.cause == "none") => {
            (tr!("bar-see-the-report"), Action::Go(Step::Verify), true)
        }
        Step::Fix if found.is_some() => (tr!("bar-verify-the-fix"), Action::Go(Step::Verify), true),
        Step::Mail | Step::Probes | Step::Diagnosis | Step::Fix => run,
        Step::Verify if state.run.running() => (tr!("word-stop"), Action::Stop, true),
        Step::Verify if state.case.fault().is_some() => {
            (tr!("verify-repeat"), Action::Verify, state.can_run())
        }
        Step::Verify => (
            tr!("common-run-the-probes-again"),
            Action::Run(Vec::new()),
            state.can_run(),
        ),
    }
}
