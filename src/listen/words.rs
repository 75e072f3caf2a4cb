//! Observations in words.

use super::observation::{MessageFacts, Observation, Seen, Shown, Side};
use crate::evidence::TlsFailure;
use crate::wire::tls::TlsVersion;
use crate::wire::tls::client_hello::ClientHello;

/// One line for a terminal or a row of a table: time, connection, what was seen.
pub fn describe(observation: &Observation) -> String {
    let time = observation
        .at
        .to_zoned(jiff::tz::TimeZone::system())
        .strftime("%H:%M:%S");
    let what = describe_seen(&observation.seen);
    match observation.connection {
        0 => format!("{time} {} {what}", observation.peer),
        number => format!("{time} #{number} {} {what}", observation.peer.ip()),
    }
}

fn version_words(version: Option<TlsVersion>) -> String {
    version.map_or_else(|| "an unknown version".to_owned(), |version| version.to_string())
}

const fn inside(encrypted: bool) -> &'static str {
    if encrypted { "inside TLS" } else { "in plain text" }
}

/// What was seen, as a clause that begins small.
pub fn describe_seen(seen: &Seen) -> String {
    match seen {
        Seen::Listening { implicit_tls: true } => "waits for TLS from the first byte".to_owned(),
        Seen::Listening { implicit_tls: false } => "waits for SMTP".to_owned(),
        Seen::CannotListen { problem } => format!("cannot be opened: {problem}"),
        Seen::Connected { implicit_tls } => {
            let port = if *implicit_tls {
                "the TLS port"
            } else {
                "the plain port"
            };
            format!("the device connects to {port}")
        }
        Seen::TurnedAway => "one connection too many is turned away".to_owned(),
        Seen::ServerConnected { server } => format!("passed on to the real server at {server}"),
        Seen::ServerUnreachable { problem, .. } => {
            format!("the real server cannot be reached from here: {problem}")
        }
        Seen::Ehlo {
            name,
            extended,
            encrypted,
        } => {
            let verb = if *extended { "EHLO" } else { "HELO" };
            format!("the device greets with {verb} {name} {}", inside(*encrypted))
        }
        Seen::Extensions { keywords } => format!("the real server lists {}", keywords.join(", ")),
        Seen::StartTlsMissing => {
            "the real server does not list STARTTLS, and the device went no further".to_owned()
        }
        Seen::StartTls => "the device asks for STARTTLS".to_owned(),
        Seen::Hello(hello) => hello_words(hello, ""),
        Seen::OldHello(hello) => hello_words(hello, " in the form of SSL 2.0"),
        Seen::TlsAtOnce => {
            "the device speaks TLS from the first byte, on a port where SMTP begins in plain text".to_owned()
        }
        Seen::NotTls => "what came is not TLS: the device speaks plain text where TLS is expected".to_owned(),
        Seen::ServerHello { version, suite } => {
            format!("the real server chooses {}, {suite}", version_words(*version))
        }
        Seen::ServerCertificate(facts) => {
            let until = facts.not_after.map_or_else(
                || "an unknown day".to_owned(),
                |day| day.strftime("%Y-%m-%d").to_string(),
            );
            format!(
                "the real server's certificate is for {}, valid until {until}",
                facts.subject
            )
        }
        Seen::Alert { by, fatal, name } => {
            let who = match by {
                Side::Client => "the device",
                Side::Server => "the real server",
            };
            let how = if *fatal { "alert" } else { "warning" };
            format!("{who} sends the TLS {how} {name}")
        }
        Seen::TlsEstablished {
            version,
            suite,
            shown,
        } => {
            let checked = match shown {
                Shown::SelfMade => {
                    "; the device took a certificate that nobody can trust, so it does not check them"
                }
                Shown::Given | Shown::Server => "",
            };
            format!(
                "a TLS session stands: {}, {suite}{checked}",
                version_words(*version)
            )
        }
        Seen::TlsFailed {
            failure: TlsFailure::Alert(alert),
            shown,
            ..
        } => {
            let of = match shown {
                Shown::SelfMade => ", shown a certificate made on the spot",
                Shown::Given => ", shown the given certificate",
                Shown::Server => "",
            };
            format!("the device breaks the TLS handshake off with the alert {alert}{of}")
        }
        Seen::TlsFailed { problem, .. } => format!("the TLS handshake fails: {problem}"),
        Seen::Login {
            mechanism,
            user,
            encrypted,
        } => {
            let user = user.as_deref().unwrap_or("(no name seen)");
            format!(
                "the device logs in by {mechanism} as {user} {}",
                inside(*encrypted)
            )
        }
        Seen::From {
            address,
            size,
            encrypted,
            ..
        } => {
            let size = size.map_or_else(String::new, |size| format!(", {size} bytes announced"));
            format!("from <{address}>{size}, {}", inside(*encrypted))
        }
        Seen::To { address } => format!("to <{address}>"),
        Seen::Message(facts) => message_words(facts),
        Seen::Refused { stage, reply, .. } => format!("refused at {}: {reply}", stage.title()),
        Seen::Reply { stage, reply } => format!("the real server answers {}: {reply}", stage.title()),
        Seen::ServerLeft { stage, .. } => {
            format!(
                "the real server ends the connection after {} without a word",
                stage.title()
            )
        }
        Seen::Panel { status } => format!("a copier with this setting now shows: {status}"),
        Seen::Odd { line } => format!("a line that is no command at its place: {line}"),
        Seen::Ended { quit: true, .. } => "the device says QUIT".to_owned(),
        Seen::Ended {
            stage, by_us: true, ..
        } => format!("the server's side ends the connection after {}", stage.title()),
        Seen::Ended { stage, .. } => format!(
            "the device ends the connection after {} without a word",
            stage.title()
        ),
    }
}

fn hello_words(hello: &ClientHello, form: &str) -> String {
    let name = hello.sni.as_deref().unwrap_or("no server name");
    let highest = version_words(hello.highest);
    let suites = hello.suites.len();
    format!("the device's hello{form} offers at most {highest}, {suites} cipher suites, {name}")
}

fn message_words(facts: &MessageFacts) -> String {
    let mailer = facts.mailer.as_deref().unwrap_or("an unnamed mailer");
    let clock = facts.skew_seconds.map_or_else(
        || "no readable date".to_owned(),
        |skew| format!("its date is {skew} s off our clock"),
    );
    let parts: Vec<String> = facts
        .parts
        .iter()
        .map(|part| {
            let kind = if part.kind.is_empty() {
                "no type"
            } else {
                part.kind.as_str()
            };
            format!("{kind} ({} bytes)", part.bytes)
        })
        .collect();
    let flaws: Vec<&str> = facts.flaws.iter().map(|flaw| flaw.words()).collect();
    let flaws = if flaws.is_empty() {
        String::new()
    } else {
        format!("; breaks the form: {}", flaws.join(", "))
    };
    let (bytes, parts) = (facts.bytes, parts.join(", "));
    format!("a message of {bytes} bytes by {mailer}; {clock}; parts: {parts}{flaws}")
}
