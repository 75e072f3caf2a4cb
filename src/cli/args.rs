//! What may be typed: commands and options, each with its help.

use crate::case::{Auth, Case, Controller, Encryption, Method};
use crate::knowledge::Knowledge;
use crate::listen::Upstream;
use crate::probe::device::{SnmpAuth, SnmpPrivacy, SnmpUser};
use crate::probe::sign_in::SignIn;
use crate::probe::{DevicePorts, ProbeId, Request, ResolveOverride, SendMode};
use crate::secret::Secret;
use crate::wire::tls::certificate::Roots;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Finds out why a copier's scan-to-email fails, proves it, and says how to fix it.
#[derive(Debug, Parser)]
#[command(name = "scanmedic", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do; the wizard opens where nothing is said and a display exists
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Print one JSON document on standard output, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder with knowledge files that add to or replace the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    pub knowledge: Option<PathBuf>,
    /// Say more on standard error
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the wizard
    Gui {
        /// Case file to open
        case: Option<PathBuf>,
    },
    /// Start the built-in lab on loopback, diagnose one scenario live, stop the lab
    Demo {
        /// Scenario; `scanmedic lab --list` names them
        scenario: Option<String>,
        /// Go the whole way: the fault, the fix applied in the lab, the repeated test
        #[arg(long)]
        fix: bool,
        /// Write the case with all that was found to this file
        #[arg(long, value_name = "CASE")]
        save: Option<PathBuf>,
        /// Reports to write
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Write the report of a case, as .md, .html, .pdf or .json
    Report(Box<ReportArgs>),
    /// Repeat the test that failed after the fix, and hold it against the fault on record in the case
    Verify(Box<VerifyArgs>),
    /// Show how a case stands, tick steps, add notes, pack it for a ticket
    Case {
        /// What to do with it
        #[command(subcommand)]
        command: CaseCommand,
    },
    /// Probe and read files, then diagnose
    Diagnose(Box<DiagnoseArgs>),
    /// Say offline what logs, transcripts, captures and bounces show
    Analyze {
        /// Files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Explain one reply line, a bounce text or a panel error code; `-` reads standard input
    Explain {
        /// The text
        #[arg(required = true)]
        text: Vec<String>,
        /// Maker of the device, for panel codes that several makers use
        #[arg(long)]
        vendor: Option<String>,
    },
    /// Say what a device on the network is
    Identify {
        /// Name or address
        address: String,
        /// Where and how to ask
        #[command(flatten)]
        ports: DeviceArgs,
    },
    /// Be the mail server that the copier is pointed at, and tell what it does
    Listen(Box<ListenArgs>),
    /// Show which TLS versions a server takes, with cipher and certificate
    Tls {
        /// HOST:PORT
        target: String,
        /// Speak SMTP first and ask for STARTTLS
        #[arg(long)]
        starttls: bool,
        /// Ask too which families of cipher suites it takes that old copiers need: five more connections
        #[arg(long)]
        ciphers: bool,
        /// Limits and detours
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Sign in with a device code and say what the access token is; the token itself is never shown
    Token {
        /// Account that shall send
        #[arg(long, value_name = "U")]
        user: Option<String>,
        /// Mail server for which the token is meant
        #[arg(long, value_name = "HOST", default_value = "smtp.office365.com")]
        server: String,
        /// Where to sign in
        #[command(flatten)]
        sign_in: SignInArgs,
        /// Limits and detours
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Say what a firmware version is, and whether it can do TLS 1.2 for e-mail
    Firmware {
        /// Model, such as `WorkCentre 7845`
        model: String,
        /// Version as the device writes it
        version: String,
        /// Check this downloaded package (.DLM or .zip) offline: is it whole, and for this device?
        #[arg(long, value_name = "FILE")]
        package: Option<PathBuf>,
        /// Controller of the device: the packages differ
        #[arg(long, value_enum)]
        controller: Option<ControllerArg>,
    },
    /// Run a lab scenario until interrupted, or list them
    Lab {
        /// Scenario
        scenario: Option<String>,
        /// List the scenarios
        #[arg(long)]
        list: bool,
        /// Press Scan on a simulated copier instead: healthy, old-tls, wrong-clock, refuses-unknown-roots, plain, …
        #[arg(long, value_name = "NAME", requires = "at")]
        copier: Option<String>,
        /// Where that copier sends to
        #[arg(long, value_name = "ADDR:PORT", requires = "copier")]
        at: Option<SocketAddr>,
        /// Name under which the copier knows that server, for its certificate
        #[arg(long, value_name = "HOST", default_value = "scanmedic.invalid")]
        host: String,
    },
    /// Work on the knowledge files
    Knowledge {
        /// What to do with them
        #[command(subcommand)]
        command: KnowledgeCommand,
    },
}

/// Which controller drives the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ControllerArg {
    /// The device's own
    BuiltIn,
    /// A separate print server
    Fiery,
}

impl From<ControllerArg> for Controller {
    fn from(arg: ControllerArg) -> Self {
        match arg {
            ControllerArg::BuiltIn => Self::BuiltIn,
            ControllerArg::Fiery => Self::Fiery,
        }
    }
}

/// What can be done with knowledge files.
#[derive(Debug, Subcommand)]
pub enum KnowledgeCommand {
    /// Find faults in the built-in files, or in the files of a folder laid over them
    Check {
        /// Folder
        dir: Option<PathBuf>,
    },
}

/// What can be done with a case file.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Show the status, the steps with their ticks, and the notes
    Show {
        /// Case file
        case: PathBuf,
    },
    /// Tick steps of the plan
    Done {
        /// Case file
        case: PathBuf,
        /// Numbers or keys of steps, as `case show` lists them
        steps: Vec<String>,
        /// Take the ticks away
        #[arg(long)]
        undo: bool,
        /// All that is needed was carried out; `verify` has to prove it
        #[arg(long)]
        all: bool,
    },
    /// Add a note
    Note {
        /// Case file
        case: PathBuf,
        /// The note
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Pack the case, its report and its evidence into one archive for a ticket
    Bundle(Box<BundleArgs>),
}

/// Options of `case bundle`.
#[derive(Debug, Clone, Args)]
pub struct BundleArgs {
    /// Case file
    pub case: PathBuf,
    /// The archive to write, a .zip file
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Open evidence files outside the case's folder too
    #[arg(long)]
    pub trust_paths: bool,
    /// What is replaced in it
    #[command(flatten)]
    pub write: WriteArgs,
}

/// Options of `verify`: those of `diagnose`, which say what was changed by the fix.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Hear one scan of the copier itself: wait at this address for it to send
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// How long to wait for it
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, value_parser = seconds, requires = "listen")]
    pub wait: f64,
    /// Whether a scan that the copier sent to a real recipient arrived
    #[arg(long, value_enum)]
    pub arrived: Option<YesNo>,
    /// The case and what the fix changed in it; the case file is written back unless --save names another
    #[command(flatten)]
    pub diagnose: DiagnoseArgs,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// Yes
    Yes,
    /// No
    No,
}

