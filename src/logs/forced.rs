//! Each reader of files by itself, whatever the bytes look like: for fuzzing.

use super::collect::Collector;
use super::open::Opener;
use super::text::lines;
use super::text::{Format, Line, codes::Codes, exchange::Exchange, iis::Iis, mta::Mta, openssl::OpenSsl};
use super::text::{protocol::Protocol, trace::Trace, transcript::Transcript};
use super::xerox::{Together, audit::Manner, blocks, reader::Reader};
use super::{bounce, capture, certificate};
use crate::knowledge::Knowledge;
use crate::wire::reply::clean;

/// The text formats that can be forced, by name.
pub const FORMATS: [&str; 8] = [
    "exchange",
    "iis",
    "trace",
    "openssl",
    "transcript",
    "server",
    "table",
    "protocol",
];

/// Reads bytes as this text format.
pub fn text(format: &str, bytes: &[u8], knowledge: &Knowledge) {
    let written = Some(jiff::Timestamp::UNIX_EPOCH);
    let mut reader: Box<dyn Format> = match format {
        "exchange" => Box::new(Exchange::default()),
        "iis" => Box::new(Iis::default()),
        "trace" => Box::new(Trace::default()),
        "openssl" => Box::new(OpenSsl),
        "transcript" => Box::new(Transcript::new(written)),
        "table" => Box::new(Codes::new(',', knowledge, written)),
        "protocol" => Box::new(Protocol::new("tls", written)),
        _ => Box::new(Mta::new(written, true)),
    };
    let mut out = Collector::new("x");
    let mut number = 0;
    lines::each(bytes, |line| {
        number += 1;
        let text = clean(lines::text(line).as_bytes());
        reader.line(Line { text: &text, number }, &mut out);
    });
    reader.finish(&mut out);
    out.finish();
}

/// Reads bytes as an audit log with this separator.
pub fn audit(separator: u8, bytes: &[u8], knowledge: &Knowledge) {
    let (audit, _) = blocks::read(bytes, || Reader::new(knowledge, separator));
    let manner = Manner {
        table: knowledge.events.first(),
        separator,
        offset: 0,
    };
    let mut out = Collector::new("x");
    let mut together = Together::default();
    audit.finish(manner, &mut together, &mut out);
    together.tell(&mut out);
    out.finish();
}

/// Reads bytes as a capture, for evidence and for the table of rows.
pub fn capture(bytes: &[u8]) {
    let mut out = Collector::new("x");
    capture::read(bytes, &mut out);
    capture::list(bytes, |_, _| true);
}

/// Reads bytes as a mail message.
pub fn bounce(bytes: &[u8]) {
    bounce::read(bytes, &mut Collector::new("x"));
}

/// Reads bytes as a certificate.
pub fn certificate(bytes: &[u8]) {
    certificate::facts(bytes);
}

/// Reads bytes as a file of unknown kind, wrappings and all.
pub fn any(bytes: &[u8], knowledge: &Knowledge) {
    let mut opener = Opener::new("x", knowledge, None);
    if bytes.starts_with(b"PK\x03\x04") {
        opener.zip("x", std::io::Cursor::new(bytes), 0);
    } else {
        opener.content("x", &mut &*bytes, 0);
    }
    opener.reading(std::path::Path::new("x"));
}
