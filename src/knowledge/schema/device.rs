//! Devices: their settings, how to recognise them, the events of their logs.

use super::Mark;
use crate::evidence::ReceptionSetting;
use crate::gate::Gate;
use serde::Deserialize;

/// A vendor's devices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Maker.
    pub vendor: String,
    /// Other badges that stand on the same maker's devices.
    #[serde(default)]
    pub badges: Vec<String>,
    /// What its screens call the mail settings.
    #[serde(default)]
    pub labels: Labels,
    /// Menu paths: what, where, how sure.
    #[serde(default)]
    pub menus: Vec<Menu>,
    /// Model names for the offline catalogue.
    #[serde(default)]
    pub models: Vec<String>,
    /// The device as mail server, where its maker's words for that are known.
    #[serde(default)]
    pub reception: Option<Reception>,
    /// Quirks that break mail.
    #[serde(default)]
    pub quirks: Vec<String>,
    /// How much fits into the fields of its mail settings.
    #[serde(default)]
    pub fields: Vec<FieldLimit>,
    /// What certain models can do at most when they send mail.
    #[serde(default)]
    pub limits: Vec<MailLimit>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// What certain models can do at most when they send mail; what is left out is not known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailLimit {
    /// Model names; matched without regard to case, blanks and hyphens, and followed by no further digit.
    pub models: Vec<String>,
    /// Highest TLS version, `1.0` to `1.3`.
    #[serde(default)]
    pub max_tls: Option<String>,
    /// Cipher suites in the device's order, by number (IANA).
    #[serde(default)]
    pub suites: Vec<u16>,
    /// Login mechanisms.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Whether it greets with HELO alone, and so never sees STARTTLS or AUTH.
    #[serde(default)]
    pub helo_only: bool,
    /// In words, for a person.
    pub why: String,
    /// How sure.
    pub mark: Mark,
}

/// A maker's words for the TLS of its devices' own mail server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reception {
    /// Maker.
    pub vendor: String,
    /// Regular expressions for the greeting that such devices give.
    pub greetings: Vec<String>,
    /// Name of the setting; empty where it is not known.
    pub setting: String,
    /// Its value that offers no STARTTLS.
    pub off: String,
    /// Its value that offers STARTTLS and takes plain text too.
    pub optional: String,
    /// Its value that refuses plain text.
    pub required: String,
    /// Its value as delivered.
    pub default: String,
    /// What the device's status shows when it refuses plain text.
    pub refused_status: String,
    /// What it shows when TLS does not come about.
    pub failed_status: String,
    /// What the setting needs in the device.
    pub certificate: String,
    /// What else is known of its reception, told where it fits.
    pub notes: Vec<ReceptionNote>,
}

/// One thing known of a maker's reception.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceptionNote {
    /// Where it helps.
    pub when: ReceptionMoment,
    /// A sentence without its full stop, with the model or manual that it was read for.
    pub text: String,
    /// How sure; the words that introduce the sentence follow from it.
    pub mark: Mark,
}

/// How the copier's own mail server met a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceptionMoment {
    /// It answered.
    Open,
    /// It answered, and refused the sender.
    Refused,
    /// Nobody answered on its port, or the service was refused at once.
    Closed,
}

impl Reception {
    /// The notes for a moment, each introduced by how it is known.
    pub fn told(&self, moment: ReceptionMoment) -> impl Iterator<Item = String> + '_ {
        let how = |mark: Mark| match mark {
            Mark::Confirmed => Some("from its manual"),
            Mark::Reported => Some("as others report"),
            Mark::Inferred => Some("commonly"),
            Mark::Unknown => None,
        };
        self.notes
            .iter()
            .filter(move |note| note.when == moment)
            .filter_map(move |note| Some(format!("{}, {}: {}", self.vendor, how(note.mark)?, note.text)))
    }

    /// The maker's word for a setting; `None` where it is not known.
    pub fn value(&self, setting: ReceptionSetting) -> Option<&str> {
        let value = match setting {
            ReceptionSetting::Off => self.off.as_str(),
            ReceptionSetting::Optional => self.optional.as_str(),
            ReceptionSetting::Required => self.required.as_str(),
            ReceptionSetting::Offered => "",
        };
        (!value.is_empty() && !self.setting.is_empty()).then_some(value)
    }

    /// The line of the device's status after such an attempt.
    pub fn panel(&self, setting: ReceptionSetting, no_session: bool) -> Option<&str> {
        let line = match setting {
            _ if no_session => self.failed_status.as_str(),
            ReceptionSetting::Required => self.refused_status.as_str(),
            _ => "",
        };
        (!line.is_empty()).then_some(line)
    }
}

/// A vendor's words for the mail settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Labels {
    /// Server.
    pub server: Option<String>,
    /// Port.
    pub port: Option<String>,
    /// Encryption.
    pub encryption: Option<String>,
    /// Login.
    pub auth: Option<String>,
    /// From address.
    pub from: Option<String>,
    /// Words for the values of encryption: none, starttls-if-available, starttls, tls.
    pub encryption_values: Vec<String>,
}

