//! How SNMP asks the device: the community of v1 and v2c, the user of v3. Folded away until it is wanted.

use crate::gui::action::Action;
use crate::gui::state::snmp::Lack;
use crate::gui::state::{Fold, State};
use crate::gui::text::tr;
use crate::gui::theme::{self, space};
use crate::gui::widgets::button;
use crate::gui::widgets::field::{self, Below, row};
use crate::probe::device::{SnmpAuth, SnmpPrivacy};
use crate::secret::Secret;
use egui::{Label, Ui};

/// How v3 signs, in the order of the list.
const AUTHS: [(SnmpAuth, &str); 6] = [
    (SnmpAuth::Md5, "MD5"),
    (SnmpAuth::Sha, "SHA-1"),
    (SnmpAuth::Sha224, "SHA-224"),
    (SnmpAuth::Sha256, "SHA-256"),
    (SnmpAuth::Sha384, "SHA-384"),
    (SnmpAuth::Sha512, "SHA-512"),
];

/// How v3 encrypts, in the order of the list.
const PRIVACIES: [(SnmpPrivacy, &str); 7] = [
    (SnmpPrivacy::Des, "DES"),
    (SnmpPrivacy::Des3, "3DES"),
    (SnmpPrivacy::Aes128, "AES-128"),
    (SnmpPrivacy::Aes192, "AES-192 (Blumenthal)"),
    (SnmpPrivacy::Aes256, "AES-256 (Blumenthal)"),
    (SnmpPrivacy::Aes192Cisco, "AES-192 (Reeder)"),
    (SnmpPrivacy::Aes256Cisco, "AES-256 (Reeder)"),
];

/// Draws it.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("snmp-title"))).wrap());
    ui.add(Label::new(theme::muted(ui, tr!("snmp-below"))).wrap());
    ui.add_space(space::XS);
    let folded = state.folds.get(&Fold::Snmp).copied();
    let open = folded.unwrap_or_else(|| state.snmp.is_typed());
    let words = if open { tr!("snmp-hide") } else { tr!("snmp-set") };
    if button::small(ui, words).clicked() {
        out.push(Action::Fold(Fold::Snmp, !open));
    }
    if !open {
        return;
    }
    ui.add_space(space::XS);
    let community = state.template.device.community.clone();
    let asking = &mut state.snmp;
    let name = tr!("snmp-community");
    row(ui, &name, Below::default(), |ui| {
        field::line(ui, &name, &mut asking.community, community)
    });
    let name = tr!("snmp-user");
    row(ui, &name, Below::default(), |ui| {
        field::line(ui, &name, &mut asking.user, tr!("snmp-user-hint"))
    });
    if asking.user.trim().is_empty() {
        return;
    }
    let lack = asking.lacks();
    let said = |of: Lack, words: String| (lack == Some(of)).then_some(words);
    kind(ui, &tr!("snmp-auth"), &mut asking.auth, &AUTHS, None);
    if asking.auth.is_some() {
        let problem = said(Lack::AuthPassword, tr!("snmp-password-wanted"));
        secret(ui, &tr!("snmp-auth-password"), &mut asking.auth_password, problem);
    }
    let problem = said(Lack::Signing, tr!("snmp-signing-wanted"));
    kind(ui, &tr!("snmp-privacy"), &mut asking.privacy, &PRIVACIES, problem);
    if asking.privacy.is_some() && asking.auth.is_some() {
        let problem = said(Lack::PrivacyPassword, tr!("snmp-password-wanted"));
        secret(
            ui,
            &tr!("snmp-privacy-password"),
            &mut asking.privacy_password,
            problem,
        );
    }
    let name = tr!("snmp-context");
    row(ui, &name, Below::default(), |ui| {
        field::line(ui, &name, &mut asking.context, tr!("snmp-context-hint"))
    });
    ui.add(Label::new(theme::detail(ui, tr!("snmp-not-kept"))).wrap());
}

/// One of a list, or none of it.
fn kind<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    slot: &mut Option<T>,
    all: &[(T, &str)],
    problem: Option<String>,
) {
    let below = Below {
        note: "",
        warnings: problem.as_slice(),
    };
    row(ui, name, below, |ui| {
        let none = tr!("snmp-none");
        let names: Vec<&str> = std::iter::once(none.as_str())
            .chain(all.iter().map(|(_, word)| *word))
            .collect();
        let now = all.iter().find(|(one, _)| Some(*one) == *slot);
        let now = now.map_or(none.as_str(), |(_, word)| word);
        if let Some(index) = field::pick(ui, name, now, &names) {
            *slot = index
                .checked_sub(1)
                .and_then(|at| all.get(at))
                .map(|(one, _)| *one);
        }
    });
}

/// A password that is not drawn.
fn secret(ui: &mut Ui, name: &str, slot: &mut Secret, problem: Option<String>) {
    let below = Below {
        note: "",
        warnings: problem.as_slice(),
    };
    row(ui, name, below, |ui| {
        let mut typed = slot.expose().to_owned();
        let edit = field::text(&mut typed, "").id_salt(name).password(true);
        if ui.add(edit).accessible_name(name).changed() {
            *slot = Secret::new(typed);
        }
    });
}
