//! Fix: the remedy as a checklist. Each fault of the chain has a card; the next step stands open.

use super::{beside, copyable, empty, methods};
use crate::gui::action::Action;
use crate::gui::state::{Fold, State, Step};
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::{button, card, field, prose, tag};
use crate::knowledge::schema::Who;
use crate::remedy::{self, Remedy};
use egui::{Align, Frame, Label, Layout, Margin, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// Height of a step's title row.
const ROW: f32 = 44.0;
/// Left edge of what stands below a title.
const INDENT: i8 = 54;

/// Draws the step.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    let remedy = state
        .finding
        .value
        .as_ref()
        .and_then(|found| found.remedy.clone());
    let Some(remedy) = remedy else {
        card::page_head(ui, tr!("word-fix"), tr!("fix-what-to-do-in-the-order"));
        let ways = [(tr!("common-see-the-diagnosis"), Action::Go(Step::Diagnosis))];
        let found = state.finding.value.as_ref();
        let (title, text) = if found.is_some_and(|found| found.diagnosis.verdict.cause == "none") {
            (tr!("fix-nothing-to-fix"), tr!("fix-the-last-run-found-no-fault"))
        } else {
            (
                tr!("fix-nothing-to-fix-yet"),
                tr!("fix-a-plan-comes-with-a-diagnosis"),
            )
        };
        empty(ui, title, text, &ways, out);
        if let Some(found) = &state.finding.value {
            card::gap(ui);
            methods::show(ui, state, &found.diagnosis.methods, out);
        }
        return;
    };
    let remedy = &remedy;
    head(ui, state, remedy, out);
    let next = remedy
        .steps
        .iter()
        .position(|step| !state.case.work.is_done(&step.key));
    for caution in &remedy.cautions {
        field::warning(ui, caution);
        ui.add_space(space::S);
    }
    let mut number = 0;
    for group in remedy.steps.chunk_by(|a, b| a.cause == b.cause) {
        let first = number;
        number += group.len();
        card::flush(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            cause(ui, state, first, group);
            for (index, step) in group.iter().enumerate() {
                card::line(ui);
                one(ui, state, first + index, next, step, out);
            }
        });
        card::gap(ui);
    }
    if let Some(found) = &state.finding.value {
        methods::show(ui, state, &found.diagnosis.methods, out);
    }
    card::card(ui, |ui| notes(ui, state, out));
    card::gap(ui);
    if !remedy.verify.is_empty() {
        card::card(ui, |ui| {
            ui.add(Label::new(theme::heading(tr!("fix-how-to-see-that-it-is"))));
            let _ = prose::text(ui, &remedy.verify);
        });
    }
}

/// How many of these steps are ticked.
fn count_done(state: &State, steps: &[remedy::Step]) -> usize {
    let done = |step: &&remedy::Step| state.case.work.is_done(&step.key);
    steps.iter().filter(done).count()
}

/// What the person at work wants to remember; it stays with the case.
fn notes(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    ui.add(Label::new(theme::heading(tr!("fix-notes"))));
    for (index, note) in state.case.work.notes.iter().enumerate() {
        let remove = button::width(ui, tr!("evidence-remove"));
        let text = |ui: &mut Ui| {
            ui.add(Label::new(theme::text(&note.text)).wrap().selectable(true));
            ui.add(Label::new(theme::detail(ui, words::moment(&note.at))));
        };
        if card::beside(ui, remove, text, |ui| button::quiet(ui, tr!("evidence-remove"))).clicked() {
            out.push(Action::Unnote(index));
        }
    }
    ui.horizontal(|ui| {
        let room = ui.available_width() - button::width(ui, tr!("fix-add-note")) - space::S;
        let edit = field::text(&mut state.typed.note, tr!("fix-note-hint"))
            .id_salt("note")
            .desired_width(room.max(80.0));
        let response = ui.add(edit).accessible_name(tr!("fix-note"));
        let entered = response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        let ready = !state.typed.note.trim().is_empty();
        ui.add_enabled_ui(ready, |ui| {
            if button::secondary(ui, tr!("fix-add-note")).clicked() || (ready && entered) {
                out.push(Action::Note);
            }
        });
    });
}

/// Title, how many are done, and what can be done with the whole plan.
fn head(ui: &mut Ui, state: &State, remedy: &Remedy, out: &mut Vec<Action>) {
    let all = remedy.steps.len();
    let done = count_done(state, &remedy.steps);
    let open = state.folds.get(&Fold::Plan).copied().unwrap_or_default();
    let fold = if open {
        tr!("fix-show-the-next-only")
    } else {
        tr!("fix-show-all")
    };
    let copy = tr!("fix-copy-the-plan");
    let width = button::width(ui, &fold) + button::width(ui, &copy) + space::S;
    let line = tr!("fix-of-done-in-the-order-of", done = done, all = all);
    let buttons = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        if button::secondary(ui, &fold).clicked() {
            out.push(Action::Fold(Fold::Plan, !open));
        }
        if button::secondary(ui, &copy).clicked() {
            out.push(Action::Copy(markdown(state, remedy), tr!("fix-plan")));
        }
    };
    card::page_head_beside(ui, tr!("word-fix"), line, width, buttons);
}

