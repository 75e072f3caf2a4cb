//! Ports and the send side by side, the ways of sending with all that is said of them, announced dates.

use crate::{at, canned, play, run};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::{State, Step};

/// The canned run, over, on a step, in a window that is high enough for the whole page.
fn over(step: Step) -> Harness<'static, State> {
    let mut harness = at(Step::Mail);
    harness.set_size(egui::vec2(1280.0, 2400.0));
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    perform(harness.state_mut(), Action::Go(step));
    harness.run();
    harness
}

#[test]
fn each_port_says_how_the_network_takes_it_and_how_encryption_begins_there() {
    let harness = over(Step::Probes);
    harness.get_by_label("Mail ports of the server");
    harness.get_by_label_contains("Only port 25 is blocked");
    harness.get_by_label("TLS from the first byte");
    harness.get_by_label("STARTTLS offered");
    harness.get_by_label("TLS at once offered");
    harness.get_by_label("STARTTLS not offered");
    harness.get_by_label("TLS at once not offered");
    assert!(harness.query_all_by_label("No answer").next().is_some());
    harness.get_by_label("set");
}

#[test]
fn the_send_stands_beside_the_same_send_with_the_copier_s_limits() {
    let harness = over(Step::Probes);
    harness.get_by_label("The same send, side by side");
    harness.get_by_label("As the copier");
    assert_eq!(harness.query_all_by_label("Sender and recipient").count(), 2);
    harness.get_by_label("It ends at the TLS handshake");
    // Neither an empty cell nor a dash: it says that it was not done.
    assert_eq!(harness.query_all_by_label("not done").count(), 2);
}

#[test]
fn nothing_of_an_older_run_stands_beside_a_new_one() {
    let mut harness = over(Step::Probes);
    run(&mut harness);
    harness.run_steps(2);
    assert!(harness.query_by_label("Mail ports of the server").is_none());
}

#[test]
fn a_way_of_sending_tells_every_reason_and_on_a_click_its_needs_and_limits() {
    let mut harness = over(Step::Fix);
    harness.get_by_label("It reaches people inside the organisation only");
    harness.get_by_label("SMTP AUTH is switched on for the mailbox");
    // An announced date is never folded away.
    harness.get_by_label("From March 2027 no login with a password (as of 2026-11-01)");
    assert!(harness.query_by_label("30 messages a minute").is_none());
    harness
        .get_by_role_and_label(Role::Button, "Needs and limits: Client submission with a mailbox")
        .click();
    harness.run();
    harness.get_by_label("30 messages a minute");
    harness.get_by_label("A mailbox with a licence");
}

#[test]
fn the_ways_of_sending_are_told_where_nothing_is_to_be_fixed_too() {
    let mut harness = over(Step::Fix);
    let mut finding = canned::finding();
    finding.remedy = None;
    harness.state_mut().finding.value = Some(finding);
    harness.run();
    harness.get_by_label("Direct send to the recipient's own server");
}

#[test]
fn an_announced_date_stands_beside_the_verdict_with_its_source() {
    let harness = over(Step::Diagnosis);
    harness.get_by_label("Announced by the service");
    harness.get_by_label("Logins with a password are refused for good");
    harness.get_by_label("Sample Mail, service news, as of 2026-11-01");
}
