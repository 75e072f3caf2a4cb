//! One file with all that lies in it: wrappings are opened, each content goes to its reader.

use super::capture::{self, CaptureSummary};
use super::collect::Collector;
use super::foreign::{self, Foreign};
use super::source::{Bounded, Broken, Counted, head};
use super::text::detect::{self, Kind};
use super::text::frames::{self, Frames};
use super::text::lines::{self, LONGEST, Met, Narrowed};
use super::text::openssl::OpenSsl;
use super::text::protocol::{self, Protocol};
use super::text::sessions::Dialogues;
use super::text::talk::push;
use super::text::{Format, Line, codes::Codes, exchange::Exchange, heard::Heard, iis::Iis, mta::Mta};
use super::text::{trace::Trace, transcript::Transcript};
use super::xerox::Together;
use super::xerox::archive_name::offset_of;
use super::xerox::audit::Manner;
use super::xerox::blocks;
use super::xerox::reader::Reader;
use super::{FileReport, Reading, bounce};
use crate::evidence::Fact;
use crate::gate::Gate;
use crate::knowledge::Knowledge;
use crate::wire::reply::clean;
use jiff::Timestamp;
use std::io::{Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Wrappings inside each other.
const DEPTH: u32 = 2;
/// Members of an archive that are read.
const MEMBERS: usize = 200;
/// Bytes of a mail message or of an archive inside another wrapping.
const IN_MEMORY: u64 = 24 << 20;

/// Where everything goes.
pub struct Opener<'k> {
    knowledge: &'k Knowledge,
    written: Option<Timestamp>,
    /// Evidence.
    pub out: Collector,
    /// What belongs together in a device's archive.
    pub together: Together,
    /// The formats met, in order.
    pub formats: Vec<String>,
    /// Records read and passed over.
    pub counts: [u64; 2],
    /// What was wrong.
    pub problems: Vec<String>,
    /// The first capture.
    pub capture: Option<CaptureSummary>,
    offset: i64,
    /// How the lines of the text in hand are carried.
    frames: Option<Frames>,
}

impl<'k> Opener<'k> {
    /// An opener for a file of this name, last written at this time.
    pub fn new(name: &str, knowledge: &'k Knowledge, written: Option<Timestamp>) -> Self {
        Self {
            knowledge,
            written,
            out: Collector::new(name),
            together: Together {
                offset: offset_of(name).unwrap_or(0),
                ..Together::default()
            },
            formats: Vec::new(),
            counts: [0, 0],
            problems: Vec::new(),
            capture: None,
            offset: offset_of(name).unwrap_or(0),
            frames: None,
        }
    }

    /// All that was found.
    pub fn reading(mut self, path: &Path) -> Reading {
        self.together.tell(&mut self.out);
        let format = match self.formats.split_first() {
            Some((wrapping, inside)) if !inside.is_empty() => format!("{wrapping}: {}", inside.join(", ")),
            _ => self.formats.concat(),
        };
        let [records, skipped] = self.counts;
        Reading {
            report: FileReport {
                path: path.display().to_string(),
                format,
                records,
                skipped,
                problem: (!self.problems.is_empty()).then(|| self.problems.join("; ")),
            },
            evidence: self.out.finish(),
            capture: self.capture,
        }
    }

    /// Opens a zip archive. Nothing is written anywhere, so the paths in it can do no harm.
    pub fn zip(&mut self, name: &str, source: impl Read + Seek + Send, depth: u32) {
        let mut archive = match zip::ZipArchive::new(source) {
            Ok(archive) => archive,
            Err(error) => {
                self.formats.push("zip archive".into());
                self.problems
                    .push(format!("the zip archive cannot be read: {error}"));
                return;
            }
        };
        // The files of Excel and Word are archives of XML that says nothing to a log reader.
        if archive.index_for_name("[Content_Types].xml").is_some() {
            return self.not_read(Foreign {
                title: "Excel or Word file",
                way_on: "save the sheet as CSV, or the document as text",
            });
        }
        self.formats.push("zip archive".into());
        if archive.len() > MEMBERS {
            self.problems.push(format!(
                "only the first {MEMBERS} of {} members were read",
                archive.len()
            ));
        }
        for index in 0..archive.len().min(MEMBERS) {
            let member = match archive.by_index(index) {
                Ok(member) => member,
                Err(error) => {
                    self.problems.push(format!(
                        "member {} of the archive cannot be read: {error}",
                        index + 1
                    ));
                    continue;
                }
            };
            if member.is_dir() {
                continue;
            }
            let inside: String = clean(member.name_raw()).chars().take(200).collect();
            // The stated packed size bounds what the library reads, so the ratio is taken against it.
            let packed = Arc::new(AtomicU64::new(member.compressed_size()));
            self.out.rename(&format!("{name}/{inside}"));
            self.content(&inside, &mut Bounded::new(member, packed), depth + 1);
        }
        self.out.rename(name);
    }

