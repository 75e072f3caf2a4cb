//! Brings foreign texts into one form, so that a phrase is found however a server writes it.
//!
//! Folded text is lower-case words between single blanks: no punctuation, no reply codes, no mail
//! or network addresses. `User <a@b.test> unknown!` and `user-unknown` both become ` user unknown`.

use crate::wire::reply::Enhanced;
use std::borrow::Cow;

/// Longest text between angle brackets that is taken for an address or a tag.
const BRACKETED: usize = 254;

/// Two words that people also write as one.
const JOINED: &[(&str, &str, &str)] = &[
    ("e", "mail", "email"),
    ("e", "mails", "emails"),
    ("can", "not", "cannot"),
    ("black", "list", "blacklist"),
    ("black", "listed", "blacklisted"),
    ("block", "list", "blocklist"),
    ("block", "listed", "blocklisted"),
    ("gray", "list", "graylist"),
    ("gray", "listed", "graylisted"),
    ("gray", "listing", "graylisting"),
    ("white", "list", "whitelist"),
    ("mail", "box", "mailbox"),
    ("host", "name", "hostname"),
    ("user", "name", "username"),
    ("log", "in", "login"),
    ("time", "out", "timeout"),
    ("start", "tls", "starttls"),
    ("over", "quota", "overquota"),
];

/// Fields of log lines that name addresses and hosts, which say nothing of the reason.
const FIELDS: &[&str] = &[
    "helo=", "proto=", "from=", "to=", "orig_to=", "sender=", "rcpt=", "relay=", "mailer=", "h=", "tests=",
];

/// The folded form of a text; every word has a blank before it.
pub fn fold(text: &str) -> String {
    let lower = plus_to_blank(&unescape(&plain_letters(&text.to_lowercase()))).replace("\\n", " ");
    let mut words: Vec<String> = Vec::new();
    for word in without_addresses(&lower).split_whitespace() {
        if is_address(word) || is_symbol(word) || FIELDS.iter().any(|field| word.starts_with(field)) {
            continue;
        }
        // A bounce names the kind of reply before it: `smtp; 550 …`.
        push_word(&mut words, word.strip_prefix("smtp;").unwrap_or(word));
    }
    let mut folded = String::with_capacity(lower.len() + 1);
    for word in words {
        folded.push(' ');
        folded.push_str(&word);
    }
    folded
}

/// A fragment of a pattern in the form in which it is searched in folded text.
///
/// Latin words are found at their beginning; scripts without blanks between words anywhere.
pub fn fold_fragment(fragment: &str) -> String {
    let folded = fold(fragment);
    if folded.trim_start().starts_with(|c: char| c.is_ascii()) {
        folded
    } else {
        folded.trim_start().to_owned()
    }
}

/// Adds the parts of one blank-separated word: split at punctuation, codes left out, pairs joined.
fn push_word(words: &mut Vec<String>, word: &str) {
    let trimmed = word.trim_matches(|c: char| !c.is_alphanumeric());
    if is_code(trimmed) {
        return;
    }
    let plain = without_elision(trimmed).replace("n't", " not").replace('\'', "");
    let plain = match plain.as_str() {
        "ca not" => "cannot".to_owned(),
        "wo not" => "will not".to_owned(),
        _ => plain,
    };
    for part in plain.split(|c: char| !c.is_alphanumeric() && c != '.') {
        let part = part.trim_matches('.');
        if part.is_empty() || is_code(part) {
            continue;
        }
        for piece in part.split('.').filter(|piece| !piece.is_empty()) {
            push_piece(words, &piece.replace("grey", "gray"));
        }
    }
}

/// A word without the shortened article that French and Italian hang before it, and without
/// the letter that Python puts before a text of bytes: `l'adresse`, `dell'indirizzo`, `b'Relaying denied'`.
fn without_elision(word: &str) -> &str {
    const ARTICLES: [&str; 16] = [
        "b", "d", "l", "n", "s", "j", "c", "m", "qu", "un", "all", "dall", "dell", "nell", "sull", "quell",
    ];
    match word.split_once('\'') {
        Some((article, rest)) if !rest.is_empty() && ARTICLES.contains(&article) => rest,
        _ => word,
    }
}

