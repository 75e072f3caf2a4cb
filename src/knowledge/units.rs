//! Cuts a long text into parts that each can say why a message failed.

use super::fold::codes_of;

/// Most lines that are looked at.
const LINES: usize = 4_000;
/// Longest text, in lines, that is also read as a whole.
const WHOLE: usize = 12;
/// Headings below which a bounce repeats the message that failed.
const COPY_BELOW: &[&str] = &[
    "content-type: message/rfc822",
    "content-type: text/rfc822-headers",
    "this is a copy of the message",
    "this is a copy of your message",
    "below this line is a copy",
    "original message headers:",
    "original message follows",
    "ursprüngliche nachrichtenkopfzeilen",
];

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Its text.
    pub text: String,
    /// True where it is put together from lines that may not belong together.
    pub joined: bool,
}

/// The replies and lines of a text in their order, then its paragraphs, then the whole where it is short.
pub(super) fn units_of(text: &str) -> Vec<Unit> {
    let lines: Vec<&str> = text
        .lines()
        .take(LINES)
        .take_while(|line| !begins_copy(line))
        .collect();
    let lines = if lines.is_empty() {
        text.lines().take(LINES).collect()
    } else {
        lines
    };
    let mut units: Vec<Unit> = Vec::new();
    for line in &lines {
        match units.last_mut() {
            Some(last) if continues(&last.text, line) => {
                last.text.push('\n');
                last.text.push_str(line);
            }
            _ => units.push(Unit {
                text: (*line).to_owned(),
                joined: false,
            }),
        }
    }
    units.retain(|unit| !unit.text.trim().is_empty());
    if units.len() > 1 {
        let paragraphs = lines.split(|line| line.trim().is_empty());
        let mut joined: Vec<String> = paragraphs
            .filter(|part| part.len() > 1)
            .map(|part| part.join("\n"))
            .collect();
        if lines.len() <= WHOLE {
            joined.push(lines.join("\n"));
        }
        units.extend(joined.into_iter().map(|text| Unit { text, joined: true }));
    }
    units
}

/// Whether a bounce's copy of the failed message begins here.
fn begins_copy(line: &str) -> bool {
    let line = line.to_lowercase();
    COPY_BELOW.iter().any(|heading| line.contains(heading))
}

/// Whether a line goes on with the reply or the header above it.
fn continues(above: &str, line: &str) -> bool {
    let last = above.lines().next_back().unwrap_or("");
    let folded = line.starts_with([' ', '\t'])
        && !line.trim().is_empty()
        && !line.trim_start().starts_with(['-', '~', '<', '>', '*']);
    let header = above
        .split(':')
        .next()
        .is_some_and(|name| name.contains('-') && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-'));
    if folded && header {
        return true;
    }
    more_follows(last).is_some_and(|code| head_of(line) == Some(code))
}

/// The code of a reply line that says that more lines follow.
fn more_follows(line: &str) -> Option<u16> {
    let line = line.trim_start();
    let code = head_of(line)?;
    line.get(3..)
        .is_some_and(|rest| rest.starts_with('-'))
        .then_some(code)
}

/// The reply code at the head of a line.
fn head_of(line: &str) -> Option<u16> {
    let head = line.trim_start().get(..3)?;
    codes_of(head).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_of_several_lines_is_one_unit() {
        let units = units_of("530-5.7.0 Must issue\n530 5.7.0 a command first");
        assert_eq!(units.len(), 1);
    }

    #[test]
    fn a_bounce_is_read_down_to_the_copy_of_the_message() {
        let bounce = "Diagnostic-Code: smtp; 550 5.1.1\n    no such user\n\nContent-Type: message/rfc822\n\nSubject: mailbox full";
        let units = units_of(bounce);
        assert!(units.iter().all(|unit| !unit.text.contains("mailbox full")));
        assert!(
            units
                .iter()
                .any(|unit| unit.text.contains("5.1.1\n    no such user"))
        );
    }
}
