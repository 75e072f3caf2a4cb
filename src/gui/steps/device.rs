//! Device: ask the copier what it is, or pick it from the catalogue.

use super::focus;
use crate::case::Controller;
use crate::gui::action::Action;
use crate::gui::identity;
use crate::gui::state::{DeviceField, Phase, State};
use crate::gui::theme::{self, space};
use crate::gui::widgets::field::{self, Below, row};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{button, card};
use egui::{Label, Ui};

/// TLS versions that a person can name.
const TLS: [&str; 5] = ["Not known", "1.0", "1.1", "1.2", "1.3"];

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let below = "Which copier is it? Ask it over the network, or type what its configuration report says.";
    card::page_head(ui, "Device", below);
    card::columns(ui, 0.6, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| copier(ui, state, out));
        } else {
            if !state.knowledge.devices.is_empty() {
                card::card(ui, |ui| catalogue(ui, state));
                card::gap(ui);
            }
            card::card(ui, |ui| this_case(ui, state));
        }
    });
}

/// Address, Identify, and what is known.
fn copier(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading("The copier")));
    ui.add_space(space::XS);
    let pending = state.identity.phase == Phase::Pending;
    row(ui, "Address", Below::default(), |ui| {
        ui.horizontal(|ui| {
            let room = ui.available_width() - button::width(ui, "Identify") - ui.spacing().item_spacing.x;
            let mut address = state.case.device.address.clone().unwrap_or_default();
            let edit = field::text(&mut address, "Name or IP address")
                .id_salt("Address")
                .desired_width(room.max(80.0));
            let response = ui.add(edit).accessible_name("Address");
            if response.changed() {
                state.case.device.address = (!address.is_empty()).then_some(address);
            }
            focus(state, &response);
            let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
            let ready = state.case.device.address.is_some() && !pending;
            ui.add_enabled_ui(ready, |ui| {
                if button::secondary(ui, "Identify").clicked() || (ready && entered) {
                    out.push(Action::Identify);
                }
            });
        });
        asked(ui, state);
    });
    for (which, name) in [
        (DeviceField::Vendor, "Maker"),
        (DeviceField::Model, "Model"),
        (DeviceField::Firmware, "Firmware"),
    ] {
        let source = state.origin.get(&which).cloned();
        let note = source.map(|source| format!("From {source}")).unwrap_or_default();
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
        if row(ui, name, below, |ui| field::optional(ui, name, slot, "")).changed() {
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
                icon(ui, Mark::Running, 8.0, "Running");
                ui.label(theme::detail(ui, "Asking over SNMP, IPP and its web page"));
            });
        }
        Phase::Failed(problem) => field::failure(ui, problem),
        Phase::Known => {
            for sentence in state.identity.value.iter().flat_map(identity::sentences) {
                ui.add(Label::new(theme::detail(ui, sentence)).wrap());
            }
        }
    }
}

/// Controller, TLS and certificates: what a person may know.
fn limits(ui: &mut Ui, state: &mut State) {
    let device = &mut state.case.device;
    let names = ["Not known", "Built in", "Fiery print server"];
    row(ui, "Controller", Below::default(), |ui| {
        let (now, all) = match device.controller {
            Controller::Unknown => (names[0], names),
            Controller::BuiltIn => (names[1], names),
            Controller::Fiery => (names[2], names),
        };
        if let Some(chosen) = field::pick(ui, "Controller", now, &all) {
            device.controller = match chosen {
                1 => Controller::BuiltIn,
                2 => Controller::Fiery,
                _ => Controller::Unknown,
            };
        }
    });
    let note = Below {
        note: "Only where you know it; otherwise the firmware tells",
        warnings: &[],
    };
    row(ui, "Highest TLS", note, |ui| {
        let now = device.max_tls.clone();
        let now = now.as_deref().unwrap_or(TLS[0]);
        if let Some(chosen) = field::pick(ui, "Highest TLS", now, &TLS) {
            device.max_tls = TLS
                .get(chosen)
                .filter(|_| chosen > 0)
                .map(|text| (*text).to_owned());
        }
    });
}

/// Makers and models that are known offline.
fn catalogue(ui: &mut Ui, state: &mut State) {
    ui.add(Label::new(theme::heading("From the catalogue")));
    ui.add(Label::new(theme::muted(ui, "Works without a network")).wrap());
    ui.add_space(space::XS);
    let knowledge = std::sync::Arc::clone(&state.knowledge);
    let vendors: Vec<&str> = knowledge.devices.iter().map(|d| d.vendor.as_str()).collect();
    let device = &mut state.case.device;
    let vendor = device.vendor.clone().unwrap_or_default();
    ui.name_inputs("Maker in the catalogue", |ui| {
        let now = if vendor.is_empty() {
            "Choose a maker"
        } else {
            &vendor
        };
        if let Some(name) = field::pick(ui, "catalogue-maker", now, &vendors).and_then(|i| vendors.get(i)) {
            device.vendor = Some((*name).to_owned());
            device.model = None;
            state
                .origin
                .insert(DeviceField::Vendor, "the catalogue".to_owned());
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
    ui.name_inputs("Model in the catalogue", |ui| {
        let model = device.model.clone();
        let now = model.as_deref().unwrap_or("Choose a model");
        if let Some(name) = field::pick(ui, "catalogue-model", now, &models).and_then(|i| models.get(i)) {
            device.model = Some((*name).to_owned());
            state
                .origin
                .insert(DeviceField::Model, "the catalogue".to_owned());
        }
    });
}

/// The case's own name.
fn this_case(ui: &mut Ui, state: &mut State) {
    ui.add(Label::new(theme::heading("This case")));
    ui.add(Label::new(theme::muted(ui, "A name under which you will find it again")).wrap());
    ui.add_space(space::XS);
    field::line(ui, "Case name", &mut state.case.title, "Front office copier");
}
