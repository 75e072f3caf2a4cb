//! Stories of whole files, from the bytes on the disk to the evidence.

use super::{Reading, read};
use crate::evidence::Fact;
use crate::knowledge::Knowledge;
use etherparse::PacketBuilder;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

fn reading(name: &str, bytes: &[u8]) -> Reading {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read(&path, &Knowledge::embedded()).unwrap()
}

fn kinds(reading: &Reading) -> Vec<String> {
    reading
        .evidence
        .iter()
        .map(|evidence| evidence.fact.kind())
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const AUDIT: &str = "1\t03/14/25\t09:00:00\t125\tSecure Protocol Log\tadmin\tMFP\tSYN1\tEnabled\r\n\
    2\t03/14/25\t09:15:40\t9\tEmail Job\tscan1.pdf\tLocal User\tcomp-error\t\ta@example.test\r\n";

#[test]
fn a_dropped_connection_is_tied_to_the_job_that_failed_with_it() {
    let tls = b"03/14/25 09:15:38 192.0.2.5:587 TLSv1 connection dropped\n";
    let members: [(&str, &[u8]); 2] = [("Auditfile.txt", AUDIT.as_bytes()), ("../../tls.log", tls)];
    let reading = reading("SYN1_2025-03-14--0500-100512_auditfile.zip", &archive(&members));
    assert_eq!(
        reading.report.format,
        "zip archive: Xerox audit log, TLS protocol log"
    );
    assert!(reading.evidence.iter().any(|evidence| {
        evidence
            .summary
            .contains("s from the failed e-mail job on line 2")
    }));
}

#[test]
fn an_empty_tls_log_with_the_switch_on_hints_at_the_restart() {
    let members: [(&str, &[u8]); 2] = [("Auditfile.txt", AUDIT.as_bytes()), ("TLS.txt", b"")];
    let reading = reading("auditfile.zip", &archive(&members));
    assert!(
        reading
            .evidence
            .iter()
            .any(|evidence| evidence.summary.contains("not restarted"))
    );
}

#[test]
fn a_cut_gzip_gives_what_could_be_read_and_says_where_it_ends() {
    let mut log = String::new();
    for minute in 0..60 {
        for second in 0..60 {
            let line = format!(
                "Nov 20 08:{minute:02}:{second:02} relay postfix/smtpd[{}]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 554 5.7.1 no {}\n",
                minute * 977 + second * 131,
                minute * second * 7919
            );
            log.push_str(&line);
        }
    }
    let packed = gzip(log.as_bytes());
    let reading = reading("mail.log.gz", &packed[..packed.len() / 2]);
    assert_eq!(reading.report.format, "gzip: Postfix log");
    assert!(reading.report.records > 100 && reading.report.records < 3600);
    assert!(reading.report.problem.unwrap().contains("breaks off behind"));
}

#[test]
fn a_bomb_is_stopped() {
    let reading = reading("bomb.gz", &gzip(&gzip(&vec![b'x'; 100 << 20])));
    assert!(reading.report.problem.unwrap().contains("archive bomb"));
}

#[test]
fn a_bomb_in_a_zip_is_stopped_and_the_other_members_are_read() {
    let bomb = vec![b'x'; 100 << 20];
    let members: [(&str, &[u8]); 2] = [("a.txt", &bomb), ("auditfile.txt", AUDIT.as_bytes())];
    let reading = reading("bomb.zip", &archive(&members));
    assert!(reading.report.problem.unwrap().contains("archive bomb"));
    assert!(reading.report.format.contains("Xerox audit log"));
}

#[test]
fn an_archive_in_an_archive_in_an_archive_is_not_opened() {
    let inner = archive(&[("auditfile.txt", AUDIT.as_bytes())]);
    let once = archive(&[("a.zip", &inner)]);
    assert!(kinds(&reading("b.zip", &once)).contains(&"device-job:failed".to_owned()));
    let twice = reading("c.zip", &archive(&[("b.zip", &once)]));
    assert!(kinds(&twice).is_empty());
    assert!(twice.report.problem.is_some());
}

#[test]
fn nuls_and_broken_text_do_not_hide_the_lines_around_them() {
    let mut log =
        b"Nov 20 08:15:01 relay postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[192.0.2.7]: 554 5.7.1 no\n"
            .to_vec();
    log.extend_from_slice(b"\0\0\0\xff\xfe\xf0\x28\x8c\n");
    log.extend_from_slice(b"Feb 30 99:99:99 relay postfix/smtpd[1]: NOQUEUE: reject: RCPT from b[192.0.2.8]: 550 5.1.1 no such user\n");
    let reading = reading("mail.log", &log);
    assert_eq!(kinds(&reading), ["refused:rcpt", "refused:rcpt"]);
    assert_eq!(reading.evidence[1].at, None);
}

#[test]
fn a_line_without_end_is_cut_in_bounded_memory() {
    use std::io::Read;
    let mut longest = 0;
    let met = super::text::lines::each(std::io::repeat(b'x').take(64 << 20), |line| longest = line.len());
    assert_eq!(longest, super::text::lines::LONGEST);
    assert_eq!(met.long, Some((1, 1)));
}

#[test]
fn settings_pictures_and_mails_of_outlook_are_named_with_a_way_on() {
    for (bytes, title) in [
        (
            &b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"[..],
            "Outlook message (.msg)",
        ),
        (b"\x89PNG\r\n", "picture (PNG)"),
        (b"%%XRXbegin\n%%OID_ATT_DLM_NAME \"x\"\n", "Xerox loadable module"),
    ] {
        let reading = reading("x", bytes);
        assert!(
            reading.report.format.starts_with(title),
            "{}",
            reading.report.format
        );
        assert!(reading.report.problem.unwrap().starts_with("not read: "));
    }
    let prose = reading("x.txt", b"Dear all,\nthe copier is broken.\n");
    assert!(
        prose
            .report
            .problem
            .unwrap()
            .contains("of no kind that is known here")
    );
}

#[test]
fn what_is_unknown_is_told_and_a_missing_file_is_an_error() {
    let unknown = reading("x.bin", &[0, 1, 2, 3, 0, 255, 254, 0, 0, 7]);
    assert!(unknown.report.problem.is_some());
    assert!(read(std::path::Path::new("no/such/file"), &Knowledge::default()).is_err());
}

/// A capture of segments: from the client or not, port, flags (`S`, `A`, `R`, `F`), payload.
fn capture(segments: &[(bool, u16, &str, &[u8])]) -> Vec<u8> {
    let mut file = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0].to_vec();
    file.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0]);
    let mut next = [1000u32, 9000];
    for (second, (from_client, port, flags, payload)) in segments.iter().enumerate() {
        let (a, b) = ([192, 0, 2, 77], [192, 0, 2, 10]);
        let (from, to, source, target) = if *from_client {
            (a, b, 40_000, *port)
        } else {
            (b, a, *port, 40_000)
        };
        let sequence = &mut next[usize::from(!from_client)];
        let mut packet = PacketBuilder::ethernet2([1; 6], [2; 6])
            .ipv4(from, to, 64)
            .tcp(source, target, *sequence, 5000);
        for flag in flags.chars() {
            packet = match flag {
                'S' => packet.syn(),
                'A' => packet.ack(1),
                'R' => packet.rst(),
                _ => packet.fin(),
            };
        }
        *sequence += u32::try_from(payload.len()).unwrap() + u32::from(flags.contains(['S', 'F']));
        let mut frame = Vec::new();
        packet.write(&mut frame, payload).unwrap();
        let length = u32::try_from(frame.len()).unwrap();
        for field in [1_700_000_000 + u32::try_from(second).unwrap(), 0, length, length] {
            file.extend_from_slice(&field.to_le_bytes());
        }
        file.extend_from_slice(&frame);
    }
    file
}