/// Adds one word, joined to the one before it where people write both forms.
fn push_piece(words: &mut Vec<String>, piece: &str) {
    if let Some(last) = words.last_mut()
        && let Some((_, _, joined)) = JOINED.iter().find(|(a, b, _)| a == last && *b == piece)
    {
        (*joined).clone_into(last);
        return;
    }
    let piece = match piece {
        "authorised" => "authorized",
        "unauthorised" => "unauthorized",
        "unrecognised" => "unrecognized",
        "recognised" => "recognized",
        other => other,
    };
    words.push(piece.to_owned());
}

/// A reply code, or an enhanced code.
fn is_code(word: &str) -> bool {
    let plain = word.len() == 3
        && word.starts_with(['2', '3', '4', '5'])
        && word.bytes().all(|b| b.is_ascii_digit())
        && word.as_bytes().get(1).is_some_and(|b| *b <= b'5');
    plain || Enhanced::leading(word).is_some_and(|(_, taken)| taken == word.len())
}

/// A test of a spam filter with its points, `MISSING_DATE(1.00){}`: its name tells a property, and no reason.
fn is_symbol(word: &str) -> bool {
    word.split_once('(').is_some_and(|(name, points)| {
        let points = points.split(')').next().unwrap_or("").trim_start_matches('-');
        name.contains('_')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && points.split_once('.').is_some_and(|(whole, part)| {
                [whole, part]
                    .iter()
                    .all(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            })
    })
}

/// A mail address or a bare network address, with whatever punctuation hangs on it.
fn is_address(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
    let mail = inner
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.starts_with(char::is_alphanumeric));
    (mail && !inner.contains("://")) || is_ip(inner)
}

/// An IP address, also with its digits masked by `x` or `*`.
fn is_ip(text: &str) -> bool {
    let dots = text.bytes().filter(|b| *b == b'.').count();
    let colons = text.bytes().filter(|b| *b == b':').count();
    let digits = |extra: &str| text.chars().all(|c| c.is_ascii_hexdigit() || extra.contains(c));
    let numeric = text.chars().all(|c| c.is_ascii_digit() || "x*.:".contains(c));
    (dots >= 3 && numeric) || (colons >= 2 && digits(":.x*"))
}

/// Leaves out `<…>` on one line, save the names of line ends, and `[address]`.
fn without_addresses(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '[']) {
        let (before, open) = rest.split_at(at);
        kept.push_str(before);
        let angle = open.starts_with('<');
        let inner = open.get(1..).unwrap_or("");
        let end = inner
            .char_indices()
            .take(BRACKETED)
            .take_while(|(_, c)| *c != '\n' && *c != '<')
            .find(|(_, c)| *c == if angle { '>' } else { ']' })
            .map(|(end, _)| end);
        let content = end.and_then(|end| inner.get(..end));
        match (content, angle) {
            (Some(content), true) if !is_text(content) => {
                kept.push(' ');
                rest = inner.get(content.len() + 1..).unwrap_or("");
            }
            (Some(content), false) if content.split_whitespace().next().is_some_and(is_ip) => {
                drop_host(&mut kept);
                kept.push(' ');
                rest = inner.get(content.len() + 1..).unwrap_or("");
            }
            _ => {
                kept.push(' ');
                rest = inner;
            }
        }
    }
    kept.push_str(rest);
    kept
}

/// Whether what stands in angle brackets is no address or tag: the name of a line end, or a whole reply that one server
/// reports of another.
fn is_text(content: &str) -> bool {
    let line_end = matches!(content.trim(), "lf" | "cr" | "crlf" | "cr><lf");
    let refusal = |word: &str| {
        let code = word.strip_prefix("smtp;").unwrap_or(word);
        code.len() == 3 && is_code(code) && code.starts_with(['4', '5'])
    };
    line_end || content.split_whitespace().any(refusal)
}

/// Takes the host name away that stands right before its address in brackets.
fn drop_host(kept: &mut String) {
    let start = kept.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let host = kept.get(start..).unwrap_or("");
    if host == "unknown" || host.contains('.') {
        kept.truncate(start);
    }
}

