//! Names in disguise: base64 of logins, hexadecimal digits, percent signs of web addresses.

use super::patterns::{self, each, group};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const USUAL: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const OF_THE_WEB: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The text, with what is a name once it is decoded replaced; `names` replaces names in plain text.
pub fn uncover(text: &str, names: &dyn Fn(&str) -> String) -> String {
    let mut text = text.to_owned();
    if text.contains('%') {
        text = each(&patterns::PERCENT, &text, |found| {
            let whole = group(found, 0);
            let plain = percent(whole);
            hidden(&plain, names).unwrap_or_else(|| whole.to_owned())
        });
    }
    text = each(&patterns::BASE64, &text, |found| {
        let whole = group(found, 0);
        let decoded = USUAL.decode(whole).or_else(|_| OF_THE_WEB.decode(whole));
        covered(whole, decoded.ok(), names)
    });
    each(&patterns::HEX, &text, |found| {
        let whole = group(found, 0);
        let bytes = whole.as_bytes().chunks(2);
        let decoded: Option<Vec<u8>> = bytes
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        covered(whole, decoded, names)
    })
}

/// The stand-in for a coded word, or the word itself where it holds no name.
fn covered(whole: &str, decoded: Option<Vec<u8>>, names: &dyn Fn(&str) -> String) -> String {
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.map(|text| text.replace(['\0', '\u{1}'], " "));
    match text {
        Some(text)
            if !text.trim().is_empty()
                && !text.contains(|c: char| c.is_control() && c != '\n' && c != '\r') =>
        {
            hidden(&text, names).map_or_else(|| whole.to_owned(), |shown| format!("(coded: {shown})"))
        }
        _ => whole.to_owned(),
    }
}

/// The decoded text with its names replaced; nothing where there are none. What stands beside a name in a
/// login is the password, so only the stand-ins are shown.
fn hidden(plain: &str, names: &dyn Fn(&str) -> String) -> Option<String> {
    let changed = names(plain);
    if changed == plain {
        return None;
    }
    let shown: Vec<&str> = changed
        .split(|letter: char| letter.is_whitespace() || letter == '=')
        .filter(|word| {
            word.contains(|c: char| c.is_ascii_digit()) && word.contains('-') && !plain.contains(*word)
        })
        .collect();
    Some(if shown.is_empty() {
        "hidden".to_owned()
    } else {
        shown.join(" ")
    })
}

fn percent(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = [ahead.next(), ahead.next()];
        let value = match (byte, digits) {
            (b'%', [Some(high), Some(low)]) => {
                let pair = [high, low];
                std::str::from_utf8(&pair)
                    .ok()
                    .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            }
            _ => None,
        };
        if let Some(value) = value {
            rest = ahead;
            out.push(value);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
