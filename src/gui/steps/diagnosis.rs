//! Diagnosis: the send path, the one sentence, why, what comes next, what is ruled out.

use super::{empty, route};
use crate::certainty::Certainty;
use crate::diagnose::{Diagnosis, NextTest};
use crate::evidence::{Actor, Evidence};
use crate::gate::Gate;
use crate::gui::action::Action;
use crate::gui::state::{Phase, State, Step};
use crate::gui::theme::{self, Palette, Tone, space};
use crate::gui::widgets::{button, card, field, prose, send_path, tag};
use crate::probe::ProbeId;
use egui::{Label, RichText, Ui};
use jiff::tz::TimeZone;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let found = state.finding.value.as_ref();
    let below = match found {
        Some(_) => format!("{} · tested {}", route(state), state.found_at),
        None => route(state),
    };
    card::page_head(ui, "Diagnosis", &below);
    if let Phase::Failed(problem) = &state.finding.phase {
        card::card(ui, |ui| field::failure(ui, problem));
        card::gap(ui);
    }
    let Some(finding) = found else {
        let ways = [
            ("Go to the live probes", Action::Go(Step::Probes)),
            ("Add evidence files", Action::Go(Step::Evidence)),
        ];
        let text = "Run the probes, or read the copier's logs; both together tell most";
        empty(ui, "Nothing is known yet", text, &ways, out);
        return;
    };
    let diagnosis = &finding.diagnosis;
    card::card(ui, |ui| {
        let columns = send_path::columns(&diagnosis.gates, diagnosis.verdict.gate);
        if let Some(gate) = send_path::show(ui, &columns, state.gate) {
            out.push(Action::Gate(gate));
        }
        if let Some(gate) = state.gate {
            gate_evidence(ui, diagnosis, gate);
        }
    });
    card::gap(ui);
    card::columns(ui, 0.594, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| verdict(ui, state, diagnosis));
        } else {
            beside(ui, state, diagnosis, out);
        }
    });
}

/// Tag, sentence, explanation, reasons.
fn verdict(ui: &mut Ui, state: &State, diagnosis: &Diagnosis) {
    let verdict = &diagnosis.verdict;
    let (words, tone) = certainty_tag(ui, &verdict.cause, verdict.certainty);
    let _ = tag::tag(ui, &words, tone);
    ui.add_space(space::XS);
    ui.add(
        Label::new(theme::verdict(&verdict.headline))
            .wrap()
            .selectable(true),
    );
    if let Some(cause) = state.knowledge.cause(&verdict.cause) {
        ui.add(
            Label::new(theme::muted(ui, &cause.explanation))
                .wrap()
                .selectable(true),
        );
    }
    let reasons = reasons(diagnosis);
    if reasons.is_empty() {
        return;
    }
    ui.add_space(space::S);
    let title = if verdict.certainty == Certainty::Confirmed {
        "Why we are sure"
    } else {
        "What points to it"
    };
    ui.add(Label::new(theme::heading(title)));
    rows(ui, &reasons);
    let against = against(diagnosis);
    if !against.is_empty() {
        ui.add_space(space::S);
        ui.add(Label::new(theme::heading("What speaks against it")));
        rows(ui, &against);
    }
}

/// "Root cause · confirmed" and its colour.
pub fn certainty_tag(ui: &Ui, cause: &str, certainty: Certainty) -> (String, Tone) {
    let palette = Palette::of(ui);
    match (cause, certainty) {
        ("none", _) => ("No fault found".to_owned(), palette.passed),
        ("inconclusive", _) => ("Not certain yet".to_owned(), palette.attention),
        (_, Certainty::Confirmed) => ("Root cause · confirmed".to_owned(), palette.failed),
        (_, other) => (format!("Root cause · {}", other.id()), palette.attention),
    }
}

