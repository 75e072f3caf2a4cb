//! The other mail ports of the same host, for comparison: a network that blocks one often leaves another.

use super::context::Context;
use super::desk::Desk;
use super::net;
use super::{ProbeId, Status};
use crate::evidence::{ConnectFailure, Fact};
use crate::gate::Gate;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::task::JoinSet;

/// Ports on which mail is handed over (RFC 5321, RFC 8314, and the usual second one).
const MAIL_PORTS: [u16; 4] = [25, 465, 587, 2525];
/// A comparison need not wait as long as the main connection.
const LIMIT: Duration = Duration::from_secs(3);

/// Connects to each mail port but the chosen one, all at once, and closes again.
pub async fn probe(context: &Context, desk: &Desk, host: &str, chosen: u16, addresses: &[SocketAddr]) {
    let mut notes = desk.start(ProbeId::Ports).await;
    let mut running = JoinSet::new();
    for port in MAIL_PORTS.into_iter().filter(|&port| port != chosen) {
        let (addresses, limit) = (
            context.other_port(host, addresses, port),
            context.timeout.min(LIMIT),
        );
        if !addresses.is_empty() {
            running.spawn(async move { (port, net::connect(&addresses, limit).await.err()) });
        }
    }
    let mut found = Vec::new();
    while let Some(one) = running.join_next().await {
        found.extend(one.ok());
    }
    found.sort_by_key(|(port, _)| *port);
    let mut words = Vec::new();
    for (port, failure) in found {
        let state = failure.map_or("open", net::failure_words);
        let failure = failure.filter(|failure| *failure != ConnectFailure::Reset);
        notes.add(
            Gate::Connect,
            Fact::OtherPort { port, failure },
            format!("Port {port} of {host}: {state}"),
        );
        words.push(format!("{port} {state}"));
    }
    desk.finish(notes, Status::Passed, words.join(", ")).await;
}
