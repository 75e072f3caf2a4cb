//! What is seen of one tapped connection: SMTP up to STARTTLS, then TLS from outside.

use super::smtp::Smtp;
use super::tls::Tls;
use super::witness::Witness;
use crate::evidence::{Loss, Stage};
use crate::listen::observation::{Seen, Side};

/// The state of one connection.
#[derive(Debug)]
pub struct Watch {
    smtp: Smtp,
    tls: Option<Tls>,
}

impl Watch {
    /// A fresh connection.
    pub fn new(implicit_tls: bool) -> Self {
        Self {
            smtp: Smtp::default(),
            tls: implicit_tls.then(Tls::default),
        }
    }

    /// Looks at bytes of one side; they are passed on whatever they are.
    pub fn pass(&mut self, side: Side, bytes: &[u8]) -> Witness {
        let mut witness = Witness::default();
        if self.tls.is_none() && side == Side::Client && self.smtp.is_fresh() && Tls::begins(bytes) {
            witness.seen.push(Seen::TlsAtOnce);
            self.tls = Some(Tls::default());
        }
        if let Some(tls) = &mut self.tls {
            tls.pass(side, bytes, &mut witness);
            return witness;
        }
        match side {
            Side::Client => self.smtp.client(bytes, &mut witness.seen),
            Side::Server => self.smtp.server(bytes, &mut witness.seen),
        }
        if self.smtp.tls_begins() {
            self.tls = Some(Tls::default());
        }
        witness
    }

    /// The connection is over; `first` ended it, in this way.
    pub fn end(&mut self, first: Side, how: Loss) -> Vec<Seen> {
        let mut seen = Vec::new();
        if let Some(tls) = &mut self.tls {
            seen.extend(tls.end(first, how));
        }
        let in_tls = self.tls.is_some();
        let smtp = &self.smtp;
        let by_server = first == Side::Server && !smtp.quit;
        if by_server && !in_tls && smtp.all_positive && !smtp.delivered {
            seen.push(Seen::ServerLeft {
                stage: smtp.stage,
                how,
            });
        }
        if !in_tls && smtp.stopped_without_starttls() {
            seen.push(Seen::StartTlsMissing);
        }
        seen.push(Seen::Ended {
            stage: if in_tls { Stage::Handshake } else { smtp.stage },
            quit: smtp.quit,
            all_positive: smtp.all_positive && !in_tls,
            by_us: by_server,
            delivered: smtp.delivered,
        });
        seen
    }
}