/// The evidence that carries the verdict.
fn reasons(diagnosis: &Diagnosis) -> Vec<&Evidence> {
    let cause = &diagnosis.verdict.cause;
    let link = diagnosis.chain.iter().find(|link| link.cause == *cause);
    let candidate = diagnosis.candidates.iter().find(|c| c.cause == *cause);
    let ids = link
        .map(|link| &link.evidence)
        .filter(|ids| !ids.is_empty())
        .or(candidate.map(|c| &c.supporting));
    ids.map(|ids| by_id(diagnosis, ids)).unwrap_or_default()
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

/// Rows of evidence: source and time, sentence.
fn rows(ui: &mut Ui, all: &[&Evidence]) {
    for item in all {
        card::line(ui);
        card::fact_row(ui, &source(item), &item.summary);
    }
}

/// A source in words, with the time of day.
pub fn source(item: &Evidence) -> String {
    let name = ProbeId::ALL
        .into_iter()
        .find(|probe| probe.id() == item.source)
        .map_or_else(|| worded(&item.source), |probe| probe.title().to_owned());
    match item.at {
        Some(at) => {
            let time = at.to_zoned(TimeZone::system()).strftime("%H:%M:%S");
            format!("{name} {time}")
        }
        None => name,
    }
}

/// The evidence of a gate, under the path.
fn gate_evidence(ui: &mut Ui, diagnosis: &Diagnosis, gate: Gate) {
    ui.add_space(space::S);
    card::line(ui);
    ui.add_space(space::XS);
    ui.add(Label::new(theme::heading(format!(
        "Evidence at {}",
        gate.title()
    ))));
    let mut any = false;
    for (actor, name) in [
        (Actor::Device, "The copier"),
        (Actor::Laptop, "This laptop"),
        (Actor::Service, "The mail service"),
    ] {
        for item in diagnosis
            .evidence
            .iter()
            .filter(|item| item.gate == gate && item.actor == actor)
        {
            any = true;
            card::fact_row(ui, &format!("{name} · {}", source(item)), &item.summary);
        }
    }
    if !any {
        ui.label(theme::muted(ui, "Nothing is known about this gate"));
    }
}

/// The cards on the right.
fn beside(ui: &mut Ui, state: &State, diagnosis: &Diagnosis, out: &mut Vec<Action>) {
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
            let _ = tag::tag(ui, "Next behind it", palette.attention);
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
            ui.add(Label::new(theme::heading("Also possible")));
            for other in others {
                let title = cause_title(state, &other.cause);
                card::fact_row(ui, &format!("{:.0} %", other.confidence * 100.0), &title);
            }
        });
    }
    if !diagnosis.ruled_out.is_empty() {
        next_card(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading("Ruled out")));
            for out in &diagnosis.ruled_out {
                ui.horizontal_wrapped(|ui| {
                    let _ = tag::tag(ui, &cause_title(state, &out.cause), palette.passed);
                    ui.add(Label::new(theme::detail(ui, &out.why)).wrap());
                });
            }
        });
    }
    if let Some(test) = &diagnosis.next_test {
        next_card(ui);
        card::card(ui, |ui| next_test(ui, state, test, out));
    }
    if !diagnosis.harmless.is_empty() {
        next_card(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading("True, and harmless here")));
            for fact in &diagnosis.harmless {
                ui.add(Label::new(theme::text(&fact.fact)).wrap().selectable(true));
                ui.add(Label::new(theme::detail(ui, &fact.why)).wrap());
            }
        });
    }
}

/// A cause's few words.
fn cause_title(state: &State, id: &str) -> String {
    state
        .knowledge
        .cause(id)
        .map_or_else(|| worded(id), |cause| cause.title.clone())
}

/// An id as words; a file name stays as it is.
fn worded(id: &str) -> String {
    if id.contains(['.', ':', '/', '\\']) {
        return id.to_owned();
    }
    let mut letters = id.chars();
    letters
        .next()
        .map(|first| {
            first
                .to_uppercase()
                .chain(letters)
                .collect::<String>()
                .replace('-', " ")
        })
        .unwrap_or_default()
}

/// The test that tells most, with a button where this program can run it.
fn next_test(ui: &mut Ui, state: &State, test: &NextTest, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading("One test would settle the rest")).wrap());
    ui.add(
        Label::new(
            RichText::new(&test.why)
                .font(theme::detail_font())
                .color(Palette::of(ui).muted),
        )
        .wrap(),
    );
    let probe = ProbeId::ALL.into_iter().find(|probe| probe.id() == test.probe);
    if let Some(probe) = probe {
        ui.add_space(space::XS);
        ui.add_enabled_ui(state.can_run(), |ui| {
            let (name, action) = if probe == ProbeId::Message {
                ("Send a test message…", Action::RunWithMessage)
            } else {
                ("Run the probes again", Action::Run(Vec::new()))
            };
            if button::secondary(ui, name).clicked() {
                out.push(action);
            }
        });
    }
}
