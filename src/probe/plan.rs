//! The plan of a run: which probes, what waits for what, what runs at the same time.

use super::context::{Context, NameFault};
use super::conversation::{self, STEPS};
use super::desk::{Desk, Notes};
use super::target::Target;
use super::{
    Outcome, ProbeId, Request, SendMode, Status, Update, copier, device, device_dns, ports, reception,
    reputation, versions,
};
use crate::case::{Encryption, Method};
use crate::evidence::Fact;
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A probe that needs nothing of the others.
type Independent = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs the probes of a request. Every probe of the plan has an outcome at the end; when the run is
/// cancelled, at once, and those that were not done are marked so.
pub async fn run(
    request: Request,
    knowledge: Arc<Knowledge>,
    updates: mpsc::Sender<Update>,
    cancel: CancellationToken,
) -> Vec<Outcome> {
    let target = Target::of(&request.case);
    let context = Context::new(&request, knowledge, cancel.clone());
    let desk = Arc::new(Desk::new(
        updates,
        planned(&request, target.as_ref()),
        context.clock,
    ));
    let work = async {
        desk.announce().await;
        let mut beside = JoinSet::new();
        for probe in independent(&request, &context, &desk) {
            beside.spawn(probe);
        }
        if let Some(target) = &target {
            Box::pin(mail_path(&request, target, &context, &desk)).await;
        }
        desk.servers_done();
        while beside.join_next().await.is_some() {}
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => {}
        () = work => {}
    }
    desk.close()
}

/// The probes that wait for no other: the device's own services, and the sender's name in the world.
/// Each is one entry here.
fn independent(request: &Request, context: &Context, desk: &Arc<Desk>) -> Vec<Independent> {
    let mut probes: Vec<Independent> = Vec::new();
    if desk.plans(ProbeId::Device) {
        let (request, knowledge, desk) = (request.clone(), Arc::clone(&context.knowledge), Arc::clone(desk));
        probes.push(Box::pin(async move {
            desk.start(ProbeId::Device).await;
            desk.hand_in(device::probe(&request, &knowledge).await).await;
        }));
    }
    if desk.plans(ProbeId::Reputation) {
        let (request, context, desk) = (request.clone(), context.clone(), Arc::clone(desk));
        probes.push(Box::pin(async move {
            Box::pin(reputation::probe(&request, &context, &desk)).await;
        }));
    }
    probes
}

/// Resolve, then everything about the mail server, as far as possible at the same time.
async fn mail_path(request: &Request, target: &Target, context: &Context, desk: &Desk) {
    let servers = &request.case.device.dns_servers;
    let Some((addresses, found, notes)) = resolve(target, context, desk).await else {
        let why = "The server's name has no address";
        desk.skip(&STEPS, why).await;
        let others = [
            ProbeId::Ports,
            ProbeId::TlsVersions,
            ProbeId::BeTheCopier,
            ProbeId::Reception,
        ];
        desk.skip(&others, why).await;
        return;
    };
    let (negotiated, version) = oneshot::channel();
    let (login, logged_in) = oneshot::channel();
    let stop = CancellationToken::new();
    let room = stop.child_token();
    tokio::join!(
        device_dns::finish(context, desk, target, servers, &found, notes),
        async {
            if STEPS.iter().any(|&step| desk.plans(step)) {
                let telling = conversation::Telling {
                    negotiated,
                    login,
                    beside: stop.clone(),
                    copier: room.clone(),
                };
                let talk = conversation::hold(context, desk, target, request, &addresses, telling);
                Box::pin(talk).await;
            }
        },
        async {
            if desk.plans(ProbeId::Ports) {
                ports::probe(context, desk, &target.host, target.port, &addresses).await;
            }
        },
        async {
            if desk.plans(ProbeId::TlsVersions) {
                // The hello with the device's own suites says nothing of a version by itself.
                let asked_as_device = request.device_limit().filter(|_| request.limits.suites.is_none());
                let probe = versions::probe(context, desk, target, &addresses, asked_as_device, version);
                unless(&stop, desk, ProbeId::TlsVersions, probe).await;
            }
        },
        async {
            if desk.plans(ProbeId::BeTheCopier) {
                let probe = copier::probe(context, desk, target, request, &addresses, logged_in);
                unless(&room, desk, ProbeId::BeTheCopier, Box::pin(probe)).await;
            }
        },
    );
    // A copier serves few at a time: its reception is asked when all else is done.
    if desk.plans(ProbeId::Reception) {
        let vendor = request.case.device.vendor.as_deref();
        let probe = Box::pin(reception::probe(
            context,
            desk,
            target,
            &addresses,
            vendor,
            request.send,
        ));
        unless(&stop, desk, ProbeId::Reception, probe).await;
    }
}

/// Runs a probe beside the conversation until that finds that there is no mail server to ask.
async fn unless(stop: &CancellationToken, desk: &Desk, probe: ProbeId, work: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        () = work => {}
        () = stop.cancelled() => desk.skip(&[probe], "The server cannot be asked").await,
    }
}

/// Addresses, the same in words, and the notes of the look-up.
type Found = (Vec<SocketAddr>, String, Notes);

