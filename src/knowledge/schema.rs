//! The shapes of the knowledge files. Every file holds one [`File`] in RON.

use super::KnowledgeError;
use crate::evidence::{Actor, Stage};
use crate::gate::Gate;
use serde::Deserialize;

/// One knowledge file.
#[derive(Debug, Clone, Deserialize)]
pub enum File {
    /// Causes of failure.
    Causes(Vec<Cause>),
    /// Reply texts of one service or one kind of server.
    Replies(ReplySet),
    /// Panel codes and messages of one vendor.
    Codes(CodeTable),
    /// Mail services.
    Providers(Vec<Provider>),
    /// Devices: what their settings are called and where they are.
    Devices(Vec<Device>),
    /// How to recognise devices on the network.
    Identify(Vec<Identify>),
    /// Firmware numbering of one vendor.
    Firmware(Firmware),
    /// Events of the audit logs of one vendor.
    Events(EventTable),
    /// Mail servers that the listener can play.
    Personas(Vec<Persona>),
}

/// Reads a knowledge file; `name` stands in the error.
pub fn parse(text: &str, name: &str) -> Result<File, KnowledgeError> {
    options().from_str(text).map_err(|error| KnowledgeError {
        file: name.to_owned(),
        line: error.span.start.line,
        column: error.span.start.col,
        problem: error.code.to_string(),
    })
}

/// RON with optional values written bare.
fn options() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}

/// How sure an entry is; the program never says more than this allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Read in a source that is named.
    Confirmed,
    /// One third-party source.
    Reported,
    /// Worked out, or common knowledge of the trade.
    #[default]
    Inferred,
    /// Looked for and not found.
    Unknown,
}

/// A cause of failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Stable id of the contract.
    pub id: String,
    /// The gate whose business it is.
    pub gate: Gate,
    /// A few words, sentence case, no full stop.
    pub title: String,
    /// One sentence for the verdict; may hold `{device}`, `{server}`, `{port}`, `{user}`, `{from}`, `{to}`, `{device_tls}`, `{provider}`, `{detail}`.
    pub headline: String,
    /// One sentence for a client without technical knowledge.
    pub client: String,
    /// For a technician: what happens and why.
    pub explanation: String,
    /// What speaks for and against it, beyond reply texts.
    #[serde(default)]
    pub signs: Vec<Sign>,
    /// Causes that are only its shadow: where this one holds, they are not faults of their own.
    #[serde(default)]
    pub explains: Vec<String>,
    /// Causes that may stand behind this one as its reason; they come after it in the chain.
    #[serde(default)]
    pub because: Vec<String>,
    /// True where it is only named when nothing else explains the stop at the same gate.
    #[serde(default)]
    pub residual: bool,
    /// The cause to name instead where the device is the mail server.
    #[serde(default)]
    pub in_reception: Option<String>,
    /// What to do, in the order of doing.
    pub remedy: Vec<RemedyStep>,
    /// How to see that it is mended.
    pub verify: String,
    /// The test that tells most while it is not yet certain.
    #[serde(default)]
    pub next_test: Option<NextTest>,
    /// Pages to read.
    #[serde(default)]
    pub references: Vec<String>,
    /// Where the entry's facts come from.
    pub source: String,
    /// When it was last checked, `YYYY-MM-DD`.
    pub checked: String,
}

/// What a kind of fact says about a cause.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The fact's kind, or the beginning of it up to a colon: `connect-failed` or `connect-failed:refused`.
    pub on: String,
    /// Of whom the fact must speak; any where empty.
    #[serde(default)]
    pub by: Vec<Actor>,
    /// Conditions of the case that must hold, such as `encryption=starttls` or `!method=receive`.
    #[serde(default)]
    pub when: Vec<String>,
    /// How much it says.
    pub weight: Weight,
}

