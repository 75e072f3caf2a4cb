//! Verify and report: repeat the test that failed, hold it against the fault, and hand over a report.

use super::diagnosis::certainty_tag;
use super::{before, report};
use crate::case::{Method, Outcome, Proof, SideBySide, Verification};
use crate::gui::action::Action;
use crate::gui::state::{Phase, State};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, tag};
use egui::{Label, Ui};

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let below = tr!("verify-only-a-run-that-finds-no");
    card::page_head(ui, tr!("common-verify-and-report"), below);
    card::columns(ui, 0.58, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| last(ui, state, out));
            card::gap(ui);
            card::card(ui, |ui| repeated(ui, state));
        } else {
            card::card(ui, |ui| report::wishes(ui, state, out));
            card::gap(ui);
            card::card(ui, |ui| report::house(ui, state, out));
        }
    });
    before::paths(ui, state);
    report::preview(ui, state);
}

/// What the last run found.
fn last(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    if state.run.running() {
        ui.horizontal(|ui| {
            icon(ui, Mark::Running, 9.0, tr!("word-running"));
            let (over, all) = state.run.progress();
            let words = tr!("verify-running-again-of", over = over, all = all);
            ui.label(theme::heading(words));
        });
        ui.add_space(space::S);
    }
    if let Phase::Failed(problem) = &state.run.phase {
        super::not_run(ui, state, problem, out);
        ui.add_space(space::S);
    }
    let palette = Palette::of(ui);
    let now = state.finding.value.as_ref().map(|found| &found.diagnosis.verdict);
    let Some(verdict) = now else {
        if let Some(results) = &state.case.results {
            ui.label(theme::heading(tr!("verify-the-last-run-that-was-saved")));
            ui.add(Label::new(theme::text(&results.headline)).wrap().selectable(true));
            ui.label(theme::detail(ui, words::moment(&results.at)));
        } else {
            ui.label(theme::heading(tr!("verify-nothing-has-run-yet")));
            ui.add(Label::new(theme::muted(ui, tr!("verify-run-the-probes-to-see-where"))).wrap());
        }
        return;
    };
    if state.case.is_verified() {
        let _ = tag::tag(ui, tr!("verify-resolved-and-verified"), palette.passed);
    } else {
        let (words, tone) = certainty_tag(ui, &verdict.cause, verdict.certainty);
        let _ = tag::tag(ui, &words, tone);
    }
    ui.add_space(space::XS);
    ui.add(
        Label::new(theme::verdict(&verdict.headline))
            .wrap()
            .selectable(true),
    );
    ui.label(theme::muted(
        ui,
        tr!("common-tested", at = state.found_at.as_str()),
    ));
    let remedy = state
        .finding
        .value
        .as_ref()
        .and_then(|found| found.remedy.as_ref());
    if let Some(remedy) = remedy.filter(|remedy| !remedy.verify.is_empty()) {
        ui.add_space(space::S);
        card::line(ui);
        card::fact_row(ui, tr!("verify-how-to-see-it"), &remedy.verify);
    }
}

/// The fault on record, and the test that was repeated.
fn repeated(ui: &mut Ui, state: &mut State) {
    let Some(fault) = state
        .case
        .fault()
        .map(|fault| (fault.headline.clone(), fault.at.clone()))
    else {
        ui.add(Label::new(theme::heading(tr!("verify-no-fault"))).wrap());
        ui.add(Label::new(theme::muted(ui, tr!("verify-no-fault-why"))).wrap());
        return;
    };
    ui.add(Label::new(theme::heading(tr!("verify-the-fault"))).wrap());
    let verdict = state.finding.value.as_ref().map(|found| &found.diagnosis.verdict);
    if verdict.is_none_or(|verdict| verdict.headline != fault.0) {
        ui.add(Label::new(theme::text(fault.0)).wrap().selectable(true));
    }
    ui.label(theme::detail(ui, words::moment(&fault.1)));
    ui.add_space(space::S);
    let arrived = if state.case.mail.method == Method::Receive {
        tr!("verify-arrived-at-the-copier")
    } else {
        tr!("verify-arrived")
    };
    ui.add(Label::new(theme::text(arrived)).wrap());
    ui.horizontal_wrapped(|ui| {
        for (words, answer) in [
            (tr!("verify-arrived-yes"), Some(true)),
            (tr!("verify-arrived-no"), Some(false)),
            (tr!("verify-arrived-not-tried"), None),
        ] {
            if button::choice(ui, words, state.arrived == answer) {
                state.arrived = answer;
            }
        }
    });
    if let Some(verification) = &state.case.verification {
        ui.add_space(space::S);
        card::line(ui);
        judged(ui, verification);
    }
}

/// How the repeated test ended, and both runs side by side.
fn judged(ui: &mut Ui, one: &Verification) {
    let palette = Palette::of(ui);
    let (title, tone) = match one.outcome {
        Outcome::Passed => (tr!("verify-passed"), palette.passed),
        Outcome::Failed => (tr!("verify-failed"), palette.failed),
        Outcome::NotVerified => (tr!("verify-not-verified"), palette.attention),
    };
    ui.add_space(space::XS);
    let _ = tag::tag(ui, title, tone);
    ui.add(Label::new(theme::text(&one.headline)).wrap().selectable(true));
    let proof = one.proof.map(|proof| match proof {
        Proof::AsTheCopier => tr!("verify-as-the-copier"),
        Proof::ByTheCopier => tr!("verify-by-the-copier"),
        Proof::SeenByPerson => tr!("verify-seen-by-person"),
    });
    for words in proof.iter().chain(&one.missing) {
        ui.add(Label::new(theme::muted(ui, words)).wrap());
    }
    ui.label(theme::detail(
        ui,
        format!("{} · {}", one.test, words::moment(&one.at)),
    ));
    sides(ui, &tr!("verify-both-runs"), &one.rows);
    sides(ui, &tr!("verify-settings-changed"), &one.changes);
}

/// What it was and what it is, in two columns; what differs has a sign.
fn sides(ui: &mut Ui, title: &str, rows: &[SideBySide]) {
    if rows.is_empty() {
        return;
    }
    ui.add_space(space::S);
    ui.label(theme::heading(title));
    let half = (ui.available_width() - 24.0) / 2.0;
    for one in rows {
        card::line(ui);
        ui.label(theme::detail(ui, &one.what));
        ui.horizontal_top(|ui| {
            let changed = one.before != one.after;
            let (mark, word) = if changed {
                (Mark::Passed, tr!("verify-changed"))
            } else {
                (Mark::Skipped, tr!("verify-the-same"))
            };
            icon(ui, mark, 7.0, word);
            for text in [&one.before, &one.after] {
                ui.vertical(|ui| {
                    ui.set_width(half - space::S);
                    ui.add(Label::new(theme::text(text)).wrap().selectable(true));
                });
            }
        });
    }
}