    /// Reads a content of unknown kind.
    pub fn content(&mut self, name: &str, source: &mut (dyn Read + Send), depth: u32) {
        let (start, failed) = head(source);
        let mut whole = Cursor::new(start.clone()).chain(Broken(failed)).chain(source);
        if start.starts_with(&[0x1f, 0x8b]) && depth < DEPTH {
            self.formats.push("gzip".into());
            let (counted, packed) = Counted::new(whole);
            let mut unpacked = Bounded::new(flate2::read::MultiGzDecoder::new(counted), packed);
            let inside = name.strip_suffix(".gz").unwrap_or(name);
            self.content(inside, &mut unpacked, depth + 1);
        } else if start.starts_with(b"PK\x03\x04") && depth < DEPTH {
            let mut bytes = Vec::new();
            match whole.take(IN_MEMORY).read_to_end(&mut bytes) {
                Ok(_) => self.zip(name, Cursor::new(bytes), depth),
                Err(error) => self
                    .problems
                    .push(format!("the archive inside cannot be read: {error}")),
            }
        } else if let Some(foreign) = foreign::kind(&start) {
            self.not_read(foreign);
        } else if let Some(format) = capture::format_of(&start) {
            self.formats.push(format.into());
            let (summary, problem) = capture::read(&mut whole, &mut self.out);
            self.counts[0] += summary.packets;
            self.problems.extend(problem);
            self.capture.get_or_insert(summary);
        } else {
            match lines::wide_encoding(&start) {
                Some(encoding) => {
                    let mut narrow = Narrowed::new(whole, encoding);
                    let (start, failed) = head(&mut narrow);
                    let rest = Cursor::new(start.clone()).chain(Broken(failed)).chain(narrow);
                    self.text(name, &start, rest);
                }
                None => self.text(name, &start, whole),
            }
        }
    }

