//! The commands that measure one thing: identify, tls.

use super::args::NetworkArgs;
use super::{Failure, Outcome, exit, print, print_json, print_text};
use crate::knowledge::Knowledge;
use crate::probe::{DevicePorts, Request};
use crate::session::{Command, Event, Session};
use std::sync::Arc;
use std::time::Duration;

/// `scanmedic identify`.
pub fn identify(address: String, ports: DevicePorts, knowledge: Arc<Knowledge>, json: bool) -> Outcome {
    let (session, events) = Session::start(knowledge, || {});
    session.send(Command::Identify {
        run: 1,
        address,
        ports,
    });
    for event in events {
        match event {
            Event::Identified(_, identity) => {
                if json {
                    print_json(&identity)?;
                } else {
                    print_text(&print::identity(&identity));
                }
                let known = identity.get("vendor").is_some_and(|vendor| !vendor.is_null());
                return Ok(if known { exit::NO_FAULT } else { exit::INCONCLUSIVE });
            }
            Event::Failed(_, message) => return Err(Failure(message)),
            _ => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}

/// `scanmedic tls`.
pub fn tls(
    target: &str,
    starttls: bool,
    ciphers: bool,
    network: &NetworkArgs,
    knowledge: Arc<Knowledge>,
    json: bool,
) -> Outcome {
    let usage = || {
        Failure(format!(
            "{target:?}: give HOST:PORT, such as mail.example.test:587"
        ))
    };
    let (host, port) = target.rsplit_once(':').ok_or_else(usage)?;
    let port: u16 = port.parse().map_err(|_| usage())?;
    let host = host.trim_matches(['[', ']']);
    network.check_root()?;
    let mut request = Request::new(crate::case::Case::default());
    request.timeout = Duration::from_secs_f64(network.timeout);
    request.resolve.clone_from(&network.resolve);
    request.dns = network.dns;
    request.ca.clone_from(&network.ca);
    let (session, events) = Session::start(knowledge, || {});
    session.send(Command::StopOnInterrupt);
    session.send(Command::ScanTls {
        run: 1,
        host: host.to_owned(),
        port,
        starttls,
        ciphers,
        request: Box::new(request),
    });
    for event in events {
        match event {
            Event::TlsScanned(_, scan) => {
                if json {
                    print_json(&scan)?;
                } else {
                    print_text(&print::tls(target, &scan));
                }
                return Ok(if scan.problem.is_some() {
                    exit::INCONCLUSIVE
                } else {
                    exit::NO_FAULT
                });
            }
            Event::Cancelled(_) => return Ok(exit::INTERRUPTED),
            Event::Failed(_, message) => return Err(Failure(message)),
            _ => {}
        }
    }
    Err(Failure("the engine ended without an answer".to_owned()))
}
