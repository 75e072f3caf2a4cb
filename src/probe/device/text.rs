//! What devices write, made readable: bytes to text, 1284 ids. Pure, total, bounded.

use std::collections::BTreeMap;

/// Longest text that is kept of one value.
const MAX_TEXT: usize = 1024;

/// Bytes of a string object as text: leading PML bytes gone (`01 15`, then text), control characters
/// to blanks, blanks folded, UTF-8 where it is valid and Latin-1 otherwise; `None` where nothing is left.
pub fn readable(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..MAX_TEXT).unwrap_or(bytes);
    let bytes = match bytes {
        [0x01, 0x10..=0x1f, rest @ ..] => rest,
        _ => bytes,
    };
    let raw = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or(bytes)).into_owned()
        }
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    let cleaned: String = raw
        .chars()
        .map(|c| if c.is_control() || c == '\u{feff}' { ' ' } else { c })
        .collect();
    let text = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = unhex(&text).unwrap_or(text);
    (!text.is_empty()).then_some(text)
}

/// A text that a card hands over as hex (`58 65 72 6F 78`, `0x5865…`), turned back; else `None`.
fn unhex(text: &str) -> Option<String> {
    let digits: String = match text.strip_prefix("0x") {
        Some(rest) => rest.to_owned(),
        None if text.len() >= 11 && text.split([' ', ':']).all(|pair| pair.len() == 2) => {
            text.replace([' ', ':'], "")
        }
        None => return None,
    };
    if digits.len() < 8 || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Vec<u8> = digits
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let printable = bytes
        .iter()
        .filter(|&&b| b == b' ' || b.is_ascii_graphic())
        .count();
    (printable * 10 >= bytes.len() * 9).then(|| {
        String::from_utf8_lossy(&bytes)
            .trim_matches(|c: char| c.is_control() || c == ' ')
            .to_owned()
    })
}

/// The fields of a 1284 id that name the device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceId {
    /// `MFG` or `MANUFACTURER`.
    pub maker: Option<String>,
    /// `MDL` or `MODEL`.
    pub model: Option<String>,
    /// `SN`, `SERN` or `SERIALNUMBER`.
    pub serial: Option<String>,
    /// `FW`, `FWVER` and the like.
    pub firmware: Option<String>,
}

/// Reads a 1284 id (`MFG:…;MDL:…;…`); `None` where the text is none.
pub fn device_id(text: &str) -> Option<DeviceId> {
    let fields: BTreeMap<String, &str> = text
        .split(';')
        .filter_map(|field| field.split_once(':'))
        .map(|(key, value)| (key.trim().to_ascii_uppercase(), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let first = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| fields.get(*key))
            .map(|v| (*v).to_owned())
    };
    let id = DeviceId {
        maker: first(&["MFG", "MANUFACTURER", "MANUFACTURE"]),
        model: first(&["MDL", "MODEL"]),
        serial: first(&["SN", "SERN", "SERIALNUMBER", "SER"]),
        firmware: first(&["FW", "FWVER", "FIRMWARE", "FVER"]),
    };
    (id.model.is_some() || id.maker.is_some()).then_some(id)
}

/// Letters and digits only, lower case: what is left when two spellings of one model are compared.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pml_bytes_and_line_feeds_are_not_part_of_the_text() {
        assert_eq!(readable(b"\x01\x15AB12\x0a34").as_deref(), Some("AB12 34"));
        assert_eq!(readable(b"\x00\x00"), None);
    }

    #[test]
    fn a_registered_sign_in_latin_1_or_cut_utf_8_does_not_lose_the_text() {
        assert_eq!(
            readable(b"Xerox\xae C999 Color MFP").as_deref(),
            Some("Xerox\u{ae} C999 Color MFP")
        );
        assert_eq!(
            readable("Xerox\u{ae}".as_bytes().get(..6).unwrap()).as_deref(),
            Some("Xerox")
        );
    }

    #[test]
    fn a_text_given_as_hex_is_turned_back() {
        assert_eq!(readable(b"58 65 72 6F 78 20 43").as_deref(), Some("Xerox C"));
        assert_eq!(readable(b"12 34").as_deref(), Some("12 34"));
    }

    #[test]
    fn a_1284_id_is_read_with_long_and_short_keys() {
        let id = device_id("MANUFACTURER:Example; COMMAND SET:ZPL;MODEL:EX 9;CLASS:PRINTER;").unwrap();
        assert_eq!(
            (id.maker.as_deref(), id.model.as_deref()),
            (Some("Example"), Some("EX 9"))
        );
        assert_eq!(device_id("EX 9"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            if let Some(text) = readable(&bytes) {
                let _ = device_id(&text);
            }
        }
    }
}
