//! Faults and facts that stand against a way of sending.

use super::{Found, Judge, ground};
use crate::case::Auth;
use crate::diagnose::methods::{at_own_host, mend};
use crate::diagnose::{Link, words};
use crate::evidence::Evidence;
use crate::knowledge::schema::{Credential, Effect, Obstacle, Seen};

impl Judge<'_> {
    /// What was seen that stands against it.
    pub(super) fn obstacles(&self) -> Found {
        let mut found = Found::default();
        let mut told = Vec::new();
        for obstacle in &self.method.obstacles {
            if !self.counts(obstacle) {
                continue;
            }
            let key = obstacle.on.as_str();
            let ids = self.seen(obstacle);
            // The first that fits a cause is the one that knows most of it.
            if ids.is_empty() || told.contains(&key) {
                continue;
            }
            told.push(key);
            let one = ground(words::fill(&obstacle.says, self.situation), ids);
            match obstacle.then {
                Effect::Bars => found.bars.push(one),
                Effect::First => found.first.push(one),
                Effect::Doubts => found.notes.push(one),
            }
        }
        if self.present {
            let read = |link: &Link| {
                let on = format!("cause:{}", link.cause);
                self.method.obstacles.iter().any(|obstacle| obstacle.on == on)
            };
            // TLS and ports were judged on their own.
            let judged = ["device-tls-too-old", "port-blocked"];
            for link in self
                .links
                .iter()
                .filter(|link| !read(link) && !judged.contains(&link.cause.as_str()))
            {
                found.first.push(mend(link));
            }
        }
        found
    }

    /// Whether an obstacle counts here, by where it was seen and what the device logs in with.
    pub(super) fn counts(&self, obstacle: &Obstacle) -> bool {
        let method = self.method;
        let server = self.situation.case.mail.server.trim().to_ascii_lowercase();
        let same_service = self
            .situation
            .provider
            .is_some_and(|provider| provider.id == method.service || self.is_related(&provider.id));
        let place = match obstacle.seen {
            Seen::Anywhere => true,
            Seen::Service => same_service,
            Seen::Hosts => at_own_host(method, &server),
        };
        let credential = match self.situation.case.mail.auth {
            Auth::OAuth { .. } => Credential::Token,
            Auth::None | Auth::Password { .. } => Credential::Password,
        };
        place && obstacle.with.is_none_or(|with| with == credential)
    }

    /// Whether two services have their customers in common.
    pub(super) fn is_related(&self, provider: &str) -> bool {
        let customers = &self.method.customers_of;
        customers.iter().any(|id| id == provider)
            || self.knowledge.methods.iter().any(|other| {
                other.service == provider && other.customers_of.iter().any(|id| customers.contains(id))
            })
    }

    /// Ids of the evidence that an obstacle speaks of.
    pub(super) fn seen(&self, obstacle: &Obstacle) -> Vec<String> {
        let says = |item: &Evidence| {
            let text = item.summary.to_lowercase();
            obstacle.said.is_empty() || obstacle.said.iter().any(|words| text.contains(words))
        };
        if let Some(cause) = obstacle.on.strip_prefix("cause:") {
            let Some(link) = self.links.iter().find(|link| link.cause == cause) else {
                return Vec::new();
            };
            let behind = |item: &&Evidence| link.evidence.contains(&item.id) && says(item);
            return self
                .evidence
                .iter()
                .filter(behind)
                .map(|item| item.id.clone())
                .collect();
        }
        let is_kind = |item: &&Evidence| {
            let kind = item.fact.kind();
            let rest = kind.strip_prefix(obstacle.on.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':')) && says(item)
        };
        self.evidence
            .iter()
            .filter(is_kind)
            .map(|item| item.id.clone())
            .collect()
    }
}
