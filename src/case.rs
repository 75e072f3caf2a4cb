//! The case file: what is known of the device, the mail settings and the fault, as versioned RON.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The case-file version this program writes, and the newest it reads.
pub const VERSION: u32 = 1;

/// A case: one device, one way of sending, one complaint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Schema version; the only field that must be there.
    pub version: u32,
    /// A person's name for the case.
    #[serde(default)]
    pub title: String,
    /// The copier.
    #[serde(default)]
    pub device: Device,
    /// The place the copier stands in.
    #[serde(default)]
    pub site: Site,
    /// How the copier is set to send (or, for `Receive`, how others send to it).
    #[serde(default)]
    pub mail: Mail,
    /// An error code or message seen on the panel.
    #[serde(default)]
    pub symptom: Option<String>,
    /// Evidence files, relative to the case file.
    #[serde(default)]
    pub files: Vec<PathBuf>,
    /// What a person answered: question id to answer. Left out while nothing was asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// What the last run found, where it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
}

/// The copier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// Name or address on the network.
    pub address: Option<String>,
    /// Maker.
    pub vendor: Option<String>,
    /// Model name.
    pub model: Option<String>,
    /// Firmware version as the device writes it.
    pub firmware: Option<String>,
    /// Built-in controller or a separate print server.
    pub controller: Controller,
    /// Highest TLS version for e-mail, `1.0` to `1.3`, where a person knows it.
    pub max_tls: Option<String>,
    /// Cipher suites that it offers for e-mail, where a person knows them: IANA names, or numbers such as `0x002f`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suites: Vec<String>,
    /// Login mechanisms that it can do, where a person knows them, such as `CRAM-MD5`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mechanisms: Vec<String>,
    /// The name with which it greets, where a person knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub helo: Option<String>,
    /// Whether the device checks the mail server's certificate.
    pub validates_certificates: Option<bool>,
    /// Name servers as set on the device.
    pub dns_servers: Vec<IpAddr>,
}

/// Which controller drives the device; firmware packages differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Controller {
    /// The vendor's own, built in.
    BuiltIn,
    /// A Fiery (EFI) print server.
    Fiery,
    /// Not known.
    #[default]
    Unknown,
}

/// The place the copier stands in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Site {
    /// The public address under which the site's mail leaves.
    pub public_address: Option<IpAddr>,
}

/// Mail settings as they stand on the device.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Server name or address.
    pub server: String,
    /// Port; 0 where not stated.
    pub port: u16,
    /// Connection encryption.
    pub encryption: Encryption,
    /// Login.
    pub auth: Auth,
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The way of sending.
    pub method: Method,
    /// Size of the scan in bytes, before encoding.
    pub size: Option<u64>,
}

/// Connection encryption.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encryption {
    /// Plain text.
    None,
    /// STARTTLS where offered, else plain text.
    StartTlsIfAvailable,
    /// STARTTLS or nothing.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Encryption {
    /// The word on the command line and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::StartTlsIfAvailable => "starttls-if-available",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// Login as set on the device. The password is never part of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// No login.
    #[default]
    None,
    /// User name and password.
    Password {
        /// User name.
        user: String,
    },
    /// OAuth 2.0 access token (XOAUTH2).
    OAuth {
        /// User name.
        user: String,
    },
}

impl Auth {
    /// The user name, where there is a login.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Password { user } | Self::OAuth { user } => Some(user),
        }
    }
}

/// The way of sending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Method {
    /// With a login, to a submission server.
    Submission,
    /// Without login, to the recipient domain's own server, port 25.
    DirectSend,
    /// Without login, through a server that knows the site's address or certificate.
    Relay,
    /// The device is the mail server; the fault is in mail to it.
    Receive,
    /// Not stated.
    #[default]
    Unknown,
}

impl Method {
    /// The word on the command line and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::DirectSend => "direct-send",
            Self::Relay => "relay",
            Self::Receive => "receive",
            Self::Unknown => "unknown",
        }
    }
}

/// The verdict of a saved run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Results {
    /// When the run ended, RFC 3339.
    pub at: String,
    /// Cause id.
    pub cause: String,
    /// `confirmed`, `likely` or `possible`.
    pub certainty: String,
    /// The sentence.
    pub headline: String,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            version: VERSION,
            title: String::new(),
            device: Device::default(),
            site: Site::default(),
            mail: Mail::default(),
            symptom: None,
            files: Vec::new(),
            answers: BTreeMap::new(),
            results: None,
        }
    }
}

impl Case {
    /// Reads a case from RON text. `name` is the file's name for the error.
    pub fn parse(text: &str, name: &str) -> Result<Self, CaseError> {
        /// Only the version, so that a newer file is told apart from a broken one.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        if let Ok(head) = ron::from_str::<Head>(text)
            && head.version > VERSION
        {
            let (line, column) = find_version(text);
            return Err(CaseError::Newer {
                file: name.to_owned(),
                line,
                column,
                version: head.version,
            });
        }
        let case: Self = ron::from_str(text).map_err(|error| CaseError::Syntax {
            file: name.to_owned(),
            line: error.span.start.line,
            column: error.span.start.col,
            problem: error.code.to_string(),
        })?;
        case.checked(text, name)
    }

    /// Reads a case file.
    pub fn load(path: &Path) -> Result<Self, CaseError> {
        let name = path.display().to_string();
        let read = |problem: std::io::Error| CaseError::Read {
            file: name.clone(),
            problem: problem.to_string(),
        };
        let length = std::fs::metadata(path).map_err(read)?.len();
        if length > MAX_FILE {
            return Err(CaseError::Read {
                file: name,
                problem: format!("the file has {length} bytes, a case file has at most {MAX_FILE}"),
            });
        }
        let text = std::fs::read_to_string(path).map_err(read)?;
        Self::parse(&text, &name)
    }

