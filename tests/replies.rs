//! Every way in which services refuse a login or a sender, met live: the sentence decides, not the code.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop loudly"
)]

use scanmedic::knowledge::Knowledge;
use scanmedic::lab::World;
use scanmedic::lab::scenario::{File, parse};
use scanmedic::session::{Command, Event, Session};
use std::sync::Arc;
use std::time::Duration;

/// Host, step (`Auth` or `Mail`), reply, cause.
const REPLIES: &[(&str, &str, &str, &str)] = &[
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
        "smtp-auth-disabled-tenant",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.",
        "smtp-auth-disabled-mailbox",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        "credentials-rejected",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.",
        "basic-auth-blocked",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
        "basic-auth-blocked",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "basic-auth-blocked",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, the organization configuration does not allow this authentication.",
        "basic-auth-blocked",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, federated STS service was unreachable.",
        "server-fault",
    ),
    (
        M365,
        "Auth",
        "535 5.7.139 Authentication unsuccessful, the federated STS URL does not support HTTPS.",
        "server-fault",
    ),
    (
        M365,
        "Auth",
        "535 5.7.3 Authentication unsuccessful",
        "credentials-rejected",
    ),
    (
        M365,
        "Auth",
        "550 5.7.30 Basic authentication is not supported for Client Submission.",
        "basic-auth-blocked",
    ),
    (
        M365,
        "Auth",
        "454 4.7.0 Temporary authentication failure",
        "server-fault",
    ),
    (
        M365,
        "Auth",
        "504 5.7.4 Unrecognized authentication type",
        "auth-mechanism-mismatch",
    ),
    (
        HVE,
        "Auth",
        "535 5.7.142 Authentication unsuccessful, token expires soon",
        "credentials-rejected",
    ),
    (
        HVE,
        "Auth",
        "535 5.7.143 Authentication unsuccessful, token expired",
        "credentials-rejected",
    ),
    (
        HVE,
        "Auth",
        "535 5.7.144 Authentication unsuccessful, wrong API permissions",
        "credentials-rejected",
    ),
    (
        HVE,
        "Auth",
        "550 5.7.240 Application is not on the allowed list of the account",
        "credentials-rejected",
    ),
    (
        M365,
        "Mail",
        "530 5.7.57 Client not authenticated to send mail.",
        "auth-required",
    ),
    (
        M365,
        "Mail",
        "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
        "auth-required",
    ),
    (
        M365,
        "Mail",
        "530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        "credentials-rejected",
    ),
    (
        M365,
        "Mail",
        "530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.3 Authentication unsuccessful",
        "credentials-rejected",
    ),
    (
        M365,
        "Mail",
        "530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
        "smtp-auth-disabled-mailbox",
    ),
    (
        M365,
        "Mail",
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        "send-as-denied",
    ),
    (
        M365,
        "Mail",
        "552 5.3.4 Message size exceeds fixed maximum message size",
        "message-too-large",
    ),
    (M365, "Mail", "501 5.1.7 Invalid address", "sender-rejected"),
    (
        M365,
        "Mail",
        "421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit https://aka.ms/smtp_auth_tls",
        "device-tls-too-old",
    ),
    (
        GMAIL,
        "Auth",
        "534 5.7.9 Application-specific password required. For more information, go to https://support.google.com/mail/?p=InvalidSecondFactor",
        "app-password-required",
    ),
    (
        GMAIL,
        "Auth",
        "535 5.7.8 Username and Password not accepted. For more information, go to https://support.google.com/mail/?p=BadCredentials",
        "credentials-rejected",
    ),
    (
        GMAIL,
        "Auth",
        "454 4.7.0 Too many login attempts, please try again later.",
        "account-locked",
    ),
    (
        GMAIL,
        "Mail",
        "530 5.5.1 Authentication Required. For more information, go to https://support.google.com/mail/?p=WantAuthError",
        "auth-required",
    ),
    (
        OWN,
        "Auth",
        "535 Incorrect authentication data",
        "credentials-rejected",
    ),
    (
        OWN,
        "Auth",
        "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
        "credentials-rejected",
    ),
    (
        OWN,
        "Auth",
        "504 5.5.4 Encryption required for requested authentication mechanism",
        "starttls-required",
    ),
    (
        OWN,
        "Auth",
        "535 5.7.3 Cannot achieve Exchange Server authentication",
        "auth-mechanism-mismatch",
    ),
    (
        OWN,
        "Mail",
        "530 5.7.1 Client was not authenticated",
        "auth-required",
    ),
    (
        "smtp.sendgrid.net",
        "Auth",
        "535 Authentication failed: Bad username / password",
        "credentials-rejected",
    ),
    (
        "smtp.sendgrid.net",
        "Auth",
        "451 Authentication failed: Maximum credits exceeded",
        "rate-limited",
    ),
    (
        "email-smtp.eu-west-1.amazonaws.com",
        "Auth",
        "535 Authentication Credentials Invalid",
        "credentials-rejected",
    ),
    (
        "smtpout.secureserver.net",
        "Auth",
        "535 Authentication not allowed on IBSMTP Servers. IB401",
        "auth-not-offered",
    ),
];

const M365: &str = "smtp.office365.com";
const HVE: &str = "smtp.hve.mx.microsoft";
const GMAIL: &str = "smtp.gmail.com";
const OWN: &str = "mail.contoso.com";

/// The cause that a live run finds against a server that says this.
async fn cause(
    host: &str,
    step: &str,
    reply: &str,
    session: &Session,
    events: &std::sync::mpsc::Receiver<Event>,
    run: u64,
) -> String {
    // A service names the login's fault at MAIL FROM to a device that has not logged in.
    let auth = if step == "Mail" {
        "None"
    } else {
        r#"Password(user: "scan@contoso.com")"#
    };
    let text = format!(
        r#"Scenarios([(id: "row", title: "row", story: "", case: (version: 1, mail: (server: "{host}", port: 587, encryption: StartTls, auth: {auth}, from: "scan@contoso.com", to: ["it@contoso.com"], method: Submission)), services: [(names: ["{host}"], port: 587, smtp: (ehlo_tls: ["AUTH LOGIN PLAIN", "SIZE 10000000"], accounts: [(user: "scan@contoso.com", password: "lab-Pa55word")], rules: [(at: {step}, reply: [{reply:?}])]))], password: "lab-Pa55word", options: (skip: ["reputation", "ports"]), expect: (cause: "none"))])"#
    );
    let File::Scenarios(all) = parse(&text, "row").unwrap() else {
        unreachable!()
    };
    let world = World::start(&all[0]).await.unwrap();
    session.send(Command::Diagnose {
        run,
        request: Box::new(world.request.clone()),
        offline: false,
        folder: world.folder().to_owned(),
    });
    loop {
        match events.recv_timeout(Duration::from_secs(20)).unwrap() {
            Event::Diagnosed(done, finding) if done == run => {
                world.stop().await;
                return finding.diagnosis.verdict.cause.clone();
            }
            _ => {}
        }
    }
}

#[test]
fn every_refusal_is_told_apart_by_its_sentence() {
    let knowledge = Arc::new(Knowledge::embedded());
    let (session, events) = Session::start(knowledge, || {});
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut wrong = Vec::new();
    for (run, (host, step, reply, wanted)) in (1..).zip(REPLIES) {
        let found = runtime.block_on(cause(host, step, reply, &session, &events, run));
        if found != *wanted {
            wrong.push(format!("{host} at {step}: {reply}: {found}, not {wanted}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong\n{}",
        wrong.len(),
        REPLIES.len(),
        wrong.join("\n")
    );
}