#[test]
fn a_silent_port_and_a_refused_one_are_told_apart() {
    let silent = capture(&[(true, 25, "S", b"")]);
    assert_eq!(kinds(&reading("a.pcap", &silent)), ["connect-failed:timed-out"]);
    let refused = capture(&[(true, 25, "S", b""), (false, 25, "RA", b"")]);
    assert_eq!(kinds(&reading("a.pcap", &refused)), ["connect-failed:refused"]);
}

#[test]
fn a_server_that_never_speaks_is_no_whim_of_the_client() {
    let file = capture(&[
        (true, 587, "S", b""),
        (false, 587, "SA", b""),
        (true, 587, "A", b"QUIT\r\n"),
        (false, 587, "FA", b""),
        (true, 587, "FA", b""),
    ]);
    let kinds = kinds(&reading("a.pcap", &file));
    assert!(
        kinds.contains(&"connection-lost:timed-out".to_owned()),
        "{kinds:?}"
    );
    assert!(!kinds.contains(&"device-gave-up".to_owned()), "{kinds:?}");
}

#[test]
fn an_old_hello_and_the_servers_alert_are_evidence_of_the_device() {
    let mut hello = vec![0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1];
    hello.extend_from_slice(&[7; 32]);
    hello.extend_from_slice(&[0, 0, 2, 0, 0x2f, 1, 0]);
    let file = capture(&[
        (true, 587, "S", b""),
        (false, 587, "SA", b""),
        (false, 587, "A", b"220 mx ESMTP\r\n"),
        (true, 587, "A", b"EHLO copier\r\n"),
        (false, 587, "A", b"250-mx\r\n250 STARTTLS\r\n"),
        (true, 587, "A", b"STARTTLS\r\n"),
        (false, 587, "A", b"220 go\r\n"),
        (true, 587, "A", &hello),
        (false, 587, "A", &[0x15, 3, 1, 0, 2, 2, 70]),
        (false, 587, "FA", b""),
    ]);
    let reading = reading("a.pcap", &file);
    let kinds = kinds(&reading);
    assert!(kinds.contains(&"device-tls-limit".to_owned()), "{kinds:?}");
    assert!(
        kinds.contains(&"tls-failed:alert:protocol_version".to_owned()),
        "{kinds:?}"
    );
    let summary = reading.capture.unwrap();
    assert_eq!(summary.client_hellos[0].highest, "TLS1.0");
    assert_eq!(summary.alerts[0].from, "server");
    assert_eq!(summary.smtp[0].replies["220"], 2);
}

