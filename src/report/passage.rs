//! The send path in a client's words: the moment at which it stops, the questions asked, the answers.

use super::document::{Block, Table};
use super::model::Report;
use crate::diagnose::{DeviceState, GateState, LaptopState};
use crate::gate::Gate;

/// The gate as a moment of the hand-over.
pub const fn stop(gate: Gate, receives: bool) -> &'static str {
    match gate {
        Gate::Device => "the copier itself should begin or carry on",
        Gate::Resolve => "the mail server's address has to be looked up",
        Gate::Connect => "the connection to the mail server has to be made",
        Gate::Greet => "the two sides have to introduce themselves",
        Gate::Encrypt if receives => "the sending server and the copier have to settle whether to encrypt",
        Gate::Encrypt => "the copier and the mail service have to agree on encryption",
        Gate::Certificate => "the mail server has to prove its identity",
        Gate::Authenticate => "the copier has to log in",
        Gate::Sender => "the mail service decides whether to trust the sender",
        Gate::Recipient => "the recipient is checked",
        Gate::Content => "the document itself is examined",
        Gate::Deliver => "the mail service carries the message to the mailbox",
    }
}

/// The gate as a question that was asked.
const fn question(gate: Gate) -> &'static str {
    match gate {
        Gate::Device => "Is the copier switched on and reachable?",
        Gate::Resolve => "Can the mail server be found by its name?",
        Gate::Connect => "Can a connection to it be made?",
        Gate::Greet => "Does a mail server answer there?",
        Gate::Encrypt => "Do both sides agree on encryption?",
        Gate::Certificate => "Does the mail server prove its identity?",
        Gate::Authenticate => "Is the login accepted?",
        Gate::Sender => "Is the sender accepted?",
        Gate::Recipient => "Is the recipient accepted?",
        Gate::Content => "Is the document itself accepted?",
        Gate::Deliver => "Is the message carried to the mailbox?",
    }
}

const fn copier_word(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Passed => "Yes (seen)",
        DeviceState::Failed => "No (seen)",
        DeviceState::PredictedPass => "Yes (expected)",
        DeviceState::PredictedFail => "No (expected)",
        DeviceState::Unknown => "Not known",
    }
}

const fn laptop_word(state: LaptopState) -> &'static str {
    match state {
        LaptopState::Passed => "Yes",
        LaptopState::Failed => "No",
        LaptopState::NotTested => "Not tested",
        LaptopState::Unknown => "Not known",
    }
}

fn was_looked_at(state: GateState) -> bool {
    state.device != DeviceState::Unknown || matches!(state.laptop, LaptopState::Passed | LaptopState::Failed)
}

/// What was tried, and how it went.
pub fn investigated(out: &mut Vec<Block>, report: &Report<'_>) {
    let record = report.record;
    let probes = record
        .probes
        .iter()
        .filter(|probe| {
            matches!(
                probe.status,
                crate::probe::Status::Passed | crate::probe::Status::Failed
            )
        })
        .count();
    let tests = count(probes, "test", "tests");
    let records = count(record.files.len(), "file", "files");
    let how = match (probes, record.files.len()) {
        (0, 0) => "They were judged from what is known of the copier and its settings.".to_owned(),
        (0, _) => format!("They were judged from the records of the copier or its mail server ({records})."),
        (_, 0) => format!(
            "They were tried one by one from a computer at hand ({tests}), and compared with what the copier can do."
        ),
        _ => format!(
            "They were tried one by one from a computer at hand ({tests}), and compared with the records ({records})."
        ),
    };
    out.push(Block::Text(format!(
        "A message passes a fixed row of steps on its way. {how}"
    )));
    let refused_late = record.gates.iter().any(|state| {
        matches!(state.gate, Gate::Content | Gate::Deliver)
            && (state.laptop == LaptopState::Failed || state.device == DeviceState::Failed)
    });
    if refused_late {
        out.push(Block::Text(
            "Every test of the connection was passed. The refusal came only when a complete message was handed over, \
             so a mere test of the connection would have found nothing wrong."
                .to_owned(),
        ));
    }
    let mut table = Table::new(&[
        ("Step", 0.5),
        ("For the copier", 0.25),
        ("For the test computer", 0.25),
    ]);
    // Without a login nobody was asked for one.
    let no_login = |state: GateState| {
        state.gate == Gate::Authenticate
            && report.mail_then().auth.user().is_none()
            && !matches!(
                (state.device, state.laptop),
                (DeviceState::Failed | DeviceState::PredictedFail, _) | (_, LaptopState::Failed)
            )
    };
    for state in record
        .gates
        .iter()
        .filter(|state| was_looked_at(**state) && !no_login(**state))
    {
        table.rows.push(vec![
            question(state.gate).to_owned(),
            copier_word(state.device).to_owned(),
            laptop_word(state.laptop).to_owned(),
        ]);
    }
    if !table.rows.is_empty() {
        out.push(Block::Table(table));
        out.push(Block::Note(
            "Expected means: concluded from what is known of the copier and the service, not seen to happen."
                .to_owned(),
        ));
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
