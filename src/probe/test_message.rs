//! The test message: marked as one in subject and header, with a PDF of the scan's size, made as it is sent.

use super::target::Target;
use crate::wire::smtp::command::bare;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt::Write as _;

/// Size of the attachment where the case names none.
const USUAL_SIZE: u64 = 20 * 1024;
/// Bytes of the attachment a portion: a multiple of 57, which fill a line of 76 letters (RFC 2045, section 6.8).
const PORTION: usize = 57 * 512;

/// A message that is made portion by portion, so that its size costs no memory.
#[derive(Debug)]
pub struct TestMessage {
    head: Option<String>,
    pdf: Pdf,
    at: u64,
    tail: Option<String>,
}

impl TestMessage {
    /// The message for a target, dated now.
    pub fn new(target: &Target, now: Timestamp) -> Self {
        let boundary = format!("scanmedic-{:x}", now.as_nanosecond());
        Self {
            head: Some(head(target, now, &boundary)),
            pdf: Pdf::new(target.size.unwrap_or(USUAL_SIZE)),
            at: 0,
            tail: Some(format!("--{boundary}--\r\n")),
        }
    }

    /// The next portion; none at the end.
    pub fn next_portion(&mut self) -> Option<Vec<u8>> {
        if let Some(head) = self.head.take() {
            return Some(head.into_bytes());
        }
        let bytes = self.pdf.read(self.at, PORTION);
        if bytes.is_empty() {
            return self.tail.take().map(String::into_bytes);
        }
        self.at += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28 + 8);
        for line in bytes.chunks(57) {
            STANDARD.encode_string(line, &mut out);
            out.push_str("\r\n");
        }
        Some(out.into_bytes())
    }
}

/// Header and text part, up to the attachment's empty line (RFC 5322, RFC 2046).
fn head(target: &Target, now: Timestamp, boundary: &str) -> String {
    let one_line = |text: &str| text.replace(['\r', '\n', '\0'], "");
    let from = one_line(bare(&target.from));
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let to: Vec<String> = target
        .to
        .iter()
        .map(|to| format!("<{}>", one_line(bare(to))))
        .collect();
    let zoned = now.to_zoned(TimeZone::UTC);
    let date = jiff::fmt::rfc2822::to_string(&zoned).unwrap_or_default();
    let id = now.as_nanosecond();
    let mut text = String::new();
    let _ = write!(
        text,
        "From: <{from}>\r\n\
         To: {}\r\n\
         Subject: ScanMedic test message\r\n\
         Date: {date}\r\n\
         Message-ID: <scanmedic.{id:x}@{domain}>\r\n\
         X-ScanMedic-Test: yes\r\n\
         Auto-Submitted: auto-generated\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         \r\n\
         This is a test message. ScanMedic sent it to find out whether scans reach this mailbox.\r\n\
         The attached page stands for a scan. Nobody needs to answer.\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: application/pdf; name=\"scanmedic-test.pdf\"\r\n\
         Content-Disposition: attachment; filename=\"scanmedic-test.pdf\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         \r\n",
        to.join(",\r\n ")
    );
    text
}

/// A valid PDF of one page (ISO 32000-1, section 7.5), filled up to a size inside an unused stream.
#[derive(Debug)]
struct Pdf {
    before: Vec<u8>,
    filling: u64,
    after: Vec<u8>,
}

impl Pdf {
    /// A PDF of this size in bytes, or the smallest possible.
    fn new(size: u64) -> Self {
        // The numbers written inside take more room the larger they are, so the filling is found by trying.
        let bare = Self::filled(0).len();
        let mut pdf = Self::filled(size.saturating_sub(bare));
        for _ in 0..4 {
            let excess = pdf.len().saturating_sub(size.max(bare));
            if excess == 0 {
                break;
            }
            pdf = Self::filled(pdf.filling.saturating_sub(excess));
        }
        pdf
    }

