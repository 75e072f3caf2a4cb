//! `scanmedic explain`: what a reply, a log line, a bounce or a panel code means.

use super::Knowledge;
use super::causes::{self, INCONCLUSIVE, NONE, UNKNOWN};
use super::classify::{Rank, Reading};
use super::codes::{Found, is_most_of};
use super::fold::codes_of;
use super::schema::ReplyPattern;
use super::units::units_of;
use crate::certainty::Certainty;
use crate::gate::Gate;
use serde::Serialize;

/// A panel code with more causes than this says nothing that a verdict could rest on.
const CAUSES_OF_A_CODE: usize = 3;

/// The answer to `scanmedic explain`, as the contract shapes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Cause id of the contract, or `unknown`.
    pub cause: String,
    /// How sure.
    pub certainty: Certainty,
    /// The gate whose business it is.
    pub gate: Option<Gate>,
    /// SMTP reply code.
    pub code: Option<u16>,
    /// Enhanced status code.
    pub enhanced: Option<String>,
    /// Service or software whose text it is, or the maker of the device.
    pub service: Option<String>,
    /// What it means, in a sentence.
    pub headline: String,
    /// What to do.
    pub remedy: Option<String>,
    /// Readings worth keeping, the chosen one first.
    pub candidates: Vec<Candidate>,
}

/// A reading of the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Cause id.
    pub cause: String,
    /// Its gate.
    pub gate: Option<Gate>,
    /// How sure.
    pub certainty: Certainty,
    /// What it would mean.
    pub headline: String,
}

/// Explains a text; `vendor` narrows panel codes to one maker.
pub fn explain(knowledge: &Knowledge, text: &str, vendor: Option<&str>) -> Explanation {
    let text = text.trim();
    let codes = knowledge.panel_codes(text, vendor);
    if !codes.is_empty() {
        return of_codes(knowledge, &codes);
    }
    let mut panel = knowledge.panel_messages(text, vendor);
    let bare_words = vendor.is_some() || codes_of(text) == (None, None);
    if bare_words
        && panel
            .first()
            .is_some_and(|found| is_most_of(&found.code.code, text))
    {
        return of_codes(knowledge, &panel);
    }
    let best = best_reading(knowledge, text);
    if let Some(reading) = best.as_ref().filter(|reading| reading.score.rank > Rank::Weak) {
        return of_reading(knowledge, reading);
    }
    if panel.is_empty() {
        panel = knowledge.marked_codes(text, vendor);
    }
    match best {
        _ if !panel.is_empty() => of_codes(knowledge, &panel),
        Some(reading) => of_reading(knowledge, &reading),
        None => without_reading(text),
    }
}

/// The most specific failing reading of the text's parts, else the best one that shows no failure.
fn best_reading<'k>(knowledge: &'k Knowledge, text: &str) -> Option<Reading<'k>> {
    let mut best: Option<(Reading<'k>, bool)> = None;
    for unit in units_of(text) {
        let Some(reading) = read_unit(knowledge, &unit.text) else {
            continue;
        };
        let better = best
            .as_ref()
            .is_none_or(|(old, old_joined)| is_better(&reading, unit.joined, old, *old_joined));
        if better {
            best = Some((reading, unit.joined));
        }
    }
    best.map(|(reading, _)| reading)
}

/// A part of the text; where a program puts its own words for the number before the server's, the server's decide.
fn read_unit<'k>(knowledge: &'k Knowledge, text: &str) -> Option<Reading<'k>> {
    const INTRODUCE: [&str; 3] = [
        "server response was:",
        "serverantwort war:",
        "réponse du serveur était",
    ];
    let lower = text.to_lowercase();
    // Where a letter has another length in lower case, the text is read as it stands.
    let behind = INTRODUCE
        .iter()
        .filter(|_| lower.len() == text.len())
        .find_map(|words| text.get(lower.find(words)? + words.len()..));
    behind
        .and_then(|said| knowledge.read_reply(said, None, None))
        .filter(|reading| reading.score.rank > Rank::Code)
        .or_else(|| knowledge.read_reply(text, None, None))
}

