//! The wizard without a window: steps, typing, warnings, a played run, the keyboard, and rest.
#![cfg(feature = "gui")]
#![allow(clippy::expect_used)]

mod canned;
#[path = "gui/compare.rs"]
mod compare;
#[path = "gui/evidence.rs"]
mod evidence;
#[path = "gui/languages.rs"]
mod languages;
#[path = "gui/listen.rs"]
mod listen;
#[path = "gui/live.rs"]
mod live;
#[path = "gui/report.rs"]
mod report;
#[path = "gui/sign_in.rs"]
mod sign_in;
#[path = "gui/snmp.rs"]
mod snmp;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use scanmedic::case::{Outcome, Proof, SideBySide, Verification};
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::{answer, perform, take};
use scanmedic::gui::state::effect::{Answer, Effect, Pick};
use scanmedic::gui::state::{Screen, State, Step};
use scanmedic::gui::{draw, theme};
use scanmedic::probe::Request;
use scanmedic::secret::Secret;
use scanmedic::session::{Command, Event, Verified};
use std::sync::Arc;

/// The wizard at this size.
fn wizard(size: [f32; 2], theme: egui::Theme) -> Harness<'static, State> {
    let mut state = State::new(Arc::new(canned::knowledge()));
    state.theme = theme.into();
    Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_context_setup(theme::install)
        .build_ui_state(draw, state)
}

/// The wizard with the canned case on a step.
fn at(step: Step) -> Harness<'static, State> {
    let mut harness = wizard([1280.0, 800.0], egui::Theme::Light);
    harness.state_mut().set_case(canned::case(), None);
    harness.state_mut().screen = Screen::Step(step);
    harness.run();
    harness
}

/// Presses F5 and gives back the number of the run that was asked for.
fn run(harness: &mut Harness<'_, State>) -> u64 {
    harness.key_press(Key::F5);
    harness.run_steps(2);
    let sent = std::mem::take(&mut harness.state_mut().outbox);
    sent.into_iter()
        .find_map(|effect| match effect {
            Effect::Send(Command::Diagnose { run, .. }) => Some(run),
            _ => None,
        })
        .expect("F5 asks for a run")
}

/// Plays events.
fn play(harness: &mut Harness<'_, State>, events: Vec<Event>) {
    for event in events {
        take(harness.state_mut(), event);
    }
    harness.run_steps(3);
}

#[test]
fn a_new_case_begins_at_the_address_with_the_keyboard_in_it() {
    let mut harness = wizard([1280.0, 800.0], egui::Theme::Light);
    harness.run();
    harness.get_by_role_and_label(Role::Button, "New case").click();
    harness.run();
    let address = harness.get_by_role_and_label(Role::TextInput, "Address");
    assert!(address.is_focused());
    address.type_text("10.1.2.3");
    harness.run();
    harness.get_by_label("Identify").click();
    harness.run_steps(2);
    assert_eq!(harness.state().case.device.address.as_deref(), Some("10.1.2.3"));
    assert!(matches!(
        harness.state().outbox.as_slice(),
        [Effect::Send(Command::Identify { address, .. })] if address == "10.1.2.3"
    ));
}

#[test]
fn what_the_device_says_fills_the_fields_and_says_where_it_came_from() {
    let mut harness = at(Step::Device);
    harness.state_mut().case.device.firmware = None;
    harness.get_by_label("Identify").click();
    harness.run_steps(2);
    let answer = serde_json::json!({ "vendor": "Other", "firmware": "1.2.3", "serial": "XYZ",
        "sources": { "firmware": "SNMP" } });
    let run = harness.state().identity_run;
    play(&mut harness, vec![Event::Identified(run, Box::new(answer))]);
    harness.run();
    assert_eq!(harness.state().case.device.firmware.as_deref(), Some("1.2.3"));
    // What a person typed stays.
    assert_eq!(harness.state().case.device.vendor.as_deref(), Some("Xerox"));
    harness.get_by_label("From SNMP");
    harness.get_by_label("Serial number XYZ");
}

#[test]
fn settings_that_cannot_fit_are_told_while_typing() {
    let mut harness = at(Step::Mail);
    assert!(harness.query_by_label_contains("Port 465").is_none());
    let port = harness.get_by_role_and_label(Role::TextInput, "Port Number");
    port.focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness
        .get_by_role_and_label(Role::TextInput, "Port Number")
        .type_text("465");
    harness.run();
    assert_eq!(harness.state().case.mail.port, 465);
    harness.get_by_label_contains("Port 465 speaks TLS from the first byte");
}

