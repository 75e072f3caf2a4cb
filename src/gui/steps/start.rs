//! The start screen: a new case, an old one, a file to read.

use crate::gui::action::Action;
use crate::gui::state::{Dialog, State};
use crate::gui::text::tr;
use crate::gui::theme::{self, space};
use crate::gui::widgets::{brand, button, card, field, prose};
use egui::{Label, Ui, UiBuilder};

/// Side of the product's sign.
const BRAND: f32 = 52.0;

/// Draws the start screen.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let all = ui.max_rect();
    let width = (all.width() - 2.0 * space::PAGE).clamp(200.0, 560.0);
    let top = (all.height() * 0.16).clamp(space::L, 140.0);
    let mut middle = all.shrink2(egui::vec2((all.width() - width) / 2.0, 0.0));
    middle.min.y += top;
    ui.scope_builder(UiBuilder::new().max_rect(middle), |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::L;
                brand::show(ui, BRAND);
                ui.vertical(|ui| {
                    ui.add(Label::new(theme::title("ScanMedic")));
                    ui.add(Label::new(theme::muted(ui, tr!("start-finds-out-why-a-copier-no"))).wrap());
                });
            });
            ui.add_space(space::L);
            choices(ui, state, out);
            recent(ui, state, out);
            if let Some(notice) = state.notice.as_ref().filter(|notice| notice.bad) {
                ui.add_space(space::L);
                field::failure(ui, &notice.text);
            }
            ui.add_space(space::L);
            ui.horizontal(|ui| {
                // Words that act begin where the card does.
                ui.add_space(-space::S);
                for (text, dialog) in [
                    (tr!("word-help"), Dialog::Help),
                    (tr!("word-settings"), Dialog::Settings),
                ] {
                    if button::quiet(ui, text).clicked() {
                        out.push(Action::Ask(Some(dialog)));
                    }
                }
                if state.rescued.is_some()
                    && button::quiet(ui, tr!("start-forget-the-unsaved-case")).clicked()
                {
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
    let words = [
        tr!("start-go-on-with-it"),
        tr!("start-go-on"),
        tr!("word-new-case"),
        tr!("start-open"),
        tr!("word-add-files"),
        tr!("word-practise"),
    ];
    let shown = words
        .iter()
        .zip([state.rescued.is_some(), open, true, true, true, true]);
    let wide = shown
        .filter(|(_, shown)| *shown)
        .map(|(words, _)| button::width(ui, words))
        .fold(0.0, f32::max);
    let row = |ui: &mut Ui, title: String, detail: String, action: String, main: bool| {
        row(ui, title, detail, &action, wide, main)
    };
    card::flush(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        if let Some(case) = &state.rescued {
            let what = match case.title.trim() {
                "" => tr!("start-a-case-was-not-saved"),
                title => tr!("start-was-not-saved", title = title),
            };
            let detail = tr!("start-scanmedic-ended-before-it-was-what");
            if row(ui, what, detail, tr!("start-go-on-with-it"), false).clicked() {
                out.push(Action::Rescue(true));
            }
            card::line(ui);
        }
        if open {
            let what = tr!("start-go-on-with", title = state.title());
            if row(
                ui,
                what,
                tr!("start-the-case-that-is-open-now"),
                tr!("start-go-on"),
                false,
            )
            .clicked()
            {
                out.push(Action::Go(crate::gui::state::Step::Device));
            }
            card::line(ui);
        }
        let new = row(
            ui,
            tr!("word-new-case"),
            tr!("start-begin-with-the-copiers-address-or"),
            tr!("word-new-case"),
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
        if row(
            ui,
            tr!("common-open-a-case"),
            tr!("start-a-file-that-ends-in-case"),
            tr!("start-open"),
            false,
        )
        .clicked()
        {
            out.push(Action::Open);
        }
        card::line(ui);
        let files = row(
            ui,
            tr!("start-read-evidence"),
            tr!("start-an-audit-log-a-protocol-log"),
            tr!("word-add-files"),
            false,
        );
        if files.clicked() {
            out.push(Action::AddFiles);
        }
        card::line(ui);
        let practise = row(
            ui,
            tr!("common-practise-on-the-lab"),
            tr!("start-faults-that-are-played-on-this"),
            tr!("word-practise"),
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
    ui.add(Label::new(theme::heading(tr!("start-recent-cases"))));
    for path in &state.recent {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let folder = path.parent().map(|folder| folder.display().to_string());
        ui.horizontal(|ui| {
            ui.add_space(-space::S);
            let link = button::quiet(ui, name.trim_end_matches(".case.ron"));
            ui.label(theme::detail(ui, prose::shorten(&folder.unwrap_or_default(), 48)));
            if link.on_hover_text(path.display().to_string()).clicked() {
                out.push(Action::Load(path.clone()));
            }
        });
    }
}

/// One choice: what, a line about it, its button as wide as the others.
fn row(ui: &mut Ui, title: String, detail: String, action: &str, width: f32, main: bool) -> egui::Response {
    let margin = egui::Margin::symmetric(20, 16);
    let frame = egui::Frame::new().inner_margin(margin);
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            card::beside(
                ui,
                width,
                |ui| {
                    ui.add(Label::new(theme::medium(title)).wrap());
                    ui.add(Label::new(theme::detail(ui, detail)).wrap());
                },
                |ui| button::of_width(ui, action, width, main),
            )
        })
        .inner
}