/// Whether a reading says more than the best so far. Among equals the earlier stays: what failed
/// first is the cause, what follows is the consequence.
fn is_better(new: &Reading<'_>, new_joined: bool, old: &Reading<'_>, old_joined: bool) -> bool {
    let standing = |reading: &Reading<'_>| {
        let fails = reading.pattern.cause != NONE;
        let coded = reading.code.is_some_and(|code| code >= 400);
        (fails, reading.score.rank, fails && coded)
    };
    let (new_standing, old_standing) = (standing(new), standing(old));
    if new_joined != old_joined {
        // Lines put together may only say more than a line alone by another kind of match, or where an entry asks for
        // several parts of a sentence that the lines share among them.
        let shared = new_joined && !new.pattern.all.is_empty() && new.score.letters > old.score.letters;
        let (new_rank, old_rank) = ((new_standing.0, new_standing.1), (old_standing.0, old_standing.1));
        return new_rank > old_rank || (shared && new_rank == old_rank);
    }
    (new_standing, new.score.letters) > (old_standing, old.score.letters)
}

/// The answer where no pattern fits: a positive reply shows no failure, anything else is unknown.
fn without_reading(text: &str) -> Explanation {
    let (code, enhanced) = codes_of(text);
    let positive = code.is_some_and(|code| code < 400) && enhanced.is_none_or(|code| code.0 == 2);
    let (cause, headline) = if positive {
        (NONE, "The reply is positive and shows no failure")
    } else {
        (
            UNKNOWN,
            "The text is not known and says nothing that could be placed",
        )
    };
    Explanation {
        cause: cause.to_owned(),
        certainty: if positive {
            Certainty::Likely
        } else {
            Certainty::Possible
        },
        gate: None,
        code,
        enhanced: enhanced.map(|code| code.to_string()),
        service: None,
        headline: headline.to_owned(),
        remedy: None,
        candidates: Vec::new(),
    }
}

/// The answer that a reply pattern gives.
fn of_reading(knowledge: &Knowledge, reading: &Reading<'_>) -> Explanation {
    let pattern = reading.pattern;
    let decided = causes::is_fault(&pattern.cause);
    let chosen = decided.then(|| candidate(knowledge, &pattern.cause, reading.certainty, &pattern.note));
    let others = pattern
        .also
        .iter()
        .map(|cause| candidate(knowledge, cause, Certainty::Possible, ""));
    Explanation {
        cause: pattern.cause.clone(),
        certainty: reading.certainty,
        gate: causes::gate_of(&pattern.cause),
        code: reading.code,
        enhanced: reading.enhanced.map(|code| code.to_string()),
        service: service_of(pattern),
        headline: headline(knowledge, &pattern.cause, &pattern.note),
        remedy: decided.then(|| remedy(knowledge, &pattern.cause)).flatten(),
        candidates: chosen.into_iter().chain(others).collect(),
    }
}

