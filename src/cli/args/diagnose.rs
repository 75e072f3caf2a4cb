//! Options of `diagnose`, which overrule the case file.

use super::{DeviceArgs, NetworkArgs, SignInArgs, WriteArgs};
use crate::case::{Auth, Case, Encryption, Method};
use crate::probe::{ProbeId, Request, SendMode};
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

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
    /// Get the access token with a device code: a page and a code are shown, a person signs in there; the
    /// application comes from --client-id or from the case
    #[arg(long, conflicts_with_all = ["password_stdin", "offline"])]
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
        self.sign_in.lay_over(&mut case.application);
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
    use super::super::{Cli, Command};
    use super::*;
    use clap::Parser as _;

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