#[test]
fn a_client_that_leaves_after_its_login_gave_up() {
    let file = capture(&[
        (true, 25, "S", b""),
        (false, 25, "SA", b""),
        (false, 25, "A", b"220 mx ESMTP\r\n"),
        (true, 25, "A", b"EHLO copier\r\n"),
        (false, 25, "A", b"250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"),
        (true, 25, "A", b"AUTH PLAIN AHMAcA==\r\n"),
        (false, 25, "A", b"235 ok\r\n"),
        (true, 25, "FA", b""),
    ]);
    let reading = reading("a.pcap", &file);
    assert!(matches!(
        reading.evidence.last().unwrap().fact,
        Fact::DeviceGaveUp { .. }
    ));
    assert!(!format!("{:?}", reading.evidence).contains("AHMAcA"));
}

#[test]
fn tls_on_a_plain_port_is_named() {
    let mut hello = vec![0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3];
    hello.extend_from_slice(&[7; 32]);
    hello.extend_from_slice(&[0, 0, 2, 0, 0x2f, 1, 0]);
    let file = capture(&[
        (true, 587, "S", b""),
        (false, 587, "SA", b""),
        (true, 587, "A", &hello),
        (false, 587, "A", b"220 mx ESMTP\r\n"),
        (true, 587, "RA", b""),
    ]);
    let kinds = kinds(&reading("a.pcap", &file));
    assert!(kinds.contains(&"wrong-port-type:plain".to_owned()), "{kinds:?}");
}

#[test]
fn a_tls_alert_to_plain_text_names_the_mix_up() {
    let file = capture(&[
        (true, 465, "S", b""),
        (false, 465, "SA", b""),
        (true, 465, "A", b"EHLO copier\r\n"),
        (false, 465, "A", &[0x15, 3, 1, 0, 2, 2, 70]),
        (false, 465, "FA", b""),
    ]);
    let kinds = kinds(&reading("a.pcap", &file));
    assert_eq!(kinds, ["connected", "wrong-port-type:implicit-tls"]);
}

/// The capture without its record of this number.
fn without(file: &[u8], number: usize) -> Vec<u8> {
    let (mut kept, mut at) = (file[..24].to_vec(), 24);
    for record in 0.. {
        let Some(length) = file.get(at + 8..at + 12) else {
            break;
        };
        let end = at + 16 + u32::from_le_bytes(length.try_into().unwrap()) as usize;
        if record != number {
            kept.extend_from_slice(&file[at..end]);
        }
        at = end;
    }
    kept
}

#[test]
fn a_recording_with_a_loss_accuses_nobody_of_giving_up() {
    let whole = capture(&[
        (true, 25, "S", b""),
        (false, 25, "SA", b""),
        (false, 25, "A", b"220 mx ESMTP\r\n"),
        (true, 25, "A", b"EHLO copier\r\n"),
        (false, 25, "A", b"250 mx\r\n"),
        (true, 25, "A", b"MAIL FROM:<a@example.test>\r\n"),
        (false, 25, "A", b"250 ok\r\n"),
        (false, 25, "A", b"421 closing\r\n"),
        (true, 25, "FA", b""),
        (false, 25, "FA", b""),
    ]);
    assert!(
        kinds(&reading("a.pcap", &whole))
            .iter()
            .any(|kind| kind.starts_with("refused"))
    );
    let lossy = kinds(&reading("a.pcap", &without(&whole, 6)));
    assert!(!lossy.contains(&"device-gave-up".to_owned()), "{lossy:?}");
    let one_sided: Vec<_> = [
        (false, 25, "SA", &b""[..]),
        (false, 25, "A", b"220 mx ESMTP\r\n"),
        (false, 25, "FA", b""),
    ]
    .into();
    let kinds = kinds(&reading("a.pcap", &capture(&one_sided)));
    assert!(
        !kinds.iter().any(|kind| kind.starts_with("connection-lost")),
        "{kinds:?}"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(40))]
    #[test]
    fn no_file_makes_it_panic(
        head in proptest::sample::select(vec![
            &b""[..], b"\x1f\x8b\x08\0", b"PK\x03\x04", b"\xd4\xc3\xb2\xa1", b"\xff\xfe", b"From: a\nSubject: b\nTo: c\n",
            b"#Software: Microsoft Exchange Server\n2026-", b"#Fields: cs-method sc-status\n", b"1\t03/14/25\t09:00:00\t9\tEmail\t",
            b"=== Trying\n<- 220 x\n -> ", b"CONNECTED(3)\nNew, (NONE)\n", b"No.,Result\n1,NG #801\n",
        ]),
        tail in proptest::collection::vec(proptest::num::u8::ANY, 0..400),
    ) {
        reading("any", &[head, tail.as_slice()].concat());
    }
}