/// How much a sign says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Rules the cause out.
    Excludes,
    /// Speaks against it.
    Against,
    /// A weak pointer.
    Hints,
    /// Speaks for it.
    Supports,
    /// Seen to happen, or stated by the failing party.
    Proves,
}

/// One step of a remedy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyStep {
    /// What to do, as an order.
    pub title: String,
    /// How, with values; may hold the headline's placeholders.
    pub detail: String,
    /// Who does it.
    pub who: Who,
    /// Where: a menu path or an admin page.
    #[serde(default)]
    pub place: Option<String>,
    /// A command to copy.
    #[serde(default)]
    pub command: Option<String>,
    /// Only for these conditions of the case, as in signs.
    #[serde(default)]
    pub when: Vec<String>,
}

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// At the copier.
    Device,
    /// In the mail service's administration.
    Tenant,
    /// At the firewall, router or provider's line.
    Network,
    /// Where the domain's DNS is kept.
    Dns,
    /// At the mail server.
    Server,
    /// Somebody who uses or decides.
    Person,
}

/// A test to run next.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextTest {
    /// Probe id, or `ask` for a question to a person.
    pub probe: String,
    /// Why it tells most.
    pub why: String,
}

/// The replies of one service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplySet {
    /// Provider id, server software, or `any`.
    pub service: String,
    /// Where the texts come from, unless an entry says otherwise.
    pub source: String,
    /// When they were last checked, `YYYY-MM-DD`.
    pub checked: String,
    /// The patterns.
    pub replies: Vec<ReplyPattern>,
}

impl ReplySet {
    /// The patterns, each with the set's service, source and date where it has none of its own.
    fn patterns(mut self) -> Vec<ReplyPattern> {
        for pattern in &mut self.replies {
            if pattern.service.is_empty() {
                pattern.service.clone_from(&self.service);
            }
            if pattern.source.is_empty() {
                pattern.source.clone_from(&self.source);
            }
            if pattern.checked.is_empty() {
                pattern.checked.clone_from(&self.checked);
            }
        }
        self.replies
    }

    /// As [`Self::patterns`].
    pub fn into_patterns(self) -> Vec<ReplyPattern> {
        self.patterns()
    }
}

/// A pattern of reply text. It matches where everything that is given holds; among several that
/// match, the most specific is taken (most matched letters, then enhanced code, then code).
///
/// Fragments are compared after both sides are folded (`fold.rs`): case, punctuation and hyphens do
/// not count, addresses are left out, and a fragment begins where a word begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyPattern {
    /// Stable id, unique over all sets.
    pub id: String,
    /// Provider id or server software; the set's where left out.
    #[serde(default)]
    pub service: String,
    /// True where the words are only a frame or a consequence: any pattern that is not weak goes before.
    #[serde(default)]
    pub weak: bool,
    /// Reply codes, each three digits or a first digit with `xx`; any where empty.
    #[serde(default)]
    pub code: Vec<String>,
    /// Enhanced codes, exact (`5.7.139`), a range of details (`5.7.606-649`) or by subject (`5.7`); any where empty.
    #[serde(default)]
    pub enhanced: Vec<String>,
    /// Text fragments, lower case, that must all stand in the text.
    #[serde(default)]
    pub all: Vec<String>,
    /// Text fragments, lower case, of which one must stand in the text.
    #[serde(default)]
    pub any: Vec<String>,
    /// Text fragments, lower case, none of which may stand in the text.
    #[serde(default)]
    pub none: Vec<String>,
    /// Only at these stages, where the stage is known.
    #[serde(default)]
    pub stage: Vec<StageName>,
    /// The cause it means.
    pub cause: String,
    /// Other readings worth keeping.
    #[serde(default)]
    pub also: Vec<String>,
    /// How sure the reading is.
    #[serde(default)]
    pub mark: Mark,
    /// What it means, for a technician, where the cause's own text is not enough.
    #[serde(default)]
    pub note: String,
    /// A whole reply that must be read by this pattern, in our own or the server's words.
    pub example: String,
    /// Replies that must not be read by this pattern.
    #[serde(default)]
    pub not: Vec<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
    /// When it was last checked.
    #[serde(default)]
    pub checked: String,
}

