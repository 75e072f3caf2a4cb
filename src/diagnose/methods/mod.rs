//! Which way of sending can work at this site: every way of the knowledge held against what was seen.

mod judge;
mod outside;

use super::situation::{Situation, port};
use super::{GateState, Link, passage};
use crate::case::Method;
use crate::evidence::{Actor, Evidence, Fact};
use crate::knowledge::schema::SendingMethod;
use crate::knowledge::{Knowledge, host_matches};
use judge::Judge;
use outside::Outside;
use serde::Serialize;

/// Whether a way of sending can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MethodVerdict {
    /// It was seen to get through, as far as this run went.
    Works,
    /// Nothing speaks against it, or only what can be mended.
    Possible,
    /// It hangs on something that could not be told.
    Unknown,
    /// Something was seen that bars it.
    Cannot,
}

impl MethodVerdict {
    /// The word in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Possible => "possible",
            Self::Unknown => "unknown",
            Self::Cannot => "cannot",
        }
    }
}

/// What is said for or against a way of sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// One sentence.
    pub says: String,
    /// Ids of the evidence behind it; empty where it follows from the case alone.
    pub evidence: Vec<String>,
}

/// One way of sending, judged for this site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MethodAdvice {
    /// Id of the knowledge's entry; `as-set` for the present setting where no entry describes it.
    pub method: String,
    /// Name for people.
    pub name: String,
    /// Whether the device is set to it now.
    pub present: bool,
    /// Whether it can work.
    pub verdict: MethodVerdict,
    /// Why.
    pub because: Vec<Ground>,
    /// What has to be done before it can work, each with what shows it.
    pub first: Vec<Ground>,
    /// Host to enter on the device.
    pub host: String,
    /// Port to enter, as far as one can be named.
    pub port: Option<u16>,
    /// Encryption to set, in the words of the command line.
    pub encryption: Option<&'static str>,
    /// What has to be there in any case.
    pub needs: Vec<String>,
    /// Its limits.
    pub limits: Vec<String>,
    /// Announced dates, each with the day on which it was announced so.
    pub dates: Vec<String>,
}

/// All ways that make sense for the case, what works first; none where the device is the mail server or
/// nothing is known of where the mail is to go.
pub fn advise(
    situation: &Situation<'_>,
    evidence: &[Evidence],
    links: &[Link],
    gates: &[GateState],
    knowledge: &Knowledge,
) -> Vec<MethodAdvice> {
    let server = situation.case.mail.server.trim().to_ascii_lowercase();
    let customer_of = customer_of(situation, evidence, knowledge);
    if situation.method == Method::Receive || (server.is_empty() && customer_of.is_empty()) {
        return Vec::new();
    }
    let outside = Outside::seen(situation, evidence, knowledge);
    let healthy = links.is_empty() && passage::all_needed_passed(situation, gates);
    let is_present = |method: &SendingMethod| method.way == situation.method && at_own_host(method, &server);
    let mut all: Vec<MethodAdvice> = knowledge
        .methods
        .iter()
        .filter(|method| {
            let customers = &method.customers_of;
            customers.is_empty() || customers.iter().any(|id| customer_of.contains(id)) || is_present(method)
        })
        .map(|method| {
            Judge {
                situation,
                evidence,
                links,
                knowledge,
                outside: &outside,
                method,
                present: is_present(method),
                healthy,
            }
            .advice()
        })
        .collect();
    if !server.is_empty() && all.iter().all(|advice| !advice.present) {
        all.insert(0, as_set(situation, evidence, links, healthy));
    }
    all.sort_by_key(|advice| (advice.verdict, !advice.present));
    all
}

/// Whether a server is one of the way's own hosts.
fn at_own_host(method: &SendingMethod, server: &str) -> bool {
    method.hosts.iter().any(|pattern| host_matches(pattern, server))
}

/// The providers that serve the site: the one of the server that is set, and those to which mail for the
/// sender's domain goes.
fn customer_of(situation: &Situation<'_>, evidence: &[Evidence], knowledge: &Knowledge) -> Vec<String> {
    let of_mail_hosts = evidence
        .iter()
        .filter_map(|item| match &item.fact {
            Fact::MailHosts { hosts, .. } => Some(hosts),
            _ => None,
        })
        .flatten()
        .filter_map(|host| knowledge.provider_of(host));
    let of_aliases = evidence.iter().filter_map(|item| match &item.fact {
        Fact::Alias { target, .. } => knowledge.provider_of(target),
        _ => None,
    });
    let mut ids: Vec<String> = situation
        .provider
        .into_iter()
        .chain(of_aliases)
        .chain(of_mail_hosts)
        .map(|provider| provider.id.clone())
        .collect();
    // Who uses one of a service's ways is its customer for the others.
    let related: Vec<String> = knowledge
        .methods
        .iter()
        .filter(|method| ids.contains(&method.service))
        .flat_map(|method| method.customers_of.iter().cloned())
        .collect();
    ids.extend(related);
    ids
}

/// The present setting, where it is none of the known ways.
fn as_set(situation: &Situation<'_>, evidence: &[Evidence], links: &[Link], healthy: bool) -> MethodAdvice {
    let mail = &situation.case.mail;
    let mut because = Vec::new();
    if healthy {
        because.push(passed(evidence));
    }
    let first: Vec<Ground> = links.iter().map(mend).collect();
    MethodAdvice {
        method: "as-set".to_owned(),
        name: format!("As the device is set now ({})", mail.server),
        present: true,
        verdict: if healthy {
            MethodVerdict::Works
        } else {
            MethodVerdict::Possible
        },
        because,
        first,
        host: mail.server.clone(),
        port: Some(port(situation.case)),
        encryption: Some(mail.encryption.id()),
        needs: Vec::new(),
        limits: Vec::new(),
        dates: Vec::new(),
    }
}

/// That the whole way was passed, with the last thing seen.
fn passed(evidence: &[Evidence]) -> Ground {
    let last = evidence
        .iter()
        .rev()
        .find(|item| matches!(item.fact, Fact::Accepted { .. }) && item.source != Evidence::AS_THE_DEVICE);
    let whom = match last.map(|item| item.actor) {
        Some(Actor::Device) => "The device was seen to get through",
        _ => "This computer got through with these settings, as far as this run went",
    };
    Ground {
        says: whom.to_owned(),
        evidence: last.map(|item| item.id.clone()).into_iter().collect(),
    }
}

/// A fault to mend first.
fn mend(link: &Link) -> Ground {
    Ground {
        says: format!("Mend first: {}", link.headline),
        evidence: link.evidence.clone(),
    }
}

#[cfg(test)]
mod tests;
