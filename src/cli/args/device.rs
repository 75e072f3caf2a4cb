//! Where and how a device is asked.

use crate::probe::DevicePorts;
use crate::probe::device::{SnmpAuth, SnmpPrivacy, SnmpUser};
use crate::secret::Secret;
use clap::{Args, ValueEnum};

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
