//! Beside the verdict: what comes next, what is possible too, the next best test, what is ruled out.

use crate::certainty::Certainty;
use crate::diagnose::{AnnouncedDate, Diagnosis, NextTest, Question, RuledOut};
use crate::gui::action::Action;
use crate::gui::state::{Fold, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, prose, tag};
use crate::probe::ProbeId;
use egui::{Label, Ui};

/// Causes that are named before the rest is folded.
const NAMED: usize = 4;

/// The cards on the right.
pub fn show(ui: &mut Ui, state: &State, diagnosis: &Diagnosis, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let mut first = true;
    let mut next_card = |ui: &mut Ui| {
        if !std::mem::take(&mut first) {
            card::gap(ui);
        }
    };
    for link in diagnosis.chain.iter().skip(1) {
        next_card(ui);
        card::card(ui, |ui| {
            let _ = tag::tag(ui, tr!("common-next-behind-it"), palette.attention);
            ui.add(Label::new(theme::heading(&link.title)).wrap());
            let _ = prose::detail(ui, &link.headline);
        });
    }
    let settled = diagnosis.verdict.certainty == Certainty::Confirmed;
    let others: Vec<_> = diagnosis
        .candidates
        .iter()
        .filter(|c| {
            !settled
                && c.cause != diagnosis.verdict.cause
                && !diagnosis.chain.iter().any(|l| l.cause == c.cause)
        })
        .take(3)
        .collect();
    if !others.is_empty() {
        next_card(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading(tr!("beside-also-possible"))));
            for other in others {
                let title = cause_title(state, &other.cause);
                card::fact_row(ui, format!("{:.0} %", other.confidence * 100.0), &title);
            }
        });
    }
    if let Some(test) = &diagnosis.next_test {
        next_card(ui);
        card::card(ui, |ui| next_test(ui, state, test, out));
    }
    if !diagnosis.questions.is_empty() {
        next_card(ui);
        card::card(ui, |ui| questions(ui, state, &diagnosis.questions, out));
    }
    if !diagnosis.ruled_out.is_empty() {
        next_card(ui);
        card::card(ui, |ui| ruled_out(ui, state, &diagnosis.ruled_out, out));
    }
    if !diagnosis.dates.is_empty() {
        next_card(ui);
        card::card(ui, |ui| dates(ui, &diagnosis.dates));
    }
    if !diagnosis.harmless.is_empty() {
        next_card(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading(tr!("beside-true-and-harmless-here"))));
            for fact in &diagnosis.harmless {
                ui.add(Label::new(theme::text(&fact.fact)).wrap().selectable(true));
                ui.add(Label::new(theme::detail(ui, &fact.why)).wrap());
            }
        });
    }
}

/// What the service has announced and may explain the fault: when, what, and how old the news is.
fn dates(ui: &mut Ui, all: &[AnnouncedDate]) {
    ui.add(Label::new(theme::heading(tr!("beside-announced"))).wrap());
    for one in all {
        card::fact_row(ui, &one.date, &one.what);
        let source = tr!(
            "beside-as-of",
            source = one.source.as_str(),
            day = one.as_of.as_str()
        );
        ui.add(Label::new(theme::detail(ui, source)).wrap());
    }
}

/// What it is not: a few by name, the rest on a click.
fn ruled_out(ui: &mut Ui, state: &State, all: &[RuledOut], out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("word-ruled-out"))));
    let open = state.folds.get(&Fold::RuledOut).copied().unwrap_or_default();
    let most = if open || all.len() <= NAMED + 1 {
        all.len()
    } else {
        NAMED
    };
    ui.spacing_mut().item_spacing.y = space::S;
    for one in all.iter().take(most) {
        let title = cause_title(state, &one.cause);
        ui.horizontal_top(|ui| {
            icon(ui, Mark::Passed, 8.0, tr!("word-ruled-out"));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.add(Label::new(title).wrap());
                ui.add(Label::new(theme::detail(ui, &one.why)).truncate());
            });
        });
    }
    if all.len() > NAMED + 1 {
        let words = if open {
            tr!("beside-show-fewer")
        } else {
            tr!("beside-show-all", count = all.len())
        };
        if button::small(ui, &words).clicked() {
            out.push(Action::Fold(Fold::RuledOut, !open));
        }
    }
}

/// A cause's few words.
pub fn cause_title(state: &State, id: &str) -> String {
    state
        .knowledge
        .cause(id)
        .map_or_else(|| words::worded(id), |cause| cause.title.clone())
}

/// What a person can know and no probe: an answer is taken in at once.
fn questions(ui: &mut Ui, state: &State, all: &[Question], out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("beside-questions"))).wrap());
    for question in all {
        ui.add_space(space::XS);
        ui.add(Label::new(theme::text(&question.text)).wrap());
        ui.add(Label::new(theme::detail(ui, &question.why)).wrap());
        let given = state.case.answers.get(&question.id);
        ui.add_enabled_ui(!state.run.running(), |ui| {
            ui.horizontal_wrapped(|ui| {
                for option in &question.options {
                    let chosen = given == Some(&option.value);
                    if button::choice(ui, &option.text, chosen) {
                        out.push(Action::Answer(question.id.clone(), option.value.clone()));
                    }
                }
            });
        });
    }
}

/// The test that tells most, with a button where this program can run it.
fn next_test(ui: &mut Ui, state: &State, test: &NextTest, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("beside-one-test-would-settle-the-rest"))).wrap());
    let _ = prose::detail(ui, &test.why);
    if test.probe == "listen" {
        ui.add_space(space::XS);
        if button::secondary(ui, tr!("probes-listen")).clicked() {
            out.push(Action::Listen);
        }
        return;
    }
    let probe = ProbeId::ALL.into_iter().find(|probe| probe.id() == test.probe);
    if let Some(probe) = probe {
        ui.add_space(space::XS);
        ui.add_enabled_ui(state.can_run(), |ui| {
            let (name, action) = if probe == ProbeId::Message {
                (tr!("beside-send-a-test-message"), Action::RunWithMessage)
            } else {
                (tr!("common-run-the-probes-again"), Action::Run(Vec::new()))
            };
            if button::secondary(ui, name).clicked() {
                out.push(action);
            }
        });
    }
}
