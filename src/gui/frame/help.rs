//! A page of help for each step, within reach without a network.

use crate::gui::state::Step;
use crate::gui::text::tr;

/// Help of a step: a paragraph each.
pub fn of(step: Step) -> Vec<String> {
    let name = match step {
        Step::Device => "help-device",
        Step::Mail => "help-mail",
        Step::Probes => "help-probes",
        Step::Evidence => "help-evidence",
        Step::Diagnosis => "help-diagnosis",
        Step::Fix => "help-fix",
        Step::Verify => "help-verify",
    };
    paragraphs(name)
}

/// Help of the page on which this computer listens.
pub fn listen() -> Vec<String> {
    paragraphs("help-listen")
}

/// A text in its paragraphs.
fn paragraphs(name: &str) -> Vec<String> {
    tr(name).split("\n\n").map(str::to_owned).collect()
}
