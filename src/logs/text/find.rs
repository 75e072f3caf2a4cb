//! What a log line holds: a reply of a mail server, the step it speaks of, a sign of trouble.

use crate::evidence::Stage;
use crate::wire::reply::Reply;
use regex::Regex;
use std::sync::LazyLock;

/// A code followed by an enhanced code is a reply wherever it stands.
static WITH_ENHANCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9.])([2345]\d\d)(?:[ -]|,? ?b?['\x22])([245]\.\d{1,3}\.\d{1,3}\b.*)$").ok()
});
/// An enhanced code behind words that introduce a reply: some libraries leave the code itself out.
static WITHOUT_CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:server response was|remote server (?:returned|said)|responded with|response was)[: ]+['\x22]?([45])(\.\d{1,3}\.\d{1,3} .*)$").ok()
});
/// A bare code is one only behind words or signs that introduce a reply, and with text behind it.
static INTRODUCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|said: |repl(?:y|ied):? |respon(?:se|ded)(?: was)?(?: with)?:? |error:? |errors?: |message: |reject=|rejected: |server: |got |status=\d+ |code[:=]? ?|after [^:]{1,60}: |\]: |\(|[\x22'\[]|: |<<<? ?|<- ?|<~\*? |s: )([45]\d\d)(?:[- ]+([^\d\s][^\n]{2,})|\]\s*(.*)|, ?b?[\x22']([^\n]*))$").ok()
});
/// Words that mark a line as one about a fault. What they mean is for the knowledge files.
static TROUBLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:error|errors|fail|failed|fails|failure|failing|fatal|refus\w+|reject\w*|denied|deny|denies|disallowed|not allowed|timed? ?out|timeout|unable|cannot|can't|couldn't|could not|did not|didn't|does not|doesn't|not found|invalid|unknown|unsupported|alert|lost connection|connection (?:lost|closed|reset|refused)|closed unexpectedly|dropp?ed|reset by|expired|untrusted|not trusted|not verified|self[- ]signed|wrong version|mismatch|unrecogni[sz]ed|not supported|no route|unreachable|bounced|deferred|undeliverable|blocked|blacklist\w*|throttl\w*|too many|too large|exceed\w*|over quota|full|disabled|locked|required|must issue|not permitted|not authori[sz]ed|unauthori[sz]ed|unauthenticated|logondenied|not available|unavailable|greylist\w*|graylist\w*|loop\w*|suspended|NG|err|abort\w*|broken pipe|no shared cipher|bad certificate|violat\w+|pipelining|insecure)\b").ok()
});
static SECRETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(\bAUTH(?:ENTICATE)? (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5|NTLM|OAUTHBEARER) +|\bpass(?:word|wd|phrase)? ?[=:] ?)([^\s,;'\x22]+)").ok()
});

/// Words that name a step, the most telling first.
const STAGES: [(&str, Stage); 33] = [
    ("in reply to rcpt", Stage::Rcpt),
    ("in reply to mail from", Stage::Mail),
    ("in reply to end of data", Stage::EndOfData),
    ("in reply to data", Stage::Data),
    ("in reply to ehlo", Stage::Ehlo),
    ("in reply to helo", Stage::Ehlo),
    ("in reply to auth", Stage::Auth),
    ("in reply to starttls", Stage::StartTls),
    ("after initial connection", Stage::Greeting),
    ("initial greeting", Stage::Greeting),
    ("after end of data", Stage::EndOfData),
    ("end-of-message", Stage::EndOfData),
    ("end of data", Stage::EndOfData),
    ("after data", Stage::EndOfData),
    ("pipelined data", Stage::Data),
    ("after starttls", Stage::Handshake),
    ("sasl ", Stage::Auth),
    ("auth login", Stage::Auth),
    ("authenticat", Stage::Auth),
    ("authoriz", Stage::Auth),
    ("invalid login", Stage::Auth),
    ("ssl_accept", Stage::Handshake),
    ("ssl_connect", Stage::Handshake),
    ("tls handshake", Stage::Handshake),
    ("ssl routines", Stage::Handshake),
    ("certificate", Stage::Handshake),
    ("starttls", Stage::StartTls),
    ("rcpt", Stage::Rcpt),
    ("check_relay", Stage::Greeting),
    ("mail from", Stage::Mail),
    ("ehlo", Stage::Ehlo),
    ("helo", Stage::Ehlo),
    ("lost connection after connect", Stage::Greeting),
];

/// The reply that a line quotes, where it quotes one.
pub fn reply(text: &str) -> Option<Reply> {
    if let Some(found) = WITHOUT_CODE.as_ref()?.captures(text) {
        let (class, rest) = (found.get(1)?.as_str(), found.get(2)?.as_str());
        // The class stands for the code that was left out.
        let code = if class == "4" { 450 } else { 550 };
        return Some(Reply::new(code, vec![tidy(&format!("{class}{rest}"))]));
    }
    let found = WITH_ENHANCED.as_ref()?.captures(text);
    let (code, rest) = if let Some(found) = found {
        (found.get(1)?.as_str(), found.get(2)?.as_str())
    } else {
        let found = INTRODUCED.as_ref()?.captures(text)?;
        let rest = [2, 3, 4].iter().find_map(|group| found.get(*group));
        (found.get(1)?.as_str(), rest.map_or("", |rest| rest.as_str()))
    };
    Some(Reply::new(code.parse().ok()?, vec![tidy(rest)]))
}

