//! The start screen: a new case, an old one, a file to read.

use super::action::Action;
use super::state::{Dialog, State};
use super::theme::{self, space};
use super::widgets::{button, card, field, prose};
use egui::{Label, Ui, UiBuilder};

/// Draws the start screen.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let all = ui.max_rect();
    let width = (all.width() - 2.0 * space::PAGE).clamp(200.0, 560.0);
    let top = (all.height() * 0.16).clamp(space::L, 140.0);
    let mut middle = all.shrink2(egui::vec2((all.width() - width) / 2.0, 0.0));
    middle.min.y += top;
    ui.scope_builder(UiBuilder::new().max_rect(middle), |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.add(Label::new(theme::title("ScanMedic")));
            ui.add(
                Label::new(theme::muted(
                    ui,
                    "Finds out why a copier no longer sends scans by e-mail, and how to fix it",
                ))
                .wrap(),
            );
            ui.add_space(space::L);
            choices(ui, state, out);
            recent(ui, state, out);
            if let Some(notice) = state.notice.as_ref().filter(|notice| notice.bad) {
                ui.add_space(space::L);
                field::failure(ui, &notice.text);
            }
            ui.add_space(space::L);
            ui.horizontal(|ui| {
                for (text, dialog) in [("Help", Dialog::Help), ("Settings", Dialog::Settings)] {
                    if button::quiet(ui, text).clicked() {
                        out.push(Action::Ask(Some(dialog)));
                    }
                }
                if state.rescued.is_some() && button::quiet(ui, "Forget the unsaved case").clicked() {
                    out.push(Action::Rescue(false));
                }
            });
        });
    });
}

/// What one can begin with.
fn choices(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let dirty = state.dirty();
    let open = state.path.is_some() || dirty;
    card::flush(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if let Some(case) = &state.rescued {
            let what = match case.title.trim() {
                "" => "A case was not saved".to_owned(),
                title => format!("{title} was not saved"),
            };
            let detail = "ScanMedic ended before it was. What was typed is still here.";
            if row(ui, &what, detail, "Go on with it", false).clicked() {
                out.push(Action::Rescue(true));
            }
            card::line(ui);
        }
        if open {
            let what = format!("Go on with {}", state.title());
            if row(ui, &what, "The case that is open now", "Go on", false).clicked() {
                out.push(Action::Go(super::state::Step::Device));
            }
            card::line(ui);
        }
        let new = row(
            ui,
            "New case",
            "Begin with the copier's address or its model",
            "New case",
            !open,
        );
        if state.focus_first {
            new.request_focus();
            state.focus_first = false;
        }
        if new.clicked() {
            out.push(Action::New);
        }
        card::line(ui);
        if row(ui, "Open a case", "A file that ends in .case.ron", "Open…", false).clicked() {
            out.push(Action::Open);
        }
        card::line(ui);
        let files = row(
            ui,
            "Read evidence",
            "An audit log, a protocol log, a capture or a bounce; no network is touched",
            "Add files…",
            false,
        );
        if files.clicked() {
            out.push(Action::AddFiles);
        }
        card::line(ui);
        let practise = row(
            ui,
            "Practise on the lab",
            "Faults that are played on this computer, to learn and to demonstrate",
            "Practise",
            false,
        );
        if practise.clicked() {
            out.push(Action::Practise);
        }
    });
}

/// Cases that were open lately.
fn recent(ui: &mut Ui, state: &State, out: &mut Vec<Action>) {
    if state.recent.is_empty() {
        return;
    }
    ui.add_space(space::L);
    ui.add(Label::new(theme::heading("Recent cases")));
    for path in &state.recent {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let folder = path.parent().map(|folder| folder.display().to_string());
        ui.horizontal(|ui| {
            let link = button::quiet(ui, name.trim_end_matches(".case.ron"));
            ui.label(theme::detail(ui, prose::shorten(&folder.unwrap_or_default(), 48)));
            if link.on_hover_text(path.display().to_string()).clicked() {
                out.push(Action::Load(path.clone()));
            }
        });
    }
}

/// One choice: what, a line about it, its button.
fn row(ui: &mut Ui, title: &str, detail: &str, action: &str, main: bool) -> egui::Response {
    let margin = egui::Margin::symmetric(20, 16);
    let frame = egui::Frame::new().inner_margin(margin);
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let width = button::width(ui, action);
            card::beside(
                ui,
                width,
                |ui| {
                    ui.add(Label::new(theme::medium(title)).wrap());
                    ui.add(Label::new(theme::detail(ui, detail)).wrap());
                },
                |ui| {
                    if main {
                        button::primary(ui, action)
                    } else {
                        button::secondary(ui, action)
                    }
                },
            )
        })
        .inner
}