/// Letters with marks as people write them without: German umlauts as two letters, others without their mark.
fn plain_letters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        plain.push_str(match letter {
            'ä' | 'æ' => "ae",
            'ö' | 'œ' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => "a",
            'ç' | 'ć' | 'č' => "c",
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ł' => "l",
            'ñ' | 'ń' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => "o",
            'ř' => "r",
            'ś' | 'š' | 'ş' => "s",
            'ù' | 'ú' | 'û' | 'ů' => "u",
            'ý' => "y",
            'ź' | 'ż' | 'ž' => "z",
            other => {
                plain.push(other);
                continue;
            }
        });
    }
    Cow::Owned(plain)
}

/// Typographic quotes as plain ones, and the HTML entities that mail programs leave behind.
fn unescape(text: &str) -> String {
    let text = text.replace(['\u{2019}', '\u{2018}', '\u{b4}', '`'], "'");
    if !text.contains('&') {
        return text;
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    entities
        .iter()
        .fold(text, |text, (entity, plain)| text.replace(entity, plain))
}

/// Web-style logs write blanks as plus signs.
fn plus_to_blank(text: &str) -> String {
    let pluses = text.bytes().filter(|b| *b == b'+').count();
    if pluses > 2 && pluses > text.split_whitespace().count() {
        text.replace('+', " ")
    } else {
        text.to_owned()
    }
}

/// The reply code and the enhanced code of a text: of a reply line, or inside a log line.
pub fn codes_of(text: &str) -> (Option<u16>, Option<Enhanced>) {
    let bytes = text.as_bytes();
    let mut best: Option<(u8, u16)> = None;
    let mut enhanced: Option<Enhanced> = None;
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
    {
        let start = at + found;
        let run = bytes.get(start..).map_or(0, |rest| {
            rest.iter()
                .take_while(|b| b.is_ascii_digit() || **b == b'.')
                .count()
        });
        at = start + run.max(1);
        let (Some(token), Some(before)) = (text.get(start..start + run), text.get(..start)) else {
            continue;
        };
        let after = text.get(start + run..).unwrap_or("");
        let token = token.trim_end_matches('.');
        if let Some(code) = reply_code(token) {
            let weight = code_weight(before, after);
            let total = weight + if code >= 400 { 3 } else { 0 };
            if weight > 1 && best.is_none_or(|(best, _)| total > best) {
                best = Some((total, code));
            }
        } else if let Some(found) = enhanced_code(token, before)
            && enhanced.is_none_or(|old| old.0 == 2 && found.0 != 2)
        {
            enhanced = Some(found);
        }
    }
    (best.map(|(_, code)| code), enhanced)
}

/// Three digits that can be a reply code.
fn reply_code(token: &str) -> Option<u16> {
    let code = (token.len() == 3).then(|| token.parse::<u16>().ok()).flatten()?;
    ((200..=599).contains(&code) && code / 10 % 10 <= 5).then_some(code)
}

/// An enhanced code, which is not a program's version.
fn enhanced_code(token: &str, before: &str) -> Option<Enhanced> {
    let (status, length) = Enhanced::leading(token)?;
    let ahead = before.chars().next_back();
    let word = before.trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
    let version = ["exim", "version", "sendmail", "postfix", "exchange"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name));
    let loose = ahead.is_none_or(|c| !c.is_alphanumeric() && c != '.' && c != '/');
    (length == token.len() && loose && !version).then_some(status)
}