/// What a report may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeepArg {
    /// Account names, people, mail addresses
    Accounts,
    /// Addresses of the network
    Addresses,
    /// Names of machines, domains and organisations
    Hosts,
    /// Serial numbers and hardware addresses
    Serials,
}

/// Where a device is asked.
#[derive(Debug, Clone, Args)]
pub struct DeviceArgs {
    /// UDP port of its SNMP agent
    #[arg(long, value_name = "N", default_value_t = 161)]
    pub snmp_port: u16,
    /// SNMP community
    #[arg(long, value_name = "C", default_value = "public")]
    pub community: String,
    /// SNMP v3 user; its passwords come from SCANMEDIC_SNMP_AUTH_PASSWORD and SCANMEDIC_SNMP_PRIV_PASSWORD,
    /// from --snmp-passwords-stdin, or from a prompt
    #[arg(long, value_name = "U")]
    pub snmp_user: Option<String>,
    /// How SNMP v3 signs
    #[arg(long, value_enum, default_value_t = SnmpAuthArg::Sha)]
    pub snmp_auth: SnmpAuthArg,
    /// How SNMP v3 encrypts
    #[arg(long, value_enum, default_value_t = SnmpPrivacyArg::Aes)]
    pub snmp_privacy: SnmpPrivacyArg,
    /// SNMP v3 context; most devices have none
    #[arg(long, value_name = "NAME", default_value = "")]
    pub snmp_context: String,
    /// Read the SNMP v3 passwords from standard input: a line for signing, a line for encryption, either may be
    /// empty; behind the line of --password-stdin
    #[arg(long)]
    pub snmp_passwords_stdin: bool,
    /// Port of its IPP service
    #[arg(long, value_name = "N", default_value_t = 631)]
    pub ipp_port: u16,
    /// Port of its web page; 443 and 80 where not given
    #[arg(long, value_name = "N")]
    pub http_port: Option<u16>,
}