    /// Reads a text.
    fn text(&mut self, name: &str, start: &[u8], source: impl Read + Send) {
        let mut beginning = lines::text(start);
        self.frames = Frames::of(&beginning).filter(|_| detect::kind(&beginning) != Kind::Heard);
        if let Some(frames) = &self.frames
            && let Some(plain) = frames::unframed(&beginning)
        {
            self.formats.push(frames.title().into());
            beginning = plain.into();
        }
        if let Some(settings) = foreign::settings(&beginning) {
            self.not_read(settings);
            if let Some(module) = foreign::module_name(&beginning) {
                let text = format!("the module calls itself {}", clean(module.as_bytes()));
                push(
                    Gate::Device,
                    Fact::Note { text: text.clone() },
                    text,
                    1,
                    None,
                    &mut self.out,
                );
            }
            return;
        }
        let is_nul = memchr::memchr_iter(0, start).count() * 20 > start.len();
        let kind = match detect::kind(&beginning) {
            _ if is_nul && !start.is_empty() => Kind::Binary,
            kind => kind,
        };
        let named = protocol::protocol_of(name).filter(|_| matches!(kind, Kind::Text | Kind::Empty));
        if let Some(protocol) = named {
            self.formats
                .push(format!("{} protocol log", protocol.to_uppercase()));
            let mut reader = Protocol::new(protocol, self.written);
            self.lines(source, &mut reader);
            if protocol == "tls" {
                self.together.tls_lines = Some(reader.lines);
                self.together.drops.append(&mut reader.drops);
            }
            return;
        }
        self.formats.push(kind.title().into());
        let knowledge = self.knowledge;
        let written = self.written;
        match kind {
            Kind::Empty => {}
            Kind::Binary => {
                self.problems
                    .push("the content is of no kind that is known here".into());
            }
            Kind::Message => self.message(source),
            Kind::Audit(separator) => {
                let (audit, met) = blocks::read(source, || Reader::new(knowledge, separator));
                self.counts[0] += audit.rows;
                self.counts[1] += audit.skipped;
                let manner = Manner {
                    table: knowledge.events.first(),
                    separator,
                    offset: self.offset,
                };
                audit.finish(manner, &mut self.together, &mut self.out);
                self.met(met);
            }
            Kind::Exchange => self.lines(source, &mut Exchange::default()),
            Kind::Iis => self.lines(source, &mut Iis::default()),
            Kind::Heard => self.lines(source, &mut Heard::default()),
            Kind::Trace => self.lines(source, &mut Trace::default()),
            Kind::OpenSsl => self.lines(source, &mut OpenSsl),
            Kind::Transcript => self.lines(source, &mut Transcript::new(written)),
            Kind::Dialogues => self.lines(source, &mut Dialogues::new(written)),
            Kind::Postfix | Kind::Sendmail | Kind::Exim => self.lines(source, &mut Mta::new(written, true)),
            Kind::Table(separator) => self.lines(source, &mut Codes::new(separator, knowledge, written)),
            Kind::Text => {
                let before = self.counts[0];
                self.lines(source, &mut Mta::new(written, false));
                if self.counts[0] == before {
                    let guess = detect::nearest(&beginning)
                        .map_or_else(String::new, |kind| format!("; nearest guess: {}", kind.title()));
                    self.problems.push(format!(
                        "of no kind that is known here: read line by line, and no line tells of a fault{guess}"
                    ));
                }
            }
        }
    }

    /// Notes a content that is known and not read.
    fn not_read(&mut self, foreign: Foreign) {
        self.formats.push(foreign.title.into());
        self.problems.push(format!("not read: {}", foreign.way_on));
    }

    fn message(&mut self, source: impl Read) {
        let mut bytes = Vec::new();
        if let Err(error) = source.take(IN_MEMORY).read_to_end(&mut bytes) {
            self.problems
                .push(format!("breaks off after {} bytes: {error}", bytes.len()));
        }
        if bytes.len() as u64 == IN_MEMORY {
            self.problems
                .push("the message is longer than 24 MB; the rest was not read".into());
        }
        let (records, problem) = bounce::read(&bytes, &mut self.out);
        self.counts[0] += records;
        self.problems.extend(problem);
    }

    fn lines(&mut self, source: impl Read, format: &mut dyn Format) {
        let mut number = 0;
        let (out, counts) = (&mut self.out, &mut self.counts);
        let mut frames = self.frames.take();
        let mut take = |text: &str, number: u64| {
            if format.line(Line { text, number }, out) {
                counts[0] += 1;
            } else if !text.trim().is_empty() {
                counts[1] += 1;
            }
        };
        let met = lines::each(source, |line| {
            number += 1;
            let text = lines::text(line);
            match &mut frames {
                Some(frames) => {
                    if let Some((plain, number)) = frames.line(&text, number) {
                        take(&clean(plain.as_bytes()), number);
                    }
                }
                None => take(&clean(text.as_bytes()), number),
            }
        });
        if let Some((plain, number)) = frames.as_mut().and_then(Frames::whole) {
            take(&clean(plain.as_bytes()), number);
        }
        format.finish(out);
        self.met(met);
    }

    fn met(&mut self, met: Met) {
        if let Some((count, first)) = met.long {
            self.problems.push(format!(
                "{count} line{} of more than {LONGEST} bytes cut off, the first is line {first}",
                if count == 1 { "" } else { "s" }
            ));
        }
        if let Some(broken) = met.broken {
            let records = self.counts[0] + self.counts[1];
            self.problems
                .push(format!("breaks off behind {records} records: {broken}"));
        }
    }
}
