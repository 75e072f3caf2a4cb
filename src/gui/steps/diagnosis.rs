//! Diagnosis: the send path, the one sentence, why, what comes next, what is ruled out.

use super::{beside, empty, route};
use crate::case::is_fault;
use crate::certainty::Certainty;
use crate::diagnose::{Contradiction, Diagnosis};
use crate::evidence::{Actor, Evidence};
use crate::gate::Gate;
use crate::gui::action::Action;
use crate::gui::state::{Fold, Phase, State, Step, path};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, Tone, space};
use crate::gui::widgets::{button, card, send_path, tag};
use crate::probe::{ProbeId, Status};
use crate::session::Finding;
use egui::{Label, Ui};
use jiff::tz::TimeZone;

/// About so many letters of an explanation are shown at once.
const OPENING: std::ops::Range<usize> = 60..200;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let found = state.finding.value.as_ref();
    let below = match found {
        Some(_) => tr!(
            "diagnosis-route-tested",
            route = route(state),
            at = state.found_at.as_str()
        ),
        None => route(state),
    };
    card::page_head(ui, tr!("word-diagnosis"), &below);
    if let Phase::Failed(problem) = &state.finding.phase {
        card::card(ui, |ui| super::not_run(ui, state, problem, out));
        card::gap(ui);
    }
    let Some(finding) = found else {
        let ways = [
            (tr!("diagnosis-go-to-the-live-probes"), Action::Go(Step::Probes)),
            (tr!("diagnosis-add-evidence-files"), Action::Go(Step::Evidence)),
        ];
        let text = tr!("diagnosis-run-the-probes-or-read-the");
        empty(ui, tr!("diagnosis-nothing-is-known-yet"), text, &ways, out);
        return;
    };
    let diagnosis = &finding.diagnosis;
    card::card(ui, |ui| {
        let columns = path::columns(&diagnosis.gates, diagnosis.verdict.gate);
        if let Some(gate) = send_path::show(ui, &columns, state.gate) {
            out.push(Action::Gate(gate));
        }
        if let Some(gate) = state.gate {
            gate_evidence(ui, diagnosis, gate);
        }
    });
    card::gap(ui);
    card::columns(ui, 0.64, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| verdict(ui, state, finding, out));
            for contradiction in &diagnosis.contradictions {
                card::gap(ui);
                card::card(ui, |ui| disagreement(ui, diagnosis, contradiction, out));
            }
        } else {
            beside::show(ui, state, diagnosis, out);
        }
    });
}

/// Tag, sentence, explanation, reasons.
fn verdict(ui: &mut Ui, state: &State, finding: &Finding, out: &mut Vec<Action>) {
    let diagnosis = &finding.diagnosis;
    let verdict = &diagnosis.verdict;
    let (words, tone) = certainty_tag(ui, &verdict.cause, verdict.certainty);
    ui.horizontal_wrapped(|ui| {
        let _ = tag::tag(ui, &words, tone);
        if is_fault(&verdict.cause) {
            let percent = format!("{:.0}", verdict.confidence * 100.0);
            ui.label(theme::detail(ui, tr!("diagnosis-confidence", percent = percent)));
        }
    });
    ui.add_space(space::XS);
    ui.add(
        Label::new(theme::verdict(&verdict.headline))
            .wrap()
            .selectable(true),
    );
    if let Some(cause) = state.knowledge.cause(&verdict.cause) {
        explanation(ui, state, &cause.explanation, out);
    }
    let reasons = reasons(finding);
    if reasons.is_empty() {
        return;
    }
    ui.add_space(space::S);
    let title = if verdict.certainty == Certainty::Confirmed {
        tr!("diagnosis-why-we-are-sure")
    } else {
        tr!("diagnosis-what-points-to-it")
    };
    ui.add(Label::new(theme::heading(title)));
    rows(ui, &reasons, out);
    let against = against(diagnosis);
    if !against.is_empty() {
        ui.add_space(space::S);
        ui.add(Label::new(theme::heading(tr!(
            "diagnosis-what-speaks-against-it"
        ))));
        rows(ui, &against, out);
    }
}