#[test]
fn a_device_below_the_service_s_tls_is_told() {
    let mut harness = at(Step::Mail);
    harness.state_mut().case.device.max_tls = Some("1.0".into());
    harness.run();
    harness.get_by_label_contains("Sample Mail takes TLS 1.2 or newer");
}

#[test]
fn the_labels_are_the_maker_s_own() {
    let harness = at(Step::Mail);
    harness.get_by_role_and_label(Role::ComboBox, "Connection Encryption");
    harness.get_by_role_and_label(Role::TextInput, "SMTP Server");
}

#[test]
fn the_password_is_neither_drawn_nor_in_the_case() {
    let mut harness = at(Step::Mail);
    harness.get_by_label("Password").focus();
    harness.run();
    harness.get_by_label("Password").type_text("hunter2");
    harness.run();
    assert_eq!(harness.state().password.expose(), "hunter2");
    assert!(harness.query_by_value("hunter2").is_none());
    assert!(!harness.state().case.to_ron().contains("hunter2"));
    assert!(!format!("{:?}", harness.state()).contains("hunter2"));
}

#[test]
fn a_run_shows_its_rows_and_its_verdict() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    assert_eq!(harness.state().screen, Screen::Step(Step::Probes));
    play(&mut harness, canned::first(id, 7));
    harness.get_by_label_contains("Be the copier: Running");
    harness.get_by_label_contains("Certificate: Passed");
    harness.get_by_label("Stop");
    play(&mut harness, canned::whole(id));
    harness.run();
    harness.get_by_label("See the diagnosis").click();
    harness.run();
    harness.get_by_label_contains("offers only TLS 1.0");
    harness.get_by_label("Root cause · confirmed");
    harness
        .get_by_label("Encrypt: copier failed, this laptop passed")
        .click();
    harness.run();
    harness.get_by_label("Evidence at Encrypt");
    harness.get_by_label("Build the fix plan").click();
    harness.run();
    harness.get_by_label("Update the firmware");
}

#[test]
fn a_late_answer_of_an_older_run_is_dropped() {
    let mut harness = at(Step::Mail);
    let old = run(&mut harness);
    play(&mut harness, vec![Event::Cancelled(old)]);
    let new = run(&mut harness);
    play(&mut harness, canned::whole(old));
    assert!(harness.state().finding.value.is_none());
    assert!(harness.state().run.rows.is_empty());
    play(&mut harness, canned::whole(new));
    assert!(harness.state().finding.value.is_some());
}

#[test]
fn a_real_message_asks_first() {
    let mut harness = at(Step::Probes);
    harness.get_by_label("A real message…").click();
    harness.run();
    harness.key_press(Key::F5);
    harness.run();
    assert!(harness.state().outbox.is_empty());
    harness.get_by_label("Send the test message").click();
    harness.run_steps(2);
    assert!(matches!(
        harness.state().outbox.as_slice(),
        [Effect::Send(Command::Diagnose { .. })]
    ));
}

#[test]
fn the_keyboard_walks_saves_and_stops() {
    let mut harness = at(Step::Device);
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowRight);
    harness.run();
    assert_eq!(harness.state().screen, Screen::Step(Step::Mail));
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowLeft);
    harness.run();
    assert_eq!(harness.state().screen, Screen::Step(Step::Device));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run();
    let sent = std::mem::take(&mut harness.state_mut().outbox);
    assert!(matches!(sent.as_slice(), [Effect::Pick(Pick::SaveAs)]));
    let _ = run(&mut harness);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(matches!(
        harness.state().outbox.as_slice(),
        [Effect::Send(Command::Cancel)]
    ));
}

