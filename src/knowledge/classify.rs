//! What a reply means: the sentence decides, then the enhanced code, then the reply code.

use super::fold::{codes_of, fold};
use super::index::Index;
use super::schema::{Mark, ReplyPattern};
use super::{Knowledge, causes};
use crate::certainty::Certainty;
use crate::evidence::Stage;
use crate::wire::reply::{Enhanced, Reply};
use std::cmp::Reverse;

/// A text, read by the pattern that fits it best.
#[derive(Debug, Clone)]
pub struct Reading<'k> {
    /// The pattern.
    pub pattern: &'k ReplyPattern,
    /// Reply code found in the text.
    pub code: Option<u16>,
    /// Enhanced code found in the text.
    pub enhanced: Option<Enhanced>,
    /// How sure the reading is.
    pub certainty: Certainty,
    /// How well the pattern fits; greater is better.
    pub score: Score,
}

/// How well a pattern fits a text. Fields are compared in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// What the match rests on.
    pub rank: Rank,
    /// Letters of the fragments that were found.
    pub letters: usize,
    /// 2 for an exact enhanced code, 1 for a subject or a range.
    pub enhanced: u8,
    /// 2 for an exact reply code, 1 for a class such as `5xx`.
    pub code: u8,
    /// Whether the pattern names the step at which the text was said.
    pub stage: bool,
    /// Whether the pattern is of the service that was asked about.
    pub service: bool,
    /// How sure the entry is, so that the better source wins a tie.
    pub certainty: Certainty,
}

/// What a match rests on, from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The reply code or the enhanced code alone.
    Code,
    /// Words that frame a reason or follow from another failure.
    Weak,
    /// Words that state the reason.
    Sentence,
    /// Words that state the reason and quote another server's reply as their ground.
    Quoting,
}

impl Mark {
    /// The most that may be said on the strength of an entry with this mark.
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::Confirmed => Certainty::Confirmed,
            Self::Reported => Certainty::Likely,
            Self::Inferred | Self::Unknown => Certainty::Possible,
        }
    }
}

impl Knowledge {
    /// Reads a reply line, a reply of several lines or a log line; `None` where nothing fits.
    ///
    /// `service` is a provider id or server software; its own patterns win a tie.
    pub fn read_reply(&self, text: &str, stage: Option<Stage>, service: Option<&str>) -> Option<Reading<'_>> {
        let (code, enhanced) = codes_of(text);
        self.read_parts(text, code, enhanced, stage, service)
    }

    /// As [`Self::read_reply`], for a reply that came over the wire.
    pub fn read(&self, reply: &Reply, stage: Option<Stage>, service: Option<&str>) -> Option<Reading<'_>> {
        self.read_parts(&reply.text(), Some(reply.code), reply.enhanced, stage, service)
    }

    /// The best reading of a text whose codes are known.
    fn read_parts(
        &self,
        text: &str,
        code: Option<u16>,
        enhanced: Option<Enhanced>,
        stage: Option<Stage>,
        service: Option<&str>,
    ) -> Option<Reading<'_>> {
        let index = self.index.get_or_init(|| Index::new(&self.replies));
        let mut fitting: Vec<(Reverse<Score>, usize, &ReplyPattern)> = index
            .matches(&fold(text))
            .into_iter()
            .filter_map(|(at, letters)| {
                let pattern = self.replies.get(at)?;
                let score = score(pattern, letters, code, enhanced, stage, service)?;
                Some((Reverse(score), at, pattern))
            })
            .collect();
        fitting.sort_unstable_by_key(|(score, at, _)| (*score, *at));
        let &(Reverse(score), _, pattern) = fitting.first()?;
        // A sentence that several entries read alike is as sure as the best source among them.
        let alike = fitting
            .iter()
            .filter(|(Reverse(other), _, entry)| other.rank >= Rank::Sentence && entry.cause == pattern.cause)
            .map(|(_, _, entry)| certainty(entry));
        let own = certainty(pattern);
        let certainty = match score.rank {
            Rank::Sentence | Rank::Quoting => alike.fold(own, Certainty::max),
            Rank::Weak | Rank::Code => own,
        };
        Some(Reading {
            pattern,
            code,
            enhanced,
            certainty,
            score,
        })
    }
}

