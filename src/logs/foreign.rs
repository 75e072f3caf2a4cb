//! Files that people hand in and that hold nothing to read here: named for what they are, with a way on.

/// A kind of file that is known and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// What a person calls it.
    pub title: &'static str,
    /// What to do instead.
    pub way_on: &'static str,
}

/// First bytes, name, way on.
const KINDS: [(&[u8], &str, &str); 22] = [
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "Outlook message (.msg) or old Office file",
        "save the mail from Outlook as text or as .eml, or paste its words with explain",
    ),
    (
        b"%PDF-",
        "PDF document",
        "copy its text into a file, or type the code it shows as the symptom",
    ),
    (b"\x89PNG", "picture (PNG)", PICTURE),
    (b"\xff\xd8\xff", "picture (JPEG)", PICTURE),
    (b"GIF8", "picture (GIF)", PICTURE),
    (b"II*\0", "picture (TIFF)", PICTURE),
    (b"MM\0*", "picture (TIFF)", PICTURE),
    (
        b"ElfFile\0",
        "Windows event log (.evtx)",
        "export it as text: wevtutil qe FILE /lf:true /f:text",
    ),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive", UNPACK),
    (b"Rar!\x1a\x07", "RAR archive", UNPACK),
    (b"BZh", "bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "xz archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "Zstandard archive", UNPACK),
    (b"\x1f\x9d", "compress archive (.Z)", UNPACK),
    (b"MSCF", "Windows cabinet", UNPACK),
    (b"snoop\0\0\0", "snoop capture", CONVERT),
    (b"GMBU", "Network Monitor capture", CONVERT),
    (b"RTSS", "Network Monitor capture", CONVERT),
    (b"XCP\0", "NetXRay or Sniffer capture", CONVERT),
    (b"SQLite format 3\0", "SQLite database", "export the table as CSV"),
    (b"MZ", "Windows program", "it holds no evidence"),
    (b"\x7fELF", "Linux program", "it holds no evidence"),
];
const PICTURE: &str = "type the code or the message that it shows as the symptom";
const UNPACK: &str = "unpack it and hand in what is inside";
const CONVERT: &str = "convert it with: editcap -F pcap FILE OUT.pcap";

/// What a file is whose first bytes are those of something that is not read here.
pub fn kind(head: &[u8]) -> Option<Foreign> {
    if head.get(257..262) == Some(b"ustar") {
        return Some(Foreign {
            title: "tar archive",
            way_on: UNPACK,
        });
    }
    KINDS
        .iter()
        .find(|(first, ..)| head.starts_with(first))
        .map(|(_, title, way_on)| Foreign { title, way_on })
}

/// A device's settings: a clone or another export. Nothing that happened stands in it.
pub fn settings(head: &str) -> Option<Foreign> {
    let start = head.trim_start_matches('\u{feff}').trim_start();
    let title = if start.starts_with("%%XRX") {
        "Xerox loadable module (a settings clone, a patch or a software upgrade)"
    } else {
        let lower: String = start.chars().take(16_000).collect::<String>().to_lowercase();
        let mail = lower.contains("smtp") || lower.contains("mailserver") || lower.contains("mail_server");
        let settings = ["port", "server", "address", "host"]
            .iter()
            .any(|word| lower.contains(word));
        if !(mail && settings) {
            return None;
        }
        if lower.starts_with("<?xml") || lower.starts_with("<!doctype html") || lower.starts_with("<html") {
            "settings export or web page (XML or HTML)"
        } else if lower.starts_with('{') && lower.contains("\":") && !lower.contains("error") {
            "settings export (JSON)"
        } else if lower.starts_with("windows registry editor") {
            "settings export (Windows registry)"
        } else if assignments(&lower) {
            "settings export (list of names and values)"
        } else {
            return None;
        }
    };
    Some(Foreign {
        title,
        way_on: "it holds settings and nothing that happened; enter the mail settings in the case and hand in a log",
    })
}

/// The name that a loadable module of Xerox gives itself (`%%OID_ATT_DLM_NAME "…"`).
pub fn module_name(head: &str) -> Option<String> {
    let rest = head.split("OID_ATT_DLM_NAME").nth(1)?;
    let name = rest.split('"').nth(1)?;
    Some(name.chars().take(100).collect())
}

/// Whether most lines are `name = value`, as in an INI file.
fn assignments(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .take(100)
        .collect();
    let named = |line: &&&str| {
        line.starts_with('[') && line.ends_with(']')
            || line.split_once('=').is_some_and(|(name, _)| {
                !name.trim().is_empty()
                    && name.len() < 80
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b" ._-/[]".contains(&byte))
            })
    };
    lines.len() >= 4 && lines.iter().filter(named).count() * 10 >= lines.len() * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_with_a_way_on() {
        assert!(
            kind(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0")
                .unwrap()
                .title
                .contains("Outlook")
        );
        assert!(kind(b"%PDF-1.7").unwrap().way_on.contains("text"));
        assert_eq!(kind(b"Nov 20 08:15:01 relay"), None);
        let mut tar = vec![b'a'; 300];
        tar[257..262].copy_from_slice(b"ustar");
        assert_eq!(kind(&tar).unwrap().title, "tar archive");
    }

    #[test]
    fn settings_are_told_from_logs() {
        let xml = "<?xml version=\"1.0\"?><Device><Smtp><Server>mx.example.test</Server></Smtp></Device>";
        let ini = "[mail]\nsmtp_server=mx.example.test\nport=25\nauth=off\ntls=on\n";
        let clone = "%%XRXbegin\n%%OID_ATT_DLM_NAME \"Clone_7845\"\n%%XRXend\n";
        for text in [xml, ini, clone] {
            assert!(settings(text).is_some(), "{text}");
        }
        assert_eq!(module_name(clone).as_deref(), Some("Clone_7845"));
        for log in [
            "2026-11-20 08:15:01 smtp server refused: 550 5.7.1 relay denied\n",
            "{\"level\":\"error\",\"msg\":\"smtp server: 535 5.7.8\"}\n",
            "220 mx.example.test ESMTP server\nEHLO a=b\n",
        ] {
            assert_eq!(settings(log), None, "{log}");
        }
    }
}
