//! A user of SNMP v3 (User-based Security Model, RFC 3414): its passwords are secrets.

use crate::secret::Secret;
use async_snmp::v3::UsmConfig;
use async_snmp::{Auth, AuthProtocol, PrivProtocol};
use serde::Deserialize;

/// How messages are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum SnmpAuth {
    /// HMAC-MD5-96.
    Md5,
    /// HMAC-SHA-96.
    #[default]
    Sha,
    /// HMAC-SHA-224 (RFC 7860).
    Sha224,
    /// HMAC-SHA-256 (RFC 7860).
    Sha256,
    /// HMAC-SHA-384 (RFC 7860).
    Sha384,
    /// HMAC-SHA-512 (RFC 7860).
    Sha512,
}

/// How messages are encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum SnmpPrivacy {
    /// DES in CBC mode.
    Des,
    /// Triple DES, as some makers have it.
    Des3,
    /// AES with 128 bits (RFC 3826).
    #[default]
    Aes128,
    /// AES with 192 bits, keys extended as Blumenthal has it.
    Aes192,
    /// AES with 256 bits, keys extended as Blumenthal has it.
    Aes256,
    /// AES with 192 bits, keys extended as Reeder and Cisco have it.
    Aes192Cisco,
    /// AES with 256 bits, keys extended as Reeder and Cisco have it.
    Aes256Cisco,
}

impl SnmpAuth {
    /// The word for it on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha => "sha",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }
}

impl SnmpPrivacy {
    /// The word for it on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Des => "des",
            Self::Des3 => "des3",
            Self::Aes128 => "aes",
            Self::Aes192 => "aes192",
            Self::Aes256 => "aes256",
            Self::Aes192Cisco => "aes192-cisco",
            Self::Aes256Cisco => "aes256-cisco",
        }
    }
}

/// A user, with the passwords that its security level needs.
#[derive(Debug, Clone, Default)]
pub struct SnmpUser {
    /// User name (securityName).
    pub name: String,
    /// Signing; without it neither signing nor encryption (noAuthNoPriv).
    pub auth: Option<(SnmpAuth, Secret)>,
    /// Encryption; needs signing.
    pub privacy: Option<(SnmpPrivacy, Secret)>,
    /// Context name; empty on nearly every device.
    pub context: String,
}

impl SnmpUser {
    /// The same user without encryption; none where it does not encrypt.
    pub(super) fn signed_only(&self) -> Option<Self> {
        self.privacy.as_ref()?;
        Some(Self {
            privacy: None,
            ..self.clone()
        })
    }

    /// As the library wants it. The error says what is missing; it never holds a password.
    pub(super) fn credentials(&self) -> Result<Auth, String> {
        let config = UsmConfig::new(self.name.clone().into_bytes());
        let config = match (&self.auth, &self.privacy) {
            (None, None) => Ok(config),
            (None, Some(_)) => return Err("encryption needs a password for signing too".to_owned()),
            (Some((auth, password)), None) => config.auth(library_auth(*auth), password.expose()),
            (Some((auth, password)), Some((privacy, second))) => config.auth_priv(
                library_auth(*auth),
                password.expose(),
                library_privacy(*privacy),
                second.expose(),
            ),
        };
        let config = config.map_err(|error| format!("the passwords cannot be used: {error}"))?;
        Ok(Auth::from(config.context_name(self.context.clone().into_bytes())))
    }
}

pub(crate) const fn library_auth(auth: SnmpAuth) -> AuthProtocol {
    match auth {
        SnmpAuth::Md5 => AuthProtocol::Md5,
        SnmpAuth::Sha => AuthProtocol::Sha1,
        SnmpAuth::Sha224 => AuthProtocol::Sha224,
        SnmpAuth::Sha256 => AuthProtocol::Sha256,
        SnmpAuth::Sha384 => AuthProtocol::Sha384,
        SnmpAuth::Sha512 => AuthProtocol::Sha512,
    }
}

pub(crate) const fn library_privacy(privacy: SnmpPrivacy) -> PrivProtocol {
    match privacy {
        SnmpPrivacy::Des => PrivProtocol::Des,
        SnmpPrivacy::Des3 => PrivProtocol::Des3,
        SnmpPrivacy::Aes128 => PrivProtocol::Aes128,
        SnmpPrivacy::Aes192 => PrivProtocol::Aes192Blumenthal,
        SnmpPrivacy::Aes256 => PrivProtocol::Aes256Blumenthal,
        SnmpPrivacy::Aes192Cisco => PrivProtocol::Aes192Reeder,
        SnmpPrivacy::Aes256Cisco => PrivProtocol::Aes256Reeder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_too_short_is_told_without_the_password() {
        let user = SnmpUser {
            name: "reader".to_owned(),
            auth: Some((SnmpAuth::Sha256, Secret::new("short7!"))),
            ..SnmpUser::default()
        };
        let problem = user.credentials().unwrap_err();
        assert!(
            problem.contains("cannot be used") && !problem.contains("short7"),
            "{problem}"
        );
    }

    #[test]
    fn encryption_without_signing_is_no_level_of_snmp_v3() {
        let user = SnmpUser {
            privacy: Some((SnmpPrivacy::Aes128, Secret::new("long enough"))),
            ..SnmpUser::default()
        };
        assert!(user.credentials().is_err());
        assert!(!format!("{user:?}").contains("long enough"));
    }
}