impl DeviceArgs {
    /// Where to ask, with the SNMP v3 user and these passwords for signing and encryption.
    pub fn ports(&self, auth: Option<Secret>, privacy: Option<Secret>) -> DevicePorts {
        let user = self.snmp_user.as_ref().map(|name| SnmpUser {
            name: name.clone(),
            auth: auth.map(|secret| (self.snmp_auth.into(), secret)),
            privacy: privacy.map(|secret| (self.snmp_privacy.into(), secret)),
            context: self.snmp_context.clone(),
        });
        DevicePorts {
            snmp: self.snmp_port,
            community: self.community.clone(),
            user,
            ipp: self.ipp_port,
            http: self.http_port,
        }
    }
}

/// How the listener listens.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Case file whose device and mail settings the diagnosis at the end is for
    pub case: Option<PathBuf>,
    /// This computer's address to listen on; may be repeated; 0.0.0.0 for all
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub address: Vec<std::net::IpAddr>,
    /// Port with plain text and STARTTLS; may be repeated
    #[arg(long, value_name = "N", default_value = "2525")]
    pub port: Vec<u16>,
    /// Port with TLS from the first byte; may be repeated
    #[arg(long, value_name = "N")]
    pub tls_port: Vec<u16>,
    /// Which mail server to play: accept-all, like-microsoft-365, canon-off, canon-on, canon-ssl
    #[arg(long, value_name = "ID", default_value = "accept-all")]
    pub persona: String,
    /// Play nothing: pass everything on to the real server unchanged, and only watch
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["persona", "certificate", "messages"])]
    pub tap: Option<Upstream>,
    /// Name in the greeting and in the self-made certificate
    #[arg(long, value_name = "NAME", default_value = "scanmedic.invalid")]
    pub host: String,
    /// Certificate chain to show instead of one made on the spot, a PEM file
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// Its key, a PEM file
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Keep what was seen: write this case file, and beside it the record that it names
    #[arg(long, value_name = "CASE")]
    pub save: Option<PathBuf>,
    /// Keep the messages themselves in this folder; nothing of their content is kept where it is not given
    #[arg(long, value_name = "DIR")]
    pub messages: Option<PathBuf>,
    /// End after the first whole dialogue
    #[arg(long)]
    pub once: bool,
    /// End after so many seconds; until interrupted where not given
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<f64>,
}

/// Limits and detours of the network.
#[derive(Debug, Clone, Args)]
pub struct NetworkArgs {
    /// Limit of each network step
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    pub timeout: f64,
    /// Reach HOST:PORT at another address, as curl does; may be repeated
    #[arg(long, value_name = "HOST:PORT:ADDR[:PORT]", value_parser = resolve_override)]
    pub resolve: Vec<ResolveOverride>,
    /// Name server to ask instead of the system's
    #[arg(long, value_name = "ADDR:PORT")]
    pub dns: Option<SocketAddr>,
    /// Extra trust root, a PEM file
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// Which reports are written, and for whom.
#[derive(Debug, Clone, Default, Args)]
pub struct WriteArgs {
    /// Write the report of this run; .md, .html, .pdf or .json; may be repeated
    #[arg(long, value_name = "FILE")]
    pub report: Vec<PathBuf>,
    /// Leave names, addresses and serial numbers in the report
    #[arg(long)]
    pub no_redact: bool,
    /// Leave only these in the report, separated by commas
    #[arg(
        long,
        value_enum,
        value_name = "WHAT,…",
        value_delimiter = ',',
        conflicts_with = "no_redact"
    )]
    pub keep: Vec<KeepArg>,
    /// Name, logo and colour for the report: a RON file such as (name: "…", accent: "#1f5fbf", logo: "logo.png")
    #[arg(long, value_name = "FILE", env = "SCANMEDIC_BRAND")]
    pub brand: Option<PathBuf>,
    /// Whom the report is for
    #[arg(long, value_name = "NAME")]
    pub customer: Option<String>,
    /// Who did the work
    #[arg(long, value_name = "NAME")]
    pub technician: Option<String>,
}

