//! The mail ports of the same host, for comparison: which are open, and what each really speaks.
//!
//! A network that blocks one often leaves another, and a port that is open may speak another kind than the
//! one that is set. Each port is one service, with one short conversation at a time.

use super::context::Context;
use super::desk::Desk;
use super::net;
use super::tls_scan::ask_hello_on;
use super::{ProbeId, Status};
use crate::evidence::{ConnectFailure, Fact, PortKind, Rewriting};
use crate::gate::Gate;
use crate::wire::smtp::command::Outgoing;
use crate::wire::smtp::{Dialogue, Fault};
use crate::wire::tls::TlsVersion;
use crate::wire::tls::answer::{Answer, Ending};
use crate::wire::tls::hello::HelloSpec;
use crate::wire::transcript::Transcript;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Ports on which mail is handed over (RFC 5321, RFC 8314, and the usual second one).
pub const MAIL_PORTS: [u16; 4] = [25, 465, 587, 2525];
/// The port of mail inside TLS from the first byte (RFC 8314, section 7.3): there the hello comes first.
const IMPLICIT: u16 = 465;
/// An address of TEST-NET-1, where nobody ever is (RFC 5737): what answers there is on the way.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// A comparison need not wait as long as the main connection.
const LIMIT: Duration = Duration::from_secs(3);

/// How long nobody is waited for once the real ports have answered; where nobody is, silence is right.
const PATIENCE: Duration = Duration::from_millis(500);

/// What was found at a port.
struct Found {
    port: u16,
    /// None where it is open.
    failure: Option<ConnectFailure>,
    speaks: Option<PortKind>,
    greeting: Option<String>,
}

/// Connects to each mail port but the chosen one, all at once, and listens to what is open.
pub async fn probe(context: &Context, desk: &Desk, host: &str, chosen: u16, addresses: &[SocketAddr]) {
    let mut notes = desk.start(ProbeId::Ports).await;
    let mut running = JoinSet::new();
    for port in MAIL_PORTS.into_iter().filter(|&port| port != chosen) {
        let addresses = context.other_port(host, addresses, port);
        if !addresses.is_empty() {
            let (context, host) = (context.clone(), host.to_owned());
            running.spawn(async move { look(&context, &host, port, &addresses).await });
        }
    }
    let mut nobody = JoinSet::new();
    if let Some(at) = ask_nobody(context, chosen, addresses) {
        let (context, host) = (context.clone(), host.to_owned());
        nobody.spawn(async move { look(&context, &host, chosen, &[at]).await });
    }
    let mut found = Vec::new();
    while let Some(one) = running.join_next().await {
        found.extend(one.ok());
    }
    found.sort_by_key(|one| one.port);
    let mut words = Vec::new();
    for Found {
        port,
        failure,
        speaks,
        ..
    } in &found
    {
        let state = match (failure, speaks) {
            (Some(failure), _) => net::failure_words(*failure),
            (None, Some(speaks)) => speaks.words(),
            (None, None) => "open",
        };
        let failure = failure.filter(|failure| *failure != ConnectFailure::Reset);
        let text = format!("Port {port} of {host}: {state}");
        let (port, fact) = (*port, Fact::OtherPort { port: *port, failure });
        notes.add(Gate::Connect, fact, text.clone());
        if let Some(speaks) = *speaks {
            notes.add(Gate::Connect, Fact::PortSpeaks { port, speaks }, text);
        }
        words.push(format!("{port} {state}"));
    }
    let nobody = timeout(PATIENCE, nobody.join_next()).await.ok().flatten();
    if let Some(greeting) = nobody.and_then(|found| found.ok()?.greeting) {
        let sign = Rewriting::AnswersForNobody;
        let text = format!(
            "Port {chosen} of {NOBODY}, where nobody ever is, greets with {greeting:?}: something on the way takes every \
             connection to port {chosen}"
        );
        notes.add(Gate::Greet, Fact::Rewritten { sign }, text);
    } else if let Some(text) = transparent(context, host, &found) {
        let sign = Rewriting::TransparentProxy;
        notes.add(Gate::Greet, Fact::Rewritten { sign }, text);
    }
    desk.finish(notes, Status::Passed, words.join(", ")).await;
}

