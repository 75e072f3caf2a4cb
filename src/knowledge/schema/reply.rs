//! Reply texts and panel codes.

use super::Mark;
use crate::evidence::Stage;
use serde::Deserialize;

/// The replies of one service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplySet {
    /// Provider id, server software, or `any`.
    pub service: String,
    /// Where the texts come from, unless an entry says otherwise.
    pub source: String,
    /// When they were last checked, `YYYY-MM-DD`.
    pub checked: String,
    /// The patterns.
    pub replies: Vec<ReplyPattern>,
}

impl ReplySet {
    /// The patterns, each with the set's service, source and date where it has none of its own.
    fn patterns(mut self) -> Vec<ReplyPattern> {
        for pattern in &mut self.replies {
            if pattern.service.is_empty() {
                pattern.service.clone_from(&self.service);
            }
            if pattern.source.is_empty() {
                pattern.source.clone_from(&self.source);
            }
            if pattern.checked.is_empty() {
                pattern.checked.clone_from(&self.checked);
            }
        }
        self.replies
    }

    /// As [`Self::patterns`].
    pub fn into_patterns(self) -> Vec<ReplyPattern> {
        self.patterns()
    }
}

/// A pattern of reply text. It matches where everything that is given holds; among several that
/// match, the most specific is taken (most matched letters, then enhanced code, then code, then step).
///
/// Fragments are compared after both sides are folded (`fold.rs`): case, punctuation and hyphens do
/// not count, addresses are left out, and a fragment begins where a word begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyPattern {
    /// Stable id, unique over all sets.
    pub id: String,
    /// Provider id or server software; the set's where left out.
    #[serde(default)]
    pub service: String,
    /// True where the words are only a frame or a consequence: any pattern that is not weak goes before.
    #[serde(default)]
    pub weak: bool,
    /// True where the words bring another server's reply along as their ground: they go before any sentence of that reply.
    #[serde(default)]
    pub quotes: bool,
    /// Reply codes, each three digits or a first digit with `xx`; any where empty. Where the text has only an enhanced
    /// code, its class stands for the first digit.
    #[serde(default)]
    pub code: Vec<String>,
    /// Enhanced codes, exact (`5.7.139`), a range of details (`5.7.606-649`) or by subject (`5.7`); any where empty.
    #[serde(default)]
    pub enhanced: Vec<String>,
    /// Text fragments, lower case, that must all stand in the text.
    #[serde(default)]
    pub all: Vec<String>,
    /// Text fragments, lower case, of which one must stand in the text.
    #[serde(default)]
    pub any: Vec<String>,
    /// Text fragments, lower case, of which one must stand in the text besides one of `any`: what is said of a thing,
    /// where `any` lists the names of the thing.
    #[serde(default)]
    pub with: Vec<String>,
    /// Text fragments, lower case, none of which may stand in the text.
    #[serde(default)]
    pub none: Vec<String>,
    /// Only at these stages, where the stage is known.
    #[serde(default)]
    pub stage: Vec<StageName>,
    /// The cause it means.
    pub cause: String,
    /// Other readings worth keeping.
    #[serde(default)]
    pub also: Vec<String>,
    /// How sure the reading is.
    #[serde(default)]
    pub mark: Mark,
    /// What it means, for a technician, where the cause's own text is not enough.
    #[serde(default)]
    pub note: String,
    /// A whole reply that must be read by this pattern, in our own or the server's words.
    pub example: String,
    /// Replies that must not be read by this pattern.
    #[serde(default)]
    pub not: Vec<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
    /// When it was last checked.
    #[serde(default)]
    pub checked: String,
}

/// A stage in knowledge files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageName {
    /// Greeting.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS.
    Starttls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// End of DATA.
    EndOfData,
    /// A later bounce.
    Later,
}

impl StageName {
    /// The stage of the dialogue.
    pub const fn stage(self) -> Stage {
        match self {
            Self::Greeting => Stage::Greeting,
            Self::Ehlo => Stage::Ehlo,
            Self::Starttls => Stage::StartTls,
            Self::Auth => Stage::Auth,
            Self::Mail => Stage::Mail,
            Self::Rcpt => Stage::Rcpt,
            Self::Data => Stage::Data,
            Self::EndOfData => Stage::EndOfData,
            Self::Later => Stage::Later,
        }
    }
}

/// Panel codes and messages of one vendor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// Maker.
    pub vendor: String,
    /// Other makers that use the same table.
    #[serde(default)]
    pub shared_with: Vec<String>,
    /// Where the table comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
    /// The codes.
    pub codes: Vec<PanelCode>,
}

/// One panel code or message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelCode {
    /// The code as shown (`#801`, `016-766`, `2C71`), or the message.
    pub code: String,
    /// What it means.
    pub meaning: String,
    /// The first thing to do.
    pub advice: String,
    /// Causes it can stand for, most likely first; empty where it is no mail fault.
    #[serde(default)]
    pub causes: Vec<String>,
    /// True where it only repeats the server's SMTP number.
    #[serde(default)]
    pub echoes_reply: bool,
    /// Conditions of the case under which it is read so, as in signs.
    #[serde(default)]
    pub when: Vec<String>,
    /// How sure the reading is.
    #[serde(default)]
    pub mark: Mark,
    /// Where it comes from, unless the table says it.
    #[serde(default)]
    pub source: String,
}
