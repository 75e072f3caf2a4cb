//! A file as it stands, line by line; a million of them scroll as well as ten.

use super::{cell, height, muted, sign};
use crate::gui::action::Action;
use crate::gui::state::State;
use crate::gui::state::table::Opened;
use crate::gui::text::{tr, words};
use crate::gui::theme::{self, Palette, space};
use crate::gui::widgets::icon::{Mark, icon};
use crate::gui::widgets::long_list::{self, InSight, ROW};
use crate::gui::widgets::{button, card, field};
use crate::session::rows::{Hits, Level, Row};
use egui::{Label, Rect, Ui, pos2};
use jiff::tz::TimeZone;

/// Below this width gate and time have no column.
const WIDE: f32 = 620.0;

/// Draws the rows of the file that is open.
pub fn show(ui: &mut Ui, state: &mut State, out: &mut Vec<Action>) {
    if let Some(problem) = &state.table.problem {
        field::failure(ui, problem);
        return;
    }
    let Some(opened) = &mut state.table.opened else {
        ui.label(theme::muted(ui, tr!("evidence-opening")));
        return;
    };
    let told = opened.rows.state();
    let total = told.rows;
    let found = opened.hits.as_ref().map(Hits::progress);
    let shown = found.map_or(total, |progress| progress.found);
    ui.horizontal(|ui| {
        let busy = !told.whole || found.is_some_and(|progress| !progress.done);
        if busy {
            icon(ui, Mark::Running, 8.0, tr!("word-running"));
        }
        let count = tr!("common-of", some = grouped(shown), all = grouped(total));
        ui.label(theme::detail(ui, format!("{} · {count}", told.format)));
    });
    if let Some(problem) = &told.problem {
        field::warning(ui, problem);
    }
    let height = height(ui, shown.max(8), ROW);
    go_to_wanted(opened, total, told.whole, height);
    let name = tr!("evidence-rows-of-a-file");
    let list = long_list::frame(ui, &name, &mut opened.scroll, shown, height);
    let (numbers, rows) = in_sight(opened, &list);
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(list.rect));
    inner.set_clip_rect(list.rect.intersect(ui.clip_rect()));
    let mut marked_row = None;
    for (index, (number, row)) in numbers.iter().zip(&rows).enumerate() {
        let marked = opened.marked == Some(*number);
        let text = row.as_ref().map_or("", |row| row.text.as_str());
        if long_list::ground(&inner, &list, index, text, marked) {
            out.push(Action::MarkRow(*number));
        }
        line(&inner, list.row(index), *number, row.as_ref());
        if marked {
            marked_row.clone_from(row);
        }
    }
    if let Some(row) = marked_row {
        whole(ui, &row, out);
    }
}

/// Numbers and contents of the rows in sight; what is not at hand yet is drawn empty.
fn in_sight(opened: &Opened, list: &InSight) -> (Vec<u64>, Vec<Option<Row>>) {
    if let Some(hits) = &opened.hits {
        let numbers = hits.numbers(list.first, list.count);
        let rows = opened.rows.view_of(&numbers);
        (numbers, rows)
    } else {
        let numbers = (list.first..list.first + list.count as u64).collect();
        (numbers, opened.rows.view(list.first, list.count))
    }
}

/// Goes to the line that was asked for, once it is among the rows that this picture shows: the list would
/// not scroll beyond those.
fn go_to_wanted(opened: &mut Opened, total: u64, whole: bool, height: f32) {
    let Some(source) = &opened.wanted else { return };
    if let Some(row) = opened.rows.row_of(source) {
        if row < total {
            opened.marked = Some(row);
            opened.scroll = long_list::centred(row, height);
            opened.wanted = None;
        }
    } else if whole {
        opened.wanted = None;
    }
}

/// One row: number, sign, time, gate, text.
fn line(ui: &Ui, rect: Rect, number: u64, row: Option<&Row>) {
    let mut left = rect.left() + space::XS;
    // A column of no width takes the rest.
    let mut column = |width: f32| {
        let end = if width > 0.0 {
            left + width - space::S
        } else {
            rect.right()
        };
        let all = Rect::from_min_max(pos2(left, rect.top()), pos2(end, rect.bottom()));
        left += width;
        all
    };
    cell(
        ui,
        column(76.0),
        &grouped(number + 1),
        theme::code_font(),
        muted(ui),
    );
    let Some(row) = row else { return };
    sign(
        ui,
        column(20.0),
        row.level == Level::Fault,
        row.level == Level::Good,
    );
    if rect.width() >= WIDE {
        let time = row.at.map(|at| {
            at.to_zoned(TimeZone::system())
                .strftime("%m-%d %H:%M:%S")
                .to_string()
        });
        cell(
            ui,
            column(104.0),
            &time.unwrap_or_default(),
            theme::detail_font(),
            muted(ui),
        );
        let gate = row.gate.map(words::gate).unwrap_or_default();
        cell(ui, column(84.0), &gate, theme::detail_font(), muted(ui));
    }
    let rest = column(0.0);
    let text = row.text.replace('\t', "  ");
    cell(ui, rest, &text, theme::code_font(), Palette::of(ui).text);
}

/// The marked row with all its words.
fn whole(ui: &mut Ui, row: &Row, out: &mut Vec<Action>) {
    ui.add_space(space::XS);
    card::line(ui);
    ui.label(theme::detail(
        ui,
        tr!("evidence-line", number = grouped(row.number + 1)),
    ));
    ui.add(Label::new(theme::code(&row.text)).wrap().selectable(true));
    if button::small(ui, tr!("fix-copy")).clicked() {
        out.push(Action::Copy(row.text.clone(), tr!("evidence-row")));
    }
}

/// A number with thin spaces between its thousands, as both languages may write it.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1 234 567");
    }
}
