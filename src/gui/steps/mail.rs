//! Mail settings: as they stand on the device, in the words of its own screens.

use super::{focus, preset};
use crate::case::{Auth, Encryption, Method};
use crate::gui::action::Action;
use crate::gui::check::{self, Field};
use crate::gui::megabytes::bytes;
use crate::gui::state::State;
use crate::gui::theme::{self, space};
use crate::gui::widgets::field::{self, Below, row};
use crate::gui::widgets::{button, card};
use crate::knowledge::schema::Labels;
use crate::secret::Secret;
use egui::{Label, Ui};

/// The kinds of encryption in the order of the list.
const ENCRYPTIONS: [Encryption; 4] = [
    Encryption::None,
    Encryption::StartTlsIfAvailable,
    Encryption::StartTls,
    Encryption::Tls,
];

/// The ways of sending in the order of the list.
const METHODS: [(Method, &str); 5] = [
    (Method::Unknown, "Not stated"),
    (Method::Submission, "With a login, to a submission server"),
    (Method::DirectSend, "Straight to the recipient's mail server"),
    (Method::Relay, "Through a server that knows this site"),
    (Method::Receive, "The copier itself receives mail"),
];

/// Our own name of an encryption.
pub const fn encryption_name(encryption: Encryption) -> &'static str {
    match encryption {
        Encryption::None => "no encryption",
        Encryption::StartTlsIfAvailable => "STARTTLS if available",
        Encryption::StartTls => "STARTTLS",
        Encryption::Tls => "TLS from the first byte",
    }
}

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let labels = labels(state);
    let below = match (&labels.server, &state.case.device.vendor) {
        (Some(_), Some(vendor)) => format!("As they stand on the copier, in {vendor}'s own words"),
        _ => "As they stand on the copier, even where they look wrong".to_owned(),
    };
    card::page_head(ui, "Mail settings", &below);
    let warnings = check::warnings(&state.case, &state.knowledge);
    card::columns(ui, 0.6, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| {
                ui.add(Label::new(theme::heading("How the copier sends")));
                ui.add_space(space::XS);
                server(ui, state, &labels, &warnings);
                login(ui, state, &labels, &warnings);
                envelope(ui, state, &labels, &warnings);
            });
        } else {
            if !state.knowledge.providers.is_empty() {
                card::card(ui, |ui| preset::show(ui, state));
                card::gap(ui);
            }
            card::card(ui, |ui| password(ui, state, out));
        }
    });
}

/// The maker's words, where they are known.
fn labels(state: &State) -> Labels {
    let vendor = state.case.device.vendor.as_deref().unwrap_or_default();
    state
        .knowledge
        .devices
        .iter()
        .find(|known| known.vendor.eq_ignore_ascii_case(vendor.trim()))
        .map(|known| known.labels.clone())
        .unwrap_or_default()
}

/// The maker's word, or ours.
fn word<'a>(theirs: Option<&'a String>, ours: &'a str) -> &'a str {
    theirs.map_or(ours, String::as_str)
}

/// Only warnings below an input.
const fn warned(warnings: &[String]) -> Below<'_> {
    Below { note: "", warnings }
}

/// Way of sending, server, port, encryption.
fn server(ui: &mut Ui, state: &mut State, labels: &Labels, warnings: &[(Field, String)]) {
    let mail = &mut state.case.mail;
    let name = word(labels.server.as_ref(), "Server");
    let sentences = check::of(warnings, Field::Server);
    let response = row(ui, name, warned(&sentences), |ui| {
        field::line(ui, name, &mut mail.server, "Name or IP address")
    });
    focus(state, &response);
    let mail = &mut state.case.mail;
    let name = word(labels.port.as_ref(), "Port");
    let sentences = check::of(warnings, Field::Port);
    row(ui, name, warned(&sentences), |ui| port(ui, name, &mut mail.port));
    let name = word(labels.encryption.as_ref(), "Encryption");
    let sentences = check::of(warnings, Field::Encryption);
    row(ui, name, warned(&sentences), |ui| {
        let names: Vec<String> = ENCRYPTIONS
            .into_iter()
            .enumerate()
            .map(|(i, kind)| match labels.encryption_values.get(i) {
                Some(theirs) if !theirs.is_empty() => theirs.clone(),
                _ => capital(encryption_name(kind)),
            })
            .collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let now = ENCRYPTIONS
            .iter()
            .position(|kind| *kind == mail.encryption)
            .and_then(|i| all.get(i))
            .copied()
            .unwrap_or_default();
        if let Some(kind) = field::pick(ui, "Encryption", now, &all).and_then(|i| ENCRYPTIONS.get(i)) {
            mail.encryption = *kind;
        }
    });
    row(ui, "Way of sending", Below::default(), |ui| {
        let names = METHODS.map(|(_, name)| name);
        let now = METHODS
            .iter()
            .find(|(method, _)| *method == mail.method)
            .map_or("", |(_, name)| name);
        if let Some((method, _)) = field::pick(ui, "Way of sending", now, &names).and_then(|i| METHODS.get(i))
        {
            mail.method = *method;
        }
    });
}

