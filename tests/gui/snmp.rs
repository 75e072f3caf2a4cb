//! How SNMP asks: folded away, checked while typed, and asked with it; its passwords stand nowhere.

use crate::at;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use scanmedic::gui::state::Step;
use scanmedic::gui::state::effect::Effect;
use scanmedic::probe::device::{SnmpAuth, SnmpPrivacy};
use scanmedic::session::Command;

#[test]
fn a_user_of_version_3_goes_with_the_question_and_its_passwords_stand_nowhere() {
    let mut harness = at(Step::Device);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    harness.run();
    assert!(harness.query_by_label("Signing password").is_none());
    harness.get_by_label("Community or user…").click();
    harness.run();
    for (role, name, text) in [
        (Role::TextInput, "User of version 3", "tech"),
        (Role::PasswordInput, "Signing password", "first-secret"),
        (Role::PasswordInput, "Encryption password", "second-secret"),
    ] {
        harness.get_by_role_and_label(role, name).focus();
        harness.run();
        harness.get_by_role_and_label(role, name).type_text(text);
        harness.run();
    }
    assert!(harness.query_by_label_contains("A password is wanted").is_none());
    harness.get_by_label("Identify").click();
    harness.run_steps(2);
    let asked = harness.state().outbox.iter().find_map(|effect| match effect {
        Effect::Send(Command::Identify { ports, .. }) => ports.user.clone(),
        _ => None,
    });
    let user = asked.expect("the user goes along");
    assert_eq!(user.name, "tech");
    assert!(matches!(user.auth, Some((SnmpAuth::Sha, secret)) if secret.expose() == "first-secret"));
    assert!(
        matches!(user.privacy, Some((SnmpPrivacy::Aes128, secret)) if secret.expose() == "second-secret")
    );
    for secret in ["first-secret", "second-secret"] {
        assert!(harness.query_by_value(secret).is_none());
        assert!(!harness.state().case.to_ron().contains(secret));
        assert!(!format!("{:?}", harness.state()).contains(secret));
    }
}

#[test]
fn what_version_3_lacks_is_told_while_typing() {
    let mut harness = at(Step::Device);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    harness.state_mut().snmp.user = "tech".into();
    harness.run();
    harness.get_by_label_contains("A password is wanted here");
    harness.state_mut().snmp.auth = None;
    harness.run();
    harness.get_by_label("Encryption needs signing too");
}
