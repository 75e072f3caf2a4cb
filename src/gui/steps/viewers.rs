//! Inside a probe's row: the server's certificate field by field, and its TLS versions side by side.

use crate::evidence::{CertificateFacts, Evidence, Fact};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::card;
use crate::gui::widgets::icon::{self, Mark};
use crate::wire::tls::{TlsVersion, VersionAnswer};
use egui::{Frame, Label, Margin, Ui, vec2};
use jiff::Timestamp;

/// Height of the matrix.
const MATRIX: f32 = 64.0;

/// Draws what a probe's evidence holds of both.
pub fn show(ui: &mut Ui, evidence: &[Evidence]) {
    let versions: Vec<(TlsVersion, &VersionAnswer)> = evidence
        .iter()
        .filter_map(|item| match &item.fact {
            Fact::TlsVersionAnswer { version, answer } => Some((*version, answer)),
            _ => None,
        })
        .collect();
    if !versions.is_empty() {
        matrix(ui, &versions);
    }
    for item in evidence {
        if let Fact::Certificate(facts) = &item.fact {
            certificate(ui, facts);
        }
    }
}

/// The same ground for both.
fn ground(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    Frame::new()
        .fill(Palette::of(ui).page)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::same(12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::XS;
            add(ui);
        });
}

/// A column for each version: sign, version, what the server did.
fn matrix(ui: &mut Ui, versions: &[(TlsVersion, &VersionAnswer)]) {
    ground(ui, |ui| {
        ui.columns(versions.len(), |columns| {
            for (ui, (version, answer)) in columns.iter_mut().zip(versions) {
                let (mark, word) = match answer {
                    VersionAnswer::Accepted => (Mark::Passed, tr!("tls-accepted")),
                    VersionAnswer::Refused(_) => (Mark::Skipped, tr!("tls-refused")),
                    VersionAnswer::Unknown(_) => (Mark::Unknown, tr!("path-not-known")),
                };
                let detail = match answer {
                    VersionAnswer::Accepted => String::new(),
                    VersionAnswer::Refused(why) | VersionAnswer::Unknown(why) => why.clone(),
                };
                let size = vec2(ui.available_width(), MATRIX);
                ui.allocate_ui(size, |ui| {
                    ui.vertical_centered(|ui| {
                        icon::icon(ui, mark, 9.0, &word);
                        ui.label(theme::medium(version.to_string()));
                        ui.add(Label::new(theme::detail(ui, &word)).truncate())
                            .on_hover_text(detail);
                    });
                });
            }
        });
    });
}

/// Subject, issuer, names, days, key, and what is wrong with it.
fn certificate(ui: &mut Ui, facts: &CertificateFacts) {
    ground(ui, |ui| {
        let (mark, words) = if facts.trusted {
            (Mark::Passed, tr!("certificate-trusted"))
        } else {
            (Mark::Attention, tr!("certificate-not-trusted"))
        };
        ui.horizontal(|ui| {
            icon::icon(ui, mark, 8.0, &words);
            ui.add(Label::new(theme::medium(&words)).wrap());
        });
        let day = |at: Option<Timestamp>| {
            at.map_or_else(|| tr!("path-not-known"), |at| at.strftime("%Y-%m-%d").to_string())
        };
        let problems: Vec<String> = facts
            .problems
            .iter()
            .filter_map(|problem| serde_json::to_value(problem).ok())
            .filter_map(|value| value.as_str().map(words::worded))
            .collect();
        for (name, value) in [
            (tr!("certificate-subject"), facts.subject.clone()),
            (tr!("certificate-issuer"), facts.issuer.clone()),
            (tr!("certificate-names"), facts.names.join(", ")),
            (
                tr!("certificate-validity"),
                tr!(
                    "certificate-from-to",
                    from = day(facts.not_before),
                    to = day(facts.not_after)
                ),
            ),
            (tr!("certificate-key"), facts.key.clone()),
            (tr!("certificate-problems"), problems.join(", ")),
        ] {
            if !value.is_empty() {
                card::fact_row(ui, name, value);
            }
        }
    });
}