/// A sentence's first letter as a capital.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A port; empty means that it is not stated.
fn port(ui: &mut Ui, name: &str, port: &mut u16) {
    let mut text = if *port == 0 {
        String::new()
    } else {
        port.to_string()
    };
    let edit = field::text(&mut text, "25, 465 or 587")
        .id_salt("Port")
        .char_limit(5)
        .desired_width(110.0);
    if ui.add(edit).accessible_name(name).changed() {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        *port = if digits.is_empty() {
            0
        } else {
            digits.parse().unwrap_or(*port)
        };
    }
}

/// Kind of login and user.
fn login(ui: &mut Ui, state: &mut State, labels: &Labels, warnings: &[(Field, String)]) {
    let auth = &mut state.case.mail.auth;
    let name = word(labels.auth.as_ref(), "Login");
    let sentences = check::of(warnings, Field::Auth);
    row(ui, name, warned(&sentences), |ui| {
        let user = auth.user().unwrap_or_default().to_owned();
        let names = ["None", "User name and password", "OAuth 2.0 token"];
        let now = match auth {
            Auth::None => names[0],
            Auth::Password { .. } => names[1],
            Auth::OAuth { .. } => names[2],
        };
        match field::pick(ui, "Login", now, &names) {
            Some(0) => *auth = Auth::None,
            Some(1) => *auth = Auth::Password { user },
            Some(_) => *auth = Auth::OAuth { user },
            None => {}
        }
    });
    if let Auth::Password { user } | Auth::OAuth { user } = auth {
        row(ui, "User name", Below::default(), |ui| {
            field::line(ui, "User name", user, "")
        });
    }
}

/// Sender, recipients, size.
fn envelope(ui: &mut Ui, state: &mut State, labels: &Labels, warnings: &[(Field, String)]) {
    let mail = &mut state.case.mail;
    let name = word(labels.from.as_ref(), "From address");
    let sentences = check::of(warnings, Field::From);
    row(ui, name, warned(&sentences), |ui| {
        field::line(ui, name, &mut mail.from, "")
    });
    let sentences = check::of(warnings, Field::To);
    let below = Below {
        note: "Several with commas",
        warnings: &sentences,
    };
    let typed = &mut state.typed;
    if row(ui, "To", below, |ui| field::line(ui, "To", &mut typed.to, "")).changed() {
        mail.to = typed
            .to
            .split([',', ';'])
            .map(|to| to.trim().to_owned())
            .filter(|to| !to.is_empty())
            .collect();
    }
    let below = Below {
        note: "In megabytes, as the scan is before it is sent",
        warnings: &[],
    };
    row(ui, "Scan size", below, |ui| {
        let edit = field::text(&mut typed.size, "")
            .id_salt("Scan size")
            .char_limit(9)
            .desired_width(110.0);
        if ui.add(edit).accessible_name("Scan size").changed() {
            mail.size = bytes(&typed.size);
        }
    });
}

/// The password, for this session only.
fn password(ui: &mut Ui, state: &mut State, _out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading("Password for the test")));
    if state.case.mail.auth == Auth::None {
        let text = "Not needed: no login is set";
        ui.add(Label::new(theme::muted(ui, text)).wrap());
        return;
    }
    let text = "Stays in memory until you close ScanMedic. It is in no case, log or report.";
    ui.add(Label::new(theme::muted(ui, text)).wrap());
    ui.add_space(space::XS);
    let mut typed = state.password.expose().to_owned();
    let edit = field::text(&mut typed, "").id_salt("Password").password(true);
    if ui.add(edit).accessible_name("Password").changed() {
        state.password = Secret::new(typed);
    }
    if !state.password.is_empty() && button::quiet(ui, "Forget it").clicked() {
        state.password = Secret::new("");
    }
}
