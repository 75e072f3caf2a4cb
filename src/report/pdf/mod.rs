//! A report as pages to print: A4, embedded letters, titles and structure for readers who hear it.

mod blocks;
mod face;
mod figure;
mod order;
mod sheet;
mod shelf;
mod text;

use super::brand::{Brand, Colour, Logo};
use super::document::{Block, Document};
use jiff::civil::Date;
use krilla::geom::{Path, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::tagging::{Tag, TagKind};
use sheet::{BOTTOM, Element, Ink, Item, MARGIN, Stroked, TOP, WIDTH};
use std::collections::BTreeSet;
use text::{Letters, Weight};

/// The width of the text.
const MEASURE: f32 = WIDTH - 2.0 * MARGIN;

/// Makes the file.
pub fn write(document: &Document, brand: &Brand, date: Date) -> Result<Vec<u8>, String> {
    let letters = || Letters::embedded().ok_or("the embedded letters are damaged");
    let own = letters()?;
    let borrowed = shelf::of_system(&lacking(document, &own));
    if borrowed.is_empty() {
        return made(document, brand, date, &own);
    }
    // A font that cannot be written into the file costs its letters, not the report.
    made(document, brand, date, &own.with(&borrowed)).or_else(|_| made(document, brand, date, &letters()?))
}

/// The letters of a report that the embedded ones lack.
fn lacking(document: &Document, letters: &Letters<'_>) -> BTreeSet<char> {
    let mut all = BTreeSet::new();
    document.each_text(&mut |text| all.extend(letters.lacking(text)));
    all
}

/// Makes the file with these letters.
fn made(document: &Document, brand: &Brand, date: Date, letters: &Letters<'_>) -> Result<Vec<u8>, String> {
    let (pages, elements) = lay_out(document, brand, letters);
    let mut file = krilla::Document::new();
    sheet::draw(&mut file, pages, elements, &document.foot, letters);
    let whole = |value: i8| u8::try_from(value).unwrap_or(1);
    let day = DateTime::new(u16::try_from(date.year()).unwrap_or(0))
        .month(whole(date.month()))
        .day(whole(date.day()));
    file.set_metadata(
        Metadata::new()
            .title(document.title.clone())
            .description(document.kind.clone())
            .language("en".to_owned())
            .creator("ScanMedic".to_owned())
            .creation_date(day),
    );
    file.finish().map_err(|problem| format!("{problem:?}"))
}

/// Puts every block onto pages.
fn lay_out(document: &Document, brand: &Brand, letters: &Letters<'_>) -> (Vec<Vec<Item>>, Vec<Element>) {
    let mut flow = Flow {
        letters,
        accent: brand
            .accent
            .map_or(sheet::ACCENT, |Colour(red, green, blue)| (red, green, blue)),
        pages: vec![Vec::new()],
        elements: Vec::new(),
        y: TOP,
        element: None,
    };
    if let Some(logo) = &brand.logo {
        flow.logo(logo, brand.name.as_deref().unwrap_or("Logo"));
    }
    flow.title(document);
    let mut blocks = document.blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        match (block, blocks.peek()) {
            (Block::Heading(_), Some(_)) => {
                if let Some(next) = blocks.next() {
                    flow.together(block, next);
                }
            }
            _ => flow.block(block),
        }
    }
    if letters.left_out() {
        flow.paragraph(QUIET, UNWRITTEN);
    }
    (flow.pages, flow.elements)
}

/// What is said where neither the embedded letters nor this computer's fonts were enough.
const UNWRITTEN: &str = "Signs that the letters of this file do not have are written by their Unicode number, such as [U+5C71]. The web page form of this report shows them as they are.";

/// The room for a logo.
const LOGO: (f32, f32) = (130.0, 40.0);

/// A size with its line height and colour.
#[derive(Clone, Copy)]
struct Style {
    weight: Weight,
    size: f32,
    leading: f32,
    ink: Ink,
}

const BODY: Style = style(Weight::Regular, 10.0, 14.6, sheet::TEXT);
const QUIET: Style = style(Weight::Regular, 9.0, 13.2, sheet::MUTED);
const CELL: Style = style(Weight::Regular, 8.6, 12.0, sheet::TEXT);
const HEAD: Style = style(Weight::SemiBold, 8.4, 12.0, sheet::MUTED);

const fn style(weight: Weight, size: f32, leading: f32, ink: Ink) -> Style {
    Style {
        weight,
        size,
        leading,
        ink,
    }
}

/// The place where the next thing stands, and all that stands already.
struct Flow<'a> {
    letters: &'a Letters<'a>,
    accent: Ink,
    pages: Vec<Vec<Item>>,
    elements: Vec<Element>,
    y: f32,
    element: Option<usize>,
}

