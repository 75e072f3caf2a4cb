//! The two-lane send path as data: the gates as columns, the copier and this laptop as lanes.

use super::run::{Row, RowState, Run};
use crate::diagnose::{DeviceState, GateState, LaptopState};
use crate::gate::Gate;
use crate::gui::text::tr;
use crate::probe::{ProbeId, Status};

/// How a lane gets through a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// Seen to get through.
    Passed,
    /// Will get through, from what is known.
    PredictedPass,
    /// Stopped there; this is the fault.
    Failed,
    /// Stopped there too, behind the fault.
    AlsoFailed,
    /// Will be stopped there, from what is known.
    PredictedFail,
    /// Being tried now.
    Running,
    /// Not tried, or nothing learned.
    Unknown,
}

impl Passage {
    /// Its word for screen readers and hover.
    pub fn word(self) -> String {
        match self {
            Self::Passed => tr!("word-passed"),
            Self::PredictedPass => tr!("path-expected-to-pass"),
            Self::Failed => tr!("word-failed"),
            Self::AlsoFailed => tr!("path-refused-here-too"),
            Self::PredictedFail => tr!("path-expected-to-fail"),
            Self::Running => tr!("word-running"),
            Self::Unknown => tr!("path-not-known"),
        }
    }

    /// Whether the line goes on behind it.
    pub const fn through(self) -> bool {
        matches!(self, Self::Passed | Self::PredictedPass)
    }
}

/// One gate with both lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The gate.
    pub gate: Gate,
    /// The copier, then this laptop.
    pub lanes: [Passage; 2],
    /// The root cause is here.
    pub root: bool,
}

/// The columns of a diagnosis; the copier itself has one only where it is in the way. Behind the root cause the laptop's failures are marked, not shouted.
pub fn columns(gates: &[GateState], root: Option<Gate>) -> Vec<Column> {
    let stops = |state: &GateState| {
        matches!(state.device, DeviceState::Failed | DeviceState::PredictedFail)
            || state.laptop == LaptopState::Failed
    };
    gates
        .iter()
        .filter(|state| state.gate != Gate::Device || stops(state) || root == Some(Gate::Device))
        .map(|state| {
            let device = match state.device {
                DeviceState::Passed => Passage::Passed,
                DeviceState::PredictedPass => Passage::PredictedPass,
                DeviceState::Failed => Passage::Failed,
                DeviceState::PredictedFail => Passage::PredictedFail,
                DeviceState::Unknown => Passage::Unknown,
            };
            let laptop = match state.laptop {
                LaptopState::Passed => Passage::Passed,
                LaptopState::Failed if root.is_none_or(|gate| gate == state.gate) => Passage::Failed,
                LaptopState::Failed => Passage::AlsoFailed,
                LaptopState::NotTested | LaptopState::Unknown => Passage::Unknown,
            };
            Column {
                gate: state.gate,
                lanes: [device, laptop],
                root: root == Some(state.gate),
            }
        })
        .collect()
}

/// The send path as far as the probes tell it: the laptop's lane only.
pub fn of_run(run: &Run) -> Vec<Column> {
    Gate::ALL
        .into_iter()
        .filter(|gate| *gate != Gate::Device)
        .map(|gate| {
            let laptop = run
                .rows
                .iter()
                .find(|row| gates(row.probe).contains(&gate))
                .map_or(Passage::Unknown, |row| match row.state {
                    RowState::Running => Passage::Running,
                    RowState::Ended(Status::Passed) => Passage::Passed,
                    RowState::Ended(Status::Failed) => failed_at(row, gate),
                    RowState::Queued | RowState::Ended(_) => Passage::Unknown,
                });
            Column {
                gate,
                lanes: [Passage::Unknown, laptop],
                root: false,
            }
        })
        .collect()
}

/// Where a failed probe of several gates failed: the evidence says at which.
fn failed_at(row: &Row, gate: Gate) -> Passage {
    let last = row.evidence.iter().map(|item| item.gate).max();
    match last.filter(|last| gates(row.probe).contains(last)) {
        Some(last) if last > gate => Passage::Passed,
        Some(last) if last < gate => Passage::Unknown,
        _ => Passage::Failed,
    }
}

/// The gates that a probe walks through.
const fn gates(probe: ProbeId) -> &'static [Gate] {
    match probe {
        ProbeId::Resolve => &[Gate::Resolve],
        ProbeId::Connect => &[Gate::Connect],
        ProbeId::Greet => &[Gate::Greet],
        ProbeId::Encrypt => &[Gate::Encrypt],
        ProbeId::Certificate => &[Gate::Certificate],
        ProbeId::Authenticate => &[Gate::Authenticate],
        ProbeId::Envelope => &[Gate::Sender, Gate::Recipient],
        ProbeId::Message => &[Gate::Content],
        ProbeId::Device
        | ProbeId::Ports
        | ProbeId::TlsVersions
        | ProbeId::BeTheCopier
        | ProbeId::Reception
        | ProbeId::Reputation => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_root_cause_the_laptop_s_failure_is_marked_not_shouted() {
        let gate = |gate, laptop, device| GateState { gate, laptop, device };
        let path = columns(
            &[
                gate(Gate::Encrypt, LaptopState::Passed, DeviceState::Failed),
                gate(
                    Gate::Authenticate,
                    LaptopState::Failed,
                    DeviceState::PredictedFail,
                ),
            ],
            Some(Gate::Encrypt),
        );
        let lanes: Vec<_> = path.iter().map(|column| column.lanes).collect();
        assert_eq!(
            lanes,
            [
                [Passage::Failed, Passage::Passed],
                [Passage::PredictedFail, Passage::AlsoFailed]
            ]
        );
    }
}
