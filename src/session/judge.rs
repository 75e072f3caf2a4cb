//! Before and after: whether the test that failed is passed now, and what that proves.
//!
//! A test that this computer passed already while the copier failed proves nothing when it is passed again.
//! Then the copier itself has to be heard, or a person has to see a scan of it arrive.

use super::copier::Copier;
use super::record::Record;
use crate::case::{
    Auth, Case, Encryption, Outcome, Proof, Results, Settings, SideBySide, Verification, is_fault,
};
use crate::diagnose::{DeviceState, GateState, LaptopState};
use crate::evidence::{Actor, Evidence};
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::probe::SendMode;
use serde_json::Value;

/// What is held against what.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The case as it stands now.
    pub case: &'a Case,
    /// The fault on record.
    pub fault: &'a Results,
    /// What the repeated test found.
    pub after: &'a Record,
    /// How far it went.
    pub send: SendMode,
    /// What the copier itself was heard to do.
    pub copier: Option<&'a Copier>,
    /// Whether a person saw a scan of the copier arrive.
    pub arrived: Option<bool>,
}

impl Trial<'_> {
    /// The judgement.
    pub fn judge(&self, knowledge: &Knowledge) -> Verification {
        let before = self
            .fault
            .found
            .as_ref()
            .and_then(|found| Record::from_value(found).ok());
        let gate = before
            .as_ref()
            .and_then(|before| before.verdict.gate)
            .or_else(|| knowledge.cause(&self.fault.cause).map(|cause| cause.gate));
        let (outcome, proof, headline, missing) = self.outcome(before.as_ref(), gate);
        Verification {
            at: jiff::Timestamp::now().to_string(),
            cause: self.fault.cause.clone(),
            outcome,
            proof,
            test: self.test(),
            headline,
            missing,
            rows: self.rows(before.as_ref()),
            changes: self
                .fault
                .settings
                .as_ref()
                .map(|old| changes(old, &self.case.settings()))
                .unwrap_or_default(),
            found: Some(self.after.to_value()),
        }
    }

    fn outcome(
        &self,
        before: Option<&Record>,
        gate: Option<Gate>,
    ) -> (Outcome, Option<Proof>, String, Option<String>) {
        let failed = |text: String| (Outcome::Failed, None, text, None);
        let open = |text: String, missing: &str| (Outcome::NotVerified, None, text, Some(missing.to_owned()));
        let now = &self.after.verdict;
        if self.arrived == Some(false) {
            return failed("The scan that the copier sent did not arrive".to_owned());
        }
        if is_fault(&now.cause) {
            let still = self.after.chain.iter().any(|link| link.cause == self.fault.cause);
            return failed(if still {
                format!("The fault shows again: {}", now.headline)
            } else {
                format!(
                    "The fault on record shows no more, but another one stops the copier: {}",
                    now.headline
                )
            });
        }
        if let Some(stopped) = self.copier.and_then(|copier| copier.stopped.as_deref()) {
            return failed(format!("The copier itself did not get through: {stopped}"));
        }
        if now.cause != "none" {
            let missing = self.after.next_test.as_ref().map_or_else(
                || "every step that a message needs has to be tested".to_owned(),
                |next| format!("the test {} ({})", next.probe, next.why),
            );
            return open(
                format!("The repeated test did not get far enough: {}", now.headline),
                &missing,
            );
        }
        let needed = SendMode::named(&self.fault.send).unwrap_or_default();
        if self.send < needed {
            return open(
                "The repeated test stopped earlier than the one that failed".to_owned(),
                "the same test as before, with a real message (--send message)",
            );
        }
        let proofs = [
            (self.arrived == Some(true)).then_some(Proof::SeenByPerson),
            self.copier
                .filter(|copier| copier.shows(gate, self.case.mail.encryption != Encryption::None))
                .map(|_| Proof::ByTheCopier),
            failed_here(before, gate).then_some(Proof::AsTheCopier),
        ];
        match proofs.into_iter().flatten().next() {
            Some(proof) => {
                let how = match proof {
                    Proof::AsTheCopier => {
                        "This computer repeated the test that failed, with the copier's settings, and passed it"
                    }
                    Proof::ByTheCopier => {
                        "The copier itself passed the step that failed, and every step behind it was passed from this computer"
                    }
                    Proof::SeenByPerson => {
                        "A scan that the copier sent arrived, and every step was passed from this computer"
                    }
                };
                (Outcome::Passed, Some(proof), how.to_owned(), None)
            }
            None => open(
                "Every step is passed from this computer, as the failed one was before the fix; that proves nothing of the copier".to_owned(),
                "the copier itself: let it send to this computer (--listen), or send a scan and say whether it arrived (--arrived yes)",
            ),
        }
    }

    fn test(&self) -> String {
        let mail = &self.case.mail;
        let end = match self.send {
            SendMode::Never => "up to the login",
            SendMode::Envelope => "up to the accepted recipient",
            SendMode::Message => "up to the accepted end of a real message",
        };
        let heard = match (self.copier, self.arrived) {
            (Some(_), _) => "; one scan of the copier itself, heard by this computer",
            (None, Some(_)) => "; one scan of the copier itself, looked for by a person",
            (None, None) => "",
        };
        let port = crate::diagnose::situation::port(self.case);
        format!(
            "The send path to {} port {port}, {}, {end}, with the copier's settings and limits{heard}",
            mail.server,
            mail.encryption.id()
        )
    }

    fn rows(&self, before: Option<&Record>) -> Vec<SideBySide> {
        let mut rows = vec![SideBySide {
            what: "Result".to_owned(),
            before: self.fault.headline.clone(),
            after: self.after.verdict.headline.clone(),
        }];
        let none = Vec::new();
        let old = before.map_or(&none, |before| &before.gates);
        for new in &self.after.gates {
            let was = old.iter().find(|state| state.gate == new.gate);
            if looked_at(*new) || was.is_some_and(|was| looked_at(*was)) {
                rows.push(SideBySide {
                    what: new.gate.title().to_owned(),
                    before: was.map_or_else(|| "–".to_owned(), |was| words(*was)),
                    after: words(*new),
                });
            }
        }
        if let Some(copier) = self.copier {
            rows.push(SideBySide {
                what: "The copier itself".to_owned(),
                before: "–".to_owned(),
                after: copier.words(),
            });
        }
        if let Some(arrived) = self.arrived {
            rows.push(SideBySide {
                what: "A scan of the copier".to_owned(),
                before: "–".to_owned(),
                after: if arrived {
                    "arrived, seen by a person"
                } else {
                    "did not arrive"
                }
                .to_owned(),
            });
        }
        rows
    }
}

