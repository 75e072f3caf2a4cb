//! The house of whoever hands a report over: a name, a logo, a colour; checked before anything is drawn with them.

use krilla::image::Image;
use serde::Deserialize;
use std::path::Path;

/// Name, logo and colour.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Brand {
    /// Whose report it is.
    pub name: Option<String>,
    /// The picture at the head.
    pub logo: Option<Logo>,
    /// The colour of the line above the title.
    pub accent: Option<Colour>,
}

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its form.
    pub form: Form,
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// The forms of pictures that every format of a report can hold. SVG is left out: it can hold scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

/// Why a brand cannot be used; the text says what to change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BrandError {
    /// A file cannot be read.
    #[error("{file}: cannot be read: {problem}")]
    Read {
        /// File.
        file: String,
        /// What the system says.
        problem: String,
    },
    /// The settings are not as they should be.
    #[error(
        "{file}:{line}:{column}: {problem}; it holds (name: \"…\", accent: \"#1f5fbf\", logo: \"logo.png\")"
    )]
    Syntax {
        /// File.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// The colour is none.
    #[error("{0:?} is no colour; write it as #rrggbb")]
    Colour(String),
    /// The colour cannot be read on paper.
    #[error(
        "the colour {colour} has a contrast of {contrast}:1 on white, and 4.5:1 is needed to be read; choose a darker one"
    )]
    Pale {
        /// As given.
        colour: String,
        /// Its contrast, with one digit behind the point.
        contrast: String,
    },
    /// The logo cannot be used.
    #[error("{file}: {problem}")]
    Logo {
        /// File.
        file: String,
        /// What is wrong, and what is wanted.
        problem: String,
    },
}

/// A logo takes at most so many bytes, since it stands in every report.
const MOST_BYTES: u64 = 512 << 10;
/// Pixels of a side at most.
const MOST_PIXELS: u32 = 4000;
/// How many times wider than high a logo may be, or higher than wide.
const MOST_STRETCH: u32 = 10;

impl Brand {
    /// Reads the settings, a RON file; the logo is taken relative to it.
    pub fn load(path: &Path) -> Result<Self, BrandError> {
        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields, default)]
        struct Settings {
            name: Option<String>,
            accent: Option<String>,
            logo: Option<String>,
        }
        let file = path.display().to_string();
        let text = read(path).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|problem| BrandError::Read {
                file: file.clone(),
                problem: problem.to_string(),
            })
        })?;
        let settings: Settings = ron::Options::default()
            .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
            .from_str(&text)
            .map_err(|error| BrandError::Syntax {
                file,
                line: error.span.start.line,
                column: error.span.start.col,
                problem: error.code.to_string(),
            })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Ok(Self {
            name: settings.name.filter(|name| !name.trim().is_empty()),
            accent: settings.accent.as_deref().map(Colour::parse).transpose()?,
            logo: settings
                .logo
                .map(|logo| Logo::load(&folder.join(logo)))
                .transpose()?,
        })
    }
}

impl Colour {
    /// The colour out of `#rrggbb`, dark enough for white paper.
    pub fn parse(text: &str) -> Result<Self, BrandError> {
        let wrong = || BrandError::Colour(text.to_owned());
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.is_ascii())
            .ok_or_else(wrong)?;
        let part = |at: usize| {
            let pair = digits.get(at..at + 2).ok_or_else(wrong)?;
            u8::from_str_radix(pair, 16).map_err(|_| wrong())
        };
        let colour = Self(part(0)?, part(2)?, part(4)?);
        let contrast = colour.contrast(Self(255, 255, 255));
        if contrast < 4.5 {
            return Err(BrandError::Pale {
                colour: text.to_owned(),
                contrast: format!("{contrast:.1}"),
            });
        }
        Ok(colour)
    }

    /// As in style sheets.
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The same colour, light enough for the page's dark ground.
    #[must_use]
    pub fn on_dark(self) -> Self {
        let ground = Self(0x1c, 0x22, 0x2b);
        let mix = |part: u8, share: u16| {
            let value = u16::from(part) + (255 - u16::from(part)) * share / 20;
            u8::try_from(value).unwrap_or(u8::MAX)
        };
        (0..=20)
            .map(|share| Self(mix(self.0, share), mix(self.1, share), mix(self.2, share)))
            .find(|colour| colour.contrast(ground) >= 4.5)
            .unwrap_or(Self(255, 255, 255))
    }

    /// Contrast with another colour, 1 to 21 (WCAG 2.2, section 1.4.3).
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(self.0) + 0.7152 * part(self.1) + 0.0722 * part(self.2)
    }
}

