//! The send path as it was when the fault was found, held against what it is now.

use crate::gui::state::{State, path};
use crate::gui::text::tr;
use crate::gui::theme::{self, space};
use crate::gui::widgets::{card, send_path};
use crate::session::Record;
use egui::{Label, Ui};

/// Draws both send paths, where they differ.
pub fn paths(ui: &mut Ui, state: &State) {
    let Some(now) = &state.finding.value else { return };
    let found = state.case.fault().and_then(|fault| fault.found.as_ref());
    let Some(then) = found.and_then(|found| Record::from_value(found).ok()) else {
        return;
    };
    if then.gates == now.diagnosis.gates {
        return;
    }
    let now = &now.diagnosis;
    for (title, gates, root) in [
        (
            tr!("before-the-send-path-at-first"),
            &then.gates,
            then.verdict.gate,
        ),
        (tr!("before-the-send-path-now"), &now.gates, now.verdict.gate),
    ] {
        card::gap(ui);
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading(&title)));
            ui.add_space(space::XS);
            let columns = path::columns(gates, root);
            let _ = ui.push_id(&title, |ui| send_path::show(ui, &columns, None));
        });
    }
}