/// The server's name to addresses. The notes stay open for what the device's own name servers say.
async fn resolve(target: &Target, context: &Context, desk: &Desk) -> Option<Found> {
    let mut notes = desk.start(ProbeId::Resolve).await;
    let name = target.host.clone();
    let (fact, text) = match context.addresses(&target.host, target.port).await {
        Ok(addresses) => {
            let ips: Vec<_> = addresses.iter().map(SocketAddr::ip).collect();
            let words: Vec<String> = ips.iter().map(ToString::to_string).collect();
            let text = format!("{name} is {}", words.join(", "));
            let fact = Fact::Resolved { name, addresses: ips };
            notes.add(Gate::Resolve, fact, text.clone());
            return Some((addresses, text, notes));
        }
        Err(NameFault::NotFound) => {
            let text = format!("{name} does not exist or has no address");
            (Fact::NameNotFound { name }, text)
        }
        Err(NameFault::Unreachable(detail)) => {
            let text = format!("{name} cannot be looked up: {detail}");
            (Fact::DnsUnreachable { name, detail }, text)
        }
    };
    notes.add(Gate::Resolve, fact, text.clone());
    desk.finish(notes, Status::Failed, text).await;
    None
}

/// The probes of a request: what makes sense for the case, what was asked for with all that it needs,
/// without what was excluded and what means nothing without it.
fn planned(request: &Request, target: Option<&Target>) -> Vec<ProbeId> {
    let sensible = |probe: &ProbeId| sensible(*probe, request, target);
    let mut plan: Vec<ProbeId> = ProbeId::ALL.into_iter().filter(sensible).collect();
    if !request.only.is_empty() {
        let needed = |probe: &ProbeId| {
            request.only.iter().any(|&asked| {
                let way = needs(asked, request).iter().chain(wishes(asked, request));
                asked == *probe || (plan.contains(&asked) && way.into_iter().any(|one| one == probe))
            })
        };
        plan = plan.iter().copied().filter(needed).collect();
    }
    let skipped = |probe: ProbeId| request.skip.contains(&probe);
    // Without its TLS or its login, what stands behind them would be another test than the one asked for.
    let kept: Vec<ProbeId> = plan
        .iter()
        .copied()
        .filter(|&probe| !skipped(probe))
        .filter(|&probe| {
            let missed = |one: &ProbeId| plan.contains(one) && skipped(*one) && !WAY.contains(one);
            !needs(probe, request).iter().any(missed)
        })
        .collect();
    plan.retain(|probe| {
        let needed = || kept.iter().any(|&one| needs(one, request).contains(probe));
        kept.contains(probe) || (WAY.contains(probe) && needed())
    });
    plan
}

/// Steps that only lead to others; skipping them takes them out only where nothing else needs them.
const WAY: [ProbeId; 3] = [ProbeId::Resolve, ProbeId::Connect, ProbeId::Greet];

/// Whether a probe makes sense for the case at all.
fn sensible(probe: ProbeId, request: &Request, target: Option<&Target>) -> bool {
    if probe == ProbeId::Device {
        return request
            .case
            .device
            .address
            .as_deref()
            .is_some_and(|address| !address.trim().is_empty());
    }
    if probe == ProbeId::Reputation {
        return reputation::sensible(request, target);
    }
    let Some(target) = target else {
        return false;
    };
    let encrypted = target.encryption != Encryption::None;
    match probe {
        ProbeId::Reception => reception::sensible(target),
        ProbeId::Device | ProbeId::Reputation => false,
        ProbeId::Resolve | ProbeId::Connect | ProbeId::Ports | ProbeId::Greet => true,
        ProbeId::Encrypt | ProbeId::TlsVersions => encrypted,
        ProbeId::Certificate => encrypted || target.wants_login(),
        ProbeId::BeTheCopier => target.method != Method::Receive && copier::sensible(request, target),
        ProbeId::Authenticate => target.wants_login(),
        ProbeId::Envelope => request.send >= SendMode::Envelope,
        ProbeId::Message => request.send == SendMode::Message,
    }
}

/// What makes a probe richer when it alone is asked for: the server's EHLO reply tells the public address.
fn wishes(probe: ProbeId, request: &Request) -> &'static [ProbeId] {
    use ProbeId::{Connect, Encrypt, Greet, Resolve};
    match probe {
        ProbeId::Reputation if request.case.site.public_address.is_some() => &[],
        ProbeId::Reputation if request.case.mail.encryption == Encryption::Tls => {
            &[Resolve, Connect, Encrypt, Greet]
        }
        ProbeId::Reputation => &[Resolve, Connect, Greet],
        _ => &[],
    }
}

/// What must have happened before a probe can.
fn needs(probe: ProbeId, request: &Request) -> &'static [ProbeId] {
    use ProbeId::{Authenticate, Certificate, Connect, Encrypt, Envelope, Greet, Resolve};
    let login = request.case.mail.auth != crate::case::Auth::None;
    let implicit = request.case.mail.encryption == Encryption::Tls;
    match probe {
        ProbeId::Device | ProbeId::Reputation | Resolve => &[],
        Connect | ProbeId::Ports | ProbeId::TlsVersions | ProbeId::BeTheCopier | ProbeId::Reception => {
            &[Resolve]
        }
        // With TLS from the first byte, the greeting comes after the handshake.
        Encrypt if implicit => &[Resolve, Connect],
        Greet | Certificate if implicit => &[Resolve, Connect, Encrypt],
        Greet => &[Resolve, Connect],
        Encrypt => &[Resolve, Connect, Greet],
        Envelope if login => &[Resolve, Connect, Greet, Encrypt, Authenticate],
        Certificate | Authenticate | Envelope => &[Resolve, Connect, Greet, Encrypt],
        ProbeId::Message if login => &[Resolve, Connect, Greet, Encrypt, Authenticate, Envelope],
        ProbeId::Message => &[Resolve, Connect, Greet, Encrypt, Envelope],
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