impl Logo {
    /// Reads a picture and checks its form and size.
    pub fn load(path: &Path) -> Result<Self, BrandError> {
        let wrong = |problem: String| BrandError::Logo {
            file: path.display().to_string(),
            problem,
        };
        let bytes = read(path)?;
        let (form, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            (Form::Png, png_size(&bytes))
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            (Form::Jpeg, jpeg_size(&bytes))
        } else {
            return Err(wrong("a logo is a PNG or JPEG file".to_owned()));
        };
        let (width, height) = size.ok_or_else(|| wrong("the picture is damaged".to_owned()))?;
        if width == 0 || height == 0 || width > MOST_PIXELS || height > MOST_PIXELS {
            return Err(wrong(format!(
                "the picture has {width} x {height} pixels; 1 to {MOST_PIXELS} a side are taken"
            )));
        }
        if width > height * MOST_STRETCH || height > width * MOST_STRETCH {
            return Err(wrong(format!(
                "one side of the picture is more than {MOST_STRETCH} times the other"
            )));
        }
        let logo = Self {
            form,
            bytes,
            width,
            height,
        };
        logo.image().map_err(wrong)?;
        Ok(logo)
    }

    /// As a picture that a page can hold, or why it cannot be one.
    pub fn image(&self) -> Result<Image, String> {
        let data = self.bytes.clone().into();
        match self.form {
            Form::Png => Image::from_png(data, true),
            Form::Jpeg => Image::from_jpeg(data, true),
        }
        .map_err(|problem| format!("the picture cannot be read: {problem}"))
    }

    /// The type for web pages.
    pub const fn mime(&self) -> &'static str {
        match self.form {
            Form::Png => "image/png",
            Form::Jpeg => "image/jpeg",
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, BrandError> {
    let failed = |problem: String| BrandError::Read {
        file: path.display().to_string(),
        problem,
    };
    let length = std::fs::metadata(path)
        .map_err(|problem| failed(problem.to_string()))?
        .len();
    if length > MOST_BYTES {
        return Err(failed(format!(
            "it has {length} bytes; at most {MOST_BYTES} are taken"
        )));
    }
    std::fs::read(path).map_err(|problem| failed(problem.to_string()))
}

/// Width and height of the header chunk; the file must go on to its end chunk.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    (bytes.get(12..16)? == b"IHDR" && bytes.windows(4).any(|four| four == b"IEND")).then_some(())?;
    Some((number(16)?, number(20)?))
}

/// Width and height of the first frame header (ITU T.81, section B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        (*bytes.get(at)? == 0xff).then_some(())?;
        if (0xc0..=0xcf).contains(&marker) && ![0xc4, 0xc8, 0xcc].contains(&marker) {
            let pair = |at: usize| {
                Some(u32::from(u16::from_be_bytes(
                    bytes.get(at..at + 2)?.try_into().ok()?,
                )))
            };
            return Some((pair(at + 7)?, pair(at + 5)?));
        }
        let length = u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?);
        at += 2 + usize::from(length.max(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_its_contrast() {
        let error = Colour::parse("#ffcc00").unwrap_err().to_string();
        assert!(error.contains("1.5:1"), "{error}");
        assert_eq!(Colour::parse("#1f5fbf"), Ok(Colour(0x1f, 0x5f, 0xbf)));
        for wrong in ["1f5fbf", "#12345", "#12345g", "red", "#é1234"] {
            assert!(Colour::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn on_a_dark_page_every_colour_is_light_enough() {
        for colour in [Colour(0, 0, 0), Colour(0x1f, 0x5f, 0xbf), Colour(0x80, 0, 0)] {
            assert!(colour.on_dark().contrast(Colour(0x1c, 0x22, 0x2b)) >= 4.5);
        }
    }

    #[test]
    fn a_logo_is_a_whole_picture_of_a_known_form() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo.png");
        for (bytes, word) in [
            (b"<svg onload=alert(1)>".to_vec(), "PNG or JPEG"),
            (b"\x89PNG\r\n\x1a\n".to_vec(), "damaged"),
            (b"\xff\xd8\xff\xe0".to_vec(), "damaged"),
            (vec![b'x'; 600 << 10], "at most"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let error = Logo::load(&path).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn settings_with_an_unknown_field_are_named_with_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("brand.ron");
        std::fs::write(&path, "(\n  name: \"Copier Care\",\n  colour: \"#000000\",\n)").unwrap();
        let error = Brand::load(&path).unwrap_err().to_string();
        assert!(error.contains("brand.ron:3:"), "{error}");
        std::fs::write(&path, "(name: \"Copier Care\", accent: \"#0b5c3b\")").unwrap();
        assert_eq!(Brand::load(&path).unwrap().name.as_deref(), Some("Copier Care"));
    }
}