/// A stage in knowledge files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageName {
    /// Greeting.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS.
    Starttls,
    /// AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// End of DATA.
    EndOfData,
    /// A later bounce.
    Later,
}

impl StageName {
    /// The stage of the dialogue.
    pub const fn stage(self) -> Stage {
        match self {
            Self::Greeting => Stage::Greeting,
            Self::Ehlo => Stage::Ehlo,
            Self::Starttls => Stage::StartTls,
            Self::Auth => Stage::Auth,
            Self::Mail => Stage::Mail,
            Self::Rcpt => Stage::Rcpt,
            Self::Data => Stage::Data,
            Self::EndOfData => Stage::EndOfData,
            Self::Later => Stage::Later,
        }
    }
}

/// Panel codes and messages of one vendor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// Maker.
    pub vendor: String,
    /// Other makers that use the same table.
    #[serde(default)]
    pub shared_with: Vec<String>,
    /// Where the table comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
    /// The codes.
    pub codes: Vec<PanelCode>,
}

/// One panel code or message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelCode {
    /// The code as shown (`#801`, `016-766`, `2C71`), or the message.
    pub code: String,
    /// What it means.
    pub meaning: String,
    /// The first thing to do.
    pub advice: String,
    /// Causes it can stand for, most likely first; empty where it is no mail fault.
    #[serde(default)]
    pub causes: Vec<String>,
    /// True where it only repeats the server's SMTP number.
    #[serde(default)]
    pub echoes_reply: bool,
    /// Conditions of the case under which it is read so, as in signs.
    #[serde(default)]
    pub when: Vec<String>,
    /// How sure the reading is.
    #[serde(default)]
    pub mark: Mark,
    /// Where it comes from, unless the table says it.
    #[serde(default)]
    pub source: String,
}

/// A mail service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Stable id, such as `microsoft-365`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Host names; `*.` at the front stands for any name below.
    pub hosts: Vec<String>,
    /// Ways of sending it offers.
    pub endpoints: Vec<Endpoint>,
    /// Fragments, lower case, by which its greeting is known.
    #[serde(default)]
    pub greeting: Vec<String>,
    /// Whether every one of its hosts offers STARTTLS, so that its absence is interference.
    #[serde(default)]
    pub always_starttls: bool,
    /// Whether its submission hosts always offer AUTH inside TLS.
    #[serde(default)]
    pub always_auth: bool,
    /// Lowest TLS version with which a message is accepted, `1.0` to `1.3`.
    #[serde(default)]
    pub min_tls: Option<String>,
    /// How sure `min_tls` is.
    #[serde(default)]
    pub min_tls_mark: Mark,
    /// Login mechanisms offered.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// What people ask and run into.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}

/// One way of sending that a provider offers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// What it is called.
    pub name: String,
    /// Host, or a description where every customer has an own one.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Connection encryption.
    pub encryption: crate::case::Encryption,
    /// Way of sending.
    pub method: crate::case::Method,
    /// Whether a login is needed.
    pub login: bool,
    /// Limits worth knowing.
    #[serde(default)]
    pub limits: Vec<String>,
}

/// A vendor's devices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Maker.
    pub vendor: String,
    /// What its screens call the mail settings.
    #[serde(default)]
    pub labels: Labels,
    /// Menu paths: what, where, how sure.
    #[serde(default)]
    pub menus: Vec<Menu>,
    /// Model names for the offline catalogue.
    #[serde(default)]
    pub models: Vec<String>,
    /// Quirks that break mail.
    #[serde(default)]
    pub quirks: Vec<String>,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
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
    /// sysObjectID prefixes; the longest one of all entries wins.
    pub object_ids: Vec<String>,
    /// Regular expressions for the beginning of sysDescr, any case.
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
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
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
/// `firmware`, `serial`; `guess` is a model taken only where nothing else names one.
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