/// The step that a line speaks of.
pub fn stage(text: &str) -> Option<Stage> {
    let text = text.to_ascii_lowercase();
    STAGES
        .iter()
        .find(|(words, _)| text.contains(words))
        .map(|(_, stage)| *stage)
}

/// Whether a line speaks of a fault.
pub fn is_trouble(text: &str) -> bool {
    TROUBLE.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// The line without secrets that people paste by mistake.
pub fn hushed(text: &str) -> String {
    let Some(pattern) = SECRETS.as_ref() else {
        return text.to_owned();
    };
    pattern
        .replace_all(text, |found: &regex::Captures<'_>| {
            let part = |group| {
                found
                    .get(group)
                    .map_or("", |part: regex::Match<'_>| part.as_str())
            };
            let (lead, word) = (part(1), part(2));
            // A word of the language behind AUTH LOGIN is no secret.
            let coded = word.len() >= 8
                && word.contains(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '=');
            if coded || lead.ends_with([':', '=', ' ']) && !lead.to_ascii_uppercase().starts_with("AUTH") {
                format!("{lead}…")
            } else {
                format!("{lead}{word}")
            }
        })
        .into_owned()
}

/// A reply's text without what the log wrote behind it.
fn tidy(text: &str) -> String {
    let mut text = text;
    for end in [
        "; from=<",
        "; client=",
        " (in reply to ",
        ", relay=[",
        " [job_id:",
    ] {
        if let Some(at) = text.find(end) {
            text = text.get(..at).unwrap_or(text);
        }
    }
    let text = text.trim().trim_end_matches(['"', '\'', ')', '>', ']', ',', ';']);
    // A bracket that the text itself opened is given back.
    let opened = |open: char, close: char| text.matches(open).count() > text.matches(close).count();
    let mut whole = hushed(text);
    for (open, close) in [('<', '>'), ('[', ']'), ('(', ')')] {
        if opened(open, close) {
            whole.push(close);
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        reply(text).map_or_else(|| "none".into(), |reply| reply.to_string())
    }

    #[test]
    fn replies_are_found_in_all_the_ways_that_programs_quote_them() {
        assert_eq!(
            found(
                "NOQUEUE: reject: RCPT from copier[192.0.2.7]: 554 5.7.1 <a@example.test>: Relay access denied; from=<b@example.test> to=<a@example.test>"
            ),
            "554 5.7.1 <a@example.test>: Relay access denied"
        );
        assert_eq!(
            found("(535, b'5.7.3 Authentication unsuccessful')"),
            "535 5.7.3 Authentication unsuccessful"
        );
        assert_eq!(
            found("Error: Invalid login: 535-5.7.8 Not accepted"),
            "535 5.7.8 Not accepted"
        );
        assert_eq!(
            found("host mx.example.test said: 550 No such user (in reply to RCPT TO command)"),
            "550 No such user"
        );
        assert_eq!(found("SMTPC: received error code. [550] (8000)"), "550 (8000)");
        assert_eq!(
            found("SMTP error from remote mail server after initial connection: 450 busy"),
            "450 busy"
        );
    }

    #[test]
    fn a_reply_without_its_code_is_still_one() {
        assert_eq!(
            found("Send-MailMessage : Mailbox unavailable. The server response was: 5.7.1 Unable to relay"),
            "550 5.7.1 Unable to relay"
        );
    }

    #[test]
    fn numbers_that_are_no_replies_are_left_alone() {
        for text in [
            "took 500 ms to answer",
            "port 587 is open",
            "delay=450, delays=0/0/0",
            "10.550 5 pages",
        ] {
            assert_eq!(found(text), "none", "{text}");
        }
    }

    #[test]
    fn the_step_comes_from_the_most_telling_words() {
        assert_eq!(
            stage("host said: 550 x (in reply to end of DATA command)"),
            Some(Stage::EndOfData)
        );
        assert_eq!(
            stage("reject: RCPT from x: Helo command rejected"),
            Some(Stage::Rcpt)
        );
        assert_eq!(stage("SASL LOGIN authentication failed"), Some(Stage::Auth));
        assert_eq!(stage("nothing of the kind"), None);
    }

    #[test]
    fn secrets_do_not_get_through() {
        assert_eq!(hushed("AUTH PLAIN AHVzZXIAcGFzcw=="), "AUTH PLAIN …");
        assert_eq!(hushed("password=geheim, user=x"), "password=…, user=x");
        assert_eq!(
            hushed("Inbound AUTH LOGIN failed because"),
            "Inbound AUTH LOGIN failed because"
        );
    }
}