/// Two sides of the evidence that do not agree, and how to settle it.
fn disagreement(ui: &mut Ui, diagnosis: &Diagnosis, one: &Contradiction, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let _ = tag::tag(ui, tr!("diagnosis-disagreement"), palette.attention);
    ui.add(Label::new(theme::heading(&one.about)).wrap());
    rows(ui, &by_id(diagnosis, &one.one), out);
    ui.label(theme::detail(ui, tr!("diagnosis-against-that")));
    rows(ui, &by_id(diagnosis, &one.other), out);
    card::line(ui);
    ui.add(Label::new(theme::muted(ui, &one.advice)).wrap().selectable(true));
}

/// What happens and why: the first sentences, the rest on a click.
fn explanation(ui: &mut Ui, state: &State, text: &str, out: &mut Vec<Action>) {
    let short = opening(text);
    let open = state.folds.get(&Fold::Explanation).copied().unwrap_or_default();
    let shown = if open { text } else { short };
    ui.add(Label::new(theme::muted(ui, shown)).wrap().selectable(true));
    if short.len() < text.len() {
        let words = if open {
            tr!("diagnosis-less-about-it")
        } else {
            tr!("diagnosis-more-about-it")
        };
        if button::small(ui, words).clicked() {
            out.push(Action::Fold(Fold::Explanation, !open));
        }
    }
}

/// The first sentences of a text; all of it where little would be left.
fn opening(text: &str) -> &str {
    let ends = || text.match_indices(". ").map(|(at, _)| at + 1);
    let fits = ends().take_while(|end| *end <= OPENING.end).last();
    let end = fits
        .filter(|end| *end >= OPENING.start)
        .or_else(|| ends().find(|end| *end >= OPENING.start));
    match end.and_then(|end| text.split_at_checked(end)) {
        Some((first, rest)) if rest.len() > OPENING.start => first,
        _ => text,
    }
}

/// "Root cause · confirmed" and its colour.
pub fn certainty_tag(ui: &Ui, cause: &str, certainty: Certainty) -> (String, Tone) {
    let palette = Palette::of(ui);
    match (cause, certainty) {
        ("none", _) => (tr!("diagnosis-no-fault-found"), palette.passed),
        ("inconclusive", _) => (tr!("diagnosis-not-certain-yet"), palette.attention),
        (_, Certainty::Confirmed) => (tr!("diagnosis-root-cause-confirmed"), palette.failed),
        (_, Certainty::Likely) => (tr!("diagnosis-root-cause-likely"), palette.attention),
        (_, Certainty::Possible) => (tr!("diagnosis-root-cause-possible"), palette.attention),
    }
}

/// The evidence that carries the verdict, and the failure as this laptop reproduced it.
fn reasons(finding: &Finding) -> Vec<&Evidence> {
    let diagnosis = &finding.diagnosis;
    let verdict = &diagnosis.verdict;
    let link = diagnosis.chain.iter().find(|link| link.cause == verdict.cause);
    let candidate = diagnosis.candidates.iter().find(|c| c.cause == verdict.cause);
    let mut ids = link
        .map(|link| link.evidence.clone())
        .filter(|ids| !ids.is_empty())
        .or_else(|| candidate.map(|c| c.supporting.clone()))
        .unwrap_or_default();
    let reproduced = finding
        .probes
        .iter()
        .any(|probe| probe.id == ProbeId::BeTheCopier && probe.status == Status::Failed);
    if reproduced {
        let same = diagnosis
            .evidence
            .iter()
            .filter(|item| item.source == Evidence::AS_THE_DEVICE && Some(item.gate) == verdict.gate);
        ids.extend(same.map(|item| item.id.clone()));
    }
    by_id(diagnosis, &ids)
}

