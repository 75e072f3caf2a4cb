//! Looking something up in the evidence: which sheet is shown, what is looked for, what is marked.

use super::go;
use crate::gui::state::effect::Effect;
use crate::gui::state::table::{Opened, Scroll, file_of};
use crate::gui::state::{Screen, State, Step};
use crate::session::Rows;
use std::path::PathBuf;

/// Shows a file's rows, or all that is known.
pub fn sheet(state: &mut State, file: Option<PathBuf>) {
    let table = &mut state.table;
    table.problem = None;
    if file.is_none() || table.file != file {
        table.opened = None;
    }
    table.file.clone_from(&file);
    if let Some(path) = file
        && state.table.opened.is_none()
    {
        let whole = state.folder().join(&path);
        state.outbox.push(Effect::Rows(path, whole));
    }
}

/// A file's rows are open, or could not be opened. Those of a file that is no longer shown are dropped.
pub fn opened(state: &mut State, path: PathBuf, rows: Result<Rows, String>) {
    if state.table.file.as_ref() != Some(&path) {
        return;
    }
    match rows {
        Ok(rows) => {
            let wanted = state.table.wanted.take();
            if wanted.is_some() {
                widen(state);
            }
            state.table.opened = Some(Opened {
                path,
                rows,
                filter: crate::session::rows::Filter::default(),
                hits: None,
                scroll: Scroll::default(),
                marked: None,
                wanted,
            });
            find(state);
        }
        Err(problem) => state.table.problem = Some(problem),
    }
}

/// Begins to look for what is asked for now, in the file that is open.
pub fn find(state: &mut State) {
    let filter = state.table.filter();
    let Some(opened) = &mut state.table.opened else {
        return;
    };
    if opened.filter == filter {
        return;
    }
    opened.hits = (!filter.is_empty()).then(|| opened.rows.find(filter.clone()));
    opened.filter = filter;
    opened.scroll = Scroll::default();
}

/// Marks a row, or no more.
pub fn mark_row(state: &mut State, row: u64) {
    if let Some(opened) = &mut state.table.opened {
        opened.marked = (opened.marked != Some(row)).then_some(row);
    }
}

/// Goes to a piece of evidence.
pub fn show(state: &mut State, id: &str) {
    if state.screen != Screen::Step(Step::Evidence) {
        go(state, Step::Evidence);
        state.focus_first = false;
    }
    widen(state);
    sheet(state, None);
    state.table.marked = Some(id.to_owned());
    state.table.reveal = true;
}

/// Goes to the line of a file that a source names.
pub fn line(state: &mut State, source: &str) {
    let Some(path) = file_of(&state.case.files, source).cloned() else {
        return;
    };
    widen(state);
    find(state);
    match &mut state.table.opened {
        Some(opened) if opened.path == path => opened.wanted = Some(source.to_owned()),
        _ => {
            state.table.wanted = Some(source.to_owned());
            sheet(state, Some(path));
        }
    }
}

/// Looks for nothing in particular, so that what is gone to is in sight.
fn widen(state: &mut State) {
    state.table.search.clear();
    state.table.faults = false;
    state.table.gate = None;
    state.table.span = None;
}
