//! A report as one self-contained page: its own style, no script, nothing from outside.

use super::brand::Brand;
use super::document::{Block, Document, Step, Table};
use super::escape::escape;
use super::send_path;
use crate::diagnose::GateState;
use base64::Engine as _;
use std::fmt::Write as _;

const STYLE: &str = include_str!("report.css");

/// Writes the page.
pub fn write(document: &Document, brand: &Brand) -> String {
    let title = escape(&document.title);
    let colours = brand.accent.map_or_else(String::new, |accent| {
        format!(
            ":root {{ --accent: {0} }}\n@media (prefers-color-scheme: dark) {{ :root {{ --accent: {1} }} }}\n\
             @media print {{ :root {{ --accent: {0} }} }}\n",
            accent.css(),
            accent.on_dark().css()
        )
    });
    let logo = brand.logo.as_ref().map_or_else(String::new, |logo| {
        format!(
            "<img class=\"logo\" alt=\"{}\" src=\"data:{};base64,{}\">\n",
            escape(brand.name.as_deref().unwrap_or("Logo")),
            logo.mime(),
            base64::engine::general_purpose::STANDARD.encode(&logo.bytes)
        )
    });
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"ScanMedic\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{colours}</style>\n</head>\n<body>\n<main>\n<header>\n{logo}\
         <p class=\"kind\">{}</p>\n<h1>{title}</h1>\n<dl>\n",
        escape(&document.kind)
    );
    for (name, value) in &document.facts {
        let _ = writeln!(
            out,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            escape(name),
            escape(value)
        );
    }
    out.push_str("</dl>\n</header>\n");
    for part in &document.blocks {
        block(&mut out, part);
    }
    let _ = write!(
        out,
        "</main>\n<footer>{}</footer>\n</body>\n</html>\n",
        escape(&document.foot)
    );
    out
}

fn block(out: &mut String, block: &Block) {
    let _ = match block {
        Block::Part(text) => writeln!(out, "<h1 class=\"part\">{}</h1>", escape(text)),
        Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escape(text)),
        Block::Text(text) => writeln!(out, "<p>{}</p>", escape(text)),
        Block::Note(text) => writeln!(out, "<p class=\"note\">{}</p>", escape(text)),
        Block::Callout { tone, label, text } => writeln!(
            out,
            "<div class=\"callout {}\"><p class=\"label\">{}</p><p>{}</p></div>",
            tone.id(),
            escape(label),
            escape(text)
        ),
        Block::Bullets(items) => list(out, "ul", items),
        Block::Numbers(items) => list(out, "ol", items),
        Block::Table(rows) => table(out, rows),
        Block::SendPath(gates) => figure(out, gates),
        Block::Steps(items) => steps(out, items),
        Block::Code { title, lines } => writeln!(
            out,
            "<p class=\"what\">{}</p>\n<pre class=\"long\">{}</pre>",
            escape(title),
            escape(&lines.join("\n"))
        ),
    };
}

fn list(out: &mut String, kind: &str, items: &[String]) -> std::fmt::Result {
    writeln!(out, "<{kind}>")?;
    for item in items {
        writeln!(out, "<li>{}</li>", escape(item))?;
    }
    writeln!(out, "</{kind}>")
}

fn table(out: &mut String, table: &Table) -> std::fmt::Result {
    out.push_str("<div class=\"wide\"><table>\n<colgroup>");
    for (_, share) in &table.columns {
        write!(out, "<col style=\"width:{:.0}%\">", share * 100.0)?;
    }
    out.push_str("</colgroup>\n<thead><tr>");
    for (name, _) in &table.columns {
        write!(out, "<th scope=\"col\">{}</th>", escape(name))?;
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for cells in &table.rows {
        out.push_str("<tr>");
        for cell in cells {
            write!(out, "<td>{}</td>", escape(cell))?;
        }
        out.push_str("</tr>\n");
    }
    writeln!(out, "</tbody></table></div>")
}

fn figure(out: &mut String, gates: &[GateState]) -> std::fmt::Result {
    writeln!(
        out,
        "<figure>\n<div class=\"wide\">{}</div>\n<figcaption>",
        send_path::svg(gates)
    )?;
    for mark in send_path::Mark::ALL {
        write!(
            out,
            "<span>{}{}</span>",
            send_path::legend_mark(mark),
            mark.title()
        )?;
    }
    writeln!(out, "</figcaption>\n</figure>")
}

fn steps(out: &mut String, steps: &[Step]) -> std::fmt::Result {
    writeln!(out, "<ol class=\"steps\">")?;
    for step in steps {
        write!(
            out,
            "<li{}><p class=\"what\">{}{} <span>{}</span></p>",
            if step.done == Some(true) {
                " class=\"done\""
            } else {
                ""
            },
            match step.done {
                Some(true) => "<span class=\"tick\">Done</span> ",
                Some(false) => "<span class=\"tick\">Open</span> ",
                None => "",
            },
            escape(&step.title),
            escape(&step.who)
        )?;
        if !step.detail.is_empty() {
            write!(out, "<p>{}</p>", escape(&step.detail))?;
        }
        if let Some(place) = &step.place {
            write!(out, "<p class=\"where\"><span>Where</span> {}</p>", escape(place))?;
        }
        pairs(out, "values", &step.enter)?;
        if let Some(command) = &step.command {
            write!(out, "<pre>{}</pre>", escape(command))?;
        }
        pairs(out, "notes", &step.notes)?;
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ol>")
}

/// Words and what belongs to them.
fn pairs(out: &mut String, class: &str, pairs: &[(String, String)]) -> std::fmt::Result {
    if pairs.is_empty() {
        return Ok(());
    }
    write!(out, "<dl class=\"{class}\">")?;
    for (name, value) in pairs {
        write!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value))?;
    }
    write!(out, "</dl>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banner_that_wants_to_be_a_script_is_only_text() {
        let hostile = "220 <script>alert('x')</script> \"onload=\"";
        let page = write(
            &Document {
                title: hostile.into(),
                kind: hostile.into(),
                facts: vec![(hostile.into(), hostile.into())],
                blocks: vec![Block::Text(hostile.into()), Block::Bullets(vec![hostile.into()])],
                foot: hostile.into(),
            },
            &Brand::default(),
        );
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("220 &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &quot;onload=&quot;"));
    }

    #[test]
    fn the_page_asks_for_nothing_from_outside() {
        for word in ["http:", "https:", "url(", "@import", "src=", "<link"] {
            assert!(!STYLE.contains(word), "{word}");
        }
    }
}