/// The evidence that does not fit.
fn against(diagnosis: &Diagnosis) -> Vec<&Evidence> {
    diagnosis
        .candidates
        .iter()
        .find(|c| c.cause == diagnosis.verdict.cause)
        .map(|c| by_id(diagnosis, &c.contradicting))
        .unwrap_or_default()
}

/// Evidence by its ids.
fn by_id<'a>(diagnosis: &'a Diagnosis, ids: &[String]) -> Vec<&'a Evidence> {
    diagnosis
        .evidence
        .iter()
        .filter(|item| ids.contains(&item.id))
        .collect()
}

/// Rows of evidence: source and time, sentence. A click shows it among all the evidence, or its line.
pub fn rows(ui: &mut Ui, all: &[&Evidence], out: &mut Vec<Action>) {
    for item in all {
        card::line(ui);
        let top = ui.cursor().top();
        let back = ui.painter().add(egui::Shape::Noop);
        let row = ui.scope(|ui| {
            card::fact_row(ui, source(item), &item.summary);
        });
        let rect = row.response.rect.with_min_y(top).expand2(egui::vec2(8.0, 2.0));
        let id = ui.scope_id().with(("reason", &item.id));
        let response = ui.interact(rect, id, egui::Sense::click());
        let name = tr!("diagnosis-show-evidence", fact = item.summary.as_str());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if response.hovered() {
            let fill = Palette::of(ui).hover;
            let ground = egui::Shape::rect_filled(rect, theme::RADIUS, fill);
            ui.painter().set(back, ground);
        }
        button::focus_ring(ui, rect, &response);
        if response
            .on_hover_cursor(egui::CursorIcon::PointingHand)
            .on_hover_text(tr!("diagnosis-to-the-evidence"))
            .clicked()
        {
            out.push(Action::ShowEvidence(item.id.clone()));
        }
    }
}

/// A source in words, with the time of day.
pub fn source(item: &Evidence) -> String {
    format!("{} {}", source_name(item), time(item))
        .trim_end()
        .to_owned()
}

/// A source in words.
pub fn source_name(item: &Evidence) -> String {
    ProbeId::ALL
        .into_iter()
        .find(|probe| probe.id() == item.source)
        .map_or_else(|| words::worded(&item.source), words::probe)
}

/// The time of day, where it is known.
pub fn time(item: &Evidence) -> String {
    item.at
        .map(|at| at.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string())
        .unwrap_or_default()
}

/// The evidence of a gate, under the path.
fn gate_evidence(ui: &mut Ui, diagnosis: &Diagnosis, gate: Gate) {
    ui.add_space(space::S);
    card::line(ui);
    ui.add_space(space::XS);
    ui.add(Label::new(theme::heading(tr!(
        "diagnosis-evidence-at",
        gate = words::gate(gate)
    ))));
    let mut any = false;
    for (actor, name) in [
        (Actor::Device, tr!("word-the-copier")),
        (Actor::Laptop, tr!("word-this-laptop")),
        (Actor::Service, tr!("diagnosis-the-mail-service")),
    ] {
        for item in diagnosis
            .evidence
            .iter()
            .filter(|item| item.gate == gate && item.actor == actor)
        {
            any = true;
            card::fact_row(ui, format!("{name} · {}", source(item)), &item.summary);
        }
    }
    if !any {
        ui.label(theme::muted(
            ui,
            tr!("diagnosis-nothing-is-known-about-this-gate"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_opens_with_whole_sentences_and_never_with_a_stub() {
        let long = "Seven words stand in this sentence here. ".repeat(8);
        assert_eq!(opening(&long).len() % 41, 40);
        assert!(opening(&long).len() <= OPENING.end);
        let stub = format!("Too short. {}", "And this goes on and on ".repeat(10));
        assert_eq!(opening(&stub), stub);
        assert_eq!(opening("All of it."), "All of it.");
    }
}
