//! Where the conversation goes and what it says there, taken from the case.

use crate::case::{Auth, Case, Encryption, Method};

/// The mail server and the dialogue to hold with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Connection encryption.
    pub encryption: Encryption,
    /// Login.
    pub auth: Auth,
    /// Way of sending.
    pub method: Method,
    /// Envelope sender; empty where the case names none.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// Size of the scan in bytes, before encoding.
    pub size: Option<u64>,
}

/// Most recipients that one run asks about.
const MAX_RECIPIENTS: usize = 50;

impl Target {
    /// The target of a case; none where the case names no server.
    pub fn of(case: &Case) -> Option<Self> {
        let mail = &case.mail;
        let device = case.device.address.as_deref().unwrap_or("").trim();
        let server = mail.server.trim();
        let method = if !server.is_empty() && server.eq_ignore_ascii_case(device) {
            Method::Receive
        } else {
            mail.method
        };
        let host = if server.is_empty() && method == Method::Receive {
            device
        } else {
            server
        };
        if host.is_empty() {
            return None;
        }
        let from = match (mail.from.trim(), mail.auth.user()) {
            ("", Some(user)) if user.contains('@') => user.to_owned(),
            (from, _) => from.to_owned(),
        };
        Some(Self {
            host: host.to_owned(),
            port: if mail.port == 0 {
                default_port(method, mail.encryption)
            } else {
                mail.port
            },
            encryption: mail.encryption,
            auth: mail.auth.clone(),
            method,
            from,
            to: mail
                .to
                .iter()
                .filter(|to| !to.trim().is_empty())
                .take(MAX_RECIPIENTS)
                .cloned()
                .collect(),
            size: mail.size,
        })
    }

    /// Whether the case sets a login.
    pub fn wants_login(&self) -> bool {
        self.auth != Auth::None
    }

    /// Whether mail must not go on in plain text.
    pub const fn demands_tls(&self) -> bool {
        matches!(self.encryption, Encryption::StartTls | Encryption::Tls)
    }
}

/// The port of a way of sending where none is stated (RFC 8314, section 3.3; RFC 5321, section 4.5.4.2).
const fn default_port(method: Method, encryption: Encryption) -> u16 {
    match (method, encryption) {
        (Method::DirectSend | Method::Relay | Method::Receive, _) => 25,
        (_, Encryption::Tls) => 465,
        _ => 587,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_receive_the_copier_is_the_server() {
        let mut case = Case::default();
        case.device.address = Some("10.1.2.3".into());
        assert_eq!(Target::of(&case), None);
        case.mail.method = Method::Receive;
        let target = Target::of(&case).unwrap();
        assert_eq!((target.host.as_str(), target.port), ("10.1.2.3", 25));
    }

    #[test]
    fn a_server_that_is_the_copier_means_receive() {
        let mut case = Case::default();
        case.device.address = Some("10.1.2.3".into());
        case.mail.server = "10.1.2.3".into();
        case.mail.method = Method::Submission;
        assert_eq!(Target::of(&case).unwrap().method, Method::Receive);
    }

    #[test]
    fn the_user_stands_in_for_a_missing_sender() {
        let mut case = Case::default();
        case.mail.server = "mx.example.test".into();
        case.mail.auth = Auth::Password {
            user: "scan@example.test".into(),
        };
        let target = Target::of(&case).unwrap();
        assert_eq!((target.from.as_str(), target.port), ("scan@example.test", 587));
    }
}
