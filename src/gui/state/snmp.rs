//! How SNMP asks the device, for this session only: its passwords stand in no case.

use crate::probe::DevicePorts;
use crate::probe::device::{SnmpAuth, SnmpPrivacy, SnmpUser};
use crate::secret::Secret;

/// Community and user, as typed.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Community of v1 and v2c; the usual one where empty.
    pub community: String,
    /// User of v3; v3 is not asked where empty.
    pub user: String,
    /// How v3 signs; not at all where none.
    pub auth: Option<SnmpAuth>,
    /// Password for signing.
    pub auth_password: Secret,
    /// How v3 encrypts; not at all where none.
    pub privacy: Option<SnmpPrivacy>,
    /// Password for encrypting.
    pub privacy_password: Secret,
    /// Context; empty on nearly every device.
    pub context: String,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            community: String::new(),
            user: String::new(),
            auth: Some(SnmpAuth::default()),
            auth_password: Secret::new(""),
            privacy: Some(SnmpPrivacy::default()),
            privacy_password: Secret::new(""),
            context: String::new(),
        }
    }
}

impl Asking {
    /// Whether anything differs from what is asked without a word.
    pub fn is_typed(&self) -> bool {
        !self.community.trim().is_empty() || !self.user.trim().is_empty()
    }

    /// Whether what is typed lacks a password that it needs.
    pub fn lacks(&self) -> Option<Lack> {
        let user = !self.user.trim().is_empty();
        match (self.auth, self.privacy) {
            _ if !user => None,
            (None, Some(_)) => Some(Lack::Signing),
            (Some(_), _) if self.auth_password.is_empty() => Some(Lack::AuthPassword),
            (_, Some(_)) if self.privacy_password.is_empty() => Some(Lack::PrivacyPassword),
            _ => None,
        }
    }

    /// The same ports, asked with this community and user.
    pub fn ports(&self, ports: &DevicePorts) -> DevicePorts {
        let mut ports = ports.clone();
        let community = self.community.trim();
        if !community.is_empty() {
            community.clone_into(&mut ports.community);
        }
        let user = self.user.trim();
        if !user.is_empty() {
            let auth = self.auth.map(|how| (how, self.auth_password.clone()));
            let privacy = self.privacy.map(|how| (how, self.privacy_password.clone()));
            ports.user = Some(SnmpUser {
                name: user.to_owned(),
                privacy: privacy.filter(|_| auth.is_some()),
                auth,
                context: self.context.trim().to_owned(),
            });
        }
        ports
    }
}

/// What an SNMP v3 user lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Encryption needs signing.
    Signing,
    /// The password for signing.
    AuthPassword,
    /// The password for encrypting.
    PrivacyPassword,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_without_signing_is_told_and_not_asked_for() {
        let mut asking = Asking::default();
        assert_eq!(asking.lacks(), None);
        assert!(asking.ports(&DevicePorts::default()).user.is_none());
        asking.user = "tech".into();
        assert_eq!(asking.lacks(), Some(Lack::AuthPassword));
        asking.auth = None;
        assert_eq!(asking.lacks(), Some(Lack::Signing));
        let user = asking.ports(&DevicePorts::default()).user.unwrap_or_default();
        assert!(user.auth.is_none() && user.privacy.is_none());
    }
}
