//! IPP Get-Printer-Attributes (RFC 8011, section 4.2.5): asks what the printer is, never prints.

use super::http;
use ipp::model::DelimiterTag;
use ipp::parser::IppParser;
use ipp::prelude::{IppOperationBuilder, IppRequestResponse, IppValue, Uri};
use ipp::reader::IppReader;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::net::SocketAddr;

/// The attributes asked for; nothing else is.
const ATTRIBUTES: [&str; 9] = [
    "printer-make-and-model",
    "printer-device-id",
    "printer-firmware-name",
    "printer-firmware-string-version",
    "printer-firmware-version",
    "printer-info",
    "printer-serial-number",
    "printer-state-reasons",
    "printer-current-time",
];

/// What the printer said of itself: attribute to values, as text.
pub type Attributes = BTreeMap<String, Vec<String>>;

/// Asks on the usual paths, plain and where that is no HTTP inside TLS. The error is in words.
pub async fn ask(target: SocketAddr, host: &str) -> Result<Attributes, String> {
    let mut problem = String::new();
    for (tls, path) in [(false, "/ipp/print"), (false, "/"), (true, "/ipp/print")] {
        let uri = format!("ipp://{host}:{}{path}", target.port());
        let body = request(&uri)?;
        let answer = http::ask(http::Ask {
            target,
            tls,
            host,
            path,
            post: Some(("application/ipp", &body)),
        })
        .await;
        match answer {
            Err(error) if error.starts_with("no connection") => return Err(error),
            Err(error) => problem = error,
            Ok(answer) if answer.status != 200 => problem = format!("HTTP status {}", answer.status),
            Ok(answer) => match read(&answer.body) {
                Ok(attributes) if !attributes.is_empty() => return Ok(attributes),
                Ok(_) => problem = "the answer names no printer attributes".into(),
                Err(error) => problem = error,
            },
        }
    }
    Err(problem)
}

/// The request's bytes.
fn request(uri: &str) -> Result<Vec<u8>, String> {
    let uri: Uri = uri.parse().map_err(|e| format!("{uri}: {e}"))?;
    let operation = IppOperationBuilder::get_printer_attributes(uri)
        .attributes(ATTRIBUTES)
        .build()
        .map_err(|e| e.to_string())?;
    Ok(IppRequestResponse::from(operation).to_bytes().to_vec())
}

/// Reads an answer; the error says what is wrong with it. A refusing status gives no attributes.
pub fn read(body: &[u8]) -> Result<Attributes, String> {
    let answer = IppParser::new(IppReader::new(Cursor::new(body.to_vec())))
        .parse()
        .map_err(|error| format!("not readable as IPP: {error}"))?;
    let code = answer.header().operation_or_status;
    if code > 0x00ff {
        return Err(format!("IPP status 0x{code:04x}"));
    }
    let mut attributes = Attributes::new();
    for group in answer.attributes().groups_of(DelimiterTag::PrinterAttributes) {
        for attribute in group.attributes().iter().take(500) {
            let name = attribute.name().as_str();
            if ATTRIBUTES.contains(&name) {
                let values: Vec<String> = texts(attribute.value()).into_iter().take(20).collect();
                if !values.is_empty() {
                    attributes.insert(name.to_owned(), values);
                }
            }
        }
    }
    Ok(attributes)
}

/// The texts of a value; what is no text is left out.
fn texts(value: &IppValue) -> Vec<String> {
    let one = |bytes: &[u8]| super::text::readable(bytes).into_iter().collect();
    match value {
        IppValue::Array(values) => values.iter().take(20).flat_map(texts).collect(),
        IppValue::TextWithLanguage { text, .. } => one(text.to_string().as_bytes()),
        IppValue::NameWithLanguage { name, .. } => one(name.as_str().as_bytes()),
        IppValue::OctetString(bytes) | IppValue::NonUtf8 { data: bytes, .. } => one(bytes),
        IppValue::TextWithoutLanguage(_) | IppValue::NameWithoutLanguage(_) | IppValue::Keyword(_) => {
            one(value.to_string().as_bytes())
        }
        IppValue::DateTime(time) => vec![format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}",
            time.year,
            time.month,
            time.day,
            time.hour,
            time.minutes,
            time.seconds.min(59),
            time.utc_dir,
            time.utc_hours,
            time.utc_mins
        )],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IPP answer with one printer group, written by hand from RFC 8010.
    fn answer(status: u16, attributes: &[(u8, &str, &str)]) -> Vec<u8> {
        let mut bytes = vec![2, 0];
        bytes.extend(status.to_be_bytes());
        bytes.extend([0, 0, 0, 1, 4]);
        for (tag, name, value) in attributes {
            bytes.push(*tag);
            bytes.extend(u16::try_from(name.len()).unwrap().to_be_bytes());
            bytes.extend(name.as_bytes());
            bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            bytes.extend(value.as_bytes());
        }
        bytes.push(3);
        bytes
    }

    #[test]
    fn several_firmware_strings_are_all_kept() {
        let body = answer(
            0,
            &[
                (0x41, "printer-make-and-model", "Example MFP 99"),
                (0x41, "printer-firmware-string-version", "1.0"),
                (0x41, "", "2.0"),
            ],
        );
        let attributes = read(&body).unwrap();
        assert_eq!(attributes["printer-make-and-model"], ["Example MFP 99"]);
        assert_eq!(attributes["printer-firmware-string-version"], ["1.0", "2.0"]);
    }

    #[test]
    fn a_refusal_names_its_status() {
        assert_eq!(read(&answer(0x0406, &[])), Err("IPP status 0x0406".to_owned()));
    }

    #[test]
    fn a_length_beyond_the_end_is_reported() {
        let mut body = answer(0, &[(0x41, "printer-make-and-model", "Example")]);
        body[10] = 0xff;
        assert!(read(&body).unwrap_err().contains("not readable"));
    }

    #[test]
    fn the_request_is_get_printer_attributes_and_nothing_else() {
        let bytes = request("ipp://192.0.2.1:631/ipp/print").unwrap();
        assert_eq!(bytes.get(2..4), Some([0x00, 0x0b].as_slice()));
    }

    proptest::proptest! {
        #[test]
        fn no_answer_makes_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let _ = read(&bytes);
            let mut body = answer(0, &[]);
            body.pop();
            body.extend(bytes);
            let _ = read(&body);
        }
    }
}