/// What an entry allows to be said; readings that decide nothing are never more than possible.
fn certainty(pattern: &ReplyPattern) -> Certainty {
    if pattern.cause == causes::INCONCLUSIVE {
        Certainty::Possible
    } else {
        pattern.mark.certainty()
    }
}

/// How well a pattern fits whose fragments were found; `None` where a code or the stage speaks against it.
fn score(
    pattern: &ReplyPattern,
    letters: usize,
    code: Option<u16>,
    enhanced: Option<Enhanced>,
    stage: Option<Stage>,
    service: Option<&str>,
) -> Option<Score> {
    let bare = pattern.all.is_empty() && pattern.any.is_empty();
    let of_code = match (code, enhanced) {
        (None, Some(enhanced)) => fit(&pattern.code, Some(enhanced), class_fits)?,
        _ => fit(&pattern.code, code, code_fits)?,
    };
    let of_enhanced = fit(&pattern.enhanced, enhanced, enhanced_fits)?;
    let at_stage = stage.is_none_or(|stage| {
        pattern.stage.is_empty() || pattern.stage.iter().any(|name| name.stage() == stage)
    });
    if !at_stage || (bare && pattern.code.is_empty() && pattern.enhanced.is_empty()) {
        return None;
    }
    // Words that mostly stand in a log line without a fault show none in a refusal either way.
    if pattern.weak && pattern.cause == causes::NONE && code.is_some_and(|code| code >= 400) {
        return None;
    }
    Some(Score {
        rank: match (bare, pattern.weak) {
            (true, _) => Rank::Code,
            (false, true) => Rank::Weak,
            (false, false) if pattern.quotes => Rank::Quoting,
            (false, false) => Rank::Sentence,
        },
        letters,
        enhanced: of_enhanced,
        code: of_code,
        stage: stage.is_some() && !pattern.stage.is_empty(),
        service: service.is_some_and(|service| service == pattern.service),
        certainty: pattern.mark.certainty(),
    })
}

/// Best fit of a value among those that a pattern names; `None` where it names others.
fn fit<T: Copy>(named: &[String], found: Option<T>, fits: impl Fn(&str, T) -> u8) -> Option<u8> {
    if named.is_empty() {
        return Some(0);
    }
    let found = found?;
    let best = named.iter().map(|name| fits(name, found)).max()?;
    (best > 0).then_some(best)
}

/// `550` fits exactly, `5xx` by class.
fn code_fits(name: &str, code: u16) -> u8 {
    let digits = code.to_string();
    if name == digits {
        2
    } else {
        u8::from(
            name.strip_suffix("xx")
                .is_some_and(|class| digits.starts_with(class)),
        )
    }
}

/// Where there is no reply code, the class of the enhanced code fits `5xx`.
fn class_fits(name: &str, code: Enhanced) -> u8 {
    u8::from(
        name.strip_suffix("xx")
            .is_some_and(|class| class == code.0.to_string()),
    )
}

