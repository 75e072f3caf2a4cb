//! Mail services that are known: their ways of sending, to fill the settings in with.

use crate::case::Auth;
use crate::gui::state::State;
use crate::gui::text::tr;
use crate::gui::theme::{self, space};
use crate::gui::widgets::field;
use crate::knowledge::schema::Endpoint;
use egui::{Label, Ui};

/// Mail services that are known, and their ways of sending.
pub fn show(ui: &mut Ui, state: &mut State) {
    ui.add(Label::new(theme::heading(tr!("word-mail-service"))));
    ui.add(
        Label::new(theme::muted(
            ui,
            tr!("preset-fills-in-server-port-encryption-and"),
        ))
        .wrap(),
    );
    ui.add_space(space::XS);
    let knowledge = std::sync::Arc::clone(&state.knowledge);
    let all: Vec<(String, &Endpoint)> = knowledge
        .providers
        .iter()
        .flat_map(|provider| {
            provider
                .endpoints
                .iter()
                .map(move |endpoint| (format!("{} · {}", provider.name, endpoint.name), endpoint))
        })
        .collect();
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    let mail = &mut state.case.mail;
    let now = all
        .iter()
        .find(|(_, e)| e.host == mail.server && e.port == mail.port && e.encryption == mail.encryption)
        .map_or_else(|| tr!("preset-choose-a-service"), |(name, _)| name.clone());
    ui.name_inputs(tr!("word-mail-service"), |ui| {
        if let Some((_, endpoint)) =
            field::pick(ui, tr!("word-mail-service"), now, &names).and_then(|i| all.get(i))
        {
            take_over(mail, endpoint);
        }
    });
    if let Some(provider) = knowledge.provider_of(mail.server.trim()) {
        for note in provider.notes.iter().take(3) {
            ui.add(Label::new(theme::detail(ui, note)).wrap());
        }
    }
}

/// A preset into the settings; what a person typed besides stays.
fn take_over(mail: &mut crate::case::Mail, endpoint: &Endpoint) {
    if endpoint.host.contains('.') && !endpoint.host.contains([' ', '<']) {
        mail.server.clone_from(&endpoint.host);
    }
    mail.port = endpoint.port;
    mail.encryption = endpoint.encryption;
    mail.method = endpoint.method;
    if !endpoint.login {
        mail.auth = Auth::None;
    } else if mail.auth == Auth::None {
        mail.auth = Auth::Password {
            user: mail.from.clone(),
        };
    }
}
