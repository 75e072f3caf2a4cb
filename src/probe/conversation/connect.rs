//! The TCP connection.

use super::{Held, ProbeId, Status};
use crate::evidence::{Basis, ConnectFailure, Fact, Loss, Stage};
use crate::gate::Gate;
use crate::probe::net;
use std::net::SocketAddr;

impl Held<'_> {
    /// Connects; none where no address answers.
    pub(super) async fn connect(&mut self) -> Option<net::Wire> {
        let mut notes = self.start(ProbeId::Connect).await;
        let (host, port) = (&self.target.host, self.target.port);
        match net::connect(self.addresses, self.context.timeout).await {
            Ok((stream, endpoint)) => {
                self.helo = self.context.helo(stream.local_address());
                let text = format!("Connected to {endpoint}");
                notes.add(Gate::Connect, Fact::Connected { endpoint }, text.clone());
                self.finish(notes, Status::Passed, text).await;
                Some(stream)
            }
            Err(ConnectFailure::Reset) => {
                let text = format!("Port {port} of {host} is open");
                self.finish(notes, Status::Passed, text).await;
                let mut notes = self.start(ProbeId::Greet).await;
                let text = format!("{host} reset the connection before a word was said");
                let lost = Fact::ConnectionLost {
                    stage: Stage::Greeting,
                    how: Loss::Reset,
                };
                notes.add(Gate::Greet, lost, text.clone());
                self.finish(notes, Status::Failed, text).await;
                None
            }
            Err(failure) => {
                // A missing route from here to IPv6 says little of the device's own.
                let six = lacks_six(failure, self.addresses);
                if six {
                    notes.rest_on(Basis::KnownInferred);
                }
                let text = match failure {
                    _ if six => {
                        format!("{host} has only IPv6 addresses, and from here no way leads to them")
                    }
                    ConnectFailure::Refused | ConnectFailure::Reset => {
                        format!("{host} refuses connections to port {port}")
                    }
                    ConnectFailure::TimedOut => {
                        format!("No answer from port {port} of {host} within the time limit")
                    }
                    ConnectFailure::Unreachable => format!("{host} cannot be reached from here"),
                    ConnectFailure::Prohibited => {
                        format!("Something on the way prohibits it to reach {host}")
                    }
                };
                notes.add(Gate::Connect, Fact::ConnectFailed { port, failure }, text.clone());
                self.finish(notes, Status::Failed, text).await;
                None
            }
        }
    }

    /// A second connection, without a row of its own.
    pub(super) async fn connect_again(&self) -> Option<net::Wire> {
        net::connect(self.addresses, self.context.timeout)
            .await
            .ok()
            .map(|(stream, _)| stream)
    }
}

/// Whether a connection failed only because no way leads from here to IPv6, and the host has no other address.
fn lacks_six(failure: ConnectFailure, addresses: &[SocketAddr]) -> bool {
    failure == ConnectFailure::Unreachable && addresses.iter().all(SocketAddr::is_ipv6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missing_way_to_nothing_but_ipv6_is_this_computer_s_own() {
        let of =
            |texts: &[&str]| -> Vec<SocketAddr> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        let (six, both) = (
            of(&["[2001:db8::25]:25"]),
            of(&["[2001:db8::25]:25", "192.0.2.25:25"]),
        );
        assert!(lacks_six(ConnectFailure::Unreachable, &six));
        assert!(!lacks_six(ConnectFailure::Unreachable, &both));
        assert!(!lacks_six(ConnectFailure::Refused, &six));
    }
}