#[test]
fn a_case_that_is_not_saved_is_not_lost_by_beginning_another() {
    let mut harness = at(Step::Device);
    harness.state_mut().case.title = "Changed".into();
    harness.state_mut().screen = Screen::Start;
    harness.run();
    harness.get_by_role_and_label(Role::Button, "New case").click();
    harness.run();
    harness.get_by_label("Save Changed first?");
    assert_eq!(harness.state().case.title, "Changed");
    harness.get_by_label("Save…").click();
    harness.run();
    let file = std::path::PathBuf::from("changed.case.ron");
    answer(
        harness.state_mut(),
        Answer::Picked(Pick::SaveAs, vec![file.clone()]),
    );
    let sent = std::mem::take(&mut harness.state_mut().outbox);
    let Some(Effect::Save(path, case)) = sent.into_iter().last() else {
        panic!("the case is written");
    };
    assert_eq!((&path, case.title.as_str()), (&file, "Changed"));
    answer(harness.state_mut(), Answer::Saved(path, case, Ok(())));
    harness.run();
    assert_eq!(harness.state().case.title, "");
}

#[test]
fn only_a_passed_repeat_of_the_test_resolves_the_case() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    harness.state_mut().screen = Screen::Step(Step::Verify);
    harness.run();
    assert!(harness.query_by_label("Resolved and verified").is_none());
    harness.get_by_label("It arrived").click();
    harness.run();
    harness.get_by_label("Repeat the test that failed").click();
    harness.run_steps(2);
    let sent = std::mem::take(&mut harness.state_mut().outbox);
    let id = sent
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Send(Command::Verify { run, arrived, .. }) => {
                assert_eq!(arrived, Some(true));
                Some(run)
            }
            _ => None,
        })
        .expect("the engine is asked");
    let mut finding = canned::finding();
    finding.diagnosis.verdict.cause = "none".into();
    finding.diagnosis.verdict.headline = "The scan gets through".into();
    let verification = Verification {
        cause: "device-tls-too-old".into(),
        outcome: Outcome::Passed,
        proof: Some(Proof::SeenByPerson),
        headline: "The test is passed".into(),
        rows: vec![SideBySide {
            what: "Encrypt".into(),
            before: "failed".into(),
            after: "passed".into(),
        }],
        ..Verification::default()
    };
    let verified = Verified {
        verification,
        finding,
    };
    play(&mut harness, vec![Event::Verified(id, Box::new(verified))]);
    harness.run();
    harness.get_by_label("Resolved and verified");
    harness.get_by_label("Before and after");
}

#[test]
fn a_tick_and_a_note_stay_with_the_case() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    harness.state_mut().screen = Screen::Step(Step::Fix);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    harness.run();
    harness.get_by_label("Done: Update the firmware").click();
    harness.run();
    let note = harness.get_by_role_and_label(Role::TextInput, "Note");
    note.focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::TextInput, "Note")
        .type_text("Customer agreed");
    harness.run();
    harness.get_by_label("Add the note").click();
    harness.run();
    harness.get_by_label("Customer agreed");
    let work = &harness.state().case.work;
    assert_eq!((work.done.len(), work.notes.len()), (1, 1));
    let again = scanmedic::case::Case::parse(&harness.state().case.to_ron(), "x").expect("it can be read");
    assert_eq!(again.work, *work);
}

#[test]
fn an_answer_is_reasoned_with_at_once_and_the_probes_stay_in_sight() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    let rows = harness.state().run.rows.len();
    perform(
        harness.state_mut(),
        Action::Answer("since-when".into(), "suddenly".into()),
    );
    let state = harness.state();
    assert_eq!(
        state.case.answers.get("since-when").map(String::as_str),
        Some("suddenly")
    );
    assert_eq!(state.run.rows.len(), rows);
    assert!(matches!(
        state.outbox.as_slice(),
        [Effect::Send(Command::Diagnose { offline: true, request, .. })] if !request.heard.is_empty()
    ));
}

#[test]
fn what_went_well_is_said_and_goes_by_itself() {
    let mut harness = at(Step::Mail);
    perform(harness.state_mut(), Action::Copy("x".into(), "Plan".into()));
    harness.run_steps(2);
    harness.get_by_label("Plan copied");
    harness.run_steps(40);
    assert!(harness.query_by_label("Plan copied").is_none());
}

#[test]
fn tab_walks_from_field_to_field() {
    let mut harness = at(Step::Device);
    harness.state_mut().focus_first = true;
    harness.run();
    assert!(
        harness
            .get_by_role_and_label(Role::TextInput, "Address")
            .is_focused()
    );
    harness.key_press(Key::Tab);
    harness.run();
    assert!(
        harness
            .get_by_role_and_label(Role::Button, "Identify")
            .is_focused()
    );
    harness.key_press(Key::Tab);
    harness.run();
    assert!(
        harness
            .get_by_role_and_label(Role::TextInput, "Maker")
            .is_focused()
    );
}

