//! Evidence of one file, in bounded number: failures are kept before the rest, new before old.

use crate::evidence::{Actor, Client, Evidence, Fact};
use crate::gate::Gate;
use std::collections::VecDeque;

/// Most failures kept of one file.
const FAILURES: usize = 3000;
/// Most other facts kept of one file.
const OTHERS: usize = 1000;

/// Takes evidence in.
#[derive(Debug)]
pub struct Collector {
    name: String,
    client: Option<Client>,
    onward: bool,
    count: u64,
    failures: VecDeque<(u64, Evidence)>,
    others: VecDeque<(u64, Evidence)>,
    left_out: [u64; 2],
}

impl Collector {
    /// A collector for a file of this name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            client: None,
            onward: false,
            count: 0,
            failures: VecDeque::new(),
            others: VecDeque::new(),
            left_out: [0, 0],
        }
    }

    /// From here on evidence comes from a file of this name.
    pub fn rename(&mut self, name: &str) {
        self.speaks_of(None);
        name.clone_into(&mut self.name);
    }

    /// The source of something that stands on this line.
    pub fn line_source(&self, line: u64) -> String {
        format!("{}, line {line}", self.name)
    }

    /// The source of something that this connection of a capture showed.
    pub fn stream_source(&self, stream: u64) -> String {
        format!("{}, stream {stream}", self.name)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is taken in from here on speaks of this client of the server, or of none that is known.
    pub fn speaks_of(&mut self, client: Option<Client>) {
        self.client = client;
        self.onward = false;
    }

    /// What is taken in from here on speaks of the server's own delivery to the next one, of mail from this client
    /// where it is known.
    pub fn speaks_of_onward(&mut self, client: Option<Client>) {
        self.client = client;
        self.onward = true;
    }

    /// Takes one piece in.
    pub fn push(&mut self, mut evidence: Evidence) {
        if evidence.client.is_none() {
            evidence.client.clone_from(&self.client);
        }
        if self.onward {
            evidence = evidence.onward();
        }
        self.count += 1;
        let entry = (self.count, evidence);
        let (list, most, left_out) = if is_failure(&entry.1.fact) {
            (&mut self.failures, FAILURES, &mut self.left_out[0])
        } else {
            (&mut self.others, OTHERS, &mut self.left_out[1])
        };
        if list.len() >= most {
            list.pop_front();
            *left_out += 1;
        }
        list.push_back(entry);
    }

    /// All that was kept, in the order of the file, with a note where something was left out.
    pub fn finish(self) -> Vec<Evidence> {
        let mut all: Vec<(u64, Evidence)> = self.failures.into_iter().chain(self.others).collect();
        all.sort_by_key(|(order, _)| *order);
        let mut evidence: Vec<Evidence> = all.into_iter().map(|(_, evidence)| evidence).collect();
        if self.left_out != [0, 0] {
            let text = format!(
                "{} older failures and {} other older facts of {} are left out here",
                self.left_out[0], self.left_out[1], self.name
            );
            let fact = Fact::Note { text: text.clone() };
            evidence.push(Evidence::observed(
                Gate::Device,
                Actor::Device,
                &self.name,
                fact,
                text,
            ));
        }
        evidence
    }
}

/// Whether a fact speaks of something that went wrong.
pub fn is_failure(fact: &Fact) -> bool {
    !matches!(
        fact,
        Fact::Accepted { .. }
            | Fact::Connected { .. }
            | Fact::Resolved { .. }
            | Fact::Extensions { .. }
            | Fact::TlsEstablished { .. }
            | Fact::Certificate(_)
            | Fact::DeviceAnswered { .. }
            | Fact::DeviceTlsLimit { .. }
            | Fact::DeviceSuites { .. }
            | Fact::DeviceMechanisms { .. }
            | Fact::DeviceHello { .. }
            | Fact::DeviceFirmware { .. }
            | Fact::DeviceEncryption { .. }
            | Fact::DeviceLogin { .. }
            | Fact::DeviceChecksCertificate { .. }
            | Fact::DeviceMessage { .. }
            | Fact::DeviceJob { succeeded: true, .. }
            | Fact::Note { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_good_news_does_not_wash_the_failures_away() {
        let mut collector = Collector::new("a.log");
        let say = |fact| Evidence::observed(Gate::Device, Actor::Device, "a.log, line 1", fact, "x");
        collector.push(say(Fact::DeviceSilent));
        for _ in 0..5000 {
            collector.push(say(Fact::Note { text: "ok".into() }));
        }
        let all = collector.finish();
        assert_eq!(all[0].fact, Fact::DeviceSilent);
        assert_eq!(all.len(), 1 + OTHERS + 1);
        assert!(all.last().unwrap().summary.contains("4000 other"));
    }
}
