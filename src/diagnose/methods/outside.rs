//! Which mail ports lead out of the site, and under which public address mail leaves.

use crate::diagnose::situation::{Situation, port};
use crate::evidence::{ConnectFailure, Evidence, Fact};
use crate::knowledge::{Knowledge, host_matches};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Whether a port leads out, with the ids of what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A connection stood.
    Open(Vec<String>),
    /// A server that is known to listen there was not reached.
    Closed(Vec<String>),
}

/// What is known of the way out.
#[derive(Debug, Default)]
pub struct Outside {
    ports: BTreeMap<u16, Way>,
    /// The site's public address, with the id of what shows it.
    pub address: Option<(IpAddr, Vec<String>)>,
}

impl Outside {
    /// Reads the evidence.
    pub fn seen(situation: &Situation<'_>, evidence: &[Evidence], knowledge: &Knowledge) -> Self {
        let mut outside = Self {
            address: address(situation, evidence),
            ..Self::default()
        };
        let server = situation.case.mail.server.trim().to_ascii_lowercase();
        let own = port(situation.case);
        for item in evidence {
            match item.fact {
                Fact::Connected { .. } => outside.open(own, &item.id),
                Fact::OtherPort { port, failure: None } => outside.open(port, &item.id),
                // A port at which nothing is meant to listen says nothing of the network.
                Fact::ConnectFailed { port, failure }
                | Fact::OtherPort {
                    port,
                    failure: Some(failure),
                } if failure == ConnectFailure::TimedOut && listens(knowledge, &server, port) => {
                    outside.closed(port, &item.id);
                }
                _ => {}
            }
        }
        outside
    }

    /// What is known of a port.
    pub fn port(&self, port: u16) -> Option<&Way> {
        self.ports.get(&port)
    }

    /// Open outranks closed: one address of a host may fail where another answers.
    fn open(&mut self, port: u16, id: &str) {
        match self.ports.entry(port).or_insert_with(|| Way::Open(Vec::new())) {
            Way::Open(ids) => ids.push(id.to_owned()),
            closed @ Way::Closed(_) => *closed = Way::Open(vec![id.to_owned()]),
        }
    }

    fn closed(&mut self, port: u16, id: &str) {
        if let Way::Closed(ids) = self.ports.entry(port).or_insert_with(|| Way::Closed(Vec::new())) {
            ids.push(id.to_owned());
        }
    }
}

/// Whether a host is known to listen at a port.
fn listens(knowledge: &Knowledge, server: &str, port: u16) -> bool {
    knowledge.methods.iter().any(|method| {
        method.hosts.iter().any(|pattern| host_matches(pattern, server))
            && method.ports.iter().any(|door| door.port == port)
    })
}

/// The public address: as stated, else as a server echoed it.
fn address(situation: &Situation<'_>, evidence: &[Evidence]) -> Option<(IpAddr, Vec<String>)> {
    let echoed = evidence.iter().find_map(|item| match item.fact {
        Fact::Extensions {
            public_address: Some(address),
            ..
        } => Some((address, vec![item.id.clone()])),
        _ => None,
    });
    let asked = evidence.iter().find_map(|item| match item.fact {
        Fact::PublicAddress { address, .. } => Some((address, vec![item.id.clone()])),
        _ => None,
    });
    let stated = situation.case.site.public_address;
    stated.map(|address| (address, Vec::new())).or(echoed).or(asked)
}
