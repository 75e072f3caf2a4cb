//! Practice: faults that the lab plays on this computer, to learn and to demonstrate.

use super::asked::Phase;
use crate::gate::Gate;
use crate::probe::Request;
use std::path::PathBuf;

/// What the lab's thread is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Tell all that can be played.
    List,
    /// Play a scenario, under a number of the asker's.
    Play(u64, String),
    /// End what is played under this number.
    End(u64),
}

/// A scenario that can be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Two to four sentences.
    pub story: String,
    /// The gate where its fault is; none where all is well or nothing is certain.
    pub gate: Option<Gate>,
}

/// A world that stands.
#[derive(Debug)]
pub struct Stage {
    /// The scenario.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Its story.
    pub story: String,
    /// What leads the probes there.
    pub request: Request,
    /// Where its evidence files are.
    pub folder: PathBuf,
    /// Only files are to be read.
    pub offline: bool,
}

/// What is being played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playing {
    /// The number under which it was asked for.
    pub number: u64,
    /// The scenario.
    pub id: String,
    /// A few words.
    pub title: String,
    /// Its story.
    pub story: String,
    /// Where its evidence files are.
    pub folder: PathBuf,
    /// Only files are to be read.
    pub offline: bool,
}

/// All that the wizard knows of the lab.
#[derive(Debug, Default)]
pub struct Practice {
    /// How far the list is.
    pub listed: Phase,
    /// What can be played.
    pub scenarios: Vec<Item>,
    /// Search in it.
    pub search: String,
    /// The scenario that is being set up.
    pub starting: Option<String>,
    /// What is played.
    pub playing: Option<Playing>,
    /// The last number given to a scenario.
    pub last: u64,
}

impl Practice {
    /// Goes over into the next case: the list stays, what was played does not.
    #[must_use]
    pub fn without_playing(&mut self) -> Self {
        Self {
            playing: None,
            starting: None,
            ..std::mem::take(self)
        }
    }

    /// The scenarios that hold every word of the search.
    pub fn found(&self) -> Vec<&Item> {
        let words: Vec<String> = self
            .search
            .to_lowercase()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        self.scenarios
            .iter()
            .filter(|item| {
                let text = format!("{} {} {}", item.id, item.title, item.story).to_lowercase();
                words.iter().all(|word| text.contains(word))
            })
            .collect()
    }
}
