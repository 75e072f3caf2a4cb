//! The report's wishes: what it hides, whose house it comes from; and how far a long file is read.

use crate::{at, canned, play, run};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use scanmedic::case::Case;
use scanmedic::gui::action::Action;
use scanmedic::gui::perform::{answer, perform, take};
use scanmedic::gui::state::effect::{Answer, Effect, Pick};
use scanmedic::gui::state::report::{Destination, Job};
use scanmedic::gui::state::{State, Step};
use scanmedic::report::brand::{Form, Logo};
use scanmedic::session::Event;

/// The report step behind a whole run.
fn reported() -> Harness<'static, State> {
    let mut harness = at(Step::Mail);
    harness.set_size(egui::vec2(1280.0, 1600.0));
    let id = run(&mut harness);
    play(&mut harness, canned::whole(id));
    perform(harness.state_mut(), Action::Go(Step::Verify));
    harness.run();
    harness
}

/// The report that was asked for.
fn job(harness: &mut Harness<'_, State>) -> Box<Job> {
    let sent = std::mem::take(&mut harness.state_mut().outbox);
    let job = sent.into_iter().find_map(|effect| match effect {
        Effect::Report(job) => Some(job),
        _ => None,
    });
    job.expect("a report is asked for")
}

#[test]
fn each_kind_of_name_is_hidden_or_kept_by_itself() {
    let mut harness = reported();
    assert!(
        harness
            .query_by_label_contains("will stand in the report")
            .is_none()
    );
    for kept in [
        "Addresses of the network",
        "Serial numbers and hardware addresses",
    ] {
        harness.get_by_role_and_label(Role::CheckBox, kept).click();
        harness.run();
    }
    harness.get_by_label_contains("will stand in the report");
    harness.get_by_label("Preview").click();
    harness.run_steps(2);
    let job = job(&mut harness);
    assert_eq!(job.to, Destination::Screen);
    let hidden = job.redaction;
    assert!(hidden.accounts && hidden.hosts && !hidden.addresses && !hidden.serials);
}

#[test]
fn name_colour_and_logo_go_with_the_report_and_into_the_next_case() {
    let mut harness = reported();
    for (name, text) in [("Name", "Copier Care"), ("Colour", "#ffcc00")] {
        harness.get_by_role_and_label(Role::TextInput, name).focus();
        harness.run();
        harness
            .get_by_role_and_label(Role::TextInput, name)
            .type_text(text);
        harness.run();
    }
    // Too pale for white paper: it is told at once, and left out.
    harness.get_by_label_contains("has a contrast of 1.5:1");
    assert_eq!(harness.state().report.house.brand().accent, None);
    harness.state_mut().report.house.colour = "#0b5c3b".into();
    harness.state_mut().outbox.clear();
    harness.run();
    harness.get_by_label("Choose a picture…").click();
    harness.run_steps(2);
    assert!(matches!(
        harness.state().outbox.as_slice(),
        [Effect::Pick(Pick::Logo)]
    ));
    answer(
        harness.state_mut(),
        Answer::Picked(Pick::Logo, vec!["/house/logo.png".into()]),
    );
    assert!(matches!(harness.state().outbox.as_slice(), [_, Effect::Logo(_)]));
    let logo = Logo {
        form: Form::Png,
        bytes: Vec::new(),
        width: 40,
        height: 20,
    };
    answer(
        harness.state_mut(),
        Answer::Logo("/house/logo.png".into(), Ok(logo)),
    );
    harness.run();
    harness.get_by_label("logo.png");
    harness.state_mut().outbox.clear();
    harness.get_by_label("Preview").click();
    harness.run_steps(2);
    let brand = job(&mut harness).brand;
    assert_eq!(brand.name.as_deref(), Some("Copier Care"));
    assert!(brand.accent.is_some() && brand.logo.is_some());
    harness.state_mut().set_case(Case::default(), None);
    assert_eq!(harness.state().report.house.name, "Copier Care");
}

#[test]
fn a_picture_that_cannot_be_used_says_why() {
    let mut harness = reported();
    let why = "logo.svg: a logo is a PNG or JPEG file".to_owned();
    answer(harness.state_mut(), Answer::Logo("logo.svg".into(), Err(why)));
    harness.run();
    harness.get_by_label("logo.svg: a logo is a PNG or JPEG file");
    harness.get_by_label("No logo").click();
    harness.run();
    assert!(harness.state().report.house.logo.is_none());
}

#[test]
fn a_long_file_tells_how_far_it_is_read_and_can_be_stopped() {
    let mut harness = at(Step::Evidence);
    perform(harness.state_mut(), Action::Read);
    harness.run_steps(2);
    let id = harness.state().run.id;
    harness.get_by_role_and_label(Role::ProgressIndicator, "Reading the files");
    let path = "/cases/auditfile.txt.gz".into();
    take(harness.state_mut(), Event::Reading(id, path, 300, 400));
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::ProgressIndicator, "Reading auditfile.txt.gz: 75 %");
    harness.state_mut().outbox.clear();
    harness.get_by_label("Stop").click();
    harness.run_steps(2);
    assert!(!harness.state().outbox.is_empty());
    play(&mut harness, vec![Event::Cancelled(id)]);
    assert!(harness.query_by_role(Role::ProgressIndicator).is_none());
}

#[test]
fn where_the_system_has_no_dialog_for_files_a_path_is_typed() {
    let mut harness = at(Step::Evidence);
    answer(harness.state_mut(), Answer::NoPicker(Pick::Evidence));
    harness.run();
    let field = harness.get_by_role_and_label(Role::TextInput, "Path of the file");
    assert!(field.is_focused());
    field.type_text("/logs/audit.txt");
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert!(harness.state().dialog.is_none());
    assert!(harness.state().case.files.contains(&"/logs/audit.txt".into()));
}
