//! What belongs side by side: the send with and without the device's limits, and the mail ports of the server.

use crate::case::Case;
use crate::evidence::{ConnectFailure, Evidence, Fact, PortKind};
use crate::probe::{Outcome, ProbeId, Status};
use serde::Serialize;

/// One step of the send, done by this computer and as the copier does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SideBySide {
    /// The gate's word, such as `encrypt`.
    pub step: &'static str,
    /// Without limits; nothing where it was not done.
    pub laptop: Option<String>,
    /// With the device's limits; nothing where it was not done.
    pub copier: Option<String>,
}

/// One mail port of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortRow {
    /// Port.
    pub port: u16,
    /// Whether it is the one that the case is set to.
    pub chosen: bool,
    /// `open`, `refused`, `blocked` (no answer), `unreachable`.
    pub state: &'static str,
    /// What it speaks, where it is open and that is known.
    pub speaks: Option<PortKind>,
}

/// The rows of the send, where it was repeated with the device's limits.
pub fn side_by_side(outcomes: &[Outcome]) -> Vec<SideBySide> {
    let of = |probe: ProbeId| outcomes.iter().find(|outcome| outcome.probe == probe);
    let Some(copier) = of(ProbeId::BeTheCopier).filter(|outcome| outcome.status != Status::Skipped) else {
        return Vec::new();
    };
    let row = |step, probe: ProbeId, decides: fn(&Fact) -> bool| {
        let alone =
            of(probe).filter(|outcome| !matches!(outcome.status, Status::Skipped | Status::Cancelled));
        let told = copier.evidence.iter().rev().find(|item| decides(&item.fact));
        SideBySide {
            step,
            laptop: alone.map(|outcome| outcome.summary.clone()),
            copier: told.map(|item| item.summary.clone()),
        }
    };
    let mut rows = vec![
        row("greet", ProbeId::Greet, |fact| fact.kind().ends_with(":ehlo")),
        row("encrypt", ProbeId::Encrypt, |fact| {
            matches!(fact, Fact::TlsVersionAnswer { .. } | Fact::TlsFailed { .. })
                || fact.kind().ends_with(":start-tls")
        }),
        row("authenticate", ProbeId::Authenticate, |fact| {
            matches!(fact, Fact::AuthMechanismMismatch { .. }) || fact.kind().ends_with(":auth")
        }),
        row("envelope", ProbeId::Envelope, |fact| {
            fact.kind().ends_with(":mail") || fact.kind().ends_with(":rcpt")
        }),
    ];
    rows.retain(|row| row.laptop.is_some() || row.copier.is_some());
    rows.push(SideBySide {
        step: "outcome",
        laptop: None,
        copier: Some(copier.summary.clone()),
    });
    rows
}

/// The mail ports, the chosen one among them; empty where they were not looked at.
pub fn ports(case: &Case, evidence: &[Evidence]) -> Vec<PortRow> {
    let mut rows: Vec<PortRow> = Vec::new();
    for item in evidence {
        match item.fact {
            Fact::OtherPort { port, failure } => rows.push(PortRow {
                port,
                chosen: false,
                state: failure.map_or("open", state),
                speaks: None,
            }),
            Fact::PortSpeaks { port, speaks } => {
                if let Some(row) = rows.iter_mut().find(|row| row.port == port) {
                    row.speaks = Some(speaks);
                }
            }
            _ => {}
        }
    }
    if !rows.is_empty() {
        rows.extend(chosen(case, evidence));
    }
    rows.sort_by_key(|row| row.port);
    rows
}