/// Options of `report`: those of `diagnose`. A case that holds a finding is reported as it stands; otherwise, and
/// where something is typed that changes it, it is diagnosed from its files alone, or live with `--live`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Where to write it; the ending decides the format; may be repeated
    #[arg(short, long, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Write nothing; show what is hidden in the report, and what stands for it
    #[arg(long, conflicts_with = "output")]
    pub preview: bool,
    /// Run the probes as well
    #[arg(long, conflicts_with = "offline")]
    pub live: bool,
    /// The case and what overrules it
    #[command(flatten)]
    pub diagnose: DiagnoseArgs,
}

impl NetworkArgs {
    /// Whether the extra trust root can be used, before anything is sent.
    pub fn check_root(&self) -> Result<(), String> {
        let Some(path) = &self.ca else { return Ok(()) };
        std::fs::read(path)
            .map_err(|problem| problem.to_string())
            .and_then(|pem| Roots::with_pem(&pem).map(drop))
            .map_err(|problem| {
                format!(
                    "{}: {problem}; --ca wants a PEM file with a certificate",
                    path.display()
                )
            })
    }
}

/// Where an access token comes from.
#[derive(Debug, Clone, Default, Args)]
pub struct SignInArgs {
    /// Client id of the application that is registered for the device
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Organisation at the authority; `organizations` where not given
    #[arg(long, value_name = "T")]
    pub tenant: Option<String>,
    /// Permissions to ask for; those for sending mail where not given
    #[arg(long, value_name = "S")]
    pub scope: Option<String>,
    /// Where the device code is asked for; the mail service's own authority where not given
    #[arg(long, value_name = "URL")]
    pub device_endpoint: Option<String>,
    /// Where the token is asked for
    #[arg(long, value_name = "URL")]
    pub token_endpoint: Option<String>,
}

impl SignInArgs {
    /// The sign-in for a mail server; what was not typed comes from the knowledge.
    pub fn for_server(&self, server: &str, knowledge: &Knowledge) -> Result<SignIn, String> {
        let client_id = self.client_id.as_deref().unwrap_or_default();
        let known = knowledge.authority_for(server);
        let tenant = self.tenant.as_deref();
        let mut sign_in = match known {
            Some(authority) => SignIn::at(authority, tenant, client_id),
            None => SignIn {
                device_endpoint: String::new(),
                token_endpoint: String::new(),
                client_id: client_id.to_owned(),
                scope: String::new(),
            },
        };
        for (field, typed) in [
            (&mut sign_in.device_endpoint, &self.device_endpoint),
            (&mut sign_in.token_endpoint, &self.token_endpoint),
            (&mut sign_in.scope, &self.scope),
        ] {
            if let Some(typed) = typed {
                field.clone_from(typed);
            }
        }
        if known.is_none()
            && (self.device_endpoint.is_none() || self.token_endpoint.is_none() || self.scope.is_none())
        {
            return Err(format!(
                "the authority for {server:?} is not known; give --device-endpoint, --token-endpoint and --scope"
            ));
        }
        sign_in.check()?;
        Ok(sign_in)
    }
}