    /// The case as RON text, in a form that reads well in a diff.
    pub fn to_ron(&self) -> String {
        let config = ron::ser::PrettyConfig::new()
            .depth_limit(4)
            .indentor("    ".to_owned());
        ron::ser::to_string_pretty(self, config).unwrap_or_default() + "\n"
    }

    /// Writes the case file so that at every moment either the old or the new file is there, whole.
    pub fn save(&self, path: &Path) -> Result<(), CaseError> {
        let failed = |problem: std::io::Error| CaseError::Write {
            file: path.display().to_string(),
            problem: problem.to_string(),
        };
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(self.to_ron().as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Checks what the type system cannot: values with a fixed set of words.
    fn checked(self, text: &str, name: &str) -> Result<Self, CaseError> {
        if let Some(max) = &self.device.max_tls
            && crate::wire::tls::TlsVersion::parse(max).is_none()
        {
            let (line, column) = position_of(text, "max_tls");
            return Err(CaseError::Syntax {
                file: name.to_owned(),
                line,
                column,
                problem: format!("max_tls is {max:?}; it can be \"1.0\", \"1.1\", \"1.2\" or \"1.3\""),
            });
        }
        Ok(self)
    }
}

/// A case file is a few kilobytes; more than this is something else.
const MAX_FILE: u64 = 4 << 20;

/// Line and column (from 1) of the `version` field.
fn find_version(text: &str) -> (usize, usize) {
    position_of(text, "version")
}

/// Line and column (from 1) of the first place where `word` stands.
fn position_of(text: &str, word: &str) -> (usize, usize) {
    let offset = text.find(word).unwrap_or(0);
    let before = text.get(..offset).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// Why a case could not be read or written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CaseError {
    /// The file cannot be read at all.
    #[error("{file}: cannot be read: {problem}")]
    Read {
        /// File.
        file: String,
        /// What the system says.
        problem: String,
    },
    /// The file is no valid case.
    #[error("{file}:{line}:{column}: {problem}")]
    Syntax {
        /// File.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        problem: String,
    },
    /// The file was written by a newer program.
    #[error(
        "{file}:{line}:{column}: version {version} was written by a newer ScanMedic; this one reads up to version {VERSION}"
    )]
    Newer {
        /// File.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The version found.
        version: u32,
    },
    /// The file cannot be written.
    #[error("{file}: cannot be written: {problem}")]
    Write {
        /// File.
        file: String,
        /// What the system says.
        problem: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"(
    version: 1,
    title: "Front office copier stopped sending",
    device: (address: Some("10.1.2.3"), vendor: Some("Xerox"), model: Some("WorkCentre 7845"),
             firmware: Some("072.040.004.09100"), controller: BuiltIn, max_tls: None,
             validates_certificates: None, dns_servers: []),
    site: (public_address: None),
    mail: (server: "smtp.example.test", port: 587, encryption: StartTls, auth: Password(user: "scan@example.test"),
           from: "scan@example.test", to: ["it@example.test"], method: Submission, size: None),
    symptom: Some("…"),
    files: ["auditfile.txt.gz"],
)"#;

    #[test]
    fn the_contract_s_example_is_read_and_written_back_the_same() {
        let case = Case::parse(FULL, "full").unwrap();
        assert_eq!(case.mail.auth.user(), Some("scan@example.test"));
        assert_eq!(Case::parse(&case.to_ron(), "again").unwrap(), case);
    }

    #[test]
    fn every_field_but_the_version_may_be_left_out() {
        assert_eq!(Case::parse("(version: 1)", "x").unwrap(), Case::default());
        assert!(Case::parse("()", "x").is_err());
    }

    #[test]
    fn answers_are_kept_and_nothing_is_written_where_there_are_none() {
        let mut case = Case::default();
        assert!(!case.to_ron().contains("answers"));
        case.answers.insert("since-when".into(), "suddenly".into());
        assert_eq!(Case::parse(&case.to_ron(), "again").unwrap(), case);
    }

    #[test]
    fn an_unknown_field_is_named_with_its_place() {
        let error = Case::parse("(\n  version: 1,\n  devise: (),\n)", "a.case.ron").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("a.case.ron:3:"), "{text}");
        assert!(text.contains("devise"), "{text}");
    }

    #[test]
    fn a_newer_version_is_named_with_its_place() {
        let error = Case::parse("(\n  version: 9,\n  future: true,\n)", "a.case.ron").unwrap_err();
        assert_eq!(
            error,
            CaseError::Newer {
                file: "a.case.ron".into(),
                line: 2,
                column: 3,
                version: 9
            }
        );
    }

    #[test]
    fn a_tls_version_nobody_knows_is_an_error() {
        let text = "(version: 1, device: (max_tls: Some(\"1.7\")))";
        assert!(Case::parse(text, "x").unwrap_err().to_string().contains("1.7"));
    }

    #[test]
    fn saving_replaces_the_file_whole_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.case.ron");
        let mut case = Case::parse(FULL, "full").unwrap();
        case.save(&path).unwrap();
        case.title = "Second".into();
        case.save(&path).unwrap();
        assert_eq!(Case::load(&path).unwrap(), case);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,300}") {
            let _ = Case::parse(&text, "x");
        }
    }
}