#[test]
fn one_probe_again_leaves_the_others_and_is_diagnosed_with_them() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    harness.get_by_label_contains("Greeting and EHLO: Passed").click();
    harness.run();
    harness.get_by_label_contains("250 STARTTLS");
    harness.get_by_label("Run only this").click();
    harness.run_steps(2);
    harness.get_by_label_contains("Greeting and EHLO: Queued");
    harness.get_by_label_contains("Certificate: Passed");
    let mut anew = canned::finding();
    anew.diagnosis.verdict.cause = "inconclusive".into();
    let id = harness.state().run.id;
    play(&mut harness, vec![Event::Diagnosed(id, Box::new(anew))]);
    let now = harness.state().finding.value.as_ref().expect("a finding");
    assert_eq!(now.diagnosis.verdict.cause, "inconclusive");
}

#[test]
fn what_leads_into_the_lab_is_gone_with_the_next_case() {
    let mut state = State::new(Arc::new(canned::knowledge()));
    let mut request = Request::new(canned::case());
    request.dns = Some("127.0.0.1:5353".parse().expect("an address"));
    request.secret = Some(Secret::new("practice"));
    state.set_request(request, None);
    assert!(state.template.dns.is_some() && !state.password.is_empty());
    perform(&mut state, Action::New);
    assert!(state.template.dns.is_none() && state.password.is_empty());
}

#[test]
fn a_dialog_shows_its_buttons_whatever_was_shown_before() {
    let mut harness = at(Step::Device);
    for (opener, last) in [("Settings", "Close"), ("Help for this step", "Close")] {
        harness.get_by_label(opener).click();
        harness.run();
        harness.run();
        let close = harness.get_by_role_and_label(Role::Button, last);
        assert!(close.rect().height() > 30.0, "{opener}: {:?}", close.rect());
        close.click();
        harness.run();
        assert!(harness.state().dialog.is_none());
    }
}

#[test]
fn evidence_can_be_searched() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    harness.state_mut().screen = Screen::Step(Step::Evidence);
    harness.run();
    harness.get_by_label("7 of 7");
    harness.get_by_label("Search the evidence").focus();
    harness.run();
    harness.get_by_label("Search the evidence").type_text("mailbox");
    harness.run();
    harness.get_by_label("1 of 7");
}

#[test]
fn the_start_screen_needs_no_scrolling() {
    let mut harness = wizard([1024.0, 640.0], egui::Theme::Light);
    harness.run();
    for name in ["New case", "Open…", "Add files…", "Settings"] {
        let rect = harness.get_by_role_and_label(Role::Button, name).rect();
        assert!(rect.bottom() < 640.0, "{name} at {rect:?}");
    }
}

#[test]
fn a_step_of_the_plan_is_no_taller_than_its_words() {
    let mut harness = at(Step::Mail);
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    harness.state_mut().screen = Screen::Step(Step::Fix);
    harness.run();
    let first = harness.get_by_label("Update the firmware").rect();
    let second = harness.get_by_label("Allow SMTP AUTH for the mailbox").rect();
    assert!(second.top() - first.top() < 340.0);
}

#[test]
fn every_screen_fits_and_comes_to_rest() {
    for (size, theme) in [
        ([1280.0, 800.0], egui::Theme::Light),
        ([1024.0, 640.0], egui::Theme::Dark),
        ([512.0, 320.0], egui::Theme::Light),
    ] {
        let mut harness = wizard(size, theme);
        harness.try_run().expect("the start screen rests");
        harness.state_mut().set_case(canned::case(), None);
        for known in [false, true] {
            if known {
                harness.state_mut().screen = Screen::Step(Step::Mail);
                let id = run(&mut harness);
                play(&mut harness, canned::whole(id));
            }
            for step in Step::ALL {
                harness.state_mut().screen = Screen::Step(step);
                harness
                    .try_run()
                    .unwrap_or_else(|error| panic!("{step:?} at {size:?} rests: {error}"));
                for button in harness.query_all_by_role(Role::Button) {
                    let rect = button.rect();
                    assert!(
                        rect.right() <= size[0] + 0.5,
                        "{step:?} at {size:?}: {button:?} at {rect:?}"
                    );
                }
            }
        }
    }
}
