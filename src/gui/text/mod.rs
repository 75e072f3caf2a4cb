//! The wizard's words in one place: `assets/text/*.ftl`, one file a language, in Fluent's format.
//!
//! Fluent rather than a table of our own: plurals and word order belong to the language and not to
//! the code, and translators have tools for the format. What is no file's business stays as it is:
//! sentences of the knowledge, foreign text, names of protocols.
//!
//! Each thread speaks one language at a time ([`speak`]); [`draw`](super::draw) sets it before a
//! picture is drawn, so that a change shows at once.

pub mod words;

use crate::packed::{Packed, packed};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use std::cell::RefCell;

#[cfg(test)]
mod tests;

/// A language that the wizard can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Complete.
    #[default]
    English,
    /// The wizard's own words; sentences of the knowledge stay English.
    German,
    /// English with every word 40 % longer: it shows where a layout would break.
    Stretched,
}

impl Language {
    /// The languages that a person can choose.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its name, in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English | Self::Stretched => "English",
            Self::German => "Deutsch",
        }
    }

    /// Its tag after BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Stretched => "en-x-long",
        }
    }

    /// The language of this tag, or the one that a system's locale such as `de_AT.UTF-8` asks for.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split(['_', '-', '.', '@']).next()?;
        match language.to_ascii_lowercase().as_str() {
            _ if tag == Self::Stretched.tag() => Some(Self::Stretched),
            "en" => Some(Self::English),
            "de" => Some(Self::German),
            _ => None,
        }
    }
}

/// The texts of the wizard: English, which stands in where another language lacks one, and German.
const TEXTS: &[Packed] = packed!["text": "en.ftl", "de.ftl"];

type Bundle = FluentBundle<FluentResource>;

/// What a thread speaks.
struct Voice {
    language: Language,
    english: Bundle,
    german: Option<Bundle>,
}

thread_local! {
    static VOICE: RefCell<Voice> = RefCell::new(Voice {
        language: Language::English,
        english: bundle("en"),
        german: None,
    });
}

/// The file of a language's texts.
fn file(tag: &str) -> String {
    let named = |file: &&Packed| file.name.strip_suffix(".ftl") == Some(tag);
    TEXTS.iter().find(named).map(Packed::text).unwrap_or_default()
}

/// The texts of one language. What does not parse is left out; a test finds it.
fn bundle(tag: &str) -> Bundle {
    let mut bundle = Bundle::new(tag.parse().into_iter().collect());
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(file(tag)).unwrap_or_else(|(rest, _)| rest);
    bundle.add_resource_overriding(resource);
    bundle
}

/// From here on this thread speaks this language.
pub fn speak(language: Language) {
    VOICE.with_borrow_mut(|voice| {
        voice.language = language;
        if language == Language::German && voice.german.is_none() {
            voice.german = Some(bundle("de"));
        }
    });
}

/// The text of this name. A name without a text stands for itself.
pub fn tr(name: &str) -> String {
    say(name, None)
}

/// The text of this name with values filled in; [`tr!`](crate::tr) is shorter.
pub fn fill(name: &str, values: &[(&str, FluentValue<'_>)]) -> String {
    let mut args = FluentArgs::new();
    for (key, value) in values {
        args.set(*key, value.clone());
    }
    say(name, Some(&args))
}

/// Whether there is a text of this name.
fn knows(name: &str) -> bool {
    VOICE.with_borrow(|voice| voice.english.has_message(name))
}

/// Looks the text up, in English where the language lacks it.
fn say(name: &str, args: Option<&FluentArgs<'_>>) -> String {
    VOICE.with_borrow(|voice| {
        let first = match voice.language {
            Language::German => voice.german.as_ref(),
            Language::English | Language::Stretched => None,
        };
        let text = first
            .and_then(|bundle| look_up(bundle, name, args))
            .or_else(|| look_up(&voice.english, name, args))
            .unwrap_or_else(|| name.to_owned());
        if voice.language == Language::Stretched {
            stretched(&text)
        } else {
            text
        }
    })
}

/// The text in one language.
fn look_up(bundle: &Bundle, name: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
    let pattern = bundle.get_message(name)?.value()?;
    let mut problems = Vec::new();
    Some(bundle.format_pattern(pattern, args, &mut problems).into_owned())
}

/// Each word 40 % longer, by its own letters, so that there is no new place to break a line.
fn stretched(text: &str) -> String {
    let longer = |word: &str| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let more = word
            .chars()
            .filter(|c| c.is_alphabetic())
            .take((letters * 2).div_ceil(5));
        word.chars().chain(more).collect::<String>()
    };
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            longer(bare) + word.strip_prefix(bare).unwrap_or_default()
        })
        .collect()
}

/// The text of a name, with values: `tr!("probes-progress", over = 3, all = 10)`.
#[macro_export]
macro_rules! tr {
    ($name:expr) => { $crate::gui::text::tr($name) };
    ($name:expr, $($key:ident = $value:expr),+ $(,)?) => {
        $crate::gui::text::fill($name, &[$((stringify!($key), $value.into())),+])
    };
}
pub use crate::tr;
