//! What was found at first, held against what is found now.

use crate::gui::state::{State, path};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{card, send_path};
use crate::probe::Status;
use crate::session::Finding;
use egui::{Label, Ui};

/// Draws the card, where an earlier fault is known.
pub fn show(ui: &mut Ui, state: &State) {
    let Some(now) = &state.finding.value else { return };
    let Some(first) = &state.first_fault else { return };
    card::gap(ui);
    card::card(ui, |ui| {
        ui.add(Label::new(theme::heading(tr!("before-found-at-first"))));
        ui.add(Label::new(theme::text(&first.headline)).wrap().selectable(true));
        let Some(before) = &state.before else {
            ui.label(theme::detail(ui, &first.at));
            return;
        };
        ui.label(theme::detail(ui, tr!("common-tested", at = before.at.as_str())));
        ui.add_space(space::S);
        card::line(ui);
        ui.add_space(space::S);
        changes(
            ui,
            &before.finding,
            now,
            before.at != state.found_at || before.finding != *now,
        );
    });
}

/// Draws both send paths, where they can be compared.
pub fn paths(ui: &mut Ui, state: &State) {
    let Some(now) = &state.finding.value else { return };
    let Some(before) = state.before.as_deref() else {
        return;
    };
    if before.finding.diagnosis.gates == now.diagnosis.gates {
        return;
    }
    for (title, finding) in [
        (tr!("before-the-send-path-at-first"), &before.finding),
        (tr!("before-the-send-path-now"), now),
    ] {
        card::gap(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading(&title)));
            ui.add_space(space::XS);
            let diagnosis = &finding.diagnosis;
            let columns = path::columns(&diagnosis.gates, diagnosis.verdict.gate);
            let _ = ui.push_id(title, |ui| send_path::show(ui, &columns, None));
        });
    }
}

/// What is different since.
fn changes(ui: &mut Ui, before: &Finding, now: &Finding, again: bool) {
    let status = |finding: &Finding, id| finding.probes.iter().find(|p| p.id == id).map(|p| p.status);
    let mut any = false;
    for probe in &now.probes {
        let Some(was) = status(before, probe.id).filter(|was| *was != probe.status) else {
            continue;
        };
        any = true;
        let (mark, word) = match probe.status {
            Status::Passed => (Mark::Passed, tr!("word-passed-2")),
            Status::Failed => (Mark::Failed, tr!("word-failed-2")),
            Status::Skipped | Status::Cancelled => (Mark::Skipped, tr!("before-not-tried")),
        };
        let old = match was {
            Status::Passed => tr!("word-passed"),
            Status::Failed => tr!("word-failed"),
            Status::Skipped | Status::Cancelled => tr!("before-not-tried-2"),
        };
        ui.horizontal(|ui| {
            icon(ui, mark, 8.0, &word);
            ui.label(theme::medium(words::probe(probe.id)));
            ui.label(theme::detail(
                ui,
                tr!("before-old-and-now", old = old, now = word.to_lowercase()),
            ));
        });
    }
    let then = &before.diagnosis.verdict;
    let found = &now.diagnosis;
    let still = found.chain.iter().any(|link| link.cause == then.cause);
    if !still && found.verdict.cause != "inconclusive" {
        any = true;
        ui.add(Label::new(theme::muted(ui, tr!("before-the-fault-found-at-first-is"))).wrap());
    }
    if !any {
        let text = if again {
            tr!("before-nothing-has-changed-since")
        } else {
            tr!("before-do-what-the-plan-says-then")
        };
        ui.add(Label::new(theme::muted(ui, text)).wrap());
    }
}
