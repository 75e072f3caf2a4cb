//! Every parser of bytes from outside as a function of bytes: what the targets in `fuzz/` call, and what the
//! test below feeds with anything. A parser is right here when it comes back, in bounded memory.

use crate::case::{Case, Controller};
use crate::knowledge::{Knowledge, check, explain};
use crate::logs::forced;
use crate::probe::device;
use crate::wire::reply::ReplyReader;
use crate::wire::smtp::ehlo::Ehlo;
use crate::wire::tls::answer::AnswerReader;
use crate::wire::tls::client_hello;
use crate::wire::tls::record::RecordReader;
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::embedded);

/// A parser by the name of its target.
pub type Target = (&'static str, fn(&[u8]));

/// All parsers.
pub const TARGETS: [Target; 15] = [
    ("archive", archive),
    ("audit_log", audit_log),
    ("bounce", bounce),
    ("capture", capture),
    ("case_file", case_file),
    ("certificate", certificate),
    ("device_answer", device::read_foreign),
    ("device_objects", device_objects),
    ("explain_text", explain_text),
    ("file", file),
    ("firmware_package", firmware_package),
    ("knowledge_file", knowledge_file),
    ("smtp_reply", smtp_reply),
    ("text_log", text_log),
    ("tls_record", tls_record),
];

/// The first byte chooses the parser, the others are for it.
pub fn every(bytes: &[u8]) {
    if let Some((first, rest)) = bytes.split_first()
        && let Some((_, parse)) = TARGETS.get(usize::from(*first) % TARGETS.len())
    {
        parse(rest);
    }
}

/// A reply of a mail server in pieces, and its list of extensions.
pub fn smtp_reply(bytes: &[u8]) {
    let mut reader = ReplyReader::default();
    for piece in bytes.chunks(7) {
        reader.push(piece);
        while let Ok(Some(reply)) = reader.next_reply() {
            let ehlo = Ehlo::read(&reply);
            let _ = (ehlo.size(), ehlo.mechanisms(), ehlo.echoed_address());
        }
    }
}

/// TLS records as a client reads them, and as the listener reads a hello.
pub fn tls_record(bytes: &[u8]) {
    let (mut records, mut answer) = (RecordReader::default(), AnswerReader::default());
    for piece in bytes.chunks(11) {
        records.push(piece);
        while let Ok(Some(_)) = records.next_spoken() {}
        let _ = answer.push(piece);
    }
    let _ = client_hello::read(bytes);
}

/// A certificate, DER.
pub fn certificate(bytes: &[u8]) {
    forced::certificate(bytes);
}

/// A capture: frames, fragments, streams, dialogues, handshakes.
pub fn capture(bytes: &[u8]) {
    forced::capture(bytes);
}

/// A device's audit log; the first byte chooses the separator.
pub fn audit_log(bytes: &[u8]) {
    let separator = match bytes.first() {
        Some(byte) if byte % 2 == 1 => b',',
        _ => b'\t',
    };
    forced::audit(separator, bytes.get(1..).unwrap_or_default(), &KNOWLEDGE);
}

/// A text log or transcript; the first byte chooses the format.
pub fn text_log(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let format = forced::FORMATS.get(usize::from(*first) % forced::FORMATS.len());
    forced::text(format.copied().unwrap_or_default(), rest, &KNOWLEDGE);
}

/// A mail message with or without a delivery report.
pub fn bounce(bytes: &[u8]) {
    forced::bounce(bytes);
}

/// A gzip stream or a zip archive: its first bytes are put in front.
pub fn archive(bytes: &[u8]) {
    forced::any(&[b"\x1f\x8b\x08", bytes].concat(), &KNOWLEDGE);
    forced::any(&[b"PK\x03\x04", bytes].concat(), &KNOWLEDGE);
}

/// A file of any kind.
pub fn file(bytes: &[u8]) {
    forced::any(bytes, &KNOWLEDGE);
}

/// What a device answers by SNMP and IPP, as far as to what device it is.
pub fn device_objects(bytes: &[u8]) {
    device::decide_foreign(bytes, &KNOWLEDGE);
}

/// A firmware package: with its mark in front, and as it is.
pub fn firmware_package(bytes: &[u8]) {
    for package in [[b"%%XRXbegin\n", bytes].concat(), bytes.to_vec()] {
        let mut source = std::io::Cursor::new(package);
        let (model, installed) = ("AltaLink C8055", "103.002.020.23120");
        let _ = KNOWLEDGE.firmware_package(model, installed, Controller::BuiltIn, "x.DLM", &mut source);
    }
}

/// A case file.
pub fn case_file(bytes: &[u8]) {
    let _ = Case::parse(&String::from_utf8_lossy(bytes), "x.case.ron");
}

/// A knowledge file of a technician.
pub fn knowledge_file(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let _ = check::check(&[("x.ron".to_owned(), text)]);
}

/// A reply, a panel code or a bounce that somebody typed.
pub fn explain_text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = explain::explain(&KNOWLEDGE, &text, None);
    let _ = explain::explain(&KNOWLEDGE, &text, Some("Canon"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_target_reads_its_seeds() {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        for (name, parse) in TARGETS {
            let folder = seeds.join(name);
            let mut count = 0;
            for seed in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
                parse(&std::fs::read(seed.unwrap().path()).unwrap());
                count += 1;
            }
            assert!(count > 0, "{name} has no seed");
        }
    }

    #[test]
    fn every_target_has_its_file() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|file| Some(file.unwrap().path().file_stem()?.to_str()?.to_owned()))
            .filter(|name| name != "every")
            .collect();
        files.sort();
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, names);
    }

    /// Changes bytes, lengths and order of a seed; a small generator keeps a failure repeatable by its number.
    fn changed(seed: &[u8], other: &[u8], mut state: u64) -> Vec<u8> {
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
        };
        let mut bytes = seed.to_vec();
        for _ in 0..=next(6) {
            let at = next(bytes.len() + 1);
            match next(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << next(8),
                1 if at < bytes.len() => bytes[at] = [0, 0xff, 0x7f, 0x80, b'\n', b'\t', b'"', b','][next(8)],
                2 => bytes.truncate(at),
                3 => {
                    let part = bytes.get(at..).unwrap_or_default().to_vec();
                    bytes.extend(part.iter().take(200));
                }
                4 => {
                    let from = next(other.len() + 1);
                    let part: Vec<u8> = other.iter().skip(from).take(next(64)).copied().collect();
                    bytes.splice(at..at, part);
                }
                _ => {
                    let end = (at + next(16)).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        bytes
    }

    /// Seconds for each parser are asked for by `SCANMEDIC_FUZZ_SECONDS`; without it, some hundred inputs, or as
    /// many as five seconds allow.
    #[test]
    fn changed_seeds_harm_no_parser() {
        let seconds: Option<u64> = std::env::var("SCANMEDIC_FUZZ_SECONDS")
            .ok()
            .and_then(|text| text.parse().ok());
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
        for (name, parse) in TARGETS {
            let all: Vec<Vec<u8>> = std::fs::read_dir(seeds.join(name))
                .unwrap()
                .map(|seed| std::fs::read(seed.unwrap().path()).unwrap())
                .collect();
            let began = std::time::Instant::now();
            let mut number = 0u64;
            let mut slowest = std::time::Duration::ZERO;
            let goes_on = |number| match seconds {
                Some(seconds) => began.elapsed().as_secs() < seconds,
                None => number < 150 && began.elapsed().as_secs() < 5,
            };
            while goes_on(number) {
                let of =
                    |shift: u64| &all[usize::try_from(number / (shift + 1) + shift).unwrap() % all.len()];
                let input = changed(of(0), of(1), number.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1);
                let start = std::time::Instant::now();
                parse(&input);
                slowest = slowest.max(start.elapsed());
                number += 1;
            }
            println!("{name}: {number} changed seeds, slowest {slowest:?}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(60))]
        #[test]
        fn no_bytes_make_any_parser_panic(
            which in 0..TARGETS.len(),
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600),
        ) {
            (TARGETS[which].1)(&bytes);
        }
    }
}