/// Options of `diagnose`; each overrules the case file.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct DiagnoseArgs {
    /// Case file
    pub case: Option<PathBuf>,
    /// Address of the copier
    #[arg(long, value_name = "ADDR")]
    pub device: Option<String>,
    /// Maker of the copier
    #[arg(long)]
    pub vendor: Option<String>,
    /// Model of the copier
    #[arg(long)]
    pub model: Option<String>,
    /// Firmware version of the copier
    #[arg(long, value_name = "V")]
    pub firmware: Option<String>,
    /// Highest TLS version that the copier can do for e-mail
    #[arg(long, value_name = "VERSION", value_parser = ["1.0", "1.1", "1.2", "1.3"])]
    pub device_max_tls: Option<String>,
    /// Mail server as set on the copier
    #[arg(long, value_name = "HOST")]
    pub server: Option<String>,
    /// Port as set on the copier
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Connection encryption as set on the copier
    #[arg(long, value_enum)]
    pub encryption: Option<EncryptionArg>,
    /// User name; the password comes from SCANMEDIC_PASSWORD, --password-stdin or a prompt
    #[arg(long, value_name = "U")]
    pub user: Option<String>,
    /// Read the password (or access token) from the first line of standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// Login
    #[arg(long, value_enum)]
    pub auth: Option<AuthArg>,
    /// Get the access token with a device code: a page and a code are shown, a person signs in there
    #[arg(long, requires = "client_id", conflicts_with_all = ["password_stdin", "offline"])]
    pub device_code: bool,
    /// Where to sign in
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Sender address as set on the copier
    #[arg(long, value_name = "ADDR")]
    pub from: Option<String>,
    /// Recipient; may be repeated
    #[arg(long, value_name = "ADDR")]
    pub to: Vec<String>,
    /// The way of sending
    #[arg(long, value_enum)]
    pub method: Option<MethodArg>,
    /// Size of the scan in bytes, before encoding
    #[arg(long, value_name = "BYTES")]
    pub size: Option<u64>,
    /// EHLO name to greet with, as the copier does
    #[arg(long, value_name = "NAME")]
    pub helo: Option<String>,
    /// Evidence file; may be repeated
    #[arg(long, value_name = "PATH")]
    pub file: Vec<PathBuf>,
    /// Error code or message seen on the panel
    #[arg(long, value_name = "TEXT")]
    pub symptom: Option<String>,
    /// What a person answered to a question of an earlier diagnosis; may be repeated
    #[arg(long, value_name = "ID=VALUE", value_parser = answer)]
    pub answer: Vec<(String, String)>,
    /// Touch no network
    #[arg(long)]
    pub offline: bool,
    /// How far to go; `message` delivers a marked test message
    #[arg(long, value_enum, default_value_t = SendArg::Envelope)]
    pub send: SendArg,
    /// Only these probes or groups, separated by commas
    #[arg(long, value_name = "P,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Not these probes or groups, separated by commas
    #[arg(long, value_name = "P,…", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Open evidence files that lead out of the case's folder too; only for a case of your own
    #[arg(long)]
    pub trust_paths: bool,
    /// Write the case with its verdict to this file
    #[arg(long, value_name = "CASE")]
    pub save: Option<PathBuf>,
    /// Reports to write
    #[command(flatten)]
    pub write: WriteArgs,
    /// Limits and detours
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Where the copier is asked
    #[command(flatten)]
    pub ports: DeviceArgs,
}

impl DiagnoseArgs {
    /// The case with everything that was typed laid over it.
    pub fn lay_over(&self, case: &mut Case) {
        let device = &mut case.device;
        over(&mut device.address, self.device.as_ref());
        over(&mut device.vendor, self.vendor.as_ref());
        over(&mut device.model, self.model.as_ref());
        over(&mut device.firmware, self.firmware.as_ref());
        over(&mut device.max_tls, self.device_max_tls.as_ref());
        over(&mut case.symptom, self.symptom.as_ref());
        case.answers.extend(self.answer.iter().cloned());
        let mail = &mut case.mail;
        if let Some(server) = &self.server {
            mail.server.clone_from(server);
        }
        if let Some(port) = self.port {
            mail.port = port;
        }
        if let Some(encryption) = self.encryption {
            mail.encryption = encryption.into();
        }
        if let Some(from) = &self.from {
            mail.from.clone_from(from);
        }
        if !self.to.is_empty() {
            mail.to.clone_from(&self.to);
        }
        if let Some(method) = self.method {
            mail.method = method.into();
        }
        if self.size.is_some() {
            mail.size = self.size;
        }
        let user = self.user.clone().or_else(|| mail.auth.user().map(str::to_owned));
        let auth = self.auth.or(self.device_code.then_some(AuthArg::Oauth));
        mail.auth = match (auth, user) {
            (Some(AuthArg::None), _) | (None, None) => Auth::None,
            (Some(AuthArg::Oauth), user) => Auth::OAuth {
                user: user.unwrap_or_default(),
            },
            (Some(AuthArg::Password), user) => Auth::Password {
                user: user.unwrap_or_default(),
            },
            (None, Some(user)) => match &mail.auth {
                Auth::OAuth { .. } => Auth::OAuth { user },
                _ => Auth::Password { user },
            },
        };
    }