    /// A PDF with so many bytes of filling.
    fn filled(filling: u64) -> Self {
        let page = "BT /F1 24 Tf 72 720 Td (ScanMedic test page) Tj ET";
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        ];
        let mut before = "%PDF-1.4\n".to_owned();
        let mut offsets = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            offsets.push(before.len());
            let _ = write!(before, "{} 0 obj\n{object}\nendobj\n", index + 1);
        }
        offsets.push(before.len());
        let _ = write!(before, "6 0 obj\n<< /Length {filling} >>\nstream\n");
        let mut after = "\nendstream\nendobj\n".to_owned();
        let table = u64::try_from(before.len() + after.len()).unwrap_or(0) + filling;
        after.push_str("xref\n0 7\n0000000000 65535 f \n");
        for offset in offsets {
            let _ = writeln!(after, "{offset:010} 00000 n ");
        }
        let _ = write!(
            after,
            "trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        Self {
            before: before.into_bytes(),
            filling,
            after: after.into_bytes(),
        }
    }

    /// Size in bytes.
    fn len(&self) -> u64 {
        u64::try_from(self.before.len() + self.after.len())
            .unwrap_or(0)
            .saturating_add(self.filling)
    }

    /// Up to `count` bytes from an offset; fewer only at the end.
    fn read(&self, from: u64, count: usize) -> Vec<u8> {
        let start = u64::try_from(self.before.len()).unwrap_or(0);
        let end = start.saturating_add(self.filling);
        let mut out = Vec::with_capacity(count);
        let mut at = from;
        while out.len() < count && at < self.len() {
            let room = count - out.len();
            let taken = if at < start {
                copy(&mut out, &self.before, at, room)
            } else if at < end {
                let here = usize::try_from(end - at).unwrap_or(usize::MAX).min(room);
                out.resize(out.len() + here, b' ');
                here
            } else {
                copy(&mut out, &self.after, at - end, room)
            };
            at += u64::try_from(taken).unwrap_or(u64::MAX);
        }
        out
    }
}

/// Copies up to `room` bytes from an offset; gives how many.
fn copy(out: &mut Vec<u8>, bytes: &[u8], from: u64, room: usize) -> usize {
    let before = out.len();
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    out.extend(bytes.iter().skip(from).take(room));
    out.len() - before
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    fn whole(size: Option<u64>) -> Vec<u8> {
        let mut case = Case::default();
        case.mail.server = "mx.example.test".into();
        case.mail.from = "Scanner <scan@example.test>".into();
        case.mail.to = vec![
            "it@example.test".into(),
            "b@example.test\r\nBcc: x@example.test".into(),
        ];
        case.mail.size = size;
        let target = Target::of(&case).unwrap();
        let mut message = TestMessage::new(&target, "2026-01-02T03:04:05Z".parse().unwrap());
        let mut bytes = Vec::new();
        while let Some(portion) = message.next_portion() {
            bytes.extend(portion);
        }
        bytes
    }

    #[test]
    fn an_independent_parser_reads_message_and_attachment() {
        for size in [None, Some(1), Some(100_000), Some(1_234_567)] {
            let bytes = whole(size);
            let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
            assert_eq!(message.subject(), Some("ScanMedic test message"));
            assert_eq!(message.header_raw("X-ScanMedic-Test").map(str::trim), Some("yes"));
            assert!(message.bcc().is_none());
            let pdf = message.attachment(0).unwrap().contents();
            let wanted = size.unwrap_or(USUAL_SIZE);
            assert!(
                wanted < 1000 || pdf.len() as u64 == wanted,
                "{} for {wanted}",
                pdf.len()
            );
            let text = String::from_utf8_lossy(pdf);
            let table = text.rfind("startxref\n").unwrap();
            let offset: usize = text[table..].split_whitespace().nth(1).unwrap().parse().unwrap();
            assert!(text[offset..].starts_with("xref\n"), "{size:?}");
            assert!(text.starts_with("%PDF-1.4"));
        }
    }

    #[test]
    fn no_line_is_longer_than_mail_allows() {
        let bytes = whole(Some(50_000));
        assert!(bytes.split(|&b| b == b'\n').all(|line| line.len() <= 998));
    }

    #[test]
    fn a_hundred_megabytes_come_in_small_portions() {
        let mut case = Case::default();
        case.mail.server = "mx.example.test".into();
        case.mail.size = Some(100 << 20);
        let target = Target::of(&case).unwrap();
        let mut message = TestMessage::new(&target, Timestamp::UNIX_EPOCH);
        for _ in 0..20 {
            assert!(message.next_portion().unwrap().len() < 64 * 1024);
        }
    }
}