impl Flow<'_> {
    /// Does something inside a new element of the structure.
    fn within(&mut self, kind: impl Into<TagKind>, work: impl FnOnce(&mut Self)) {
        let around = self.element;
        self.elements.push(Element {
            kind: kind.into(),
            parent: around,
        });
        self.element = Some(self.elements.len() - 1);
        work(self);
        self.element = around;
    }

    /// A heading and what it is a heading of: it does not stand alone at the foot of a page.
    fn together(&mut self, heading: &Block, next: &Block) {
        let items = self.pages.last().map_or(0, Vec::len);
        let before = (self.pages.len(), items, self.elements.len(), self.y);
        self.block(heading);
        let (page, stands) = (self.pages.len(), self.pages.last().map_or(0, Vec::len));
        self.block(next);
        let alone =
            self.pages.len() > page && self.pages.get(page - 1).is_some_and(|one| one.len() == stands);
        if alone && before.3 > TOP {
            self.pages.truncate(before.0);
            if let Some(last) = self.pages.last_mut() {
                last.truncate(before.1);
            }
            self.elements.truncate(before.2);
            self.turn();
            self.block(heading);
            self.block(next);
        }
    }

    /// Begins a new page.
    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a new page where less than this is left.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    fn put(&mut self, drawn: Stroked, element: Option<usize>) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Item { drawn, element });
        }
    }

    /// A filled shape that is ornament.
    fn fill(&mut self, path: Option<Path>, ink: Ink) {
        if let Some(path) = path {
            self.put(Stroked::Filled(path, ink, 1.0), None);
        }
    }

    /// The logo in the right upper corner; the title keeps clear of it.
    fn logo(&mut self, logo: &Logo, name: &str) {
        let Ok(image) = logo.image() else { return };
        let side = |pixels: u32| u16::try_from(pixels).map_or(1.0, f32::from);
        let (wide, high) = (side(logo.width), side(logo.height));
        let scale = (LOGO.0 / wide).min(LOGO.1 / high);
        let (width, height) = (wide * scale, high * scale);
        let at = Point::from_xy(MARGIN + MEASURE - width, TOP - 20.0);
        self.within(Tag::Figure(Some(name.to_owned())), |flow| {
            flow.put(Stroked::Picture(image, at, width, height), flow.element);
        });
        self.y = self.y.max(TOP - 20.0 + height + 8.0);
    }

    /// A line from side to side.
    fn rule(&mut self) {
        if let Some(path) = figure::path(&[(MARGIN, self.y), (MARGIN + MEASURE, self.y)]) {
            self.put(Stroked::Outline(path, sheet::LINE, 0.7, Vec::new()), None);
        }
    }

    fn lines(&self, style: Style, width: f32, text: &str) -> Vec<text::Line> {
        self.letters.lines(style.weight, style.size, width, text)
    }

    /// Writes lines one below the other and turns pages as needed.
    fn write(&mut self, style: Style, x: f32, lines: Vec<text::Line>) {
        for line in lines {
            self.need(style.leading);
            self.write_line(style, x, self.y, line);
            self.y += style.leading;
        }
    }

    /// Writes one line into the line box that begins at `y`.
    fn write_line(&mut self, style: Style, x: f32, y: f32, line: text::Line) {
        if line.pieces.iter().all(|piece| piece.glyphs.is_empty()) {
            return;
        }
        let base = y + style.leading / 2.0 + style.size * 0.36;
        let at = Point::from_xy(x, base);
        self.put(
            Stroked::Text(line, style.weight, style.size, at, style.ink),
            self.element,
        );
    }

    /// A paragraph.
    fn paragraph(&mut self, style: Style, text: &str) {
        let lines = self.lines(style, MEASURE, text);
        // Two lines stay together at the foot of a page.
        self.need(style.leading * if lines.len() > 1 { 2.0 } else { 1.0 });
        self.within(Tag::P, |flow| flow.write(style, MARGIN, lines));
        self.y += 7.0;
    }
}

/// All that stands on the pages, line by line.
#[cfg(test)]
pub fn plain_text(document: &Document) -> String {
    let letters = Letters::embedded().unwrap();
    let (pages, _) = lay_out(document, &Brand::default(), &letters);
    let lines = pages.iter().flatten().filter_map(|item| match &item.drawn {
        Stroked::Text(line, ..) => Some(line.text()),
        _ => None,
    });
    // Names that are broken over lines are joined again.
    lines.collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::Table;

    #[test]
    fn a_heading_never_stands_alone_at_the_foot_of_a_page() {
        let callout = |lines: usize| Block::Callout {
            tone: crate::report::document::Tone::Good,
            label: "Status".into(),
            text: "A sentence that fills a line of the page and a bit of the next. ".repeat(lines),
        };
        for filler in 20..60 {
            let mut blocks = vec![Block::Text("Filler. ".repeat(filler * 12))];
            blocks.extend([Block::Heading("Only a heading".into()), callout(6)]);
            let document = Document {
                title: "T".into(),
                kind: "K".into(),
                facts: Vec::new(),
                blocks,
                foot: String::new(),
            };
            let (pages, _) = lay_out(&document, &Brand::default(), &Letters::embedded().unwrap());
            for page in &pages {
                let mut texts = page.iter().filter_map(|item| match &item.drawn {
                    Stroked::Text(line, ..) => Some(line.text()),
                    _ => None,
                });
                assert_ne!(texts.next_back().as_deref(), Some("Only a heading"), "{filler}");
            }
        }
    }

    #[test]
    fn a_table_that_is_longer_than_a_page_goes_on_to_the_next() {
        let mut table = Table::new(&[("A", 0.5), ("B", 0.5)]);
        table.rows = (0..200).map(|n| vec![n.to_string(), "x ".repeat(60)]).collect();
        let document = Document {
            title: "A long one".into(),
            kind: "Test".into(),
            facts: Vec::new(),
            blocks: vec![Block::Table(table)],
            foot: "Foot".into(),
        };
        let (pages, _) = lay_out(&document, &Brand::default(), &Letters::embedded().unwrap());
        assert!(pages.len() > 3, "{} pages", pages.len());
        let lowest = pages.iter().flatten().filter_map(|item| match &item.drawn {
            Stroked::Text(.., at, _) => Some(at.y),
            _ => None,
        });
        assert!(
            lowest.into_iter().all(|y| y <= BOTTOM),
            "a line runs into the foot"
        );
        assert!(
            write(&document, &Brand::default(), jiff::civil::date(2026, 11, 22))
                .unwrap()
                .starts_with(b"%PDF-")
        );
    }
}

#[cfg(test)]
#[path = "foreign_tests.rs"]
mod foreign_tests;