/// Firmware numbering and feature gates of one vendor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Firmware {
    /// Maker.
    pub vendor: String,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
    /// Short forms of a model's family name, as people type them: `wc` for `WorkCentre`.
    #[serde(default)]
    pub abbreviations: Vec<(String, String)>,
    /// Families: the first group of the version.
    pub families: Vec<Family>,
    /// Products: the second group, by family group.
    pub products: Vec<Product>,
    /// Other shapes of version numbers that the maker's devices show.
    #[serde(default)]
    pub shapes: Vec<Shape>,
    /// What builds can do, first match wins.
    pub tls_email: Vec<TlsRule>,
    /// Releases to recommend, best first for a product.
    pub releases: Vec<Release>,
    /// Steps of an update; `{device}`, `{version}` and `{recommended}` are filled.
    pub update_steps: Vec<RemedyStep>,
    /// Steps where nothing is known of the version, for any maker.
    #[serde(default)]
    pub find_out_steps: Vec<RemedyStep>,
    /// Steps where the version is able already.
    #[serde(default)]
    pub able_steps: Vec<RemedyStep>,
}

/// A software family.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// First group, three digits.
    pub id: String,
    /// First year of the family's builds; the build year is the first from here on with the year digit.
    pub first_year: i16,
    /// Last year that is believable; a later one is not judged.
    #[serde(default)]
    pub last_year: Option<i16>,
    /// Name for people.
    pub name: String,
    /// True where a branch label of 16 to 19 means a SPAR release.
    #[serde(default)]
    pub spar_by_label: bool,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// A shape of version numbers that is recognised and shown, but not judged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Regular expression over the whole version.
    pub pattern: String,
    /// Which devices show it.
    pub name: String,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// A product code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Second group, three digits.
    pub code: String,
    /// Families in which the code has this meaning.
    pub families: Vec<String>,
    /// Model names.
    pub models: Vec<String>,
    /// How sure.
    #[serde(default)]
    pub mark: Mark,
}

/// What builds of some families can do for e-mail.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsRule {
    /// Families.
    pub families: Vec<String>,
    /// Product codes; any where empty.
    #[serde(default)]
    pub products: Vec<String>,
    /// Built on this day or later, `YYYY-MM-DD`.
    #[serde(default)]
    pub from: Option<String>,
    /// Built before this day.
    #[serde(default)]
    pub before: Option<String>,
    /// Highest TLS version for e-mail, or nothing where it is not known.
    pub max: Option<String>,
    /// How sure.
    pub mark: Mark,
    /// Why, for a person.
    pub why: String,
}

/// A release to recommend.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Product code.
    pub product: String,
    /// Version.
    pub version: String,
    /// Why this one.
    pub why: String,
    /// How sure.
    pub mark: Mark,
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

/// A mail server that the listener can play.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Stable id, such as `accept-all`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Text of the greeting; `{host}` stands for the listener's name.
    pub greeting: String,
    /// Whether STARTTLS is offered.
    pub starttls: bool,
    /// The reply to mail commands outside TLS; they are accepted where there is none.
    #[serde(default)]
    pub plain_refusal: Option<String>,
    /// Whether the connection is closed after that reply.
    #[serde(default)]
    pub close_after_refusal: bool,
    /// Login mechanisms offered.
    #[serde(default)]
    pub mechanisms: Vec<String>,
    /// Whether a login is offered outside TLS, too.
    #[serde(default)]
    pub login_in_plain: bool,
    /// The reply to MAIL FROM without a login; it is accepted where there is none.
    #[serde(default)]
    pub login_demand: Option<String>,
    /// SIZE stated, in bytes.
    #[serde(default)]
    pub size: Option<u64>,
    /// What it is good for.
    pub note: String,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: String,
}