/// Where to look for an answer in the name of nobody: only on the way into the internet, where the address is
/// routed nowhere.
fn ask_nobody(context: &Context, port: u16, addresses: &[SocketAddr]) -> Option<SocketAddr> {
    let led = context.leads(&NOBODY.to_string(), port);
    let outside = || addresses.iter().all(|address| net::is_public(&address.ip()));
    led.or_else(|| {
        (port != IMPLICIT && !addresses.is_empty() && outside()).then(|| SocketAddr::new(NOBODY, port))
    })
}

/// One port: is it open, and what does it speak?
async fn look(context: &Context, host: &str, port: u16, addresses: &[SocketAddr]) -> Found {
    let limit = context.timeout.min(LIMIT);
    let mut found = Found {
        port,
        failure: None,
        speaks: None,
        greeting: None,
    };
    let wire = match net::connect(addresses, limit).await {
        Ok((wire, _)) => wire,
        Err(failure) => {
            found.failure = Some(failure);
            return found;
        }
    };
    let listened = timeout(limit, async {
        if port != IMPLICIT {
            return match greeted(context, wire, limit / 2).await {
                Some(heard) => Some(heard),
                None => hello(context, host, addresses).await,
            };
        }
        let spec = HelloSpec::capped(TlsVersion::Tls13, host);
        match ask_hello_on(wire, context, &spec).await {
            answer if answer.is_tls() => Some((PortKind::ImplicitTls, None)),
            // Something else spoke: listen to it without having shouted a hello at it.
            Answer {
                ending: Ending::NotTls,
                ..
            } => {
                let (wire, _) = net::connect(addresses, limit).await.ok()?;
                greeted(context, wire, limit).await
            }
            _ => None,
        }
    })
    .await;
    match listened.ok().flatten() {
        Some((speaks, greeting)) => (found.speaks, found.greeting) = (Some(speaks), greeting),
        None => found.speaks = Some(PortKind::Silent),
    }
    found
}

/// A TLS hello on a connection of its own, where no greeting came.
async fn hello(
    context: &Context,
    host: &str,
    addresses: &[SocketAddr],
) -> Option<(PortKind, Option<String>)> {
    let (wire, _) = net::connect(addresses, context.timeout.min(LIMIT)).await.ok()?;
    let answer = ask_hello_on(wire, context, &HelloSpec::capped(TlsVersion::Tls13, host)).await;
    match answer.ending {
        _ if answer.is_tls() => Some((PortKind::ImplicitTls, None)),
        Ending::NotTls => Some((PortKind::OtherProtocol, None)),
        _ => None,
    }
}

/// Greeting and EHLO in plain text; none where nothing is said.
async fn greeted(context: &Context, wire: net::Wire, limit: Duration) -> Option<(PortKind, Option<String>)> {
    let name = context.helo(wire.local_address());
    let mut dialogue = Dialogue::new(wire, Transcript::default(), false, limit).hiding(&context.masks);
    let greeting = match dialogue.reply().await {
        Ok(reply) if reply.is_positive() => reply.text(),
        Ok(reply) => return Some((PortKind::TurnedAway, Some(reply.text()))),
        Err(Fault::Reply(_)) => return Some((PortKind::OtherProtocol, None)),
        Err(_) => return None,
    };
    let kind = match dialogue.hello(&name).await {
        Ok((_, Some(ehlo))) if ehlo.has("STARTTLS") => PortKind::StartTls,
        Ok((_, Some(_))) => PortKind::Plain,
        Ok((_, None)) => PortKind::TurnedAway,
        Err(_) => PortKind::OtherProtocol,
    };
    let _ = dialogue.send(&[Outgoing::line("QUIT")]).await;
    Some((kind, Some(greeting)))
}

/// The same greeting at a port that the service has and at one that it has not: something on the way answers
/// for every port.
fn transparent(context: &Context, host: &str, found: &[Found]) -> Option<String> {
    let provider = context.knowledge.provider_of(host)?;
    let has = |port: u16| provider.endpoints.iter().any(|endpoint| endpoint.port == port);
    let speaking = |one: &&Found| one.greeting.is_some();
    let strange = found.iter().filter(speaking).find(|one| !has(one.port))?;
    let twin = found
        .iter()
        .filter(speaking)
        .find(|one| has(one.port) && one.greeting == strange.greeting)?;
    Some(format!(
        "Port {} of {host} greets like port {}, although {} has no such port: something on the way answers in its place",
        strange.port, twin.port, provider.name
    ))
}
