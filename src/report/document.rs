//! What a report consists of, before it has a format: titles, paragraphs, tables, steps, the send path.

use crate::diagnose::GateState;
use serde::Serialize;
use std::cell::RefCell;

/// A report as a row of blocks; every format is drawn from the same one.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Title, for the first page and the file's description.
    pub title: String,
    /// The line above the title.
    pub kind: String,
    /// Names and dates under the title.
    pub facts: Vec<(String, String)>,
    /// The blocks in reading order.
    pub blocks: Vec<Block>,
    /// The line at the foot of every page.
    pub foot: String,
}

/// One part of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A part that begins on a page of its own.
    Part(String),
    /// A section's heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A quiet remark.
    Note(String),
    /// The sentence that matters, with a word above it.
    Callout {
        /// How it feels.
        tone: Tone,
        /// The word above.
        label: String,
        /// The sentence.
        text: String,
    },
    /// Points without order.
    Bullets(Vec<String>),
    /// Points in order.
    Numbers(Vec<String>),
    /// Rows of cells.
    Table(Table),
    /// Both lanes of the send path.
    SendPath(Vec<GateState>),
    /// What is to be done, in order.
    Steps(Vec<Step>),
    /// Lines as they were written, under a name.
    Code {
        /// The name.
        title: String,
        /// The lines.
        lines: Vec<String>,
    },
}

/// How a callout feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A fault.
    Fault,
    /// Something to look at.
    Attention,
    /// All well.
    Good,
}

impl Tone {
    /// The word in style sheets.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Attention => "attention",
            Self::Good => "good",
        }
    }
}

/// Rows of cells under headings.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Each column's heading and its share of the width.
    pub columns: Vec<(String, f32)>,
    /// The cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns and no rows yet.
    pub fn new(columns: &[(&str, f32)]) -> Self {
        let columns = columns
            .iter()
            .map(|(name, share)| ((*name).to_owned(), *share))
            .collect();
        Self {
            columns,
            rows: Vec::new(),
        }
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Whether it is ticked; nothing where no ticks are kept.
    pub done: Option<bool>,
    /// What.
    pub title: String,
    /// Who does it, or where.
    pub who: String,
    /// How.
    pub detail: String,
    /// Menu path or page.
    pub place: Option<String>,
    /// Settings and the values to enter.
    pub enter: Vec<(String, String)>,
    /// Commands, one a line.
    pub command: Option<String>,
    /// Risk, time, the way back: a word and a sentence.
    pub notes: Vec<(String, String)>,
}

impl Document {
    /// Shows every text of the report, names and dates under the title among them.
    pub fn each_text(&self, show: &mut impl FnMut(&str)) {
        let seen = RefCell::new(show);
        for (name, value) in &self.facts {
            (seen.borrow_mut())(name);
            (seen.borrow_mut())(value);
        }
        self.clone().change_texts(&|text| {
            (seen.borrow_mut())(text);
            text.to_owned()
        });
    }

    /// Passes every text through `change`; only whom the report is for and by stays as it was given.
    pub fn change_texts(&mut self, change: &impl Fn(&str) -> String) {
        let apply = |text: &mut String| *text = change(text);
        apply(&mut self.title);
        apply(&mut self.kind);
        apply(&mut self.foot);
        // The names under the title are those for whom and by whom the report is written.
        for block in &mut self.blocks {
            match block {
                Block::Part(text) | Block::Heading(text) | Block::Text(text) | Block::Note(text) => {
                    apply(text);
                }
                Block::Callout { text, .. } => apply(text),
                Block::Bullets(items) | Block::Numbers(items) => items.iter_mut().for_each(apply),
                Block::Table(table) => table.rows.iter_mut().flatten().for_each(apply),
                Block::SendPath(_) => {}
                Block::Steps(steps) => steps.iter_mut().for_each(|step| step.change_texts(&apply)),
                Block::Code { lines, .. } => {
                    // Together, because an answer to a prompt is known by the line before it.
                    let text = change(&lines.join("\n"));
                    *lines = text.lines().map(str::to_owned).collect();
                }
            }
        }
    }
}

impl Step {
    fn change_texts(&mut self, apply: &impl Fn(&mut String)) {
        apply(&mut self.title);
        apply(&mut self.detail);
        if let Some(place) = &mut self.place {
            apply(place);
        }
        if let Some(command) = &mut self.command {
            apply(command);
        }
        for (name, text) in self.enter.iter_mut().chain(&mut self.notes) {
            apply(name);
            apply(text);
        }
    }
}

/// A heading.
pub fn heading(out: &mut Vec<Block>, text: &str) {
    out.push(Block::Heading(text.to_owned()));
}

/// The kebab-case word that serde gives.
pub fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
