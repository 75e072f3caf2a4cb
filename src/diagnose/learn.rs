//! What the device itself showed fills what the case leaves open, so that this computer's probes do as it does.

use crate::case::{Auth, Case, Encryption};
use crate::evidence::{Actor, Basis, Evidence, Fact, Secured};

/// The case with what the device showed: whether it checks certificates, how it carries its mail, its login,
/// its message's size.
/// A stated setting is overruled only where the device was seen to do otherwise.
pub fn from_device(case: &Case, evidence: &[Evidence]) -> Case {
    let mut case = case.clone();
    // The newest first.
    let seen = || {
        evidence
            .iter()
            .rev()
            .filter(|item| item.actor == Actor::Device && item.basis == Basis::Observed)
            .map(|item| &item.fact)
    };
    if case.device.validates_certificates.is_none() {
        case.device.validates_certificates = seen().find_map(|fact| match fact {
            Fact::DeviceChecksCertificate { checks, .. } => Some(*checks),
            _ => None,
        });
    }
    let how = seen().find_map(|fact| match fact {
        Fact::DeviceEncryption { how } => Some(*how),
        _ => None,
    });
    case.mail.encryption = match (how, case.mail.encryption) {
        (Some(Secured::None), _) => Encryption::None,
        (Some(Secured::Unoffered), Encryption::StartTls | Encryption::Tls) => Encryption::StartTlsIfAvailable,
        (Some(Secured::Tls), _) => Encryption::Tls,
        (Some(Secured::Starttls), Encryption::None | Encryption::Tls) => Encryption::StartTls,
        (_, stated) => stated,
    };
    if case.mail.auth == Auth::None {
        let mut login = seen().filter_map(|fact| match fact {
            Fact::DeviceLogin { mechanism, user, .. } => Some((mechanism, user.clone().unwrap_or_default())),
            _ => None,
        });
        case.mail.auth = match login.next() {
            Some((mechanism, user)) if mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER" => {
                Auth::OAuth { user }
            }
            Some((_, user)) => Auth::Password { user },
            None => Auth::None,
        };
    }
    if case.mail.size.is_none() {
        case.mail.size = seen()
            .filter_map(|fact| match fact {
                Fact::DeviceMessage { bytes } => Some(before_encoding(*bytes)),
                _ => None,
            })
            .max();
    }
    case
}

/// Bytes of a scan that takes so many on the wire as base64 in lines of 76 (RFC 2045, section 6.8).
const fn before_encoding(wire: u64) -> u64 {
    wire / 78 * 57
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Gate;

    fn saw(fact: Fact) -> Evidence {
        Evidence::observed(Gate::Encrypt, Actor::Device, "listen", fact, "seen")
    }

    #[test]
    fn what_the_device_did_outranks_what_was_typed_in() {
        let case = Case::default();
        let plain = [saw(Fact::DeviceEncryption { how: Secured::None })];
        assert_eq!(from_device(&case, &plain).mail.encryption, Encryption::None);
        let mut case = Case::default();
        case.mail.encryption = Encryption::StartTlsIfAvailable;
        let asked = [saw(Fact::DeviceEncryption {
            how: Secured::Starttls,
        })];
        assert_eq!(
            from_device(&case, &asked).mail.encryption,
            Encryption::StartTlsIfAvailable
        );
    }

    #[test]
    fn a_refused_certificate_says_that_certificates_are_checked() {
        let checks = |checks| saw(Fact::DeviceChecksCertificate { checks, alert: None });
        let learned = from_device(&Case::default(), &[checks(true)]);
        assert_eq!(learned.device.validates_certificates, Some(true));
        let mut stated = Case::default();
        stated.device.validates_certificates = Some(true);
        assert_eq!(
            from_device(&stated, &[checks(false)])
                .device
                .validates_certificates,
            Some(true)
        );
    }
}