    /// The request for a case; an unknown probe name is an error that lists the known ones.
    pub fn request(&self, case: Case) -> Result<Request, String> {
        let mut request = Request::new(case);
        request.send = match self.send {
            SendArg::Never => SendMode::Never,
            SendArg::Envelope => SendMode::Envelope,
            SendArg::Message => SendMode::Message,
        };
        request.only = probes(&self.only)?;
        request.skip = probes(&self.skip)?;
        request.timeout = Duration::from_secs_f64(self.network.timeout);
        request.resolve.clone_from(&self.network.resolve);
        request.dns = self.network.dns;
        request.ca.clone_from(&self.network.ca);
        request.helo.clone_from(&self.helo);
        Ok(request)
    }
}

fn over(field: &mut Option<String>, typed: Option<&String>) {
    if let Some(typed) = typed {
        *field = Some(typed.clone());
    }
}

/// The probes that words name.
fn probes(words: &[String]) -> Result<Vec<ProbeId>, String> {
    let mut found = Vec::new();
    for word in words {
        let named = ProbeId::named(word.trim());
        if named.is_empty() {
            let known: Vec<&str> = ProbeId::ALL.iter().map(|probe| probe.id()).collect();
            return Err(format!(
                "there is no probe or group {word:?}; probes: {}; groups: device, dns, ports, tls, smtp, reputation",
                known.join(", ")
            ));
        }
        found.extend(named);
    }
    Ok(found)
}

/// `ID=VALUE`, an answer to a question.
fn answer(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((id, value)) if !id.is_empty() && !value.is_empty() => Ok((id.to_owned(), value.to_owned())),
        _ => Err("give the question's id and the answer, such as since-when=suddenly".to_owned()),
    }
}

/// Seconds, more than nothing and at most an hour.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 3600.0 => Ok(value),
        _ => Err("give seconds between 0 and 3600".to_owned()),
    }
}

/// `HOST:PORT:ADDR[:PORT]`; an IPv6 address stands in brackets.
fn resolve_override(text: &str) -> Result<ResolveOverride, String> {
    let wrong = || "give HOST:PORT:ADDR or HOST:PORT:ADDR:PORT, an IPv6 address in brackets".to_owned();
    let mut parts = text.splitn(3, ':');
    let host = parts
        .next()
        .filter(|host| !host.is_empty())
        .ok_or_else(wrong)?
        .to_lowercase();
    let port = parts
        .next()
        .and_then(|port| port.parse().ok())
        .ok_or_else(wrong)?;
    let rest = parts.next().ok_or_else(wrong)?;
    if let Ok(address) = rest.trim_matches(['[', ']']).parse() {
        return Ok(ResolveOverride {
            host,
            port,
            address,
            to_port: None,
        });
    }
    let socket: SocketAddr = rest.parse().map_err(|_| wrong())?;
    Ok(ResolveOverride {
        host,
        port,
        address: socket.ip(),
        to_port: Some(socket.port()),
    })
}

/// How SNMP v3 signs.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SnmpAuthArg {
    /// HMAC-MD5
    Md5,
    /// HMAC-SHA-1
    Sha,
    /// HMAC-SHA-224
    Sha224,
    /// HMAC-SHA-256
    Sha256,
    /// HMAC-SHA-384
    Sha384,
    /// HMAC-SHA-512
    Sha512,
}

impl From<SnmpAuthArg> for SnmpAuth {
    fn from(value: SnmpAuthArg) -> Self {
        match value {
            SnmpAuthArg::Md5 => Self::Md5,
            SnmpAuthArg::Sha => Self::Sha,
            SnmpAuthArg::Sha224 => Self::Sha224,
            SnmpAuthArg::Sha256 => Self::Sha256,
            SnmpAuthArg::Sha384 => Self::Sha384,
            SnmpAuthArg::Sha512 => Self::Sha512,
        }
    }
}