/// `5.7.139` fits exactly; `5.7.606-649` and `5.7` by range and subject.
fn enhanced_fits(name: &str, code: Enhanced) -> u8 {
    let text = code.to_string();
    if name == text {
        return 2;
    }
    let mut parts = name.splitn(3, '.');
    let head = (parts.next(), parts.next());
    let class = head.0.is_some_and(|part| part == code.0.to_string());
    let subject = head.1.is_some_and(|part| part == code.1.to_string());
    let detail = parts.next().is_none_or(|range| {
        range.split_once('-').is_some_and(|(from, to)| {
            let (from, to) = (from.parse::<u16>(), to.parse::<u16>());
            from.is_ok_and(|from| from <= code.2) && to.is_ok_and(|to| code.2 <= to)
        })
    });
    u8::from(class && subject && detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knowledge() -> Knowledge {
        Knowledge::embedded()
    }

    #[test]
    fn a_refusal_is_never_read_as_no_fault_for_words_of_a_log_line() {
        let knowledge = knowledge();
        let cause = |text| {
            knowledge
                .read_reply(text, None, None)
                .map(|reading| reading.pattern.cause.clone())
        };
        assert_eq!(cause("connect from unknown[192.0.2.7]").as_deref(), Some("none"));
        let refusal = "421 The address that you connect from has an issue";
        assert_ne!(cause(refusal).as_deref(), Some("none"));
    }

    #[test]
    fn the_service_that_was_asked_wins_a_tie() {
        let knowledge = knowledge();
        let text = "530 Must issue a STARTTLS command first";
        let from_copier = knowledge.read_reply(text, None, Some("canon")).unwrap();
        assert_eq!(from_copier.pattern.cause, "smtp-receive-tls-required");
        let from_server = knowledge.read_reply(text, None, None).unwrap();
        assert_eq!(from_server.pattern.cause, "starttls-required");
    }

    #[test]
    fn a_frame_gives_way_to_the_reason_in_it() {
        let knowledge = knowledge();
        let reading = knowledge
            .read_reply(
                "450 <a@b.test>: Recipient address rejected: Greylisted",
                None,
                None,
            )
            .unwrap();
        assert_eq!(
            (reading.pattern.cause.as_str(), reading.score.rank),
            ("greylisted", Rank::Sentence)
        );
    }

    #[test]
    fn a_reply_from_the_wire_is_read_like_its_text() {
        let knowledge = knowledge();
        let reply = Reply::new(
            550,
            vec![
                "5.7.68 TenantInboundAttribution; Direct Send not".into(),
                "allowed for this organization".into(),
            ],
        );
        let reading = knowledge
            .read(&reply, Some(Stage::Rcpt), Some("microsoft-365"))
            .unwrap();
        assert_eq!(reading.pattern.cause, "direct-send-rejected");
        assert_eq!(reading.certainty, Certainty::Confirmed);
    }

    #[test]
    fn a_range_of_codes_is_met_inside_and_not_outside() {
        assert_eq!(enhanced_fits("5.7.606-649", Enhanced(5, 7, 606)), 1);
        assert_eq!(enhanced_fits("5.7.606-649", Enhanced(5, 7, 650)), 0);
        assert_eq!(enhanced_fits("5.7", Enhanced(5, 7, 1)), 1);
        assert_eq!(enhanced_fits("5.7.1", Enhanced(5, 7, 139)), 0);
        assert_eq!(
            (
                code_fits("5xx", 550),
                code_fits("550", 550),
                code_fits("4xx", 550)
            ),
            (1, 2, 0)
        );
    }

    #[test]
    fn the_class_of_an_enhanced_code_stands_for_a_reply_code_that_is_left_out() {
        assert_eq!(
            (
                class_fits("5xx", Enhanced(5, 1, 1)),
                class_fits("4xx", Enhanced(5, 1, 1))
            ),
            (1, 0)
        );
        assert_eq!(class_fits("550", Enhanced(5, 1, 1)), 0, "a class is no code");
    }

    #[test]
    fn an_entry_that_is_replaced_is_read_no_more() {
        let mut knowledge = knowledge();
        assert!(
            knowledge
                .read_reply("550 Zebra crossing ahead", None, None)
                .is_some_and(|r| r.score.rank == Rank::Code)
        );
        let own = "Replies((service: \"own\", source: \"x\", checked: \"2026-11-22\", replies: [(id: \"own-zebra\", all: [\"zebra crossing\"], cause: \"policy-rejected\", example: \"550 Zebra crossing\")]))";
        knowledge.add(super::super::schema::parse(own, "own.ron").unwrap());
        let reading = knowledge
            .read_reply("550 Zebra crossing ahead", None, None)
            .unwrap();
        assert_eq!(reading.pattern.id, "own-zebra");
    }

    #[test]
    fn many_replies_are_read_in_no_time() {
        let knowledge = knowledge();
        let started = std::time::Instant::now();
        for number in 0..200 {
            let text = format!(
                "550 5.7.1 <u{number}@example.test>: Recipient address rejected: User unknown in virtual mailbox table"
            );
            assert!(knowledge.read_reply(&text, None, None).is_some());
        }
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }
}
