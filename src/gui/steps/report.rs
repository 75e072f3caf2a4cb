//! The report: for whom, what it hides, whose house it comes from, where it goes, and how it will look.

use crate::gui::action::Action;
use crate::gui::state::report::Destination;
use crate::gui::state::table::file_name;
use crate::gui::state::{Phase, State};
use crate::gui::text::tr;
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::field::{self, Below, row};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card, markdown, prose, tag};
use crate::report::Redaction;
use egui::{Label, Ui};

/// Stand-ins that are listed by name.
const LISTED: usize = 8;

/// For whom, what is hidden, and where it goes.
pub fn wishes(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("verify-report"))));
    ui.add(Label::new(theme::muted(ui, tr!("verify-report-below"))).wrap());
    ui.add_space(space::XS);
    let wishes = &mut state.report;
    for (name, slot) in [
        (tr!("verify-customer"), &mut wishes.customer),
        (tr!("verify-technician"), &mut wishes.technician),
    ] {
        row(ui, &name, Below::default(), |ui| field::line(ui, &name, slot, ""));
    }
    hidden(ui, state, out);
    ui.add_space(space::XS);
    let ready = state.finding.value.is_some();
    ui.add_enabled_ui(ready, |ui| {
        ui.horizontal_wrapped(|ui| {
            if button::secondary(ui, tr!("verify-preview")).clicked() {
                out.push(Action::Report(Destination::Screen));
            }
            if button::secondary(ui, tr!("verify-save")).clicked() {
                out.push(Action::SaveReport(false));
            }
            if button::secondary(ui, tr!("verify-bundle")).clicked() {
                out.push(Action::SaveReport(true));
            }
        });
    });
    ui.add(Label::new(theme::detail(ui, tr!("verify-formats"))).wrap());
}

/// The kinds of names, each hidden or not by itself.
fn hidden(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    let now = state.report.redaction;
    ui.add(Label::new(theme::text(tr!("verify-hide"))).wrap());
    let mut next = now;
    for (name, hidden) in [
        (tr!("verify-hide-accounts"), &mut next.accounts),
        (tr!("verify-hide-addresses"), &mut next.addresses),
        (tr!("verify-hide-hosts"), &mut next.hosts),
        (tr!("verify-hide-serials"), &mut next.serials),
    ] {
        ui.checkbox(hidden, name);
    }
    if next != now {
        out.push(Action::Hide(next));
    }
    if now != Redaction::FULL {
        field::warning(ui, &tr!("verify-names-shown"));
    }
}

/// Name, colour and logo of whoever hands it over.
pub fn house(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("house-title"))).wrap());
    ui.add(Label::new(theme::muted(ui, tr!("house-below"))).wrap());
    ui.add_space(space::XS);
    let house = &mut state.report.house;
    let name = tr!("house-name");
    row(ui, &name, Below::default(), |ui| {
        field::line(ui, &name, &mut house.name, "")
    });
    let problem = house.colour_problem();
    let below = Below {
        note: "",
        warnings: problem.as_slice(),
    };
    let name = tr!("house-colour");
    row(ui, &name, below, |ui| {
        ui.horizontal(|ui| {
            let edit = field::text(&mut house.colour, "#1f5fbf")
                .id_salt("house-colour")
                .char_limit(7)
                .desired_width(110.0);
            ui.add(edit).accessible_name(&name);
            if let Some(accent) = house.brand().accent {
                theme::swatch(ui, [accent.0, accent.1, accent.2]);
            }
        });
    });
    let problem = house.logo.as_ref().and_then(|(_, logo)| logo.clone().err());
    let below = Below {
        note: &tr!("house-logo-note"),
        warnings: problem.as_slice(),
    };
    row(ui, tr!("house-logo"), below, |ui| {
        if let Some((path, logo)) = &house.logo {
            ui.horizontal_wrapped(|ui| {
                if logo.is_ok() {
                    icon(ui, Mark::Passed, 8.0, tr!("house-logo-taken"));
                }
                ui.add(Label::new(prose::shorten(&file_name(path), 28)).wrap())
                    .on_hover_text(path.display().to_string());
            });
        }
        ui.horizontal_wrapped(|ui| {
            if button::secondary(ui, tr!("house-choose")).clicked() {
                out.push(Action::ChooseLogo);
            }
            if house.logo.is_some() && button::quiet(ui, tr!("house-none")).clicked() {
                out.push(Action::NoLogo);
            }
        });
    });
}

/// The report as it will look.
pub fn preview(ui: &mut Ui, state: &State) {
    let asked = &state.report.preview;
    let Some(preview) = &asked.value else { return };
    card::gap(ui);
    card::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let palette = Palette::of(ui);
            let _ = tag::tag(ui, tr!("verify-preview-tag"), palette.accent);
            let count = preview.hidden.len();
            ui.label(theme::detail(ui, tr!("verify-hidden", count = count)));
            if asked.phase == Phase::Pending {
                icon(ui, Mark::Running, 8.0, tr!("word-running"));
            }
        });
        if !preview.hidden.is_empty() {
            let names = preview.hidden.iter().take(LISTED);
            let names: Vec<String> = names
                .map(|one| format!("{} → {}", one.name, one.stand_in))
                .collect();
            let more = preview.hidden.len().saturating_sub(LISTED);
            let more = if more > 0 { " …" } else { "" };
            ui.add(Label::new(theme::detail(ui, names.join(", ") + more)).wrap());
        }
        card::line(ui);
        markdown::show(ui, &preview.markdown);
    });
}
