//! A report as Markdown that tickets and wikis show well.

use super::document::{Block, Document, Table};
use super::send_path;
use std::fmt::Write as _;

/// Writes the document.
pub fn write(document: &Document) -> String {
    let mut out = format!(
        "# {}\n\n*{}*\n\n",
        escape(&document.title),
        escape(&document.kind)
    );
    for (name, value) in &document.facts {
        let _ = writeln!(out, "- {}: {}", escape(name), escape(value));
    }
    out.push('\n');
    for part in &document.blocks {
        block(&mut out, part);
    }
    let _ = writeln!(out, "---\n\n{}", escape(&document.foot));
    out
}

fn block(out: &mut String, block: &Block) {
    match block {
        Block::Part(text) => {
            let _ = writeln!(out, "# {}\n", escape(text));
        }
        Block::Heading(text) => {
            let _ = writeln!(out, "## {}\n", escape(text));
        }
        Block::Text(text) | Block::Note(text) => {
            let _ = writeln!(out, "{}\n", escape(text));
        }
        Block::Callout { label, text, .. } => {
            let _ = writeln!(out, "> **{}**\n>\n> {}\n", escape(label), escape(text));
        }
        Block::Bullets(items) => {
            for item in items {
                let _ = writeln!(out, "- {}", escape(item));
            }
            out.push('\n');
        }
        Block::Numbers(items) => {
            for (number, item) in items.iter().enumerate() {
                let _ = writeln!(out, "{}. {}", number + 1, escape(item));
            }
            out.push('\n');
        }
        Block::Table(rows) => table(out, rows),
        Block::SendPath(gates) => table(out, &send_path::as_table(gates)),
        Block::Steps(steps) => {
            for (number, step) in steps.iter().enumerate() {
                let _ = writeln!(
                    out,
                    "{}. {}**{}** ({})",
                    number + 1,
                    match step.done {
                        Some(true) => "[x] ",
                        Some(false) => "[ ] ",
                        None => "",
                    },
                    escape(&step.title),
                    escape(&step.who)
                );
                if !step.detail.is_empty() {
                    let _ = writeln!(out, "   {}", escape(&step.detail));
                }
                if let Some(place) = &step.place {
                    let _ = writeln!(out, "   Where: {}", escape(place));
                }
                for (setting, value) in &step.enter {
                    let _ = writeln!(out, "   - {}: {}", escape(setting), escape(value));
                }
                if let Some(command) = &step.command {
                    let _ = writeln!(out);
                    code(out, "   ", command.lines());
                }
                for (name, text) in &step.notes {
                    let _ = writeln!(out, "   - *{}:* {}", escape(name), escape(text));
                }
            }
            out.push('\n');
        }
        Block::Code { title, lines } => {
            let _ = writeln!(out, "**{}**\n", escape(title));
            code(out, "", lines.iter().map(String::as_str));
            out.push('\n');
        }
    }
}

/// Lines as they are, fenced.
fn code<'a>(out: &mut String, indent: &str, lines: impl Iterator<Item = &'a str>) {
    let _ = writeln!(out, "{indent}```text");
    for line in lines {
        let _ = writeln!(out, "{indent}{}", line.replace("```", "'''"));
    }
    let _ = writeln!(out, "{indent}```");
}

fn table(out: &mut String, table: &Table) {
    let row = |out: &mut String, cells: &mut dyn Iterator<Item = String>| {
        let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    };
    row(out, &mut table.columns.iter().map(|(name, _)| escape(name)));
    row(out, &mut table.columns.iter().map(|_| "---".to_owned()));
    for cells in &table.rows {
        row(out, &mut cells.iter().map(|cell| escape(cell)));
    }
    out.push('\n');
}

/// Foreign text as text: no markup, no HTML, no line breaks that end a table.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' | '\t' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_with_markup_in_it_stays_a_reply() {
        assert_eq!(
            escape("550 <b>*no* [x](http://e.test)|"),
            "550 &lt;b&gt;\\*no\\* \\[x\\](http://e.test)\\|"
        );
    }

    #[test]
    fn a_line_break_in_a_cell_does_not_end_the_row() {
        let mut rows = Table::new(&[("A", 0.5), ("B", 0.5)]);
        rows.rows.push(vec!["one\ntwo".into(), "three".into()]);
        let mut out = String::new();
        table(&mut out, &rows);
        assert!(out.contains("| one two | three |"), "{out}");
    }
}