/// Whether this computer itself had met the fault before, so that its passing is news. A refusal belongs to the
/// gate whose business it is, and comes at the gate where the service chooses to say so; both count.
fn failed_here(before: Option<&Record>, gate: Option<Gate>) -> bool {
    let Some(before) = before else {
        // Without the old lanes: what the device's own age, clock and network decide cannot be shown from here.
        return matches!(
            gate,
            Some(Gate::Authenticate | Gate::Sender | Gate::Recipient | Gate::Content | Gate::Deliver)
        );
    };
    let root = before.chain.first();
    let met: Vec<Gate> = before
        .evidence
        .iter()
        .filter(|row| root.is_some_and(|root| root.evidence.contains(&row.id)))
        .filter(|row| {
            row.actor == Actor::Laptop && row.basis == "observed" && row.source != Evidence::AS_THE_DEVICE
        })
        .map(|row| row.gate)
        .chain(gate)
        .collect();
    before
        .gates
        .iter()
        .any(|state| state.laptop == LaptopState::Failed && met.contains(&state.gate))
}

fn looked_at(state: GateState) -> bool {
    state.device != DeviceState::Unknown || matches!(state.laptop, LaptopState::Passed | LaptopState::Failed)
}

fn words(state: GateState) -> String {
    let device = match state.device {
        DeviceState::Passed => "passed",
        DeviceState::Failed => "failed",
        DeviceState::PredictedPass => "will pass",
        DeviceState::PredictedFail => "will fail",
        DeviceState::Unknown => "not known",
    };
    let laptop = match state.laptop {
        LaptopState::Passed => "passed",
        LaptopState::Failed => "failed",
        LaptopState::NotTested => "not tested",
        LaptopState::Unknown => "not known",
    };
    format!("copier {device}, this computer {laptop}")
}

/// The settings that differ.
fn changes(old: &Settings, new: &Settings) -> Vec<SideBySide> {
    let flat = |settings: &Settings| {
        let mut all = Vec::new();
        let mut value = serde_json::to_value(settings).unwrap_or_default();
        // A login in one line, whatever its kind.
        let login = match &settings.mail.auth {
            Auth::None => "none".to_owned(),
            Auth::Password { user } => format!("password, {user}"),
            Auth::OAuth { user } => format!("OAuth, {user}"),
        };
        if let Some(auth) = value.pointer_mut("/mail/auth") {
            *auth = Value::String(login);
        }
        flatten("", &value, &mut all);
        all
    };
    let (old, new) = (flat(old), flat(new));
    let mut names: Vec<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    let value = |all: &[(String, String)], name: &str| {
        all.iter()
            .find(|(known, _)| known == name)
            .map_or_else(|| "–".to_owned(), |(_, value)| value.clone())
    };
    names
        .into_iter()
        .map(|name| SideBySide {
            what: name.clone(),
            before: value(&old, name),
            after: value(&new, name),
        })
        .filter(|row| row.before != row.after)
        .collect()
}

fn flatten(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('_', " ");
                let name = if name.is_empty() {
                    key
                } else {
                    format!("{name} {key}")
                };
                flatten(&name, value, out);
            }
        }
        Value::Array(items) => {
            let words: Vec<String> = items.iter().map(plain).collect();
            if !words.is_empty() {
                out.push((name.to_owned(), words.join(", ")));
            }
        }
        Value::Null => {}
        other => {
            let text = plain(other);
            if !text.is_empty() {
                out.push((name.to_owned(), text));
            }
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