/// What a group of steps is for.
fn cause(ui: &mut Ui, state: &State, first: usize, group: &[remedy::Step]) {
    let palette = Palette::of(ui);
    let done = count_done(state, group);
    let id = group.first().map(|step| step.cause.as_str()).unwrap_or_default();
    let (words, tone) = if first == 0 {
        (tr!("fix-root-cause"), palette.failed)
    } else {
        (tr!("common-next-behind-it"), palette.attention)
    };
    Frame::new()
        .inner_margin(Margin::symmetric(20, 16))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_wrapped(|ui| {
                let _ = tag::tag(ui, words, tone);
                ui.add(Label::new(theme::heading(beside::cause_title(state, id))).wrap());
                ui.label(theme::detail(
                    ui,
                    tr!("common-of", some = done, all = group.len()),
                ));
            });
        });
}

/// Who does a step.
pub fn who(who: Who) -> String {
    match who {
        Who::Device => tr!("fix-at-the-copier"),
        Who::Tenant => tr!("fix-in-the-mail-service"),
        Who::Network => tr!("fix-in-the-network"),
        Who::Dns => tr!("fix-in-the-domains-dns"),
        Who::Server => tr!("fix-at-the-mail-server"),
        Who::Person => tr!("fix-somebody-who-decides"),
    }
}

/// One step: tick and title; below it, where it stands open, how, where, and the command.
fn one(
    ui: &mut Ui,
    state: &State,
    index: usize,
    next: Option<usize>,
    step: &remedy::Step,
    out: &mut Vec<Action>,
) {
    let whole = state.folds.get(&Fold::Plan).copied().unwrap_or_default();
    let open = state
        .folds
        .get(&Fold::Step(index))
        .copied()
        .unwrap_or(whole || next == Some(index));
    title(ui, state, index, open, step, out);
    if !open {
        return;
    }
    let margin = Margin {
        left: INDENT,
        right: 20,
        top: 0,
        bottom: 16,
    };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = space::S;
        if let Some(caution) = &step.caution {
            field::warning(ui, caution);
        }
        ui.add(Label::new(theme::text(&step.detail)).wrap().selectable(true));
        if let Some(place) = &step.place {
            copyable(ui, tr!("fix-where"), place, false, out);
        }
        if let Some(command) = &step.command {
            copyable(ui, tr!("fix-command"), command, true, out);
        }
        for entry in &step.enter {
            copyable(ui, entry.setting.clone(), &entry.value, true, out);
        }
        for (name, text) in [
            (tr!("fix-takes"), &step.takes),
            (tr!("fix-risk"), &step.risk),
            (tr!("fix-undo"), &step.undo),
        ] {
            if let Some(text) = text {
                card::fact_row(ui, name, text);
            }
        }
    });
}

/// The row that is always in sight. A click folds it.
fn title(ui: &mut Ui, state: &State, index: usize, open: bool, step: &remedy::Step, out: &mut Vec<Action>) {
    let palette = Palette::of(ui);
    let mut done = state.case.work.is_done(&step.key);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(
            egui::Role::DisclosureTriangle,
            true,
            open,
            tr!("fix-step", number = index + 1),
        )
    });
    if response.hovered() {
        ui.painter()
            .rect_filled(rect.shrink2(vec2(1.0, 0.0)), 0, palette.hover);
    }
    button::focus_ring(ui, rect.shrink(3.0), &response);
    let row = Rect::from_min_max(
        pos2(rect.left() + 20.0, rect.top()),
        pos2(rect.right() - 20.0, rect.bottom()),
    );
    let mut child = ui.new_child(
        UiBuilder::new()
            .max_rect(row)
            .layout(Layout::right_to_left(Align::Center)),
    );
    child.spacing_mut().item_spacing.x = space::S;
    chevron(&mut child, open);
    child.label(theme::detail(&child, who(step.who)));
    child.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let box_response = ui.checkbox(&mut done, "");
        let name = step.title.clone();
        box_response.widget_info(|| {
            WidgetInfo::selected(
                egui::Role::CheckBox,
                true,
                done,
                tr!("fix-done", name = name.as_str()),
            )
        });
        if box_response.changed() {
            out.push(Action::Done(step.key.clone(), index));
        }
        let words = theme::medium(&step.title);
        let words = if done { words.color(palette.muted) } else { words };
        ui.add(Label::new(words).truncate());
    });
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.clicked() {
        out.push(Action::Fold(Fold::Step(index), !open));
    }
}

/// Tells whether there is more, and whether it is in sight.
fn chevron(ui: &mut Ui, open: bool) {
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::hover());
    let stroke = egui::Stroke::new(1.5, Palette::of(ui).muted);
    let turn = if open { -1.0 } else { 1.0 };
    let at = |x: f32, y: f32| rect.center() + vec2(x, y * turn);
    let points = vec![at(-4.5, -2.0), at(0.0, 2.5), at(4.5, -2.0)];
    ui.painter().add(egui::Shape::line(points, stroke));
}

/// The plan as Markdown, with what is ticked.
pub fn markdown(state: &State, remedy: &Remedy) -> String {
    let mut lines = Vec::new();
    for (index, step) in remedy.steps.iter().enumerate() {
        let tick = if state.case.work.is_done(&step.key) {
            "x"
        } else {
            " "
        };
        lines.push(format!(
            "{}. [{tick}] {} ({}). {}",
            index + 1,
            step.title,
            who(step.who),
            step.detail
        ));
        lines.extend(step.place.iter().map(|place| format!("   - {place}")));
        if let Some(command) = &step.command {
            lines.push("   ```".to_owned());
            lines.extend(command.lines().map(|line| format!("   {line}")));
            lines.push("   ```".to_owned());
        }
    }
    if !remedy.verify.is_empty() {
        lines.push(format!("\n{}", remedy.verify));
    }
    lines.join("\n")
}
