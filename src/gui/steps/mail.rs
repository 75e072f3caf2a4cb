//! Mail settings: as they stand on the device, in the words of its own screens.

use super::{focus, preset, sign_in};
use crate::case::{Auth, Encryption, Method};
use crate::gui::action::Action;
use crate::gui::check::{self, Field};
use crate::gui::megabytes::bytes;
use crate::gui::state::State;
use crate::gui::text::{tr, words};
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
const METHODS: [Method; 5] = [
    Method::Unknown,
    Method::Submission,
    Method::DirectSend,
    Method::Relay,
    Method::Receive,
];

/// A way of sending in words.
fn method_name(method: Method) -> String {
    match method {
        Method::Unknown => tr!("mail-not-stated"),
        Method::Submission => tr!("mail-with-a-login-to-a-submission"),
        Method::DirectSend => tr!("mail-straight-to-the-recipients-mail-server"),
        Method::Relay => tr!("mail-through-a-server-that-knows-this"),
        Method::Receive => tr!("mail-the-copier-itself-receives-mail"),
    }
}

/// Our own name of an encryption.
pub fn encryption_name(encryption: Encryption) -> String {
    match encryption {
        Encryption::None => tr!("mail-no-encryption"),
        Encryption::StartTlsIfAvailable => tr!("mail-starttls-if-available"),
        Encryption::StartTls => tr!("mail-starttls"),
        Encryption::Tls => tr!("mail-tls-from-the-first-byte"),
    }
}

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let labels = labels(state);
    let below = match (&labels.server, &state.case.device.vendor) {
        (Some(_), Some(vendor)) => tr!("mail-as-they-stand-on-the-copier", vendor = vendor),
        _ => tr!("mail-as-they-stand-on-the-copier-2"),
    };
    card::page_head(ui, tr!("word-mail-settings"), &below);
    let warnings = check::warnings(&state.case, &state.knowledge);
    card::columns(ui, 0.6, |ui, column| {
        if column == 0 {
            card::card(ui, |ui| {
                ui.add(Label::new(theme::heading(tr!("mail-how-the-copier-sends"))));
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
            card::card(ui, |ui| password(ui, state));
            if matches!(state.case.mail.auth, Auth::OAuth { .. }) {
                card::gap(ui);
                card::card(ui, |ui| sign_in::form(ui, state, out));
            }
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
fn word(theirs: Option<&String>, ours: String) -> String {
    theirs.cloned().unwrap_or(ours)
}

/// Only warnings below an input.
const fn warned(warnings: &[String]) -> Below<'_> {
    Below { note: "", warnings }
}

/// Way of sending, server, port, encryption.
fn server(ui: &mut Ui, state: &mut State, labels: &Labels, warnings: &[(Field, String)]) {
    let mail = &mut state.case.mail;
    let name = word(labels.server.as_ref(), tr!("mail-server"));
    let sentences = check::of(warnings, Field::Server);
    let response = row(ui, &name, warned(&sentences), |ui| {
        field::line(ui, &name, &mut mail.server, tr!("common-name-or-ip-address"))
    });
    focus(state, &response);
    let mail = &mut state.case.mail;
    let name = word(labels.port.as_ref(), tr!("mail-port"));
    let sentences = check::of(warnings, Field::Port);
    row(ui, &name, warned(&sentences), |ui| {
        port(ui, &name, &mut mail.port);
    });
    let name = word(labels.encryption.as_ref(), tr!("word-encryption"));
    let sentences = check::of(warnings, Field::Encryption);
    row(ui, &name, warned(&sentences), |ui| {
        let names: Vec<String> = ENCRYPTIONS
            .into_iter()
            .enumerate()
            .map(|(i, kind)| match labels.encryption_values.get(i) {
                Some(theirs) if !theirs.is_empty() => theirs.clone(),
                _ => words::capital(&encryption_name(kind)),
            })
            .collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let now = ENCRYPTIONS
            .iter()
            .position(|kind| *kind == mail.encryption)
            .and_then(|i| all.get(i))
            .copied()
            .unwrap_or_default();
        if let Some(kind) =
            field::pick(ui, tr!("word-encryption"), now, &all).and_then(|i| ENCRYPTIONS.get(i))
        {
            mail.encryption = *kind;
        }
    });
    row(ui, tr!("common-way-of-sending"), Below::default(), |ui| {
        let names = METHODS.map(method_name);
        let now = method_name(mail.method);
        if let Some(method) =
            field::pick(ui, tr!("common-way-of-sending"), now, &names).and_then(|i| METHODS.get(i))
        {
            mail.method = *method;
        }
    });
}

/// A port; empty means that it is not stated.
fn port(ui: &mut Ui, name: &str, port: &mut u16) {
    let mut text = if *port == 0 {
        String::new()
    } else {
        port.to_string()
    };
    let edit = field::text(&mut text, tr!("mail-25-465-or-587"))
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
    let name = word(labels.auth.as_ref(), tr!("word-login"));
    let sentences = check::of(warnings, Field::Auth);
    row(ui, &name, warned(&sentences), |ui| {
        let user = auth.user().unwrap_or_default().to_owned();
        let names = [
            tr!("mail-login-none"),
            tr!("mail-login-password"),
            tr!("mail-login-token"),
        ];
        let [none, password, token] = &names;
        let now = match auth {
            Auth::None => none,
            Auth::Password { .. } => password,
            Auth::OAuth { .. } => token,
        };
        match field::pick(ui, tr!("word-login"), now, &names) {
            Some(0) => *auth = Auth::None,
            Some(1) => *auth = Auth::Password { user },
            Some(_) => *auth = Auth::OAuth { user },
            None => {}
        }
    });
    if let Auth::Password { user } | Auth::OAuth { user } = auth {
        row(ui, tr!("word-user-name"), Below::default(), |ui| {
            field::line(ui, tr!("word-user-name"), user, "")
        });
    }
}

/// Sender, recipients, size.
fn envelope(ui: &mut Ui, state: &mut State, labels: &Labels, warnings: &[(Field, String)]) {
    let mail = &mut state.case.mail;
    let name = word(labels.from.as_ref(), tr!("mail-from-address"));
    let sentences = check::of(warnings, Field::From);
    row(ui, &name, warned(&sentences), |ui| {
        field::line(ui, &name, &mut mail.from, "")
    });
    let sentences = check::of(warnings, Field::To);
    let below = Below {
        note: &tr!("mail-several-with-commas"),
        warnings: &sentences,
    };
    let typed = &mut state.typed;
    if row(ui, tr!("word-to"), below, |ui| {
        field::line(ui, tr!("word-to"), &mut typed.to, "")
    })
    .changed()
    {
        mail.to = typed
            .to
            .split([',', ';'])
            .map(|to| to.trim().to_owned())
            .filter(|to| !to.is_empty())
            .collect();
    }
    let below = Below {
        note: &tr!("mail-in-megabytes-as-the-scan-is"),
        warnings: &[],
    };
    row(ui, tr!("word-scan-size"), below, |ui| {
        let edit = field::text(&mut typed.size, "")
            .id_salt("scan-size")
            .char_limit(9)
            .desired_width(110.0);
        if ui.add(edit).accessible_name(tr!("word-scan-size")).changed() {
            mail.size = bytes(&typed.size);
        }
    });
}

/// The password, for this session only.
fn password(ui: &mut Ui, state: &mut State) {
    let token = matches!(state.case.mail.auth, Auth::OAuth { .. });
    let title = if token {
        tr!("mail-token-for-the-test")
    } else {
        tr!("mail-password-for-the-test")
    };
    ui.add(Label::new(theme::heading(title)).wrap());
    if state.case.mail.auth == Auth::None {
        let text = tr!("mail-not-needed-no-login-is-set");
        ui.add(Label::new(theme::muted(ui, text)).wrap());
        return;
    }
    let text = tr!("mail-stays-in-memory-until-you-close");
    ui.add(Label::new(theme::muted(ui, text)).wrap());
    ui.add_space(space::XS);
    let mut typed = state.password.expose().to_owned();
    let name = if token {
        tr!("mail-token")
    } else {
        tr!("mail-password")
    };
    let edit = field::text(&mut typed, "").id_salt("Password").password(true);
    if ui.add(edit).accessible_name(name).changed() {
        state.password = Secret::new(typed);
    }
    if !state.password.is_empty() && button::quiet(ui, tr!("mail-forget-it")).clicked() {
        state.password = Secret::new("");
    }
}
