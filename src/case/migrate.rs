//! How case files of every version are read, and older ones to the present shape.
//!
//! Version 0 is the flat field sheet: one field for each option of `diagnose`, in the words of the command
//! line, as a script or a hand writes it. Each version has one step to the next.

use super::{Auth, Case, Encryption, Mail, Method};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// Values inside one another that are followed; a case has fewer than twenty.
const MAX_DEPTH: usize = 64;

/// How every version of the case file is read: within bounds.
pub(super) fn reader() -> ron::Options {
    ron::Options::default().with_recursion_limit(MAX_DEPTH)
}

/// Version 0: the flat field sheet.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Sheet {
    #[serde(rename = "version")]
    _version: u32,
    title: String,
    device: Option<String>,
    vendor: Option<String>,
    model: Option<String>,
    firmware: Option<String>,
    device_max_tls: Option<String>,
    public_address: Option<IpAddr>,
    server: String,
    port: u16,
    encryption: Option<SheetEncryption>,
    auth: Option<SheetAuth>,
    user: Option<String>,
    from: String,
    to: Vec<String>,
    method: Option<SheetMethod>,
    size: Option<u64>,
    symptom: Option<String>,
    files: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SheetEncryption {
    None,
    StarttlsIfAvailable,
    Starttls,
    Tls,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SheetAuth {
    None,
    Password,
    Oauth,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SheetMethod {
    Submission,
    DirectSend,
    Relay,
    Receive,
}

/// A case of version 0 in the present shape.
pub(super) fn from_sheet(text: &str) -> Result<Case, ron::error::SpannedError> {
    let sheet: Sheet = reader().from_str(text)?;
    let mut case = Case {
        title: sheet.title,
        symptom: sheet.symptom,
        files: sheet.files,
        ..Case::default()
    };
    case.device.address = sheet.device;
    case.device.vendor = sheet.vendor;
    case.device.model = sheet.model;
    case.device.firmware = sheet.firmware;
    case.device.max_tls = sheet.device_max_tls;
    case.site.public_address = sheet.public_address;
    let user = sheet.user.unwrap_or_default();
    case.mail = Mail {
        server: sheet.server,
        port: sheet.port,
        encryption: match sheet.encryption {
            Some(SheetEncryption::None) => Encryption::None,
            Some(SheetEncryption::StarttlsIfAvailable) => Encryption::StartTlsIfAvailable,
            Some(SheetEncryption::Starttls) | None => Encryption::StartTls,
            Some(SheetEncryption::Tls) => Encryption::Tls,
        },
        auth: match sheet.auth {
            Some(SheetAuth::None) => Auth::None,
            None if user.is_empty() => Auth::None,
            Some(SheetAuth::Password) | None => Auth::Password { user },
            Some(SheetAuth::Oauth) => Auth::OAuth { user },
        },
        from: sheet.from,
        to: sheet.to,
        method: match sheet.method {
            Some(SheetMethod::Submission) => Method::Submission,
            Some(SheetMethod::DirectSend) => Method::DirectSend,
            Some(SheetMethod::Relay) => Method::Relay,
            Some(SheetMethod::Receive) => Method::Receive,
            None => Method::Unknown,
        },
        size: sheet.size,
    };
    Ok(case)
}
