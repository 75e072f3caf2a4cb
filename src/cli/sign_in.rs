//! `scanmedic token`: signs in with a device code and says what the token is, without showing it.

use super::args::{NetworkArgs, SignInArgs, sign_in_for};
use super::{Failure, Outcome, exit, print_json, print_text};
use crate::case::{Auth, Case};
use crate::evidence::TokenState;
use crate::knowledge::Knowledge;
use crate::probe::Request;
use crate::probe::sign_in::Prompt;
use crate::probe::token::TokenReading;
use crate::session::{Command, Event, Session};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Tells a person what to do; on standard error, so that standard output stays the document.
pub fn show(prompt: &Prompt) {
    eprintln!(
        "Open {} in a browser and enter the code {} (it ends in {} s)",
        prompt.page, prompt.code, prompt.seconds
    );
}

/// Runs the command: 0 where the token fits, 1 where it does not or none came.
pub fn run(
    user: Option<String>,
    server: Option<String>,
    sign_in: &SignInArgs,
    network: &NetworkArgs,
    knowledge: Arc<Knowledge>,
    json: bool,
) -> Outcome {
    network.check_root()?;
    let server = server.unwrap_or_else(|| knowledge.usual_token_server().to_owned());
    let mut case = Case::default();
    case.mail.auth = Auth::OAuth {
        user: user.unwrap_or_default(),
    };
    let mut request = Request::new(case);
    sign_in.lay_over(&mut request.case.application);
    request.sign_in = Some(sign_in_for(&server, &request.case.application, &knowledge)?);
    request.case.mail.server = server;
    request.timeout = Duration::from_secs_f64(network.timeout);
    request.resolve.clone_from(&network.resolve);
    request.dns = network.dns;
    request.ca.clone_from(&network.ca);
    let (session, events) = Session::start(knowledge, || {});
    session.send(Command::StopOnInterrupt);
    session.send(Command::SignIn {
        run: 1,
        request: Box::new(request),
    });
    for event in events {
        match event {
            Event::EnterCode(_, prompt) => show(&prompt),
            Event::SignedIn(_, reading) => {
                if json {
                    print_json(&serde_json::json!({ "signed_in": true, "token": reading, "error": null }))?;
                } else {
                    print_text(&text(&reading));
                }
                let good = |(state, _): &(TokenState, String)| {
                    matches!(state, TokenState::Fits | TokenState::Opaque)
                };
                return Ok(if reading.findings.iter().all(good) {
                    exit::NO_FAULT
                } else {
                    exit::FAULT
                });
            }
            Event::NotSignedIn(_, why) => {
                if json {
                    print_json(&serde_json::json!({ "signed_in": false, "token": null, "error": why }))?;
                } else {
                    print_text(&format!("No access token: {}\n", why.sentence()));
                }
                return Ok(exit::FAULT);
            }
            Event::Cancelled(_) => return Ok(exit::INTERRUPTED),
            Event::Failed(_, message) => return Err(Failure(message)),
            _ => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}

/// What a token is, for a terminal.
fn text(reading: &TokenReading) -> String {
    let mut out = String::from("Signed in; the token was not kept\n");
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(out, "{name:<12} {value}");
        }
    };
    line("account", reading.account.clone().unwrap_or_default());
    line("made out for", reading.audiences.join(", "));
    line("permissions", reading.permissions.join(", "));
    line(
        "ends",
        reading.expires.map(|end| end.to_string()).unwrap_or_default(),
    );
    for (_, finding) in &reading.findings {
        let _ = writeln!(out, "{finding}");
    }
    out
}
