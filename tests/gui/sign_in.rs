//! Signing in for a token: the code in sight, stopping at once, and how it ends; canned, and against the lab.

use crate::live::Live;
use crate::{at, play, wizard};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use scanmedic::case::Auth;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::perform;
use scanmedic::gui::state::effect::Effect;
use scanmedic::gui::state::{State, Step};
use scanmedic::probe::sign_in::{NoToken, Prompt};
use scanmedic::session::{Command, Event};

/// The Mail step with a token as login, a named application, and a window as high as the page.
fn with_token() -> Harness<'static, State> {
    let mut harness = at(Step::Mail);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    let state = harness.state_mut();
    state.case.mail.auth = Auth::OAuth {
        user: "scan@contoso.test".into(),
    };
    state.case.application.device_endpoint = "https://login.example.test/code".into();
    state.case.application.token_endpoint = "https://login.example.test/token".into();
    harness.run();
    harness
}

/// Presses the button, and gives back the number of the trial.
fn begun(harness: &mut Harness<'_, State>) -> u64 {
    harness.state_mut().case.application.client_id = "app".into();
    harness.run();
    harness
        .get_by_role_and_label(Role::Button, "Try the sign-in")
        .click();
    harness.run_steps(2);
    let sent = std::mem::take(&mut harness.state_mut().outbox);
    let number = sent.into_iter().find_map(|effect| match effect {
        Effect::Send(Command::SignIn { run, request }) => {
            assert_eq!(request.sign_in.map(|at| at.client_id).as_deref(), Some("app"));
            Some(run)
        }
        _ => None,
    });
    number.expect("the engine is asked")
}

fn asked(run: u64) -> Event {
    let prompt = Prompt {
        page: "https://login.example.test/device".into(),
        code: "ABCD-EFGH".into(),
        seconds: 900,
    };
    Event::EnterCode(run, Box::new(prompt))
}

#[test]
fn without_an_application_it_says_what_it_needs() {
    let harness = with_token();
    harness.get_by_label_contains("Needs the client id");
    let button = harness.get_by_role_and_label(Role::Button, "Try the sign-in");
    assert!(button.accesskit_node().is_disabled());
}

#[test]
fn page_and_code_are_in_sight_and_can_be_copied() {
    let mut harness = with_token();
    let number = begun(&mut harness);
    harness.get_by_label("Asking for a code");
    play(&mut harness, vec![asked(number)]);
    harness.get_by_label("ABCD-EFGH");
    harness.get_by_label("https://login.example.test/device");
    harness.get_by_label_contains("the code ends in 1");
    harness
        .get_by_role_and_label(Role::Button, "Copy the code")
        .click();
    harness.run_steps(2);
    let copied = &harness.state().outbox;
    assert!(matches!(copied.as_slice(), [Effect::Copy(text)] if text == "ABCD-EFGH"));
}

#[test]
fn the_application_stands_in_the_case_and_need_not_be_typed_again() {
    let mut harness = with_token();
    begun(&mut harness);
    let text = harness.state().case.to_ron();
    assert!(text.contains("client_id: \"app\""), "{text}");
    let read = scanmedic::case::Case::parse(&text, "typed").expect("the case is read");
    harness
        .state_mut()
        .set_case(scanmedic::case::Case::default(), None);
    assert!(harness.state().case.application.is_empty());
    harness.state_mut().set_case(read, None);
    perform(harness.state_mut(), Action::Go(Step::Mail));
    harness.run();
    let button = harness.get_by_role_and_label(Role::Button, "Try the sign-in");
    assert!(!button.accesskit_node().is_disabled());
}

#[test]
fn stopping_works_at_once_and_what_comes_too_late_is_dropped() {
    let mut harness = with_token();
    let number = begun(&mut harness);
    play(&mut harness, vec![asked(number)]);
    harness
        .get_by_role_and_label(Role::Button, "Stop the sign-in")
        .click();
    harness.run_steps(2);
    assert!(harness.query_by_label("ABCD-EFGH").is_none());
    assert!(matches!(
        harness.state().outbox.as_slice(),
        [Effect::Send(Command::Cancel)]
    ));
    let why = NoToken {
        error: "access_denied".into(),
        description: String::new(),
    };
    play(&mut harness, vec![Event::NotSignedIn(number, Box::new(why))]);
    assert!(harness.query_by_label("No token").is_none());
}

#[test]
fn a_refusal_says_why_and_what_to_do() {
    let mut harness = with_token();
    let number = begun(&mut harness);
    let why = NoToken {
        error: "expired_token".into(),
        description: String::new(),
    };
    play(&mut harness, vec![Event::NotSignedIn(number, Box::new(why))]);
    harness.run();
    harness.get_by_label("No token");
    harness.get_by_label_contains("The code ended before anybody entered it");
    harness.get_by_label_contains("Try again; the code has to be entered");
}

#[test]
fn a_login_with_a_password_knows_no_sign_in() {
    let mut harness = wizard([1280.0, 1600.0], egui::Theme::Light);
    perform(harness.state_mut(), Action::New);
    perform(harness.state_mut(), Action::Go(Step::Mail));
    harness.run();
    assert!(harness.query_by_label("Sign in for a token").is_none());
}

#[test]
fn a_run_shows_the_code_and_goes_on_once_somebody_has_signed_in() {
    let mut live = Live::start();
    live.practise("oauth-device-code");
    live.press("Run the probes");
    live.until("the code", |h| h.query_by_label("LAB-CODE").is_some());
    live.harness.get_by_label("The run waits for a sign-in");
    live.until("the verdict", |h| !h.state().run.running());
    assert!(live.harness.query_by_label("LAB-CODE").is_none());
    live.harness.get_by_label_contains("Log in: Passed");
}

#[test]
fn a_trial_against_the_lab_tells_what_the_token_is_and_what_blocks_it() {
    let mut live = Live::start();
    live.practise("oauth-device-code");
    live.harness.set_size(egui::vec2(1280.0, 1600.0));
    perform(live.harness.state_mut(), Action::Go(Step::Mail));
    live.harness.run_steps(2);
    live.press("Try the sign-in");
    live.until("the token", |h| h.query_by_label("Signed in").is_some());
    live.harness
        .get_by_label_contains("The token is made out for scan@contoso.com");

    perform(live.harness.state_mut(), Action::Start);
    live.harness.run_steps(2);
    live.practise("oauth-device-code-blocked");
    perform(live.harness.state_mut(), Action::Go(Step::Mail));
    live.harness.run_steps(2);
    live.press("Try the sign-in");
    live.until("the refusal", |h| h.query_by_label("No token").is_some());
    live.harness
        .get_by_label_contains("Conditional Access blocks this sign-in");
}
