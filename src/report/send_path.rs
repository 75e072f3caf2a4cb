//! The send path as a figure: the same columns, lanes and shapes for the screen page and the printed one.

use super::document::Table;
use crate::diagnose::{DeviceState, GateState, LaptopState};
use std::fmt::Write as _;

/// What a mark says; each has a shape of its own, so that no one needs the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A ring with a tick.
    Passed,
    /// A filled disc with a cross and a halo.
    Failed,
    /// A dashed ring with a tick.
    WillPass,
    /// A dashed ring with a cross.
    WillFail,
    /// A small dot.
    NotTested,
    /// A dotted ring with a question mark.
    Unknown,
}

impl Mark {
    /// The word in style sheets.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Passed | Self::WillPass => "passed",
            Self::Failed | Self::WillFail => "failed",
            Self::NotTested | Self::Unknown => "unknown",
        }
    }

    /// The word for a reader.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::WillPass => "will pass",
            Self::WillFail => "will fail",
            Self::NotTested => "not tested",
            Self::Unknown => "not known",
        }
    }

    /// Whether the line up to here is free.
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Passed | Self::WillPass)
    }

    /// The marks a legend explains.
    pub const ALL: [Self; 6] = [
        Self::Passed,
        Self::Failed,
        Self::WillPass,
        Self::WillFail,
        Self::NotTested,
        Self::Unknown,
    ];
}

/// The copier's mark at a gate.
pub const fn device_mark(state: DeviceState) -> Mark {
    match state {
        DeviceState::Passed => Mark::Passed,
        DeviceState::Failed => Mark::Failed,
        DeviceState::PredictedPass => Mark::WillPass,
        DeviceState::PredictedFail => Mark::WillFail,
        DeviceState::Unknown => Mark::Unknown,
    }
}

/// The computer's mark at a gate.
pub const fn laptop_mark(state: LaptopState) -> Mark {
    match state {
        LaptopState::Passed => Mark::Passed,
        LaptopState::Failed => Mark::Failed,
        LaptopState::NotTested => Mark::NotTested,
        LaptopState::Unknown => Mark::Unknown,
    }
}