/// How SNMP v3 encrypts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SnmpPrivacyArg {
    /// DES
    Des,
    /// Triple DES
    Des3,
    /// AES, 128 bits
    Aes,
    /// AES, 192 bits (Blumenthal)
    Aes192,
    /// AES, 256 bits (Blumenthal)
    Aes256,
    /// AES, 192 bits (Reeder, Cisco)
    Aes192c,
    /// AES, 256 bits (Reeder, Cisco)
    Aes256c,
}

impl From<SnmpPrivacyArg> for SnmpPrivacy {
    fn from(value: SnmpPrivacyArg) -> Self {
        match value {
            SnmpPrivacyArg::Des => Self::Des,
            SnmpPrivacyArg::Des3 => Self::Des3,
            SnmpPrivacyArg::Aes => Self::Aes128,
            SnmpPrivacyArg::Aes192 => Self::Aes192,
            SnmpPrivacyArg::Aes256 => Self::Aes256,
            SnmpPrivacyArg::Aes192c => Self::Aes192Cisco,
            SnmpPrivacyArg::Aes256c => Self::Aes256Cisco,
        }
    }
}

/// Connection encryption.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum EncryptionArg {
    /// Plain text
    None,
    /// STARTTLS where offered, else plain text
    StarttlsIfAvailable,
    /// STARTTLS or nothing
    Starttls,
    /// TLS from the first byte
    Tls,
}

impl From<EncryptionArg> for Encryption {
    fn from(value: EncryptionArg) -> Self {
        match value {
            EncryptionArg::None => Self::None,
            EncryptionArg::StarttlsIfAvailable => Self::StartTlsIfAvailable,
            EncryptionArg::Starttls => Self::StartTls,
            EncryptionArg::Tls => Self::Tls,
        }
    }
}

/// Login.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum AuthArg {
    /// No login
    None,
    /// User name and password
    Password,
    /// Access token (XOAUTH2)
    Oauth,
}

/// The way of sending.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum MethodArg {
    /// With a login, to a submission server
    Submission,
    /// Without login, to the recipient domain's own server
    DirectSend,
    /// Without login, through a server that knows the site
    Relay,
    /// The device is the mail server
    Receive,
}

impl From<MethodArg> for Method {
    fn from(value: MethodArg) -> Self {
        match value {
            MethodArg::Submission => Self::Submission,
            MethodArg::DirectSend => Self::DirectSend,
            MethodArg::Relay => Self::Relay,
            MethodArg::Receive => Self::Receive,
        }
    }
}

/// How far to go.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SendArg {
    /// Stop before MAIL FROM
    Never,
    /// As far as RCPT TO, then RSET and QUIT
    Envelope,
    /// Deliver a marked test message
    Message,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn a_detour_may_name_a_port_and_an_ipv6_address() {
        let plain = resolve_override("mail.example.test:587:192.0.2.7").unwrap();
        assert_eq!((plain.port, plain.to_port), (587, None));
        let ported = resolve_override("mail.example.test:587:127.0.0.1:2587").unwrap();
        assert_eq!(ported.to_port, Some(2587));
        let six = resolve_override("mail.example.test:25:[::1]:2525").unwrap();
        assert_eq!(
            (six.address.to_string().as_str(), six.to_port),
            ("::1", Some(2525))
        );
        assert!(resolve_override("mail.example.test").is_err());
    }

    #[test]
    fn what_is_typed_overrules_the_case() {
        let cli = Cli::parse_from([
            "scanmedic",
            "diagnose",
            "--server",
            "b.example.test",
            "--user",
            "u",
        ]);
        let Some(Command::Diagnose(args)) = cli.command else {
            panic!("diagnose")
        };
        let mut case = Case::default();
        case.mail.server = "a.example.test".into();
        args.lay_over(&mut case);
        assert_eq!(case.mail.server, "b.example.test");
        assert_eq!(case.mail.auth, Auth::Password { user: "u".into() });
    }
}
