//! Each kind of block on paper.

use super::sheet::{self, Ink, MARGIN};
use super::text::Weight;
use super::{BODY, CELL, Flow, HEAD, MEASURE, QUIET, Style, figure, style};
use crate::diagnose::GateState;
use crate::report::document::{Block, Document, Step, Table, Tone};
use crate::report::send_path;
use krilla::tagging::{ListNumbering, TableHeaderScope, Tag};
use std::num::NonZeroU16;

/// Lines of one cell; a foreign text that is longer is cut.
const CELL_LINES: usize = 30;

impl Flow<'_> {
    /// The head of the first page.
    pub(super) fn title(&mut self, document: &Document) {
        let kind = style(Weight::SemiBold, 9.0, 14.0, self.accent);
        let lines = self.lines(kind, MEASURE, &document.kind);
        self.within(Tag::P, |flow| flow.write(kind, MARGIN, lines));
        self.heading(
            1,
            style(Weight::SemiBold, 18.5, 25.0, sheet::TEXT),
            &document.title,
        );
        self.y += 4.0;
        let label = style(Weight::Regular, 8.4, 12.0, sheet::MUTED);
        let value = style(Weight::Medium, 9.6, 14.0, sheet::TEXT);
        let columns = send_path::as_f32(document.facts.len().max(1));
        let width = (MEASURE / columns).min(150.0);
        let top = self.y;
        let mut lowest = top;
        for (number, (name, text)) in document.facts.iter().enumerate() {
            let x = MARGIN + width * send_path::as_f32(number);
            self.y = top;
            let names = self.lines(label, width - 12.0, name);
            let texts = self.lines(value, width - 12.0, text);
            self.within(Tag::P, |flow| {
                flow.write(label, x, names);
                flow.write(value, x, texts);
            });
            lowest = lowest.max(self.y);
        }
        self.y = lowest + 10.0;
        self.rule();
        self.y += 14.0;
    }

    /// One block.
    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Part(text) => {
                self.turn();
                self.heading(1, style(Weight::SemiBold, 18.0, 24.0, sheet::TEXT), text);
                self.y += 8.0;
            }
            Block::Heading(text) => {
                self.need(64.0);
                if self.y > sheet::TOP {
                    self.y += 5.0;
                }
                self.heading(2, style(Weight::SemiBold, 12.0, 17.0, sheet::TEXT), text);
                self.y += 2.0;
            }
            Block::Text(text) => self.paragraph(BODY, text),
            Block::Note(text) => self.paragraph(QUIET, text),
            Block::Callout { tone, label, text } => self.callout(*tone, label, text),
            Block::Bullets(items) => self.list(items, ListNumbering::Disc, |_| "•".to_owned()),
            Block::Numbers(items) => self.list(items, ListNumbering::Decimal, |number| format!("{number}.")),
            Block::Table(table) => self.table(table),
            Block::SendPath(gates) => self.send_path(gates),
            Block::Steps(steps) => self.steps(steps),
            Block::Code { title, lines } => self.code(title, lines),
        }
    }

    /// Lines as they were written.
    fn code(&mut self, title: &str, text: &[String]) {
        let head = style(Weight::SemiBold, 9.4, 14.0, sheet::TEXT);
        let small = style(Weight::Regular, 7.8, 10.8, sheet::TEXT);
        self.need(head.leading + small.leading * 3.0);
        let titles = self.lines(head, MEASURE, title);
        self.within(Tag::P, |flow| flow.write(head, MARGIN, titles));
        self.within(Tag::Code, |flow| {
            for line in text {
                let lines = flow.lines(small, MEASURE - 8.0, line);
                flow.write(small, MARGIN + 8.0, lines);
            }
        });
        self.y += 6.0;
    }

    /// Words and what belongs to them, in two columns.
    fn pairs(&mut self, pairs: &[(String, String)], left: f32, width: f32) {
        let name = style(Weight::SemiBold, 8.6, 12.4, sheet::MUTED);
        let value = style(Weight::Regular, 8.8, 12.4, sheet::TEXT);
        let first = 118.0;
        for (word, text) in pairs {
            let words = self.lines(name, first - 8.0, word);
            let texts = self.lines(value, width - first, text);
            let high = name.leading * send_path::as_f32(words.len().max(texts.len()).min(4));
            self.need(high);
            let (top, page) = (self.y, self.pages.len());
            self.write(name, left, words);
            let below = self.y;
            if self.pages.len() == page {
                self.y = top;
            }
            self.write(value, left + first, texts);
            self.y = if self.pages.len() == page {
                self.y.max(below)
            } else {
                self.y
            };
        }
    }

    fn heading(&mut self, level: u16, style: Style, text: &str) {
        let lines = self.lines(style, MEASURE, text);
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.within(Tag::Hn(level, Some(text.to_owned())), |flow| {
            flow.write(style, MARGIN, lines);
        });
    }

    fn callout(&mut self, tone: Tone, label: &str, text: &str) {
        let (strong, pale): (Ink, Ink) = match tone {
            Tone::Fault => ((0xb3, 0x26, 0x1e), (0xfb, 0xec, 0xea)),
            Tone::Attention => ((0x8a, 0x5a, 0x00), (0xfa, 0xf2, 0xe1)),
            Tone::Good => ((0x1e, 0x7f, 0x4f), (0xe8, 0xf4, 0xed)),
        };
        let head = style(Weight::SemiBold, 8.8, 13.0, strong);
        let body = match tone {
            Tone::Attention => BODY,
            Tone::Fault | Tone::Good => style(Weight::Medium, 11.4, 16.0, sheet::TEXT),
        };
        let labels = self.lines(head, MEASURE - 32.0, label);
        let texts = self.lines(body, MEASURE - 32.0, text);
        let height = head.leading * send_path::as_f32(labels.len())
            + body.leading * send_path::as_f32(texts.len())
            + 20.0;
        self.need(height);
        self.fill(figure::rectangle(MARGIN, self.y, MEASURE, height), pale);
        self.fill(figure::rectangle(MARGIN, self.y, 3.0, height), strong);
        let bottom = self.y + height;
        self.y += 9.0;
        self.within(Tag::P, |flow| {
            flow.write(head, MARGIN + 16.0, labels);
            flow.write(body, MARGIN + 16.0, texts);
        });
        self.y = bottom + 10.0;
    }

    fn list(&mut self, items: &[String], numbering: ListNumbering, sign: impl Fn(usize) -> String) {
        self.within(Tag::L(numbering), |flow| {
            for (number, item) in items.iter().enumerate() {
                let lines = flow.lines(BODY, MEASURE - 18.0, item);
                flow.need(BODY.leading * send_path::as_f32(lines.len().min(2)));
                flow.within(Tag::LI, |flow| {
                    let mark = flow.letters.line(BODY.weight, &sign(number + 1));
                    flow.within(Tag::Lbl, |flow| flow.write_line(BODY, MARGIN + 2.0, flow.y, mark));
                    flow.within(Tag::LBody, |flow| flow.write(BODY, MARGIN + 18.0, lines));
                });
                flow.y += 3.0;
            }
        });
        self.y += 5.0;
    }

    fn table(&mut self, table: &Table) {
        self.within(Tag::Table, |flow| {
            // The head does not stand alone at the foot of a page.
            let first = table
                .rows
                .first()
                .map_or(0.0, |cells| flow.row_height(table, cells));
            flow.need(HEAD.leading + 4.0 + first.min(sheet::BOTTOM - sheet::TOP - 60.0));
            flow.table_head(table, true);
            for cells in &table.rows {
                flow.table_row(table, cells);
            }
        });
        self.y += 10.0;
    }

    /// The columns' headings; repeated on a new page they are ornament.
    fn table_head(&mut self, table: &Table, first: bool) {
        self.need(HEAD.leading + 40.0);
        let top = self.y;
        let around = self.element;
        let draw = |flow: &mut Self| {
            let mut x = MARGIN;
            for (name, share) in &table.columns {
                let line = flow.letters.line(HEAD.weight, name);
                if first {
                    flow.within(Tag::TH(TableHeaderScope::Column), |flow| {
                        flow.write_line(HEAD, x, top, line);
                    });
                } else {
                    flow.element = None;
                    flow.write_line(HEAD, x, top, line);
                }
                x += MEASURE * share;
            }
        };
        if first {
            self.within(Tag::TR, draw);
        } else {
            draw(self);
        }
        self.element = around;
        self.y = top + HEAD.leading + 3.0;
        self.rule();
        self.y += 1.0;
    }

    /// The height that a row takes.
    fn row_height(&self, table: &Table, cells: &[String]) -> f32 {
        let lines = |(share, cell): (f32, &String)| self.lines(CELL, MEASURE * share - 10.0, cell).len();
        let columns = table.columns.iter().map(|(_, share)| *share);
        let most = columns
            .zip(cells)
            .map(lines)
            .max()
            .unwrap_or(0)
            .clamp(1, CELL_LINES + 1);
        CELL.leading * send_path::as_f32(most) + 7.0
    }

    fn table_row(&mut self, table: &Table, cells: &[String]) {
        let texts: Vec<Vec<super::text::Line>> = table
            .columns
            .iter()
            .zip(cells)
            .map(|((_, share), cell)| {
                let mut lines = self.lines(CELL, MEASURE * share - 10.0, cell);
                if lines.len() > CELL_LINES {
                    lines.truncate(CELL_LINES);
                    lines.push(self.letters.line(CELL.weight, "…"));
                }
                lines
            })
            .collect();
        let most = texts.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let height = CELL.leading * send_path::as_f32(most) + 7.0;
        if self.y + height > sheet::BOTTOM {
            self.turn();
            self.table_head(table, false);
        }
        let top = self.y + 3.5;
        self.within(Tag::TR, |flow| {
            let mut x = MARGIN;
            for ((_, share), lines) in table.columns.iter().zip(texts) {
                flow.within(Tag::TD, |flow| {
                    for (number, line) in lines.into_iter().enumerate() {
                        flow.write_line(CELL, x, top + CELL.leading * send_path::as_f32(number), line);
                    }
                });
                x += MEASURE * share;
            }
        });
        self.y += height;
        self.rule();
    }

    fn send_path(&mut self, gates: &[GateState]) {
        self.need(figure::HEIGHT);
        let strokes = figure::strokes(gates, MARGIN, self.y, MEASURE, self.letters);
        self.within(Tag::Figure(Some(send_path::in_words(gates))), |flow| {
            for stroke in strokes {
                flow.put(stroke, flow.element);
            }
        });
        self.y += figure::HEIGHT;
    }

    fn steps(&mut self, steps: &[Step]) {
        let title = style(Weight::SemiBold, 10.0, 14.6, sheet::TEXT);
        let detail = style(Weight::Regular, 9.4, 13.4, sheet::TEXT);
        let command = style(Weight::Regular, 8.8, 12.8, sheet::TEXT);
        let left = MARGIN + 22.0;
        let width = MEASURE - 22.0;
        self.within(Tag::L(ListNumbering::Decimal), |flow| {
            for (number, step) in steps.iter().enumerate() {
                let titles = flow.lines(
                    title,
                    width,
                    &match step.done {
                        Some(true) => format!("[Done] {}", step.title),
                        Some(false) => format!("[Open] {}", step.title),
                        None => step.title.clone(),
                    },
                );
                let who = flow.letters.line(QUIET.weight, &step.who);
                let last = titles.last().map_or(0.0, |line| line.width * title.size) + 10.0;
                flow.need(title.leading + detail.leading * 2.0);
                flow.within(Tag::LI, |flow| {
                    let mark = flow.letters.line(title.weight, &format!("{}.", number + 1));
                    flow.within(Tag::Lbl, |flow| flow.write_line(title, MARGIN, flow.y, mark));
                    flow.within(Tag::LBody, |flow| {
                        flow.write(title, left, titles);
                        if last + who.width * 8.4 < width {
                            let quiet = style(Weight::Regular, 8.4, title.leading, sheet::MUTED);
                            flow.write_line(quiet, left + last, flow.y - title.leading, who);
                        }
                        if !step.detail.is_empty() {
                            let lines = flow.lines(detail, width, &step.detail);
                            flow.write(detail, left, lines);
                        }
                        if let Some(place) = &step.place {
                            let lines = flow.lines(QUIET, width, &format!("Where: {place}"));
                            flow.write(QUIET, left, lines);
                        }
                        if !step.enter.is_empty() {
                            flow.y += 2.0;
                            flow.pairs(&step.enter, left + 10.0, width - 10.0);
                            flow.y += 2.0;
                        }
                        if let Some(text) = &step.command {
                            let lines = flow.lines(command, width - 20.0, text);
                            let height = command.leading * send_path::as_f32(lines.len()) + 10.0;
                            flow.need(height + 4.0);
                            flow.y += 3.0;
                            flow.fill(figure::rectangle(left, flow.y, width, height), (0xf1, 0xf3, 0xf6));
                            flow.y += 5.0;
                            flow.write(command, left + 10.0, lines);
                            flow.y += 5.0;
                        }
                        flow.pairs(&step.notes, left, width);
                    });
                });
                flow.y += 7.0;
            }
        });
    }
}
