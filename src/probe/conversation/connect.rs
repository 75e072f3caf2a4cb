//! The TCP connection.

use super::{Held, ProbeId, Status};
use crate::evidence::{ConnectFailure, Fact, Loss, Stage};
use crate::gate::Gate;
use crate::probe::net;

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
                let text = match failure {
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