/// How much the surroundings speak for three digits being a reply code; 2 is enough.
fn code_weight(before: &str, after: &str) -> u8 {
    let ahead = before.chars().next_back();
    let next = after.chars().next();
    let ends = next.is_none_or(|c| c.is_whitespace() || "-+])\",;:.<#".contains(c));
    if !ends || ahead.is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '/') {
        return 0;
    }
    // The second half of a panel's code, such as 016-450.
    let half = |rest: &str| rest.ends_with(|c: char| c.is_ascii_digit());
    if before.strip_suffix('-').is_some_and(half) {
        return 0;
    }
    let tail = after.trim_start_matches(['-', ' ', '+', '#']);
    if tail.len() < after.len() && Enhanced::leading(tail).is_some() {
        return 6;
    }
    let line = before.rsplit('\n').next().unwrap_or("");
    let trimmed = line.trim_end();
    let word = trimmed
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    let announced = [
        "error", "code", "reply", "response", "status", "returned", "said", "got", "answered", "replied",
    ];
    match trimmed.chars().next_back() {
        None => 5,
        Some('[') => u8::from(!trimmed.trim_end_matches('[').ends_with(char::is_alphanumeric)) * 3,
        Some(':') if trimmed.len() == line.len() => u8::from(!trimmed.ends_with("]:")) * 2,
        Some(':' | ';' | '"' | '=' | '>' | '(' | '*' | '<' | '~' | '-' | '+' | '\'') => 3,
        Some(_) if announced.iter().any(|known| word.eq_ignore_ascii_case(known)) => 4,
        Some(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_phrase_in_many_hands_is_one_phrase() {
        for text in [
            "550 5.1.1 <a@b.test>: User unknown",
            "smtp; 550-5.1.1 User\r\n550 5.1.1 unknown",
            "USER-UNKNOWN",
            "550+5.1.1+user+unknown",
            "User &lt;a@b.test&gt; unknown",
            "user [192.0.2.7] unknown.",
        ] {
            assert!(fold(text).ends_with(" user unknown"), "{text}: {:?}", fold(text));
        }
    }

    #[test]
    fn accents_umlauts_and_shortened_articles_do_not_count() {
        assert_eq!(
            fold("Empfänger überfüllt, BOÎTE pleine"),
            " empfaenger ueberfuellt boite pleine"
        );
        assert_eq!(
            fold("échec d'authentification"),
            fold("Echec de authentification").replace(" de ", " ")
        );
        assert_eq!(fold("dell'indirizzo"), " indirizzo");
        assert_eq!(
            fold("reject [MISSING_DATE(1.00){},R_SPF_FAIL(-0.5){}], tests=RDNS_NONE"),
            " reject"
        );
        assert_eq!(fold("(553, b'Relaying disallowed')"), " relaying disallowed");
        assert_eq!(fold("can't, doesn't, recipient's"), " cannot does not recipients");
    }

    #[test]
    fn spellings_meet() {
        assert_eq!(fold("Grey-listed"), fold("graylisted"));
        assert_eq!(
            fold("The user doesn\u{2019}t exist"),
            fold("the user does not exist")
        );
        assert_eq!(fold("we can't / can not / cannot"), " we cannot cannot cannot");
        assert_eq!(fold("E-mail over-quota"), fold("email over quota"));
        assert_eq!(fold("bare <LF> received"), " bare lf received");
    }

    #[test]
    fn half_of_a_panel_s_code_is_no_reply() {
        for text in ["018-505", "27-521", "Error 016-450 on the panel"] {
            assert_eq!(codes_of(text), (None, None), "{text}");
        }
        assert_eq!(codes_of("550-5.1.1 no such user").0, Some(550));
    }

    #[test]
    fn codes_are_found_in_replies_and_in_log_lines() {
        let both = |text| codes_of(text);
        assert_eq!(both("535 5.7.139 no"), (Some(535), Some(Enhanced(5, 7, 139))));
        let line =
            "Nov 20 08:15:01 mx postfix/smtpd[450]: reject: RCPT from a[192.0.2.7]:587: 554 5.7.1 <x>: no";
        assert_eq!(both(line), (Some(554), Some(Enhanced(5, 7, 1))));
        assert_eq!(
            both("dsn=4.4.1, status=deferred"),
            (None, Some(Enhanced(4, 4, 1)))
        );
        assert_eq!(both("received error code. [550] (8000)"), (Some(550), None));
        assert_eq!(both("220 mx ESMTP Exim 4.94.2 ready"), (Some(220), None));
        assert_eq!(both("2016-05-17 06:25:27 took 250 ms"), (None, None));
        assert_eq!(both("250 ok\n550 no"), (Some(550), None));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}") {
            fold(&text);
            codes_of(&text);
        }

        #[test]
        fn folding_twice_changes_nothing_more(text in "[a-z .,-]{0,60}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once.clone());
        }
    }
}