/// The answer that a maker's code table gives, or those of several makers.
fn of_codes(knowledge: &Knowledge, found: &[Found<'_>]) -> Explanation {
    let mut candidates: Vec<Candidate> = Vec::new();
    for entry in found {
        let sure = sureness(entry, found.len());
        for cause in &entry.code.causes {
            if !candidates.iter().any(|known| known.cause == *cause) {
                candidates.push(candidate(knowledge, cause, sure, ""));
            }
        }
    }
    let first = candidates
        .first()
        .map(|first| (first.cause.clone(), first.certainty));
    let agree = found
        .iter()
        .all(|entry| entry.code.causes.first() == first.as_ref().map(|(cause, _)| cause));
    let vague = found.iter().any(|entry| entry.code.echoes_reply) || candidates.len() > CAUSES_OF_A_CODE;
    let (cause, certainty) = match first {
        None => (NONE.to_owned(), Certainty::Likely),
        Some(first) if agree && !vague => first,
        Some(_) => (INCONCLUSIVE.to_owned(), Certainty::Possible),
    };
    for candidate in &mut candidates {
        candidate.certainty = candidate.certainty.min(certainty);
    }
    candidates.retain(|candidate| candidate.gate.is_some());
    let single = found.first().filter(|_| found.len() == 1);
    Explanation {
        gate: causes::gate_of(&cause),
        cause,
        certainty,
        code: None,
        enhanced: None,
        service: single.map(|entry| entry.table.vendor.clone()),
        headline: join(found.iter().map(|entry| {
            format!(
                "{} {}: {}",
                entry.table.vendor, entry.code.code, entry.code.meaning
            )
        })),
        remedy: Some(join(found.iter().map(|entry| entry.code.advice.clone()))),
        candidates,
    }
}

/// A code from a panel is told by a person, so it is never proof; several readings are guesses.
fn sureness(entry: &Found<'_>, makers: usize) -> Certainty {
    if makers > 1 || entry.code.causes.len() > 1 {
        Certainty::Possible
    } else {
        entry.code.mark.certainty().min(Certainty::Likely)
    }
}

/// A candidate with its gate and headline.
fn candidate(knowledge: &Knowledge, cause: &str, certainty: Certainty, note: &str) -> Candidate {
    Candidate {
        cause: cause.to_owned(),
        gate: causes::gate_of(cause),
        certainty,
        headline: headline(knowledge, cause, note),
    }
}

/// What it means: the pattern's own note, else the cause's sentence or title, else the id in words.
fn headline(knowledge: &Knowledge, cause: &str, note: &str) -> String {
    if !note.is_empty() {
        return note.to_owned();
    }
    match knowledge.cause(cause) {
        Some(entry) if !entry.headline.is_empty() && !entry.headline.contains('{') => entry.headline.clone(),
        Some(entry) if !entry.title.is_empty() => entry.title.clone(),
        _ => causes::words_of(cause),
    }
}

/// The titles of the cause's remedy steps as one line.
fn remedy(knowledge: &Knowledge, cause: &str) -> Option<String> {
    let steps = &knowledge.cause(cause)?.remedy;
    let steps = steps
        .iter()
        .filter(|step| step.when.is_empty() && !step.title.contains('{'));
    let text = join(steps.map(|step| step.title.clone()));
    (!text.is_empty()).then_some(text)
}

/// The service of a pattern, where it is of one.
fn service_of(pattern: &ReplyPattern) -> Option<String> {
    (pattern.service != "any").then(|| pattern.service.clone())
}

/// Different sentences as one text.
fn join(parts: impl Iterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
    kept.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Explanation {
        told_of(text, None)
    }

    fn told_of(text: &str, vendor: Option<&str>) -> Explanation {
        explain(&Knowledge::embedded(), text, vendor)
    }

    fn candidates(explanation: &Explanation) -> Vec<&str> {
        explanation
            .candidates
            .iter()
            .map(|candidate| candidate.cause.as_str())
            .collect()
    }

    #[test]
    fn the_sentence_decides_and_not_the_code() {
        for (text, cause) in [
            ("550 5.7.1 Unable to relay", "relay-denied"),
            (
                "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
                "recipient-rejected",
            ),
            (
                "550 5.7.1 Service unavailable, Client host [192.0.2.7] blocked using Spamhaus.",
                "ip-reputation",
            ),
            ("550 5.4.1 Relay Access Denied", "relay-denied"),
            (
                "550 5.4.1 [a@example.test]: Recipient address rejected: Access denied",
                "recipient-rejected",
            ),
            ("550 5.2.2 Submission quota exceeded", "rate-limited"),
            ("550 5.2.2 STOREDRV.Deliver: mailbox full", "mailbox-full"),
            (
                "550 5.7.64 TenantAttribution; Relay Access Denied",
                "relay-denied",
            ),
            ("451 5.7.3 STARTTLS is required to send mail", "starttls-required"),
            ("535 5.7.3 Authentication unsuccessful", "credentials-rejected"),
        ] {
            assert_eq!(told(text).cause, cause, "{text}");
        }
    }

    #[test]
    fn the_answer_has_every_key_of_the_contract() {
        let answer = told(
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
        );
        let json = serde_json::to_value(&answer).unwrap();
        for key in [
            "cause",
            "certainty",
            "gate",
            "code",
            "enhanced",
            "service",
            "headline",
            "remedy",
            "candidates",
        ] {
            assert!(json.get(key).is_some(), "{key}");
        }
        assert_eq!(json["cause"], "smtp-auth-disabled-mailbox");
        assert_eq!(
            (&json["certainty"], &json["gate"]),
            (&"confirmed".into(), &"authenticate".into())
        );
        assert_eq!(
            (&json["code"], &json["enhanced"]),
            (&535.into(), &"5.7.139".into())
        );
        assert_eq!(json["service"], "microsoft-365");
    }

    #[test]
    fn refusals_in_no_known_words_are_read_by_families_and_stay_possible() {
        for (text, cause) in [
            (
                "550 Diese Benutzerin ist hier nicht bekannt: Postfach nicht vorhanden",
                "recipient-rejected",
            ),
            (
                "5.1.1 El usuario indicado no existe en este sistema",
                "recipient-rejected",
            ),
            ("550 5.1.1 получатель не найден", "recipient-rejected"),
            ("552 Das Postfach von Frau Meier ist voll", "mailbox-full"),
            ("452 Túl sok: trop de destinataires", "too-many-recipients"),
            (
                "554 Votre adresse IP est sur une liste noire chez nous",
                "ip-reputation",
            ),
            ("550 Il mittente non valido è stato rifiutato", "sender-rejected"),
            ("554 Zawartość odrzucona: załącznik", "content-rejected"),
            ("503 I had expected RCPT here", "protocol-error"),
        ] {
            let answer = told(text);
            assert_eq!(
                (answer.cause.as_str(), answer.certainty),
                (cause, Certainty::Possible),
                "{text}"
            );
        }
        // A line without a code of refusal is no refusal for the words in it.
        assert_eq!(told("the user account was moved to the new disk").cause, UNKNOWN);
    }

    #[test]
    fn the_servers_words_decide_behind_the_words_that_a_program_puts_before_them() {
        let text = "SmtpException: Mailbox unavailable. The server response was: If MAIL FROM is local then you must authenticate";
        assert_eq!(told(text).cause, "auth-required");
        assert_eq!(
            told("SmtpException: Mailbox unavailable. The server response was: zebra").cause,
            "recipient-rejected"
        );
    }

    #[test]
    fn a_reason_that_two_lines_share_is_read_from_both() {
        let text = "Verification failed for <scan@example.test>\nUnrouteable address\nSender verify failed";
        assert_eq!(told(text).cause, "sender-rejected");
    }

    #[test]
    fn the_reason_appended_to_a_refusal_is_read() {
        let text = "5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.";
        assert_eq!(told(text).cause, "basic-auth-blocked");
    }

    #[test]
    fn a_reply_that_another_one_quotes_is_read_for_what_it_is() {
        // The server asked another about the sender; that one's words about a recipient are only the ground.
        let text = "550-Verification failed for <scan@copier.test>\n550-Called:   192.0.2.7\n550-Response: 550 5.1.1 <scan@copier.test>: Recipient address rejected: User unknown\n550 Sender verify failed";
        assert_eq!(told(text).cause, "sender-rejected");
        // A report that brings the whole reply along in angle brackets.
        let text = "554 5.7.1 <relay.example.test #5.7.1 smtp;550 5.7.1 Service unavailable, Client host [192.0.2.7] blocked using Spamhaus>";
        assert_eq!(told(text).cause, "ip-reputation");
        let text = "Connected to 192.0.2.25 but my name was rejected.\nRemote host said: 501 5.0.0 Invalid domain name";
        assert_eq!(told(text).cause, "helo-rejected");
    }

    #[test]
    fn words_without_a_reason_prove_none() {
        let answer = told("554 5.5.1 Error: no valid recipients");
        assert_eq!(
            (answer.cause.as_str(), answer.certainty),
            ("recipient-rejected", Certainty::Possible)
        );
        assert_ne!(told("500 5.3.0 Error: command failed").cause, "server-fault");
        let answer = told("550 you are not allowed to send mail to <it@example.test>");
        assert_ne!(answer.cause, "send-as-denied");
    }

    #[test]
    fn a_consequence_does_not_beat_its_cause() {
        let text = "250 2.1.0 Ok\n504 5.5.2 <mfp>: Helo command rejected: need fully-qualified hostname\n554 5.5.1 Error: no valid recipients\n503 5.5.1 Error: need RCPT command";
        assert_eq!(told(text).cause, "helo-rejected");
        let text =
            "451 5.7.3 STARTTLS is required to send mail\nlost connection after MAIL from unknown[192.0.2.7]";
        assert_eq!(told(text).cause, "starttls-required");
    }

    #[test]
    fn a_bare_number_is_inconclusive_with_its_readings() {
        for text in ["550", "2550", "14-04", "550 5.7.1"] {
            let answer = told(text);
            assert_eq!(
                (answer.cause.as_str(), answer.certainty),
                (INCONCLUSIVE, Certainty::Possible),
                "{text}"
            );
            assert!(answer.gate.is_none() && answer.remedy.is_some() != text.starts_with("550"));
            assert!(candidates(&answer).contains(&"relay-denied"), "{text}");
            assert!(
                answer
                    .candidates
                    .iter()
                    .all(|reading| reading.certainty == Certainty::Possible)
            );
        }
    }

    #[test]
    fn a_panel_code_is_read_as_its_makers_table_says() {
        assert_eq!(told("#839").cause, "credentials-rejected");
        assert_eq!(told("NG (#839)").cause, "credentials-rejected");
        assert_eq!(told("2C71").cause, "credentials-rejected");
        assert_eq!(told("CE-04").cause, "credentials-rejected");
        assert_eq!(told("1104").cause, "recipient-rejected");
        assert_eq!(told_of("0x1104", Some("Kyocera")).cause, "recipient-rejected");
        assert_eq!(told("Canon 839").service.as_deref(), Some("Canon"));
        assert_eq!(
            told("SSL Error (SMTP RX Reject)").cause,
            "smtp-receive-tls-required"
        );
        assert!(told("2C6C").certainty < Certainty::Confirmed);
        let off = told("2C70");
        assert_eq!(
            (off.cause.as_str(), off.candidates.len()),
            (INCONCLUSIVE, 0),
            "a switch on the device is no proof"
        );
    }

    #[test]
    fn a_code_of_two_makers_is_told_for_both() {
        let both = told("016-766");
        assert!(both.headline.contains("Fujifilm") && both.headline.contains("Xerox"));
        assert_eq!(both.cause, INCONCLUSIVE);
        let common = told("016-767");
        assert_eq!(
            (common.cause.as_str(), common.certainty),
            ("recipient-rejected", Certainty::Possible)
        );
        assert_eq!(
            told_of("016-767", Some("Xerox")).service.as_deref(),
            Some("Xerox")
        );
    }

    #[test]
    fn what_shows_no_failure_is_none_and_what_says_nothing_is_unknown() {
        for text in [
            "250 2.0.0 Ok: queued as 0F5383D",
            "354 Start mail input",
            "#899",
            "Nov 20 08:15:01 mx postfix/smtp[1]: 0F53: to=<a@example.test>, relay=mx[192.0.2.1]:25, dsn=2.0.0, status=sent (250 OK)",
        ] {
            assert_eq!(told(text).cause, NONE, "{text}");
        }
        for text in ["", "the quick brown fox", "0F5383D: removed"] {
            let answer = told(text);
            assert_eq!((answer.cause.as_str(), answer.gate), (UNKNOWN, None), "{text}");
        }
    }

    #[test]
    fn log_lines_of_any_grammar_are_read() {
        for (line, cause) in [
            (
                "Nov 20 08:15:01 mx postfix/smtpd[2162]: NOQUEUE: reject: RCPT from mfp[192.0.2.77]: 554 5.7.1 <u@example.org>: Relay access denied; from=<s@example.test> to=<u@example.org> proto=ESMTP helo=<mfp>",
                "relay-denied",
            ),
            (
                "2026-11-20 08:15:01 login authenticator failed for mfp (mfp) [192.0.2.77]: 535 Incorrect authentication data (set_id=scan)",
                "credentials-rejected",
            ),
            (
                "Nov 20 08:15:04 relay1 sm-mta[27714]: 4AK: ruleset=check_rcpt, arg1=<u@example.test>, relay=[192.0.2.77], reject=553 5.1.8 <u@example.test>... Domain of sender address scan@copier.local does not exist",
                "sender-rejected",
            ),
            (
                "2026-11-20T08:15:01.141Z,EX01\\Relay,08DD,4,192.0.2.10:25,192.0.2.77:49822,>,550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain,",
                "relay-denied",
            ),
            (
                "2026-11-20 08:15:01 192.0.2.77 OutboundConnectionResponse SMTPSVC1 RELAY01 - 25 - - 504+5.5.2+<MFP>:+Helo+command+rejected:+need+fully-qualified+hostname 0 0 60 0 47 SMTP - - - -",
                "helo-rejected",
            ),
            ("<~* 535 5.7.8 Authentication failed", "credentials-rejected"),
            (
                "warning: TLS library problem: error:1408A0C1:SSL routines:ssl3_get_client_hello:no shared cipher:s3_srvr.c:1417:",
                "no-common-cipher",
            ),
            (
                "error:0A00010B:SSL routines::wrong version number",
                "wrong-port-for-encryption",
            ),
        ] {
            assert_eq!(told(line).cause, cause, "{line}");
        }
    }

    #[test]
    fn a_bounce_is_read_by_its_diagnostic_lines() {
        let bounce = "This is the mail system at host mx.example.test.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<u@example.org>: host mx.example.org[192.0.2.9] said: 552 5.2.2 Mailbox\n    full (in reply to RCPT TO command)\n\nFinal-Recipient: rfc822; u@example.org\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full\n\nContent-Type: message/rfc822\n\nSubject: relaying denied";
        let answer = told(bounce);
        assert_eq!((answer.cause.as_str(), answer.code), ("mailbox-full", Some(552)));
    }

    #[test]
    fn a_reply_of_several_lines_is_read_as_one() {
        let text = "530-5.7.0 Must issue a STARTTLS\n530-5.7.0 command first. See\n530 5.7.0 the help page";
        assert_eq!(told(text).cause, "starttls-required");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,300}") {
            let knowledge = Knowledge::default();
            explain(&knowledge, &text, None);
        }
    }
}
