//! A list of any length: only the rows in sight exist, and its place is a row number, so that the
//! millionth row stands as still as the first.

use crate::gui::state::table::Scroll;
use crate::gui::theme::{self, Palette};
use egui::{CornerRadius, Key, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

/// Height of a row.
pub const ROW: f32 = 22.0;
/// Width of the scroll bar.
const BAR: f32 = 12.0;
/// Least length of its handle.
const HANDLE: f32 = 24.0;

/// Rows as a place.
#[expect(clippy::cast_precision_loss, reason = "no list has 2^52 rows")]
fn as_rows(count: u64) -> f64 {
    count as f64
}

/// A place as a row.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what is there"
)]
fn row_at(place: f64) -> u64 {
    place.max(0.0) as u64
}

/// The place at which a row stands in the middle of a list of this height.
pub fn centred(row: u64, height: f32) -> Scroll {
    Scroll {
        top: as_rows(row) - f64::from(height / ROW) / 2.0,
    }
}

/// A list's frame: its rows in sight, and the place of each.
#[derive(Debug)]
pub struct InSight {
    /// The first row in sight.
    pub first: u64,
    /// How many are.
    pub count: usize,
    /// The list's rectangle without the bar.
    pub rect: Rect,
    /// How far the first row reaches above it.
    above: f32,
    /// The whole list, for the keyboard.
    pub response: Response,
}

impl InSight {
    /// Where the nth row in sight is drawn.
    pub fn row(&self, index: usize) -> Rect {
        let index = f32::from(u16::try_from(index).unwrap_or(u16::MAX));
        let top = self.rect.top() + index * ROW - self.above;
        Rect::from_min_size(pos2(self.rect.left(), top), vec2(self.rect.width(), ROW))
    }
}

/// Allocates the list and moves it by wheel, bar and keyboard; the caller draws the rows.
pub fn frame(ui: &mut Ui, name: &str, scroll: &mut Scroll, total: u64, height: f32) -> InSight {
    let size = vec2(ui.available_width(), height);
    let (all, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::List, true, name));
    let page = f64::from(height / ROW);
    let most = (as_rows(total) - page).max(0.0);
    if response.hovered() {
        let wheel = ui.input_mut(|i| std::mem::take(&mut i.smooth_scroll_delta.y));
        scroll.top -= f64::from(wheel / ROW);
    }
    if response.has_focus() {
        let lock = egui::EventFilter {
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, lock));
        let hit = |key| ui.input(|i| i.key_pressed(key));
        for (key, rows) in [
            (Key::ArrowDown, 1.0),
            (Key::ArrowUp, -1.0),
            (Key::PageDown, page - 1.0),
            (Key::PageUp, 1.0 - page),
            (Key::Home, -as_rows(total)),
            (Key::End, as_rows(total)),
        ] {
            if hit(key) {
                scroll.top += rows;
            }
        }
    }
    let rect = Rect::from_min_max(all.min, pos2(all.right() - BAR, all.bottom()));
    if most > 0.0 {
        let track = Rect::from_min_max(pos2(rect.right(), all.top()), all.max);
        bar(ui, track, &response, scroll, page, most);
    }
    scroll.top = scroll.top.clamp(0.0, most);
    super::button::focus_ring(ui, all.shrink(2.0), &response);
    let first = row_at(scroll.top);
    let left = total.saturating_sub(first);
    let fits = usize::try_from(row_at(page)).unwrap_or(0) + 2;
    #[expect(clippy::cast_possible_truncation, reason = "a part of one row")]
    let above = ((scroll.top - as_rows(first)) as f32) * ROW;
    InSight {
        first,
        count: fits.min(usize::try_from(left).unwrap_or(usize::MAX)),
        rect,
        above,
        response,
    }
}

/// The scroll bar: a drag moves by share of the whole.
fn bar(ui: &Ui, track: Rect, list: &Response, scroll: &mut Scroll, page: f64, most: f64) {
    let response = ui.interact(track, list.id.with("bar"), Sense::click_and_drag());
    #[expect(clippy::cast_possible_truncation, reason = "a length on the screen")]
    let handle = ((page / (page + most)) as f32 * track.height()).clamp(HANDLE, track.height());
    let room = track.height() - handle;
    if let Some(at) = response.interact_pointer_pos() {
        let share = ((at.y - track.top() - handle / 2.0) / room.max(1.0)).clamp(0.0, 1.0);
        scroll.top = f64::from(share) * most;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a length on the screen")]
    let share = (scroll.top / most).clamp(0.0, 1.0) as f32;
    let top = track.top() + share * room;
    let palette = Palette::of(ui);
    let fill = if response.hovered() || response.dragged() {
        palette.muted
    } else {
        palette.edge
    };
    let rect = Rect::from_min_size(pos2(track.left() + 3.0, top), vec2(BAR - 6.0, handle));
    ui.painter().rect_filled(rect, CornerRadius::same(3), fill);
}

/// The ground of a row: marked, under the mouse, or plain. Returns whether it was clicked.
pub fn ground(ui: &Ui, list: &InSight, index: usize, name: &str, marked: bool) -> bool {
    let rect = list.row(index).intersect(list.rect);
    if rect.height() <= 1.0 {
        return false;
    }
    let id = list.response.id.with(list.first + index as u64);
    let response = ui.interact(rect, id, Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(egui::Role::ListItem, true, marked, name));
    let palette = Palette::of(ui);
    if marked {
        ui.painter()
            .rect_filled(rect, theme::RADIUS / 2, palette.accent.pale);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, theme::RADIUS / 2, palette.hover);
    }
    response.clicked()
}
