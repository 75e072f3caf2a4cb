//! What belongs side by side: the server's mail ports with what each speaks, and the send by this laptop
//! beside the same send with the copier's limits.

use crate::evidence::PortKind;
use crate::gate::Gate;
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::{card, grid, prose, tag};
use crate::session::Finding;
use crate::session::tables::{self, PortRow, SideBySide};
use egui::{Label, Ui};

/// Below this width what a port speaks is told in words alone.
const MATRIX: f32 = 560.0;

/// Draws both cards, where the run brought something for them.
pub fn show(ui: &mut Ui, finding: &Finding) {
    if !finding.ports.is_empty() {
        card::gap(ui);
        card::card(ui, |ui| ports(ui, &finding.ports));
    }
    if !finding.side_by_side.is_empty() {
        card::gap(ui);
        card::card(ui, |ui| side_by_side(ui, &finding.side_by_side));
    }
}

/// Height of a line that holds a sign or a tag, so that all cells of a row stand on one line.
const SIGNED: f32 = 24.0;

/// The ports as rows, the kinds of encryption as columns.
fn ports(ui: &mut Ui, rows: &[PortRow]) {
    ui.add(Label::new(theme::heading(tr!("ports-title"))).wrap());
    if let Some(reading) = tables::reading(rows) {
        let _ = prose::text(ui, reading);
    }
    ui.add_space(space::XS);
    let matrix = ui.available_width() >= MATRIX;
    let shares: &[f32] = if matrix {
        &[0.18, 0.18, 0.14, 0.14, 0.36]
    } else {
        &[0.26, 0.30, 0.44]
    };
    let mut names = vec![tr!("ports-port"), tr!("ports-network")];
    if matrix {
        names.extend([tr!("ports-starttls"), tr!("ports-tls")]);
    }
    names.push(tr!("ports-speaks"));
    grid::head(ui, shares, &names);
    for row in rows {
        grid::lined(ui, shares, |ui, column| match (column, matrix) {
            (0, _) => number(ui, row),
            (1, _) => network(ui, row),
            (2, true) => offered(ui, row, &tr!("ports-starttls"), PortKind::StartTls),
            (3, true) => offered(ui, row, &tr!("ports-tls"), PortKind::ImplicitTls),
            _ => {
                let words = speaks(row);
                ui.add_space((SIGNED - theme::LINE) / 2.0);
                ui.add(Label::new(theme::muted(ui, words)).wrap().selectable(true));
            }
        });
    }
}

/// The port, and whether the copier is set to it.
fn number(ui: &mut Ui, row: &PortRow) {
    ui.horizontal(|ui| {
        ui.set_min_height(SIGNED);
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(theme::medium(row.port.to_string()));
        if row.chosen {
            let accent = Palette::of(ui).accent;
            let _ = tag::tag(ui, tr!("ports-chosen"), accent);
        }
    });
}

/// How the network takes a connection to it; only the chosen port's failure is a fault.
fn network(ui: &mut Ui, row: &PortRow) {
    let bad = if row.chosen { Mark::Failed } else { Mark::Skipped };
    let (mark, word) = match row.state {
        "open" => (Mark::Passed, tr!("ports-open")),
        "refused" => (bad, tr!("ports-refused")),
        "blocked" => (bad, tr!("ports-blocked")),
        _ => (bad, tr!("ports-unreachable")),
    };
    ui.horizontal(|ui| {
        ui.set_min_height(SIGNED);
        ui.spacing_mut().item_spacing.x = space::S;
        icon(ui, mark, 8.0, &word);
        ui.add(Label::new(theme::text(&word)).truncate());
    });
}

/// Whether it begins encryption in this way.
fn offered(ui: &mut Ui, row: &PortRow, way: &str, kind: PortKind) {
    let (mark, word) = match row.speaks {
        _ if row.state != "open" => return,
        Some(speaks) if speaks == kind => (Mark::Passed, tr!("ports-offered", way = way)),
        None | Some(PortKind::Silent | PortKind::TurnedAway) => {
            (Mark::Unknown, tr!("ports-not-known", way = way))
        }
        Some(_) => (Mark::Skipped, tr!("ports-not-offered", way = way)),
    };
    ui.horizontal(|ui| {
        ui.set_min_height(SIGNED);
        icon(ui, mark, 8.0, word);
    });
}

/// What it speaks, in words.
fn speaks(row: &PortRow) -> String {
    match row.speaks {
        Some(PortKind::Plain) => tr!("ports-speaks-plain"),
        Some(PortKind::StartTls) => tr!("ports-speaks-starttls"),
        Some(PortKind::ImplicitTls) => tr!("ports-speaks-tls"),
        Some(PortKind::TurnedAway) => tr!("ports-speaks-turned-away"),
        Some(PortKind::OtherProtocol) => tr!("ports-speaks-other"),
        Some(PortKind::Silent) => tr!("ports-speaks-silent"),
        None => String::new(),
    }
}

/// Each step of the send, by this laptop and with the copier's limits.
fn side_by_side(ui: &mut Ui, rows: &[SideBySide]) {
    ui.add(Label::new(theme::heading(tr!("beside-title"))).wrap());
    ui.add(Label::new(theme::muted(ui, tr!("beside-below"))).wrap());
    ui.add_space(space::XS);
    let shares = [0.20, 0.40, 0.40];
    let names = [
        tr!("beside-step"),
        tr!("word-this-laptop"),
        tr!("beside-as-the-copier"),
    ];
    grid::head(ui, &shares, &names);
    for row in rows {
        grid::lined(ui, &shares, |ui, column| {
            let text = match column {
                0 => {
                    ui.add(Label::new(theme::medium(step(row.step))).wrap());
                    return;
                }
                1 => &row.laptop,
                _ => &row.copier,
            };
            match text {
                Some(text) => {
                    let _ = prose::text(ui, text);
                }
                None => {
                    ui.label(theme::muted(ui, tr!("beside-not-done")));
                }
            }
        });
    }
}

/// A step's word: its gate's, or one of its own.
fn step(id: &str) -> String {
    match id {
        "envelope" => tr!("beside-envelope"),
        "outcome" => tr!("beside-outcome"),
        id => Gate::ALL
            .into_iter()
            .find(|gate| gate.id() == id)
            .map_or_else(|| words::worded(id), words::gate),
    }
}