/// The row of the port that the case is set to, out of the conversation's own evidence.
fn chosen(case: &Case, evidence: &[Evidence]) -> Option<PortRow> {
    let own = |item: &&Evidence| item.source != Evidence::AS_THE_DEVICE;
    let mut state_word = None;
    let mut speaks = None;
    for item in evidence.iter().filter(own) {
        match &item.fact {
            Fact::Connected { .. } if item.source == ProbeId::Connect.id() => state_word = Some("open"),
            Fact::ConnectFailed { failure, .. } if item.source == ProbeId::Connect.id() => {
                state_word = Some(state(*failure));
            }
            Fact::WrongPortType { implicit_tls: true } => speaks = Some(PortKind::ImplicitTls),
            Fact::TlsEstablished { .. } if case.mail.encryption == crate::case::Encryption::Tls => {
                speaks = Some(PortKind::ImplicitTls);
            }
            Fact::NotSmtp { .. } => speaks = Some(PortKind::OtherProtocol),
            Fact::Extensions {
                keywords,
                encrypted: false,
                ..
            } if item.source == ProbeId::Greet.id() => {
                let offers = keywords.iter().any(|word| word.eq_ignore_ascii_case("STARTTLS"));
                speaks = Some(if offers {
                    PortKind::StartTls
                } else {
                    PortKind::Plain
                });
            }
            _ => {}
        }
    }
    Some(PortRow {
        port: crate::diagnose::situation::port(case),
        chosen: true,
        state: state_word?,
        speaks,
    })
}

/// What the ports together say of the network, where they say something.
pub fn reading(rows: &[PortRow]) -> Option<&'static str> {
    let is = |port: u16, state: &str| rows.iter().any(|row| row.port == port && row.state == state);
    let answers = |row: &PortRow| matches!(row.state, "open" | "refused");
    let blocked: Vec<u16> = rows
        .iter()
        .filter(|row| row.state == "blocked")
        .map(|row| row.port)
        .collect();
    if is(25, "blocked") && rows.iter().any(|row| row.port != 25 && row.state == "open") {
        let others = rows.iter().filter(|row| row.port != 25).all(answers);
        return Some(if others {
            "Only port 25 is blocked: the provider or a firewall filters outgoing mail, not the server."
        } else {
            "Port 25 is blocked while another mail port is open."
        });
    }
    if !rows.is_empty() && blocked.len() == rows.len() {
        return Some("No mail port answers: the whole host is unreachable or filtered, not one port.");
    }
    let chosen = rows.iter().find(|row| row.chosen)?;
    match chosen.state {
        "blocked" if rows.iter().any(answers) => {
            Some("The chosen port is blocked on the way; the host answers on another one.")
        }
        "refused" if rows.iter().any(|row| row.state == "open") => {
            Some("The chosen port is refused by the host itself; another mail port is open.")
        }
        _ => None,
    }
}

/// The word for a failure: what times out is dropped somewhere on the way, what is refused reached the host.
const fn state(failure: ConnectFailure) -> &'static str {
    match failure {
        ConnectFailure::Refused => "refused",
        ConnectFailure::Reset => "open",
        ConnectFailure::TimedOut | ConnectFailure::Prohibited => "blocked",
        ConnectFailure::Unreachable => "unreachable",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Actor;
    use crate::gate::Gate;

    fn seen(source: &str, fact: Fact) -> Evidence {
        Evidence::observed(Gate::Connect, Actor::Laptop, source, fact, "")
    }

    fn other(port: u16, failure: Option<ConnectFailure>) -> Evidence {
        seen("ports", Fact::OtherPort { port, failure })
    }

    #[test]
    fn a_network_that_only_blocks_25_is_told_from_a_dead_host_and_from_a_refusal() {
        let mut case = Case::default();
        case.mail.port = 25;
        let blocked = Fact::ConnectFailed {
            port: 25,
            failure: ConnectFailure::TimedOut,
        };
        let open = [
            seen("connect", blocked.clone()),
            other(465, None),
            other(587, None),
            other(2525, Some(ConnectFailure::Refused)),
        ];
        let rows = ports(&case, &open);
        assert_eq!(
            rows.iter().map(|row| (row.port, row.state)).collect::<Vec<_>>(),
            [(25, "blocked"), (465, "open"), (587, "open"), (2525, "refused")]
        );
        assert!(reading(&rows).unwrap().starts_with("Only port 25"));

        let silent = |port| other(port, Some(ConnectFailure::TimedOut));
        let rows = ports(
            &case,
            &[seen("connect", blocked), silent(465), silent(587), silent(2525)],
        );
        assert!(reading(&rows).unwrap().starts_with("No mail port answers"));

        case.mail.port = 465;
        let refused = Fact::ConnectFailed {
            port: 465,
            failure: ConnectFailure::Refused,
        };
        let rows = ports(&case, &[seen("connect", refused), other(587, None)]);
        assert!(reading(&rows).unwrap().contains("refused by the host itself"));
    }
}
