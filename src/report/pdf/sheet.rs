//! Pages as lists of things to draw, and their way into the file: ink, structure, page numbers.

use super::text::{Letters, Line, Weight};
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{Path, Point, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, TagGroup, TagKind, TagTree};

/// A4, in points.
pub const WIDTH: f32 = 595.28;
/// A4, in points.
pub const HEIGHT: f32 = 841.89;
/// Left and right of the text.
pub const MARGIN: f32 = 56.0;
/// Above the text.
pub const TOP: f32 = 56.0;
/// Where the text ends.
pub const BOTTOM: f32 = HEIGHT - 66.0;

/// Red, green, blue.
pub type Ink = (u8, u8, u8);

/// Running text.
pub const TEXT: Ink = (0x1b, 0x23, 0x30);
/// Quiet text.
pub const MUTED: Ink = (0x5b, 0x66, 0x76);
/// Lines.
pub const LINE: Ink = (0xdd, 0xe1, 0xe8);
/// The house's colour.
pub const ACCENT: Ink = (0x1f, 0x5f, 0xbf);

/// One thing to draw.
pub enum Stroked {
    /// A line of text with its left end and baseline, size and colour.
    Text(Line, Weight, f32, Point, Ink),
    /// A filled shape.
    Filled(Path, Ink, f32),
    /// A picture with its left upper corner, width and height.
    Picture(Image, Point, f32, f32),
    /// A drawn outline with its width and dashes.
    Outline(Path, Ink, f32, Vec<f32>),
}

/// A thing to draw, and the element of the structure that it belongs to; none for ornament.
pub struct Item {
    /// The thing.
    pub drawn: Stroked,
    /// Its element.
    pub element: Option<usize>,
}

/// An element of the structure: what it is, and in which other one it stands.
pub struct Element {
    /// What it is.
    pub kind: TagKind,
    /// The element around it.
    pub parent: Option<usize>,
}

/// Draws the pages, numbers them, and tells their structure.
pub fn draw(
    document: &mut Document,
    pages: Vec<Vec<Item>>,
    elements: Vec<Element>,
    foot: &str,
    letters: &Letters<'_>,
) {
    let total = pages.len();
    let mut nodes: Vec<Vec<Node>> = elements.iter().map(|_| Vec::new()).collect();
    for (number, items) in pages.into_iter().enumerate() {
        let Some(settings) = PageSettings::from_wh(WIDTH, HEIGHT) else {
            return;
        };
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for item in items {
            let tag = match (item.element, &item.drawn) {
                (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
                (Some(_), Stroked::Text(..)) => ContentTag::Span(SpanTag::empty()),
                (Some(_), _) => ContentTag::Other,
            };
            let id = surface.start_tagged(tag);
            ink(&mut surface, item.drawn, letters);
            surface.end_tagged();
            if let Some(held) = item.element.and_then(|element| nodes.get_mut(element)) {
                held.push(Node::Leaf(id));
            }
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        let right = letters.line(Weight::Regular, &format!("Page {} of {total}", number + 1));
        let x = WIDTH - MARGIN - right.width * 8.0;
        let y = HEIGHT - 36.0;
        for (left, y) in foot_lines(letters, foot, x - MARGIN - 24.0, y) {
            ink(
                &mut surface,
                Stroked::Text(left, Weight::Regular, 8.0, Point::from_xy(MARGIN, y), MUTED),
                letters,
            );
        }
        ink(
            &mut surface,
            Stroked::Text(right, Weight::Regular, 8.0, Point::from_xy(x, y), MUTED),
            letters,
        );
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(structure(elements, nodes));
}

/// The foot in two lines at most, the last on this baseline; it never runs into the page's number.
fn foot_lines(letters: &Letters<'_>, foot: &str, width: f32, y: f32) -> Vec<(Line, f32)> {
    let mut lines = letters.lines(Weight::Regular, 8.0, width, foot);
    lines.truncate(2);
    let above = if lines.len() > 1 { 10.0 } else { 0.0 };
    lines.into_iter().zip([y - above, y]).collect()
}

/// The structure's tree; an element always stands behind the one around it, so it is built from the end.
fn structure(elements: Vec<Element>, mut nodes: Vec<Vec<Node>>) -> TagTree {
    let mut roots: Vec<Node> = Vec::new();
    for (number, element) in elements.into_iter().enumerate().rev() {
        let mut held: Vec<Node> = nodes.get_mut(number).map(std::mem::take).unwrap_or_default();
        // Groups were put in from the end, leaves in reading order.
        let groups = held.iter().filter(|node| matches!(node, Node::Group(_))).count();
        if groups > 0 {
            let at = held.len() - groups;
            if let Some(tail) = held.get_mut(at..) {
                tail.reverse();
            }
        }
        if held.is_empty() {
            continue;
        }
        let group = Node::Group(TagGroup::with_children(element.kind, held));
        match element.parent.and_then(|parent| nodes.get_mut(parent)) {
            Some(parent) => parent.push(group),
            None => roots.push(group),
        }
    }
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for root in roots.into_iter().rev() {
        tree.push(root);
    }
    tree
}

fn ink(surface: &mut Surface<'_>, drawn: Stroked, letters: &Letters<'_>) {
    match drawn {
        Stroked::Text(line, weight, size, at, ink) => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(ink, 1.0)));
            let mut x = at.x;
            for piece in &line.pieces {
                let font = letters.font(piece.hand, weight);
                let at = Point::from_xy(x, at.y);
                surface.draw_glyphs(at, &piece.glyphs, font, &piece.text, size, false);
                x += piece.width * size;
            }
        }
        Stroked::Filled(path, ink, opacity) => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(ink, opacity)));
            surface.draw_path(&path);
        }
        Stroked::Picture(image, at, width, height) => {
            if let Some(size) = Size::from_wh(width, height) {
                surface.push_transform(&Transform::from_translate(at.x, at.y));
                surface.draw_image(image, size);
                surface.pop();
            }
        }
        Stroked::Outline(path, ink, width, dashes) => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: colour(ink).into(),
                width,
                line_cap: LineCap::Round,
                dash: (!dashes.is_empty()).then_some(StrokeDash {
                    array: dashes,
                    offset: 0.0,
                }),
                ..Stroke::default()
            }));
            surface.draw_path(&path);
        }
    }
}

fn colour((red, green, blue): Ink) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(ink: Ink, opacity: f32) -> Fill {
    Fill {
        paint: colour(ink).into(),
        opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
        rule: FillRule::default(),
    }
}