/// How many characters a field of the mail settings takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldLimit {
    /// `user`, `password` or `server`.
    pub field: String,
    /// Characters at most.
    pub most: u16,
    /// Models it was read for, in full or their beginning; every model where empty.
    #[serde(default)]
    pub models: Vec<String>,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// A menu path.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// What is set there: `smtp`, `encryption`, `firmware`, `clock`, `dns`, `certificates`, `audit-log`, `smtp-receive`.
    pub topic: String,
    /// The path in the vendor's words.
    pub path: String,
    /// Which models or platforms.
    #[serde(default)]
    pub platform: String,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// How to recognise a maker's devices, or what is known to be no printer at all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identify {
    /// Maker as on the badge; `*` for the grammars that several makers share.
    pub vendor: String,
    /// What its devices are.
    pub class: DeviceClass,
    /// The maker's other names, lower case, as they stand in 1284 ids, IPP answers and pages.
    pub names: Vec<String>,
    /// Model lines that name the maker where its own name is missing, lower case.
    pub lines: Vec<String>,
    /// sysObjectID prefixes; the longest one of all entries wins.
    pub object_ids: Vec<String>,
    /// The maker's own numbers, as sysObjectID prefixes; they name it only where the device shows itself as a printer.
    pub enterprises: Vec<String>,
    /// Regular expressions for the beginning of sysDescr, any case; of what is no printer, for any place in it.
    pub descriptions: Vec<String>,
    /// True where other makers' network cards answer with the same sysDescr, so that any other sign outranks it.
    pub borrowed_description: bool,
    /// OIDs that hold the model or a 1284 id, in the order of trust.
    pub model_oids: Vec<String>,
    /// OIDs that hold the firmware.
    pub firmware_oids: Vec<String>,
    /// OIDs that hold the serial number.
    pub serial_oids: Vec<String>,
    /// How the maker's texts are read.
    pub patterns: Vec<TextPattern>,
    /// Regular expressions for what stands in a model's place and is none: a network card, a generic driver.
    pub no_model: Vec<String>,
    /// Regular expressions over the web server's header, title and challenge, any case; may name `model` and `firmware`.
    pub web: Vec<String>,
    /// OIDs, or columns of them, in which the device tells how its own mail went.
    pub mail_oids: Vec<String>,
    /// In the entry `*`: regular expressions over texts, object ids and pages that show a Fiery print server.
    pub fiery: Vec<String>,
    /// In the entry `*`: regular expressions for lines of a panel that speak of mail.
    pub mail_words: Vec<String>,
    /// What such devices answer, made up in the right shape; a test reads them as a device's answers are read.
    pub examples: Vec<Example>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// Answers in the shape of a maker's devices, and what is to be read from them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Example {
    /// sysDescr.
    pub says: String,
    /// sysObjectID; none where empty.
    pub object_id: String,
    /// hrDeviceDescr of a printer; none where empty.
    pub device: String,
    /// More objects: OID and text.
    pub objects: Vec<(String, String)>,
    /// Lines of the web page.
    pub web: String,
    /// The model to be read; none where empty.
    pub model: String,
    /// The firmware to be read; none where empty.
    pub firmware: String,
}

/// What an entry's devices are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum DeviceClass {
    /// A printer, copier or multifunction device.
    #[default]
    Printer,
    /// Prints labels; cannot scan.
    LabelPrinter,
    /// Anything else on a network.
    NotAPrinter,
}

/// A regular expression (bytes, any case) over one kind of text, with named groups `model`,
/// `firmware`, `serial`; `guess` is a model and `card` a network card's firmware, each taken only where
/// nothing else names one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextPattern {
    /// Which text.
    pub on: TextKind,
    /// The expression.
    pub text: String,
}

/// The texts that patterns read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum TextKind {
    /// sysDescr.
    Description,
    /// hrDeviceDescr.
    DeviceName,
    /// Any value of a model OID, prtGeneralPrinterName, a 1284 id's model, IPP make and model.
    Model,
    /// Any value of a firmware OID.
    Firmware,
}

/// Events of a vendor's audit logs, and the words with which its jobs end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTable {
    /// Maker.
    pub vendor: String,
    /// Where the table comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
    /// Fragments of the end states of jobs that failed: lower case, letters and digits only.
    pub failed: Vec<String>,
    /// Fragments of the end states of jobs that a person or a shutdown stopped.
    pub stopped: Vec<String>,
    /// Fragments of the end states of jobs that ended well; looked for after the others.
    pub succeeded: Vec<String>,
    /// The events.
    pub events: Vec<AuditEvent>,
}

/// One event of an audit log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEvent {
    /// Its number on the platforms known; another number with the same words is the same event.
    pub id: u32,
    /// Sets of fragments, lower case: all of one set must stand in the event's words.
    pub words: Vec<Vec<String>>,
    /// What it is about: `email-job`, `tls`, `certificate`, `clock`, `protocol-log` and so on.
    pub topic: String,
    /// The gate it speaks of.
    pub gate: Gate,
    /// What it means, for a person.
    pub meaning: String,
    /// How sure the number is.
    #[serde(default)]
    pub mark: Mark,
}

impl EventTable {
    /// The place of the event with this number and these words. The words decide, because numbers
    /// differ between platforms; among events with the same words the number does.
    pub fn meaning(&self, id: u32, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        let says = |event: &AuditEvent| {
            event
                .words
                .iter()
                .any(|set| set.iter().all(|word| name.contains(word.as_str())))
        };
        let matching = |exact: bool| {
            self.events
                .iter()
                .position(|event| (!exact || event.id == id) && says(event))
        };
        matching(true).or_else(|| matching(false))
    }
}