/// Both lanes with their names.
pub fn lanes(gates: &[GateState]) -> [(&'static str, Vec<Mark>); 2] {
    [
        (
            "Copier",
            gates.iter().map(|state| device_mark(state.device)).collect(),
        ),
        (
            "This computer",
            gates.iter().map(|state| laptop_mark(state.laptop)).collect(),
        ),
    ]
}

/// The path in words, for formats without drawings and for readers who hear the page.
pub fn as_table(gates: &[GateState]) -> Table {
    let mut table = Table::new(&[("Gate", 0.34), ("Copier", 0.33), ("This computer", 0.33)]);
    for state in gates {
        table.rows.push(vec![
            state.gate.title().to_owned(),
            device_mark(state.device).title().to_owned(),
            laptop_mark(state.laptop).title().to_owned(),
        ]);
    }
    table
}

/// The path in a sentence.
pub fn in_words(gates: &[GateState]) -> String {
    let mut out = String::new();
    for (name, marks) in lanes(gates) {
        let _ = write!(out, "{name}: ");
        let words: Vec<String> = gates
            .iter()
            .zip(marks)
            .map(|(state, mark)| format!("{} {}", state.gate.title(), mark.title()))
            .collect();
        let _ = write!(out, "{}. ", words.join(", "));
    }
    out.trim_end().to_owned()
}

/// Width of the lanes' names.
const NAMES: f32 = 92.0;
/// Width of a gate's column.
const COLUMN: f32 = 62.0;

/// The figure as SVG; its colours come from the page's style sheet.
pub fn svg(gates: &[GateState]) -> String {
    let width = NAMES + COLUMN * as_f32(gates.len());
    let mut out = format!(
        "<svg class=\"path\" viewBox=\"0 0 {width} 124\" role=\"img\" aria-label=\"{}\">\n",
        super::escape::escape(&in_words(gates))
    );
    for (number, state) in gates.iter().enumerate() {
        let stopped =
            device_mark(state.device).class() == "failed" || laptop_mark(state.laptop).class() == "failed";
        let _ = writeln!(
            out,
            "<text class=\"gate{}\" x=\"{}\" y=\"14\">{}</text>",
            if stopped { " failed" } else { "" },
            centre(number),
            state.gate.title()
        );
    }
    for ((name, marks), y) in lanes(gates).into_iter().zip([48.0_f32, 96.0]) {
        let _ = writeln!(
            out,
            "<text class=\"lane\" x=\"0\" y=\"{}\">{name}</text>",
            y + 4.0
        );
        for (number, pair) in marks.windows(2).enumerate() {
            let free = pair.iter().all(|mark| mark.is_free());
            let _ = writeln!(
                out,
                "<line class=\"{}\" x1=\"{}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>",
                if free { "passed" } else { "rest" },
                centre(number) + 15.0,
                centre(number + 1) - 15.0
            );
        }
        for (number, mark) in marks.into_iter().enumerate() {
            out.push_str(&drawn(mark, centre(number), y));
        }
    }
    out.push_str("</svg>");
    out
}

/// One mark for a legend.
pub fn legend_mark(mark: Mark) -> String {
    format!(
        "<svg class=\"path mark\" viewBox=\"0 0 30 30\" aria-hidden=\"true\">{}</svg>",
        drawn(mark, 15.0, 15.0)
    )
}

fn drawn(mark: Mark, x: f32, y: f32) -> String {
    let class = mark.class();
    let ring = |extra: &str| format!("<circle class=\"ring {class}\" cx=\"{x}\" cy=\"{y}\" r=\"9\"{extra}/>");
    let tick = format!("<path class=\"sign {class}\" d=\"M{} {y}l3 3l5.4 -6\"/>", x - 4.2);
    let cross = |class: &str| {
        format!(
            "<path class=\"sign {class}\" d=\"M{} {}l7 7m0 -7l-7 7\"/>",
            x - 3.5,
            y - 3.5
        )
    };
    let shape = match mark {
        Mark::Passed => ring("") + &tick,
        Mark::WillPass => ring(" stroke-dasharray=\"4 2.6\"") + &tick,
        Mark::WillFail => ring(" stroke-dasharray=\"4 2.6\"") + &cross(class),
        Mark::Failed => format!(
            "<circle class=\"halo\" cx=\"{x}\" cy=\"{y}\" r=\"13\"/><circle class=\"disc\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/>{}",
            cross("on-disc")
        ),
        Mark::NotTested => format!("<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"),
        Mark::Unknown => {
            ring(" stroke-dasharray=\"1 3\"")
                + &format!("<text class=\"ask\" x=\"{x}\" y=\"{}\">?</text>", y + 4.0)
        }
    };
    shape + "\n"
}

fn centre(column: usize) -> f32 {
    NAMES + COLUMN * (as_f32(column) + 0.5)
}

/// A small count as a length.
pub fn as_f32(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Gate;

    #[test]
    fn failed_and_expected_to_fail_differ_in_shape_not_only_in_colour() {
        assert_ne!(drawn(Mark::Failed, 0.0, 0.0), drawn(Mark::WillFail, 0.0, 0.0));
        assert!(drawn(Mark::WillFail, 0.0, 0.0).contains("stroke-dasharray"));
    }

    #[test]
    fn who_hears_the_page_is_told_both_lanes() {
        let gates = [GateState {
            gate: Gate::Encrypt,
            laptop: LaptopState::Passed,
            device: DeviceState::PredictedFail,
        }];
        assert_eq!(
            in_words(&gates),
            "Copier: Encrypt will fail. This computer: Encrypt passed."
        );
        assert!(svg(&gates).contains("aria-label=\"Copier: Encrypt will fail."));
    }
}
