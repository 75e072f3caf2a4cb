//! Verify and report: run it again, and a summary to hand over.

use super::before;
use super::diagnosis::certainty_tag;
use crate::gui::action::Action;
use crate::gui::state::{Phase, State, settled};
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, field, tag};
use egui::{Label, Ui};
use std::fmt::Write as _;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let below = tr!("verify-only-a-run-that-finds-no");
    card::page_head(ui, tr!("common-verify-and-report"), below);
    card::columns(ui, 0.6, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| last(ui, state));
            before::show(ui, state);
        } else {
            card::card(ui, |ui| report(ui, state, out));
        }
    });
    before::paths(ui, state);
}

/// What the last run found, against the first fault.
fn last(ui: &mut Ui, state: &State) {
    if state.run.running() {
        ui.horizontal(|ui| {
            icon(ui, Mark::Running, 9.0, tr!("word-running-2"));
            let (over, all) = state.run.progress();
            ui.label(theme::heading(tr!(
                "verify-running-again-of",
                over = over,
                all = all
            )));
        });
        ui.add_space(space::S);
    }
    if let Phase::Failed(problem) = &state.run.phase {
        field::failure(ui, problem);
        ui.add_space(space::S);
    }
    let palette = Palette::of(ui);
    let now = state.finding.value.as_ref().map(|found| &found.diagnosis.verdict);
    let Some(verdict) = now else {
        if let Some(results) = &state.case.results {
            ui.label(theme::heading(tr!("verify-the-last-run-that-was-saved")));
            ui.add(Label::new(theme::text(&results.headline)).wrap().selectable(true));
            ui.label(theme::detail(ui, &results.at));
        } else {
            ui.label(theme::heading(tr!("verify-nothing-has-run-yet")));
            ui.add(Label::new(theme::muted(ui, tr!("verify-run-the-probes-to-see-where"))).wrap());
        }
        return;
    };
    let resolved = verdict.cause == "none" && state.first_fault.is_some();
    if resolved {
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

/// The summary.
fn report(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("word-summary"))));
    ui.add(Label::new(theme::muted(ui, tr!("verify-what-was-found-and-what-to"))).wrap());
    ui.add_space(space::XS);
    let ready = state.finding.value.is_some();
    ui.add_enabled_ui(ready, |ui| {
        if button::secondary(ui, tr!("verify-copy-the-summary")).clicked() {
            out.push(Action::Copy(summary(state), tr!("word-summary")));
        }
    });
}

/// The summary as Markdown.
pub fn summary(state: &State) -> String {
    let mut text = format!("# {}\n\n{}\n", state.title(), super::route(state));
    let Some(found) = &state.finding.value else {
        return text;
    };
    let diagnosis = &found.diagnosis;
    let verdict = &diagnosis.verdict;
    let sure = if settled(&verdict.cause) {
        String::new()
    } else {
        format!(" ({})", verdict.certainty.id())
    };
    let _ = write!(
        text,
        "\n## {}\n\n{}{sure}\n\n{}\n",
        tr!("verify-finding"),
        verdict.headline,
        tr!("common-tested", at = state.found_at.as_str()),
    );
    if let Some(cause) = state.knowledge.cause(&verdict.cause) {
        let _ = write!(text, "\n{}\n", cause.client);
    }
    if diagnosis.chain.len() > 1 {
        let _ = write!(text, "\n## {}\n\n", tr!("common-next-behind-it"));
        for link in diagnosis.chain.iter().skip(1) {
            let _ = writeln!(text, "- {}", link.headline);
        }
    }
    if let Some(remedy) = &found.remedy {
        let _ = write!(text, "\n## {}\n\n", tr!("verify-what-to-do"));
        text.push_str(&super::fix::markdown(state, remedy));
        text.push('\n');
    }
    text
}
