//! Device: ask the copier what it is, or pick it from the catalogue.

use super::{focus, snmp};
use crate::case::Controller;
use crate::gui::action::Action;
use crate::gui::perform;
use crate::gui::state::{DeviceField, Phase, State};
use crate::gui::text::tr;
use crate::gui::theme::{self, space};
use crate::gui::widgets::field::{self, Below, row};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card};
use egui::{Label, Ui};

/// TLS versions that a person can name.
const TLS: [&str; 4] = ["1.0", "1.1", "1.2", "1.3"];

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let below = tr!("device-which-copier-is-it-ask-it");
    card::page_head(ui, tr!("word-device"), below);
    card::columns(ui, 0.6, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| copier(ui, state, out));
        } else {
            if !state.knowledge.devices.is_empty() {
                card::card(ui, |ui| catalogue(ui, state));
                card::gap(ui);
            }
            card::card(ui, |ui| this_case(ui, state));
            card::gap(ui);
            card::card(ui, |ui| snmp::show(ui, state, out));
        }
    });
}

/// Address, Identify, and what is known.
fn copier(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("word-the-copier"))));
    ui.add_space(space::XS);
    let pending = state.identity.phase == Phase::Pending;
    row(ui, tr!("word-address"), Below::default(), |ui| {
        ui.horizontal(|ui| {
            let room =
                ui.available_width() - button::width(ui, tr!("word-identify")) - ui.spacing().item_spacing.x;
            let mut address = state.case.device.address.clone().unwrap_or_default();
            let edit = field::text(&mut address, tr!("common-name-or-ip-address"))
                .id_salt("Address")
                .desired_width(room.max(80.0));
            let response = ui.add(edit).accessible_name(tr!("word-address"));
            if response.changed() {
                state.case.device.address = (!address.is_empty()).then_some(address);
            }
            focus(state, &response);
            let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            let ready = state.case.device.address.is_some() && !pending;
            ui.add_enabled_ui(ready, |ui| {
                if button::secondary(ui, tr!("word-identify")).clicked() || (ready && entered) {
                    out.push(Action::Identify);
                }
            });
        });
        asked(ui, state);
    });
    for (which, name) in [
        (DeviceField::Vendor, tr!("device-maker")),
        (DeviceField::Model, tr!("device-model")),
        (DeviceField::Firmware, tr!("device-firmware")),
    ] {
        let source = state.origin.get(&which).cloned();
        let note = source
            .map(|source| tr!("device-from", source = source))
            .unwrap_or_default();
        let device = &mut state.case.device;
        let slot = match which {
            DeviceField::Vendor => &mut device.vendor,
            DeviceField::Model => &mut device.model,
            DeviceField::Firmware => &mut device.firmware,
        };
        let below = Below {
            note: &note,
            warnings: &[],
        };
        if row(ui, &name, below, |ui| field::optional(ui, &name, slot, "")).changed() {
            state.origin.remove(&which);
        }
    }
    limits(ui, state);
}

/// How the question to the device goes.
fn asked(ui: &mut Ui, state: &State) {
    match &state.identity.phase {
        Phase::NotAsked => {}
        Phase::Pending => {
            ui.horizontal(|ui| {
                icon(ui, Mark::Running, 8.0, tr!("word-running-2"));
                ui.label(theme::detail(ui, tr!("device-asking-over-snmp-ipp-and-its")));
            });
        }
        Phase::Failed(problem) => field::failure(ui, problem),
        Phase::Known => {
            for sentence in state.identity.value.iter().flat_map(perform::sentences) {
                ui.add(Label::new(theme::detail(ui, sentence)).wrap());
            }
        }
    }
}

/// Controller, TLS and certificates: what a person may know.
fn limits(ui: &mut Ui, state: &mut State) {
    let device = &mut state.case.device;
    let names = [
        tr!("word-not-known"),
        tr!("device-built-in"),
        tr!("device-fiery-print-server"),
    ];
    row(ui, tr!("word-controller"), Below::default(), |ui| {
        let [unknown, built_in, fiery] = &names;
        let now = match device.controller {
            Controller::Unknown => unknown,
            Controller::BuiltIn => built_in,
            Controller::Fiery => fiery,
        };
        if let Some(chosen) = field::pick(ui, tr!("word-controller"), now, &names) {
            device.controller = match chosen {
                1 => Controller::BuiltIn,
                2 => Controller::Fiery,
                _ => Controller::Unknown,
            };
        }
    });
    let note = Below {
        note: &tr!("device-only-where-you-know-it-otherwise"),
        warnings: &[],
    };
    row(ui, tr!("word-highest-tls"), note, |ui| {
        let all: Vec<String> = std::iter::once(tr!("word-not-known"))
            .chain(TLS.map(str::to_owned))
            .collect();
        let now = device.max_tls.clone().or_else(|| all.first().cloned());
        if let Some(chosen) = field::pick(ui, "Highest TLS", now.unwrap_or_default(), &all) {
            device.max_tls = all.get(chosen).filter(|_| chosen > 0).cloned();
        }
    });
}

/// Makers and models that are known offline.
fn catalogue(ui: &mut Ui, state: &mut State) {
    ui.add(Label::new(theme::heading(tr!("device-from-the-catalogue"))));
    ui.add(Label::new(theme::muted(ui, tr!("device-works-without-a-network"))).wrap());
    ui.add_space(space::XS);
    let knowledge = std::sync::Arc::clone(&state.knowledge);
    let vendors: Vec<&str> = knowledge.devices.iter().map(|d| d.vendor.as_str()).collect();
    let device = &mut state.case.device;
    let vendor = device.vendor.clone().unwrap_or_default();
    ui.name_inputs(tr!("device-maker-in-the-catalogue"), |ui| {
        let now = if vendor.is_empty() {
            tr!("device-choose-a-maker")
        } else {
            vendor.clone()
        };
        if let Some(name) = field::pick(ui, "catalogue-maker", now, &vendors).and_then(|i| vendors.get(i)) {
            device.vendor = Some((*name).to_owned());
            device.model = None;
            state
                .origin
                .insert(DeviceField::Vendor, tr!("word-the-catalogue"));
        }
    });
    let models: Vec<&str> = knowledge
        .devices
        .iter()
        .find(|known| known.vendor.eq_ignore_ascii_case(vendor.trim()))
        .map(|known| known.models.iter().map(String::as_str).collect())
        .unwrap_or_default();
    if models.is_empty() {
        return;
    }
    ui.name_inputs(tr!("device-model-in-the-catalogue"), |ui| {
        let model = device.model.clone();
        let now = model.unwrap_or_else(|| tr!("device-choose-a-model"));
        if let Some(name) = field::pick(ui, "catalogue-model", now, &models).and_then(|i| models.get(i)) {
            device.model = Some((*name).to_owned());
            state.origin.insert(DeviceField::Model, tr!("word-the-catalogue"));
        }
    });
}

/// The case's own name.
fn this_case(ui: &mut Ui, state: &mut State) {
    ui.add(Label::new(theme::heading(tr!("device-this-case"))));
    ui.add(Label::new(theme::muted(ui, tr!("device-a-name-under-which-you-will"))).wrap());
    ui.add_space(space::XS);
    field::line(
        ui,
        tr!("device-case-name"),
        &mut state.case.title,
        tr!("device-front-office-copier"),
    );
}
