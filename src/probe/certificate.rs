//! The server's certificate: judged beside the dialogue, which goes on whatever is wrong with it.

use super::context::Context;
use super::desk::{Desk, Notes};
use super::{ProbeId, Status};
use crate::evidence::{Basis, CertificateProblem, Fact};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::wire::tls::certificate::{Judged, judge};
use rustls::pki_types::CertificateDer;
use tokio::task::spawn_blocking;

/// Judges a chain and reports it as the probe of that name.
pub(super) async fn probe(context: &Context, desk: &Desk, host: &str, chain: Vec<CertificateDer<'static>>) {
    let mut notes = desk.start(ProbeId::Certificate).await;
    if let Some(problem) = &context.roots_problem {
        let text = format!("The extra trust root could not be used: {problem}");
        notes.note(Gate::Certificate, text);
    }
    let Some(judged) = judged(chain, host, context).await else {
        let text = "The server showed no certificate that can be read";
        notes.note(Gate::Certificate, text);
        desk.finish(notes, Status::Failed, text).await;
        return;
    };
    let (status, summary) = write_certificate(&mut notes, judged, host);
    desk.finish(notes, status, summary).await;
}

/// Judges a chain on a thread where that may take its time.
pub(super) async fn judged(
    chain: Vec<CertificateDer<'static>>,
    host: &str,
    context: &Context,
) -> Option<Judged> {
    let (roots, host, now) = (context.roots.clone(), host.to_owned(), (context.clock)());
    let mut judged = spawn_blocking(move || judge(&chain, &host, &roots, now))
        .await
        .ok()
        .flatten()?;
    name_inspector(&mut judged, &context.knowledge);
    Some(judged)
}

/// Where the chain ends in no public root and its issuer is called like the authority of an inspecting
/// product, the connection is opened on the way, whether this computer trusts that authority or not.
fn name_inspector(judged: &mut Judged, knowledge: &Knowledge) {
    let Some(product) = knowledge.issuer_of_product(&judged.facts.issuer) else {
        return;
    };
    let untrusted = |problem: CertificateProblem| {
        matches!(
            problem,
            CertificateProblem::Untrusted | CertificateProblem::Intercepted
        )
    };
    for (problem, detail) in &mut judged.problems {
        if untrusted(*problem) {
            judged.by_name = *problem == CertificateProblem::Untrusted;
            *problem = CertificateProblem::Intercepted;
            *detail = format!(
                "its issuer is called like the authority of {}: {}. {}",
                product.name, judged.facts.issuer, product.advice
            );
        }
    }
    judged.facts.problems = judged.problems.iter().map(|(problem, _)| *problem).collect();
}

/// Writes the facts and the problems of a certificate down; gives the status and the summary of the row.
pub(super) fn write_certificate(notes: &mut Notes, judged: Judged, host: &str) -> (Status, String) {
    let facts = judged.facts;
    let until = facts.not_after.map_or_else(String::new, |end| {
        format!(", valid until {}", end.strftime("%Y-%m-%d"))
    });
    let summary = format!("{}, issued by {}{until}", facts.subject, facts.issuer);
    notes.add(Gate::Certificate, Fact::Certificate(facts), summary.clone());
    let mut words = Vec::new();
    for (problem, detail) in judged.problems {
        let text = format!("The certificate of {host}: {detail}");
        words.push(detail.clone());
        let by_name = judged.by_name && problem == CertificateProblem::Intercepted;
        notes.rest_on(if by_name {
            Basis::KnownInferred
        } else {
            Basis::Observed
        });
        notes.add(
            Gate::Certificate,
            Fact::CertificateProblem { problem, detail },
            text,
        );
    }
    notes.rest_on(Basis::Observed);
    if words.is_empty() {
        (Status::Passed, summary)
    } else {
        (Status::Failed, words.join("; "))
    }
}
