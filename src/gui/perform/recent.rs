//! Cases of late, and the case that was never saved.

use crate::case::Case;
use crate::gui::state::State;
use crate::gui::state::effect::Effect;
use std::path::{Path, PathBuf};

/// Cases that are remembered.
const MOST: usize = 5;

/// Puts a case's file first in the list.
pub fn note(state: &mut State, path: &Path) {
    state.recent.retain(|known| known != path);
    state.recent.insert(0, path.to_owned());
    state.recent.truncate(MOST);
}

/// The list as one text, to be kept.
pub fn to_text(recent: &[PathBuf]) -> String {
    let lines: Vec<_> = recent.iter().map(|path| path.to_string_lossy()).collect();
    lines.join("\n")
}

/// The list out of its text.
pub fn from_text(text: &str) -> Vec<PathBuf> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(PathBuf::from).take(MOST).collect()
}

/// Goes on with the case that was put aside, or throws it away. It is still in no file.
pub fn rescue(state: &mut State, wanted: bool) {
    let Some(case) = state.rescued.take() else { return };
    if wanted {
        state.set_case(*case, None);
        state.stored = Case::default();
    } else {
        state.outbox.push(Effect::Aside(None));
    }
}

/// Puts a changed case that has no file aside, and clears that away once it is not needed.
/// A case that is offered on the start screen is left alone until it is decided on.
pub fn put_aside(state: &mut State) {
    if state.rescued.is_some() && state.aside.is_none() && !unsaved(state) {
        return;
    }
    if unsaved(state) {
        if state.aside.as_deref() != Some(&state.case) {
            state.aside = Some(Box::new(state.case.clone()));
            state.outbox.push(Effect::Aside(state.aside.clone()));
        }
    } else if state.aside.take().is_some() {
        state.outbox.push(Effect::Aside(None));
    }
}

/// Whether the case would be lost with the program.
pub fn unsaved(state: &State) -> bool {
    state.path.is_none() && state.dirty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use std::sync::Arc;

    #[test]
    fn the_last_case_stands_first_and_the_list_survives_as_text() {
        let mut state = State::new(Arc::new(Knowledge::default()));
        for name in ["a", "b", "c", "a", "d", "e", "f"] {
            note(&mut state, Path::new(name));
        }
        let text = to_text(&state.recent);
        assert_eq!(text, "f\ne\nd\na\nc");
        assert_eq!(from_text(&text), state.recent);
    }

    #[test]
    fn a_case_without_a_file_is_put_aside_once_and_cleared_away_when_it_has_one() {
        let mut state = State::new(Arc::new(Knowledge::default()));
        put_aside(&mut state);
        assert!(state.outbox.is_empty());
        state.case.title = "Front office".into();
        put_aside(&mut state);
        put_aside(&mut state);
        assert!(matches!(state.outbox.as_slice(), [Effect::Aside(Some(_))]));
        state.path = Some("front.case.ron".into());
        put_aside(&mut state);
        assert!(matches!(state.outbox.as_slice(), [_, Effect::Aside(None)]));
    }

    #[test]
    fn a_rescued_case_counts_as_unsaved() {
        let mut state = State::new(Arc::new(Knowledge::default()));
        let case = Case {
            title: "Front office".into(),
            ..Case::default()
        };
        state.rescued = Some(Box::new(case));
        rescue(&mut state, true);
        assert!(unsaved(&state) && state.rescued.is_none());
    }
}
